"""Results in sentences: the answer first, with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fluxmodel.analysis.state import Binding, Outcome
from fluxmodel.cli.screen import number
from fluxmodel.questions.results import Comparison, Difference, Prediction

SHOWN_LIMITS = 4  # per arm; --json has them all


def growth_sentence(result: Prediction) -> str:
    """What became of growth in one arm."""
    if result.outcome is Outcome.NONVIABLE:
        short = ", ".join(
            f"{k} is short of {number(v)} mmol/gDW/h" for k, v in result.unmet.items() if v > 1e-6
        )
        return f"{result.label}: not viable, growth 0. {short}."
    growth = result.growth
    if growth <= 0:
        return f"{result.label}: viable, but no growth."
    top = next((b for b in result.binding if b.price > 0), None)
    limit = f", limited most by {_limit_name(top)}" if top else ""
    return f"{result.label}: growth {number(growth)} 1/h (doubling in {math.log(2) / growth:.1f} h){limit}."


def _limit_name(item: Binding) -> str:
    kind = {
        "nutrient": "",
        "oxygen": "",
        "capacity": "the capacity of ",
        "bound": "the bound of ",
        "demand": "",
    }
    return f"{kind[item.kind]}{item.name}"


def change_sentence(difference: Difference, result: Comparison) -> str:
    """What became of growth between two arms."""
    of, against = result.arm(difference.of), result.arm(difference.against)
    before, after = against.growth_or_none, of.growth_or_none
    if before is None or after is None:
        failed = of if after is None else against
        return f"{difference.of} against {difference.against}: no answer, {failed.label} is {failed.outcome}."
    numbers = f"{number(before)} -> {number(after)} 1/h"
    if before <= 0:
        word = "growth stays 0" if after <= 0 else "growth appears"
    elif after <= 0:
        dead = of.outcome is Outcome.NONVIABLE
        word = "not viable any more" if dead else "growth stops"
    elif abs(after / before - 1) < 0.0005:
        word = "growth unchanged"
    else:
        word = f"growth {'+' if after > before else '-'}{abs(100 * (after / before - 1)):.3g} %"
    return f"{difference.of} against {difference.against}: {word} ({numbers})."


def limits(arms: Sequence[Prediction]) -> list[str]:
    """What binds in each arm."""
    lines = ["", "What limits growth (% of growth per % of the limit):"]
    for arm in arms:
        strong = [b for b in arm.binding if b.share is None or abs(b.share) >= 0.01 or b.kind == "capacity"]
        shown = [_limit(b) for b in strong[:SHOWN_LIMITS]]
        if arm.outcome is Outcome.NONVIABLE:
            shown = [f"{k} unserved by {number(v)} mmol/gDW/h" for k, v in arm.unmet.items() if v > 1e-6]
        more = f"; {len(arm.binding) - len(shown)} weaker" if len(arm.binding) > len(shown) else ""
        lines.append(f"  {arm.label}: {'; '.join(shown) or 'nothing that was stated'}{more}")
    return lines


def _limit(item: Binding) -> str:
    share = "-" if item.share is None else format(item.share, ".2f")
    return f"{_limit_name(item)} {number(item.limit)} mmol/gDW/h ({share})"


def notes(arms: Sequence[Prediction]) -> list[str]:
    """Notes of all arms, each once, and where the numbers come from."""
    found = dict.fromkeys(n for a in arms for n in a.notes)
    pedigree = arms[0].provenance
    for unverified in dict.fromkeys(u for a in arms for u in a.provenance["unverified"]):
        found.setdefault(f"unverified (recalled, not read): {unverified}")
    ignored = sorted({c for a in arms for c in a.provenance["ignored_components"]})
    if ignored:
        found.setdefault(f"{len(ignored)} components of the media are not in the model: {', '.join(ignored)}")
    model, solver = pedigree["model"], pedigree["solver"]
    package = pedigree["package"]["version"]
    source = f"model {model['id']} {model['version']} ({model['digest'][:15]}), "
    source += f"formalism {pedigree['formalism']}, {solver['name']} {solver['version']}, fluxmodel {package}"
    return ["", *(f"note: {n}" for n in found), source]
