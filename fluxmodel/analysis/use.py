"""What catalysts carry while nobody treats the cell: no capacity may be less than that.

Without it, switching a capacity on would be an effect of its own: inhibition by a hair would cost what the
provisional number is short of. With it, 0 % is neutral, and growth falls from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fluxmodel.analysis.state import FluxState, Outcome
from fluxmodel.formalism.resolved import Capacity, Origin, Resolved
from fluxmodel.network.model import Model


def untreated_use(state: FluxState, resolved: Resolved) -> dict[str, float]:
    """Flux that each catalyst carries in a state, mmol/gDW/h; empty if it has no optimum.

    Isozymes divide the flux of a reaction in proportion to their capacities in the cell, or evenly if one of
    them has none.

    Parameters
    ----------
    state : FluxState
        Of the same condition without inhibitions and knock-outs.
    resolved : Resolved
    """
    if state.outcome is not Outcome.OPTIMAL:
        return {}
    model, known = resolved.model, resolved.cell_capacities
    shares: dict[str, Mapping[str, float]] = {}
    for reaction in state.values:
        own = {c.id: known.get(c.id, 0.0) for c in model.catalysts_of(reaction)}
        if len(own) > 1 and all(own.values()):
            shares[reaction] = own
    return catalyst_use(model, state.values, shares)


def catalyst_use(
    model: Model, fluxes: Mapping[str, float], shares: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Flux that each catalyst carries: the sum over its reactions of its share of the absolute flux.

    Parameters
    ----------
    model : Model
    fluxes : mapping of reaction id to float
    shares : mapping of reaction id to mapping of catalyst id to float
        How the flux of a reaction is divided among its catalysts, in any scale; evenly if left out.
    """
    use = dict.fromkeys(model.all_catalysts, 0.0)
    for reaction, flux in fluxes.items():
        catalysts = model.catalysts_of(reaction)
        if not catalysts:
            continue
        given = shares.get(reaction, {})
        total = sum(given.get(c.id, 0.0) for c in catalysts)
        for catalyst in catalysts:
            share = given.get(catalyst.id, 0.0) / total if total > 0 else 1 / len(catalysts)
            use[catalyst.id] += share * abs(flux)
    return use


def with_use(resolved: Resolved, use: Mapping[str, float]) -> Resolved:
    """The same with every capacity raised to the use, where that is more.

    Examples
    --------
    >>> from fluxmodel.formalism.resolved import Bound
    >>> r = Resolved(None, {}, (Capacity("GLS", ("GLUNm",), 0.1, 0.5), Capacity("GLS2", ("GLUNm",), 0.1)))
    >>> [(c.limit, c.basis) for c in with_use(r, {"GLS": 0.4, "GLS2": 0.05}).capacities]
    [(0.2, 'untreated use'), (0.1, 'cell')]
    """
    raised = tuple(
        _raised(c, use[c.catalyst]) if use.get(c.catalyst, 0.0) > c.value else c for c in resolved.capacities
    )
    return replace(resolved, capacities=raised)


def _raised(capacity: Capacity, use: float) -> Capacity:
    own, *others = capacity.origins or (Origin("capacity", ""),)
    what = f"{capacity.catalyst} carries {use:.4g} mmol/gDW/h untreated, more than its capacity in the cell"
    origins = (Origin("capacity", what, own.where), *others) if capacity.origins else ()
    return replace(capacity, value=use, basis="untreated use", origins=origins)
