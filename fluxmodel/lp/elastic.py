"""Why a query has no solution: how much would have to give, and which demands cannot stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program
from fluxmodel.lp.query import Query, Want
from fluxmodel.lp.session import Session, open_session
from fluxmodel.lp.sparse import Floats, Sparse

#: A relaxation below this is the engines' tolerance, not a conflict.
VIOLATION = 1e-7


@dataclass(frozen=True)
class BoundRef:
    """One bound of a program: ``BoundRef('col', 3, 'upper')`` or ``BoundRef('row', 0, 'lower')``.

    For kind 'extra' the index counts the extra rows of the query.
    """

    kind: Literal["col", "row", "extra"]
    index: int
    side: Literal["lower", "upper"]


@dataclass(frozen=True)
class Group:
    """Bounds that one input line put there, and that stand or fall together.

    Parameters
    ----------
    name : str
    bounds : tuple of BoundRef
    weight : float
        Price of one unit of violation, > 0: a dear group gives way last.
    """

    name: str
    bounds: tuple[BoundRef, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Conflict:
    """What stands in the way of a feasible point.

    Attributes
    ----------
    outcome : Outcome
        Of the query itself. OPTIMAL: there is no conflict. INFEASIBLE: see the rest. Anything else: the
        search failed.
    resolvable : bool
        False if the query stays infeasible with every group taken away: the conflict lies outside them.
    amounts : mapping of str to float
        Cheapest relaxation: violation by group, summed over its bounds; groups without one are left out.
    core : tuple of str
        An irreducible conflict, in the order given: together these groups are infeasible (with all
        that is in no group), and without any one of them they are not.
    """

    outcome: Outcome
    resolvable: bool
    amounts: Mapping[str, float]
    core: tuple[str, ...]


def find_conflict(
    program: Program, groups: Sequence[Group], query: Query | None = None, *, engine: str = "glpk"
) -> Conflict:
    """Trace an infeasible query to groups of bounds.

    First the elastic program [1]_: each bound of each group gets a slack, and the weighted sum of slacks
    is minimised. Groups that give way are then enforced, one round after the other, until nothing is
    left to give: they contain a conflict. A deletion filter makes it irreducible [1]_. The order is that of
    `groups`, so that equal input gives equal output.

    Parameters
    ----------
    program : Program
    groups : sequence of Group
        Distinct names; no bound may be in two groups.
    query : Query, optional
        Bounds and extra rows that replace the program's own; its cost is ignored.
    engine : str
        See `open_session`.

    Returns
    -------
    Conflict

    Raises
    ------
    InputError
        FM117 if the groups are malformed.

    References
    ----------
    .. [1] Chinneck JW (2008), Feasibility and Infeasibility in Optimization, Springer, chapter 6.

    Examples
    --------
    >>> p = Program(["in", "out"], ["x"], Sparse.from_dense([[1, -1]]), [0, 7], [5, 9], [0], [0])
    >>> uptake = Group("uptake limit", (BoundRef("col", 0, "upper"),))
    >>> demand = Group("demand", (BoundRef("col", 1, "lower"),), weight=10)
    >>> c = find_conflict(p, [uptake, demand])
    >>> dict(c.amounts), c.core
    ({'uptake limit': 2.0}, ('uptake limit', 'demand'))
    """
    asked = query or Query()
    elastic = _Elastic(program, groups, asked)
    with open_session(elastic.program, engine) as session:
        everything = elastic.solve(session, range(len(groups)), priced=False)
        if everything[0] is Outcome.OPTIMAL:
            return Conflict(Outcome.OPTIMAL, True, {}, ())
        if everything[0] is not Outcome.INFEASIBLE:
            return Conflict(everything[0], False, {}, ())
        outcome, given = elastic.solve(session, ())
        if outcome is not Outcome.OPTIMAL:
            # the elastic objective is bounded below by zero, so this is INFEASIBLE or a failure
            failed = Outcome.INFEASIBLE if outcome is Outcome.INFEASIBLE else outcome
            return Conflict(failed, False, {}, ())
        amounts = {groups[k].name: float(given[k]) for k in range(len(groups)) if given[k] > VIOLATION}
        enforced = _grow(elastic, session, given)
        core = _shrink(elastic, session, enforced)
        return Conflict(Outcome.INFEASIBLE, True, amounts, tuple(groups[k].name for k in core))


def _grow(elastic: _Elastic, session: Session, given: Floats) -> list[int]:
    """Enforce whatever gives way until nothing can: the result contains a conflict."""
    enforced: list[int] = []
    while True:
        new = [k for k in np.flatnonzero(given > VIOLATION).tolist() if k not in enforced]
        if not new:  # only crumbs below the threshold are left; leave nothing out
            return list(range(elastic.n_groups))
        enforced += new
        outcome, given = elastic.solve(session, enforced)
        if outcome is Outcome.INFEASIBLE:
            return sorted(enforced)
        if outcome is not Outcome.OPTIMAL:
            return list(range(elastic.n_groups))


def _shrink(elastic: _Elastic, session: Session, enforced: list[int]) -> list[int]:
    """Drop each group without which the rest is still infeasible."""
    core = list(enforced)
    for k in enforced:
        rest = [g for g in core if g != k]
        if elastic.solve(session, rest, priced=False)[0] is Outcome.INFEASIBLE:
            core = rest
    return core


class _Elastic:
    """The program in which every bound of every group has a slack column."""

    def __init__(self, program: Program, groups: Sequence[Group], query: Query) -> None:
        _check_groups(program, groups, query)
        n, m = program.n_columns, program.n_rows
        self.n_groups = len(groups)
        refs = [(k, ref) for k, group in enumerate(groups) for ref in group.bounds]
        self._n, self._group_of = n, np.array([k for k, _ in refs], dtype=np.int64)
        col = [
            _own(query.col_lower, program.col_lower).copy(),
            _own(query.col_upper, program.col_upper).copy(),
        ]
        extra_low, extra_high = [e.lower for e in query.extras], [e.upper for e in query.extras]
        row_low = np.concatenate([_own(query.row_lower, program.row_lower), extra_low])
        row_high = np.concatenate([_own(query.row_upper, program.row_upper), extra_high])
        rows, columns, values = (x.tolist() for x in program.matrix.triplets())
        for k, extra in enumerate(query.extras):
            used = np.flatnonzero(extra.coefficients)
            rows += [m + k] * used.size
            columns += used.tolist()
            values += extra.coefficients[used].tolist()
        new_low: list[float] = []
        new_high: list[float] = []
        for slack, (_, ref) in enumerate(refs):
            if ref.kind == "col":  # a column bound becomes a row, so that it can have a slack
                place = m + len(query.extras) + len(new_low)
                side = 0 if ref.side == "lower" else 1
                bound = float(col[side][ref.index])
                col[side][ref.index] = np.inf if side else -np.inf
                new_low.append(-np.inf if side else bound)
                new_high.append(bound if side else np.inf)
                rows.append(place)
                columns.append(ref.index)
                values.append(1.0)
            else:
                place = ref.index if ref.kind == "row" else m + ref.index
            rows.append(place)
            columns.append(n + slack)
            values.append(1.0 if ref.side == "lower" else -1.0)
        total = m + len(query.extras) + len(new_low)
        width = n + len(refs)
        self._price = np.concatenate([np.zeros(n), [groups[k].weight for k, _ in refs]])
        self.program = Program(
            tuple(f"x{j}" for j in range(width)),
            tuple(f"r{i}" for i in range(total)),
            Sparse.from_triplets(rows, columns, values, (total, width)),
            np.concatenate([col[0], np.zeros(len(refs))]),
            np.concatenate([col[1], np.full(len(refs), np.inf)]),
            np.concatenate([row_low, new_low]),
            np.concatenate([row_high, new_high]),
        )

    def solve(
        self, session: Session, enforced: Sequence[int] | range, *, priced: bool = True
    ) -> tuple[Outcome, Floats]:
        """Solve with the slacks of some groups closed; outcome and violation by group."""
        upper = self.program.col_upper.copy()
        closed: npt.NDArray[np.bool_] = np.isin(self._group_of, list(enforced))
        upper[self._n :][closed] = 0.0
        cost = self._price if priced else np.zeros_like(self._price)
        answer = session.solve(Query(col_upper=upper, cost=cost, sense="min", want=Want.PRIMAL))
        if not answer.optimal:
            return answer.outcome, np.zeros(self.n_groups)
        slack = answer.primal[self._n :]
        by_group = np.bincount(self._group_of, weights=slack, minlength=self.n_groups)
        return answer.outcome, by_group.astype(np.float64)


def _own(asked: Floats | None, own: Floats) -> Floats:
    return own if asked is None else asked


def _check_groups(program: Program, groups: Sequence[Group], query: Query) -> None:
    sizes = {"col": program.n_columns, "row": program.n_rows, "extra": len(query.extras)}
    problems, seen = [], set()
    if len({group.name for group in groups}) != len(groups):
        problems.append(Problem("FM117", "group names are repeated"))
    for group in groups:
        if not (np.isfinite(group.weight) and group.weight > 0):
            problems.append(Problem("FM117", f"group {group.name!r}: weight {group.weight!r}", cure="> 0"))
        for ref in group.bounds:
            if not 0 <= ref.index < sizes.get(ref.kind, 0) or ref.side not in ("lower", "upper"):
                problems.append(Problem("FM117", f"group {group.name!r}: there is no {ref}"))
            if ref in seen:
                problems.append(Problem("FM117", f"group {group.name!r}: {ref} is in two groups"))
            seen.add(ref)
    if problems:
        raise InputError(problems)
