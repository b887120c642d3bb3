"""What a solver object holds right now, and how the difference to a new query is sent to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.engine import PRIMAL_TOLERANCE, Engine, Method
from fluxmodel.lp.farkas import refutes
from fluxmodel.lp.program import Program
from fluxmodel.lp.query import Query
from fluxmodel.lp.sparse import Floats, Sparse

Bounds = tuple[Floats, Floats]


class Applied:
    """The engine's present bounds, cost, sense and extra rows.

    Where something is not known (at the beginning, or after an interrupt in the middle of sending) it is
    NaN, which differs from everything and so is sent again.
    """

    def __init__(self, program: Program, engine: Engine, spare: int) -> None:
        self._program, self._engine, self._spare = program, engine, spare
        self._transposed: Sparse | None = None
        self._forget()

    def _forget(self) -> None:
        self._zero: tuple[Sequence[int], Sequence[int]] = ((), ())
        unknown = np.full(self._program.n_columns, np.nan)
        rows = np.full(self._program.n_rows + self._spare, np.nan)
        self.columns: Bounds = (unknown, unknown)
        self._rows: Bounds = (rows, rows)
        self._extras = [unknown] * self._spare
        self.cost: Floats = unknown
        self.maximise: bool | None = None
        self.sending = False

    def send(self, query: Query) -> tuple[str, Method]:
        """Send what differs.

        Returns
        -------
        str
            A contradiction between bounds, in words; nothing was sent then. Empty otherwise.
        str
            The simplex that can go on from the present basis: the dual if only bounds have changed.
        """
        if self.sending:  # the last time did not come to its end
            self._forget()
        columns, rows, contradiction = self._effective_bounds(query)
        if contradiction:
            return contradiction, "dual"
        first = self._program.stages[0] if self._program.stages else None
        own = first.cost if first else np.zeros(self._program.n_columns)
        cost = self._sized(query.cost, own, "cost")
        sense = query.sense or (first.sense if first else "max")
        extras = [self._sized(e.coefficients, own, f"extra row {k}") for k, e in enumerate(query.extras)]

        self.sending = True
        changed = _differ(columns, self.columns)
        if changed.size:
            lower, upper = (side[changed].tolist() for side in columns)
            self._engine.set_columns(changed.tolist(), lower, upper)
            self.columns = columns
        changed = _differ(rows, self._rows)
        if changed.size:
            lower, upper = (side[changed].tolist() for side in rows)
            self._engine.set_rows(changed.tolist(), lower, upper)
            self._rows = rows
        coefficients = [self._set_extra(k, new) for k, new in enumerate(extras)]
        goal = [self._set_cost(cost), self._set_sense(sense == "max")]
        self.sending = False
        return "", "primal" if any(coefficients) or any(goal) else "dual"

    def put(self, columns: Sequence[int], rows: Sequence[int], *, zero: bool) -> None:
        """Set the bounds of some columns and rows to 0, outside of any query, or back to what was sent."""
        self._zero = (columns, rows) if zero else ((), ())
        for which, bounds, put in (
            (columns, self.columns, self._engine.set_columns),
            (rows, self._rows, self._engine.set_rows),
        ):
            if which:
                none = [0.0] * len(which)
                lower, upper = (none, none) if zero else (side[list(which)].tolist() for side in bounds)
                put(which, lower, upper)

    def move(self, rows: Sequence[int], values: Sequence[float]) -> None:
        """Hold some rows at values, outside of any query; what is sent next is compared with that."""
        self._engine.set_rows(rows, values, values)
        low, high = (side.copy() for side in self._rows)
        low[list(rows)] = high[list(rows)] = values
        self._rows = (low, high)

    def refuted(self, multipliers: Floats | None) -> bool:
        """Whether multipliers of the rows prove that nothing is feasible within the present bounds."""
        if multipliers is None:
            return False
        if self._transposed is None:
            self._transposed = self._program.matrix.transpose()
        columns, rows = (
            (_zeroed(bounds[0], which), _zeroed(bounds[1], which))
            for bounds, which in zip((self.columns, self._rows), self._zero, strict=True)
        )
        extras = [np.nan_to_num(e) for e in self._extras]  # NaN: never sent, so empty
        return refutes(self._transposed, extras, columns, rows, multipliers)

    def set_goal(self, cost: Floats, maximise: bool) -> None:
        """Send another cost and sense, outside of any query."""
        self._set_cost(cost)
        self._set_sense(maximise)

    def same_goal(self, cost: Floats, maximise: bool | None) -> bool:
        """Whether this is the present cost and sense."""
        return maximise == self.maximise and np.array_equal(cost, self.cost)

    def _effective_bounds(self, query: Query) -> tuple[Bounds, Bounds, str]:
        program = self._program
        unused = self._spare - len(query.extras)
        if unused < 0:
            what = f"{len(query.extras)} extra rows, the session has {self._spare} spare"
            raise InputError(Problem("FM114", what, cure="open the session with a larger spare"))
        lower = self._sized(query.row_lower, program.row_lower, "row_lower")
        upper = self._sized(query.row_upper, program.row_upper, "row_upper")
        if self._spare:
            free = np.full(unused, np.inf)
            lower = np.concatenate([lower, [e.lower for e in query.extras], -free])
            upper = np.concatenate([upper, [e.upper for e in query.extras], free])
        rows, bad_row = close_gaps(lower, upper)
        columns, bad_column = close_gaps(
            self._sized(query.col_lower, program.col_lower, "col_lower"),
            self._sized(query.col_upper, program.col_upper, "col_upper"),
        )
        contradiction = ""
        if bad_column >= 0:
            contradiction = f"lower > upper for column {program.columns[bad_column]!r}"
        elif bad_row >= program.n_rows:
            contradiction = f"lower > upper for extra row {bad_row - program.n_rows}"
        elif bad_row >= 0:
            contradiction = f"lower > upper for row {program.rows[bad_row]!r}"
        return columns, rows, contradiction

    @staticmethod
    def _sized(asked: Floats | None, own: Floats, name: str) -> Floats:
        if asked is None:
            return own
        if asked.shape != own.shape:
            raise InputError(Problem("FM101", f"{name} has shape {asked.shape}, not {own.shape}"))
        return asked

    def _set_extra(self, k: int, new: Floats) -> bool:
        if np.array_equal(new, self._extras[k]):
            return False
        used = np.flatnonzero(new)
        self._engine.set_extra(k, used.tolist(), new[used].tolist())
        self._extras[k] = new
        return True

    def _set_cost(self, cost: Floats) -> bool:
        changed = np.flatnonzero(cost != self.cost)
        if not changed.size:
            return False
        self._engine.set_cost(changed.tolist(), cost[changed].tolist())
        self.cost = cost
        return True

    def _set_sense(self, maximise: bool) -> bool:
        if maximise == self.maximise:
            return False
        self._engine.set_sense(maximise)
        self.maximise = maximise
        return True


def _zeroed(side: Floats, which: Sequence[int]) -> Floats:
    if not which:
        return side
    found: Floats = side.copy()
    found[list(which)] = 0.0
    return found


def _differ(new: Bounds, old: Bounds) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.flatnonzero((new[0] != old[0]) | (new[1] != old[1]))


def close_gaps(lower: Floats, upper: Floats) -> tuple[Bounds, int]:
    """Bounds that may be sent to an engine, and the first index at which they contradict (or -1).

    A crossing that is below the feasibility tolerance is rounding (0.1 + 0.2 above 0.3), not a
    contradiction: it is closed in the middle, so that all engines treat it alike.

    Examples
    --------
    >>> close_gaps(np.array([0.1 + 0.2]), np.array([0.3]))[1], close_gaps(np.array([2.0]), np.array([1.0]))[1]
    (-1, 0)
    """
    crossed = np.flatnonzero((lower > upper) | (lower == np.inf) | (upper == -np.inf))
    if not crossed.size:
        return (lower, upper), -1
    lower, upper = lower.copy(), upper.copy()
    for k in crossed.tolist():
        scale = max(1.0, abs(lower[k]), abs(upper[k]))
        if not np.isfinite(scale) or lower[k] - upper[k] > PRIMAL_TOLERANCE * scale:
            return (lower, upper), k
        lower[k] = upper[k] = (lower[k] + upper[k]) / 2
    return (lower, upper), -1
