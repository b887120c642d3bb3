"""Convex polygons in the plane: clipped by half-planes, a point or a segment being polygons as well."""

from __future__ import annotations

import math

import numpy as np

from fluxmodel.lp.sparse import Floats

#: How far beyond the line of a cut a corner may lie and still be kept: far less than anything one can see in
#: a unit square, and far more than rounding, so that a polygon cut down to a point is that point.
EDGE = 1e-10


def box(low: tuple[float, float], high: tuple[float, float]) -> Floats:
    """The corners of a rectangle, counter-clockwise."""
    (a, c), (b, d) = low, high
    return np.array([[a, c], [b, c], [b, d], [a, d]], dtype=np.float64)


def clip(polygon: Floats, cut: Floats) -> Floats:
    """The part of a convex polygon in which ``cut[0] + cut[1] x + cut[2] y >= 0`` [1]_.

    Parameters
    ----------
    polygon : ndarray, (corners, 2)
        In order around it; coordinates of about 1.
    cut : ndarray, (3,)
        A half-plane; one without a slope keeps everything or nothing.

    Returns
    -------
    ndarray, (corners, 2)
        Empty if nothing is left.

    References
    ----------
    .. [1] Sutherland IE, Hodgman GW (1974), Communications of the ACM 17, 32-42.

    Examples
    --------
    >>> clip(box((0, 0), (1, 1)), np.array([0.5, -1.0, 0.0])).tolist()
    [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]
    """
    constant, a, b = cut.tolist()
    steep = math.hypot(a, b)
    if steep <= 1e-12 * max(abs(constant), 1e-300):
        return polygon if constant >= 0 else polygon[:0]
    # polygons have a handful of corners: plain numbers take less time than arrays
    corners = polygon.tolist()
    inside = [(constant + a * x + b * y) / steep for x, y in corners]
    if min(inside, default=0.0) >= -EDGE:
        return polygon
    kept: list[tuple[float, float]] = []
    for k, (x, y) in enumerate(corners):
        here, there = inside[k - 1], inside[k]
        if (here >= -EDGE) != (there >= -EDGE) and abs(here - there) > EDGE:
            share = min(max(here / (here - there), 0.0), 1.0)
            u, v = corners[k - 1]
            _put(kept, u + share * (x - u), v + share * (y - v))
        if there >= -EDGE:
            _put(kept, x, y)
    if len(kept) > 1 and _same(kept[0], *kept[-1]):
        kept.pop()
    return np.array(kept).reshape(-1, 2)


def _put(kept: list[tuple[float, float]], x: float, y: float) -> None:
    """Append a corner unless it is the one before it."""
    if not kept or not _same(kept[-1], x, y):
        kept.append((x, y))


def _same(corner: tuple[float, float], x: float, y: float) -> bool:
    return abs(corner[0] - x) <= EDGE and abs(corner[1] - y) <= EDGE


def clip_all(polygon: Floats, cuts: Floats) -> Floats:
    """A polygon clipped by several half-planes, (cuts, 3)."""
    for cut in cuts:
        if not len(polygon):
            break
        polygon = clip(polygon, cut)
    return polygon


def outside(whole: Floats, hole: Floats) -> list[Floats]:
    """What a convex polygon leaves of one around it, in convex pieces.

    Examples
    --------
    >>> [area(p) for p in outside(box((0, 0), (2, 1)), box((0, 0), (1, 1)))]
    [1.0]
    """
    if len(hole) < 3:
        return [whole] if len(whole) else []
    pieces, rest = [], whole
    for k in range(len(hole)):
        (ax, ay), (bx, by) = hole[k - 1], hole[k]
        # what lies to the left of an edge of a counter-clockwise polygon is inside
        edge = np.array([(by - ay) * ax - (bx - ax) * ay, ay - by, bx - ax])
        piece, rest = clip(rest, -edge), clip(rest, edge)
        if area(piece) > EDGE * area(whole):
            pieces.append(piece)
    return pieces


def area(polygon: Floats) -> float:
    """Area of a polygon; 0 of a segment or a point.

    Examples
    --------
    >>> area(box((0, 0), (2, 1))), area(np.zeros((1, 2)))
    (2.0, 0.0)
    """
    if len(polygon) < 3:
        return 0.0
    x, y = (polygon - polygon[0]).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def middle(polygon: Floats) -> Floats:
    """A point well inside of a polygon: the mean of its corners."""
    return np.asarray(polygon.mean(axis=0))


def distance(polygon: Floats) -> float:
    """How far the origin lies outside of a polygon, convex or not; 0 inside.

    Examples
    --------
    >>> distance(box((-1, -1), (1, 1))), distance(box((3, 4), (4, 5)))
    (0.0, 5.0)
    """
    start = np.roll(polygon, 1, axis=0)
    if len(polygon) > 2 and _around(start, polygon):
        return 0.0
    along = polygon - start
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    share = np.clip(-(start * along).sum(axis=1) / length, 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * along).T).min())


def _around(start: Floats, end: Floats) -> bool:
    """Whether edges go around the origin: an odd number of them crosses the way out of it."""
    crosses = (start[:, 1] > 0) != (end[:, 1] > 0)
    a, b = start[crosses], end[crosses]
    at = a[:, 0] - a[:, 1] * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    return bool(np.count_nonzero(at > 0) % 2)
