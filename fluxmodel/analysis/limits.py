"""Limits: the capacity of every catalyst of a cell in one condition, with the origin of each factor."""

from __future__ import annotations

from collections.abc import Mapping

from fluxmodel.analysis.activity import Activity
from fluxmodel.analysis.efficiency import efficiencies, hub_of
from fluxmodel.condition import Cell
from fluxmodel.formalism.resolved import Capacity, Origin
from fluxmodel.network.model import Model

#: The pseudo-catalyst of growth: ribosomes and what feeds them.
TRANSLATION = "translation"


def cell_limits(
    model: Model,
    cell: Cell,
    state: Activity,
    saturation: Mapping[tuple[str, str, int], float],
    expression: Mapping[str, tuple[float, tuple[Origin, ...]]],
) -> tuple[tuple[Capacity, ...], frozenset[str]]:
    """The capacity of every catalyst, and the reactions that a catalyst without one serves as well.

    Parameters
    ----------
    model : Model
    cell : Cell
    state : Activity
        What inhibitions and knock-outs leave.
    saturation : mapping
        As `fluxmodel.analysis.efficiency.saturations` gives it.
    expression : mapping of catalyst id to (ratio, origins)
        What the expression state makes of a catalyst; 1 where it is not named.
    """
    found: list[Capacity] = []
    for id, row in cell.capacities.items():
        catalyst = model.all_catalysts.get(id)
        if catalyst is None:
            continue
        reactions = tuple(r for r in catalyst.reactions if r not in state.closed)
        where = cell.place(f"capacities.{id}")
        origins = [Origin("capacity", f"{id} carries at most {row.value:.4g} mmol/gDW/h", where)]
        ratio, why = expression.get(id, (1.0, ()))
        residual = state.residual.get(id, 1.0)
        origins += [*why, *state.origins.get(id, ())]
        if id in state.lost:
            residual = 0.0
            origins.append(state.lost[id])
        found.append(
            Capacity(
                id,
                reactions,
                row.value,
                residual,
                tuple(origins),
                expression=ratio,
                efficiency=efficiencies(model, catalyst, saturation),
                hub=hub_of(model, catalyst),
                driven=catalyst.runs == "gradient" and bool(reactions),
            )
        )
    if cell.translation is not None:
        ratio, why = expression.get(TRANSLATION, (1.0, ()))
        most = cell.translation.magnitude("1/h")
        own = Origin(
            "capacity", f"protein synthesis supports at most {most:.4g} 1/h", cell.place("translation")
        )
        found.append(Capacity(TRANSLATION, (model.biomass,), most, 1.0, (own, *why), expression=ratio))
    limited = {c.catalyst for c in found}
    open_ones = {
        r
        for r in {r for c in found for r in c.reactions}
        if any(c.id not in limited and c.id not in state.lost for c in model.catalysts_of(r))
    }
    return tuple(found), frozenset(open_ones)
