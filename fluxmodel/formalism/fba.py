"""Flux balance analysis: mass balance, bounds, the capacities of what is treated, demands with a slack."""

from __future__ import annotations

import math

from fluxmodel.formalism.builder import REST, Builder, Way
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Resolved
from fluxmodel.frozen import FrozenMap

NAME = "fba"
_WHOLE = FrozenMap({1: 1.0, -1: 1.0})


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
    b = Builder(resolved)
    ways: dict[str, list[Way]] = {}
    for capacity in resolved.capacities:
        row = b.row(f"capacity:{capacity.catalyst}", -math.inf, capacity.limit, *capacity.origins)
        for reaction in capacity.reactions:
            way = Way(capacity.catalyst, FrozenMap({1: row, -1: row}), _WHOLE)
            ways.setdefault(reaction, []).append(way)
    for reaction in resolved.model.reactions:
        limited = ways.get(reaction, [])
        b.reaction(reaction, [*limited, *([REST] if limited and reaction in resolved.rest else [])])
    b.demands()
    return b.problem(NAME)
