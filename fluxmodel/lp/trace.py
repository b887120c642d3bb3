"""An optimum as a function of one parameter on which bounds depend affinely: exact, piece by piece.

The maximum of a linear program is concave and piecewise linear in such a parameter [1]_. Every program gives
a tangent, which lies above the function everywhere; where two neighbouring tangents meet, the function either
reaches their crossing, which is then a break point, or gives a new tangent. K pieces take at most 2 K + 1
programs, and degenerate vertices cost nothing but a tangent that is there already.

References
----------
.. [1] Gal T (1995), Postoptimal Analyses, Parametric Programming, and Related Topics, 2nd ed., de Gruyter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from fluxmodel.lp.sparse import Floats

#: How far below the crossing of two tangents the optimum may lie and still reach it, relative to 1 or to its
#: size: a tenth of what results are compared to.
REACHED = 1e-7
#: Steps in which the end of what is feasible is enclosed: as many as a double has bits.
_HALVINGS = 52

Detail = TypeVar("Detail")


@dataclass(frozen=True, slots=True)
class Tangent(Generic[Detail]):
    """The optimum at one value of the parameter: its value, its slope, and what the caller keeps of it."""

    at: float
    value: float
    slope: float
    detail: Detail

    def __call__(self, at: float) -> float:
        """The tangent at another value of the parameter."""
        return self.value + self.slope * (at - self.at)


@dataclass(frozen=True, eq=False)
class Trace(Generic[Detail]):
    """A concave piecewise linear function on an interval, and nothing outside of it.

    Attributes
    ----------
    breaks : ndarray, (pieces + 1,)
        Ends of the pieces, both ends of the interval included; empty if nothing is feasible.
    values : ndarray, (pieces + 1,)
        The function there.
    pieces : tuple of Tangent
        One tangent of each piece.
    asked : int
        Linear programs that it took.
    """

    breaks: Floats
    values: Floats
    pieces: tuple[Tangent[Detail], ...]
    asked: int

    @property
    def slopes(self) -> Floats:
        """Slope of each piece."""
        return np.array([p.slope for p in self.pieces])

    def __call__(self, at: npt.ArrayLike) -> Floats:
        """The function at values of the parameter; NaN where nothing is feasible."""
        where = np.asarray(at, dtype=np.float64)
        if not self.breaks.size:
            return np.full(where.shape, np.nan)
        slack = REACHED * max(1.0, abs(self.breaks[-1]))
        inside = (where >= self.breaks[0] - slack) & (where <= self.breaks[-1] + slack)
        return np.where(inside, np.interp(where, self.breaks, self.values), np.nan)

    def piece(self, at: float) -> Tangent[Detail] | None:
        """The piece that holds at a value of the parameter; the left one at a break."""
        if not self.pieces or not self.breaks[0] <= at <= self.breaks[-1]:
            return None
        k = int(np.searchsorted(self.breaks, at)) - 1
        return self.pieces[min(max(k, 0), len(self.pieces) - 1)]


def trace(
    ask: Callable[[float], tuple[float, float, Detail] | None], start: float, end: float
) -> Trace[Detail]:
    """Follow an optimum over an interval of its parameter.

    Parameters
    ----------
    ask : callable
        Takes a value of the parameter; gives the maximum, its derivative (any one where it has several) and
        what is to be kept of it, or None where nothing is feasible.
    start, end : float

    Examples
    --------
    >>> def ask(x):
    ...     value, slope = min((x, 1.0), (1.0, 0.0), (2.0 - 0.5 * x, -0.5))
    ...     return value, slope, None
    >>> found = trace(ask, 0.0, 4.0)
    >>> found.breaks.tolist(), found.values.tolist(), found.slopes.tolist()
    ([0.0, 1.0, 2.0, 4.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, -0.5])
    """
    asked = 0

    def at(x: float) -> Tangent[Detail] | None:
        nonlocal asked
        asked += 1
        got = ask(x)
        return None if got is None else Tangent(x, *got)

    first, last = at(start), at(end)
    if first is None or last is None:
        inside = next((t for t in (first, last) if t is not None), None)
        inside = inside or next((t for t in map(at, _within(start, end)) if t is not None), None)
        if inside is None:
            return Trace(np.empty(0), np.empty(0), (), asked)
        first = first or _edge(at, start, inside)
        last = last or _edge(at, end, inside)
    tangents = [first]
    stack = [last]
    while stack:
        left, right = tangents[-1], stack[-1]
        if _same_line(left, right):
            stack.pop()
            tangents.append(right)
            continue
        x = (right.value - left.value + left.slope * left.at - right.slope * right.at) / (
            left.slope - right.slope
        )
        x = min(max(x, left.at), right.at)
        middle = at(x) if left.at < x < right.at else None
        if middle is None or left(x) - middle.value <= REACHED * max(1.0, abs(middle.value)):
            stack.pop()  # the crossing is a break
            tangents.append(right)
        else:
            stack.append(middle)
    return _joined(tangents, asked)


def _within(start: float, end: float) -> list[float]:
    """Places to look for something feasible between two ends that are not."""
    return [start + (end - start) * k / 16 for k in (8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15)]


def _edge(
    at: Callable[[float], Tangent[Detail] | None], outside: float, inside: Tangent[Detail]
) -> Tangent[Detail]:
    """The tangent at the end of what is feasible: what is feasible is an interval."""
    best, good, bad = inside, inside.at, outside
    for _ in range(_HALVINGS):
        middle = (good + bad) / 2
        if middle in (good, bad):
            break
        found = at(middle)
        if found is None:
            bad = middle
        else:
            best, good = found, middle
    return best


def _same_line(one: Tangent[Detail], other: Tangent[Detail]) -> bool:
    """Whether two tangents are one line, as far as the interval between them shows."""
    size = max(1.0, abs(one.value), abs(other.value))
    width = abs(other.at - one.at)
    return abs(one.slope - other.slope) * max(width, 1e-300) <= 1e-3 * REACHED * size


def _joined(tangents: list[Tangent[Detail]], asked: int) -> Trace[Detail]:
    """Tangents of neighbours, those of one line put together."""
    kept = tangents[:1]
    for t in tangents[1:]:
        if not _same_line(kept[-1], t):
            kept.append(t)
    breaks, values = [tangents[0].at], [tangents[0].value]
    for left, right in pairwise(kept):
        x = (right.value - left.value + left.slope * left.at - right.slope * right.at) / (
            left.slope - right.slope
        )
        x = min(max(x, breaks[-1]), tangents[-1].at)
        breaks.append(x)
        values.append(left(x))
    breaks.append(tangents[-1].at)
    values.append(tangents[-1].value)
    return Trace(np.array(breaks), np.array(values), tuple(kept), asked)
