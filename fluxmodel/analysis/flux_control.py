"""Control of fluxes at the growth optimum: how much of a flux hangs on a capacity, if it has no choice.

Growth is one number at the optimum, a flux is an interval. A flux has a control coefficient where the optimum
leaves it one value, before and after the step; elsewhere any number would be that of a choice among equals.
The ends of its interval are values of linear programs, and have coefficients of their own: how much of what
must flow, and of what can flow, hangs on the capacity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.control import ROUNDING, STEP
from fluxmodel.analysis.response import Responder
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import GROWTH, Problem
from fluxmodel.lp import Outcome, Sparse, hold
from fluxmodel.lp.sparse import Floats

#: Ends of a flux closer than this, relative to the flux, are one value: a hundredth of what the step changes.
UNIQUE = 1e-4
#: A flux below this is none, mmol/gDW/h.
LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class FluxAnswer:
    """Control over one flux, at the point.

    Attributes
    ----------
    less, more : float or None
        Percent of the flux lost per percent of the capacity taken away, and gained per percent added; None
        where the optimum leaves the flux a choice, or there is none.
    low, high : float or None
        Interval of the flux at the growth optimum, nothing moved; None where the cell does not grow.
    low_less, low_more, high_less, high_more : float or None
        The same coefficients of each end; None where it is 0.
    """

    less: float | None
    more: float | None
    low: float | None
    high: float | None
    low_less: float | None
    low_more: float | None
    high_less: float | None
    high_more: float | None


def flux_control(
    problem: Problem,
    limits: Floats,
    targets: Sequence[Sequence[str]],
    fluxes: Sequence[Mapping[str, float]],
    engine: str = "glpk",
) -> list[list[FluxAnswer]]:
    """Control of each target, a group of catalysts, over each flux, a sum of reactions.

    Parameters
    ----------
    problem : Problem
        Of formalism ``capacity``.
    limits : ndarray, (n_limited,)
    targets, fluxes
    engine : str

    Returns
    -------
    list of list of FluxAnswer
        By target, then by flux.
    """
    with Responder.of(problem, [name for group in targets for name in group], engine) as responder:
        goals = _goals(problem, fluxes, responder.parametric.program.n_columns)
        base = _ends(responder, limits, {}, goals)
        moved = [
            [_ends(responder, limits, dict.fromkeys(group, 1.0 + s * STEP), goals) for s in (-1.0, 1.0)]
            for group in targets
        ]
    return [[_answer(base[k], less[k], more[k]) for k in range(len(fluxes))] for less, more in moved]


def _goals(problem: Problem, fluxes: Sequence[Mapping[str, float]], n_columns: int) -> Sparse:
    dense = np.zeros((len(fluxes), n_columns))
    for k, terms in enumerate(fluxes):
        dense[k, : problem.program.n_columns] = problem.vector(terms)
    return Sparse.from_dense(dense)


def _ends(responder: Responder, limits: Floats, scale: Mapping[str, float], goals: Sparse) -> Floats:
    """Least and greatest of each flux at optimal growth, (fluxes, 2); NaN without growth."""
    served = responder.best(limits, scale)
    nothing = np.full((goals.shape[0], 2), np.nan)
    if served.answer is None or not served.growth > GROWTH_TOLERANCE:
        return nothing
    program = responder.parametric.program
    stage = replace(program.stage(GROWTH), relative_slack=0.0, absolute_slack=0.0)
    held = hold(program, served.query, stage, served.answer)
    found = responder.session.sweep(held, goals)
    ends = [(low, high) if a is b is Outcome.OPTIMAL else (np.nan, np.nan) for a, low, b, high in found]
    return np.array(ends).reshape(-1, 2)


def _answer(base: Floats, less: Floats, more: Floats) -> FluxAnswer:
    low, high = (None if np.isnan(x) else float(x) for x in base)
    sides = ((less, -1.0), (more, 1.0))
    middle = [_slope(float(base.mean()), float(x.mean()), s) if _one(base, x) else None for x, s in sides]
    ends = [[_slope(float(base[k]), float(x[k]), s) for x, s in sides] for k in (0, 1)]
    return FluxAnswer(middle[0], middle[1], low, high, ends[0][0], ends[0][1], ends[1][0], ends[1][1])


def _one(*intervals: Floats) -> bool:
    """Whether intervals are single values."""
    return all(float(np.ptp(x)) <= UNIQUE * float(np.abs(x).max()) for x in intervals)


def _slope(base: float, moved: float, sign: float) -> float | None:
    if not (np.isfinite([base, moved]).all() and abs(base) > LEAST):
        return None
    found = sign * (moved - base) / (STEP * base)
    return found if abs(found) > ROUNDING else 0.0
