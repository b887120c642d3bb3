"""The levels of an axis that is not affine: a regulator moves capacities, a concentration a whole problem.

Codes: FM551 an unknown name, FM556 what does not move here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fluxmodel.analysis.exchanges import exchange_of
from fluxmodel.analysis.expression import Expression
from fluxmodel.analysis.planes.axis import Axis
from fluxmodel.analysis.planes.bands import Levels
from fluxmodel.analysis.planes.dial import Dial
from fluxmodel.errors import DomainError, Where, nearest
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism.problem import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats


def still(axis: Axis) -> Dial:
    """The dial of an axis that is not affine: it moves no bound by itself."""
    return Dial(axis, frozenset({(axis.kind, axis.name)}), axis.low, axis.high)


def regulator_levels(axis: Axis, problem: Problem, expression: Expression) -> Levels:
    """What catalysts can carry at levels of a regulator.

    Parameters
    ----------
    axis : Axis
    problem : Problem
        Of the condition, at any level.
    expression : Expression
        Of the same condition.

    Raises
    ------
    DomainError
        FM556 if the formalism does not see expression, FM551 if the model has no targets of the regulator.
    """
    where = Where(axis.text)
    if problem.formalism != "capacity":
        what = f"{axis.name} does not move capacities under formalism {problem.formalism}"
        raise DomainError(Finding("FM556", what, where, "ask with --formalism capacity"))
    known = () if expression.axes is None else tuple(expression.axes.basal)
    if axis.name not in known:
        cure = f"regulators with targets: {', '.join(known)}" if known else "the model has no regulators"
        raise DomainError(Finding("FM551", f"the model has no targets of {axis.name}", where, cure))
    own = {c.catalyst: c for c in problem.resolved.limits}

    def at(level: float) -> tuple[Problem, Floats]:
        levels = FrozenMap({**expression.levels, axis.name: level})
        ratios = replace(expression, levels=levels).ratios()
        found = [
            own[x.catalyst].value * own[x.catalyst].residual * ratios.get(x.catalyst, (1.0, ()))[0]
            for x in problem.limited
        ]
        return problem, np.array(found)

    return at


def medium_levels(axis: Axis, problem: Problem, build: Callable[[str], tuple[Problem, Floats]]) -> Levels:
    """The problem at concentrations of a species.

    Parameters
    ----------
    axis : Axis
    problem : Problem
        Of the condition as it is.
    build : callable
        Takes ``medium.SPECIES=VALUE``; gives the problem and what its catalysts can carry.

    Raises
    ------
    DomainError
        FM551 if the model cannot exchange the species, FM556 if its concentration drives a carrier, so that
        more of it may lower growth.
    """
    where, model = Where(axis.text), problem.resolved.model
    if exchange_of(model, axis.name) is None:
        known = [m.species.id for m in model.metabolites.values() if m.compartment == "e"]
        cure = nearest(axis.name, known) or "`fluxmodel show metabolite ID` looks species up"
        raise DomainError(Finding("FM551", f"the model cannot exchange {axis.name!r}", where, cure))
    made: dict[float, tuple[Problem, Floats]] = {}

    def at(level: float) -> tuple[Problem, Floats]:
        if level not in made:
            made[level] = build(f"medium.{axis.name}={level!r} mM")
        return made[level]

    ends = [
        {c.catalyst: dict(c.efficiency) for c in at(x)[0].resolved.limits if c.driven}
        for x in (axis.low, axis.high)
    ]
    if moved := [name for name, own in ends[0].items() if own != ends[1].get(name)]:
        what = f"the concentration of {axis.name} sets what {', '.join(moved)} has to carry"
        cure = f"vary its uptake: uptake({axis.name})"
        raise DomainError(Finding("FM556", what, where, cure))
    return at
