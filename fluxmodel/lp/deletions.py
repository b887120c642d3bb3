"""Deletions: the optimum when some columns and rows must be 0, for many sets of them, from one base.

Three things make them cheap. What is asked for again is solved once. A set whose columns are 0
at an optimum that is known needs no program at all: that point stays feasible, and nothing better became so.
What is left is solved by the dual simplex from the *base* basis, to which every deletion returns: a chain of
deletions, each from the one before, takes up to ten times as many steps, and its last digits depend on the
order.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.query import Query, Want
from fluxmodel.lp.session import Session
from fluxmodel.lp.sparse import Floats

#: A value up to this is 0: columns outside of a basis are exactly 0, and rounding leaves less in it. Growth
#: that rises by 100 per unit of a column cannot differ by more than 1e-10 for it.
NOTHING = 1e-12
#: Values that differ by this, relative to 1 or to their size, are the same: the tolerance of the engines.
TIE = 1e-10
_NONE = np.empty(0)


@dataclass(frozen=True, slots=True)
class Deletion:
    """Columns and rows whose bounds become 0.

    Examples
    --------
    >>> Deletion.of([3, 1, 3]) == Deletion((1, 3)), bool(Deletion())
    (True, False)
    >>> Deletion.of([1]).joined(Deletion.of([0], [2]))
    Deletion(columns=(0, 1), rows=(2,))
    """

    columns: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()

    @classmethod
    def of(cls, columns: Iterable[int], rows: Iterable[int] = ()) -> Deletion:
        """Columns and rows in any order."""
        return cls(tuple(sorted(set(columns))), tuple(sorted(set(rows))))

    def __bool__(self) -> bool:
        return bool(self.columns or self.rows)

    def joined(self, other: Deletion) -> Deletion:
        """Both together."""
        return Deletion.of((*self.columns, *other.columns), (*self.rows, *other.rows))

    def holds(self, other: Deletion) -> bool:
        """Whether the other is a part of this one."""
        return set(self.columns).issuperset(other.columns) and set(self.rows).issuperset(other.rows)


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The optimum under a deletion.

    Attributes
    ----------
    outcome : Outcome
    value : float
        NaN without an optimum.
    seen : ndarray, (n_watched,)
        Values of the watched columns at an optimum; empty without one.
    """

    outcome: Outcome
    value: float
    seen: Floats


class Deleter:
    """Asks one session for the optimum under deletions from one base.

    An optimum that can answer other deletions is kept as a point: what it does not use may be deleted on top,
    and then its value is a lower end; the optimum under a part of the deletion is an upper one. Where both
    are the same no program is solved.

    Parameters
    ----------
    session : Session
        While deletions are asked for, its base basis is that of `base`.
    base : Query
        Bounds, cost and sense without any deletion; the program's own if left out.
    watched : sequence of int
        Columns whose values are wanted wherever an optimum is found.

    Attributes
    ----------
    base : Found
        Without any deletion.
    solved : int
        Linear programs that were solved for deletions.

    Examples
    --------
    >>> from fluxmodel.lp import Program, Sparse, Stage, open_session
    >>> m = Sparse.from_dense([[1, -1, -1, -1]])
    >>> p = Program(["in", "a", "b", "c"], ["x"], m, [0] * 4, [10, 7, 5, 0], [0], [0],
    ...             [Stage("out", [0, 1, 1, 1])])
    >>> with open_session(p) as session:
    ...     deleter = Deleter(session)
    ...     values = [deleter.find(Deletion.of(c)).value for c in ([], [1], [2], [1], [3], [1, 2])]
    >>> values, deleter.solved
    ([10.0, 5.0, 7.0, 5.0, 10.0, 0.0], 3)
    """

    def __init__(self, session: Session, base: Query | None = None, watched: Sequence[int] = ()) -> None:
        self._session, program = session, session.program
        self._base = base = replace(base or Query(), want=Want.PRIMAL)
        low = program.col_lower if base.col_lower is None else base.col_lower
        high = program.col_upper if base.col_upper is None else base.col_upper
        row_low = program.row_lower if base.row_lower is None else base.row_lower
        row_high = program.row_upper if base.row_upper is None else base.row_upper
        self._inside: list[bool] = ((low <= 0) & (high >= 0)).tolist()
        self._shut: list[bool] = ((row_low == 0) & (row_high == 0)).tolist()
        sense = base.sense or (program.stages[0].sense if program.stages else "max")
        self._sign = 1.0 if sense == "max" else -1.0
        self._watched = list(watched)
        self._every = range(program.n_columns)
        self._known: dict[Deletion, Found] = {}
        self.solved = 0
        answer = session.solve(base, start="base")
        self.base = Found(answer.outcome, np.nan, _NONE)
        self._values: list[float] = []  # rising, with the sign of a maximum
        self._points: list[tuple[int, Found]] = []
        if answer.optimal:
            session.mark_base()
            self.base = self._kept(answer.objective, answer.primal)

    def find(self, deletion: Deletion, parts: Sequence[Deletion] = (), part: bool = False) -> Found:
        """The optimum under a deletion.

        What is found is kept if it has no parts, or is one: of pairs there are too many.

        Parameters
        ----------
        deletion : Deletion
        parts : sequence of Deletion
            Parts of it whose optimum is known, or is worth finding first.
        part : bool
            Whether it is a part of others that are asked for later, so that its point may answer them.

        Raises
        ------
        InputError
            FM119 for a part that is no part of the deletion.
        """
        if not deletion:
            return self.base
        if (known := self._known.get(deletion)) is not None:
            return known
        found = self._seen(deletion, parts)
        if found is None:
            found = self._solve(deletion, part, alone=not parts)
        if part or not parts:
            self._known[deletion] = found
        return found

    def _seen(self, deletion: Deletion, parts: Sequence[Deletion]) -> Found | None:
        """The optimum as far as known points and known optima of parts tell it."""
        columns, rows = deletion.columns, deletion.rows
        if not rows and not parts and self._points:
            if not all(self._inside[j] for j in columns):
                return None
            return self._unused(columns, self.base)
        lowest: Found | None = None
        for part in (Deletion(), *parts):
            if part == deletion:
                continue
            if not deletion.holds(part):
                what = f"{part} is no part of {deletion}"
                raise InputError(Problem("FM119", what, cure="give parts of the deletion"))
            # what had to be something and must be nothing now makes another program, not a narrower one
            if any(i not in part.rows and not self._shut[i] for i in rows):
                continue
            if not all(self._inside[j] for j in columns if j not in part.columns):
                continue
            known = self.find(part, part=True)
            if known.outcome is Outcome.INFEASIBLE:
                return known
            if known.outcome is Outcome.OPTIMAL and (lowest is None or self._gain(known, lowest) < 0):
                lowest = known
        if lowest is None or any(not self._shut[i] for i in rows):  # of points the rows are not known
            return None
        return self._unused(columns, lowest)

    def _unused(self, columns: Sequence[int], highest: Found) -> Found | None:
        """A known point that does not use columns and reaches the upper end."""
        top, tie = self._sign * highest.value, TIE * max(1.0, abs(highest.value))
        closed = sum(1 << j for j in columns)
        for k in range(bisect_left(self._values, top - tie), bisect_right(self._values, top + tie)):
            used, found = self._points[k]
            if not used & closed:
                return found
        return None

    def _gain(self, one: Found, other: Found) -> float:
        return self._sign * (one.value - other.value)

    def _solve(self, deletion: Deletion, part: bool, alone: bool) -> Found:
        self.solved += 1
        # a point in which rows were deleted is no point of the base; one that is worse than the base can
        # only answer what has this deletion as a part
        narrow = not deletion.rows
        least = self._sign * self.base.value - TIE * max(1.0, abs(self.base.value))

        def kept(value: float) -> bool:
            return narrow and (part or (alone and self._sign * value >= least))

        outcome, value, x = self._session.without(
            self._base,
            deletion.columns,
            deletion.rows,
            lambda value: self._every if kept(value) else self._watched,
        )
        if outcome is not Outcome.OPTIMAL:
            return Found(outcome, value, _NONE)
        return self._kept(value, x) if kept(value) else Found(outcome, value, x)

    def _kept(self, value: float, x: Floats) -> Found:
        found = Found(Outcome.OPTIMAL, value, x[self._watched])
        # what it uses, as the bits of a whole number: of a hundred points one is found in microseconds
        used = int.from_bytes(np.packbits(np.abs(x) > NOTHING, bitorder="little").tobytes(), "little")
        k = bisect_right(self._values, self._sign * value)
        self._values.insert(k, self._sign * value)
        self._points.insert(k, (used, found))
        return found
