"""control: on which enzymes and carriers does growth hang, before any dose is thought of?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any

import numpy as np

from fluxmodel.analysis.control import ControlAsked, MemberControl
from fluxmodel.analysis.flux_control import flux_control
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.spread import spread
from fluxmodel.condition import Change, Condition
from fluxmodel.errors import DomainError, Problem
from fluxmodel.formalism import Problem as Solved
from fluxmodel.questions.arguments import items
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.controlled import ENDS, Control, Controlled, ControlledFlux
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import ConditionRef, ModelRef, as_model
from fluxmodel.questions.plan import Plan, Settings, plan

#: What is asked where nothing else is.
TARGETS = ("GLS", "SLC1A5", "SLC7A11", "PC", "GOT1", "LDHA", "NADH2_u10mi", "translation")
#: A coefficient from which on a member counts as controlled: a tenth of the activity moves growth by half a
#: percent.
COUNTS = 0.05
_TARGETS = "give genes, catalysts or reactions"


def control(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    targets: Iterable[str] = TARGETS,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    fluxes: Iterable[str] = (),
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> Control:
    """Control coefficients of growth, d ln growth / d ln activity, one-sided, over the members of the cell.

    Whether it is worth inhibiting something is asked before any dose: a coefficient of 0.3 for less means
    that growth falls by 3 % when a tenth of the activity is lost. How far that goes is another question:
    growth is concave, so that it falls faster, never slower, as more is lost. Directions that exclude each
    other (`thermo` of `predict`) are left out: a choice between them has no slope.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    conditions : sequence of str, path or Condition
    targets : iterable of str
        Genes, catalysts or reactions; all catalysts of a gene move together.
    changes : sequence of Change
        What is done in every condition.
    fluxes : iterable of str
        Sums of fluxes whose control is asked as well, at the point: ``flux(GLUNm)``, ``uptake(gln__L)``. A
        coefficient is given where the growth optimum leaves the flux one value.
    solver, folders, members, seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        With every problem of the input; FM531 for a target that nothing limits, FM565 for a flux that is
        a ratio.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.control(None, ["normoxia"], ["GLS", "translation"], members=4)
    >>> [(r.target, round(r.less, 3)) for r in found.rows]
    [('GLS', 0.0), ('translation', 1.0)]
    """
    how = Settings(
        observables=["growth", *items("fluxes", fluxes, str, "give sums of fluxes, such as ['flux(GLUNm)']")],
        solver=solver,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
    )
    network = as_model(model)
    plans = [plan(network, [c], changes, how, single=True) for c in _listed("conditions", conditions)]
    return run_control(plans, _listed("targets", items("targets", targets, str, _TARGETS)))


def _listed(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """What is asked about, if there is any; a single one may come without a list."""
    found = items(name, values, (str, PathLike, Condition), f"give a list of {name}")
    if not found:
        raise DomainError(Problem("FM531", f"there are no {name}", cure=f"give a list of {name}"))
    return tuple(dict.fromkeys(found))


def run_control(plans: Sequence[Plan], targets: Sequence[str], progress: Progress | None = None) -> Control:
    """Ask the arms of some plans: about growth, and about every observable behind it."""
    arms = [arm for prepared in plans for arm in prepared.arms]
    asked = _fluxes(plans[0])
    solver, workers = plans[0].solver, plans[0].workers
    known = Untreated(solver)
    groups = [_groups(arm.problem, targets) for arm in arms]
    fluxes: list[ControlledFlux] = []
    with Crew(sum(len(a.members) + 1 for a in arms), workers, progress) as crew:
        for arm, group in zip(arms, groups, strict=True):
            problem = known.feasible(arm)
            point = point_limits(problem)[None]
            limits = arm.members.limits
            both = point if limits is None else np.concatenate([point, limits])
            crew.add(ControlAsked.of(problem, both, group, solver))
            if asked:
                found = flux_control(problem, point[0], group, [o.numerator for o in asked], solver)
                fluxes += [
                    ControlledFlux(
                        arm.label, t, o.text, g, one.less, one.more, *(getattr(one, name) for name in ENDS)
                    )
                    for t, g, row in zip(targets, group, found, strict=True)
                    for o, one in zip(asked, row, strict=True)
                ]
        answers: list[MemberControl] = crew.answers()
    rows = [
        row
        for arm, group, answer in zip(arms, groups, answers, strict=True)
        for row in _rows(arm.label, targets, group, answer)
    ]
    growth = tuple((arm.label, float(answer.growth[0])) for arm, answer in zip(arms, answers, strict=True))
    return Control(tuple(rows), growth, tuple(fluxes))


def _fluxes(prepared: Plan) -> tuple[Observable, ...]:
    """The observables behind growth, all of which have to be sums."""
    asked = prepared.observables[1:]
    problems = [
        Problem(
            "FM565", f"{o.text} is a ratio", cure="ask for its two fluxes: coefficients of a ratio subtract"
        )
        for o in asked
        if o.is_ratio
    ]
    if problems:
        raise DomainError(problems)
    return asked


def _groups(problem: Solved, targets: Sequence[str]) -> list[tuple[str, ...]]:
    """The limited catalysts of each target."""
    limited = [x.catalyst for x in problem.limited]
    catalysts = problem.resolved.model.all_catalysts
    found, problems = [], []
    for target in targets:
        group = tuple(
            name
            for name in limited
            if name == target
            or (name in catalysts and target in (*catalysts[name].rule.genes, *catalysts[name].reactions))
        )
        if not group:
            near = problem.resolved.model.suggest_gene(target)
            cure = near or "name a gene, a catalyst, or a reaction that has one"
            problems.append(Problem("FM531", f"nothing limits {target!r} here", cure=cure))
        found.append(group)
    if problems:
        raise DomainError(problems)
    return found


def _rows(
    condition: str, targets: Sequence[str], groups: Sequence[tuple[str, ...]], answer: MemberControl
) -> list[Controlled]:
    rows = []
    for k, (target, group) in enumerate(zip(targets, groups, strict=True)):
        point, members = answer.coefficients[0, k], answer.coefficients[1:, k]
        less, more = (None if np.isnan(x) else float(x) for x in point)
        grows = members[np.isfinite(members[:, 0]), 0]
        share = float(np.mean(grows >= COUNTS)) if grows.size else None
        spreads = spread(members[:, 0]), spread(members[:, 1])
        rows.append(Controlled(condition, target, group, less, more, *spreads, share))
    return rows
