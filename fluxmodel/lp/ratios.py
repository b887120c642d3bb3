"""Exact ranges of ratios of fluxes: linear-fractional programs.

``max (a . v) / (b . v)`` over a polytope on which ``b . v > 0`` is the Charnes-Cooper linear program
[1]_. Newton's method on the optimum of ``(a - r b) . v`` [2]_ gives the same number: every step is one
warm primal LP in the open session, and it ends after a few steps, exactly, at a vertex. It is the
default; the homogenised program decides where the region is unbounded, and checks it in the tests.

References
----------
.. [1] Charnes A, Cooper WW (1962), Naval Research Logistics Quarterly 9, 181-186.
.. [2] Dinkelbach W (1967), Management Science 13, 492-498.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import numpy as np

from fluxmodel.errors import InputError, NoOptimum, Problem
from fluxmodel.lp.homogenise import homogenise
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Sense
from fluxmodel.lp.query import Query, Want
from fluxmodel.lp.ranges import Region, near_optimum
from fluxmodel.lp.session import Session, open_session
from fluxmodel.lp.sparse import Floats, Sparse

#: A denominator that can come this near to zero makes the ratio undefined. 1000 times the primal
#: tolerance: below that the ratio's digits would be those of the tolerance.
DENOMINATOR_FLOOR = 1e-6
#: Newton stops when the ratio moves by less than this, relative; it converges faster than linearly.
_STEP = 1e-12
#: More steps than this have never been needed (a handful is usual).
_MOST_STEPS = 60

Method = Literal["newton", "charnes-cooper"]


class RatioOutcome(str, enum.Enum):
    """How one end of a ratio's range came out; UNDEFINED means that the denominator can be zero."""

    OPTIMAL = "optimal"
    UNDEFINED = "undefined"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"
    NUMERIC = "numeric"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class RatioRange:
    """Least and greatest value of one ratio; reading an end that is not OPTIMAL raises NoOptimum.

    Attributes
    ----------
    min_outcome, max_outcome : RatioOutcome
    denominator : tuple of float
        Least and greatest value of the denominator (NaN if not known).
    points : tuple of (ndarray or None)
        Columns (those watched) where the least and the greatest value are reached, where Newton's method
        found them.
    """

    min_outcome: RatioOutcome
    max_outcome: RatioOutcome
    denominator: tuple[float, float]
    _minimum: float = float("nan")
    _maximum: float = float("nan")
    points: tuple[Floats | None, Floats | None] = field(default=(None, None), compare=False, repr=False)

    @property
    def minimum(self) -> float:
        """Least value."""
        return self._end(self.min_outcome, self._minimum)

    @property
    def maximum(self) -> float:
        """Greatest value."""
        return self._end(self.max_outcome, self._maximum)

    def _end(self, outcome: RatioOutcome, value: float) -> float:
        if outcome is RatioOutcome.OPTIMAL:
            return value
        low, high = self.denominator
        why = f"the denominator ranges over [{low:g}, {high:g}]"
        raise NoOptimum(outcome.value, (why,) if outcome is RatioOutcome.UNDEFINED else ())


def ratio_ranges(
    session: Session,
    numerators: Sparse,
    denominators: Sparse,
    query: Query | None = None,
    *,
    stage: str | None = None,
    fraction: float = 1.0,
    floor: float = DENOMINATOR_FLOOR,
    method: Method = "newton",
) -> tuple[RatioRange, ...]:
    """Least and greatest value of ``(a . v) / (b . v)`` near the optimum, exactly.

    Parameters
    ----------
    session, query, stage, fraction
        The region: see `fluxmodel.lp.near_optimum`.
    numerators, denominators : Sparse, (n_ratios, n_columns)
        Functionals of the *columns*; row k of each makes ratio k.
    floor : float
        The denominator must stay above it (or below its negative) on the whole region.
    method : {'newton', 'charnes-cooper'}
        Both give the same numbers; the second builds a program of its own.

    Returns
    -------
    tuple of RatioRange

    Examples
    --------
    >>> from fluxmodel.lp import Program, Stage
    >>> m = Sparse.from_dense([[1, -1, -1]])
    >>> p = Program(["in", "a", "b"], ["x"], m, [0, 0, 2], [10, 8, 8], [0], [0],
    ...             [Stage("total", [1, 0, 0])])
    >>> a, b = Sparse.from_dense([[0, 1, 0]]), Sparse.from_dense([[0, 0, 1]])
    >>> with open_session(p) as session:
    ...     r = ratio_ranges(session, a, b)[0]
    >>> round(r.minimum, 9), round(r.maximum, 9)
    (0.25, 4.0)
    """
    region = near_optimum(session, query, stage=stage, fraction=fraction)
    return ratios_over(session, region, numerators, denominators, floor=floor, method=method)


def ratios_over(
    session: Session,
    region: Region,
    numerators: Sparse,
    denominators: Sparse,
    *,
    floor: float = DENOMINATOR_FLOOR,
    method: Method = "newton",
) -> tuple[RatioRange, ...]:
    """The ranges of ratios over a region that is known already; see `ratio_ranges`."""
    n = session.program.n_columns
    if numerators.shape != denominators.shape or numerators.shape[1] != n:
        raise InputError(
            Problem("FM101", f"numerators {numerators.shape}, denominators {denominators.shape}, columns {n}")
        )
    if method not in ("newton", "charnes-cooper"):
        raise InputError(Problem("FM104", f"method {method!r}", cure="'newton' or 'charnes-cooper'"))
    if region.outcome is not Outcome.OPTIMAL:
        failed = RatioOutcome(region.outcome.value)
        nothing = RatioRange(failed, failed, (np.nan, np.nan))
        return (nothing,) * numerators.shape[0]
    return tuple(
        ratio_over(session, region, _row(numerators, k), _row(denominators, k), floor=floor, method=method)
        for k in range(numerators.shape[0])
    )


def ratio_over(
    session: Session,
    region: Region,
    numerator: Floats,
    denominator: Floats,
    *,
    floor: float = DENOMINATOR_FLOOR,
    method: Method = "newton",
    guesses: tuple[float | None, float | None] = (None, None),
    watched: Sequence[int] | None = None,
    sides: tuple[bool, bool] = (True, True),
) -> RatioRange:
    """The range of one ratio over a region that is known and not empty; see `ratio_ranges`.

    Parameters
    ----------
    session, region, floor, method
        See `ratio_ranges`.
    numerator, denominator : ndarray, (n_columns,)
    guesses : tuple of (float or None)
        Where Newton's method may start: any numbers lead to the same ends, near ones sooner.
    watched : sequence of int, optional
        The columns that `points` of the answer have; all of them if left out.
    sides : tuple of bool
        Whether the least and whether the greatest value is asked for; what is not is NaN.
    """
    a, b = numerator, denominator
    low_end, low, high_end, high = session.sweep(region.query, Sparse.from_dense(b[None]))[0]
    positive = low_end is Outcome.OPTIMAL and low > floor
    negative = high_end is Outcome.OPTIMAL and high < -floor
    around = (
        -np.inf if low_end is Outcome.UNBOUNDED else low,
        np.inf if high_end is Outcome.UNBOUNDED else high,
    )
    fine = (Outcome.OPTIMAL, Outcome.UNBOUNDED)
    if low_end not in fine or high_end not in fine:
        failed = RatioOutcome((low_end if low_end not in fine else high_end).value)
        return RatioRange(failed, failed, around)
    if not (positive or negative):
        return RatioRange(RatioOutcome.UNDEFINED, RatioOutcome.UNDEFINED, around)
    if negative:  # a/b = (-a)/(-b)
        a, b = -a, -b
    which = range(session.program.n_columns) if watched is None else watched
    end = partial(_end, session, region, a, b, method=method, watched=which)
    nothing = RatioOutcome.OPTIMAL, float("nan"), None
    low_out, low_value, low_at = end("min", guess=guesses[0]) if sides[0] else nothing
    high_out, high_value, high_at = end("max", guess=guesses[1]) if sides[1] else nothing
    return RatioRange(low_out, high_out, around, low_value, high_value, (low_at, high_at))


def _row(matrix: Sparse, k: int) -> Floats:
    rows, columns, values = matrix.triplets()
    dense = np.zeros(matrix.shape[1])
    dense[columns[rows == k]] = values[rows == k]
    return dense


def _end(
    session: Session,
    region: Region,
    a: Floats,
    b: Floats,
    sense: Sense,
    *,
    method: Method,
    watched: Sequence[int],
    guess: float | None,
) -> tuple[RatioOutcome, float, Floats | None]:
    """One end, where the denominator is known to stay positive."""
    if method == "newton":
        outcome, value, point = _newton(session, region.query, a, b, sense, watched, guess)
        if outcome is not RatioOutcome.UNBOUNDED:
            return outcome, value, point
        # a ray along which both grow may still have a finite ratio: the homogenised program knows
    program, goal, unit = homogenise(session.program, region.query, a, b)
    with open_session(program, session.engine, spare=1) as inner:
        answer = inner.solve(Query(cost=goal, sense=sense, extras=(unit,)))
    return RatioOutcome(answer.outcome.value), answer.objective if answer.optimal else np.nan, None


def _newton(
    session: Session,
    region: Query,
    a: Floats,
    b: Floats,
    sense: Sense,
    watched: Sequence[int],
    guess: float | None,
) -> tuple[RatioOutcome, float, Floats | None]:
    # only what is needed is read: a vertex in full costs as much as a warm program
    terms = np.flatnonzero((a != 0) | (b != 0))
    columns = [*terms.tolist(), *watched]
    a_terms, b_terms = a[terms], b[terms]
    ratio, point = None, None
    cost = b if guess is None else a - guess * b  # any vertex will do to begin with
    for _ in range(_MOST_STEPS):
        answer = session.solve(replace(region, cost=cost, sense=sense, want=Want.NOTHING))
        if not answer.optimal:
            return RatioOutcome(answer.outcome.value), np.nan, None
        values = session.values(columns)
        new = float(a_terms @ values[: terms.size]) / float(b_terms @ values[: terms.size])
        if ratio is not None:
            gain = new - ratio if sense == "max" else ratio - new
            if gain <= _STEP * max(1.0, abs(new)):
                return RatioOutcome.OPTIMAL, *((new, values[terms.size :]) if gain > 0 else (ratio, point))
        ratio, point = new, values[terms.size :]
        cost = a - ratio * b
    return RatioOutcome.NUMERIC, np.nan, None
