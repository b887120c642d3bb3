"""Growth as a function of how much of some catalysts is left: exact, member by member.

Every catalyst that is looked at has its capacity as a column (`Parametric`). Growth is concave in these
columns as long as every demand can be served; where it cannot, a cell dies, or a load is left unapplied, and
nothing is said of a tangent there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np

from fluxmodel.analysis.ensemble import Slack, slacks_of
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.parametric import Parametric
from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET, Problem
from fluxmodel.lp import Outcome, Query, Want, lexicographic, open_session
from fluxmodel.lp.sparse import Floats
from fluxmodel.lp.trace import Trace, trace

#: How far inside of what can be served a trace begins, as a share of its interval.
_NUDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Response:
    """Growth with some capacities scaled.

    Attributes
    ----------
    growth : float
        1/h; 0 where the cell is not viable, NaN where the inputs contradict each other.
    gain : mapping of catalyst id to float
        1/h per unit of the factor on its capacity; empty where not every demand is served.
    """

    growth: float
    gain: Mapping[str, float]

    @property
    def served(self) -> bool:
        """Whether every demand is served, so that growth has tangents."""
        return bool(self.gain)


@dataclass(frozen=True, eq=False)
class Movable:
    """A program in which some capacities move, and the slacks of its demands; plain arrays."""

    parametric: Parametric
    slacks: tuple[Slack, ...]

    @classmethod
    def of(cls, problem: Problem, catalysts: Sequence[str]) -> Movable:
        """Let the capacities of catalysts move."""
        return cls(Parametric.of(problem, catalysts), slacks_of(problem))


class Responder:
    """Asks one problem for growth with capacities scaled; use it as a context manager.

    Parameters
    ----------
    asked : Movable
    engine : str
    """

    def __init__(self, asked: Movable, engine: str = "glpk") -> None:
        self.parametric, self._slacks = asked.parametric, asked.slacks
        self.catalysts = tuple(self.parametric.columns)
        self._place = self.parametric.number
        self._session = open_session(self.parametric.program, engine)

    @classmethod
    def of(cls, problem: Problem, catalysts: Sequence[str], engine: str = "glpk") -> Responder:
        """Ask a problem.

        Parameters
        ----------
        problem : Problem
            Of formalism ``capacity``.
        catalysts : sequence of str
            Those whose capacities move.
        engine : str
        """
        return cls(Movable.of(problem, catalysts), engine)

    def __enter__(self) -> Responder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_: TracebackType | None
    ) -> None:
        self._session.close()

    def at(self, limits: Floats, scale: Mapping[str, float]) -> Response:
        """Growth of a member with capacities scaled.

        Parameters
        ----------
        limits : ndarray, (n_limited,)
            What its catalysts can carry, as `fluxmodel.analysis.draws.member_limits` gives them.
        scale : mapping of catalyst id to float
            Factors on capacities, 1 if left out.
        """
        query = self.parametric.under(limits, scale)
        goal = self.parametric.program.stage(GROWTH).cost
        served = replace(self._served(query), cost=goal, sense="max", want=Want.DUALS)
        answer = self._session.solve(served)
        if answer.outcome is Outcome.OPTIMAL:
            gain = {
                name: float(answer.reduced_costs[column]) * float(limits[self._place[name]])
                for name, column in self.parametric.columns.items()
            }
            return Response(_tidy(answer.objective), gain)
        return Response(self._unserved(query), {})

    def _served(self, query: Query) -> Query:
        """The bounds under which every demand is served."""
        assert query.col_upper is not None
        upper = query.col_upper.copy()
        upper[[slack.column for slack in self._slacks]] = 0.0
        return replace(query, col_upper=upper)

    def _least(self, limits: Floats, catalyst: str, most: float) -> float | None:
        """The least factor on a capacity with which every demand is served; None if there is none."""
        query = self._served(self.parametric.under(limits, {catalyst: most}))
        column = self.parametric.columns[catalyst]
        assert query.col_lower is not None
        low, cost = query.col_lower.copy(), np.zeros(self.parametric.program.n_columns)
        low[column], cost[column] = 0.0, 1.0
        answer = self._session.solve(replace(query, col_lower=low, cost=cost, sense="min"))
        capacity = float(limits[self._place[catalyst]])
        if answer.outcome is not Outcome.OPTIMAL or not capacity > 0:
            return None
        return max(0.0, answer.objective / capacity)

    def _unserved(self, query: Query) -> float:
        """Growth where demands and loads come before it."""
        staged = lexicographic(self._session, query, through=GROWTH, want=Want.PRIMAL, start="last")
        last = [s for s in staged.optima if s.name in (UNMET, LOADS)]
        if last and any(slack.kills(last[-1].answer.primal) for slack in self._slacks):
            return 0.0
        return _tidy(staged.optimum(GROWTH).value) if staged.outcome is Outcome.OPTIMAL else float("nan")

    def along(self, limits: Floats, catalyst: str, most: float = 1.0) -> Trace[Mapping[str, float]]:
        """Growth against the factor on one capacity, from nothing of it to `most`, where demands are served.

        Each piece keeps the gains of all catalysts on it.
        """

        def ask(factor: float) -> tuple[float, float, Mapping[str, float]] | None:
            found = self.at(limits, {catalyst: factor})
            return (found.growth, found.gain[catalyst], found.gain) if found.served else None

        least = self._least(limits, catalyst, most)
        if least is None:
            return trace(ask, most, most)
        # within the tolerance of the engines the end itself may come out as infeasible
        return trace(ask, least + _NUDGE * most if least else 0.0, most)


def _tidy(growth: float) -> float:
    return growth if abs(growth) > GROWTH_TOLERANCE else 0.0
