"""Drugs: from a dose, or a percentage, to what is left of the catalysts of their targets.

A dose is read with one potency per target: of a cell before that of an extract, of the main target and of
every off-target that has one. Drugs act independently, what they leave is multiplied, unless they bind one
site or compete with one substrate: then doses over potencies add up.

Codes: FM516 one drug twice; those of `fluxmodel.analysis.undosed`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fluxmodel.analysis.activity import Activity, Needing
from fluxmodel.analysis.undosed import elsewhere, names_of, no_potency
from fluxmodel.condition import Inhibit
from fluxmodel.errors import Problem, Where
from fluxmodel.formalism.resolved import Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import (
    Action,
    Binder,
    Drug,
    Occupancy,
    exclusive,
    half_inhibition,
)
from fluxmodel.units import Quantity


@dataclass(frozen=True, slots=True)
class Outside:
    """What is outside the cell: concentrations by species, and what is supplied without a limit."""

    concentrations: Mapping[str, Quantity] = field(default_factory=FrozenMap)
    unlimited: Mapping[str, str] = field(default_factory=FrozenMap)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A drug at work on one catalyst."""

    drug: Drug
    action: Action
    change: Inhibit
    occupancy: Occupancy
    how: str

    @property
    def binder(self) -> Binder:
        """The same for any dose: its potency, with its range, as a total concentration."""
        assert self.change.dose is not None
        assert self.action.potency is not None
        free = 1.0 if self.change.free is None else self.change.free.magnitude("1")
        potency = self.occupancy.potency / free
        ends = [
            math.nan if end is None else potency * end.magnitude("mM") / self.action.potency.magnitude("mM")
            for end in (self.action.low, self.action.high)
        ]
        dose, hill = self.change.dose.magnitude("mM"), self.occupancy.hill
        action = f"{self.drug.name} on {self.action.target_text}"
        return Binder(self.drug.name, dose, potency, hill, action, *ends)

    @property
    def said(self) -> str:
        free = self.change.free
        return f"{self.drug.name} at {self.change.dose}" + (
            "" if free is None else f" ({free.value:g} % free)"
        )

    def excludes(self, other: _Bound) -> bool:
        """Whether only one of the two can be bound at a time."""
        one, two = self.action, other.action
        if one.site and one.site == two.site:
            return True
        rivals = one.mode == two.mode == "competitive" and one.competes_with == two.competes_with
        return rivals and bool(one.competes_with)


def treat(state: Activity, model: Model, drugs: Iterable[tuple[Drug, Inhibit]], outside: Outside) -> None:
    """Take from each catalyst what drugs take; problems and notes go to `state`.

    Parameters
    ----------
    state : Activity
        Is changed.
    model : Model
    drugs : iterable of (Drug, Inhibit)
        The drugs, with what the condition says of each.
    outside : Outside
    """
    seen: dict[str, Inhibit] = {}
    bound: dict[str, list[_Bound]] = {}
    for drug, change in drugs:
        first = seen.setdefault(drug.name, change)
        if first is not change:
            what = f"{change.target} is {drug.name}, said already: {first.where or first.target}"
            state.problems.append(Problem("FM516", what, change.where, "keep one of them"))
            continue
        main = [a for a in drug.chosen("main") if names_of(model, a)]
        if not main:
            state.problems.append(elsewhere(model, drug, change))
        elif change.by is not None:
            _by_percent(state, model, drug, change, main)
        else:
            _by_dose(state, model, drug, change, main, outside, bound)
    for catalyst, at_work in bound.items():
        groups = _groups(at_work)
        state.sites[catalyst] = tuple(tuple(b.binder for b in group) for group in groups)
        for group in groups:
            left = exclusive(b.occupancy for b in group)
            state.lower(catalyst, left, *(_origin(model, b, group, left, catalyst) for b in group))
    if bound and any(b.change.free is None for each in bound.values() for b in each):
        state.notes.append("doses are taken as free concentrations; what protein binds is said with `free`")


def _catalysts(state: Activity, model: Model, action: Action, where: Where, main: bool) -> tuple[str, ...]:
    """The catalysts that an action hits; what cannot be hit is a problem of a main target, else a note."""
    names = names_of(model, action)
    own = [name for name in names if name not in model.genes]
    if len(own) == len(names):
        return tuple(own)
    found = Needing.of(model.all_catalysts, [name for name in names if name in model.genes])
    if found.needing:
        state.notes += found.notes()
    elif main:
        state.problems.append(found.problem(where))
    else:
        state.notes.append(f"off-target {found.problem(where).what}: not inhibited")
    return tuple(dict.fromkeys((*own, *found.needing)))


def _by_percent(state: Activity, model: Model, drug: Drug, change: Inhibit, main: Sequence[Action]) -> None:
    """Main targets lose a percentage, whatever dose that takes; nothing is said about the off-targets."""
    assert change.by is not None
    left = 1.0 - change.by.magnitude("1")
    hit: dict[str, str] = {}
    for action in main:
        for catalyst in _catalysts(state, model, action, change.where, main=True):
            hit.setdefault(catalyst, action.target_text)
    for catalyst, target in hit.items():
        what = f"{target} inhibited by {change.by.value:g} %, as by {drug.name}"
        state.lower(catalyst, left, Origin("capacity", what, change.where))
    others = [a.target_text for a in drug.chosen("off_target") if any(t.kind != "other" for t in a.targets)]
    if others:
        state.notes.append(f"{drug.name} at a percentage acts on its main target alone: "
                           f"its off-targets are left alone ({', '.join(others)})")  # fmt: skip


def _by_dose(
    state: Activity,
    model: Model,
    drug: Drug,
    change: Inhibit,
    main: Sequence[Action],
    outside: Outside,
    bound: dict[str, list[_Bound]],
) -> None:
    """Every target with a potency loses what the dose takes; those without are named."""
    if not any(a.usable for a in main):
        state.problems.append(no_potency(drug, change, main))
        return
    strongest: dict[str, _Bound] = {}
    for action in (*drug.chosen("main"), *drug.chosen("off_target")):
        kind = "off-target" if action.role == "off_target" else "target"
        if not names_of(model, action):
            if action.targets:
                state.notes.append(f"{kind} {action.target_text} of {drug.name} is not part of the network")
            continue
        if not action.usable:
            state.notes.append(f"no potency of {drug.name} on its {kind} {action.target_text} is known: "
                               "not inhibited")  # fmt: skip
            continue
        for catalyst in _catalysts(state, model, action, change.where, main=kind == "target"):
            new = _bind(state, model, drug, action, change, catalyst, outside)
            held = strongest.get(catalyst)
            if held is None or held.occupancy.strength < new.occupancy.strength:
                strongest[catalyst] = new
        if not action.verified:
            said = f"potency of {drug.name} on {action.target_text}"
            state.notes.append(f"{said} is unverified ({action.provenance})")
            state.unverified.append(said)
    for catalyst, one in strongest.items():
        bound.setdefault(catalyst, []).append(one)


def _bind(
    state: Activity,
    model: Model,
    drug: Drug,
    action: Action,
    change: Inhibit,
    catalyst: str,
    outside: Outside,
) -> _Bound:
    """A drug at work on a catalyst, at the concentrations that are outside."""
    assert change.dose is not None
    assert action.potency is not None
    free = 1.0 if change.free is None else change.free.magnitude("1")
    dose, potency, how = free * change.dose.magnitude("mM"), action.potency.magnitude("mM"), ""
    rival = action.competes_with
    if action.convertible:
        known = _substrate(model, catalyst, rival, outside)
        if known is None:
            state.notes.append(
                f"{action.measure} of {drug.name} on {catalyst} is taken as its IC50: Km or concentration of "
                f"{rival or 'the substrate'} is not known"
            )
        else:
            amount, km = known
            potency = half_inhibition(potency, amount, km)
            ic50 = Quantity(potency, "mM").to(action.potency.unit)
            how = f", which is an IC50 of {ic50} at {amount:g} mM {rival} (Km {km:g} mM)"
    elif action.mode == "competitive":
        state.notes.append(
            f"{action.measure} of {drug.name} on {catalyst} is taken as it was measured: it depends on "
            f"{rival or 'the substrate'}, whose concentration in the assay is not known"
        )
    return _Bound(drug, action, change, Occupancy(dose, potency, action.hill), how)


def _substrate(model: Model, catalyst: str, species: str, outside: Outside) -> tuple[float, float] | None:
    """Concentration and Km, mM, of what a carrier takes up; None where one of them is not known."""
    rows = [r for r in model.affinities if r.catalyst == catalyst and r.metabolite == species]
    whole = [r for r in rows if not r.reaction] or rows
    if len(whole) != 1 or species in outside.unlimited:
        return None
    amount = outside.concentrations.get(species)
    return (0.0 if amount is None else amount.magnitude("mM"), whole[0].km)


def _groups(bound: Sequence[_Bound]) -> list[list[_Bound]]:
    """Drugs on one catalyst, those together that exclude each other."""
    groups: list[list[_Bound]] = []
    for new in bound:
        met = [g for g in groups if any(new.excludes(other) for other in g)]
        groups = [g for g in groups if g not in met]
        groups.append([*(b for g in met for b in g), new])
    return groups


def _origin(model: Model, one: _Bound, group: Sequence[_Bound], left: float, catalyst: str) -> Origin:
    others = [b.said for b in group if b is not one]
    shared = one.action.site or f"the site of {one.action.competes_with}"
    together = f" together with {' and '.join(others)}, one at a time at {shared}," if others else ""
    cited = [
        f"{row.citation} {row.doi and f'doi:{row.doi}'}".strip()
        for row in (model.sources[s] for s in one.action.sources if s in model.sources)
    ]
    said = [f"{one.action.potency_text}{one.how}", *cited, one.action.provenance]
    what = f"{one.said}{together} leaves {100 * left:.3g} % of {catalyst} ({'; '.join(said)})"
    return Origin("capacity", what, one.change.where)
