"""Ways: one problem under several sets of closed directions; what holds in any of them holds.

A flux state must respect one of the patterns of directions that thermodynamics leaves. Each pattern is one
query to the same session: the optimum is that of the best, an interval covers all that come near it. Without
any pattern the problem is wider, and often its answer respects one anyway; then that answer is the one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from fluxmodel.formalism.problem import GROWTH, Problem
from fluxmodel.lp import (
    Outcome,
    Query,
    Region,
    Session,
    Staged,
    StageOptimum,
    Want,
    hold,
    hold_at,
    lexicographic,
    near_optimum,
)
from fluxmodel.lp.session import Start

#: Optima that differ by less than this, relative to 1 or to their size, are the same.
_TIE = 1e-9
#: Ends of intervals that differ by less than this are the same: a tenth of what results are compared to.
END = 1e-7

Pattern = frozenset[tuple[str, int]]
Ends = tuple[float, float]
#: Of an interval without ends.
UNKNOWN: Ends = (-math.inf, math.inf)
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Way:
    """One set of closed directions, and how the goals come out under it."""

    closed: Pattern
    staged: Staged

    def beats(self, other: Way) -> bool:
        """Whether it comes out better in the first goal in which the two differ."""
        fine, known = (w.staged.outcome is Outcome.OPTIMAL for w in (self, other))
        if not (fine and known):
            return fine and not known
        return self._gain(other) > 0

    def equals(self, other: Way, without: str = "") -> bool:
        """Whether every goal but one comes out the same."""
        return all(self._differ(a.value, b.value) == 0 for a, b in self._pairs(other) if a.name != without)

    def _gain(self, other: Way) -> float:
        for mine, theirs in self._pairs(other):
            if gain := self._differ(mine.value, theirs.value):
                return gain if mine.name == GROWTH else -gain
        return 0.0

    def _pairs(self, other: Way) -> Iterator[tuple[StageOptimum, StageOptimum]]:
        return zip(self.staged.optima, other.staged.optima, strict=True)

    @staticmethod
    def _differ(mine: float, theirs: float) -> float:
        return 0.0 if same(mine, theirs) else mine - theirs


class Near:
    """Where growth is near its optimum.

    Parameters
    ----------
    outer : Region or None
        A region that holds all parts; the only one if there are no patterns.
    parts : iterable of Region, optional
        One for each pattern under which growth gets there; made when they are asked for, and kept.
    """

    def __init__(self, outer: Region | None, parts: Iterable[Region] | None = None) -> None:
        self.outer = outer
        self.whole = parts is None
        self._coming, self._made = iter(parts or ()), list[Region]()

    @property
    def parts(self) -> Iterator[Region]:
        """The regions that together are it, if `outer` is not."""
        yield from self._made
        for region in self._coming:
            self._made.append(region)
            yield region


def solve_way(session: Session, problem: Problem, closed: Pattern, start: Start) -> Way:
    """The goals of a problem in which some directions are closed."""
    query = problem.without(closed) if closed else Query()
    want = Want.PRIMAL | Want.DUALS
    return Way(closed, lexicographic(session, query, through=GROWTH, want=want, start=start))


def best_of(ways: Sequence[Way]) -> Way:
    """The best way, the first of equals."""
    best, *others = ways
    for way in others:
        if way.beats(best):
            best = way
    return best


def near(session: Session, plain: Way, ways: Iterable[Way] | None, best: Way, fraction: float) -> Near:
    """Where growth is at least a fraction of its optimum.

    Parameters
    ----------
    session : Session
    plain : Way
        Without any pattern.
    ways : iterable of Way, optional
        One for each pattern; None if there is no pattern.
    best : Way
        The one whose optimum counts.
    fraction : float
        In (0, 1].
    """
    if ways is None or best.staged.outcome is not Outcome.OPTIMAL:
        return Near(near_optimum(session, Query(), stage=GROWTH, fraction=fraction))
    program = session.program
    goal = replace(program.stage(GROWTH), relative_slack=0.0, absolute_slack=0.0)
    top = best.staged.optimum(GROWTH).value
    slack = (1.0 - fraction) * abs(top)

    def region(way: Way) -> Region | None:
        staged = way.staged
        if staged.outcome is not Outcome.OPTIMAL or not way.equals(best, without=GROWTH):
            return None
        if slack == 0.0:
            if not way.equals(best):
                return None
            query = hold(program, staged.query, goal, staged.answer)
        elif staged.optimum(GROWTH).value < top - slack:
            return None
        else:
            query = hold_at(staged.query, goal.cost, goal.sense, top, slack)
        return Region(Outcome.OPTIMAL, query, top, top - slack)

    parts = (region(way) for way in ways)
    return Near(region(plain), (part for part in parts if part is not None))


def covering(
    where: Near, names: Sequence[Name], sweep: Callable[[Region, Sequence[Name]], Mapping[Name, Ends]]
) -> dict[Name, Ends]:
    """The ends of intervals over all regions.

    An end that one part shares with the region that holds all parts needs no other part.

    Parameters
    ----------
    where : Near
    names : sequence
        What the intervals are of.
    sweep : callable
        Gives the ends of some of the names over one region.
    """
    widest = dict(sweep(where.outer, names)) if where.outer else dict.fromkeys(names, UNKNOWN)
    if where.whole:
        return widest
    found: dict[Name, Ends] = {}
    left = names
    for region in where.parts:
        for name, (low, high) in sweep(region, left).items():
            least, most = found.get(name, (low, high))
            found[name] = min(low, least), max(high, most)
        left = [n for n in left if not all(map(same, found[n], widest[n], (END, END)))]
        if not left:
            break
    return found


def same(one: float, other: float, tolerance: float = _TIE) -> bool:
    """Whether two numbers differ by no more than rounding, relative to 1 or to their size."""
    return one == other or abs(one - other) <= tolerance * max(1.0, abs(one), abs(other))
