"""Fluxes that mass balance ties together, so that one interval says them all.

A metabolite with one producer and one consumer makes their fluxes proportional; merged, they may leave
another metabolite with two partners, and so on. In a network of some hundred reactions a third of all
columns follows from others exactly, and needs no linear program of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fluxmodel.lp.program import Program
from fluxmodel.lp.query import Extra, Query
from fluxmodel.lp.sparse import Floats, Ints, Sparse

#: A sum of coefficients below this, relative to the largest, is rounding of a sum that is 0.
_ZERO = 1e-12
#: The column of what carries nothing.
NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Tie:
    """``column = factor * leader`` in every feasible point; a factor of 0 means that it carries nothing."""

    leader: int
    factor: float


def ties(program: Program, columns: Sequence[int] = (), rows: Sequence[int] = ()) -> tuple[Tie, ...]:
    """How each column follows from another; free columns lead themselves.

    Only what must be exactly 0 is used, so that it holds under any narrower bounds and extra rows.

    Parameters
    ----------
    program : Program
    columns, rows : sequence of int
        Those whose bounds may become wider than they are in the program.

    Returns
    -------
    tuple of Tie
        One per column.

    Examples
    --------
    >>> from fluxmodel.lp import Sparse
    >>> m = Sparse.from_dense([[1, -2, 0, 0], [0, 1, -1, -1]])
    >>> p = Program(["in", "a", "b", "c"], ["x", "y"], m, [0] * 4, [9] * 4, [0, 0], [0, 0])
    >>> [(t.leader, t.factor) for t in ties(p)]
    [(0, 1.0), (0, 0.5), (2, 1.0), (3, 1.0)]
    """
    n = program.n_columns
    found = [Tie(j, 1.0) for j in range(n)]
    shut = (program.col_lower == 0) & (program.col_upper == 0)
    shut[list(columns)] = False
    for j in np.flatnonzero(shut).tolist():
        found[j] = Tie(j, 0.0)
    members: dict[int, list[int]] = {j: [j] for j in range(n)}
    balanced = _balanced(program, rows)
    row_of: dict[int, set[int]] = {j: set() for j in range(n)}
    for i, terms in enumerate(balanced):
        for j, _ in terms:
            row_of[j].add(i)
    waiting = list(range(len(balanced)))[::-1]
    queued = set(waiting)
    while waiting:
        i = waiting.pop()
        queued.discard(i)
        sums = _by_leader(balanced[i], found)
        if not 1 <= len(sums) <= 2:
            continue
        (lead, a), *others = sorted(sums.items())
        if others:
            follow, b = others[0]
            scale = -a / b
        else:
            follow, scale = lead, 0.0
        moved = members[follow]
        for j in moved:
            found[j] = Tie(lead, found[j].factor * scale)
        if follow != lead:
            members[lead] += members.pop(follow)
        # whatever these columns take part in may have become simpler
        for touched in sorted({r for j in moved for r in row_of[j]} - queued - {i}):
            waiting.append(touched)
            queued.add(touched)
    return tuple(found)


def _balanced(program: Program, other: Sequence[int]) -> list[list[tuple[int, float]]]:
    """The rows that must be 0, as terms, but for some others."""
    exact = (program.row_lower == 0) & (program.row_upper == 0)
    exact[list(other)] = False
    numbers = {i: k for k, i in enumerate(np.flatnonzero(exact).tolist())}
    rows: list[list[tuple[int, float]]] = [[] for _ in numbers]
    for i, j, value in zip(*(x.tolist() for x in program.matrix.triplets()), strict=True):
        if i in numbers:
            rows[numbers[i]].append((j, value))
    return rows


def _by_leader(terms: Iterable[tuple[int, float]], found: list[Tie]) -> dict[int, float]:
    sums: dict[int, float] = {}
    largest = 0.0
    for j, value in terms:
        tie = found[j]
        if tie.factor:
            part = value * tie.factor
            sums[tie.leader] = sums.get(tie.leader, 0.0) + part
            largest = max(largest, abs(part))
    return {lead: s for lead, s in sums.items() if abs(s) > _ZERO * largest}


@dataclass(frozen=True, eq=False)
class Reduction:
    """A smaller program with the same feasible points, and what becomes of questions about the whole one.

    Tied columns are one column, and a row that is left with one column is a bound of it. One column more,
    `NOTHING`, stands for what carries nothing: its bounds contradict each other where zero is not allowed.

    Attributes
    ----------
    whole, program : Program
        The program, and the smaller one with the same stages.
    column : ndarray, (whole.n_columns,)
        The column of the smaller program that each column follows.
    factor : ndarray, (whole.n_columns,)
        ``column of the whole = factor * column``; 0 where it carries nothing.
    rows : ndarray
        Rows of the whole that are rows.
    bounding, bounded, slope : ndarray
        Rows of the whole that are bounds, the column that each bounds, and its coefficient.

    Examples
    --------
    >>> m = Sparse.from_dense([[1, -2, 0, 0], [0, 1, -1, -1], [0, 0, 1, 0]])
    >>> p = Program(["in", "a", "b", "c"], ["x", "y", "cap"], m, [0] * 4, [9] * 4, [0, 0, 0], [0, 0, 2])
    >>> small = Reduction.of(p)
    >>> small.program.columns, small.program.rows, small.program.col_upper.tolist()
    (('in', 'b', 'c', '(nothing)'), ('y',), [9.0, 2.0, 9.0, 0.0])
    >>> small.goal(np.array([0.0, 1.0, 0.0, 0.0])).tolist()
    [0.5, 0.0, 0.0, 0.0]
    """

    whole: Program
    program: Program
    column: Ints
    factor: Floats
    rows: Ints
    bounding: Ints
    bounded: Ints
    slope: Floats

    @classmethod
    def of(cls, program: Program, columns: Sequence[int] = (), rows: Sequence[int] = ()) -> Reduction:
        """Reduce a program by its ties; `columns` and `rows` as in `ties`."""
        tied = ties(program, columns, rows)
        leaders = sorted({t.leader for t in tied if t.factor})
        place = {leader: k for k, leader in enumerate(leaders)}
        nothing = len(leaders)
        column = np.array([place[t.leader] if t.factor else nothing for t in tied], dtype=np.int64)
        factor = np.array([t.factor for t in tied])
        i, j, values = program.matrix.triplets()
        values = values * factor[j]
        r, c, v = Sparse.from_triplets(i, column[j], values, (program.n_rows, nothing + 1)).triplets()
        largest = np.zeros(program.n_rows)
        np.maximum.at(largest, i, np.abs(values))
        real = np.abs(v) > _ZERO * largest[r]  # what is left of a sum that is 0 is rounding
        r, c, v = r[real], c[real], v[real]
        terms = np.bincount(r, minlength=program.n_rows)
        single, empty = np.flatnonzero(terms[r] == 1), np.flatnonzero(terms == 0)
        kept = np.flatnonzero(terms > 1)
        renumbered = np.full(program.n_rows, -1)
        renumbered[kept] = np.arange(kept.size)
        inner = terms[r] > 1
        small = Program(
            (*(program.columns[j] for j in leaders), NOTHING),
            tuple(program.rows[i] for i in kept.tolist()),
            Sparse.from_triplets(renumbered[r[inner]], c[inner], v[inner], (kept.size, nothing + 1)),
            np.full(nothing + 1, -np.inf),
            np.full(nothing + 1, np.inf),
            program.row_lower[kept],
            program.row_upper[kept],
        )
        bounding = np.concatenate([r[single], empty])
        bounded = np.concatenate([c[single], np.full(empty.size, nothing)])
        slope = np.concatenate([v[single], np.ones(empty.size)])
        found = cls(program, small, column, factor, kept, bounding, bounded, slope)
        own = found.query(Query())
        stages = tuple(replace(s, cost=found.goal(s.cost)) for s in program.stages)
        return replace(
            found, program=small.replace(col_lower=own.col_lower, col_upper=own.col_upper, stages=stages)
        )

    def query(self, query: Query) -> Query:
        """The bounds and extra rows of a query, for the smaller program; its cost is left out."""
        whole = self.whole
        low, high = np.full(self.program.n_columns, -np.inf), np.full(self.program.n_columns, np.inf)
        low[-1] = high[-1] = 0.0
        scale = np.where(self.factor == 0, 1.0, self.factor)
        _narrow(
            low,
            high,
            self.column,
            _own(query.col_lower, whole.col_lower) / scale,
            _own(query.col_upper, whole.col_upper) / scale,
            scale,
        )
        row_lower = _own(query.row_lower, whole.row_lower)
        row_upper = _own(query.row_upper, whole.row_upper)
        _narrow(
            low,
            high,
            self.bounded,
            row_lower[self.bounding] / self.slope,
            row_upper[self.bounding] / self.slope,
            self.slope,
        )
        return Query(
            col_lower=low,
            col_upper=high,
            row_lower=row_lower[self.rows],
            row_upper=row_upper[self.rows],
            extras=tuple(Extra(self.goal(e.coefficients), e.lower, e.upper) for e in query.extras),
        )

    def goal(self, vector: Floats) -> Floats:
        """A linear functional of the columns, as one of the columns of the smaller program."""
        found: Floats = np.bincount(self.column, vector * self.factor, self.program.n_columns).astype(
            np.float64
        )
        return found

    def signed(self, ways: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Ways of columns, as those of the smaller program; what carries nothing has none."""
        return tuple(
            (int(self.column[j]), way if self.factor[j] > 0 else -way) for j, way in ways if self.factor[j]
        )


@dataclass(frozen=True, eq=False)
class Goals:
    """Linear functionals without repetition: proportional ones are one, and have one interval.

    Attributes
    ----------
    matrix : Sparse, (n_distinct, n_columns)
        Each with 1 as its first coefficient.
    number : ndarray, (n_goals,)
        The row of each goal.
    factor : ndarray, (n_goals,)
        ``goal = factor * row``.

    Examples
    --------
    >>> goals = Goals.of(np.array([[0.0, 2.0], [1.0, 0.0], [0.0, -4.0], [0.0, 0.0]]))
    >>> goals.matrix.to_dense().tolist()
    [[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
    >>> goals.ends(np.array([[1.0, 3.0], [0.0, 5.0], [0.0, 0.0]])).tolist()
    [[2.0, 6.0], [0.0, 5.0], [-12.0, -4.0], [0.0, 0.0]]
    """

    matrix: Sparse
    number: Ints
    factor: Floats

    @classmethod
    def of(cls, vectors: Floats) -> Goals:
        """Put together what is proportional in the rows of a matrix."""
        first = (vectors != 0).argmax(axis=1)
        factor = vectors[np.arange(len(vectors)), first]
        factor = np.where(factor == 0, 1.0, factor)
        numbers: dict[bytes, int] = {}
        rows: list[Floats] = []
        number = []
        for row in np.round(vectors / factor[:, None], 12) + 0.0:
            key = row.tobytes()
            if key not in numbers:
                numbers[key] = len(rows)
                rows.append(row)
            number.append(numbers[key])
        dense = np.array(rows).reshape(-1, vectors.shape[1])
        return cls(Sparse.from_dense(dense), np.array(number, dtype=np.int64), factor)

    def ends(self, found: Floats) -> Floats:
        """The intervals of the goals, from those of the rows; both (n, 2)."""
        return self.sides(found) * self.factor[:, None] + 0.0

    def asked(self, sides: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which ends of the rows are needed for some ends of the goals; both (n, 2)."""
        needed = np.zeros((self.matrix.shape[0], 2), dtype=np.bool_)
        own = np.where(self.factor[:, None] < 0, sides[:, ::-1], sides)
        np.logical_or.at(needed, self.number, own)
        return needed

    def sides(self, found: Floats) -> Floats:
        """What was found at the least and the greatest value of the rows, for those of the goals.

        Parameters
        ----------
        found : ndarray, (n_distinct, 2, ...)
        """
        own = found[self.number]
        turned = self.factor < 0
        own[turned] = own[turned][:, ::-1]
        return own


def _narrow(low: Floats, high: Floats, column: Ints, a: Floats, b: Floats, sign: Floats) -> None:
    """Take bounds `a` to `b`, the other way round where the sign is negative, to columns."""
    np.maximum.at(low, column, np.where(sign > 0, a, b))
    np.minimum.at(high, column, np.where(sign > 0, b, a))


def _own(asked: Floats | None, own: Floats) -> Floats:
    return own if asked is None else asked
