"""Signs and sizes of changes, measured against predicted.

The rule, the same for every table: a flux is *unchanged* if its log2 ratio is within 0.2 (15 %) of 0. Beyond
that it is *up* or *down*; a measured one only if the difference is two standard errors of it or more, and is
*unclear* otherwise. Unclear rows, and those whose flux cannot be told from 0 where it starts, have no sign to
score. A flux that falls below a sixteenth, stops or turns round counts as a sixteenth, and one that starts
from nothing as sixteenfold, lest one zero decide a mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: A change counts from this log2 ratio on, and a measured one from this many standard errors on.
CUT, SURE = 0.2, 2.0
#: Largest log2 ratio that is counted.
MOST = 4.0
#: A predicted flux below this is none, mmol/gDW/h.
NOTHING = 1e-4


@dataclass(frozen=True)
class Number:
    """A measured mean and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Change:
    """A measured change; fluxes are counted in the direction that they have where they start."""

    before: Number
    after: Number

    @property
    def log2(self) -> float:
        """Log2 of the ratio."""
        return log2_ratio(self.before.value, self.after.value) or 0.0

    @property
    def word(self) -> str:
        """up, down, unchanged, unclear, or none if the flux cannot be told from 0 where it starts."""
        if abs(self.before.value) < SURE * self.before.error or self.before.value == 0:
            return "none"
        if abs(self.log2) < CUT:
            return "unchanged"
        difference = abs(self.after.value - self.before.value)
        if difference < SURE * math.hypot(self.before.error, self.after.error):
            return "unclear"
        return "up" if self.log2 > 0 else "down"


def log2_ratio(before: float, after: float) -> float | None:
    """Log2 of after over before, within -4 and 4; None if there is nothing to start from.

    Examples
    --------
    >>> log2_ratio(1, 2), log2_ratio(-1, -0.5), log2_ratio(1, -1), log2_ratio(0, 1)
    (1.0, -1.0, -4.0, None)
    """
    if before == 0:
        return None
    ratio = after / before
    return max(-MOST, min(MOST, math.log2(ratio))) if ratio > 0 else -MOST


def predicted_log2(before: float, after: float) -> float:
    """Size of a predicted change, within -4 and 4, of a flux that is measured as positive where it starts.

    No flux before and after is no change; from no flux, any is the largest change; and more of a flux that
    runs against the measured direction is less.

    Examples
    --------
    >>> predicted_log2(1, 2), predicted_log2(-1, -2), predicted_log2(0, 0), predicted_log2(0, -1)
    (1.0, -1.0, 0.0, -4.0)
    """
    if abs(before) <= NOTHING:
        return 0.0 if abs(after) <= NOTHING else math.copysign(MOST, after)
    size = log2_ratio(before, after) or 0.0
    return size if before > 0 else -size


@dataclass(frozen=True)
class Scored:
    """One row under one way of predicting; no log2 ratio where the cell does not live."""

    measured: Change
    log2: float | None

    @property
    def word(self) -> str:
        """up, down, unchanged, or not viable."""
        if self.log2 is None:
            return "not viable"
        return "unchanged" if abs(self.log2) < CUT else "up" if self.log2 > 0 else "down"

    @property
    def counts(self) -> bool:
        """Whether the measured change has a sign that can be right or wrong."""
        return self.measured.word not in ("none", "unclear")

    @property
    def right(self) -> bool:
        """Whether the words agree."""
        return self.word == self.measured.word


@dataclass(frozen=True)
class Tally:
    """Totals of one way.

    Attributes
    ----------
    right, wrong : int
        Of the rows whose measured sign is clear.
    changed : int
        How many of the right ones are changes, and not fluxes that stayed.
    opposite : int
        How many of the wrong ones are predicted the other way round.
    error : float
        Mean absolute error of log2, over rows whose flux is measured where it starts, clear or not.
    sizes : int
        How many rows these are.
    """

    right: int
    wrong: int
    changed: int
    opposite: int
    error: float
    sizes: int


def tally(rows: Iterable[Scored]) -> Tally:
    """Count."""
    rows = list(rows)
    clear = [r for r in rows if r.counts]
    wrong = [r for r in clear if not r.right]
    errors = [abs(r.log2 - r.measured.log2) for r in rows if r.log2 is not None and r.measured.word != "none"]
    return Tally(
        right=len(clear) - len(wrong),
        wrong=len(wrong),
        changed=sum(r.right and r.word != "unchanged" for r in clear),
        opposite=sum({r.word, r.measured.word} == {"up", "down"} for r in wrong),
        error=sum(errors) / len(errors) if errors else math.nan,
        sizes=len(errors),
    )
