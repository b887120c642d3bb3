"""Loops: flux around a cycle that exchanges nothing, which no difference of potentials can drive.

An optimum with loops is an optimum without them as long as no bound forces one: what runs around a cycle is
taken away, and nothing that enters or leaves changes [1]_. Where bounds do force loops, only a program with a
choice of directions says what can be reached without them [2]_.

Codes: FM559 a loopless optimum without finite bounds.

References
----------
.. [1] Desouki AA et al. (2015), Bioinformatics 31, 2159-2165.
.. [2] Schellenberger J et al. (2011), Biophys J 100, 544-553.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.milp import MilpOutcome, solve_milp
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program, Stage
from fluxmodel.lp.query import Query, Want
from fluxmodel.lp.session import open_session
from fluxmodel.lp.sparse import Floats, Ints, Sparse

#: Flux below this runs nowhere, and a loop of less than this is rounding, relative to 1 or to the flux.
CRUMB = 1e-7
#: How far columns outside of loops may move, relative to 1 or to the flux, so that a point of an engine is
#: feasible for it again: the less the better.
ROOM = (1e-9, 1e-8, 1e-7)
#: Greatest difference of potentials between the ends of a column; the least is 1.
DRIVE = 1000.0
#: How a mixed-integer program ends, as an outcome of this file; a point that is not proven best is a limit.
_OUTCOMES = {
    MilpOutcome.OPTIMAL: Outcome.OPTIMAL,
    MilpOutcome.INFEASIBLE: Outcome.INFEASIBLE,
    MilpOutcome.FEASIBLE: Outcome.LIMIT,
    MilpOutcome.LIMIT: Outcome.LIMIT,
}


@dataclass(frozen=True, eq=False)
class Inside:
    """The part of a program in which loops can run.

    Attributes
    ----------
    rows : ndarray of int
        Balances.
    columns : ndarray of int
        Columns that exchange nothing and take part in a loop if bounds let them; those of no loop are left
        out.
    matrix : ndarray, (rows, columns)
    """

    rows: Ints
    columns: Ints
    matrix: Floats

    @classmethod
    def of(cls, program: Program, rows: Sequence[int], columns: Sequence[int]) -> Inside:
        """The loops of a program.

        Parameters
        ----------
        program : Program
        rows : sequence of int
            Those that are balances.
        columns : sequence of int
            Those that are inside: they exchange nothing with the world.

        Examples
        --------
        >>> m = Sparse.from_dense([[1, -1, 0, 1, 0], [0, 1, -1, 0, -1], [0, 0, 1, -1, 0]])
        >>> p = Program(["in", "ab", "bc", "ca", "out"], list("abc"), m, [0] * 5, [9] * 5, [0] * 3, [0] * 3)
        >>> Inside.of(p, range(3), [1, 2, 3]).columns.tolist()
        [1, 2, 3]
        """
        own, inner = np.array(list(rows), dtype=np.int64), np.array(list(columns), dtype=np.int64)
        dense = program.matrix.to_dense()[np.ix_(own, inner)]
        if not inner.size:
            return cls(own, inner, dense)
        # a column takes part in a loop if it is not zero in all of the null space
        _, sizes, right = np.linalg.svd(dense, full_matrices=True)
        rank = int((sizes > 1e-10 * max(dense.shape) * (sizes[0] if sizes.size else 1.0)).sum())
        used = np.abs(right[rank:]).max(axis=0, initial=0.0) > 1e-9
        kept = dense[:, used]
        touched = np.abs(kept).max(axis=1, initial=0.0) > 0
        return cls(own[touched], inner[used], kept[touched])


@dataclass(frozen=True, eq=False)
class Unlooped:
    """A point without the loops that could be taken away.

    Attributes
    ----------
    outcome : Outcome
        OPTIMAL, or how the search failed; then the point is what it was.
    primal : ndarray, (n_columns,)
        Every column outside of the loops is as it was.
    forced : tuple of int
        Columns of loops that bounds or rows do not let go; empty if the point has no loop.
    """

    outcome: Outcome
    primal: Floats
    forced: tuple[int, ...]


def remove_loops(
    program: Program, primal: Floats, inside: Inside, query: Query | None = None, engine: str = "glpk"
) -> Unlooped:
    """Take the loops out of a point by a linear program: the least flux in its own directions.

    Parameters
    ----------
    program : Program
    primal : ndarray, (n_columns,)
        A feasible point.
    inside : Inside
    query : Query, optional
        Bounds and extra rows under which it is feasible; the cost is ignored.
    engine : str
    """
    asked = query or Query()
    low = program.col_lower if asked.col_lower is None else asked.col_lower
    high = program.col_upper if asked.col_upper is None else asked.col_upper
    own = inside.columns
    cost = np.zeros(program.n_columns)
    cost[own] = np.sign(primal[own])
    with open_session(program, engine) as session:
        for room in ROOM:
            slack = room * np.maximum(1.0, np.abs(primal))
            new_low, new_high = primal - slack, primal + slack
            # a column of a loop stays between 0 and what it was
            new_low[own] = np.maximum(low[own], np.where(primal[own] < 0, new_low[own], 0.0))
            new_high[own] = np.minimum(high[own], np.where(primal[own] > 0, new_high[own], 0.0))
            bounded = replace(asked, col_lower=new_low, col_upper=new_high)
            answer = session.solve(replace(bounded, cost=cost, sense="min", want=Want.PRIMAL))
            if answer.optimal:
                return Unlooped(answer.outcome, answer.primal, loop_in(answer.primal, inside, engine))
    return Unlooped(answer.outcome, primal, ())


def loop_in(primal: Floats, inside: Inside, engine: str = "glpk") -> tuple[int, ...]:
    """The columns of a loop that a point has; empty if it has none.

    Examples
    --------
    >>> m = Sparse.from_dense([[1, -1, 0, 1, 0], [0, 1, -1, 0, -1], [0, 0, 1, -1, 0]])
    >>> p = Program(["in", "ab", "bc", "ca", "out"], ["a", "b", "c"], m, [0] * 5, [9] * 5, [0] * 3, [0] * 3)
    >>> inside = Inside.of(p, range(3), [1, 2, 3])
    >>> loop_in(np.array([1.0, 3.0, 2.0, 2.0, 1.0]), inside), loop_in(np.array([1.0, 1, 0, 0, 1]), inside)
    ((1, 2, 3), ())
    """
    flux = primal[inside.columns]
    way = np.where(np.abs(flux) > CRUMB, np.sign(flux), 0.0)
    run = np.flatnonzero(way)
    if not run.size:
        return ()
    names = tuple(f"r{i}" for i in range(len(inside.rows)))
    zero = np.zeros(len(names))
    loops = Program(
        tuple(f"w{k}" for k in range(run.size)),
        names,
        Sparse.from_dense((inside.matrix[:, run] * way[run]).reshape(len(names), run.size)),
        np.zeros(run.size),
        np.abs(flux[run]),
        zero,
        zero,
        (Stage("loop", np.ones(run.size)),),
    )
    with open_session(loops, engine) as session:
        found = session.solve(Query(want=Want.PRIMAL)).primal
    return tuple(inside.columns[run[found > CRUMB * np.maximum(1.0, np.abs(flux[run]))]].tolist())


def loopless_optimum(
    program: Program, goal: Stage, inside: Inside, query: Query | None = None, time_limit: float | None = None
) -> tuple[Outcome, float, Floats]:
    """The optimum over all points without a loop, by HiGHS: every column of a loop runs down a potential.

    Parameters
    ----------
    program : Program
    goal : Stage
    inside : Inside
        Its columns have finite bounds.
    query : Query, optional
        Bounds instead of the program's; extra rows are not taken.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Outcome
        INFEASIBLE if every point has a loop.
    float
        The optimum; NaN without one.
    ndarray, (n_columns,)
        A point that has it.

    Raises
    ------
    InputError
        FM559 if a column of a loop has no finite bounds, FM110 if highspy is missing.
    """
    asked = query or Query()
    low, high, row_low, row_high = (
        own if given is None else given
        for own, given in (
            (program.col_lower, asked.col_lower),
            (program.col_upper, asked.col_upper),
            (program.row_lower, asked.row_lower),
            (program.row_upper, asked.row_upper),
        )
    )
    own, n, m = inside.columns, program.n_columns, program.n_rows
    if asked.extras or not (np.isfinite(low[own]).all() and np.isfinite(high[own]).all()):
        what = "a loopless optimum needs finite bounds, and takes no extra rows"
        raise InputError(Problem("FM559", what, cure="bound every column that takes part in a loop"))
    k, r = own.size, inside.rows.size
    rows, columns, values = (list(a.tolist()) for a in program.matrix.triplets())
    on, potential = n + np.arange(k), n + k + np.arange(r)
    up, down, drive = (m + j * k + np.arange(k) for j in range(3))

    def put(row: Ints, column: Ints, value: Floats) -> None:
        rows.extend(row.tolist())
        columns.extend(column.tolist())
        values.extend(value.tolist())

    one = np.ones(k)
    top, bottom = np.maximum(high[own], 0.0), np.minimum(low[own], 0.0)
    put(up, own, one)  # forwards only if it is switched on: v <= top * on
    put(up, on, -top)
    put(down, own, one)  # backwards only if it is not: v >= bottom * (1 - on)
    put(down, on, bottom)
    put(drive, on, (DRIVE + 1) * one)  # the potential falls by 1 or more where it is on, else it rises
    where_row, where_column = np.nonzero(inside.matrix)
    put(drive[where_column], potential[where_row], inside.matrix[where_row, where_column])
    width, free = n + k + r, np.full(k, np.inf)
    whole = Program(
        (*program.columns, *(f"on:{j}" for j in range(k)), *(f"potential:{i}" for i in range(r))),
        (*program.rows, *(f"{kind}:{j}" for kind in ("up", "down", "drive") for j in range(k))),
        Sparse.from_triplets(rows, columns, values, (m + 3 * k, width)),
        np.concatenate([low, np.zeros(k), np.full(r, -DRIVE * max(1, k))]),
        np.concatenate([high, np.ones(k), np.full(r, DRIVE * max(1, k))]),
        np.concatenate([row_low, -free, bottom, one]),
        np.concatenate([row_high, np.zeros(k), free, DRIVE * one]),
        (Stage(goal.name, np.concatenate([goal.cost, np.zeros(k + r)]), goal.sense),),
    )
    answer = solve_milp(whole, on.tolist(), time_limit=time_limit)
    outcome = _OUTCOMES.get(answer.outcome, Outcome.NUMERIC)
    if outcome is not Outcome.OPTIMAL:
        return outcome, float("nan"), np.full(n, np.nan)
    return outcome, float(goal.cost @ answer.primal[:n]), answer.primal[:n]
