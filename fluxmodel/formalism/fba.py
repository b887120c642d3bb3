"""Flux balance analysis: mass balance, bounds, the capacities in effect, demands with a slack."""

from __future__ import annotations

import math

import numpy as np

from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET, Problem
from fluxmodel.formalism.resolved import Demand, Origin, Resolved
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.program import Program, Stage
from fluxmodel.lp.sparse import Sparse

NAME = "fba"

#: A demand smaller than this weighs no more than one of this size: its weight would drown the others.
LEAST_DEMAND = 1e-6  # mmol/gDW/h


class _Builder:
    """Collects columns, rows and their meaning; mutable only while `build` runs."""

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

    def column(self, name: str, lower: float, upper: float) -> int:
        self.columns.append(name)
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.columns) - 1

    def row(self, name: str, lower: float, upper: float, *origins: Origin) -> int:
        self.rows.append(name)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.origins[name] = origins
        return len(self.rows) - 1

    def add_terms(self, row: int, terms: dict[str, float]) -> None:
        for reaction, coefficient in terms.items():
            for column, sign in self.columns_of[reaction]:
                self.entries.append((row, column, coefficient * sign))

    def reaction(self, reaction: str, capacity_rows: list[tuple[str, int]], rest: bool) -> None:
        """One column, or a pair for each limited catalyst and one for what is left."""
        bound = self.resolved.bounds[reaction]
        parts: list[tuple[int, float]] = []
        if not capacity_rows and not rest:
            parts.append((self.column(reaction, bound.lower, bound.upper), 1.0))
        else:
            ways: list[tuple[str, int | None]] = [*capacity_rows, *([("*", None)] if rest else [])]
            for catalyst, capacity in ways:
                for sign, limit in ((1.0, bound.upper), (-1.0, -bound.lower)):
                    if limit <= 0:
                        continue
                    arrow = "forward" if sign > 0 else "reverse"
                    column = self.column(f"{reaction}@{catalyst}:{arrow}", 0.0, limit)
                    parts.append((column, sign))
                    if capacity is not None:
                        self.entries.append((capacity, column, 1.0))
        self.columns_of[reaction] = tuple(parts)
        for metabolite, coefficient in self.resolved.model.reactions[reaction].stoichiometry.items():
            row = self.row_index[metabolite]
            for column, sign in parts:
                self.entries.append((row, column, coefficient * sign))
        if capacity_rows or rest:
            net = self.row(
                f"net:{reaction}", bound.lower, bound.upper, bound.lower_origin, bound.upper_origin
            )
            self.add_terms(net, {reaction: 1.0})


def build(resolved: Resolved) -> Problem:
    """The problem of flux balance analysis under a resolved condition.

    Every reaction is one column. A reaction with limited catalysts has instead a forward and a reverse
    column per limited catalyst, and one pair for the unlimited rest if there is one; each catalyst has
    one row, which sums all its columns.

    Parameters
    ----------
    resolved : Resolved

    Returns
    -------
    Problem
    """
    b = _Builder(resolved)
    ways: dict[str, list[tuple[str, int]]] = {}
    for capacity in resolved.capacities:
        row = b.row(f"capacity:{capacity.catalyst}", -math.inf, capacity.limit, *capacity.origins)
        for reaction in capacity.reactions:
            ways.setdefault(reaction, []).append((capacity.catalyst, row))
    for reaction in resolved.model.reactions:
        limited = ways.get(reaction, [])
        b.reaction(reaction, limited, bool(limited) and reaction in resolved.rest)
    slack_of: dict[str, int] = {}
    for demand in resolved.demands:
        slack = slack_of[demand.name] = b.column(f"unmet:{demand.name}", 0.0, math.inf)
        top = demand.amount if demand.exact else math.inf
        row = b.row(f"demand:{demand.name}", demand.amount, top, demand.origin)
        b.add_terms(row, dict(demand.terms))
        b.entries.append((row, slack, 1.0))
    return _problem(b, slack_of)


def _weight(demand: Demand) -> float:
    """Unserved demands count by their share, so that no unit makes one of them cheap to abandon."""
    tied = max((-c for c in demand.terms.values()), default=0.0)  # a share of another flux
    return 1 / max(demand.amount or tied or 1.0, LEAST_DEMAND)


def _problem(b: _Builder, slack_of: dict[str, int]) -> Problem:
    resolved = b.resolved
    n = len(b.columns)
    unmet, loads, growth = np.zeros(n), np.zeros(n), np.zeros(n)
    for demand in resolved.demands:
        (loads if demand.exact else unmet)[slack_of[demand.name]] = _weight(demand)
    for column, sign in b.columns_of[resolved.objective]:
        growth[column] = sign
    # a load is applied only as far as it takes nothing from what the cell needs to live
    stages = [Stage(name, cost, "min") for name, cost in ((UNMET, unmet), (LOADS, loads)) if cost.any()]
    nets = tuple(resolved.model.reactions)
    triplets = [(r, c, s) for r, name in enumerate(nets) for c, s in b.columns_of[name]]
    rows, columns, values = zip(*b.entries, strict=True)
    net_rows, net_columns, signs = zip(*triplets, strict=True)
    program = Program(
        tuple(b.columns),
        tuple(b.rows),
        Sparse.from_triplets(rows, columns, values, (len(b.rows), n)),
        np.array(b.lower),
        np.array(b.upper),
        np.array(b.row_lower),
        np.array(b.row_upper),
        (*stages, Stage(GROWTH, growth, "max")),
        nets,
        Sparse.from_triplets(net_rows, net_columns, signs, (len(nets), n)),
    )
    # the least flux is that of internal reactions: exchanges carry no protein, and weighing them would
    # only double the cost of the transport behind them
    weights = {r.id: 0.0 if r.boundary else 1.0 for r in resolved.model.reactions.values()}
    return Problem(
        NAME,
        resolved,
        program,
        FrozenMap(b.columns_of),
        FrozenMap(b.origins),
        FrozenMap(slack_of),
        FrozenMap(weights),
    )
