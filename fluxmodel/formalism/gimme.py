"""GIMME: of the states that grow nearly as fast as they can, the one that uses least what is not expressed.

Growth is first made as large as it can be; the flux state keeps 90 % of it and minimises
``sum_r max(0, 1 - E_r / T) |v_r|``, E_r being the level of a reaction (abundance in the reference times the
expression ratio, isozymes added) and T the 25th percentile of the levels in the reference. That is the
inconsistency score of Becker and Palsson [1]_ divided by T. The percentile and the 90 % are chosen: they are
the defaults of what implements GIMME (framed, MEWpy), which takes the best expressed isozyme and not the sum.
A reaction without a level is not penalised. Ties are broken as in all formalisms, by the least
total flux.

**Growth is reported as its optimum**, which is the same as in `fluxmodel.formalism.fba`: GIMME chooses a flux
state and limits nothing. The fluxes are those of a state that grows at 90 % of it, and intervals are
taken where growth is at least 90 % (or the share asked for, if that is less), so that they contain the point.

Inhibitors act as in `fluxmodel.formalism.fba`, by capacities; what is knocked out is not expressed.

References
----------
.. [1] Becker SA, Palsson BO (2008), PLoS Comput Biol 4, e1000082.
"""

from __future__ import annotations

import numpy as np

from fluxmodel.formalism.builder import REST, Builder
from fluxmodel.formalism.levels import parameter, reference_levels, state_levels
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Resolved
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.program import Stage

NAME = "gimme"
#: Share of the optimum that the flux state keeps, and the quantile of levels below which a flux counts.
KEPT, QUANTILE = 0.9, 0.25


def build(resolved: Resolved) -> Problem:
    """The problem with the inconsistency score as a goal after growth.

    A penalised reaction that runs both ways has a forward and a reverse column.

    Parameters
    ----------
    resolved : Resolved

    Returns
    -------
    Problem
    """
    b = Builder(resolved)
    treated = b.treated()
    penalty = penalties(resolved)
    for reaction in resolved.model.reactions:
        ways = treated.get(reaction, [])
        if not ways and reaction in penalty and resolved.bounds[reaction].lower < 0:
            ways = [REST]
        b.reaction(reaction, ways)
    b.demands()
    cost = np.zeros(len(b.columns))
    for reaction, weight in penalty.items():
        for column, _ in b.columns_of[reaction]:
            cost[column] = weight
    kept = parameter(resolved, "gimme.growth", KEPT)
    return b.problem(NAME, Stage(NAME, cost, "min"), growth_slack=1.0 - kept)


def penalties(resolved: Resolved) -> FrozenMap[str, float]:
    """Weight of the flux of each reaction that is expressed below the threshold, in (0, 1]."""
    reference = reference_levels(resolved)
    if not reference:
        return FrozenMap()
    quantile = parameter(resolved, "gimme.quantile", QUANTILE)
    threshold = float(np.quantile(sorted(reference.values()), quantile))
    found = {r: 1.0 - level / threshold for r, level in state_levels(resolved).items() if level < threshold}
    return FrozenMap(found)
