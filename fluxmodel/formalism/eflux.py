"""E-Flux: the upper bound of a catalysed reaction is proportional to its expression.

``|v_r| <= S E_r / max E``: E_r is the level of the reaction in the state (abundance in the reference times
the expression ratio, isozymes added), ``max E`` the largest level of the *reference*, and S what the best
expressed reaction may carry. That is the definition of Colijn and others [1]_, except for three things:
levels are divided by the largest one of the reference and not of each state, so that states stand on one
scale; S is the 1000 mmol/gDW/h that means "unlimited" everywhere else, since demands and uptake have units
here; uptake limits stay what the medium says, instead of being scaled. A reaction without a level keeps its
bounds, as there.

E-Flux knows no turnover numbers: a scarce but fast enzyme is bounded like a scarce slow one. S is
therefore no measurement, and only its order of magnitude counts (parameters.tsv, `eflux.scale`).

Inhibitors act as in `fluxmodel.formalism.fba`, by capacities; what is knocked out is not expressed.

References
----------
.. [1] Colijn C et al. (2009), PLoS Comput Biol 5, e1000489.
"""

from __future__ import annotations

from fluxmodel.formalism.builder import Builder
from fluxmodel.formalism.levels import parameter, reference_levels, state_levels
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import UNLIMITED, Bound, Origin, Resolved

NAME = "eflux"
SCALE = UNLIMITED


def build(resolved: Resolved) -> Problem:
    """The problem in which expression bounds every catalysed reaction.

    Parameters
    ----------
    resolved : Resolved

    Returns
    -------
    Problem
    """
    b = Builder(resolved)
    levels = state_levels(resolved)
    top = max(reference_levels(resolved).values(), default=0.0)
    scale = parameter(resolved, "eflux.scale", SCALE)
    for reaction, level in levels.items() if top > 0 else ():
        most = scale * level / top
        what = f"{reaction} is expressed at {level:.4g} of {top:.4g} pmol/mg: at most {most:.4g} mmol/gDW/h"
        b.bounds[reaction] = _within(b.bounds[reaction], most, Origin("capacity", what))
    treated = b.treated()
    for reaction in resolved.model.reactions:
        b.reaction(reaction, treated.get(reaction, ()))
    b.demands()
    return b.problem(NAME)


def _within(bound: Bound, most: float, origin: Origin) -> Bound:
    """The bounds as far as they lie within `most` of 0, either way."""
    lower, lower_origin = (-most, origin) if bound.lower < -most else (bound.lower, bound.lower_origin)
    upper, upper_origin = (most, origin) if bound.upper > most else (bound.upper, bound.upper_origin)
    return Bound(lower, upper, lower_origin, upper_origin)
