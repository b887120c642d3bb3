"""A session: one solver object that answers complete, absolute queries, and answers them fast.

The caller never says what has changed. The session compares each query with the last one: bounds
changed means that the basis is still dual feasible, so the dual simplex goes on from it; cost changed
means that it is still primal feasible, so the primal simplex does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from types import TracebackType
from typing import Literal, NoReturn

import numpy as np
import numpy.typing as npt

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.applied import Applied
from fluxmodel.lp.engine import Engine, Method, load_opener
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program
from fluxmodel.lp.query import Answer, Query, Values, Want
from fluxmodel.lp.sparse import Floats, Sparse
from fluxmodel.lp.witness import Witnesses

#: Where no limit was asked for, a cold start may take GUARD_BASE + GUARD_FACTOR (rows + columns) iterations
#: and a warm one WARM_BASE + WARM_FACTOR (rows + columns). A cold start needs 0.5-1 per row and column, a
#: warm one 1-40 in all; but 3 of 3410 warm LPs of an FVA on iJO1366 went in circles without end, inside
#: GLPK's C code where not even an interrupt gets through, and each was solved at once from a cold start.
GUARD_BASE, GUARD_FACTOR = 1000, 20
WARM_BASE, WARM_FACTOR = 500, 0.5

Start = Literal["last", "base", "cold"]


class Session:
    """Answers queries about one program on one engine; make it with `open_session`.

    A session owns a solver object: close it, or use it as a context manager. Answers do not depend on
    the order of queries, but for the choice among equally good vertices.

    Attributes
    ----------
    program : Program
    spare : int
        How many extra rows a query may have.
    """

    def __init__(
        self, program: Program, engine: Engine, spare: int, iteration_limit: int | None = None
    ) -> None:
        self.program = program
        self.spare = spare
        self._engine = engine
        self._applied = Applied(program, engine, spare)
        size = program.n_rows + program.n_columns
        self._asked_limit = iteration_limit
        self._cold_limit = iteration_limit or GUARD_BASE + GUARD_FACTOR * size
        self._warm_limit = iteration_limit or WARM_BASE + int(WARM_FACTOR * size)
        #: The base basis with the cost and the sense for which it is dual feasible.
        self._base: tuple[object, Floats, bool | None] | None = None
        self._sent: Query | None = None  # what stands in the engine, if `without` was asked last,
        self._holding: Query | None = None  # and if `held` was
        self._warm = False  # has there been an optimum?
        self._used = False  # has there been any run?
        self._net_columns = np.unique(program.net_matrix.triplets()[1]).tolist()

    @property
    def engine(self) -> str:
        """Name of the engine."""
        return self._engine.name

    @property
    def version(self) -> str:
        """Version of the engine."""
        return self._engine.version

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session holds a solver object and cannot be pickled; send the Program instead")

    def close(self) -> None:
        """Free the solver object; harmless when repeated."""
        self._engine.close()

    def solve(self, query: Query | None = None, *, start: Start = "last") -> Answer:
        """Answer a query.

        Parameters
        ----------
        query : Query, optional
            The program as it stands if left out.
        start : {'last', 'base', 'cold'}
            Basis to start from: the last one (fastest in a scan of neighbours), the base basis (for
            knock-outs, and where results must not depend on what was asked before), or none.

        Returns
        -------
        Answer
        """
        query = query or Query()
        self._sent = self._holding = None
        contradiction, method = self._applied.send(query)
        if contradiction:
            return Answer(Outcome.INFEASIBLE, 0, self.engine, self.version, contradiction)
        outcome = self._run(method, start)
        values = self._read(query) if outcome is Outcome.OPTIMAL else None
        detail = "" if values else self._engine.detail()
        answer = Answer(outcome, self._engine.iterations(), self.engine, self.version, detail, values)
        self._settle(outcome)
        return answer

    def without(
        self,
        query: Query,
        columns: Sequence[int],
        rows: Sequence[int],
        read: Callable[[float], Sequence[int]],
    ) -> tuple[Outcome, float, Floats]:
        """Answer a query with the bounds of some columns and rows at 0, from the base basis.

        As `solve` of a query with those bounds; but only they are sent, and taken back, so that many small
        programs do not spend their time on what is the same in all of them.

        Parameters
        ----------
        query : Query
            The same object as in the calls before, or everything is sent anew.
        columns, rows : sequence of int
        read : callable
            Gets the objective, and tells the columns whose values are wanted.

        Returns
        -------
        Outcome
        float
            The objective; NaN without an optimum.
        ndarray, (n_read,)
            Empty without an optimum.
        """
        nothing = np.empty(0)
        self._holding = None
        if self._sent is not query:
            contradiction, _ = self._applied.send(query)
            if contradiction:
                return Outcome.INFEASIBLE, np.nan, nothing
            self._sent = query
        self._applied.sending = True  # should the bounds not be put back, all are sent again
        self._applied.put(columns, rows, zero=True)
        outcome = self._run("dual", "base")
        found = outcome, np.nan, nothing
        if outcome is Outcome.OPTIMAL:
            value = self._engine.objective()
            found = outcome, value, self._engine.primal(read(value))
        self._settle(outcome)
        self._applied.put(columns, rows, zero=False)
        self._applied.sending = False
        return found

    def held(
        self, query: Query, rows: Sequence[int], values: Sequence[float]
    ) -> tuple[Outcome, float, Floats]:
        """Answer a query with some rows held at values, from the last basis.

        As `solve` of a query with those bounds; but only they are sent, and only their duals are read.

        Parameters
        ----------
        query : Query
            The same object as in the calls before, or everything is sent anew.
        rows : sequence of int
        values : sequence of float

        Returns
        -------
        Outcome
        float
            The objective; NaN without an optimum.
        ndarray, (n_rows,)
            Duals of these rows; empty without an optimum.
        """
        method: Method = "dual"
        if self._holding is not query:
            contradiction, method = self._applied.send(query)
            if contradiction:
                return Outcome.INFEASIBLE, np.nan, np.empty(0)
        self._sent, self._holding = None, query
        self._applied.move(rows, values)
        outcome = self._run(method, "last")
        found = outcome, np.nan, np.empty(0)
        if outcome is Outcome.OPTIMAL:
            found = outcome, self._engine.objective(), self._engine.row_duals(rows)
        self._settle(outcome)
        return found

    def values(self, columns: Sequence[int]) -> Floats:
        """Values of some columns at the optimum that the last query has found."""
        return self._engine.primal(columns)

    def mark_base(self) -> None:
        """Make the current basis the base basis (it is the first optimal one until then)."""
        basis = self._engine.save_basis()
        if basis is not None:
            self._base = basis, self._applied.cost, self._applied.maximise

    def sweep(self, query: Query, goals: Sparse) -> list[tuple[Outcome, float, Outcome, float]]:
        """Minimise and maximise each of many linear functionals under the bounds of one query.

        The cost and the sense of `query` are ignored. Only the cost changes between the LPs, so each
        starts from the vertex of the one before with the primal simplex; none is solved for an end that
        bounds of columns set and a vertex was seen to reach.

        Parameters
        ----------
        query : Query
            Bounds and extra rows.
        goals : Sparse, (n_goals, n_columns)
            One functional per row.

        Returns
        -------
        list of (Outcome, float, Outcome, float)
            Outcome and value of the minimum, then of the maximum. The value is NaN without an optimum.
        """
        return self.sweep_points(query, goals, ())[0]

    def sweep_points(
        self,
        query: Query,
        goals: Sparse,
        watched: Sequence[int],
        sides: npt.NDArray[np.bool_] | None = None,
    ) -> tuple[list[tuple[Outcome, float, Outcome, float]], Floats]:
        """As `sweep`, and the values of some columns wherever an end was found.

        Parameters
        ----------
        query, goals
            As for `sweep`.
        watched : sequence of int
            Columns.
        sides : ndarray of bool, (n_goals, 2), optional
            Which ends to look for, least and greatest; all if left out. The others are OPTIMAL and NaN.

        Returns
        -------
        list of (Outcome, float, Outcome, float)
        ndarray, (n_goals, 2, n_watched)
            At the minimum, then at the maximum; NaN without an optimum.
        """
        self._sent = self._holding = None
        contradiction, method = self._applied.send(query)
        columns = goals.transpose()
        nothing = (Outcome.INFEASIBLE, np.nan)
        points = np.full((goals.shape[0], 2, len(watched)), np.nan)
        if contradiction:
            return [nothing + nothing] * goals.shape[0], points
        nowhere = np.zeros(self.program.n_columns)
        self._applied.set_goal(nowhere, True)
        first = self._run(method, "last")  # any feasible point
        self._settle(first)
        if first is not Outcome.OPTIMAL:
            return [(first, np.nan, first, np.nan)] * goals.shape[0], points
        seen = Witnesses(goals, *self._applied.columns, watched)
        seen.show(self._engine.primal(seen.columns))
        self._applied.sending = True  # the costs below are not recorded: should they not be undone, send all
        every = np.ones((goals.shape[0], 2), dtype=np.bool_) if sides is None else sides
        highs = self._one_way(columns, seen, 1, points, every[:, 1].tolist())
        self._engine.set_sense(False)
        self._applied.maximise = False
        lows = self._one_way(columns, seen, 0, points, every[:, 0].tolist())
        self._applied.sending = False
        return [low + high for low, high in zip(lows, highs, strict=True)], points

    def _one_way(
        self, columns: Sparse, seen: Witnesses, side: int, points: Floats, wanted: Sequence[bool]
    ) -> list[tuple[Outcome, float]]:
        """Optimise every column of `columns` as a cost, in the direction that is set: 1 is up, 0 down."""
        starts, indices, data = columns.indptr.tolist(), columns.indices.tolist(), columns.data.tolist()
        engine = self._engine
        found: list[tuple[Outcome, float]] = []
        last: list[int] = []
        for k, (begin, end) in enumerate(pairwise(starts)):
            if not wanted[k]:
                found.append((Outcome.OPTIMAL, np.nan))
                continue
            known = seen.end(k, side)
            if known is not None:
                found.append((Outcome.OPTIMAL, known[0]))
                points[k, side] = known[1]
                continue
            which = indices[begin:end]
            # zeros first: a column may be in both
            engine.set_cost(last + which, [0.0] * len(last) + data[begin:end])
            last = which
            outcome = self._attempt("primal", self._warm_limit)
            if outcome in (Outcome.NUMERIC, Outcome.INFEASIBLE):  # a feasible point is known
                outcome = self._run("primal", "cold")
                outcome = Outcome.NUMERIC if outcome is Outcome.INFEASIBLE else outcome
            if outcome is Outcome.OPTIMAL:
                points[k, side] = seen.show(engine.primal(seen.columns))
                found.append((outcome, engine.objective()))
            else:
                found.append((outcome, np.nan))
                self._settle(outcome)
        engine.set_cost(last, [0.0] * len(last))
        return found

    def _run(self, method: Method, start: Start) -> Outcome:
        engine = self._engine
        # an engine that keeps no basis (optlang) can only promise independence of the past from a cold start
        cold = not self._warm or start == "cold" or (start == "base" and self._base is None)
        if cold:
            if self._used:
                engine.reset_basis()
            method = "primal"
        elif start == "base" and self._base is not None:
            basis, cost, maximise = self._base
            engine.restore_basis(basis)
            method = "dual" if self._applied.same_goal(cost, maximise) else "primal"
        outcome = self._attempt(method, self._cold_limit if cold else self._warm_limit)
        if outcome is Outcome.INFEASIBLE and self._applied.refuted(self._engine.ray()):
            return outcome
        # Once more from nothing; then it is reported. A warm start that drifted can also end in a false
        # "infeasible" (seen on iJO1366 at 1e-9): without a proof that one is believed from a cold start only.
        if outcome is Outcome.NUMERIC or (outcome is Outcome.INFEASIBLE and not cold):
            engine.reset_basis()
            outcome = self._attempt("primal", self._cold_limit)
        # Coefficients that span nine decades can mislead even a cold primal start (seen on programs of
        # minimal adjustment, where HiGHS finds the optimum): what it says is asked of the dual simplex too.
        if outcome in (Outcome.INFEASIBLE, Outcome.UNBOUNDED):
            engine.reset_basis()
            second = self._attempt("dual", self._warm_limit)
            outcome = second if second is Outcome.OPTIMAL else outcome
        return outcome

    def _attempt(self, method: Method, limit: int) -> Outcome:
        self._used = True
        outcome = self._engine.run(method, limit)
        if outcome is Outcome.LIMIT and self._asked_limit is None and self._engine.iterations() >= limit:
            return Outcome.NUMERIC  # nobody asked for a limit: the simplex goes in circles
        return outcome

    def _settle(self, outcome: Outcome) -> None:
        """Leave the engine in a state from which the next query starts well."""
        if outcome is Outcome.OPTIMAL:
            self._warm = True
            if self._base is None:
                self.mark_base()
        elif self._base is not None:
            self._engine.restore_basis(self._base[0])
        else:
            self._engine.reset_basis()

    def _read(self, query: Query) -> Values:
        engine, m = self._engine, self.program.n_rows
        primal = nets = row_duals = extra_duals = reduced = None
        if Want.PRIMAL in query.want:
            primal = engine.primal()
        if Want.NETS in query.want:
            x = primal
            if x is None:
                x = np.zeros(self.program.n_columns)
                x[self._net_columns] = engine.primal(self._net_columns)
            nets = self.program.net_matrix.dot(x)
        if Want.DUALS in query.want:
            duals = engine.row_duals()
            row_duals, extra_duals = duals[:m], duals[m : m + len(query.extras)]
            reduced = engine.column_duals()
        for array in (primal, nets, row_duals, extra_duals, reduced):
            if array is not None:
                array.flags.writeable = False
        return Values(engine.objective(), primal, nets, row_duals, extra_duals, reduced)


def open_session(
    program: Program,
    engine: str = "glpk",
    *,
    spare: int | None = None,
    time_limit: float | None = None,
    iteration_limit: int | None = None,
) -> Session:
    """Open a session on a program.

    Parameters
    ----------
    program : Program
    engine : str
        ``glpk``, ``highs`` or ``optlang:NAME`` (``optlang:glpk``, ``optlang:gurobi``, ...).
    spare : int, optional
        How many extra rows a query may have; one more than the program has stages if left out, which
        is what lexicographic solving and ranges need.
    time_limit : float, optional
        Seconds for one LP.
    iteration_limit : int, optional
        Simplex iterations for one LP.

    Returns
    -------
    Session

    Raises
    ------
    InputError
        FM110 if the engine's package is missing, FM111 if there is no such engine.

    Examples
    --------
    >>> from fluxmodel.lp import Program, Query, Sparse, Stage, Want
    >>> p = Program(["in", "out"], ["a"], Sparse.from_dense([[1, -1]]), [0, 0], [10, 1000], [0], [0],
    ...             [Stage("growth", [0, 1])])
    >>> with open_session(p) as session:
    ...     answer = session.solve(Query(want=Want.PRIMAL | Want.DUALS))
    >>> answer.objective, answer.primal.tolist(), answer.reduced_costs.tolist()
    (10.0, [10.0, 10.0], [1.0, 0.0])
    """
    if iteration_limit is not None and (":" in engine or iteration_limit < 1):
        what = f"iteration limit {iteration_limit!r} for {engine}"
        raise InputError(Problem("FM116", what, cure="at least 1; optlang has none, give a time limit there"))
    if time_limit is not None and not time_limit > 0:
        raise InputError(Problem("FM116", f"time limit {time_limit!r}", cure="give seconds > 0"))
    opener, variant = load_opener(engine)
    extra = len(program.stages) + 1 if spare is None else spare
    return Session(program, opener(program, extra, variant, time_limit), extra, iteration_limit)
