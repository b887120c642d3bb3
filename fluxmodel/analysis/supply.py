"""Bounds of every reaction: the table's, then what the medium and the condition say about them.

Codes: FM501 unknown reaction, FM513 a species that the model cannot exchange.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fluxmodel.analysis.exchanges import exchange_of
from fluxmodel.condition import Condition, Mixture, Open
from fluxmodel.errors import Problem, Where, nearest
from fluxmodel.formalism.resolved import Bound, Origin
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Reaction
from fluxmodel.units import Quantity

OXYGEN = "o2"


def table_bounds(model: Model) -> dict[str, Bound]:
    """Bounds of reactions.tsv, by reaction."""
    return {row.id: table_bound(row) for row in model.reactions.values()}


def table_bound(row: Reaction) -> Bound:
    """The default bounds of one row."""
    lower, upper = row.bounds
    origin = Origin("table", f"{row.id} {'closed' if not row.open else 'bounds'} by default", row.where)
    return Bound(lower, upper, origin, origin)


def with_medium(
    bounds: dict[str, Bound],
    model: Model,
    condition: Condition,
    mixture: Mixture,
    limits: Mapping[str, Quantity | None],
    oxygen: Quantity | None,
) -> tuple[str, ...]:
    """Set the lower bound of every exchange; return the components that the model does not exchange.

    What is in the medium can be taken up to its limit, everything else can only be secreted.
    """
    ignored = []
    supplied: dict[str, tuple[float | None, Origin]] = {}
    for species, limit in limits.items():
        found = exchange_of(model, species)
        if found is None:
            ignored.append(species)
            continue
        supplied[found[0]] = (
            None if limit is None else limit.magnitude("mmol/gDW/h"),
            _medium_origin(condition, mixture, species, limit),
        )
    if (gas := exchange_of(model, OXYGEN)) is not None:
        amount = None if oxygen is None else oxygen.magnitude("mmol/gDW/h")
        said = f"oxygen {condition.oxygen.amount}"
        what = said if amount is None else f"{said} supplies at most {amount:.4g} mmol/gDW/h"
        supplied[gas[0]] = (amount, Origin("oxygen", what, condition.place("oxygen")))
    for id in model.exchanges:
        row, old = model.reactions[id], bounds[id]
        (coefficient,) = row.stoichiometry.values()
        species = next(iter(row.stoichiometry)).rpartition("_")[0]
        absent = Origin("medium", f"{species} is not in the medium", condition.place("medium"))
        limit_, origin = supplied.get(id, (0.0, absent))
        if coefficient > 0:  # written as uptake: `--> x_e`
            top = row.upper if limit_ is None else min(row.upper, limit_)
            bounds[id] = Bound(old.lower, top, old.lower_origin, origin)
        elif row.lower < 0:
            low = row.lower if limit_ is None else max(row.lower, -limit_)
            # a component that the medium names is there: it opens an exchange that is closed by default
            upper = row.upper if id in supplied else old.upper
            bounds[id] = Bound(low + 0.0, upper, origin, old.upper_origin)
        elif limit_ is None or limit_ > 0:
            ignored.append(species)
    return tuple(sorted(ignored))


def _medium_origin(condition: Condition, mixture: Mixture, species: str, limit: Quantity | None) -> Origin:
    if limit is None:
        return Origin(
            "medium", f"{species} unlimited", mixture.origins.get(species, condition.place("medium"))
        )
    size = f"at most {limit.magnitude('mmol/gDW/h'):.4g} mmol/gDW/h"
    if species in condition.uptake.limits:
        return Origin("uptake", f"{species}: {size}", condition.place(f"uptake.limits.{species}"))
    where = mixture.origins.get(species, condition.place("medium"))
    amount = mixture.concentrations.get(species)
    return Origin("medium", f"{species} {amount} lasts {condition.uptake.hours} at {size}", where)


def medium_problems(condition: Condition, model: Model, listed: Collection[str]) -> list[Problem]:
    """Species that the condition itself names and the model cannot exchange.

    Files of media may list what the model does not use; a condition that adds or limits a species by
    name means it. Taking out what a file `listed` is always possible.
    """
    spec = condition.medium
    named = [(s, f"medium.{part}.{s}") for part in ("add", "set") for s in getattr(spec, part)]
    named += [(s, f"uptake.limits.{s}") for s in condition.uptake.limits]
    named += [(s, "medium.remove") for s in spec.remove if s not in listed]
    species = [m.species.id for m in model.metabolites.values() if m.compartment == "e"]
    found = []
    for name, path in named:
        if exchange_of(model, name) is None:
            cure = nearest(name, species) or "`fluxmodel show metabolite ID` looks species up"
            what = f"the model cannot exchange {name!r}"
            found.append(Problem("FM513", what, condition.place(path), cure))
    return found


def with_condition_bounds(
    bounds: dict[str, Bound], model: Model, condition: Condition, problems: list[Problem], notes: list[str]
) -> None:
    """Apply ``open`` changes, then the condition's own ``bounds``."""
    for change in condition.changes:
        if not isinstance(change, Open):
            continue
        row = model.reactions.get(change.target)
        if row is None:
            problems.append(unknown_reaction(change.target, model, change.where))
            continue
        origin = Origin("opened", f"{row.id} opened", change.where)
        low = row.lower if change.lower is None else change.lower
        high = row.upper if change.upper is None else change.upper
        bounds[row.id] = Bound(low, high, origin, origin)
    for id, given in condition.bounds.items():
        row = model.reactions.get(id)
        where = condition.place(f"bounds.{id}")
        if row is None:
            problems.append(unknown_reaction(id, model, where))
            continue
        old = bounds[id]
        lower, upper = (old.lower, old.lower_origin), (old.upper, old.upper_origin)
        if given.lower is not None:
            place = condition.place(f"bounds.{id}.lower")
            lower = (given.lower, Origin("bounds", f"{id} >= {given.lower:g} mmol/gDW/h", place))
            if given.lower < 0 <= row.lower:
                notes.append(f"{id} may run backwards: {place} allows what the model's arrow does not")
        if given.upper is not None:
            place = condition.place(f"bounds.{id}.upper")
            upper = (given.upper, Origin("bounds", f"{id} <= {given.upper:g} mmol/gDW/h", place))
        bounds[id] = Bound(lower[0], upper[0], lower[1], upper[1])


def unknown_reaction(name: str, model: Model, where: Where) -> Problem:
    """The problem of a name that is no reaction; genes are named as such."""
    if name in model.genes:
        cure = f"{name} is a gene; its reactions: {', '.join(model.reactions_of(name)[:6]) or 'none'}"
    else:
        cure = nearest(name, model.reactions) or "`fluxmodel show reaction ID` looks ids up"
    return Problem("FM501", f"the model has no reaction {name!r}", where, cure)


def knock_out(bounds: dict[str, Bound], reactions: Mapping[str, Origin]) -> None:
    """Close the reactions that have lost their last catalyst."""
    for id, origin in reactions.items():
        bounds[id] = Bound(0.0, 0.0, origin, origin)
