"""Marks: which limit stands behind which bound of a program, and how hard each presses on an optimum.

A limit is what somebody stated: the capacity of a catalyst, a nutrient, oxygen, a demand. It may stand at
several places in the program, and which of two limits bounds a column may differ between members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fluxmodel.analysis.binding import USUAL_UNIT
from fluxmodel.analysis.limits import TRANSLATION
from fluxmodel.formalism.pool import POOL
from fluxmodel.formalism.problem import Places, Problem
from fluxmodel.formalism.resolved import Origin
from fluxmodel.lp import Answer, Program, Query
from fluxmodel.lp.sparse import Floats, Ints

#: Kind and name of a limit.
Key = tuple[str, str]
_DUAL_TOLERANCE = 1e-9
_KINDS = {
    "medium": "nutrient",
    "uptake": "nutrient",
    "oxygen": "oxygen",
    "capacity": "catalyst",
    "demand": "demand",
    "knock-out": "knock-out",
}
_CAPACITIES = {TRANSLATION: "protein synthesis", POOL: "pool"}


def capacity_key(name: str) -> Key:
    """The key of what a catalyst, the ribosomes or the protein pool can carry."""
    name = name.removesuffix(":back")
    return _CAPACITIES.get(name, "catalyst"), name


@dataclass(frozen=True, eq=False)
class Marks:
    """Which limit stands behind which bound of a program: plain arrays.

    Attributes
    ----------
    keys : tuple of (kind, name)
    columns : ndarray of int, (n_columns, 2)
        Number of the limit behind the lower and the upper bound; -1 where there is none.
    rows : ndarray of int, (n_rows, 2)
    capped : ndarray of int, (n_bounded,)
        The limit that is the capacity of each column in ``places.columns``.
    sizes : ndarray, (n_keys,)
        Of each limit at the point, in its own unit.
    loads : tuple of (row, key, ndarray)
        Loads that are a share of another flux: their row, and the share as coefficients on the columns.
    origins, units : tuple of str
    """

    keys: tuple[Key, ...]
    columns: Ints
    rows: Ints
    capped: Ints
    sizes: Floats
    loads: tuple[tuple[int, int, Floats], ...]
    origins: tuple[str, ...]
    units: tuple[str, ...]

    @classmethod
    def of(cls, problem: Problem) -> Marks:
        """The limits of a problem."""
        return _Marking(problem).done()

    def pressure(
        self,
        program: Program,
        places: Places,
        limits: Floats,
        query: Query,
        answer: Answer,
        sign: float = 1.0,
    ) -> tuple[Floats, Floats]:
        """What each limit contributes to the optimum, and its price per unit.

        The optimum is the sum of ``dual * active bound`` over all bounds (strong duality), so that the
        contributions of limits that are stated add up to it, but for bounds of the tables and loads.

        Parameters
        ----------
        program : Program
        places : Places
        limits : ndarray, (n_limited,)
        query : Query
            The bounds under which `answer` was found.
        answer : Answer
            With primal and dual values.
        sign : float
            1 of a maximum, -1 of a minimum: then the contributions are to its negative.

        Returns
        -------
        contribution, price : ndarray, (n_keys,)
        """
        amount, price = np.zeros(len(self.keys)), np.zeros(len(self.keys))
        ids = self._columns_under(places, limits)
        bounds = _bounds(program, query)
        sides = ((answer.reduced_costs, ids, *bounds[:2]), (answer.row_duals, self.rows, *bounds[2:]))
        for signed, id, low, high in sides:
            dual = sign * signed
            up = dual > 0
            number = np.where(up, id[:, 1], id[:, 0])
            value = np.where(up, high, low)
            felt = (np.abs(dual) > _DUAL_TOLERANCE) & (number >= 0) & np.isfinite(value)
            number, value, dual = number[felt], value[felt], dual[felt]
            np.add.at(amount, number, dual * value)
            np.add.at(price, number, np.where(value == 0, np.abs(dual), dual * np.sign(value)))
        for row, k, share in self.loads:
            dual_of_load = sign * float(answer.row_duals[row])
            amount[k] += dual_of_load * float(share @ answer.primal)
            price[k] += dual_of_load
        return amount, price

    def _columns_under(self, places: Places, limits: Floats) -> Ints:
        ids: Ints = self.columns.copy()
        forward, backward, lower, upper = places.scale.T
        own = limits[places.column_of]
        above, below = own * forward < upper, -own * backward > lower
        ids[places.columns[above], 1] = self.capped[above]
        ids[places.columns[below], 0] = self.capped[below]
        return ids

    def relaxed(self, problem: Problem, limits: Floats, key: Key, factor: float) -> Query | None:
        """The bounds of a problem if one limit were larger; None for a load tied to a flux."""
        names = [capacity_key(x.catalyst) for x in problem.limited]
        scaled = limits.copy()
        if key in names:
            scaled[names.index(key)] *= factor
            return problem.under(scaled)
        k = self.keys.index(key)
        if any(k == load for _, load, _ in self.loads):
            return None
        ids = self._columns_under(problem.places, limits)
        bounds = _bounds(problem.program, problem.under(limits))
        behind = (ids[:, 0], ids[:, 1], self.rows[:, 0], self.rows[:, 1])
        low, high, row_low, row_high = (
            np.where(i == k, factor, 1.0) * b for i, b in zip(behind, bounds, strict=True)
        )
        return Query(low, high, row_low, row_high)


def _bounds(program: Program, query: Query) -> tuple[Floats, Floats, Floats, Floats]:
    """Lower and upper bounds of columns, then of rows, as a query has them."""
    return (
        program.col_lower if query.col_lower is None else query.col_lower,
        program.col_upper if query.col_upper is None else query.col_upper,
        program.row_lower if query.row_lower is None else query.row_lower,
        program.row_upper if query.row_upper is None else query.row_upper,
    )


class _Marking:
    """Collects the limits of a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.program = problem, problem.program
        self.number: dict[Key, int] = {}
        self.origins: list[dict[str, None]] = []
        self.units: list[str] = []
        self.sizes: list[float] = []

    def key(self, key: Key, size: float, origins: Sequence[Origin], unit: str = USUAL_UNIT) -> int:
        k = self.number.setdefault(key, len(self.number))
        if k == len(self.origins):
            self.origins.append({})
            self.units.append(unit)
            self.sizes.append(abs(size))
        self.origins[k].update(dict.fromkeys(map(str, origins)))
        return k

    def side(self, reaction: str, origin: Origin, value: float) -> int:
        """The limit behind a bound of a reaction; -1 for the network's own, and for opened loads."""
        kind = _KINDS.get(origin.kind, "bound")
        if origin.kind == "table" or kind == "demand":
            return -1
        if kind == "catalyst":
            return self.key(capacity_key(self.problem.catalyst_of.get(reaction, reaction)), value, [origin])
        if kind in ("nutrient", "oxygen"):
            name = next(iter(self.problem.resolved.model.reactions[reaction].stoichiometry)).rpartition("_")[
                0
            ]
            return self.key((kind, name), value, [origin])
        return self.key((kind, reaction), value, [origin])

    def done(self) -> Marks:
        problem, program = self.problem, self.program
        columns = np.full((program.n_columns, 2), -1, dtype=np.int64)
        rows = np.full((program.n_rows, 2), -1, dtype=np.int64)
        capacities = {c.catalyst: c for c in problem.resolved.limits}
        capped, own_bounds = [], dict(problem.bounds)
        for x in problem.limited:
            if not x.rows:
                only = problem.column_meaning[x.column][0]
                own_bounds[only] = problem.resolved.bounds[only]  # those apart from the capacity
                own = capacities[x.catalyst]
                unit = "1/h" if x.catalyst == TRANSLATION else USUAL_UNIT
                capped.append(self.key(capacity_key(x.catalyst), own.limit, own.origins, unit))
        for reaction in problem.reactions:
            if problem.is_split(reaction):
                continue
            ((column, _),) = problem.columns_of[reaction]
            bound = own_bounds[reaction]
            columns[column] = (
                self.side(reaction, bound.lower_origin, bound.lower),
                self.side(reaction, bound.upper_origin, bound.upper),
            )
        demands = {d.name: d for d in problem.demands}
        loads = []
        for row, name in enumerate(program.rows):
            if name not in problem.row_origins:
                continue
            kind, _, what = name.partition(":")
            origins = problem.row_origins[name]
            if kind == "net":
                bound = problem.bounds[what]
                rows[row] = (
                    self.side(what, origins[0], bound.lower),
                    self.side(what, origins[1], bound.upper),
                )
            elif kind == "capacity":
                unit = problem.units.get(name, USUAL_UNIT)
                rows[row] = self.key(capacity_key(what), float(program.row_upper[row]), origins, unit)
            elif kind == "demand":
                demand = demands[what]
                named = "oxidative load" if demand.exact else "demand"
                tied = {r: -c for r, c in demand.terms.items() if c < 0}
                k = self.key((named, what), demand.amount, origins)
                rows[row] = k
                if tied:
                    loads.append((row, k, problem.vector(tied)))
        return Marks(
            tuple(self.number),
            columns,
            rows,
            np.array(capped, dtype=np.int64),
            np.array(self.sizes),
            tuple(loads),
            tuple("; ".join(x) for x in self.origins),
            tuple(self.units),
        )
