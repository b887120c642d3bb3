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

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from fluxmodel.lp.engine import PRIMAL_TOLERANCE
from fluxmodel.lp.polygons import area, box, clip, clip_all
from fluxmodel.lp.sparse import Floats
from fluxmodel.lp.trace import REACHED

#: Two corners nearer to each other than this share of the rectangle are one.
SAME = 1e-8
#: Programs after which the search stops, and bounds are what is left of it.
MOST = 2000
#: Planes times points that are evaluated at once: what fits into a cache.
_CHUNK = 1 << 18

Detail = TypeVar("Detail")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plane(Generic[Detail]):
    """The optimum at one point: its value, its slopes, and what the caller keeps of it."""

    at: tuple[float, float]
    value: float
    slope_x: float
    slope_y: float
    detail: Detail

    def __call__(self, x: float, y: float) -> float:
        """The plane at another point."""
        return self.value + self.slope_x * (x - self.at[0]) + self.slope_y * (y - self.at[1])


@dataclass(frozen=True, slots=True)
class Cut:
    """A half-plane that holds everything feasible: ``constant + x X + y Y >= 0``."""

    constant: float
    x: float
    y: float


#: What is known at a point: value, slopes and detail, or a half-plane that leaves the point out, or None if
#: nothing is feasible whatever the parameters are.
Ask = Callable[[float, float], "tuple[float, float, float, Detail] | Cut | None"]


@dataclass(frozen=True, eq=False)
class Surface(Generic[Detail]):
    """A concave piecewise linear function on a convex polygon, and nothing outside of it.

    Attributes
    ----------
    x, y : (float, float)
        The rectangle.
    planes : tuple of Plane
        One of each face.
    regions : tuple of ndarray, (corners, 2)
        The face of each plane as a polygon.
    cuts : tuple of Cut
        What keeps the feasible from the rest of the rectangle.
    feasible : ndarray, (corners, 2)
        The polygon in which there is an optimum; empty if there is none.
    asked : int
        Linear programs that it took.
    exact : bool
        Whether every corner was found to lie on the surface; else `planes` are an upper bound.
    worst : float
        Largest difference between an optimum that was found and the planes there; once exact, this is
        rounding.
    solved : ndarray, (points, 3)
        Parameters and optimum of the programs that had one.
    """

    x: Interval
    y: Interval
    planes: tuple[Plane[Detail], ...]
    regions: tuple[Floats, ...]
    cuts: tuple[Cut, ...]
    feasible: Floats
    asked: int
    exact: bool
    worst: float
    solved: Floats = field(repr=False)

    def __call__(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
        """The function at points, arrays of one shape; NaN where nothing is feasible.

        Many points are one matrix product.
        """
        px, py = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        if not self.planes:
            return np.full(px.shape, np.nan)
        return lowest(coefficients(self.planes), px, py, self.inside(px, py))

    def inside(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether points are feasible, to within rounding."""
        px, py = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        wide, high = self.x[1] - self.x[0], self.y[1] - self.y[0]
        found = np.full(px.shape, bool(len(self.feasible)))
        for low, top, size, p in ((*self.x, wide, px), (*self.y, high, py)):
            found &= (p >= low - SAME * size) & (p <= top + SAME * size)
        for cut in self.cuts:
            steep = np.hypot(cut.x * wide, cut.y * high)
            found &= cut.constant + cut.x * px + cut.y * py >= -SAME * steep
        return found

    def face(self, x: float, y: float) -> int | None:
        """Number of the face of a point; None where nothing is feasible."""
        if not self.planes or not self.inside(x, y):
            return None
        return int(np.argmin(coefficients(self.planes) @ (1.0, x, y)))


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
        self.known = np.zeros((0, 2))  # corners that were asked, to no new end
        self.solved: list[tuple[float, float, float]] = []
        self.asked, self.scale = 0, 0.0

    def original(self, corner: Floats) -> tuple[float, float]:
        """The parameters at a corner."""
        px, py = (self.low + corner * self.size).tolist()
        return min(max(px, self.x[0]), self.x[1]), min(max(py, self.y[0]), self.y[1])

    def next(self) -> Floats | None:
        """A corner that was not asked yet; first those of what is feasible, so that all is between them."""
        corners = np.concatenate([self.feasible, *self.regions])
        if not len(corners) or not len(self.known):
            return corners[0] if len(corners) else None
        far = np.abs(corners[:, None, :] - self.known[None, :, :]).max(axis=2).min(axis=1) > SAME
        return corners[int(np.argmax(far))] if far.any() else None

    def settle(self, corner: Floats) -> None:
        """Do not ask a corner again."""
        self.known = np.concatenate([self.known, corner[None]])

    def nothing(self) -> None:
        """Nothing is feasible anywhere."""
        self.feasible, self.regions, self.planes = np.zeros((0, 2)), [], []

    def cut(self, corner: Floats, cut: Cut) -> None:
        """Take away a half-plane."""
        own = self._unit(cut.constant, cut.x, cut.y)
        deep = -float(own[0] + corner @ own[1:])
        if deep <= SAME * float(np.hypot(own[1], own[2])):
            self.settle(corner)  # the corner lies on the edge of what is feasible, but for rounding
            return
        self.cuts.append(cut)
        self.feasible = clip(self.feasible, own)
        self.regions = [clip(r, own) for r in self.regions]

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
        self.regions = [
            clip(r, own - k) if len(r) else r for r, k in zip(self.regions, self.coefficients, strict=True)
        ]
        self.regions.append(clip_all(self.feasible, self.coefficients - own))
        self.planes.append(new)
        self.coefficients = np.concatenate([self.coefficients, own[None]])

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


def _kept(points: Floats, low: Floats, size: Floats, cuts: list[Cut]) -> npt.NDArray[np.bool_]:
    """Which of some points, (points, 2 or more), no cut has taken away."""
    kept = np.ones(len(points), dtype=bool)
    for cut in cuts:
        steep = np.hypot(cut.x * size[0], cut.y * size[1])
        kept &= cut.constant + cut.x * points[:, 0] + cut.y * points[:, 1] >= -SAME * steep
    return kept


def coefficients(planes: tuple[Plane[Detail], ...]) -> Floats:
    """Constant and slopes of planes, (planes, 3)."""
    return np.array([(p(0.0, 0.0), p.slope_x, p.slope_y) for p in planes]).reshape(-1, 3)


def lowest(planes: Floats, x: Floats, y: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """The lowest of some planes at points; NaN where they are not inside."""
    found = np.full(x.shape, np.nan).ravel()
    fx, fy, which = x.ravel(), y.ravel(), np.flatnonzero(inside.ravel())
    step = max(1, _CHUNK // len(planes))
    for start in range(0, len(which), step):
        part = which[start : start + step]
        values = planes[:, 1:] @ np.stack([fx[part], fy[part]])
        values += planes[:, :1]
        found[part] = values.min(axis=0)
    return found.reshape(x.shape)
