"""A question asked of every member of a cell: growth, and the interval of each observable."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.serving import Slack, grow, slacks_of
from fluxmodel.analysis.state import CRUMB
from fluxmodel.analysis.ways import END, UNKNOWN, same
from fluxmodel.formalism.problem import GROWTH, Places, Problem, Signed, closing_columns
from fluxmodel.lp import (
    Extra,
    Outcome,
    Program,
    Query,
    RatioOutcome,
    Region,
    Session,
    Want,
    open_session,
    ratio_over,
)
from fluxmodel.lp.coupling import Goals, Reduction
from fluxmodel.lp.sparse import Floats

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
#: The interval over an empty region: it adds nothing to any other.
NOTHING = (math.inf, -math.inf)
#: Asks some observables over a region: their ends, and the watched columns there.
_Parts = Callable[[Signed], Query | None]
_Ask = Callable[[Query, Sequence[int], BoolArray], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False)
class MemberRanges:
    """What the members of a cell say.

    Attributes
    ----------
    growth : ndarray, (members,)
        1/h; 0 where the member is not viable, NaN where there is no optimum.
    low, high : ndarray, (members, observables)
        Interval at the fraction of the member's own optimum, of growth the optimum itself; NaN where there is
        none.
    """

    growth: Floats
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[MemberRanges]) -> MemberRanges:
        """Parts of the members, put together in their order."""
        return cls(*(np.concatenate([getattr(p, x) for p in parts]) for x in ("growth", "low", "high")))


@dataclass(frozen=True, eq=False)
class Asked:
    """What the members are asked in one condition: plain arrays, so that another process can be asked.

    Attributes
    ----------
    reduction : Reduction
        The program, made smaller; all that follows is of the smaller one, but for `places`.
    places : Places
        Where the capacities stand in the whole program.
    limits : ndarray, (members, n_limited)
        As `fluxmodel.analysis.draws.member_limits` gives them.
    slacks : tuple of Slack
    tops, bottoms : ndarray, (observables, n_columns)
        Numerators and denominators; a row of zeros where there is no denominator.
    ratios : tuple of bool
    fraction : float
        Share of each member's own optimum.
    engine : str
    patterns : tuple of tuple of (column, way)
        Ways of columns to close, for each pattern of directions; none if there is nothing to choose.
    """

    reduction: Reduction
    places: Places
    limits: Floats
    slacks: tuple[Slack, ...]
    tops: Floats
    bottoms: Floats
    ratios: tuple[bool, ...]
    fraction: float
    engine: str = "glpk"
    patterns: tuple[Signed, ...] = ()

    @classmethod
    def of(
        cls,
        problem: Problem,
        limits: Floats,
        observables: Sequence[Observable],
        fraction: float,
        engine: str = "glpk",
    ) -> Asked:
        """Ask the members of a problem for growth and observables."""
        places = problem.places
        small = Reduction.of(problem.program, places.columns.tolist(), places.rows.tolist())
        n = small.program.n_columns
        tops = [small.goal(problem.vector(o.numerator)) for o in observables]
        bottoms = [small.goal(problem.vector(o.denominator or {})) for o in observables]
        return cls(
            small,
            places,
            limits,
            tuple(
                replace(
                    slack, column=int(small.column[slack.column]), factor=float(small.factor[slack.column])
                )
                for slack in slacks_of(problem)
            ),
            np.array(tops).reshape(-1, n),
            np.array(bottoms).reshape(-1, n),
            tuple(o.is_ratio for o in observables),
            fraction,
            engine,
            tuple(small.signed(problem.columns_against(p)) for p in problem.resolved.patterns),
        )

    @property
    def program(self) -> Program:
        """The program that is solved."""
        return self.reduction.program

    @property
    def goal(self) -> Floats:
        """What grows: the cost of growth on the columns."""
        return self.program.stage(GROWTH).cost

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> Asked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members])

    @staticmethod
    def respects(point: Floats, pattern: Signed) -> bool:
        """Whether a point runs none of the ways that a pattern closes."""
        return all(point[column] * way <= CRUMB for column, way in pattern)

    def answer(self) -> MemberRanges:
        """Growth and intervals of every member; only bounds change between them."""
        n, k = len(self), len(self.ratios)
        growth, low, high = np.full(n, np.nan), np.full((n, k), np.nan), np.full((n, k), np.nan)
        with open_session(self.program, self.engine) as session:
            asker = Asker(self, session)
            for m in range(n):
                query = self.bounds(m)
                wide, best = asker.growth(query)
                growth[m] = best.growth
                if best.region is not None:
                    low[m], high[m] = asker.intervals(query, wide, best)
        return MemberRanges(growth, low, high)

    def bounds(self, member: int) -> Query:
        """The bounds of a member."""
        return self.reduction.query(self.places.under(self.reduction.whole, self.limits[member]))


@dataclass(frozen=True, eq=False)
class Grown:
    """Optimal growth under some bounds, and the bounds under which it holds; none without an optimum.

    `loads` is what of the loads cannot be applied, `point` the values of the watched columns.
    """

    growth: float
    region: Query | None = None
    loads: float = 0.0
    point: Floats | None = None

    def rank(self) -> tuple[float, ...]:
        """Higher is better: an optimum, loads, growth."""
        return float(self.region is not None), -self.loads, -1.0 if np.isnan(self.growth) else self.growth

    def beats(self, other: Grown) -> bool:
        """Whether it is better by more than rounding."""
        for mine, theirs in zip(self.rank(), other.rank(), strict=True):
            if not same(mine, theirs):
                return mine > theirs
        return False


class Asker:
    """The linear programs of one member.

    What is found without any pattern of directions holds if the point where it was found respects one; only
    what is left is asked again under the patterns, one after the other, until nothing more can be gained.
    """

    def __init__(self, asked: Asked, session: Session) -> None:
        self.asked, self.session = asked, session
        self.goal = asked.goal
        self.ratios = [k for k, ratio in enumerate(asked.ratios) if ratio]
        rest = [k for k, ratio in enumerate(asked.ratios) if not ratio]
        self.grown = [k for k in rest if np.array_equal(asked.tops[k], self.goal)]
        self.plain = [k for k in rest if k not in self.grown]
        self.guess: dict[tuple[int, int], float] = {}
        self.patterns = list(asked.patterns)
        self.watched = sorted({column for p in asked.patterns for column, _ in p})
        self._places = {p: [self.watched.index(column) for column, _ in p] for p in asked.patterns}

    def growth(self, query: Query) -> tuple[Grown, Grown]:
        """Optimal growth of a member without any pattern, and under the best one."""
        wide = self._grown(query)
        if not self.patterns or wide.region is None:
            return wide, wide
        assert wide.point is not None
        for pattern in self.patterns:
            if self.respects(wide.point, pattern):
                self._prefer(pattern)
                return wide, wide
        best: Grown | None = None
        for pattern in tuple(self.patterns):
            found = self._grown(closing_columns(self.asked.program, query, pattern))
            if best is None or found.beats(best):
                best = found
                self._prefer(pattern)
            if not wide.beats(best):
                break
        assert best is not None
        return wide, best

    def _prefer(self, pattern: Signed) -> None:
        """Ask under this pattern first from now on: neighbours are alike."""
        self.patterns.remove(pattern)
        self.patterns.insert(0, pattern)

    def respects(self, points: Floats, pattern: Signed) -> BoolArray:
        """Where the values of the watched columns run none of the closed ways."""
        ways = np.array([way for _, way in pattern])
        found: BoolArray = np.all(points[..., self._places[pattern]] * ways <= CRUMB, axis=-1)
        return found

    def _grown(self, query: Query) -> Grown:
        want = Want.PRIMAL if self.patterns else Want.NOTHING
        found = grow(self.session, self.asked.slacks, query, want)
        if found.answer is None:
            return Grown(found.growth)
        point = found.answer.primal[self.watched] if self.patterns else None
        return Grown(found.growth, found.query, found.loads, point)

    def intervals(self, query: Query, wide: Grown, best: Grown) -> tuple[Floats, Floats]:
        """Least and greatest value of each observable near the optimum."""
        # as `near_optimum`: behind the optimum, whatever its sign
        least = best.growth - (1 - self.asked.fraction) * abs(best.growth)
        row = Extra(self.goal, lower=least)
        outer = None
        if wide.region is not None and same(wide.loads, best.loads):
            outer = replace(wide.region, extras=(*wide.region.extras, row))
        ends = np.full((len(self.asked.ratios), 2), np.nan)
        ends[self.grown] = best.growth
        part = self._parts(query, best, row, outer)
        for which, ask in ((self.plain, self._sweep), (self.ratios, self._ratios)):
            if which:
                ends[which] = self._over(part, outer, which, ask)
        ends[np.isinf(ends)] = np.nan
        return ends[:, 0], ends[:, 1]

    def _parts(self, query: Query, best: Grown, row: Extra, outer: Query | None) -> _Parts:
        """What gives the bounds near the optimum under a pattern; none where growth does not get there."""
        program = self.asked.program

        def part(pattern: Signed) -> Query | None:
            if outer is not None:  # the loads are held in it already
                return closing_columns(program, outer, pattern)
            found = self._grown(closing_columns(program, query, pattern))
            if found.region is None or not same(found.loads, best.loads):
                return None
            return replace(found.region, extras=(*found.region.extras, row))

        return part

    def _over(self, part: _Parts, outer: Query | None, which: Sequence[int], ask: _Ask) -> Floats:
        """Ends over all patterns; `outer` holds them all, and no end is beyond its own."""
        order = tuple(self.patterns)
        left: BoolArray = np.ones((len(which), 2), dtype=np.bool_)
        if outer is None:
            widest = np.tile(UNKNOWN, (len(which), 1))
        else:
            widest, points = ask(outer, which, left)
            if not self.patterns:
                return widest
            runs = np.array([~self.respects(points, p) for p in self.patterns])
            # first the pattern under which most ends were found
            order = tuple(self.patterns[k] for k in np.argsort(runs.sum(axis=(1, 2)), kind="stable"))
            left = np.logical_and.reduce(runs)
        found = np.where(left, NOTHING, widest)
        for pattern in order:
            rows = np.flatnonzero(left.any(axis=1)).tolist()
            if not rows:
                break
            region = part(pattern)
            if region is None:
                continue
            ends, _ = ask(region, [which[k] for k in rows], left[rows])
            found[rows, 0] = np.minimum(found[rows, 0], ends[:, 0])
            found[rows, 1] = np.maximum(found[rows, 1], ends[:, 1])
            left = left & np.asarray(~np.isclose(found, widest, rtol=END, atol=END))
        return found

    def _sweep(self, region: Query, which: Sequence[int], sides: BoolArray) -> tuple[Floats, Floats]:
        """Ends of functionals over a region, and the watched columns where they are reached.

        Only some of the ends are asked for, those on the `sides` (n, 2) that are true; others are NOTHING.
        """
        goals = Goals.of(self.asked.tops[which])
        got, points = self.session.sweep_points(region, goals.matrix, self.watched, goals.asked(sides))
        ends = goals.ends(np.array([(_end(a, x, 0), _end(b, y, 1)) for a, x, b, y in got]))
        return np.where(sides, ends, NOTHING), goals.sides(points)

    def _ratios(self, region: Query, which: Sequence[int], sides: BoolArray) -> tuple[Floats, Floats]:
        """The same of ratios; each end is looked for from where the member before had it."""
        ends, points = np.empty((len(which), 2)), np.full((len(which), 2, len(self.watched)), np.nan)
        for row, k in enumerate(which):
            guesses = self.guess.get((k, 0)), self.guess.get((k, 1))
            e = ratio_over(
                self.session,
                Region(Outcome.OPTIMAL, region),
                self.asked.tops[k],
                self.asked.bottoms[k],
                guesses=guesses,
                watched=self.watched,
                sides=(bool(sides[row, 0]), bool(sides[row, 1])),
            )
            if e.min_outcome is e.max_outcome is RatioOutcome.OPTIMAL:
                ends[row] = np.where(sides[row], (e.minimum, e.maximum), NOTHING)
                for side in np.flatnonzero(sides[row]).tolist():
                    self.guess[k, side] = float(ends[row, side])
            else:
                ends[row] = NOTHING if e.min_outcome is RatioOutcome.INFEASIBLE else UNKNOWN
            for side, point in enumerate(e.points):
                if point is not None:
                    points[row, side] = point
        return ends, points


def _end(outcome: Outcome, value: float, side: int) -> float:
    if outcome is Outcome.OPTIMAL:
        return value
    return (NOTHING if outcome is Outcome.INFEASIBLE else UNKNOWN)[side]
