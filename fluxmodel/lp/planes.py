"""An optimum as a function of two parameters on which bounds depend affinely: exact, face by face.

The maximum of a linear program is concave and piecewise linear in such parameters [1]_. The duals of every
program give a plane that lies above the surface everywhere. The lowest of the planes known is an upper
bound whose corners are asked one after the other: a corner either lies on the surface, or gives a new plane.
Once all corners lie on it, the bound is the surface, because a concave function that reaches the corners of
a face reaches all of it. Where nothing is feasible, a half-plane is cut away that holds nothing feasible.

Degenerate vertices cost nothing but planes that are there already.

References
----------
.. [1] Gal T (1995), Postoptimal Analyses, Parametric Programming, and Related Topics, 2nd ed., de Gruyter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic

import numpy as np
import numpy.typing as npt

from fluxmodel.lp.engine import PRIMAL_TOLERANCE
from fluxmodel.lp.polygons import area, box, clip, clip_all
from fluxmodel.lp.sparse import Floats
from fluxmodel.lp.surface import SAME, Cut, Detail, Interval, Plane, Surface, coefficients, lowest
from fluxmodel.lp.trace import REACHED

#: Programs after which the search stops, and bounds are what is left of it.
MOST = 4000

#: What is known at a point: value, slopes and detail, or a half-plane that leaves the point out, or None if
#: nothing is feasible whatever the parameters are.
Ask = Callable[[float, float], "tuple[float, float, float, Detail] | Cut | None"]


def surface(ask: Ask[Detail], x: Interval, y: Interval, most: int = MOST) -> Surface[Detail]:
    """Follow an optimum over a rectangle of its two parameters.

    Parameters
    ----------
    ask : callable
        Takes a point; see `Ask`. Any one of several slopes will do.
    x, y : (float, float)
        Ends of the rectangle, the lower one first.
    most : int
        Programs after which it stops; what was found is then an upper bound, see `Surface.exact`.

    Examples
    --------
    >>> def ask(x, y):
    ...     return min((x, 1.0, 0.0, "x"), (y, 0.0, 1.0, "y"))
    >>> found = surface(ask, (0.0, 2.0), (0.0, 1.0))
    >>> sorted(p.detail for p in found.planes), found([0.5, 2.0], [1.0, 0.25]).tolist(), found.exact
    (['x', 'y'], [0.5, 0.25], True)
    """
    search: _Search[Detail] = _Search(x, y)
    while (corner := search.next()) is not None and search.asked < most:
        px, py = search.original(corner)
        search.asked += 1
        found = ask(px, py)
        if found is None:
            search.nothing()
        elif isinstance(found, Cut):
            search.cut(corner, found)
        else:
            search.plane(corner, Plane((px, py), *found))
    return search.done()


class _Search(Generic[Detail]):
    """The lowest of the planes so far, in coordinates in which the rectangle is the unit square."""

    def __init__(self, x: Interval, y: Interval) -> None:
        self.x, self.y = x, y
        self.low = np.array([x[0], y[0]])
        self.size = np.array([x[1] - x[0], y[1] - y[0]])
        self.feasible = box((0.0, 0.0), (1.0, 1.0))
        self.planes: list[Plane[Detail]] = []
        self.coefficients = np.zeros((0, 3))
        self.regions: list[Floats] = []
        self.cuts: list[Cut] = []
        self.known: set[tuple[int, int]] = set()  # cells of corners that need not be asked again
        self.fresh = list(self.feasible)  # corners of what is feasible that may be new,
        self.waiting: list[list[Floats]] = []  # and those of each region
        self.solved: list[tuple[float, float, float]] = []
        self.asked, self.scale = 0, 0.0

    def original(self, corner: Floats) -> tuple[float, float]:
        """The parameters at a corner."""
        px, py = (self.low + corner * self.size).tolist()
        return min(max(px, self.x[0]), self.x[1]), min(max(py, self.y[0]), self.y[1])

    def next(self) -> Floats | None:
        """A corner that was not asked yet; first those of what is feasible, so that all is between them."""
        for places in (self.fresh, *reversed(self.waiting)):
            while places:
                corner: Floats = places.pop()
                if not self._is_known(corner):
                    return corner
        return None

    def _is_known(self, corner: Floats) -> bool:
        u, v = corner.tolist()
        return any(
            (_cell(a), _cell(b)) in self.known for a in (u - SAME, u + SAME) for b in (v - SAME, v + SAME)
        )

    def settle(self, corner: Floats) -> None:
        """Do not ask a corner again."""
        u, v = corner.tolist()
        self.known.add((_cell(u), _cell(v)))

    def nothing(self) -> None:
        """Nothing is feasible anywhere."""
        self.feasible, self.regions, self.planes = np.zeros((0, 2)), [], []
        self.fresh, self.waiting = [], []

    def cut(self, corner: Floats, cut: Cut) -> None:
        """Take away a half-plane."""
        own = self._unit(cut.constant, cut.x, cut.y)
        deep = -float(own[0] + corner @ own[1:])
        if deep <= SAME * float(np.hypot(own[1], own[2])):
            self.settle(corner)  # the corner lies on the edge of what is feasible, but for rounding
            return
        self.cuts.append(cut)
        self.feasible = clip(self.feasible, own)
        self.fresh = list(self.feasible)
        for k, region in enumerate(self.regions):
            self._put(k, clip(region, own))

    def plane(self, corner: Floats, new: Plane[Detail]) -> None:
        """Settle the corner, or lower the bound."""
        self.solved.append((*new.at, new.value))
        self.scale = max(self.scale, abs(new.value))
        own = self._unit(new(0.0, 0.0), new.slope_x, new.slope_y)
        own[0] = new.value - corner @ own[1:]  # so that rounding is least where it was found
        reached = max(REACHED * self.scale, PRIMAL_TOLERANCE)
        self.settle(corner)
        if self.planes:
            above = float((self.coefficients[:, 0] + self.coefficients[:, 1:] @ corner).min()) - new.value
            if above <= reached or self._there(own, reached):
                return
        near = self._above(own)
        for k in near:
            self._put(k, clip(self.regions[k], own - self.coefficients[k]))
        self._put(len(self.regions), clip_all(self.feasible, self.coefficients[near] - own))
        self.planes.append(new)
        self.coefficients = np.concatenate([self.coefficients, own[None]])

    def _put(self, k: int, region: Floats) -> None:
        """Put a region in its place, and its corners where they wait."""
        if k == len(self.regions):
            self.regions.append(region)
            self.waiting.append(list(region))
        elif region is not self.regions[k]:
            self.regions[k], self.waiting[k] = region, list(region)

    def _above(self, own: Floats) -> list[int]:
        """The regions of which a new plane takes a part: nothing else touches its own region."""
        if not self.regions:
            return []
        sizes = [len(r) for r in self.regions]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        differ = own - self.coefficients[owner]
        lower = differ[:, 0] + np.einsum("ij,ij->i", differ[:, 1:], np.concatenate(self.regions)) <= 0
        return [int(k) for k in np.unique(owner[lower])]

    def _there(self, own: Floats, reached: float) -> bool:
        """Whether a plane is one that there is already, as far as the square shows."""
        differ = np.abs(self.coefficients - own).sum(axis=1)
        return bool((differ <= reached / 10).any())

    def _unit(self, constant: float, x: float, y: float) -> Floats:
        """An affine function in the coordinates of the unit square."""
        slopes = np.array([x, y])
        return np.array([constant + float(slopes @ self.low), *(slopes * self.size)])

    def done(self) -> Surface[Detail]:
        """What was found."""
        exact = self.next() is None
        thin = area(self.feasible) <= SAME**2
        kept = [k for k, r in enumerate(self.regions) if len(r) and (thin or area(r) > SAME**2)]
        solved = np.array(self.solved).reshape(-1, 3)
        planes = tuple(self.planes[k] for k in kept)
        feasible = self.feasible if planes else self.feasible[:0]
        inside = _kept(solved, self.low, self.size, self.cuts)
        worst = 0.0
        if planes and inside.any():
            found = solved[inside]
            every = np.ones(len(found), dtype=bool)
            upper = lowest(coefficients(planes), found[:, 0], found[:, 1], every)
            worst = float(np.abs(upper - found[:, 2]).max())
        return Surface(
            self.x,
            self.y,
            planes,
            tuple(self.low + self.regions[k] * self.size for k in kept),
            tuple(self.cuts),
            self.low + feasible * self.size,
            self.asked,
            exact,
            worst,
            solved,
        )


def _cell(share: float) -> int:
    """Number of the cell that a coordinate lies in: within `SAME` of it there are two at most."""
    return math.floor(share / (2 * SAME))


def _kept(points: Floats, low: Floats, size: Floats, cuts: list[Cut]) -> npt.NDArray[np.bool_]:
    """Which of some points, (points, 2 or more), no cut has taken away."""
    kept = np.ones(len(points), dtype=bool)
    for cut in cuts:
        steep = np.hypot(cut.x * size[0], cut.y * size[1])
        kept &= cut.constant + cut.x * points[:, 0] + cut.y * points[:, 1] >= -SAME * steep
    return kept
