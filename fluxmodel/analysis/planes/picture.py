"""From bound parameters to what people see on the axes of a phase plane."""

from __future__ import annotations

import numpy as np

from fluxmodel.analysis.planes.dial import Dial
from fluxmodel.condition import CONSTANTS
from fluxmodel.lp.polygons import box, outside
from fluxmodel.lp.sparse import Floats

#: Corners this near to each other, as shares of the plane, are one.
_NEAR = 1e-9


def pictured(dials: tuple[Dial, Dial], polygon: Floats) -> Floats:
    """A polygon of bound parameters in the units of the axes.

    Parameters
    ----------
    dials : (Dial, Dial)
    polygon : ndarray, (corners, 2)

    Returns
    -------
    ndarray, (corners, 2)
        From 18.6 to 21 percent an incubator holds the same oxygen: what lies at that supply is as wide.
    """
    for k, dial in enumerate(dials):
        if dial.supply is not None:
            polygon = _percent(dial, dial.supply, polygon, k)
    return polygon


def rest_of(dials: tuple[Dial, Dial], whole: Floats | None, hole: Floats) -> tuple[Floats, ...]:
    """What a polygon leaves of another one, or of the whole plane, in convex pieces of bound parameters."""
    (a, b), (c, d) = ((x.start, x.end) for x in dials)
    low, size = np.array([a, c]), np.array([b - a, d - c])
    around = box((0, 0), (1, 1)) if whole is None else (whole - low) / size
    return tuple(low + piece * size for piece in outside(around, (hole - low) / size))


def _percent(dial: Dial, supply: float, polygon: Floats, k: int) -> Floats:
    """Percent instead of supply; the corners at the supply of an incubator become the ends of an edge."""
    flat, air = CONSTANTS["incubator_percent"].value, CONSTANTS["air_percent"].value
    dry = CONSTANTS["dry_share"].value
    low, high = dial.axis.low, dial.axis.high
    level = polygon[:, k] / supply
    kind = np.where(np.abs(level - flat) <= _NEAR * 100, 0, np.sign(level - flat)).astype(int)
    corners: list[Floats] = []

    def put(corner: Floats, percent: float) -> None:
        made = corner.copy()
        made[k] = min(max(percent, low), high)
        corners.append(made)

    n = len(polygon)
    for j in range(n):
        corner, before = polygon[j], polygon[j - 1]
        if kind[j - 1] * kind[j] < 0:  # an edge across the supply of an incubator
            share = (flat - level[j - 1]) / (level[j] - level[j - 1])
            crossing = before + share * (corner - before)
            first, second = (flat, air) if kind[j] > 0 else (air, flat)
            put(crossing, first)
            put(crossing, second)
        if kind[j] < 0:
            put(corner, float(level[j]))
        elif kind[j] > 0:
            put(corner, max(air, float(level[j]) / dry))
        elif not (kind < 0).any():
            put(corner, air)
        else:
            after = kind[(j + 1) % n]
            if kind[j - 1] < 0:
                put(corner, flat)
            if kind[j - 1] >= 0 or after >= 0:
                put(corner, air)
            if after < 0 and kind[j - 1] >= 0:
                put(corner, flat)
    return np.array(corners).reshape(-1, 2)
