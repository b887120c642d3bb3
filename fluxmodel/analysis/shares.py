"""What the members of a cell say together: the share of them whose intervals separate, and in which way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.verdict import Constants, Direction, Verdict
from fluxmodel.lp.sparse import Floats


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the members, each in [0, 1]; the rest is undetermined.

    Attributes
    ----------
    up, down, unchanged : float
    members : int
    """

    up: float
    down: float
    unchanged: float
    members: int

    @property
    def undetermined(self) -> float:
        """Share of the members whose intervals overlap, or that have none."""
        return max(0.0, 1.0 - self.up - self.down - self.unchanged)

    @property
    def leading(self) -> tuple[Direction, float]:
        """The class of most members, and its share."""
        found: list[tuple[Direction, float]] = [
            ("up", self.up),
            ("down", self.down),
            ("unchanged", self.unchanged),
            ("undetermined", self.undetermined),
        ]
        return max(found, key=lambda item: item[1])


def changes(a: Floats, b: Floats, constants: Constants) -> Floats:
    """As `fluxmodel.analysis.verdict.change`, for arrays: 1 up, -1 down, 0 where it does not count."""
    difference = b - a
    small = np.minimum(np.abs(a), np.abs(b))
    near = (small < constants.near_zero) | ((a < 0) != (b < 0))
    counts = np.where(
        near,
        np.abs(difference) >= constants.near_zero,
        np.maximum(np.abs(a), np.abs(b)) >= small * constants.min_ratio * (1 - 1e-12),
    )
    result: Floats = np.where(counts & np.isfinite(difference), np.sign(difference), 0.0)
    return result


def shares(low_a: Floats, high_a: Floats, low_b: Floats, high_b: Floats, constants: Constants) -> Shares:
    """The shares of members whose intervals prove a change from a to b.

    Parameters
    ----------
    low_a, high_a, low_b, high_b : ndarray, (members,)
        Ends of the intervals; NaN where there is none.
    constants : Constants

    Examples
    --------
    >>> a, b = np.array([1.0, 1.0]), np.array([2.0, 1.01])
    >>> shares(a, a, b, b, Constants())
    Shares(up=0.5, down=0.0, unchanged=0.5, members=2)
    """
    n = len(low_a)
    known = np.isfinite(low_a) & np.isfinite(high_a) & np.isfinite(low_b) & np.isfinite(high_b)
    up = known & (low_b > high_a) & (changes(high_a, low_b, constants) > 0)
    down = known & (high_b < low_a) & (changes(low_a, high_b, constants) < 0)
    widest = changes(np.minimum(low_a, low_b), np.maximum(high_a, high_b), constants)
    same = known & ~up & ~down & (widest == 0)
    if n == 0:
        return Shares(0.0, 0.0, 0.0, 0)
    return Shares(float(up.mean()), float(down.mean()), float(same.mean()), n)


def by_members(point: Verdict, said: Shares, constants: Constants) -> Verdict:
    """The verdict of an ensemble: certain or likely where enough members say the same.

    Examples
    --------
    >>> point = Verdict("up", True, "up")
    >>> str(by_members(point, Shares(0.9, 0.0, 0.1, 80), Constants()))
    'likely up'
    >>> by_members(point, Shares(0.5, 0.0, 0.5, 80), Constants()).direction
    'undetermined'
    """
    if not said.members:
        return point
    direction, share = said.leading
    if direction == "undetermined" or share < constants.likely_share:
        return replace(point, direction="undetermined", certain=False, share=share)
    return replace(point, direction=direction, certain=share >= constants.certain_share, share=share)
