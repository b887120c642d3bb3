"""Excess of a combination over what two agents would do if they had nothing to do with each other.

Effects are shares of untreated growth that are lost. An excess above 0 is synergy, below 0 antagonism.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fluxmodel.lp.sparse import Floats

#: What an excess has to reach to count, as a share of untreated growth: that of verdicts on growth, 5 %.
COUNTS = 0.05
MEASURES = ("bliss", "hsa", "loewe", "zip")


def bliss(a: Floats, b: Floats, together: Floats) -> Floats:
    """Excess over independent action: what survives one is hit by the other [1]_.

    References
    ----------
    .. [1] Bliss CI (1939), Ann Appl Biol 26, 585-615.

    Examples
    --------
    >>> float(bliss(0.5, 0.5, 0.75)), float(bliss(0.0, 0.0, 0.4))
    (0.0, 0.4)
    """
    found: Floats = np.asarray(together) - (np.asarray(a) + b - np.asarray(a) * b)
    return found


def highest_single(a: Floats, b: Floats, together: Floats) -> Floats:
    """Excess over the stronger of the two alone.

    Examples
    --------
    >>> float(highest_single(0.5, 0.25, 0.75))
    0.25
    """
    found: Floats = np.asarray(together) - np.maximum(a, b)
    return found


@dataclass(frozen=True, slots=True)
class Slope:
    """A Hill curve between an effect that is there already and all of growth."""

    middle: float
    hill: float

    def effect(self, amount: Floats, floor: float = 0.0) -> Floats:
        """``(floor + strength) / (1 + strength)``."""
        with np.errstate(over="ignore"):
            strength = np.minimum((np.asarray(amount, dtype=float) / self.middle) ** self.hill, 1e300)
        found: Floats = (floor + strength) / (1.0 + strength)
        return found


def fitted(amounts: Floats, effects: Floats, floor: float = 0.0) -> Slope:
    """The Hill curve that fits effects best (least squares).

    Parameters
    ----------
    amounts, effects : ndarray, (n,)
    floor : float
        Effect at no amount.

    Examples
    --------
    >>> found = fitted(np.array([0.0, 1, 3, 10, 30]), Slope(3.0, 2.0).effect(np.array([0.0, 1, 3, 10, 30])))
    >>> round(found.middle, 3), round(found.hill, 3)
    (3.0, 2.0)
    """
    from scipy.optimize import least_squares

    given = amounts > 0
    x, y = amounts[given], effects[given]
    middle = float(np.exp(np.log(x).mean()))

    def off(p: Floats) -> Floats:
        return Slope(float(np.exp(p[0])), float(np.exp(p[1]))).effect(x, floor) - y

    # a flat curve is one whose middle lies far beyond all amounts
    starts = [(np.log(middle), 0.0), (np.log(x.max() * 1e3), 0.0), (np.log(x.max()), 1.5)]
    bounds = ([np.log(x.min()) - 14, np.log(0.1)], [np.log(x.max()) + 14, np.log(20.0)])
    best = min((least_squares(off, s, bounds=bounds) for s in starts), key=lambda r: r.cost)
    return Slope(float(np.exp(best.x[0])), float(np.exp(best.x[1])))


def zip_excess(a: Floats, b: Floats, effects: Floats) -> Floats:
    """Excess over two agents that do not change each other's potency and slope [1]_.

    Hill curves are fitted to each agent alone, and to each in the presence of every amount of the other; the
    excess is the mean of the two fits less what independent curves would give.

    Parameters
    ----------
    a, b : ndarray, (n,) and (m,)
        Amounts, rising from 0.
    effects : ndarray, (n, m)

    Returns
    -------
    ndarray, (n, m)

    References
    ----------
    .. [1] Yadav B et al. (2015), Comput Struct Biotechnol J 13, 504-513.

    Examples
    --------
    >>> x, y = np.array([0.0, 1, 3, 10]), np.array([0.0, 2, 6])
    >>> one, two = Slope(3.0, 1.0).effect(x), Slope(5.0, 2.0).effect(y)
    >>> both = one[:, None] + two - one[:, None] * two
    >>> bool(np.abs(zip_excess(x, y, both)).max() < 1e-6)
    True
    """
    alone_a, alone_b = fitted(a, effects[:, 0]).effect(a), fitted(b, effects[0]).effect(b)
    expected = alone_a[:, None] + alone_b - alone_a[:, None] * alone_b
    over_b = np.array([fitted(b, row, floor).effect(b, floor)
                       for row, floor in zip(effects, alone_a, strict=True)])  # fmt: skip
    over_a = np.array([fitted(a, column, floor).effect(a, floor)
                       for column, floor in zip(effects.T, alone_b, strict=True)]).T  # fmt: skip
    found: Floats = (over_a + over_b) / 2 - expected
    found[0], found[:, 0] = 0.0, 0.0
    return found
