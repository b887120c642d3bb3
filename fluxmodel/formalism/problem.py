"""Problem: a linear program together with the meaning of its columns, rows and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from fluxmodel.formalism.resolved import Bound, Demand, Origin, Resolved
from fluxmodel.lp.program import Program, canonical_stage
from fluxmodel.lp.query import Query
from fluxmodel.lp.sparse import Floats, Ints
from fluxmodel.lp.split import parsimonious

if TYPE_CHECKING:
    import cobra

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
    """

    catalyst: str
    rows: tuple[int, ...]
    column: int = -1
    forward: float = 1.0
    backward: float = 1.0
    lower: float = 0.0
    upper: float = 0.0


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
        loads) and ``growth``; nets are the reactions, in model order.
    columns_of : mapping of reaction id to tuple of (column, sign)
    row_origins : mapping of row name to tuple of Origin
        Capacity, demand and net rows; metabolite rows have no origin, they are mass balance.
    slack_of : mapping of demand name to column
    weights : mapping of reaction id to float
        Weight of ``|v|`` in the parsimonious stage: 1, and 0 for exchanges, demands and biomass.
    bounds : mapping of reaction id to Bound
        As the program has them: those of `resolved`, narrowed by capacities that bound a reaction.
    limited : tuple of Limited
        Where each capacity stands.
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
    def _places(self) -> tuple[Ints, Ints, Ints, Ints, Floats]:
        """Rows with the capacity of each, columns with theirs, and what scales the latter."""
        rows = [(row, k) for k, x in enumerate(self.limited) for row in x.rows]
        columns = [(x.column, k) for k, x in enumerate(self.limited) if not x.rows]
        scale = [(x.forward, x.backward, x.lower, x.upper) for x in self.limited if not x.rows]
        pairs = (
            np.array(rows, dtype=np.int64).reshape(-1, 2),
            np.array(columns, dtype=np.int64).reshape(-1, 2),
        )
        return (*pairs[0].T, *pairs[1].T, np.array(scale).reshape(-1, 4))

    def under(self, limits: Floats) -> Query:
        """The bounds of the program if the capacities were others; nothing is built anew.

        Parameters
        ----------
        limits : ndarray, (n_limited,)
            Highest total flux of each catalyst in `limited`, mmol/gDW/h.
        """
        rows, row_of, columns, column_of, scale = self._places
        program = self.program
        row_upper, low, high = (x.copy() for x in (program.row_upper, program.col_lower, program.col_upper))
        row_upper[rows] = limits[row_of]
        forward, backward, lower, upper = scale.T
        high[columns] = np.minimum(upper, limits[column_of] * forward)
        low[columns] = np.maximum(lower, -limits[column_of] * backward)
        return Query(col_lower=low, col_upper=high, row_upper=row_upper)

    def to_cobra(self, unmet: float | Mapping[str, float] = 0.0) -> cobra.Model:
        """The same problem as a cobra model: capacity rows and demand slacks as constraints.

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
