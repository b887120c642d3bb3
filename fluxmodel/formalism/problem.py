"""Problem: a linear program together with the meaning of its columns, rows and bounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from fluxmodel.formalism.resolved import Bound, Demand, Origin, Resolved, closed
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.program import Program, canonical_stage
from fluxmodel.lp.query import Query
from fluxmodel.lp.sparse import Floats, Ints
from fluxmodel.lp.split import parsimonious

if TYPE_CHECKING:
    import cobra

#: What a catalyst that runs by gradient could carry and does not is a slack under this name.
IDLE = "idle:"
UNMET, LOADS, GROWTH, PARSIMONIOUS = "unmet", "loads", "growth", "parsimonious"


@dataclass(frozen=True, slots=True)
class Limited:
    """Where the capacity of a catalyst stands in a program: as rows, or as the bounds of one column.

    Parameters
    ----------
    catalyst : str
    rows : tuple of int
        Rows whose upper bound it is; empty if it bounds a column.
    column : int
    forward, backward : float
        Flux per unit of capacity in either direction of the column.
    lower, upper : float
        Bounds of the column apart from the capacity, mmol/gDW/h.
    driven : bool
        Whether the capacity is the lower bound of its rows as well.
    """

    catalyst: str
    rows: tuple[int, ...]
    column: int = -1
    forward: float = 1.0
    backward: float = 1.0
    lower: float = 0.0
    upper: float = 0.0
    driven: bool = False


#: Columns, and a way of each: 1 is up from 0, -1 down.
Signed = tuple[tuple[int, int], ...]


def closing_columns(program: Program, query: Query, closed: Signed) -> Query:
    """The query with columns that do not run one way.

    Parameters
    ----------
    program : Program
        Whose bounds hold where the query has none.
    query : Query
    closed : tuple of (column, way)
    """
    low = program.col_lower if query.col_lower is None else query.col_lower
    high = program.col_upper if query.col_upper is None else query.col_upper
    low, high = low.copy(), high.copy()
    for column, way in closed:
        if way > 0:
            high[column] = min(high[column], 0.0)
        else:  # a column of the other direction alone is not affected
            low[column] = max(low[column], 0.0)
    return replace(query, col_lower=low, col_upper=high)


@dataclass(frozen=True, eq=False)
class Places:
    """Where capacities stand in a program: rows and columns, and the number of the capacity of each."""

    rows: Ints
    row_of: Ints
    columns: Ints
    column_of: Ints
    scale: Floats
    driven: Ints

    def under(self, program: Program, limits: Floats) -> Query:
        """The bounds of a program if the capacities were others; nothing is built anew.

        Parameters
        ----------
        program : Program
        limits : ndarray, (n_limited,)
            Highest total flux of each catalyst, mmol/gDW/h.
        """
        row_upper, low, high = (x.copy() for x in (program.row_upper, program.col_lower, program.col_upper))
        row_upper[self.rows] = limits[self.row_of]
        row_lower = None
        if self.driven.size:
            row_lower = program.row_lower.copy()
            row_lower[self.driven] = row_upper[self.driven]
        forward, backward, lower, upper = self.scale.T
        high[self.columns] = np.minimum(upper, limits[self.column_of] * forward)
        low[self.columns] = np.maximum(lower, -limits[self.column_of] * backward)
        return Query(col_lower=low, col_upper=high, row_lower=row_lower, row_upper=row_upper)


@dataclass(frozen=True, eq=False)
class Problem:
    """A program, and what its parts stand for.

    Attributes
    ----------
    formalism : str
    resolved : Resolved
        What it was built from.
    program : Program
        Stages ``unmet`` (if there are demands: the sum of their unserved shares), ``loads`` (the same of
        loads), ``growth``, and the goals that a formalism has after it; nets are the reactions, in model
        order.
    columns_of : mapping of reaction id to tuple of (column, sign)
    row_origins : mapping of row name to tuple of Origin
        Capacity, demand and net rows; metabolite rows have no origin, they are mass balance.
    slack_of : mapping of demand name to column
        Also ``idle:CATALYST`` of catalysts that carry what they can: what they could and do not.
    weights : mapping of reaction id to float
        Weight of ``|v|`` in the parsimonious stage: 1, and 0 for exchanges, demands and biomass.
    bounds : mapping of reaction id to Bound
        As the program has them: those of `resolved`, narrowed by capacities that bound a reaction.
    limited : tuple of Limited
        Where each capacity stands.
    units : mapping of row name to str
        Unit of the limit of a row that is not mmol/gDW/h.
    carriers : mapping of column to str
        Catalyst of each column of a reaction that is a sum of columns; ``*`` is whatever has no limit.
    """

    formalism: str
    resolved: Resolved
    program: Program
    columns_of: Mapping[str, tuple[tuple[int, float], ...]]
    row_origins: Mapping[str, tuple[Origin, ...]]
    slack_of: Mapping[str, int]
    weights: Mapping[str, float]
    bounds: Mapping[str, Bound]
    limited: tuple[Limited, ...] = ()
    units: Mapping[str, str] = field(default_factory=FrozenMap)
    carriers: Mapping[int, str] = field(default_factory=FrozenMap)

    @property
    def kept(self) -> float:
        """Share of the optimum that the flux state keeps: 1 unless the formalism trades growth for a goal."""
        return 1.0 - self.program.stage(GROWTH).relative_slack

    @property
    def reactions(self) -> tuple[str, ...]:
        """Reaction ids, in the order of the nets."""
        return self.program.nets

    @property
    def demands(self) -> tuple[Demand, ...]:
        """The demands, in the order of the slack columns."""
        return self.resolved.demands

    def vector(self, terms: Mapping[str, float]) -> Floats:
        """Coefficients on the columns of a linear functional over reactions."""
        cost = np.zeros(self.program.n_columns)
        for reaction, coefficient in terms.items():
            for column, sign in self.columns_of[reaction]:
                cost[column] += coefficient * sign
        return cost

    @cached_property
    def column_meaning(self) -> Mapping[int, tuple[str, float]]:
        """Column -> its reaction and its sign in the reaction's net flux."""
        return {c: (r, sign) for r, columns in self.columns_of.items() for c, sign in columns}

    @cached_property
    def catalyst_of(self) -> Mapping[str, str]:
        """Reaction -> the catalyst whose capacity bounds its column."""
        return {self.column_meaning[x.column][0]: x.catalyst for x in self.limited if not x.rows}

    def is_split(self, reaction: str) -> bool:
        """Whether a reaction is a sum of columns, so that its bounds stand in a row of their own."""
        parts = self.columns_of[reaction]
        return len(parts) != 1 or self.program.columns[parts[0][0]] != reaction

    @cached_property
    def point_program(self) -> Program:
        """The program that picks one flux state: two stages more, columns split by direction.

        Stages: those of the program, ``parsimonious`` (least weighted sum of absolute fluxes, see
        ``weights``), and ``canonical``, which makes the vertex the same on every engine.
        """
        weight = np.zeros(self.program.n_columns)
        for reaction, parts in self.columns_of.items():
            for column, _ in parts:
                weight[column] = self.weights.get(reaction, 1.0)
        split = parsimonious(self.program, weight, name=PARSIMONIOUS)
        return split.replace(stages=(*split.stages, canonical_stage(split)))

    @cached_property
    def places(self) -> Places:
        """Where the capacities of `limited` stand, as arrays."""
        rows = [(row, k) for k, x in enumerate(self.limited) for row in x.rows]
        columns = [(x.column, k) for k, x in enumerate(self.limited) if not x.rows]
        scale = [(x.forward, x.backward, x.lower, x.upper) for x in self.limited if not x.rows]
        r, c = (np.array(x, dtype=np.int64).reshape(-1, 2).T for x in (rows, columns))
        driven = np.array([x.rows[0] for x in self.limited if x.driven], dtype=np.int64)
        return Places(r[0], r[1], c[0], c[1], np.array(scale).reshape(-1, 4), driven)

    def under(self, limits: Floats) -> Query:
        """The bounds of the program if the capacities were others; see `Places.under`."""
        return self.places.under(self.program, limits)

    def without(self, signs: Collection[tuple[str, int]]) -> Query:
        """The bounds of the program if reactions did not run in some directions; nothing is built anew.

        Parameters
        ----------
        signs : collection of (reaction, sign)
        """
        return closing_columns(self.program, Query(), self.columns_against(signs))

    def columns_against(self, signs: Collection[tuple[str, int]]) -> Signed:
        """Which way no column may run so that reactions do not run in some directions."""
        return tuple(
            (column, 1 if way * sign > 0 else -1)
            for reaction, sign in signs
            for column, way in self.columns_of[reaction]
        )

    def closing(self, signs: Collection[tuple[str, int]], origin: Origin) -> Problem:
        """The problem in which reactions do not run in some directions; `origin` says why."""
        if not signs:
            return self
        query, bounds = self.without(signs), dict(self.bounds)
        for reaction, sign in signs:
            bounds[reaction] = closed(bounds[reaction], sign, origin)
        program = self.program.replace(col_lower=query.col_lower, col_upper=query.col_upper)
        return replace(self, program=program, bounds=FrozenMap(bounds))

    def to_cobra(self, unmet: float | Mapping[str, float] = 0.0) -> cobra.Model:
        """The same problem as a cobra model: capacity rows and demand slacks as constraints.

        A choice between directions (`Resolved.patterns`) is no linear constraint: cobra does without it.

        Parameters
        ----------
        unmet : float or mapping of demand name to float
            How much of each demand may be left unserved, mmol/gDW/h, as a `FluxState` has it; a number is
            the sum of unserved shares that the demands may reach, and again the loads.

        Returns
        -------
        cobra.Model
            Its objective is growth.
        """
        from fluxmodel.formalism.cobra_problem import to_cobra

        return to_cobra(self, unmet)
