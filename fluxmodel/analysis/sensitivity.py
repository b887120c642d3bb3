"""Does a statement hold whatever the numbers behind it? The point of every member, and how many agree.

Members differ in turnover numbers, abundances, the effect of regulators and protein per mRNA, and each was
fitted again to rates drawn within their errors: what most of their points say does not hang on one number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.adjust import ADJUSTMENT, KEPT, base_flux
from fluxmodel.analysis.ensemble import Asked, Asker, Grown
from fluxmodel.analysis.shares import changes
from fluxmodel.analysis.verdict import Constants, Direction
from fluxmodel.condition.members import Members
from fluxmodel.formalism.problem import Problem, closing_columns
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Extra, Outcome, Program, Session, Sparse, Want, open_session
from fluxmodel.lp.coupling import Goals
from fluxmodel.lp.sparse import Floats

#: A statement that fewer members agree with than this is called fragile.
FRAGILE = 0.8
#: A ratio whose denominator is nearer to 0 than this, mmol/gDW/h, has no value.
_NO_DENOMINATOR = 1e-9
_FOLLOWS: Mapping[str, float] = FrozenMap()
_SIGN: Mapping[Direction, float] = {"up": 1.0, "down": -1.0, "unchanged": 0.0}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many members say at their point what the cell says at its own.

    Attributes
    ----------
    verdict : {'up', 'down', 'unchanged', 'undetermined'}
        At the point of the cell.
    share : float
        Of the members that say the same.
    members : int
    """

    verdict: Direction
    share: float
    members: int

    @property
    def fragile(self) -> bool:
        """Whether fewer members agree than a statement needs."""
        return self.share < FRAGILE


@dataclass(frozen=True, eq=False)
class MemberPoints:
    """Every observable at the point of every member: the state least adjusted from the member's reference.

    Attributes
    ----------
    values : ndarray, (members, observables)
        Growth is the optimum, 0 for a member that is not viable; NaN for what has no value.
    """

    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def joined(cls, parts: Sequence[MemberPoints]) -> MemberPoints:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.values for p in parts]))


@dataclass(frozen=True, eq=False)
class PointsAsked:
    """What the members are asked for their points in one condition; plain arrays, as `Asked`.

    Attributes
    ----------
    asked : Asked
    program : Program
        The smaller program of `asked`, with a row for each internal flux: how far it is from its target.
    targets : ndarray, (members, n_internal)
        Reference fluxes per growth, mmol/gDW.
    weights : ndarray, (members, n_internal)
        What a deviation costs.
    growth : tuple of int
        Observables that are growth.
    """

    asked: Asked
    program: Program
    targets: Floats
    weights: Floats
    growth: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.targets)

    @classmethod
    def of(
        cls, asked: Asked, problem: Problem, members: Members, follows: Mapping[str, float] = _FOLLOWS
    ) -> PointsAsked:
        """Ask the members of a cell.

        Parameters
        ----------
        asked : Asked
            Of the same problem, with one row of limits for each of the members.
        problem : Problem
        members : Members
        follows : mapping of reaction id to float
            What expression makes of the target of each flux; the same in all members.
        """
        biomass = problem.resolved.model.biomass
        ids = [r for r in problem.reactions if problem.weights.get(r)]
        small = asked.reduction
        goals = Goals.of(np.array([small.goal(problem.vector({r: 1.0})) for r in ids]))
        n = len(asked.limits)
        reference = np.array([members.fluxes.get(r, np.zeros(n + 1))[1 : n + 1] for r in ids]).T
        reference = reference * np.array([follows.get(r, 1.0) for r in ids])
        per_growth = reference / members.fluxes[biomass][1 : n + 1, None]
        base = np.array([base_flux(problem, members.reference(m + 1)) for m in range(n)])
        cost = np.abs(goals.factor) / (np.abs(reference) + base[:, None])
        # tied fluxes are one row: their costs add up, and a reference that mass balance made agrees
        k = goals.matrix.shape[0]
        weights, targets = np.zeros((n, k)), np.zeros((n, k))
        for j, number in enumerate(goals.number.tolist()):
            weights[:, number] += cost[:, j]
            targets[:, number] += cost[:, j] * per_growth[:, j] / goals.factor[j]
        growth = tuple(
            i for i, row in enumerate(asked.tops) if np.array_equal(row, asked.goal) and not asked.ratios[i]
        )
        return cls(asked, with_targets(small.program, goals.matrix), targets / weights, weights, growth)

    def part(self, members: slice) -> PointsAsked:
        """The same, asked of some members only."""
        return replace(
            self,
            asked=self.asked.part(members),
            targets=self.targets[members],
            weights=self.weights[members],
        )

    def answer(self) -> MemberPoints:
        """The point of every member; only bounds and costs change between them."""
        found = np.full((len(self), len(self.asked.ratios)), np.nan)
        with (
            open_session(self.asked.program, self.asked.engine) as session,
            open_session(self.program, self.asked.engine, spare=4) as wide,
        ):
            asker = Asker(self.asked, session)
            for m in range(len(self)):
                query = self.asked.bounds(m)
                _, best = asker.growth(query)
                found[m, list(self.growth)] = best.growth
                if best.region is None or not np.all(np.isfinite(self.targets[m])):
                    continue
                point = self._point(wide, m, best)
                if point is not None:
                    values = self.values_at(point)
                    values[list(self.growth)] = best.growth
                    found[m] = values
        return MemberPoints(found)

    def _point(self, session: Session, member: int, best: Grown) -> Floats | None:
        """The least adjusted state of one member, under the pattern of directions that allows the nearest."""
        assert best.region is not None
        n, k = self.asked.program.n_columns, self.targets.shape[1]
        kept = best.growth - (1 - KEPT) * abs(best.growth)
        wide = best.region.widened(self.program, n)
        at = self.targets[member] * best.growth
        rows = [own.copy() for own in (wide.row_lower, wide.row_upper) if own is not None]
        for side in rows:
            side[-k:] = at
        nowhere = np.zeros(2 * k)
        extras = tuple(
            replace(e, coefficients=np.concatenate([e.coefficients, nowhere])) for e in wide.extras
        )
        growing = Extra(np.concatenate([self.asked.goal, nowhere]), lower=kept)
        query = replace(
            wide,
            row_lower=rows[0],
            row_upper=rows[1],
            extras=(*extras, growing),
            cost=np.concatenate([np.zeros(n), np.repeat(self.weights[member], 2)]),
            sense="min",
            want=Want.PRIMAL,
        )
        free = session.solve(query)
        if free.outcome is not Outcome.OPTIMAL:
            return None
        patterns = self.asked.patterns
        if not patterns or any(self.asked.respects(free.primal, p) for p in patterns):
            return free.primal[:n]
        under = [session.solve(closing_columns(self.program, query, p)) for p in patterns]
        fine = [a for a in under if a.outcome is Outcome.OPTIMAL]
        return min(fine, key=lambda a: a.objective).primal[:n] if fine else None

    def values_at(self, point: Floats) -> Floats:
        """The observables at a point; NaN for a ratio without a denominator."""
        asked = self.asked
        values: Floats = asked.tops @ point
        below = asked.bottoms @ point
        ratios = np.array(asked.ratios, dtype=bool)
        below[~ratios] = 1.0
        below[np.abs(below) < _NO_DENOMINATOR] = np.nan
        return values / below


def with_targets(program: Program, goals: Sparse) -> Program:
    """The program with rows ``goal - above + below = target``; targets are bounds that a query brings."""
    (k, n), m = goals.shape, program.n_rows
    rows, columns, values = program.matrix.triplets()
    i, j, x = goals.triplets()
    own = np.arange(k)
    matrix = Sparse.from_triplets(
        np.concatenate([rows, m + i, m + own, m + own]),
        np.concatenate([columns, j, n + 2 * own, n + 2 * own + 1]),
        np.concatenate([values, x, -np.ones(k), np.ones(k)]),
        (m + k, n + 2 * k),
    )
    sides = tuple(f"{ADJUSTMENT}:{side}:{r}" for r in range(k) for side in ("above", "below"))
    return Program(
        (*program.columns, *sides),
        (*program.rows, *(f"{ADJUSTMENT}:{r}" for r in range(k))),
        matrix,
        np.concatenate([program.col_lower, np.zeros(2 * k)]),
        np.concatenate([program.col_upper, np.full(2 * k, np.inf)]),
        np.concatenate([program.row_lower, np.zeros(k)]),
        np.concatenate([program.row_upper, np.zeros(k)]),
    )


def agreement(verdict: Direction, before: Floats, after: Floats, constants: Constants) -> Agreement:
    """The share of members whose points say the same as a verdict.

    Parameters
    ----------
    verdict : str
    before, after : ndarray, (members,)
    constants : Constants

    Examples
    --------
    >>> agreement("up", np.array([1.0, 1.0]), np.array([2.0, 1.0]), Constants())
    Agreement(verdict='up', share=0.5, members=2)
    """
    if verdict not in _SIGN:
        return Agreement(verdict, 0.0, len(before))
    same = (changes(before, after, constants) == _SIGN[verdict]) & np.isfinite(before) & np.isfinite(after)
    return Agreement(verdict, float(same.mean()) if len(before) else 0.0, len(before))
