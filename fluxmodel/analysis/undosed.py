"""Why a drug, or a dose, cannot be used, and what can be asked instead.

Codes: FM506 a dose of what is no drug, FM507 a drug without a potency, FM512 a drug on something else than
a catalyst, FM515 a drug on nothing that the model has.
"""

from __future__ import annotations

from collections.abc import Sequence

from fluxmodel.condition import Inhibit
from fluxmodel.errors import Problem
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import Action, Drug, acting_on, suggest

_PERCENTAGE = "give the inhibition as a percentage of its target, such as --inhibit GLS=90%"


def names_of(model: Model, action: Action) -> list[str]:
    """Genes and catalysts of the model that an action hits."""
    return [name for name in action.of("") if name in model.genes or name in model.all_catalysts]


def no_drug(model: Model, change: Inhibit) -> Problem:
    """Why a dose of something that is no drug of the model cannot be used."""
    target = change.target
    if not model.inhibitors:
        what = f"{target} at {change.dose}: the model has no table of drugs (inhibitors.tsv)"
        return Problem("FM506", what, change.where, _PERCENTAGE)
    if target in model.genes or target in model.all_catalysts or target in model.reactions:
        what = f"{target} is no drug, and takes no dose"
        drugs = list(acting_on(model.inhibitors, target))
        cure = f"write a percentage, --inhibit {target}=90%"
        cure += f", or a drug that acts on it: {', '.join(drugs)}" if drugs else ""
        return Problem("FM506", what, change.where, cure)
    cure = suggest(model.inhibitors, target) or "`fluxmodel list drugs` has all"
    return Problem("FM506", f"there is no drug {target!r}", change.where, cure)


def no_potency(drug: Drug, change: Inhibit, main: Sequence[Action]) -> Problem:
    """A dose of a drug of which nobody knows how strong it is: a percentage can be asked for."""
    targets = ", ".join(a.target_text for a in main)
    known = "; ".join(dict.fromkeys(a.note for a in main if a.note))
    name = "-".join(drug.name.split())  # with blanks, a percentage would be that of several genes
    cure = f"give a percentage: --inhibit '{name}=90%'" + (f". Known: {known}" if known else "")
    return Problem("FM507", f"no potency of {drug.name} on {targets} is known", change.where, cure)


def elsewhere(model: Model, drug: Drug, change: Inhibit) -> Problem:
    """Why a drug whose main targets are no catalysts cannot inhibit any, and what can be done instead."""
    every = [*drug.chosen("main"), *drug.chosen("off_target")]
    where, name = change.where, drug.name

    def named(kind: str) -> list[str]:
        return list(dict.fromkeys(n for a in every for n in a.of(kind)))

    if nodes := named("isr"):
        what = (
            f"{name} acts on the integrated stress response ({', '.join(nodes)}): that needs the stress "
            "model, which this version does not have"
        )
        return Problem("FM512", what, where, "give --set regulators.ATF4=... to look at its consequences")
    if levels := named("regulator"):
        what = f"{name} acts on {', '.join(levels)}, a regulator and no catalyst"
        cure = f"set its level: {' '.join(f'--set regulators.{n}=...' for n in levels)}"
        return Problem("FM512", what, where, _with_note(cure, every))
    if species := [n for a in drug.chosen("main") for n in a.of("medium")]:
        what = f"{name} depletes {', '.join(species)} of the medium and inhibits no catalyst"
        flags = [f"--set 'medium.{n}=0 mM'" for n in species]
        cure = f"set what is left: {' '.join(flags)}"
        return Problem("FM512", what, where, cure)
    targets = [t.name for a in drug.chosen("main") for t in a.targets]
    what = f"what {name} acts on is not in the model: {', '.join(targets)}"
    if not targets:
        what = f"{name} acts on nothing of metabolism"
    reached = [n for a in drug.chosen("off_target") for n in names_of(model, a)]
    cure = f"its off-targets can be inhibited: {' '.join(f'--inhibit {n}=90%' for n in reached)}"
    return Problem("FM515", what, where, _with_note(cure if reached else "", every))


def _with_note(cure: str, actions: Sequence[Action]) -> str:
    """A cure, with what the table knows about the drug."""
    known = "; ".join(dict.fromkeys(a.note for a in actions if a.note))
    return "; ".join(part for part in (cure, known) if part)
