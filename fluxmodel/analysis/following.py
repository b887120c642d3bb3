"""What the reference fluxes would be if every flux followed the amount of its enzymes.

The reference state was fitted at one expression state. In another one the nearest state is not the old one:
a cell with more of the enzymes of a pathway runs more through it, though none of them was limiting alone,
because control is shared. So the target of a flux is its reference times what expression makes of its
catalysts, and the least adjusted state balances these targets. In the spirit of methods that take ratios of
expression as ratios of flux.

References
----------
.. [1] Kim M K, Lane A, Kelley J J, Lun D S (2016), PLoS One 11:e0157101: E-Flux2 and SPOT (recalled).
"""

from __future__ import annotations

from collections.abc import Mapping

from fluxmodel.analysis.expression import Expression
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model


def followed(model: Model, expression: Expression, capacities: Mapping[str, float]) -> Mapping[str, float]:
    """What expression makes of the target of each flux; 1 is left out.

    Parameters
    ----------
    model : Model
    expression : Expression
    capacities : mapping of catalyst id to float
        Of the cell, mmol/gDW/h: isozymes count by what they can do.

    Returns
    -------
    mapping of reaction id to float
    """
    ratios = {name: ratio for name, (ratio, _) in expression.ratios().items()}
    if not ratios:
        return FrozenMap()
    found: dict[str, float] = {}
    for reaction in model.reactions:
        own = [c.id for c in model.catalysts_of(reaction)]
        if not any(name in ratios for name in own):
            continue
        weights = [capacities.get(name, 0.0) for name in own]
        if not sum(weights):
            weights = [1.0] * len(own)
        total = sum(w * ratios.get(n, 1.0) for w, n in zip(weights, own, strict=True))
        found[reaction] = total / sum(weights)
    return FrozenMap(found)
