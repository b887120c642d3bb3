"""Verdicts: what may be said about a change, from two points and two intervals.

Growth has an exact optimum, so its interval is a point. A flux has an interval, and a change of it is
certain only if the intervals of both conditions lie apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Literal

from fluxmodel.errors import DomainError, Problem
from fluxmodel.network.model import Model

Direction = Literal["up", "down", "unchanged", "undetermined"]
Interval = tuple[float, float]

_DEFAULTS = {
    "fraction": 0.95, "min_ratio": 1.05, "near_zero": 1e-4, "certain_share": 0.95, "likely_share": 0.8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Constants:
    """The constants of every verdict, from parameters.tsv.

    Parameters
    ----------
    fraction : float
        Share of the optimum at which intervals are taken.
    min_ratio : float
        A change counts from this ratio on.
    near_zero : float
        Where a side is nearer to 0 than this, a change counts from this difference on.
    certain_share, likely_share : float
        Share of the members of a cell whose intervals must separate for the words certain and likely.
    """

    fraction: float = _DEFAULTS["fraction"]
    min_ratio: float = _DEFAULTS["min_ratio"]
    near_zero: float = _DEFAULTS["near_zero"]
    certain_share: float = _DEFAULTS["certain_share"]
    likely_share: float = _DEFAULTS["likely_share"]

    @classmethod
    def of(cls, model: Model, fraction: float | None = None) -> Constants:
        """Those of a model; `fraction` overrides its own.

        Raises
        ------
        DomainError
            FM520 for a fraction outside (0, 1].
        """
        found = {k: model.parameters[f"verdict.{k}"].value if f"verdict.{k}" in model.parameters else v
                 for k, v in _DEFAULTS.items()}  # fmt: skip
        if fraction is not None:
            cure = "give a share of the optimum above 0 and at most 1, such as 0.95"
            if isinstance(fraction, bool) or not isinstance(fraction, Real):
                what = f"fraction = {fraction!r} is a {type(fraction).__name__}, not a number"
                raise DomainError(Problem("FM520", what, cure=cure))
            if not 0 < fraction <= 1:
                raise DomainError(Problem("FM520", f"fraction = {fraction}", cure=cure))
            found["fraction"] = float(fraction)
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said about a change.

    Attributes
    ----------
    direction : {'up', 'down', 'unchanged', 'undetermined'}
        Of the number that was asked for, sign included: a reaction that runs backwards, from -0.29 to
        -0.27, is up, although it runs slower.
    certain : bool
        Whether the intervals alone prove it, in all but a few members of the cell; always False for
        ``undetermined``. Without it, a direction is likely.
    point : {'up', 'down', 'unchanged', 'undetermined'}
        What the two reported points say.
    why : str
        Why nothing can be said, if so.
    share : float or None
        Share of the members that say so; None without an ensemble.
    """

    direction: Direction
    certain: bool
    point: Direction
    why: str = ""
    share: float | None = None

    def __str__(self) -> str:
        if self.direction != "undetermined":
            return self.direction if self.certain else f"likely {self.direction}"
        return f"undetermined ({self.point} at the point)" if not self.why else f"undetermined ({self.why})"


def change(a: float, b: float, constants: Constants) -> int:
    """1 if `b` is up on `a`, -1 if down, 0 if the difference does not count.

    Up means a larger number of what was asked: a flux that runs backwards less than before is up.

    Examples
    --------
    >>> c = Constants()
    >>> change(1.0, 1.2, c), change(1.0, 1.01, c), change(0.0, -0.001, c), change(-1.0, 1.0, c)
    (1, 0, -1, 1)
    """
    difference = b - a
    if difference == 0:
        return 0
    small = min(abs(a), abs(b))
    if small < constants.near_zero or (a < 0) != (b < 0):
        counts = abs(difference) >= constants.near_zero
    else:
        # one part in 1e12 for the rounding of numbers that are meant to be exactly at the ratio
        counts = max(abs(a), abs(b)) >= small * constants.min_ratio * (1 - 1e-12)
    return (1 if difference > 0 else -1) if counts else 0


def verdict(
    point_a: float | None,
    interval_a: Interval | None,
    point_b: float | None,
    interval_b: Interval | None,
    constants: Constants,
) -> Verdict:
    """The verdict on a change from a to b.

    Parameters
    ----------
    point_a, point_b : float or None
        What is reported; None where there is no value.
    interval_a, interval_b : tuple of float or None
        Smallest and largest value at the fraction of the own optimum.
    constants : Constants

    Returns
    -------
    Verdict

    Examples
    --------
    >>> c = Constants()
    >>> str(verdict(1.0, (0.9, 1.1), 2.0, (1.8, 2.2), c)), str(verdict(1.0, (0, 3), 2.0, (0, 3), c))
    ('up', 'undetermined (up at the point)')
    """
    if point_a is None or point_b is None or interval_a is None or interval_b is None:
        return Verdict("undetermined", False, "undetermined", "no value to compare")
    point = _NAMES[change(point_a, point_b, constants)]
    (a0, a1), (b0, b1) = interval_a, interval_b
    if not all(math.isfinite(x) for x in (a0, a1, b0, b1)):
        return Verdict("undetermined", False, point, "" if point != "unchanged" else "an interval has no end")
    if b0 > a1 and change(a1, b0, constants) > 0:
        return Verdict("up", True, point)
    if b1 < a0 and change(a0, b1, constants) < 0:
        return Verdict("down", True, point)
    if change(min(a0, b0), max(a1, b1), constants) == 0:
        return Verdict("unchanged", True, point)
    return Verdict("undetermined", False, point)


_NAMES: Mapping[int, Direction] = {1: "up", 0: "unchanged", -1: "down"}
