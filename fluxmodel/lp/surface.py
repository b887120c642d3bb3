"""A concave surface of planes over a rectangle: values, that a search fills and anybody can evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from fluxmodel.lp.sparse import Floats

#: Two points nearer to each other than this share of the rectangle are one.
SAME = 1e-8
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


def coefficients(planes: Sequence[Plane[Any]]) -> Floats:
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
