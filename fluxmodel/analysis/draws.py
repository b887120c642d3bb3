"""What the catalysts of each member of a cell can carry in a condition."""

from __future__ import annotations

import numpy as np

from fluxmodel.analysis.expression import Expression
from fluxmodel.analysis.limits import TRANSLATION
from fluxmodel.condition.members import Members
from fluxmodel.formalism.problem import Problem
from fluxmodel.lp.sparse import Floats


def member_limits(problem: Problem, members: Members, expression: Expression, seed: int) -> Floats:
    """What each limited catalyst can carry in each member, mmol/gDW/h.

    The members differ in their capacities, and in how strongly expression acts: fold changes of targets are
    drawn from their ranges, the laws of regulated capacities too, protein per mRNA from its spread. What is
    drawn for a member is a function of the seed and its number: a part of the members draws as the whole.

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
    for m, number in enumerate(members.numbers):
        for name, ratio in expression.draw(np.random.default_rng([seed, number])).items():
            if name in place:
                found[m, place[name]] *= ratio
    return found
