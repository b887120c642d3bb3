"""A program whose bounds move with two parameters: these are columns, so that nothing is built anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal

import numpy as np

from fluxmodel.lp.coupling import Reduction
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program, Sense, Stage
from fluxmodel.lp.query import Answer, Query, Want
from fluxmodel.lp.session import open_session
from fluxmodel.lp.sparse import Floats, Sparse
from fluxmodel.lp.surface import SAME, Cut, Interval


@dataclass(frozen=True, slots=True)
class Lever:
    """A bound that moves: ``terms . v <= constant + x X + y Y``, or ``>=``.

    Parameters
    ----------
    terms : tuple of (column, coefficient)
    side : {'upper', 'lower'}
    constant, x, y : float
        The bound as a function of the parameters.
    """

    terms: tuple[tuple[int, float], ...]
    side: Literal["upper", "lower"]
    constant: float
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, eq=False)
class Moving:
    """A program with levers; plain arrays.

    Behind the columns and rows of its own, the program has both parameters as columns, as shares of their
    intervals, what they may give way (closed unless it is asked for), a row for each lever, and two rows that
    hold the parameters. The dual of such a row is the slope of the optimum.

    Attributes
    ----------
    program : Program
    x, y : (float, float)
        Intervals of the parameters.
    n_columns, n_rows : int
        Of the program without parameters.
    """

    program: Program
    x: Interval
    y: Interval
    n_columns: int
    n_rows: int

    @classmethod
    def of(cls, program: Program, levers: Sequence[Lever], x: Interval, y: Interval) -> Moving:
        """Let bounds of a program move.

        Parameters
        ----------
        program : Program
            Its bounds hold beside those of the levers.
        levers : sequence of Lever
        x, y : (float, float)
            Ends of the rectangle, the lower one first.

        Examples
        --------
        >>> from fluxmodel.lp import Program, Sparse, Stage
        >>> p = Program(["in"], [], Sparse.from_dense(np.zeros((0, 1))), [0], [10], [], [], [Stage("g", [1])])
        >>> moving = Moving.of(p, [Lever(((0, 1.0),), "upper", 0.0, 1.0, 2.0)], (0, 1), (0, 1))
        >>> with Mover(moving, p.stages[0]) as mover:
        ...     mover(0.5, 0.5)[:3]
        (1.5, 1.0, 2.0)
        """
        n, m = program.n_columns, program.n_rows
        rows, columns, values = (list(a.tolist()) for a in program.matrix.triplets())
        wide, high = x[1] - x[0], y[1] - y[0]
        low, top = [], []
        for k, lever in enumerate(levers):
            for column, coefficient in lever.terms:
                rows.append(m + k)
                columns.append(column)
                values.append(coefficient)
            for column, slope in ((n, lever.x * wide), (n + 1, lever.y * high)):
                rows.append(m + k)
                columns.append(column)
                values.append(-slope)
            own = lever.constant + lever.x * x[0] + lever.y * y[0]
            low.append(own if lever.side == "lower" else -np.inf)
            top.append(own if lever.side == "upper" else np.inf)
        place = m + len(levers)
        for k in range(2):  # parameter + missing - excess = where it is to be
            rows += [place + k] * 3
            columns += [n + k, n + 2 + 2 * k, n + 3 + 2 * k]
            values += [1.0, 1.0, -1.0]
        size = (place + 2, n + 6)
        free, shut = np.full(2, np.inf), np.zeros(4)
        names = ("x", "y", "x:missing", "x:excess", "y:missing", "y:excess")
        made = Program(
            (*program.columns, *(f"parameter:{name}" for name in names)),
            (*program.rows, *(f"lever:{k}" for k in range(len(levers))), "parameter:x", "parameter:y"),
            Sparse.from_triplets(rows, columns, values, size),
            np.concatenate([program.col_lower, -free, shut]),
            np.concatenate([program.col_upper, free, shut]),
            np.concatenate([program.row_lower, low, np.zeros(2)]),
            np.concatenate([program.row_upper, top, np.zeros(2)]),
            tuple(replace(s, cost=np.concatenate([s.cost, np.zeros(6)])) for s in program.stages),
            program.nets,
            Sparse.from_triplets(*program.net_matrix.triplets(), (len(program.nets), n + 6)),
        )
        return cls(made, x, y, n, m)

    def under(self, x: float, y: float, query: Query | None = None) -> Query:
        """The bounds at one point.

        Parameters
        ----------
        x, y : float
        query : Query, optional
            Bounds of the program without parameters, instead of its own.
        """
        own = (query or Query()).widened(self.program, self.n_columns)
        low = self.program.row_lower if own.row_lower is None else own.row_lower
        high = self.program.row_upper if own.row_upper is None else own.row_upper
        low, high = low.copy(), high.copy()
        low[-2:] = high[-2:] = self.share(x, y)
        return replace(own, row_lower=low, row_upper=high)

    def share(self, x: float, y: float) -> tuple[float, float]:
        """The parameters as shares of their intervals."""
        return (x - self.x[0]) / (self.x[1] - self.x[0]), (y - self.y[0]) / (self.y[1] - self.y[0])

    def scaled(self, dx: float, dy: float) -> tuple[float, float]:
        """Derivatives by the parameters, from those by their shares."""
        return dx / (self.x[1] - self.x[0]), dy / (self.y[1] - self.y[0])


class Mover:
    """Asks a moving program for an optimum, its slopes, or what leaves a point out: an `Ask`.

    Where nothing is feasible, the least that the parameters would have to give way is a program of its own,
    which every engine solves; its duals are a half-plane that holds everything feasible (the certificate of
    Farkas). Use it as a context manager.

    Parameters
    ----------
    moving : Moving
    goal : Stage
        What is optimised; the cost is that of the program without parameters.
    query : Query, optional
        Bounds of that program.
    engine : str
    """

    def __init__(self, moving: Moving, goal: Stage, query: Query | None = None, engine: str = "glpk") -> None:
        self.moving, self._base = moving, query
        cost = np.concatenate([goal.cost, np.zeros(moving.program.n_columns - len(goal.cost))])
        self._cost, self._sense = cost, goal.sense
        # what the bounds of this question tie together is one column: half of the program is left
        program = _bounded(moving.program, (query or Query()).widened(moving.program, moving.n_columns))
        n, m = program.n_columns, program.n_rows
        self._small = Reduction.of(program, columns=range(n - 6, n), rows=range(m - 2, m))
        self._query = self._made(self._base)
        self._rows = np.searchsorted(self._small.rows, [m - 2, m - 1]).tolist()
        self.session = open_session(self._small.program, engine)

    def __enter__(self) -> Mover:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def __call__(self, x: float, y: float) -> tuple[float, float, float, None] | Cut | None:
        """Optimum and slopes at a point.

        Raises
        ------
        NoOptimum
            If the program is unbounded, or the engine fails.
        """
        moving = self.moving
        outcome, value, duals = self.session.held(self._query, self._rows, moving.share(x, y))
        if outcome is Outcome.OPTIMAL:
            return (value, *moving.scaled(*duals.tolist()), None)
        query = moving.under(x, y, self._base)
        answer = self.session.solve(self._made(query))
        if answer.outcome is Outcome.INFEASIBLE:
            return self._outside(query, x, y)
        return (answer.objective, *self._slopes(answer), None)

    def _made(self, query: Query | None, cost: Floats | None = None, sense: Sense | None = None) -> Query:
        """Bounds of the whole program as a question to the smaller one."""
        own = query or Query()
        whole = (
            own
            if own.row_lower is not None and len(own.row_lower) == self._small.whole.n_rows
            else (own.widened(self._small.whole, self.moving.n_columns))
        )
        goal = self._small.goal(self._cost if cost is None else cost)
        return replace(self._small.query(whole), cost=goal, sense=sense or self._sense, want=Want.DUALS)

    def _slopes(self, answer: Answer) -> tuple[float, float]:
        return self.moving.scaled(*answer.row_duals[self._rows].tolist())

    def _outside(self, query: Query, x: float, y: float) -> tuple[float, float, float, None] | Cut | None:
        """What leaves a point out, or the optimum next to it if rounding alone does."""
        cost = np.zeros(self.moving.program.n_columns)
        cost[-4:] = 1.0
        answer = self.session.solve(self._made(self._giving(query, np.inf), cost, "min"))
        if answer.outcome is Outcome.INFEASIBLE:
            return None
        away, (dx, dy) = answer.objective, self._slopes(answer)
        if away <= SAME:
            near = self.session.solve(self._made(self._giving(query, 2 * away + SAME / 10)))
            if near.optimal:
                return (near.objective, *self._slopes(near), None)
        return Cut(-away + dx * x + dy * y, -dx, -dy)

    def _giving(self, query: Query, most: float) -> Query:
        """The query in which the parameters may give way, each by that share of its interval."""
        upper = self.moving.program.col_upper if query.col_upper is None else query.col_upper
        upper = upper.copy()
        upper[-4:] = most
        return replace(query, col_upper=upper)


def _bounded(program: Program, query: Query) -> Program:
    """The program with the bounds of a query as its own."""
    given = {name: getattr(query, name) for name in ("col_lower", "col_upper", "row_lower", "row_upper")}
    return program.replace(**{name: value for name, value in given.items() if value is not None})
