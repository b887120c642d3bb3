"""The acute state of every member: after a treatment the one nearest to the member's own state before.

The state before is the member's least adjusted one in the same condition without treatment. Afterwards growth
has a price instead of coming first, as in `fluxmodel.analysis.adjust`: the cell slows down where that spares
it more adjustment. Both are one state, so that low and high of a member are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.adjust import BASE_SHARE, kept_growth, price_of
from fluxmodel.analysis.ensemble import Asker, MemberRanges
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.sensitivity import PointsAsked
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import GROWTH, Problem, closing_columns
from fluxmodel.lp import Outcome, Program, Query, Sparse, Want, open_session
from fluxmodel.lp.coupling import Goals
from fluxmodel.lp.sparse import Floats


def internal(problem: Problem) -> tuple[Observable, ...]:
    """The fluxes by which states are compared; last the growth of the state, and the highest growth."""
    biomass = problem.resolved.model.biomass
    ids = [r for r in problem.reactions if problem.weights.get(r) and r != biomass]
    return tuple(Observable(r, {r: 1.0}) for r in (*uptakes(problem), *ids, biomass, biomass))


def uptakes(problem: Problem) -> tuple[str, ...]:
    """Exchanges of carbon: the largest uptake says how small a flux is nothing."""
    model = problem.resolved.model
    return tuple(
        id
        for id in model.exchanges
        if id in problem.columns_of
        and any("C" in model.metabolites[x].formula for x in model.reactions[id].stoichiometry)
    )


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
        biomass = problem.resolved.model.biomass
        ids = [r for r in problem.reactions if problem.weights.get(r) and r != biomass]
        small = now.asked.reduction
        goals = Goals.of(np.array([small.goal(problem.vector({r: 1.0})) for r in ids]))
        last = len(before.asked.ratios) - 1  # the highest growth; the one in front of it is of the state
        return cls(now, replace(before, growth=(last,)), goals, len(uptakes(problem)), price_of(problem))

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
        p, goals, k = self.now.asked.program, self.goals, self.goals.matrix.shape[0]
        grown = p.stage(GROWTH).cost
        fluxes, growth = state[self.exchanges : -2], state[-2]
        base = BASE_SHARE * max(float(np.max(-state[: self.exchanges], initial=0.0)), 1e-3)
        weight = np.abs(goals.factor) / (np.abs(fluxes) + base)
        weights, targets = np.zeros(k), np.zeros(k)
        np.add.at(weights, goals.number, weight)
        np.add.at(targets, goals.number, weight * fluxes / goals.factor)
        targets /= weights
        m, n = p.n_rows, p.n_columns
        own, moving = np.arange(k), np.flatnonzero(grown)
        rows, columns, values = p.matrix.triplets()
        i, j, x = goals.matrix.triplets()
        shift = -np.outer(targets / growth, grown[moving])
        dense = Sparse.from_triplets(
            np.concatenate([i, np.repeat(own, moving.size), own, own]),
            np.concatenate([j, np.tile(moving, k), n + 2 * own, n + 2 * own + 1]),
            np.concatenate([x, shift.ravel(), -np.ones(k), np.ones(k)]),
            (k, n + 2 * k),
        )  # fmt: skip
        a, b, c = dense.triplets()
        matrix = Sparse.from_triplets(
            np.concatenate([rows, m + a]), np.concatenate([columns, b]), np.concatenate([values, c]),
            (m + k, n + 2 * k),
        )  # fmt: skip
        sides = np.zeros(2 * k)
        wide = Program(
            (*p.columns, *(f"nearest:{s}:{r}" for r in range(k) for s in ("above", "below"))),
            (*p.rows, *(f"nearest:{r}" for r in range(k))),
            matrix,
            np.concatenate([p.col_lower, sides]),
            np.concatenate([p.col_upper, np.full(2 * k, np.inf)]),
            np.concatenate([p.row_lower, np.zeros(k)]),
            np.concatenate([p.row_upper, np.zeros(k)]),
        )
        cost = np.concatenate([-self.price / growth * grown, np.repeat(weights, 2)])
        return wide, cost


def _ranges(values: Floats) -> MemberRanges:
    """Points as intervals; the last observable is growth, for this purpose alone."""
    return MemberRanges(values[:, -1], values[:, :-1], values[:, :-1].copy())
