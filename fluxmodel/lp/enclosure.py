"""Bounds of a concave surface of which only some points and planes are known, and how far they lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fluxmodel.lp.polygons import area, clip_all
from fluxmodel.lp.sparse import Floats
from fluxmodel.lp.surface import Surface, coefficients, lowest


@dataclass(frozen=True, eq=False)
class Bounds:
    """Between what a concave surface lies.

    The upper bound are planes above it. The lower bound is the roof over the points that were solved: a
    concave function lies above whatever connects two of its points. It reaches as far as these points do.

    Attributes
    ----------
    surface : Surface
    roof : ndarray, (planes, 3)
        Constant and slopes of the faces of the lower bound.
    ground : ndarray, (edges, 3)
        Half-planes that hold the points: constant and slopes, >= 0 inside.
    gap : float
        The greatest distance of both bounds anywhere on the ground; NaN if there are no three points that
        are not in line.
    covered : float
        Share of the feasible polygon that the ground covers. What is feasible is itself known from outside
        only, so that this may be too small.
    """

    surface: Surface[Any]
    roof: Floats
    ground: Floats
    gap: float
    covered: float

    def upper(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
        """The upper bound at points; NaN where nothing is feasible."""
        return self.surface(x, y)

    def lower(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
        """The lower bound at points; NaN where no solved points are around."""
        px, py = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        if not len(self.roof):
            return np.full(px.shape, np.nan)
        inside = np.ones(px.shape, dtype=bool)
        for constant, a, b in self.ground.tolist():
            inside &= constant + a * px + b * py >= -1e-9
        return lowest(self.roof, px, py, inside)


def enclose(surface: Surface[Any]) -> Bounds:
    """The bounds that a surface gives whose search was stopped early.

    Parameters
    ----------
    surface : Surface

    Examples
    --------
    >>> from fluxmodel.lp.planes import surface
    >>> def ask(x, y):
    ...     return min((x, 1.0, 0.0, "x"), (y, 0.0, 1.0, "y"), (0.7, 0.0, 0.0, "top"))
    >>> found = enclose(surface(ask, (0.0, 1.0), (0.0, 1.0), most=6))
    >>> float(found.lower(0.9, 0.9)) <= 0.7 <= float(found.upper(0.9, 0.9)), enclose(
    ...     surface(ask, (0.0, 1.0), (0.0, 1.0))
    ... ).gap < 1e-9
    (True, True)
    """
    roof, ground = _roof(surface)
    if not len(roof):
        return Bounds(surface, roof, ground, float("nan"), 0.0)
    low = np.array([surface.x[0], surface.y[0]])
    size = np.array([surface.x[1], surface.y[1]]) - low
    edges = _unit(ground, low, size)
    gap = covered = 0.0
    for plane, region in zip(coefficients(surface.planes), surface.regions, strict=True):
        # the upper bound is affine on its region, and the roof concave: they lie farthest apart at a corner
        part = clip_all((region - low) / size, edges)
        if len(part):
            x, y = (low + part * size).T
            above = (plane - roof) @ np.stack([np.ones(len(x)), x, y])
            gap, covered = max(gap, float(above.max(axis=0).max())), covered + area(part)
    whole = area((surface.feasible - low) / size)
    return Bounds(surface, roof, ground, gap, min(1.0, covered / whole) if whole else 0.0)


def _unit(planes: Floats, low: Floats, size: Floats) -> Floats:
    """Affine functions in the coordinates of the unit square."""
    return np.column_stack([planes[:, 0] + planes[:, 1:] @ low, planes[:, 1:] * size])


def _roof(surface: Surface[Any]) -> tuple[Floats, Floats]:
    """Faces of the least concave function over the points that were solved, and the edges of its ground."""
    nothing = np.zeros((0, 3)), np.zeros((0, 3))
    points = surface.solved
    low = np.array([surface.x[0], surface.y[0]])
    size = np.array([surface.x[1], surface.y[1]]) - low
    flat = (points[:, :2] - low) / size
    if len(flat) < 3 or np.linalg.matrix_rank(flat - flat[0], tol=1e-9) < 2:
        return nothing
    from scipy.spatial import ConvexHull

    height = points[:, 2]
    scale = float(np.ptp(height)) or 1.0
    raised = np.column_stack([flat, (height - height.min()) / scale])
    deep = np.column_stack([flat, np.full(len(flat), -1.0)])  # so that there is a body, with walls
    faces = ConvexHull(np.concatenate([raised, deep])).equations  # outward normal, offset
    top, wall = faces[faces[:, 2] > 1e-9], faces[np.abs(faces[:, 2]) <= 1e-9]
    # n . (u, v, w) + offset = 0 solved for the height w
    u, v, offset = (-top[:, k] / top[:, 2] for k in (0, 1, 3))
    slopes = np.column_stack([u, v]) * scale / size
    roof = np.column_stack([offset * scale + height.min() - slopes @ low, slopes])
    edges = -wall[:, :2] / size
    ground = np.column_stack([-wall[:, 3] - edges @ low, edges])
    return np.unique(roof.round(14), axis=0), np.unique(ground.round(14), axis=0)
