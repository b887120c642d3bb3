"""Fluxes that mass balance ties together, so that one interval says them all.

A metabolite with one producer and one consumer makes their fluxes proportional; merged, they may leave
another metabolite with two partners, and so on. In a network of some hundred reactions a third of all
columns follows from others exactly, and needs no linear program of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fluxmodel.lp import Program, Query, Sparse
from fluxmodel.lp.sparse import Floats

#: A sum of coefficients below this, relative to the largest, is rounding of a sum that is 0.
_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class Tie:
    """``column = factor * leader`` in every feasible point; a factor of 0 means that it carries nothing."""

    leader: int
    factor: float


def ties(program: Program) -> tuple[Tie, ...]:
    """How each column follows from another; free columns lead themselves.

    Only rows that must be exactly 0 are used, so that it holds under any bounds and extra rows.

    Parameters
    ----------
    program : Program

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
    for j in np.flatnonzero((program.col_lower == 0) & (program.col_upper == 0)).tolist():
        found[j] = Tie(j, 0.0)
    members: dict[int, list[int]] = {j: [j] for j in range(n)}
    rows = _balanced(program)
    row_of: dict[int, set[int]] = {j: set() for j in range(n)}
    for i, terms in enumerate(rows):
        for j, _ in terms:
            row_of[j].add(i)
    waiting = list(range(len(rows)))[::-1]
    queued = set(waiting)
    while waiting:
        i = waiting.pop()
        queued.discard(i)
        sums = _by_leader(rows[i], found)
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


def _balanced(program: Program) -> list[list[tuple[int, float]]]:
    """The rows that must be 0, as terms."""
    exact = (program.row_lower == 0) & (program.row_upper == 0)
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


def compress(program: Program, query: Query, tied: tuple[Tie, ...]) -> tuple[Program, dict[int, int]]:
    """A smaller program with the same feasible set, in which only leaders have columns.

    Parameters
    ----------
    program : Program
    query : Query
        Bounds and extra rows that replace the program's own; the extra rows become rows.
    tied : tuple of Tie
        As `ties` gives them for this program.

    Returns
    -------
    Program
        Without stages.
    dict of int to int
        Leader -> its column.
    """
    leaders = sorted({t.leader for t in tied if t.factor})
    place = {leader: k for k, leader in enumerate(leaders)}
    index = np.array([place.get(t.leader, 0) if t.factor else 0 for t in tied], dtype=np.int64)
    factor = np.array([t.factor for t in tied])
    lower, upper = _scaled(program, query, factor)
    low, high = np.full(len(leaders), -np.inf), np.full(len(leaders), np.inf)
    np.maximum.at(low, index[factor != 0], lower[factor != 0])
    np.minimum.at(high, index[factor != 0], upper[factor != 0])
    rows, columns, values = program.matrix.triplets()
    extra = np.array([e.coefficients for e in query.extras]).reshape(-1, program.n_columns)
    more_rows, more_columns = np.nonzero(extra)
    rows = np.concatenate([rows, more_rows + program.n_rows])
    values = np.concatenate([values, extra[more_rows, more_columns]])
    columns = np.concatenate([columns, more_columns])
    used = factor[columns] != 0
    n_rows = program.n_rows + len(query.extras)
    whole = Sparse.from_triplets(
        rows[used], index[columns[used]], values[used] * factor[columns[used]], (n_rows, len(leaders))
    )
    r, c, v = whole.triplets()
    largest = np.zeros(n_rows)
    np.maximum.at(largest, rows[used], np.abs(values[used] * factor[columns[used]]))
    real = np.abs(v) > _ZERO * largest[r]  # what is left of a sum that is 0 is rounding
    kept = np.unique(r[real])
    renumbered = np.full(n_rows, -1)
    renumbered[kept] = np.arange(kept.size)
    row_lower = _own(query.row_lower, program.row_lower)
    row_upper = _own(query.row_upper, program.row_upper)
    small = Program(
        tuple(program.columns[j] for j in leaders),
        tuple(f"r{i}" for i in kept.tolist()),
        Sparse.from_triplets(renumbered[r[real]], c[real], v[real], (kept.size, len(leaders))),
        low,
        high,
        np.concatenate([row_lower, [e.lower for e in query.extras]])[kept],
        np.concatenate([row_upper, [e.upper for e in query.extras]])[kept],
    )
    return small, place


def _own(asked: Floats | None, own: Floats) -> Floats:
    return own if asked is None else asked


def _scaled(program: Program, query: Query, factor: Floats) -> tuple[Floats, Floats]:
    """The bounds of every column, written for its leader."""
    a = _own(query.col_lower, program.col_lower)
    b = _own(query.col_upper, program.col_upper)
    safe = np.where(factor == 0, 1.0, factor)
    low, high = np.where(safe > 0, a / safe, b / safe), np.where(safe > 0, b / safe, a / safe)
    return low, high
