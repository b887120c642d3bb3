"""Mixed-integer programs: one door for all engines, and an answer that says what was proven.

A mixed-integer program is a `Program` together with the columns that are whole numbers. It is posed once,
solved once and forgotten: unlike a linear program it has no basis that a next one could start from, so there
is no session, only `solve_milp`.

An engine's word is not taken for a solution: whole columns are rounded, the others found again by a linear
program with these fixed, and the point is put into every row and bound before it is handed out. Nor is it
taken for a proof that there is none: HiGHS has to say so twice, once without its presolve.
"""

from __future__ import annotations

import enum
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fluxmodel.errors import InputError, NoOptimum, Problem
from fluxmodel.lp.applied import close_gaps
from fluxmodel.lp.engine import load_opener
from fluxmodel.lp.program import Program
from fluxmodel.lp.query import Extra, Query
from fluxmodel.lp.sparse import Floats, Ints, Sparse, frozen_floats

#: How far from a whole number a column may be while an engine searches: the default of HiGHS. With 1e-9 its
#: presolve was seen to call programs infeasible that have a point. A flux of 1e-3 slips through a switch that
#: is off by 1e-6 in front of a bound of 1000, so the other columns are solved for again once whole ones are
#: rounded.
INTEGRALITY = 1e-6
#: Gaps and bounds closer than this, relative to 1 or to the objective, are the same.
SAME = 1e-9
#: How far a rounded point may lie outside of a row or bound, relative to 1 or to the bound.
FEASIBILITY = 1e-6


class MilpOutcome(enum.Enum):
    """How a mixed-integer program can end.

    Attributes
    ----------
    OPTIMAL
        A point, and the proof that none is better by more than the gap that was allowed.
    FEASIBLE
        A point, but the limit came before the proof: `bound` says how much better one could be.
    INFEASIBLE
        Proven: there is no point.
    UNBOUNDED
        The objective grows without limit.
    LIMIT
        The limit came before any point was found.
    NUMERIC
        The engine failed, or its point does not hold.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"
    NUMERIC = "numeric"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, eq=False)
class Posed:
    """A mixed-integer program with a query put into it: all that an engine needs.

    Attributes
    ----------
    cost : ndarray, (n_columns,)
    maximise : bool
    columns, rows : tuple of ndarray
        Lower and upper bounds.
    matrix : Sparse, (n_rows, n_columns)
        With the extra rows behind the others.
    integers : ndarray of int
        Columns that are whole numbers.
    """

    cost: Floats
    maximise: bool
    columns: tuple[Floats, Floats]
    rows: tuple[Floats, Floats]
    matrix: Sparse
    integers: Ints

    def fixed(self, whole: Floats) -> Posed:
        """The linear program that is left once the whole columns are known."""
        low, high = (x.copy() for x in self.columns)
        low[self.integers] = high[self.integers] = whole
        return replace(self, columns=(low, high), integers=np.zeros(0, dtype=np.int64))

    def holds(self, point: Floats) -> bool:
        """Whether a point lies within all rows and bounds."""
        return all(
            bool(np.all(low - x <= _slack(low)) and np.all(x - high <= _slack(high)))
            for x, (low, high) in ((point, self.columns), (self.matrix.dot(point), self.rows))
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: seconds (None: never), and the relative gap that is good enough."""

    seconds: float | None = None
    gap: float = 0.0


@dataclass(frozen=True, eq=False)
class Said:
    """What an engine says of a mixed-integer program; the point may be absent."""

    outcome: MilpOutcome
    bound: float
    point: Floats | None
    detail: str
    version: str


class MilpEngine(Protocol):
    """Solves a posed program; `variant` is what follows the colon in ``optlang:glpk``."""

    def __call__(self, posed: Posed, limits: Limits, start: Floats | None, variant: str) -> Said: ...


@dataclass(frozen=True, eq=False)
class MilpAnswer:
    """The answer to a mixed-integer program.

    Attributes
    ----------
    outcome : MilpOutcome
    bound : float
        What no point can better; infinite where nothing is known, NaN without a program to bound.
    engine, version, detail : str
    """

    outcome: MilpOutcome
    bound: float
    engine: str
    version: str
    detail: str = ""
    _point: Floats | None = None
    _objective: float = float("nan")

    @property
    def found(self) -> bool:
        """Whether there is a point."""
        return self._point is not None

    @property
    def optimal(self) -> bool:
        """Whether the point is proven to be the best."""
        return self.outcome is MilpOutcome.OPTIMAL

    @property
    def primal(self) -> Floats:
        """The point, (n_columns,); integer columns are whole numbers.

        Raises
        ------
        NoOptimum
            Unless there is one.
        """
        if self._point is None:
            raise NoOptimum(self.outcome.value, (self.detail,) if self.detail else ())
        return self._point

    @property
    def objective(self) -> float:
        """The objective at the point.

        Raises
        ------
        NoOptimum
            Unless there is one.
        """
        return self._objective if self.found else float(self.primal[0])

    @property
    def gap(self) -> float:
        """How far the point may be from the best, relative to its objective; infinite without a point."""
        if not self.found or not np.isfinite(self.bound):
            return float("inf")
        apart = abs(self.bound - self._objective)
        size = max(1.0, abs(self._objective), abs(self.bound))
        if apart <= SAME * size:
            return 0.0
        return apart / abs(self._objective) if self._objective else float("inf")


def not_all_of(columns: Sequence[int], n_columns: int) -> Extra:
    """The row that excludes a set of binary columns, and with it every set that contains it.

    Parameters
    ----------
    columns : sequence of int
        Which are 1 together in what is excluded.
    n_columns : int

    Examples
    --------
    >>> cut = not_all_of([0, 2], 3)
    >>> cut.coefficients.tolist(), cut.upper
    ([1.0, 0.0, 1.0], 1.0)
    """
    row = np.zeros(n_columns)
    row[list(columns)] = 1.0
    return Extra(row, upper=float(len(set(columns)) - 1))


def solve_milp(
    program: Program,
    integers: Sequence[int],
    query: Query | None = None,
    engine: str = "highs",
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    start: npt.ArrayLike | None = None,
) -> MilpAnswer:
    """Solve a mixed-integer program: one thread, one seed, the same answer each time.

    Only a time limit makes the answer depend on the machine; whether one was met is in the outcome.

    Parameters
    ----------
    program : Program
        Its first stage is the objective, unless the query has another.
    integers : sequence of int
        Columns that are whole numbers; binary ones have the bounds 0 and 1.
    query : Query, optional
        Bounds, cost and extra rows (such as those of `not_all_of`).
    engine : str
        ``highs`` or ``optlang:NAME``. GLPK's branch and bound is reached as ``optlang:glpk``.
    time_limit : float, optional
        Seconds; optlang counts whole ones.
    gap : float
        A point whose objective is proven to lie within this share of the best is good enough. What
        optlang reaches is solved to the end.
    start : array_like, (n_columns,), optional
        A point to begin with; optlang has no use for it.

    Returns
    -------
    MilpAnswer

    Raises
    ------
    InputError
        FM560 for columns, limits or a start that cannot be; FM111 for an engine that solves none.

    Examples
    --------
    >>> from fluxmodel.lp import Program, Sparse, Stage
    >>> p = Program(["a", "b", "c"], ["weight"], Sparse.from_dense([[3, 4, 5]]), [0, 0, 0], [1, 1, 1],
    ...             [0], [7], [Stage("value", [4, 5, 6])])
    >>> answer = solve_milp(p, [0, 1, 2])
    >>> answer.outcome.value, answer.objective, answer.primal.tolist(), answer.gap
    ('optimal', 9.0, [1.0, 1.0, 0.0], 0.0)
    """
    query = query or Query()
    _check(program, integers, time_limit, gap)
    solve, variant = _engine(engine)
    posed, contradiction = _pose(program, integers, query)
    if contradiction:
        return MilpAnswer(MilpOutcome.INFEASIBLE, float("nan"), engine, "", contradiction)
    first = None if start is None else frozen_floats(start)
    if first is not None and first.shape != (program.n_columns,):
        what = f"the start has shape {first.shape}, not ({program.n_columns},)"
        raise InputError(Problem("FM560", what, cure="give one number per column"))
    said = solve(posed, Limits(time_limit, gap), first, variant)
    if said.point is None:
        return MilpAnswer(said.outcome, said.bound, engine, said.version, said.detail)
    point = said.point.copy()
    whole = np.round(point[posed.integers])
    off = float(np.abs(point[posed.integers] - whole).max(initial=0.0))
    point[posed.integers] = whole
    if 0 < posed.integers.size < program.n_columns:
        point = solve(posed.fixed(whole), Limits(), None, variant).point
    return _judged(posed, said, engine, point, off)


def _judged(posed: Posed, said: Said, engine: str, point: Floats | None, off: float) -> MilpAnswer:
    """The answer, if its point holds; `off` is how far whole columns were from whole."""
    if point is None or off > 2 * INTEGRALITY or not posed.holds(point):
        detail = f"the point that the engine gives does not hold ({said.detail}; {off:.2g} from whole)"
        return MilpAnswer(MilpOutcome.NUMERIC, said.bound, engine, said.version, detail)
    point += 0.0  # no -0.0
    point.flags.writeable = False
    objective = float(posed.cost @ point)
    bound = objective if said.outcome is MilpOutcome.OPTIMAL and np.isnan(said.bound) else said.bound
    return MilpAnswer(said.outcome, bound, engine, said.version, said.detail, point, objective)


def _pose(program: Program, integers: Sequence[int], query: Query) -> tuple[Posed, str]:
    """The program with the query in it, and a contradiction between bounds, in words."""
    first = program.stages[0] if program.stages else None
    own = first.cost if first else np.zeros(program.n_columns)
    cost = own if query.cost is None else query.cost
    sense = query.sense or (first.sense if first else "max")
    n, m = program.n_columns, program.n_rows
    given = {"cost": (cost, n), "col_lower": (query.col_lower, n), "col_upper": (query.col_upper, n),
             "row_lower": (query.row_lower, m), "row_upper": (query.row_upper, m)}  # fmt: skip
    given |= {f"extra row {k}": (extra.coefficients, n) for k, extra in enumerate(query.extras)}
    problems = [
        Problem("FM101", f"{name} has shape {array.shape}, not ({size},)")
        for name, (array, size) in given.items()
        if array is not None and array.shape != (size,)
    ]
    if problems:
        raise InputError(problems)
    rows, columns, values = program.matrix.triplets()
    extras = [(k, np.flatnonzero(extra.coefficients)) for k, extra in enumerate(query.extras, m)]
    matrix = Sparse.from_triplets(
        np.concatenate([rows, *(np.full(used.size, k) for k, used in extras)]),
        np.concatenate([columns, *(used for _, used in extras)]),
        np.concatenate([values, *(query.extras[k - m].coefficients[used] for k, used in extras)]),
        (m + len(extras), n),
    )
    row_low = program.row_lower if query.row_lower is None else query.row_lower
    row_high = program.row_upper if query.row_upper is None else query.row_upper
    col_low = program.col_lower if query.col_lower is None else query.col_lower
    col_high = program.col_upper if query.col_upper is None else query.col_upper
    row_bounds, bad_row = close_gaps(
        np.concatenate([row_low, [e.lower for e in query.extras]]),
        np.concatenate([row_high, [e.upper for e in query.extras]]),
    )
    col_bounds, bad_column = close_gaps(col_low, col_high)
    which = np.unique(np.asarray(integers, dtype=np.int64))
    posed = Posed(cost, sense == "max", col_bounds, row_bounds, matrix, which)
    if bad_column >= 0:
        return posed, f"lower > upper for column {program.columns[bad_column]!r}"
    if bad_row >= 0:
        name = repr(program.rows[bad_row]) if bad_row < m else f"extra {bad_row - m}"
        return posed, f"lower > upper for row {name}"
    return posed, ""


def _check(program: Program, integers: Sequence[int], time_limit: float | None, gap: float) -> None:
    found = []
    outside = [j for j in integers if not 0 <= j < program.n_columns]
    if outside:
        what = f"integer columns {outside[:5]} of a program with {program.n_columns} columns"
        found.append(Problem("FM560", what, cure="give numbers of columns, from 0 on"))
    if time_limit is not None and not time_limit > 0:
        found.append(Problem("FM560", f"time limit {time_limit!r}", cure="give seconds > 0"))
    if not 0 <= gap < 1:
        found.append(Problem("FM560", f"gap {gap!r}", cure="give a share from 0 on and below 1"))
    if found:
        raise InputError(found)


def _slack(bound: Floats) -> Floats:
    """How far a point may lie outside of bounds."""
    return FEASIBILITY * np.maximum(1.0, np.where(np.isfinite(bound), np.abs(bound), 1.0))


def _engine(engine: str) -> tuple[MilpEngine, str]:
    load_opener(engine)  # an unknown name is told as everywhere
    family, _, variant = engine.partition(":")
    if family not in _REGISTRY:
        what = f"engine {engine!r} solves no mixed-integer programs here"
        raise InputError(Problem("FM111", what, cure="use highs or optlang:NAME, such as optlang:glpk"))
    module, name = _REGISTRY[family]
    solve: Callable[..., Said] = getattr(importlib.import_module(module), name)
    return solve, variant


#: Family of an engine -> the function that solves; imported only when asked for.
_REGISTRY = {
    "highs": ("fluxmodel.lp.milp_engines", "with_highs"),
    "optlang": ("fluxmodel.lp.milp_engines", "with_optlang"),
}
