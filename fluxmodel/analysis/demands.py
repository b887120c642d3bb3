"""Demands: what a cell must serve whatever it grows on, from a name and an amount to reactions.

Codes: FM508 unknown demand, FM509 a unit that does not fit the demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fluxmodel.condition import Cell, Condition
from fluxmodel.errors import InputError, Problem, Where, nearest
from fluxmodel.formalism.resolved import Bound, Demand, Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model
from fluxmodel.units import Quantity


@dataclass(frozen=True, slots=True)
class Kind:
    """How a named demand is written in a model.

    Parameters
    ----------
    reactions : tuple of str
        Reactions whose fluxes are summed.
    exact : bool
        A load: applied as far as it can be, never exceeded (a free sink of electrons would be an
        alternative oxidase), and no reason to die.
    share_of : str
        Reaction of whose oxygen use a percentage is meant; empty if percent makes no sense.
    share_reactions : tuple of str
        Reactions that serve a percentage.
    pool : str
        Species of the biomass whose content a rate in 1/h multiplies; empty if 1/h makes no sense.
    """

    reactions: tuple[str, ...]
    exact: bool = False
    share_of: str = ""
    share_reactions: tuple[str, ...] = ()
    pool: str = ""


ATP = "ATP_maintenance"
#: What a load may carry, mmol/gDW/h: it is fixed by its demand.
UNLIMITED = 1000.0

#: Names that conditions and cells use. Any reaction id is a demand as well.
KINDS: Mapping[str, Kind] = {
    # percentages are shares of the oxygen that complex IV uses: without oxygen there is no load
    "oxidative_load": Kind(("NOX",), exact=True, share_of="CYOOm2i", share_reactions=("NOX",)),
    "respiratory_superoxide": Kind(("SOXm",), exact=True, share_of="CYOOm2i", share_reactions=("SOXm",)),
    "lipid_peroxidation": Kind(("LPOX",), exact=True, share_of="CYOOm2i", share_reactions=("LPOX",)),
    "GSH_turnover": Kind(("GTHRDt_ABCC1", "CHAC1"), pool="gthrd"),
}


def demands(
    model: Model, condition: Condition, cell: Cell, bounds: dict[str, Bound], problems: list[Problem]
) -> tuple[Demand, ...]:
    """The demands of a condition; the reactions they need are opened in `bounds`.

    Those of the condition replace those of the cell by name. A lower bound of the maintenance reaction in
    the table becomes a demand, so that a cell that cannot serve it is NONVIABLE and not INFEASIBLE.
    """
    named = {name: (amount, cell.place(f"demands.{name}")) for name, amount in cell.demands.items()}
    for name, amount in condition.demands.items():
        named[name] = (amount, condition.place(f"demands.{name}"))
    found: list[Demand] = []
    for name, (amount, where) in named.items():
        try:
            found.append(_demand(model, cell, name, amount, where))
        except InputError as error:
            problems += error.problems
    served = {r for d in found for r in d.terms}
    row = model.reactions[model.maintenance]
    lower = bounds[row.id].lower
    if row.id not in served and lower > 0:
        found.append(Demand(ATP, FrozenMap({row.id: 1.0}), lower, False, bounds[row.id].lower_origin))
    for demand in found:
        for id, coefficient in demand.terms.items():
            if coefficient > 0:
                _make_room(bounds, model, id, demand)
    return tuple(d for d in found if d.amount > 0 or len(d.terms) > 1)


def _make_room(bounds: dict[str, Bound], model: Model, id: str, demand: Demand) -> None:
    """Open a load that is closed by default, and leave its bounds to the demand."""
    old, row, origin = bounds[id], model.reactions[id], demand.origin
    lower = min(old.lower, 0.0) if old.lower_origin.kind == "table" else old.lower
    if old.upper == 0 and not row.open and old.upper_origin.kind == "table":
        bounds[id] = Bound(lower, row.upper, old.lower_origin, origin)
    elif demand.exact and 0 < old.upper < UNLIMITED and old.upper_origin.kind == "table":
        # a share of respiration must not bound respiration, which the table's number would do
        bounds[id] = Bound(lower, UNLIMITED, old.lower_origin, origin)
    elif lower != old.lower:
        bounds[id] = Bound(lower, old.upper, old.lower_origin, old.upper_origin)


def _demand(model: Model, cell: Cell, name: str, amount: Quantity, where: Where) -> Demand:
    if name in KINDS:
        kind = KINDS[name]
    elif name == ATP:
        kind = Kind((model.maintenance,))
    elif name in model.reactions:
        kind = Kind((name,))
    else:
        known = [ATP, *KINDS]
        cure = nearest(name, [*known, *model.reactions]) or f"known: {', '.join(known)}, or a reaction id"
        raise InputError(Problem("FM508", f"there is no demand called {name!r}", where, cure))
    percent = amount.dimension == "ratio" and bool(kind.share_of)
    serving = kind.share_reactions if percent else kind.reactions
    reactions = [r for r in serving if r in model.reactions]
    if not reactions:
        what = f"the model has no reaction for the demand {name!r} ({', '.join(serving)})"
        raise InputError(Problem("FM508", what, where, "delete it, or name a reaction id instead"))
    terms = dict.fromkeys(reactions, 1.0)
    size, origin = 0.0, Origin("demand", f"{name} {amount}", where)
    if amount.dimension in ("flux", "flux per cell"):
        size = amount.magnitude("mmol/gDW/h", cell.dry_mass)
    elif percent and kind.share_of in model.reactions:
        oxygen = sum(
            -c for m, c in model.reactions[kind.share_of].stoichiometry.items() if m.startswith("o2_")
        )
        terms[kind.share_of] = -amount.magnitude("1") * oxygen
    elif amount.dimension == "rate" and kind.pool:
        content = sum(-c for m, c in model.reactions[model.biomass].stoichiometry.items()
                      if model.metabolites[m].species.id == kind.pool)  # fmt: skip
        size = amount.magnitude("1/h") * content
    else:
        ways = ["mmol/gDW/h", *(["percent"] if kind.share_of else []), *(["1/h"] if kind.pool else [])]
        what = f"{name} in {amount.unit}"
        raise InputError(Problem("FM509", what, where, f"write it in {' or '.join(ways)}"))
    return Demand(name, FrozenMap(terms), size, kind.exact, origin)
