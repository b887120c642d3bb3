"""Results in sentences: the answer first, with its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from fluxmodel.analysis.sensitivity import FRAGILE
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.state import Binding, Outcome
from fluxmodel.analysis.viability import Viability
from fluxmodel.cli.screen import number
from fluxmodel.questions.comparison import Comparison, Difference
from fluxmodel.questions.prediction import Prediction

SHOWN_LIMITS = 4  # per arm; --json has them all


def goal(result: Prediction) -> str:
    """What was made as large as it can be: ``growth``, or the id of another reaction."""
    resolved = result._problem.resolved
    return "growth" if resolved.objective == resolved.model.biomass else resolved.objective


def best(result: Prediction) -> float:
    """The value of the goal; 0 where only the engine's noise is left of it, or the cell is not viable."""
    if result.outcome is not Outcome.OPTIMAL:
        return 0.0
    name = goal(result)
    value = result.growth if name == "growth" else result.flux[name]
    return value if abs(value) > GROWTH_TOLERANCE else 0.0


def growing(result: Prediction) -> float | None:
    """Growth, 0 below what the engines can tell from it; None without an answer."""
    growth = result.growth_or_none
    return 0.0 if growth is not None and growth <= GROWTH_TOLERANCE else growth


def growth_sentence(result: Prediction) -> str:
    """What became of growth in one arm."""
    if result.outcome is Outcome.NONVIABLE:
        short = ", ".join(
            f"{k} is short of {number(v)} mmol/gDW/h" for k, v in result.unmet.items() if number(v) != "0"
        )
        spread = _growth_of_members(result)
        return f"{result.label}: not viable, growth 0{f' ({spread})' if spread else ''}. {short}."
    growth, name = growing(result) or 0.0, goal(result)
    top = next((b for b in result.binding if b.price > 0), None)
    limit = f", limited most by {_limit_name(top)}" if top else ""
    spread = _growth_of_members(result)
    doubling = f"doubling in {math.log(2) / growth:.1f} h" if growth else ""
    speed = f"growth {number(growth)} 1/h ({'; '.join(filter(None, (doubling, spread)))})" if growth else ""
    if name != "growth":
        return (
            f"{result.label}: {name}, the objective, at its best {number(best(result))} mmol/gDW/h{limit}; "
            f"{speed or 'no growth'} at the point shown."
        )
    if growth:
        return f"{result.label}: {speed}{limit}."
    blamed = [_limit_name(b) for b in result.binding[:SHOWN_LIMITS]]
    if blamed:
        return f"{result.label}: viable, but no growth; what forbids it: {', '.join(blamed)}."
    return f"{result.label}: viable, but no growth; {_unstated(result)}."


def _growth_of_members(result: Prediction) -> str:
    """Growth over the members of the cell, as a phrase; empty without an ensemble."""
    spread = result.growth_spread
    if spread is None:
        return ""
    return f"5-95 % of {spread.members} members: {number(spread.low)} to {number(spread.high)}"


def envelope_sentence(members: int) -> str:
    """What the columns of the members hold."""
    return f"members min and max: of {members} members, 5 % have a lower min and 5 % a higher max"


def point_of(arms: Sequence[Prediction]) -> str:
    """Which flux state the points are."""
    adjusted = any(a.provenance["point"].startswith("least adjustment") for a in arms)
    return "the state nearest to the cell's reference" if adjusted else "the parsimonious point"


def words_sentence(result: Comparison, where: str, point: str) -> str:
    """What the words in the table of a comparison mean: by members if there are any, else by intervals."""
    shares = [d.rows for d in result.differences if any(r.verdict.share is not None for r in d.rows)]
    points = f"(up), (down), (same): {point} only, undetermined"
    agreed = [r.agreement for d in result.differences for r in d.rows if r.agreement is not None]
    if agreed:
        points += (
            f"; *: fragile, fewer than {100 * FRAGILE:g} % of the {agreed[0].members} members say so at "
            "their own points (--json and --csv have the shares)"
        )
    if not shares:
        return f"up, down, same: proven by the intervals, taken {where}; {points}"
    n = max(a.asked_members for a in result.arms)
    verdict = result.arms[0].provenance["verdict"]
    sure, likely = (f"{100 * verdict[k]:g} %" for k in ("certain_share", "likely_share"))
    mixed = (
        "" if len(shares) == len(result.differences) else " (where a pair has no members, by the point alone)"
    )
    return (
        f"up, down, same: proven by the intervals in at least {sure} of the {n} members{mixed}; likely: "
        f"in at least {likely}; intervals are taken {where}; {points}"
    )


def _unstated(result: Prediction) -> str:
    """No limit was found: what was changed is all that is left to blame."""
    changes = result.provenance["condition"]["changes"]
    but = f", unless it is what was changed: {', '.join(changes)}" if changes else ""
    return f"nothing that was stated limits it{but}"


def _limit_name(item: Binding) -> str:
    kind = {"capacity": "the capacity of ", "bound": "the bound of "}
    return f"{kind.get(item.kind, '')}{item.name}"


def held(settings: Sequence[str]) -> str:
    """Settings that hold in every arm, as one phrase."""
    return ", ".join(settings)


def change_sentence(difference: Difference, result: Comparison, settings: Sequence[str] = ()) -> str:
    """What became of growth between two arms; `settings` hold in both."""
    of, against = result.arm(difference.of), result.arm(difference.against)
    head = f"{difference.of} against {difference.against}"
    head += f", both with {held(settings)}:" if settings else ":"
    before, after = growing(against), growing(of)
    if before is None or after is None:
        failed = of if after is None else against
        return f"{head} no answer, {failed.label} is {failed.outcome}."
    numbers = f"{number(before)} -> {number(after)} 1/h"
    name = goal(of)
    if name == "growth":
        dead = of.outcome is Outcome.NONVIABLE
        return f"{head} {_moved('growth', before, after, dead)} ({numbers})."
    if name != goal(against):
        return f"{head} growth {numbers}, but the objectives differ: {goal(against)}, {name}."
    low, high = best(against), best(of)
    word = _moved(f"{name}, the objective,", low, high, of.outcome is Outcome.NONVIABLE)
    return f"{head} {word} ({number(low)} -> {number(high)} mmol/gDW/h); growth {numbers}."


def _moved(name: str, before: float, after: float, dead: bool) -> str:
    if before <= 0:
        return f"{name} stays 0" if after <= 0 else f"{name} appears"
    if after <= 0:
        return "not viable any more" if dead else f"{name} stops"
    if abs(after / before - 1) < 0.0005:
        return f"{name} unchanged"
    return f"{name} {'+' if after > before else '-'}{abs(100 * (after / before - 1)):.3g} %"


def alike(result: Comparison, settings: Sequence[str]) -> list[str]:
    """Arms in which nothing differs: that may be the doing of the settings that hold in both."""
    if not settings:
        return []
    found = []
    for d in result.differences:
        of, against = result.arm(d.of), result.arm(d.against)
        optimal = of.outcome is against.outcome is Outcome.OPTIMAL
        if optimal and of.flux == against.flux:
            found.append(f"no flux differs between {d.of} and {d.against}, both with {held(settings)}")
    return found


def intervals(arms: Sequence[Prediction], letters: Mapping[str, str] | None = None) -> str:
    """Where the intervals are taken: at a share of the goal, which says nothing where the goal is 0."""
    if not arms:
        return "nowhere"
    fraction = arms[0].provenance["verdict"]["fraction"]
    names = dict.fromkeys(goal(a) for a in arms)
    name = next(iter(names)) if len(names) == 1 else "the objective"
    idle = [a for a in arms if a.outcome is Outcome.OPTIMAL and best(a) == 0.0]
    usual = f"where {name} is at least {fraction:g} of its optimum"
    if not idle:
        return usual
    every = f"over every flux state, because {name} is 0 at its best"
    if len(idle) == len(arms):
        return every
    return f"{usual} (in {_named(idle, letters)} {every})"


def _named(arms: Sequence[Prediction], letters: Mapping[str, str] | None) -> str:
    return ", ".join((letters or {}).get(a.label, a.label) for a in arms)


def reasons(arms: Sequence[Prediction], letters: Mapping[str, str] | None = None) -> list[str]:
    """Why observables of cells with an optimum have no value or no interval."""
    found: dict[tuple[str, str], list[Prediction]] = {}
    for arm in arms:
        if arm.outcome is Outcome.OPTIMAL:
            for row in arm.rows:
                if row.range.why:
                    found.setdefault((row.observable.text, row.range.why), []).append(arm)
    several = len(arms) > 1
    return [
        f"{text}: {why}{f' (in {_named(where, letters)})' if several else ''}"
        for (text, why), where in found.items()
    ]


def limits(arms: Sequence[Prediction]) -> list[str]:
    """What binds in each arm."""
    names = dict.fromkeys(goal(a) for a in arms)
    name = next(iter(names)) if len(names) == 1 else "the objective"
    idle = [a for a in arms if a.outcome is Outcome.OPTIMAL and best(a) == 0.0]
    where = f"; at no {name}, what forbids it" if idle else ""
    lines = ["", f"What limits {name} (% of {name} per % of the limit{where}):"]
    for arm in arms:
        strong = [b for b in arm.binding if b.share is None or abs(b.share) >= 0.01 or b.kind == "capacity"]
        shown = [_limit(b) for b in strong[:SHOWN_LIMITS]]
        if arm.outcome is Outcome.NONVIABLE:
            shown = [
                f"{k} unserved by {number(v)} mmol/gDW/h" for k, v in arm.unmet.items() if number(v) != "0"
            ]
        more = f"; {len(arm.binding) - len(shown)} weaker" if len(arm.binding) > len(shown) else ""
        lines.append(f"  {arm.label}: {'; '.join(shown) or _unstated(arm)}{more}")
    return lines


def _limit(item: Binding) -> str:
    share = "" if item.share is None else f" ({item.share:.2f})"
    return f"{_limit_name(item)} {number(item.limit)} {item.unit}{share}"


def viability_lines(found: Viability) -> list[str]:
    """The margins, or why there is none.

    Examples
    --------
    >>> from fluxmodel.analysis.viability import Viability
    >>> viability_lines(Viability(4.0, None, {}, {"ferroptosis_margin": "no load"}))[2:]
    ['  ATP at growth 0: 4 times the demand', '  lipid peroxide at growth 0: no load']
    """
    lines = ["", "Viability (what could be served, as a multiple of what has to be; below 1 the cell dies):"]
    for name, key, margin, of in (
        ("ATP", "atp_margin", found.atp_margin, "the demand"),
        ("lipid peroxide", "ferroptosis_margin", found.ferroptosis_margin, "the load"),
    ):
        said = found.why.get(key, "not known") if margin is None else f"{number(margin)} times {of}"
        lines.append(f"  {name} at growth 0: {said}")
    return lines


def notes(arms: Sequence[Prediction], first: Sequence[str] = ()) -> list[str]:
    """Notes of all arms, each once, and where the numbers come from."""
    found = dict.fromkeys([*first, *(n for a in arms for n in a.notes)])
    pedigree = arms[0].provenance
    for unverified in dict.fromkeys(u for a in arms for u in a.provenance["unverified"]):
        if not any(note.startswith(unverified) for note in found):  # the note on a drug says it already
            found.setdefault(f"unverified (recalled, not read): {unverified}")
    ignored = sorted({c for a in arms for c in a.provenance["ignored_components"]})
    if ignored:
        found.setdefault(f"{len(ignored)} components of the media are not in the model: {', '.join(ignored)}")
    model, solver = pedigree["model"], pedigree["solver"]
    package = pedigree["package"]["version"]
    source = f"model {model['id']} {model['version']} ({model['digest'][:15]}), "
    source += f"formalism {pedigree['formalism']}, {solver['name']} {solver['version']}, fluxmodel {package}"
    return ["", *(f"note: {n}" for n in found), source]
