"""Protein pool: every catalysed flux costs protein, and all of it together is limited, no enzyme by itself.

``sum_r c_r |v_r| <= P``, where ``c_r`` is the mass of protein per flux of reaction r: ``MW / (kcat s)`` of
its catalyst, s being the saturation of a carrier with what is outside. The idea is that of flux balance
analysis with molecular crowding [1]_, of MOMENT [2]_ and of the pool of GECKO [3]_.

A reaction with several catalysts costs what the cell's mixture of them costs: their mass divided by what
they turn over, if each carries its share of the cell's capacities (even shares if one of them has none). The
cheapest one would be the usual choice; but then the model would drop whatever isozyme is dear, and inhibiting
the other one by a hair would cost growth.

What is inhibited has its capacity as in `fluxmodel.formalism.fba`, so that drugs mean the same in both: an
enzyme is not made anew within the hours of an experiment because it is inhibited. On top of that its flux
costs ``1 / residual`` as much, since inhibited molecules are protein, too. Both agree: with what it is left
(residual times its capacity) a catalyst takes just the protein that it has untreated. What is lost carries
nothing, and takes nothing. Inhibition and loss can therefore only lower growth, and 0 % changes nothing.

A carrier that trades one species against several others is charged for each trade, although trading two of
the others against each other is one turnover: their cost is an upper estimate.

References
----------
.. [1] Beg QK et al. (2007), PNAS 104, 12663-12668.
.. [2] Adadi R et al. (2012), PLoS Comput Biol 8, e1002575.
.. [3] Sanchez BJ et al. (2017), Mol Syst Biol 13, 935.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from fluxmodel.formalism.builder import LEAST_EFFICIENCY, REST, Builder, Way
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Capacity, Origin, Resolved
from fluxmodel.frozen import FrozenMap

NAME = "pool"
#: Name and row of the pool; it is reported like the capacity of a catalyst of that name.
POOL = "protein pool"
ROW = f"capacity:{POOL}"


def build(resolved: Resolved) -> Problem:
    """The problem in which all catalysts share one pool of protein.

    A catalysed reaction that runs both ways has a forward and a reverse column; one of which a catalyst is
    treated has a pair for each, as in `fluxmodel.formalism.fba`.

    Parameters
    ----------
    resolved : Resolved

    Returns
    -------
    Problem
    """
    b = Builder(resolved)
    what = f"protein that works for the metabolism is at most {resolved.pool:.4g} g/gDW"
    pool = b.row(ROW, -math.inf, resolved.pool, Origin("capacity", what))
    b.units[ROW] = "g/gDW"
    treated = b.treated()
    costs = reaction_costs(resolved)
    left = {c.catalyst: c.residual for c in resolved.capacities}
    for reaction in resolved.model.reactions:
        cost = costs.get(reaction)
        ways = treated.get(reaction, [])
        if (
            cost is not None
            and not ways
            and (resolved.bounds[reaction].lower < 0 or math.inf in cost.values())
        ):
            free = {sign: 0.0 if math.isinf(c) else 1.0 for sign, c in cost.items()}
            ways = [Way(REST.name, REST.rows, FrozenMap(free))]
        b.reaction(reaction, ways)
        if cost is None:
            continue
        for column, sign in b.columns_of[reaction]:
            share = left.get(b.carrier_of.get(column, ""), 1.0)
            charge = cost[1 if sign > 0 else -1]
            if share > 0 and math.isfinite(charge):
                b.entries.append((pool, column, charge / share))
    b.demands()
    return b.problem(NAME)


def reaction_costs(resolved: Resolved) -> Mapping[str, Mapping[int, float]]:
    """Protein per flux of each catalysed reaction, g h/mmol, forwards (1) and backwards (-1).

    Infinite where none of its catalysts can work, for lack of what it carries outside.

    Parameters
    ----------
    resolved : Resolved
    """
    model = resolved.model
    limits = {c.catalyst: c for c in resolved.limits}
    found: dict[str, Mapping[int, float]] = {}
    for reaction in model.reactions:
        own = [c.id for c in model.catalysts_of(reaction) if c.id in resolved.costs]
        if not own:
            continue
        shares = [resolved.cell_capacities.get(k, 0.0) for k in own]
        if not all(shares):
            shares = [1.0] * len(own)
        found[reaction] = FrozenMap(
            {sign: _mixed(resolved, own, shares, limits, reaction, sign) for sign in (1, -1)}
        )
    return FrozenMap(found)


def _mixed(
    resolved: Resolved,
    own: list[str],
    shares: list[float],
    limits: Mapping[str, Capacity],
    reaction: str,
    sign: int,
) -> float:
    """Mass of a mixture of catalysts divided by what it turns over in one direction."""
    mass = turned = 0.0
    for catalyst, share in zip(own, shares, strict=True):
        limit = limits.get(catalyst)
        mass += share * resolved.costs[catalyst]
        turned += share * (1.0 if limit is None else limit.efficiency_of(reaction, sign))
    return mass / turned if turned > LEAST_EFFICIENCY * sum(shares) else math.inf
