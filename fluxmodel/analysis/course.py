"""Growth along a path through the capacities of some catalysts, such as that of rising doses: exact.

Growth is concave and piecewise linear in the capacities as long as every demand is served. Along a path it
is the least of the tangents that its programs give; where two neighbours meet, growth either reaches their
crossing, which is a break, or gives a new tangent. On a straight path that is proof; on a curved one, of
agents that hit several catalysts unequally, the middle of every piece is asked as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from fluxmodel.analysis.response import Responder
from fluxmodel.lp.sparse import Floats

#: How far below the crossing of two tangents growth may lie and still reach it, as a share of all growth.
REACHED = 2e-7
#: How much of all demands together may be unserved and still count as nothing, mmol/gDW/h.
_SHORT = 1e-9
#: How far inside of what can be served the end is taken, as a share of the path.
_NUDGES = (1e-10, 1e-9, 1e-8, 1e-7, 1e-6)

#: From places on a path, (n,), to factors on capacities, (n, n_catalysts).
Path = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Tangent:
    """Growth at one place of a path, and its derivatives with respect to the factors there."""

    at: float
    factors: Floats
    growth: float
    gain: Floats

    def over(self, factors: Floats) -> Floats:
        """The tangent elsewhere: factors (n, k) to growth (n,)."""
        found: Floats = self.growth + (factors - self.factors) @ self.gain
        return found


@dataclass(frozen=True, eq=False)
class Course:
    """Growth along a path, from its beginning to where demands can no longer be served.

    Attributes
    ----------
    path : callable
    end : float
        Where it ends: 1 if everything is served all along, NaN if not even at the beginning.
    breaks : ndarray, (pieces + 1,)
        Ends of the pieces.
    pieces : tuple of Tangent
        The tangent of each.
    asked : int
        Linear programs that it took.
    """

    path: Path
    end: float
    breaks: Floats
    pieces: tuple[Tangent, ...]
    asked: int

    def __call__(self, at: Floats) -> Floats:
        """Growth at places of the path; NaN behind its end."""
        at = np.asarray(at, dtype=np.float64)
        if not self.pieces:
            return np.full(at.shape, np.nan)
        factors = self.path(at)
        least = np.min([t.over(factors) for t in self.pieces], axis=0)
        return np.where(at <= self.end, np.maximum(least, 0.0), np.nan)

    def first_below(self, level: float) -> float | None:
        """The first place where growth is no more than a level; None if it is above it all along."""
        values = self(self.breaks)
        for k, (low, high) in enumerate(pairwise(self.breaks.tolist())):
            if values[k] <= level:
                return float(low)
            if values[k + 1] <= level:
                return self._meets(self.pieces[k], level, float(low), float(high))
        return None

    def _meets(self, piece: Tangent, level: float, low: float, high: float) -> float:
        return _root(lambda x: float(piece.over(self.path(np.array([x])))[0]) - level, low, high)


def follow(responder: Responder, limits: Floats, path: Path, straight: bool) -> Course:
    """Follow growth of a member along a path.

    Parameters
    ----------
    responder : Responder
        Its catalysts are those of the path, in its order.
    limits : ndarray, (n_limited,)
    path : callable
        From places in [0, 1] to factors, 1 at place 0 and falling.
    straight : bool
        Whether the factors are affine in the place.
    """
    return _Follower(responder, limits, path, straight).course()


class _Follower:
    def __init__(self, responder: Responder, limits: Floats, path: Path, straight: bool) -> None:
        self.responder, self.limits, self.path, self.straight = responder, limits, path, straight
        self.asked = 0

    def course(self) -> Course:
        first = self.at(0.0)
        if first is None:
            return Course(self.path, math.nan, np.empty(0), (), self.asked)
        last = self.at(1.0) or self.edge()
        if last is None:  # nothing at all can be taken away
            return Course(self.path, 0.0, np.zeros(2), (first,), self.asked)
        tangents = [first, *self.between(first, last), last]
        if not self.straight:
            tangents = self.verified(tangents)
        return self.joined(tangents)

    def factors(self, at: float) -> Floats:
        found: Floats = self.path(np.array([at]))[0]
        return found

    def scale(self, factors: Floats) -> dict[str, float]:
        return dict(zip(self.responder.catalysts, factors.tolist(), strict=True))

    def at(self, place: float) -> Tangent | None:
        """The tangent at a place; None where a demand is not served."""
        self.asked += 1
        factors = self.factors(place)
        found = self.responder.tangent(self.limits, self.scale(factors))
        if found is None:
            return None
        gain = np.array([found.gain[name] for name in self.responder.catalysts])
        return Tangent(place, factors, found.growth, gain)

    def edge(self) -> Tangent | None:
        """The tangent at the last place where every demand is served: what is short is convex."""
        bad = 1.0
        for _ in range(100):
            self.asked += 1
            factors = self.factors(bad)
            short, slope = self.responder.shortage(self.limits, self.scale(factors))
            if not short > _SHORT:
                break

            cut = partial(self.short_of, factors, short, slope)
            bad = _root(cut, 0.0, bad) if cut(0.0) < 0 else 0.0
            if bad == 0.0:
                return None
        return next((t for nudge in _NUDGES if (t := self.at(bad * (1 - nudge))) is not None), None)

    def short_of(self, factors: Floats, short: float, slope: Floats, at: float) -> float:
        """The tangent of what is short, at another place."""
        return float(short + (self.factors(at) - factors) @ slope)

    def between(self, left: Tangent, right: Tangent) -> Iterator[Tangent]:
        """The tangents that it takes between two."""
        x = self.crossing(left, right)
        if x is None:
            return
        middle = self.at(x)
        if middle is None or self.reaches(left, middle):
            return
        yield from self.between(left, middle)
        yield middle
        yield from self.between(middle, right)

    def reaches(self, above: Tangent, found: Tangent) -> bool:
        gap = float(above.over(found.factors[None])[0]) - found.growth
        return gap <= REACHED * max(abs(above.growth), abs(found.growth))

    def crossing(self, left: Tangent, right: Tangent) -> float | None:
        """Where two tangents meet between the places where they touch; None if they are one."""
        size = REACHED * max(abs(left.growth), abs(right.growth), 1e-12)

        def apart(x: float) -> float:
            f = self.factors(x)[None]
            return float(left.over(f)[0] - right.over(f)[0])

        low, high = apart(left.at), apart(right.at)
        if -low <= size or high <= size:  # one of them holds at both
            return None
        return _root(apart, left.at, right.at)

    def verified(self, tangents: list[Tangent]) -> list[Tangent]:
        """Of a curved path: with the middle of every piece asked, until nothing new turns up."""
        found = list(tangents)
        for _ in range(6):
            made = self.joined(found)
            new = []
            for low, high in pairwise(made.breaks.tolist()):
                if high - low < 1e-9:
                    continue
                middle = self.at((low + high) / 2)
                if middle is not None and float(made(np.array([middle.at]))[0]) - middle.growth > (
                    REACHED * abs(middle.growth)
                ):
                    new.append(middle)
            if not new:
                break
            found = sorted([*found, *new], key=lambda t: t.at)
            refined: list[Tangent] = found[:1]
            for left, right in pairwise(found):
                refined += [*self.between(left, right), right]
            found = refined
        return found

    def joined(self, tangents: list[Tangent]) -> Course:
        """Tangents of neighbours, those that are one put together."""
        kept, breaks = tangents[:1], [tangents[0].at]
        for right in tangents[1:]:
            left = kept[-1]
            x = self.crossing(left, right)
            if x is None and self.reaches(left, right):
                continue  # the left one holds as far as the right one: what follows meets it, too
            x = left.at if x is None else x
            if x <= breaks[-1]:  # a tangent at a break, of neither of its sides
                kept[-1] = right
                continue
            breaks.append(x)
            kept.append(right)
        breaks.append(tangents[-1].at)
        return Course(self.path, tangents[-1].at, np.array(breaks), tuple(kept), self.asked)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of opposite signs at two ends is 0."""
    from scipy.optimize import brentq

    a, b = function(low), function(high)
    if a == 0 or b == 0 or (a > 0) == (b > 0):
        return low if abs(a) <= abs(b) else high
    return float(brentq(function, low, high, xtol=1e-14, rtol=1e-14))
