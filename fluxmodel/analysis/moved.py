"""What moved the capacity of each catalyst, from where to where, and how much of what is left is used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fluxmodel.analysis.division import Way, divide
from fluxmodel.analysis.efficiency import efficiencies
from fluxmodel.formalism.builder import LEAST_EFFICIENCY
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Capacity
from fluxmodel.frozen import FrozenMap

#: A factor this near to 1 has moved nothing.
SAME = 1e-6
#: Above this share of its limit a catalyst is near it.
NEAR = 0.9
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Moved:
    """One catalyst whose capacity is another one than in the cell.

    Attributes
    ----------
    catalyst : str
    genes : tuple of str
    cell : float
        Capacity in the cell, mmol/gDW/h.
    expression, saturation, inhibitors : float
        The factors that expression, the medium, and inhibitors and knock-outs make of it.
    limit : float
        What all of it leaves, mmol/gDW/h.
    use : float or None
        Flux at the point, mmol/gDW/h; None without a point.
    binds : bool
        Whether growth feels the limit.
    effect : float
        To first order, log2 of the growth ratio that the move makes: share of growth times log2 ratio.
    parts : mapping of gene to tuple of (regulator, float)
        What moved the messenger of each gene, log2.
    why : tuple of str
        The origins of the factors.
    """

    catalyst: str
    genes: tuple[str, ...]
    cell: float
    expression: float
    saturation: float
    inhibitors: float
    limit: float
    use: float | None
    binds: bool
    effect: float
    parts: Mapping[str, tuple[tuple[str, float], ...]]
    why: tuple[str, ...]

    @property
    def log2(self) -> float:
        """Log2 of the limit relative to the cell's capacity."""
        return math.log2(self.limit / self.cell) if self.limit > 0 and self.cell > 0 else -math.inf


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a catalyst is in use: of its capacity, and the saturation of the reactions it runs."""

    used: float
    saturation: float

    def of(self, capacity: Capacity) -> float:
        """Share of the limit that is used; infinite where there is use without a limit left."""
        if capacity.limit <= 0:
            return math.inf if self.used > _LEAST else 0.0
        return self.used / capacity.limit


def in_effect(problem: Problem) -> tuple[Capacity, ...]:
    """The capacities that a formalism uses."""
    resolved = problem.resolved
    return resolved.limits if problem.formalism == "capacity" else resolved.capacities


def uses(problem: Problem, fluxes: Mapping[str, float]) -> dict[str, Use]:
    """Use of every catalyst that has a capacity, in units of that capacity.

    A flux does not say which isozyme carries it: they divide it so that all are used alike, as far as that
    goes. A reaction that a catalyst without a capacity serves as well uses none.

    Parameters
    ----------
    problem : Problem
    fluxes : mapping of reaction id to float
        Net fluxes, mmol/gDW/h.
    """
    resolved = problem.resolved
    own: dict[str, list[Capacity]] = {}
    capacities = in_effect(problem)
    free = resolved.unlimited if problem.formalism == "capacity" else resolved.rest
    for capacity in capacities:
        for reaction in capacity.reactions:
            if reaction not in free and abs(fluxes.get(reaction, 0.0)) > _LEAST:
                own.setdefault(reaction, []).append(capacity)
    model = resolved.model
    ways: list[Way] = []
    amounts: dict[str, float] = {}
    by_name = {c.catalyst: c for c in capacities}
    for reaction, able in own.items():
        sign = 1 if fluxes[reaction] > 0 else -1
        for c in able:
            efficiency = _efficiency(problem, c, reaction, sign)
            if efficiency > 0:
                side = 0
                if c.hub:  # trading outwards and inwards share no turnover
                    side = int((model.reactions[reaction].stoichiometry[c.hub] < 0) != (sign > 0))
                ways.append(Way(reaction, c.catalyst, side, efficiency))
                amounts[reaction] = abs(fluxes[reaction])
    limits = {c.catalyst: max(c.limit, _LEAST) for c in capacities}
    used = {c.catalyst: [0.0, 0.0] for c in capacities}
    plain = dict.fromkeys(used, 0.0)
    for way, part in zip(ways, divide(ways, amounts, limits), strict=True):
        sign = 1 if fluxes[way.reaction] > 0 else -1
        used[way.catalyst][way.side] += part / way.efficiency
        plain[way.catalyst] += part / _turnover(problem, by_name[way.catalyst]).get((way.reaction, sign), 1.0)
    found = {}
    for c in capacities:
        total = sum(used[c.catalyst])
        saturation = plain[c.catalyst] / total if total > _LEAST else _best_saturation(problem, c)
        found[c.catalyst] = Use(max(used[c.catalyst]), saturation)
    return found


def _efficiency(problem: Problem, capacity: Capacity, reaction: str, sign: int) -> float:
    if problem.formalism != "capacity":
        return 1.0
    value = capacity.efficiency_of(reaction, sign)
    return value if value > LEAST_EFFICIENCY else 0.0


def _turnover(problem: Problem, capacity: Capacity) -> Mapping[tuple[str, int], float]:
    """Flux per unit of capacity with everything saturated."""
    catalyst = problem.resolved.model.all_catalysts.get(capacity.catalyst)
    if catalyst is None or problem.formalism != "capacity":
        return FrozenMap()
    return efficiencies(problem.resolved.model, catalyst, {})


def _best_saturation(problem: Problem, capacity: Capacity) -> float:
    """The saturation in the best of the ways that are open to a catalyst."""
    if problem.formalism != "capacity" or not capacity.efficiency:
        return 1.0
    full, found = _turnover(problem, capacity), []
    for reaction in capacity.reactions:
        bound = problem.resolved.bounds[reaction]
        for sign, is_open in ((1, bound.upper > 0), (-1, bound.lower < 0)):
            if is_open:
                key = (reaction, sign)
                found.append(capacity.efficiency_of(reaction, sign) / full.get(key, 1.0))
    return max(found, default=1.0)


def moved(
    problem: Problem,
    parts: Mapping[str, tuple[tuple[str, float], ...]],
    shares: Mapping[str, float],
    used: Mapping[str, Use] | None,
) -> tuple[Moved, ...]:
    """The catalysts whose capacity is not the cell's, by effect on growth and then by how far it moved.

    Parameters
    ----------
    problem : Problem
    parts : mapping of gene to tuple of (regulator, log2)
        As `fluxmodel.analysis.expression.Expression.parts` gives them.
    shares : mapping of catalyst id to float
        Percent of growth per percent of its capacity, where growth feels it.
    used : mapping of catalyst id to Use, optional
        As `uses` gives it; left out without a point.
    """
    model, cell = problem.resolved.model, problem.resolved.cell_capacities
    found = []
    for c in in_effect(problem):
        use = None if used is None else used[c.catalyst]
        saturation = use.saturation if use is not None else _best_saturation(problem, c)
        if all(abs(x - 1) <= SAME for x in (c.expression, saturation, c.residual)):
            continue
        catalyst = model.all_catalysts.get(c.catalyst)
        genes = tuple(catalyst.rule.genes) if catalyst is not None else ()
        share = shares.get(c.catalyst, 0.0)
        row = Moved(
            c.catalyst,
            genes,
            cell.get(c.catalyst, c.value),
            c.expression,
            saturation,
            c.residual,
            c.limit * saturation,
            None if use is None else use.used * saturation,
            c.catalyst in shares,
            0.0,
            FrozenMap({g: parts[g] for g in genes if g in parts}),
            tuple(str(o) for o in c.origins[1:]),
        )
        found.append(_with_effect(row, share))
    return tuple(sorted(found, key=_strongest))


def _strongest(row: Moved) -> tuple[float, bool, float, float, str]:
    """What was done to the cell stands before what its medium is short of."""
    done = row.expression * row.inhibitors
    own = abs(math.log2(done)) if done > 0 else math.inf
    return -abs(row.effect), not row.binds, -own, -abs(row.log2), row.catalyst


def _with_effect(row: Moved, share: float) -> Moved:
    return replace(row, effect=share * row.log2) if share and math.isfinite(row.log2) else row
