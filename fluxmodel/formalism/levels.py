"""Expression levels of reactions: how much of their catalysts there is, in the reference and in a state."""

from __future__ import annotations

from collections.abc import Callable

from fluxmodel.formalism.resolved import Resolved
from fluxmodel.frozen import FrozenMap


def reference_levels(resolved: Resolved) -> FrozenMap[str, float]:
    """Level of each reaction in the cell's reference state, pmol per mg of protein.

    The catalysts of a reaction add up. A reaction of which one catalyst was not measured has no level: no
    data say that it is absent. What a knock-out takes from the state it does not take from the reference.

    Parameters
    ----------
    resolved : Resolved
    """
    return _levels(resolved, lambda catalyst: 1.0)


def state_levels(resolved: Resolved) -> FrozenMap[str, float]:
    """The same in the state: times the expression ratio of each catalyst, and without those that are lost.

    An inhibitor does not change expression, and so does not count here. A catalyst of which the cell has
    no capacity has the ratio 1.

    Parameters
    ----------
    resolved : Resolved
    """
    ratios = {c.catalyst: c.expression for c in resolved.limits}
    if not resolved.gene_rules_only:
        ratios.update(dict.fromkeys(resolved.lost, 0.0))
    return _levels(resolved, lambda catalyst: ratios.get(catalyst, 1.0))


def _levels(resolved: Resolved, ratio: Callable[[str], float]) -> FrozenMap[str, float]:
    model, known = resolved.model, resolved.abundance
    found: dict[str, float] = {}
    for reaction in model.reactions:
        own = [c.id for c in model.catalysts_of(reaction)]
        if own and all(k in known for k in own):
            found[reaction] = sum(known[k] * ratio(k) for k in own)
    return FrozenMap(found)


def parameter(resolved: Resolved, name: str, value: float) -> float:
    """A number of parameters.tsv, or `value` if the model has none of that name."""
    known = resolved.model.parameters.get(name)
    return value if known is None else known.value
