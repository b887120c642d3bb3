"""The point of a perturbed state: the fluxes that change least from the cell's reference state.

An inhibited cell has had no time to find the flux state that is best for growth. Of all states that reach
nearly its highest growth, the one is taken that is nearest to the reference, scaled to that growth.

Where growth has a price instead, the cell may also slow down: it gives up growth for as long as that spares
it more adjustment than the price.

References
----------
.. [1] Segre D, Vitkup D, Church GM (2002), PNAS 99, 15112-15117: minimisation of metabolic adjustment; here
   with absolute differences, relative to the size of each flux.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from fluxmodel.formalism.problem import GROWTH, IDLE, Problem
from fluxmodel.lp import Program, Sparse, Stage, canonical_stage
from fluxmodel.lp.sparse import Floats

ADJUSTMENT = "adjustment"
#: Share of the highest growth that is kept; at 0.9 the slack itself would read as an effect.
KEPT = 0.99
#: A flux counts relative to itself plus this share of the largest uptake.
BASE_SHARE = 0.02
#: The parameter that says what growth is worth, and its value in a model without it.
PRICE, DEFAULT_PRICE = "acute.price", 3.0


def adjusted_program(problem: Problem, reference: Mapping[str, float], price: float | None = None) -> Program:
    """The program whose last stages pick the least adjusted state and make it unique.

    ``min sum_r w_r |v_r - (mu / mu_ref) v_ref,r|`` with ``w_r = 1 / (|v_ref,r| + 0.02 v_uptake)``, over the
    internal reactions, at 99 % of the highest growth, or less ``price mu / mu_ref`` at any growth.

    Parameters
    ----------
    problem : Problem
    reference : mapping of reaction id to float
        Net fluxes of the cell's reference state, mmol/gDW/h; what is absent is 0.
    price : float, optional
        What the growth of the reference is worth, in fluxes that change by as much as they were.
    """
    p = problem.program
    growth = reference[problem.resolved.model.biomass]
    ids = [r for r in problem.reactions if problem.weights.get(r)]
    base = base_flux(problem, reference)
    n, m, k = p.n_columns, p.n_rows, len(ids)
    rows, columns, values = (a.tolist() for a in p.matrix.triplets())
    scale = problem.vector({problem.resolved.model.biomass: 1.0})
    moving = np.flatnonzero(scale).tolist()
    cost = np.zeros(n + 2 * k)
    for i, reaction in enumerate(ids):
        target = reference.get(reaction, 0.0)
        terms = dict(problem.columns_of[reaction])
        for column in moving if target else ():
            terms[column] = terms.get(column, 0.0) - scale[column] * target / growth
        for column, value in terms.items():
            rows.append(m + i)
            columns.append(column)
            values.append(value)
        for column, sign in ((n + 2 * i, -1.0), (n + 2 * i + 1, 1.0)):
            rows.append(m + i)
            columns.append(column)
            values.append(sign)
            cost[column] = 1 / (abs(target) + base)
    if price is not None:
        cost[:n] -= price / growth * scale
    wide = Program(
        (*p.columns, *(f"{side}:{r}" for r in ids for side in ("above", "below"))),
        (*p.rows, *(f"adjust:{r}" for r in ids)),
        Sparse.from_triplets(rows, columns, values, (m + k, n + 2 * k)),
        np.concatenate([p.col_lower, np.zeros(2 * k)]),
        np.concatenate([p.col_upper, np.full(2 * k, np.inf)]),
        np.concatenate([p.row_lower, np.zeros(k)]),
        np.concatenate([p.row_upper, np.zeros(k)]),
        (
            *(
                Stage(
                    s.name,
                    np.concatenate([_slowing(problem, s) if price is not None else s.cost, np.zeros(2 * k)]),
                    s.sense,
                    relative_slack=1 - KEPT if s.name == GROWTH else s.relative_slack,
                )
                for s in p.stages
                if price is None or s.name != GROWTH
            ),
            Stage(ADJUSTMENT, cost, "min"),
        ),
        p.nets,
        Sparse.from_triplets(*p.net_matrix.triplets(), (len(p.nets), n + 2 * k)),
    )
    return wide.replace(stages=(*wide.stages, canonical_stage(wide)))


def _slowing(problem: Problem, stage: Stage) -> Floats:
    """The cost of a stage in the acute state: what runs by a gradient slows with the pool that drives it."""
    cost: Floats = stage.cost.copy()
    cost[[column for name, column in problem.slack_of.items() if name.startswith(IDLE)]] = 0.0
    return cost


def price_of(problem: Problem) -> float:
    """What growth is worth to a cell that has just been treated: a parameter of the model."""
    parameters = problem.resolved.model.parameters
    return parameters[PRICE].value if PRICE in parameters else DEFAULT_PRICE


def kept_growth(reached: float, state: float, highest: float, limit: float) -> float:
    """The growth of an acute state, on the scale of the highest growth, which states come near and not to.

    Parameters
    ----------
    reached : float
        Growth of the acute state.
    state, highest : float
        Growth of the state before the treatment, and the highest one before it.
    limit : float
        The highest growth after it.

    Examples
    --------
    >>> kept_growth(0.495, 0.99, 1.0, 1.0), kept_growth(0.99, 0.99, 1.0, 0.95)
    (0.5, 0.95)
    """
    return min(reached / state * highest, limit)


def base_flux(problem: Problem, reference: Mapping[str, float]) -> float:
    """What the size of every flux is taken to be at least: a share of the largest uptake of carbon."""
    return base_of([-reference.get(id, 0.0) for id in carbon_exchanges(problem)])


def base_of(uptakes: Iterable[float]) -> float:
    """The same out of the uptakes themselves, mmol/gDW/h."""
    return BASE_SHARE * max([*uptakes, 1e-3])


def carbon_exchanges(problem: Problem) -> tuple[str, ...]:
    """The exchanges of what has carbon."""
    model = problem.resolved.model
    return tuple(
        id
        for id in model.exchanges
        if any("C" in model.metabolites[x].formula for x in model.reactions[id].stoichiometry)
    )
