"""What all formalisms share: mass balance, columns of reactions, demands with a slack, the goals in order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET, Limited, Problem
from fluxmodel.formalism.resolved import UNLIMITED, Bound, Demand, Origin, Resolved
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.program import Program, Stage
from fluxmodel.lp.sparse import Sparse

#: A demand smaller than this weighs no more than one of this size: its weight would drown the others.
LEAST_DEMAND = 1e-6  # mmol/gDW/h
#: A catalyst that works at less than this share of its turnover in a direction does not run that way.
LEAST_EFFICIENCY = 1e-6


@dataclass(frozen=True, slots=True)
class Way:
    """How one catalyst carries a reaction: its rows by direction, and the flux per unit of capacity."""

    name: str
    rows: Mapping[int, int | None]
    efficiency: Mapping[int, float]


WHOLE: Mapping[int, float] = FrozenMap({1: 1.0, -1: 1.0})
#: What is carried by anything else, without a limit.
REST = Way("*", FrozenMap({1: None, -1: None}), WHOLE)


class Builder:
    """Collects columns, rows and their meaning; mutable only while a formalism builds."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.columns: list[str] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.rows = list(resolved.model.metabolites)
        self.row_index = {name: n for n, name in enumerate(self.rows)}
        self.row_lower = [0.0] * len(self.rows)
        self.row_upper = [0.0] * len(self.rows)
        self.entries: list[tuple[int, int, float]] = []
        self.columns_of: dict[str, tuple[tuple[int, float], ...]] = {}
        self.origins: dict[str, tuple[Origin, ...]] = {}
        self.bounds: dict[str, Bound] = dict(resolved.bounds)
        self.limited: list[Limited] = []
        self.slack_of: dict[str, int] = {}
        self.idle: dict[int, float] = {}
        self.carrier_of: dict[int, str] = {}
        self.units: dict[str, str] = {}

    def column(self, name: str, lower: float, upper: float) -> int:
        """A new column; its number."""
        self.columns.append(name)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.columns) - 1

    def row(self, name: str, lower: float, upper: float, *origins: Origin) -> int:
        """A new row; its number."""
        self.rows.append(name)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.origins[name] = origins
        return len(self.rows) - 1

    def add_terms(self, row: int, terms: Mapping[str, float]) -> None:
        """Add fluxes of reactions to a row."""
        for reaction, coefficient in terms.items():
            for column, sign in self.columns_of[reaction]:
                self.entries.append((row, column, coefficient * sign))

    def reaction(self, reaction: str, ways: Sequence[Way] = ()) -> None:
        """One column, or a pair for each way in which the reaction is catalysed."""
        bound = self.bounds[reaction]
        parts: list[tuple[int, float]] = []
        if not ways:
            parts.append((self.column(reaction, bound.lower, bound.upper), 1.0))
        for way in ways:
            for sign, limit in ((1, bound.upper), (-1, -bound.lower)):
                efficiency = way.efficiency[sign]
                if limit <= 0:
                    continue
                arrow = "forward" if sign > 0 else "reverse"
                most = limit if efficiency > LEAST_EFFICIENCY else 0.0
                column = self.column(f"{reaction}@{way.name}:{arrow}", 0.0, most)
                parts.append((column, float(sign)))
                self.carrier_of[column] = way.name
                row = way.rows[sign]
                if row is not None and most:
                    self.entries.append((row, column, 1.0 / efficiency))
        self.columns_of[reaction] = tuple(parts)
        for metabolite, coefficient in self.resolved.model.reactions[reaction].stoichiometry.items():
            row = self.row_index[metabolite]
            for column, way_sign in parts:
                self.entries.append((row, column, coefficient * way_sign))
        # halves that are bounded by nothing but 0 and "unlimited" need no bound on their difference
        if ways and not all(abs(b) in (0.0, UNLIMITED) for b in (bound.lower, bound.upper)):
            net = self.row(
                f"net:{reaction}", bound.lower, bound.upper, bound.lower_origin, bound.upper_origin
            )
            self.add_terms(net, {reaction: 1.0})

    def treated(self) -> dict[str, list[Way]]:
        """A row for every catalyst that something was done to, and how its reactions are carried then."""
        resolved = self.resolved
        ways: dict[str, list[Way]] = {}
        for capacity in resolved.capacities:
            row = self.row(f"capacity:{capacity.catalyst}", -math.inf, capacity.limit, *capacity.origins)
            for reaction in capacity.reactions:
                way = Way(capacity.catalyst, FrozenMap({1: row, -1: row}), WHOLE)
                ways.setdefault(reaction, []).append(way)
        for reaction, own in ways.items():
            if reaction in resolved.rest:
                own.append(REST)
        return ways

    def demands(self) -> None:
        """One slack column and one row for every demand."""
        for demand in self.resolved.demands:
            slack = self.slack_of[demand.name] = self.column(f"unmet:{demand.name}", 0.0, math.inf)
            top = demand.amount if demand.exact else math.inf
            row = self.row(f"demand:{demand.name}", demand.amount, top, demand.origin)
            self.add_terms(row, demand.terms)
            self.entries.append((row, slack, 1.0))

    def problem(self, formalism: str, *later: Stage, growth_slack: float = 0.0) -> Problem:
        """The finished problem: unmet demands first, then loads, then the objective.

        Parameters
        ----------
        formalism : str
        *later : Stage
            Goals that come after the objective.
        growth_slack : float
            Share of the optimum that may be given up for them.
        """
        resolved = self.resolved
        n = len(self.columns)
        unmet, loads, growth = np.zeros(n), np.zeros(n), np.zeros(n)
        for demand in resolved.demands:
            (loads if demand.exact else unmet)[self.slack_of[demand.name]] = _weight(demand)
        for column, size in self.idle.items():
            loads[column] = 1 / max(size, LEAST_DEMAND)
        for column, sign in self.columns_of[resolved.objective]:
            growth[column] = sign
        # a load is applied only as far as it takes nothing from what the cell needs to live
        stages = [Stage(name, cost, "min") for name, cost in ((UNMET, unmet), (LOADS, loads)) if cost.any()]
        nets = tuple(resolved.model.reactions)
        triplets = [(r, c, s) for r, name in enumerate(nets) for c, s in self.columns_of[name]]
        rows, columns, values = zip(*self.entries, strict=True)
        net_rows, net_columns, signs = zip(*triplets, strict=True)
        program = Program(
            tuple(self.columns),
            tuple(self.rows),
            Sparse.from_triplets(rows, columns, values, (len(self.rows), n)),
            np.array(self.lower),
            np.array(self.upper),
            np.array(self.row_lower),
            np.array(self.row_upper),
            (*stages, Stage(GROWTH, growth, "max", growth_slack), *later),
            nets,
            Sparse.from_triplets(net_rows, net_columns, signs, (len(nets), n)),
        )
        # the least flux is that of internal reactions: exchanges carry no protein, and weighing them would
        # only double the cost of the transport behind them
        weights = {r.id: 0.0 if r.boundary else 1.0 for r in resolved.model.reactions.values()}
        return Problem(
            formalism,
            resolved,
            program,
            FrozenMap(self.columns_of),
            FrozenMap(self.origins),
            FrozenMap(self.slack_of),
            FrozenMap(weights),
            FrozenMap(self.bounds),
            tuple(self.limited),
            FrozenMap(self.units),
            FrozenMap(self.carrier_of),
        )


def _weight(demand: Demand) -> float:
    """Unserved demands count by their share, so that no unit makes one of them cheap to abandon."""
    tied = max((-c for c in demand.terms.values()), default=0.0)  # a share of another flux
    return 1 / max(demand.amount or tied or 1.0, LEAST_DEMAND)
