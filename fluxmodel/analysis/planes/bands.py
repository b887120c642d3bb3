"""Growth against an axis that moves bounds in its own way: exact lines, and bounds in the bands between them.

A regulator moves many capacities at once, none of them in proportion; a concentration moves saturations. At
each of some levels of such an axis, growth is followed exactly along the other one. Between two levels every
capacity lies between its least and its greatest value there, so that growth lies between that of a program
with the least and that of one with the greatest of them. Levels are added where these lie farthest apart.

What is assumed is that a capacity has no extremum between neighbours of a fine grid of levels, and that
growth does not fall when more of a nutrient is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from fluxmodel.analysis.planes.dial import Dial, moving
from fluxmodel.analysis.serving import all_served, slacks_of
from fluxmodel.formalism.problem import GROWTH, Problem
from fluxmodel.lp.moving import Mover
from fluxmodel.lp.sparse import Floats
from fluxmodel.lp.surface import Cut
from fluxmodel.lp.trace import Trace, trace

#: Parts of a band in which capacities are looked at.
FINE = 8
#: How far inside of what can be served a line begins, as a share of its interval.
_NUDGE = 1e-9

#: A level -> the problem there and what its catalysts can carry.
Levels = Callable[[float], tuple[Problem, Floats]]


@dataclass(frozen=True, eq=False)
class Line:
    """Growth at one level, followed along the other axis.

    Attributes
    ----------
    level : float
    problem : Problem
    limits : ndarray, (n_limited,)
    growth : Trace
        Where all is served, against the bound parameter of the other axis.
    most : Trace
        The most that it can be with loads unapplied; where that is not defined, the cell is not viable.
    """

    level: float
    problem: Problem
    limits: Floats
    growth: Trace[None]
    most: Trace[None]


@dataclass(frozen=True, eq=False)
class Band:
    """Between what growth lies between two levels.

    Attributes
    ----------
    lower : tuple of Trace
        Growth is at least the least of them, where they are all defined, and at least 0 elsewhere.
    upper : Trace
        Growth is at most that where `lower` is defined: all is served there.
    most : Trace
        Growth is at most that, whatever becomes of the loads, and 0 where it is not defined.
    """

    lower: tuple[Trace[None], ...]
    upper: Trace[None]
    most: Trace[None]

    def at(self, t: Floats) -> tuple[Floats, Floats]:
        """Least and greatest growth at bound parameters of the other axis."""
        least = np.min([line(t) for line in self.lower], axis=0)
        served = np.isfinite(least)
        high = np.where(served, self.upper(t), np.nan_to_num(self.most(t)))
        return np.nan_to_num(least), high

    def gap(self, start: float, end: float) -> float:
        """The greatest distance of both: they are linear between their breaks."""
        step = 2e-8 * (end - start)
        breaks = np.concatenate(
            [[start, end], *(line.breaks for line in (*self.lower, self.upper, self.most))]
        )
        t = np.clip(np.concatenate([breaks - step, breaks, breaks + step]), start, end)
        low, high = self.at(t)
        return max(0.0, float((high - low).max()))

    @property
    def _lines(self) -> tuple[Trace[None], ...]:
        return *self.lower, self.upper, self.most


@dataclass(frozen=True, eq=False)
class Bands:
    """Growth over a dial and an axis that is not affine.

    Attributes
    ----------
    dials : (Dial, Dial)
        That of the axis that is not affine moves nothing.
    across : int
        Which of both that is.
    lines : tuple of Line
        By level.
    bands : tuple of Band
        Between them.
    gap : float
        Greatest distance of the bounds, 1/h.
    """

    dials: tuple[Dial, Dial]
    across: int
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    gap: float

    @property
    def asked(self) -> int:
        """Linear programs in all."""
        every = [t for line in self.lines for t in (line.growth, line.most)]
        every += [t for b in self.bands for t in (*b.lower, b.upper, b.most)]
        return sum(line.asked for line in {id(x): x for x in every}.values())

    @property
    def falls(self) -> float:
        """By how much growth falls at most from a level to the next, where both are served, 1/h."""
        worst = 0.0
        for a, b in pairwise(self.lines):
            t = np.concatenate([a.growth.breaks, b.growth.breaks])
            if t.size:
                worst = max(worst, float(np.nan_to_num(a.growth(t) - b.growth(t)).max()))
        return worst

    def at(self, level: Floats, t: Floats) -> tuple[Floats, Floats, Floats]:
        """Growth, and between what it lies, at points given by level and bound parameter.

        Between two levels growth is interpolated, within what it lies between.
        """
        levels = np.array([line.level for line in self.lines])
        growth, low, high = (np.full(level.shape, np.nan) for _ in range(3))
        k = np.clip(np.searchsorted(levels, level, side="right") - 1, 0, len(self.bands) - 1)
        for j, band in enumerate(self.bands):
            here = k == j
            low[here], high[here] = band.at(t[here])
            share = (level[here] - levels[j]) / (levels[j + 1] - levels[j])
            first, second = (self.lines[i].growth(t[here]) for i in (j, j + 1))
            between = (1 - share) * first + share * second
            middle = (low[here] + high[here]) / 2
            growth[here] = np.clip(np.where(np.isnan(between), middle, between), low[here], high[here])
        for line in self.lines:  # a line is exact where all is served
            on = level == line.level
            own = line.growth(t[on])
            for values in (growth, low, high):
                values[on] = np.where(np.isnan(own), values[on], own)
        return growth, low, high


def band(
    at: Levels, dials: tuple[Dial, Dial], across: int, monotone: bool, engine: str, share: float, most: int
) -> Bands:
    """Follow growth at more and more levels.

    Parameters
    ----------
    at : callable
        Gives the problem of a level; problems of all levels have one program but for bounds, unless growth
        is `monotone` in the level.
    dials : (Dial, Dial)
    across : int
        Which of them stands for the levels.
    monotone : bool
        Whether growth can only rise with the level.
    engine : str
    share : float
        Gap at which no more levels are added, as a share of the greatest growth.
    most : int
        Levels after which it stops anyway, 2 or more.
    """
    own, other = dials[across], dials[1 - across]
    lines = [_line(at, x, dials, across, engine) for x in (own.start, own.end)]
    bands = [_between(at, lines[0], lines[1], dials, across, monotone, engine)]
    while len(lines) < most:
        gaps = [b.gap(other.start, other.end) for b in bands]
        top = max((float(line.growth.values.max()) for line in lines if line.growth.values.size), default=0.0)
        if max(gaps) <= share * top:
            break
        k = int(np.argmax(gaps))
        new = _line(at, (lines[k].level + lines[k + 1].level) / 2, dials, across, engine)
        bands[k : k + 1] = [
            _between(at, a, b, dials, across, monotone, engine)
            for a, b in ((lines[k], new), (new, lines[k + 1]))
        ]
        lines.insert(k + 1, new)
    gap = max(b.gap(other.start, other.end) for b in bands)
    return Bands(dials, across, tuple(lines), tuple(bands), gap)


def _line(at: Levels, level: float, dials: tuple[Dial, Dial], across: int, engine: str) -> Line:
    problem, limits = at(level)
    served, most = (_follow(problem, limits, limits, dials, across, engine, loads) for loads in (True, False))
    return Line(level, problem, limits, served, most)


def _between(
    at: Levels, a: Line, b: Line, dials: tuple[Dial, Dial], across: int, monotone: bool, engine: str
) -> Band:
    """The bounds between two lines."""
    if monotone:
        return Band((a.growth,), b.growth, b.most)
    fine = [at(x)[1] for x in np.linspace(a.level, b.level, FINE + 1).tolist()[1:-1]]
    every = np.array([a.limits, *fine, b.limits])
    least, greatest = every.min(axis=0), every.max(axis=0)
    # what runs by a gradient has to carry what it can: growth is concave in that, and least at an end
    driven = [k for k, x in enumerate(a.problem.limited) if x.driven]
    corners = [least]
    for k in driven:
        corners += [np.where(np.arange(len(c)) == k, greatest, c) for c in corners]
    lower = tuple(_follow(a.problem, c, c, dials, across, engine) for c in corners)
    upper = _follow(a.problem, greatest, least, dials, across, engine)
    free = _follow(a.problem, greatest, least, dials, across, engine, loads=False)
    return Band(lower, upper, free)


def _follow(
    problem: Problem,
    limits: Floats,
    forced: Floats,
    dials: tuple[Dial, Dial],
    across: int,
    engine: str,
    loads: bool = True,
) -> Trace[None]:
    """Growth along the other dial, at capacities of which `forced` is the least that driven ones carry."""
    levered, free = moving(problem, limits, dials, forced)
    slacks = [s for s in slacks_of(problem) if loads or not s.is_load]
    query = replace(all_served(problem.program, slacks, free), cost=None)
    other = dials[1 - across]
    with Mover(levered, problem.program.stage(GROWTH), query, engine) as mover:

        def point(t: float) -> tuple[float, float]:
            return (dials[across].start, t) if across == 0 else (t, dials[across].start)

        def ask(t: float) -> tuple[float, float, None] | None:
            found = mover(*point(t))
            if found is None or isinstance(found, Cut):
                return None
            value, by_x, by_y, _ = found
            return value, by_y if across == 0 else by_x, None

        ends = _served(mover, point, across, other.start, other.end)
        if ends is None:
            return Trace(np.empty(0), np.empty(0), (), 2)
        return trace(ask, *ends)


def _served(
    mover: Mover, point: Callable[[float], tuple[float, float]], across: int, start: float, end: float
) -> Sequence[float] | None:
    """The ends of the interval in which all is served; None if there is none."""
    nudge = _NUDGE * (end - start)
    ends = []
    for t, sign in ((start, 1.0), (end, -1.0)):
        for _ in range(8):  # a half-plane at a point leads to the edge itself: one step or two
            found = mover(*point(t))
            if found is None:
                return None
            if not isinstance(found, Cut):
                break
            fixed, slope = (found.x, found.y) if across == 0 else (found.y, found.x)
            constant = found.constant + fixed * point(t)[across]
            if slope * sign <= 0:
                return None
            t = -constant / slope + sign * nudge
            if not start <= t <= end:
                return None
        else:
            return None
        ends.append(t)
    return ends if ends[0] < ends[1] else None
