"""The acute state of every member: after a treatment the one nearest to the member's own state before.

The state before is the member's least adjusted one in the same condition without treatment. Afterwards growth
has a price instead of coming first, as in `fluxmodel.analysis.adjust`: the cell slows down where that spares
it more adjustment. Both are one state, so that low and high of a member are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.adjust import base_of, carbon_exchanges, kept_growth, price_of
from fluxmodel.analysis.ensemble import Asker, MemberRanges
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.sensitivity import PointsAsked, with_targets
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import GROWTH, Problem, closing_columns
from fluxmodel.lp import Outcome, Program, Query, Sparse, Want, open_session
from fluxmodel.lp.coupling import Goals
from fluxmodel.lp.sparse import Floats


def internal(problem: Problem) -> tuple[Observable, ...]:
    """The fluxes by which states are compared; last the growth of the state, and the highest growth."""
    biomass = problem.resolved.model.biomass
    every = (*carbon_exchanges(problem), *_compared(problem), biomass, biomass)
    return tuple(Observable(r, {r: 1.0}) for r in every)


def _compared(problem: Problem) -> list[str]:
    biomass = problem.resolved.model.biomass
    return [r for r in problem.reactions if problem.weights.get(r) and r != biomass]


@dataclass(frozen=True, eq=False)
class AcuteAsked:
    """What the members are asked for their acute state in one condition; plain arrays, as `Asked`.

    Attributes
    ----------
    now : PointsAsked
        Of the condition itself, with growth as its last observable: the answer, if there is no state before.
    before : PointsAsked, optional
        Of the condition without treatments, asked for the fluxes of `internal`.
    goals : Goals, optional
        The internal fluxes on the columns of the smaller program of `now`.
    exchanges : int
        How many of the fluxes before are uptakes; they come first.
    price : float
        What growth is worth.
    """

    now: PointsAsked
    before: PointsAsked | None = None
    goals: Goals | None = None
    exchanges: int = 0
    price: float = 0.0

    def __len__(self) -> int:
        return len(self.now)

    @classmethod
    def of(cls, now: PointsAsked, problem: Problem, before: PointsAsked) -> AcuteAsked:
        """Ask the members of a treated cell.

        Parameters
        ----------
        now : PointsAsked
        problem : Problem
            Of the same condition.
        before : PointsAsked
            Of the condition without treatments, with `internal` fluxes as observables.
        """
        small = now.asked.reduction
        goals = Goals.of(np.array([small.goal(problem.vector({r: 1.0})) for r in _compared(problem)]))
        last = len(before.asked.ratios) - 1  # the highest growth; the one in front of it is of the state
        return cls(
            now, replace(before, growth=(last,)), goals, len(carbon_exchanges(problem)), price_of(problem)
        )

    def part(self, members: slice) -> AcuteAsked:
        """The same, asked of some members only."""
        before = None if self.before is None else self.before.part(members)
        return replace(self, now=self.now.part(members), before=before)

    def answer(self) -> MemberRanges:
        """Growth and observables of every member, each with the same low and high."""
        if self.before is None:
            return _ranges(self.now.answer().values)
        found = np.full((len(self), len(self.now.asked.ratios)), np.nan)
        states = self.before.answer().values
        asked = self.now.asked
        with open_session(asked.program, asked.engine) as session:
            asker = Asker(asked, session)
            for m in range(len(self)):
                _, best = asker.growth(asked.bounds(m))
                found[m, list(self.now.growth)] = best.growth
                state = states[m]
                if best.region is None or not np.all(np.isfinite(state)) or not best.growth > 0:
                    continue
                if state[-2] <= GROWTH_TOLERANCE:  # what did not grow before has no state to stay near
                    continue
                point = self._nearest(best.region, state)
                if point is not None:
                    values = self.now.values_at(point)
                    kept = kept_growth(values[-1], state[-2], state[-1], best.growth)
                    values[list(self.now.growth)] = kept
                    found[m] = values
        return _ranges(found)

    def _nearest(self, region: Query, state: Floats) -> Floats | None:
        """The nearest state, under the pattern of directions that allows the nearest."""
        asked = self.now.asked
        n = asked.program.n_columns
        idle = [slack.column for slack in asked.slacks if slack.is_load and not slack.amount]
        if region.col_upper is not None and idle:  # what runs by a gradient slows with what drives it
            upper = region.col_upper.copy()
            upper[idle] = asked.program.col_upper[idle]
            region = replace(region, col_upper=upper)
        program, cost = self._program(state)
        query = replace(region.widened(program, n), cost=cost, sense="min", want=Want.PRIMAL)
        nowhere = np.zeros(program.n_columns - n)
        extras = tuple(
            replace(e, coefficients=np.concatenate([e.coefficients, nowhere])) for e in query.extras
        )
        query = replace(query, extras=extras)
        with open_session(program, asked.engine, spare=len(extras)) as session:
            free = session.solve(query)
            if free.outcome is not Outcome.OPTIMAL:
                return None
            if not asked.patterns or any(asked.respects(free.primal, p) for p in asked.patterns):
                return free.primal[:n]
            under = [session.solve(closing_columns(program, query, p)) for p in asked.patterns]
            fine = [a for a in under if a.outcome is Outcome.OPTIMAL]
            return min(fine, key=lambda a: a.objective).primal[:n] if fine else None

    def _program(self, state: Floats) -> tuple[Program, Floats]:
        """The program with a row for each distance, ``v - (mu / mu_before) v_before``, and what it costs."""
        assert self.goals is not None
        p, goals = self.now.asked.program, self.goals
        grown = p.stage(GROWTH).cost
        fluxes, growth = state[self.exchanges : -2], state[-2]
        base = base_of((-state[: self.exchanges]).tolist())
        weight = np.abs(goals.factor) / (np.abs(fluxes) + base)
        # tied fluxes are one row, as in `PointsAsked.of`
        weights, targets = np.zeros(goals.matrix.shape[0]), np.zeros(goals.matrix.shape[0])
        np.add.at(weights, goals.number, weight)
        np.add.at(targets, goals.number, weight * fluxes / goals.factor)
        distances = goals.matrix.to_dense() - np.outer(targets / weights / growth, grown)
        cost = np.concatenate([-self.price / growth * grown, np.repeat(weights, 2)])
        return with_targets(p, Sparse.from_dense(distances)), cost


def _ranges(values: Floats) -> MemberRanges:
    """Points as intervals; the last observable is growth, for this purpose alone."""
    return MemberRanges(values[:, -1], values[:, :-1], values[:, :-1].copy())
