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

from fluxmodel.analysis.serving import Served, Slack, all_served, grow, slacks_of, tidy
from fluxmodel.formalism.parametric import Parametric
from fluxmodel.formalism.problem import GROWTH, Problem
from fluxmodel.lp import Answer, Outcome, Want, hold_at, open_session
from fluxmodel.lp.sparse import Floats

#: Share of growth that may be given up to find a state that needs little: below what results are compared to.
_HELD = 1e-9
#: What a capacity is taken to be where there is none, mmol/gDW/h.
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Response:
    """Growth with some capacities scaled.

    Attributes
    ----------
    growth : float
        1/h; 0 where the cell is not viable, NaN where the inputs contradict each other.
    gain : mapping of catalyst id to float
        1/h per unit of the factor on its capacity; empty where not every demand is served.
    dead : bool
        Whether a demand cannot be served. Less of any capacity serves none better; growth, which loads come
        before, may come back with less of what is a load.
    """

    growth: float
    gain: Mapping[str, float]
    dead: bool = False

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
        self.session = open_session(self.parametric.program, engine)

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
        self.session.close()

    def at(self, limits: Floats, scale: Mapping[str, float]) -> Response:
        """Growth of a member with capacities scaled.

        Parameters
        ----------
        limits : ndarray, (n_limited,)
            What its catalysts can carry, as `fluxmodel.analysis.draws.member_limits` gives them.
        scale : mapping of catalyst id to float
            Factors on capacities, 1 if left out.
        """
        found = self.best(limits, scale, Want.DUALS)
        if found.answer is None or not found.whole:
            return Response(found.growth, {}, found.dead)
        return Response(found.growth, self._gains(found.answer, limits))

    def best(
        self, limits: Floats, scale: Mapping[str, float], want: Want = Want.PRIMAL | Want.DUALS
    ) -> Served:
        """As `at`, with the bounds and the answer of the program."""
        return grow(self.session, self._slacks, self.parametric.under(limits, scale), want)

    def tangent(self, limits: Floats, scale: Mapping[str, float]) -> Response | None:
        """As `at`, where every demand is served; None elsewhere."""
        program, bounds = self.parametric.program, self.parametric.under(limits, scale)
        served = all_served(program, self._slacks, bounds)
        goal = program.stage(GROWTH).cost
        answer = self.session.solve(replace(served, cost=goal, sense="max", want=Want.DUALS))
        if answer.outcome is not Outcome.OPTIMAL:
            return None
        return Response(tidy(answer.objective), self._gains(answer, limits))

    def needs(self, limits: Floats, scale: Mapping[str, float]) -> tuple[Served, Floats]:
        """Growth as of `at`, and what of the capacities a state needs that has it and needs little of them.

        Returns
        -------
        Served
            Its growth, and whether it is dead.
        ndarray, (n_catalysts,)
            Shares of the capacities with factor 1, their sum as small as can be; infinite of those that run
            as they can, and of all where not every demand is served.
        """
        found = self.best(limits, scale, Want.NOTHING)
        unknown = np.full(len(self.catalysts), np.inf)
        if found.answer is None or not found.whole:
            return found, unknown
        program, columns = self.parametric.program, list(self.parametric.columns.values())
        whole = np.array([limits[self._place[name]] for name in self.catalysts])
        assert found.query.col_lower is not None
        low, cost = found.query.col_lower.copy(), np.zeros(program.n_columns)
        free = self.parametric.free
        low[np.array(columns)[free]] = 0.0
        cost[np.array(columns)[free]] = 1.0 / np.maximum(whole[free], _LEAST)
        held = hold_at(replace(found.query, col_lower=low), program.stage(GROWTH).cost, "max", found.growth,
                       _HELD * abs(found.growth))  # fmt: skip
        answer = self.session.solve(replace(held, cost=cost, sense="min", want=Want.PRIMAL))
        if answer.outcome is not Outcome.OPTIMAL:
            return found, unknown
        used = answer.primal[columns]
        shares = np.where(used <= 0, 0.0, used / np.maximum(whole, _LEAST))
        return found, np.where(free, shares, np.inf)

    def _gains(self, answer: Answer, limits: Floats) -> dict[str, float]:
        return {
            name: float(answer.reduced_costs[column]) * float(limits[self._place[name]])
            for name, column in self.parametric.columns.items()
        }

    def shortage(self, limits: Floats, scale: Mapping[str, float]) -> tuple[float, Floats]:
        """What of all demands and loads together cannot be served, and its derivatives; it is convex.

        Parameters
        ----------
        limits, scale
            As for `at`.

        Returns
        -------
        float
            mmol/gDW/h; infinite where even the rest of the inputs contradict each other.
        ndarray, (n_catalysts,)
            Per unit of the factor on each capacity.
        """
        cost = np.zeros(self.parametric.program.n_columns)
        cost[[slack.column for slack in self._slacks]] = 1.0
        bounds = self.parametric.under(limits, scale)
        answer = self.session.solve(replace(bounds, cost=cost, sense="min", want=Want.DUALS))
        if answer.outcome is not Outcome.OPTIMAL:
            return float("inf"), np.zeros(len(self.catalysts))
        return max(0.0, answer.objective), np.array(list(self._gains(answer, limits).values()))
