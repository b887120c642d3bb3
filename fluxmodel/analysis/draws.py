"""What the catalysts of each member of a cell can carry in a condition."""

from __future__ import annotations

import numpy as np

from fluxmodel.analysis.expression import BETA_SPREAD, Expression
from fluxmodel.analysis.limits import TRANSLATION
from fluxmodel.condition.members import Members
from fluxmodel.formalism.problem import Problem
from fluxmodel.lp.sparse import Floats

#: What protein per mRNA can be, whatever is drawn.
BETA_ENDS = (0.1, 1.2)


def member_limits(problem: Problem, members: Members, expression: Expression, seed: int) -> Floats:
    """What each limited catalyst can carry in each member, mmol/gDW/h.

    The members differ in their capacities, and in how strongly expression acts: fold changes of targets are
    drawn from their ranges, protein per mRNA from its spread, the same for the same seed.

    Parameters
    ----------
    problem : Problem
        Of formalism ``capacity``.
    members : Members
    expression : Expression
        Of the same condition.
    seed : int

    Returns
    -------
    ndarray, (members, n_limited)
    """
    capacity = {c.catalyst: c for c in problem.resolved.limits}
    names = [x.catalyst for x in problem.limited]
    found = np.empty((len(members), len(names)))
    for k, name in enumerate(names):
        values = members.translation if name == TRANSLATION else members.capacities.get(name)
        own = capacity[name]
        found[:, k] = own.residual * (own.value if values is None else values[1:])
    place = {name: k for k, name in enumerate(names)}
    rng = np.random.default_rng(seed)
    for m in range(len(members)):
        beta = float(np.clip(expression.beta + BETA_SPREAD * rng.standard_normal(), *BETA_ENDS))
        drawn = None if expression.axes is None else expression.axes.draw(rng)
        for name, ratio in expression.factors(beta, drawn).items():
            if name in place:
                found[m, place[name]] *= ratio
    return found
