"""Capacities: every catalyst of the cell carries at most what its enzyme can turn over.

``sum_r v_rk / e_rk <= c_k x_k rho_k``: all reactions of a catalyst k share its capacity c_k; x_k is what the
expression state makes of it, rho_k what inhibitors leave, and e_rk the flux per unit of capacity (turnover
relative to the main reaction, times the saturation of a carrier with what is outside).
"""

from __future__ import annotations

import math

from fluxmodel.formalism.builder import LEAST_EFFICIENCY, REST, Builder, Way
from fluxmodel.formalism.problem import IDLE, Limited, Problem
from fluxmodel.formalism.resolved import Bound, Capacity, Resolved
from fluxmodel.frozen import FrozenMap

NAME = "capacity"


def build(resolved: Resolved, *, rows_for_all: bool = False) -> Problem:
    """The problem in which every catalyst of the cell has a finite capacity.

    A catalyst that is the only one of its only reaction bounds that reaction's column. All others have a
    row, and their reactions a forward and a reverse column per catalyst. A carrier that trades one species,
    its hub, against several others has two rows, one for each direction of the hub: trading two of the
    others against each other is one turnover, not two.

    Parameters
    ----------
    resolved : Resolved
    rows_for_all : bool
        Every catalyst has a row, so that a fit can raise what it carries; none is driven.

    Returns
    -------
    Problem
    """
    b = Builder(resolved)
    catalysts: dict[str, list[Capacity]] = {}
    for capacity in resolved.limits:
        for reaction in capacity.reactions:
            catalysts.setdefault(reaction, []).append(capacity)
    rest = {r for r, own in catalysts.items() if r in resolved.unlimited}
    ways: dict[str, list[Way]] = {}
    for capacity in resolved.limits:
        (first, *others) = capacity.reactions or ("",)
        single = not others and len(catalysts.get(first, ())) == 1 and first not in rest
        single = single and not capacity.driven
        if not capacity.reactions:
            continue
        if single and not rows_for_all:
            b.bounds[first] = _narrowed(b.bounds[first], capacity, first)
            continue
        for reaction, way in _with_rows(b, capacity, rows_for_all):
            ways.setdefault(reaction, []).append(way)
    for reaction in resolved.model.reactions:
        own = ways.get(reaction, [])
        b.reaction(reaction, [*own, *([REST] if own and reaction in rest else [])])
    for capacity in resolved.limits:
        if capacity.reactions and f"capacity:{capacity.catalyst}" not in b.origins:
            (reaction,) = capacity.reactions
            ((column, _),) = b.columns_of[reaction]
            bound = resolved.bounds[reaction]
            forward, backward = (capacity.efficiency_of(reaction, sign) for sign in (1, -1))
            b.limited.append(
                Limited(capacity.catalyst, (), column, forward, backward, bound.lower, bound.upper)
            )
    b.demands()
    return b.problem(NAME)


def _with_rows(b: Builder, capacity: Capacity, fitting: bool) -> list[tuple[str, Way]]:
    """The rows of a catalyst, and how it carries each of its reactions."""
    name = f"capacity:{capacity.catalyst}"
    first = b.row(name, -math.inf, capacity.limit, *capacity.origins)
    rows = [first]
    if capacity.hub:
        rows.append(b.row(f"{name}:back", -math.inf, capacity.limit, *capacity.origins))
    driven = capacity.driven and not fitting
    b.limited.append(Limited(capacity.catalyst, tuple(rows), driven=driven))
    if driven:  # what it could carry and does not is a load that is not applied
        name = f"{IDLE}{capacity.catalyst}"
        idle = b.slack_of[name] = b.column(name, 0.0, math.inf)
        b.idle[idle] = capacity.limit
        b.row_lower[first] = capacity.limit
        b.entries.append((first, idle, 1.0))
    made = []
    for reaction in capacity.reactions:
        by_sign = {1: first, -1: first}
        if capacity.hub:
            # the hub leaves the cell where its inner form is consumed
            out = b.resolved.model.reactions[reaction].stoichiometry[capacity.hub] < 0
            by_sign = {1: rows[0 if out else 1], -1: rows[1 if out else 0]}
        efficiency = {sign: capacity.efficiency_of(reaction, sign) for sign in (1, -1)}
        if capacity.driven:  # the gradient has one direction; both at once would use it up for nothing
            efficiency[-1] = 0.0
        made.append((reaction, Way(capacity.catalyst, FrozenMap(by_sign), FrozenMap(efficiency))))
    return made


def _narrowed(bound: Bound, capacity: Capacity, reaction: str) -> Bound:
    """The bounds of a reaction that the capacity of its only catalyst leaves."""
    most = [capacity.limit * capacity.efficiency_of(reaction, sign) for sign in (1, -1)]
    most = [m if capacity.efficiency_of(reaction, s) > LEAST_EFFICIENCY else 0.0
            for m, s in zip(most, (1, -1), strict=True)]  # fmt: skip
    origin = capacity.origin
    lower, upper = bound.lower, bound.upper
    lower_origin, upper_origin = bound.lower_origin, bound.upper_origin
    if most[0] < upper:
        upper, upper_origin = most[0], origin
    if -most[1] > lower:
        lower, lower_origin = -most[1], origin
    return Bound(lower, upper, lower_origin, upper_origin)
