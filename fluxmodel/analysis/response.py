"""Growth as a function of how much of some catalysts is left: exact, member by member.

Every catalyst that is looked at has its capacity as a column (`Parametric`). Growth is concave in these
columns as long as every demand can be served; where it cannot, a cell dies, or a load is left unapplied, and
nothing is said of a tangent there. Patterns of directions that exclude each other are left out: a choice
between them is not concave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np

from fluxmodel.analysis.serving import Slack, all_served, grow, slacks_of
from fluxmodel.formalism.parametric import Parametric
from fluxmodel.formalism.problem import Problem
from fluxmodel.lp import Outcome, Want, open_session
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
        found = grow(self._session, self._slacks, self.parametric.under(limits, scale), Want.DUALS)
        if found.answer is None or not found.whole:
            return Response(found.growth, {})
        gain = {
            name: float(found.answer.reduced_costs[column]) * float(limits[self._place[name]])
            for name, column in self.parametric.columns.items()
        }
        return Response(found.growth, gain)

    def _least(self, limits: Floats, catalyst: str, most: float) -> float | None:
        """The least factor on a capacity with which every demand is served; None if there is none."""
        bounds = self.parametric.under(limits, {catalyst: most})
        query = all_served(self.parametric.program, self._slacks, bounds)
        column = self.parametric.columns[catalyst]
        assert query.col_lower is not None
        low, cost = query.col_lower.copy(), np.zeros(self.parametric.program.n_columns)
        low[column], cost[column] = 0.0, 1.0
        answer = self._session.solve(replace(query, col_lower=low, cost=cost, sense="min"))
        capacity = float(limits[self._place[catalyst]])
        if answer.outcome is not Outcome.OPTIMAL or not capacity > 0:
            return None
        return max(0.0, answer.objective / capacity)

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
