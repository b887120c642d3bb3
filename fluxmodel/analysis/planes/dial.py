"""Dial: an axis of a phase plane bound to a problem, whose bounds it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from fluxmodel.analysis.planes.axis import PERCENT, Axis
from fluxmodel.condition import effective_oxygen
from fluxmodel.formalism.problem import Limited, Places, Problem
from fluxmodel.lp import Extra, Program, Query
from fluxmodel.lp.moving import Lever, Moving
from fluxmodel.lp.sparse import Floats
from fluxmodel.units import Quantity

Side = Literal["upper", "lower"]


@dataclass(frozen=True, slots=True)
class Pull:
    """A bound ``terms . v <= constant + slope t`` (or >=), and the bound of the program that it replaces."""

    terms: tuple[tuple[int, float], ...]
    side: Side
    constant: float
    slope: float
    frees: tuple[Literal["row", "column"], int, Side, float] | None = None


@dataclass(frozen=True, eq=False)
class Dial:
    """An axis bound to a problem.

    Attributes
    ----------
    axis : Axis
    touches : frozenset of (kind, name)
        What it moves; two dials of one plane move different things.
    start, end : float
        The interval of the bound parameter t: that of the axis, or the supply of oxygen at its ends.
    supply : float or None
        Oxygen supply per effective percent, mmol/gDW/h; None if t is the axis itself.
    capacities : mapping of catalyst id to (constant, slope)
        Of capacities that move: the limit as a share of its own, or by itself, see `absolute`.
    absolute : bool
    own : tuple of Pull
        Of bounds that are no capacities.
    notes : tuple of str
    """

    axis: Axis
    touches: frozenset[tuple[str, str]]
    start: float
    end: float
    supply: float | None = None
    capacities: tuple[tuple[str, float, float], ...] = ()
    absolute: bool = False
    own: tuple[Pull, ...] = ()
    notes: tuple[str, ...] = ()

    def bound(self, value: npt.ArrayLike) -> Floats:
        """The bound parameter at values of the axis."""
        given = np.asarray(value, dtype=np.float64)
        if self.supply is None:
            return given
        percent = [effective_oxygen(Quantity(p, PERCENT)).value for p in given.ravel().tolist()]
        return self.supply * np.array(percent, dtype=np.float64).reshape(given.shape)

    def slope(self, by_bound: float) -> float:
        """A derivative with respect to the bound parameter, as one with respect to the axis."""
        return by_bound if self.supply is None else by_bound * self.supply

    def limits(self, limits: Floats, names: Sequence[str], t: float) -> Floats:
        """What each limited catalyst can carry at a value of the bound parameter."""
        found: Floats = limits.copy()
        for name, constant, slope in self.capacities:
            k = names.index(name)
            found[k] = (constant + slope * t) * (1.0 if self.absolute else limits[k])
        return found

    def pulls(self, problem: Problem, limits: Floats) -> list[Pull]:
        """The bounds that move, if these are the capacities."""
        known = {x.catalyst: (k, x) for k, x in enumerate(problem.limited)}
        found = list(self.own)
        for name, constant, slope in self.capacities:
            k, limited = known[name]
            size = 1.0 if self.absolute else float(limits[k])
            found += _capacity_pulls(problem, limited, constant * size, slope * size)
        return found


def _capacity_pulls(problem: Problem, x: Limited, constant: float, slope: float) -> list[Pull]:
    found = []
    rows, columns, values = problem.program.matrix.triplets()
    for row in x.rows:
        own = rows == row
        terms = tuple(zip(columns[own].tolist(), values[own].tolist(), strict=True))
        sides: tuple[Side, ...] = ("upper", "lower") if x.driven and row == x.rows[0] else ("upper",)
        for side in sides:
            free = np.inf if side == "upper" else -np.inf
            found.append(Pull(terms, side, constant, slope, ("row", row, side, free)))
    if not x.rows:
        for sign, scale, side, static in (
            (1.0, x.forward, "upper", x.upper),
            (-1.0, x.backward, "lower", x.lower),
        ):
            terms = ((x.column, sign),)
            pull = Pull(terms, "upper", constant * scale, slope * scale, ("column", x.column, side, static))
            found.append(pull)
    return found


def moving(
    problem: Problem, limits: Floats, dials: tuple[Dial, Dial], forced: Floats | None = None
) -> tuple[Moving, Query]:
    """The program in which both dials are columns, and the bounds of what does not move.

    Parameters
    ----------
    problem : Problem
    limits : ndarray, (n_limited,)
        What its catalysts can carry where the dials say nothing.
    dials : tuple of Dial
    forced : ndarray, (n_limited,), optional
        The least that driven catalysts carry; `limits` if left out.
    """
    query = problem.places.under(problem.program, limits)
    least = limits if forced is None else forced
    query = replace(query, row_lower=problem.places.under(problem.program, least).row_lower)
    p = problem.program
    low, high = _own(query.col_lower, p.col_lower), _own(query.col_upper, p.col_upper)
    row_low, row_high = _own(query.row_lower, p.row_lower), _own(query.row_upper, p.row_upper)
    arrays = {("column", "lower"): low, ("column", "upper"): high,
              ("row", "lower"): row_low, ("row", "upper"): row_high}  # fmt: skip
    levers = []
    for k, dial in enumerate(dials):
        for top, bottom in zip(dial.pulls(problem, limits), dial.pulls(problem, least), strict=True):
            pull = top if top.side == "upper" else bottom
            slopes = (pull.slope, 0.0) if k == 0 else (0.0, pull.slope)
            levers.append(Lever(pull.terms, pull.side, pull.constant, *slopes))
            if pull.frees is not None:
                kind, index, side, value = pull.frees
                arrays[kind, side][index] = value
    x, y = ((d.start, d.end) for d in dials)
    free = Query(low, high, row_low, row_high)
    return Moving.of(p, levers, x, y), free


class Stands(Protocol):
    """A program, and where capacities stand in it: a problem, or what of it goes to another process."""

    @property
    def program(self) -> Program: ...
    @property
    def places(self) -> Places: ...
    @property
    def limited(self) -> tuple[Limited, ...]: ...


def at_point(problem: Stands, limits: Floats, dials: tuple[Dial, Dial], t: Sequence[float]) -> Query:
    """The bounds of the problem's own program at one point, without the columns of the dials.

    Parameters
    ----------
    problem, limits, dials
        As in `moving`.
    t : (float, float)
        Bound parameters.
    """
    names = [x.catalyst for x in problem.limited]
    p = problem.program
    for dial, value in zip(dials, t, strict=True):
        limits = dial.limits(limits, names, value)
    query = problem.places.under(p, limits)
    low, high = _own(query.col_lower, p.col_lower), _own(query.col_upper, p.col_upper)
    row_high = _own(query.row_upper, p.row_upper)
    arrays = {("column", "lower"): low, ("column", "upper"): high, ("row", "upper"): row_high}
    moved = [(pull, pull.constant + pull.slope * v) for d, v in zip(dials, t, strict=True) for pull in d.own]
    for pull, _ in moved:
        if pull.frees is not None:
            kind, index, side, value = pull.frees
            arrays[kind, side][index] = value
    extras = []
    for pull, size in moved:
        if pull.frees is not None and pull.frees[0] == "row":
            row_high[pull.frees[1]] = size
        elif len(pull.terms) == 1:
            ((column, sign),) = pull.terms
            if (pull.side == "upper") == (sign > 0):
                high[column] = min(high[column], size / sign)
            else:
                low[column] = max(low[column], size / sign)
        else:
            coefficients = np.zeros(p.n_columns)
            coefficients[[c for c, _ in pull.terms]] = [v for _, v in pull.terms]
            ends = (-np.inf, size) if pull.side == "upper" else (size, np.inf)
            extras.append(Extra(coefficients, *ends))
    return replace(query, col_lower=low, col_upper=high, row_upper=row_high, extras=tuple(extras))


def _own(asked: Floats | None, own: Floats) -> Floats:
    copied: Floats = (own if asked is None else asked).copy()
    return copied
