"""What the members of a cell say together, as numbers: the middle and the 5 to 95 % of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fluxmodel.analysis.ensemble import MemberRanges
from fluxmodel.lp.sparse import Floats

#: Quantiles that are shown: nine tenths of the members lie between them.
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 5 to 95 % of a number over members.

    Attributes
    ----------
    members : int
        All that were asked; those without an answer do not count in the rest.
    median, low, high : float or None
        None if no member has an answer.
    """

    members: int
    median: float | None
    low: float | None
    high: float | None


def spread(values: Floats) -> Spread:
    """The spread of numbers, one per member; NaN is no answer.

    Examples
    --------
    >>> spread(np.array([1.0, 2.0, 3.0, np.nan]))
    Spread(members=4, median=2.0, low=1.1, high=2.9)
    >>> spread(np.array([np.nan])).median is None
    True
    """
    return Spread(len(values), *(quantile(values, q) for q in (0.5, LOW, HIGH)))


def quantile(values: Floats, q: float) -> float | None:
    """A quantile of the finite ones; None if there are none."""
    known = values[np.isfinite(values)]
    return round(float(np.quantile(known, q)), 12) if known.size else None


def envelope(members: MemberRanges, k: int, is_growth: bool) -> tuple[float | None, float | None]:
    """From the 5 % quantile of the members' minima of the k-th observable to the 95 % one of their maxima."""
    low = members.growth if is_growth else members.low[:, k]
    high = members.growth if is_growth else members.high[:, k]
    return quantile(low, LOW), quantile(high, HIGH)
