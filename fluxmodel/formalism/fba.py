"""Flux balance analysis: mass balance, bounds, the capacities of what is treated, demands with a slack."""

from __future__ import annotations

from fluxmodel.formalism.builder import Builder
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Resolved

NAME = "fba"


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
    ways = b.treated()
    for reaction in resolved.model.reactions:
        b.reaction(reaction, ways.get(reaction, ()))
    b.demands()
    return b.problem(NAME)
