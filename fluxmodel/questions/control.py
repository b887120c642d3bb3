"""control: on which enzymes and carriers does growth hang, before any dose is thought of?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from fluxmodel.analysis.control import ControlAsked, MemberControl
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.spread import Spread, spread
from fluxmodel.condition import Change
from fluxmodel.errors import DomainError, Problem
from fluxmodel.formalism import Problem as Solved
from fluxmodel.questions.arguments import items
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import ConditionRef, ModelRef, as_model
from fluxmodel.questions.plan import Plan, Settings, plan

if TYPE_CHECKING:
    import pandas as pd

#: What is asked where nothing else is.
TARGETS = ("GLS", "SLC1A5", "SLC7A11", "PC", "GOT1", "LDHA", "NADH2_u10mi", "translation")
#: A coefficient from which on a member counts as controlled: a tenth of the activity moves growth by half a
#: percent.
COUNTS = 0.05


@dataclass(frozen=True, slots=True)
class Controlled:
    """How much of growth hangs on one target in one condition.

    Attributes
    ----------
    condition, target : str
    catalysts : tuple of str
        What moves together.
    less, more : float or None
        Percent of growth lost per percent of the capacity taken away, and gained per percent added, at the
        point; None where the cell does not grow.
    less_members, more_members : Spread
        The same over the members that grow.
    share : float or None
        Share of these members in which it counts to take some away (0.05 and more).
    """

    condition: str
    target: str
    catalysts: tuple[str, ...]
    less: float | None
    more: float | None
    less_members: Spread
    more_members: Spread
    share: float | None


@dataclass(frozen=True)
class Control:
    """Control coefficients of growth, by condition and target.

    Attributes
    ----------
    rows : tuple of Controlled
    growth : tuple of (str, float)
        Growth at the point of each condition, 1/h.
    """

    rows: tuple[Controlled, ...]
    growth: tuple[tuple[str, float], ...]

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [
            {
                "condition": r.condition,
                "target": r.target,
                "catalysts": " ".join(r.catalysts),
                "less": r.less,
                "more": r.more,
                **{f"less_{k}": getattr(r.less_members, k) for k in ("median", "low", "high")},
                **{f"more_{k}": getattr(r.more_members, k) for k in ("median", "low", "high")},
                "members": r.less_members.members,
                "share": r.share,
            }
            for r in self.rows
        ]

    @property
    def table(self) -> pd.DataFrame:
        """One row per condition and target; columns as the fields of `Controlled`."""
        import pandas as pd

        frame: pd.DataFrame = pd.DataFrame(self.records())
        return frame

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {"schema": "fluxmodel.control/1", "growth": dict(self.growth), "rows": self.records()}


def control(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    targets: Iterable[str] = TARGETS,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
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
    solver, folders, members, seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        With every problem of the input; FM531 for a target that nothing limits.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.control(None, ["normoxia"], ["GLS", "translation"], members=4)
    >>> [(r.target, round(r.less, 3)) for r in found.rows]
    [('GLS', 0.0), ('translation', 1.0)]
    """
    how = Settings(
        observables=["growth"],
        solver=solver,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
    )
    network = as_model(model)
    plans = [plan(network, [c], changes, how, single=True) for c in conditions]
    return run_control(plans, items("targets", targets, str, "give genes, catalysts or reactions"))


def run_control(plans: Sequence[Plan], targets: Sequence[str], progress: Progress | None = None) -> Control:
    """Ask the arms of some plans."""
    arms = [arm for prepared in plans for arm in prepared.arms]
    solver, workers = plans[0].solver, plans[0].workers
    known = Untreated(solver)
    groups = [_groups(arm.problem, targets) for arm in arms]
    with Crew(sum(len(a.members) + 1 for a in arms), workers, progress) as crew:
        for arm, group in zip(arms, groups, strict=True):
            problem = known.settle(arm)
            point = point_limits(problem)[None]
            limits = arm.members.limits
            both = point if limits is None else np.concatenate([point, limits])
            crew.add(ControlAsked.of(problem, both, group, solver))
        answers: list[MemberControl] = crew.answers()
    rows = [
        row
        for arm, group, answer in zip(arms, groups, answers, strict=True)
        for row in _rows(arm.label, targets, group, answer)
    ]
    growth = tuple((arm.label, float(answer.growth[0])) for arm, answer in zip(arms, answers, strict=True))
    return Control(tuple(rows), growth)


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
