"""Draws from ranges that a table gives as a value with a low and a high end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: 95 % point of the standard normal distribution.
_Z95 = 1.6448536269514722


def spread_draw(
    rng: np.random.Generator,
    middle: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """One draw of every number.

    Half of the draws lie on either side of the middle, each side half a normal distribution, with `low` and
    `high` as the 5 % and 95 % points.

    Examples
    --------
    >>> one = np.array([2.0])
    >>> spread_draw(np.random.default_rng(1), one, one, one).tolist()
    [2.0]
    """
    z = rng.standard_normal(middle.size)
    drawn = middle + z * np.where(z < 0, middle - low, high - middle) / _Z95
    # Where the whole range is on one side of 0 the direction is known, and only the size is not: a tail
    # must not turn an induced gene into a repressed one. It is cut by moving what lies beyond to 0 (no
    # effect), not by drawing again, which would shift the 5 % point away from `low`.
    drawn = np.where(low >= 0, np.maximum(drawn, 0.0), drawn)
    drawn = np.where(high <= 0, np.minimum(drawn, 0.0), drawn)
    return np.asarray(drawn, np.float64)
