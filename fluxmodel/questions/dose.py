"""dose: what do rising doses of a drug, or of the loss of an enzyme, do to growth?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike

import numpy as np

from fluxmodel.analysis.doses import DosesAsked, MemberDoses
from fluxmodel.analysis.ensemble import Asked, MemberRanges
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.condition import Change
from fluxmodel.errors import ConditionError, DomainError, Problem
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.arguments import items, text
from fluxmodel.questions.changes import set_field
from fluxmodel.questions.curves import Asking, curve_of, windows_of
from fluxmodel.questions.dose_response import DoseResponse
from fluxmodel.questions.graded import (
    Graded,
    agent,
    default_doses,
    given_doses,
    graded,
    read_doses,
    unit_of,
)
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.plan import Checked, Settings

#: Shares of untreated growth whose doses are given; the first is the GI50.
LEVELS = (0.5, 0.9, 0.1)


def dose_response(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    of: str,
    doses: str | Iterable[str] | None = None,
    changes: Sequence[Change] = (),
    observables: Iterable[str] = (),
    solver: str = "glpk",
    *,
    against: str | None = None,
    levels: Sequence[float] = LEVELS,
    fraction: float | None = None,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> DoseResponse:
    """Growth against the dose of a drug, or the percentage by which something is inhibited.

    At the point the curve is exact: its pieces, and the dose that halves growth, come from tangents and not
    from a grid. Potencies are drawn from their ranges in the members of the cell, so that their spread is
    that of the cell and of the potency together. With another cell, each condition is compared with itself
    in that cell, dose by dose: how much more of its growth the one loses. Else the first condition is
    compared with each other one.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    conditions : sequence of str, path or Condition
    of : str
        A drug, gene, catalyst or reaction: ``CB-839``, ``GLS``.
    doses : str or iterable of str, optional
        ``"0, 10 nM, 1 uM"`` or ``"50 %, 90 %"``; around the potency if left out. Percentages of a drug are
        of its main targets.
    changes : sequence of Change
        What is done in every condition.
    observables : iterable of str
        What is reported with its interval at every dose.
    against : str, optional
        Another cell, in which every condition is asked as well: the one that should be spared.
    levels : sequence of float
        Shares of untreated growth whose doses are asked for; 0.5, the GI50, is always among them.
    solver, fraction, folders, members, seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    DoseResponse

    Raises
    ------
    InputError
        With every problem of the input: a drug without potency asks for percentages.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> low = fx.set_field("medium.cysi__L=0.05 mM")
    >>> found = fx.dose_response(None, ["normoxia"], "SLC7A11", "50%, 90%", [low], members=4)
    >>> curve = found.curves[0]
    >>> curve.catalysts, [round(r.ratio, 2) for r in curve.rows]
    (('SLC7A11_SLC3A2',), [1.0, 0.0])
    """
    how = Settings(
        observables=["growth", *items("observables", observables, str, "give texts such as ['flux(GLUNm)']")],
        fraction=fraction,
        solver=solver,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
    )
    return run_dose(model, conditions, of, doses, changes, how, against, levels)


def run_dose(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    of: str,
    doses: str | Iterable[str] | None,
    changes: Sequence[Change],
    how: Settings,
    against: str | None = None,
    levels: Sequence[float] = LEVELS,
    progress: Progress | None = None,
) -> DoseResponse:
    """Ask about doses with settings that are gathered; see `dose_response`."""
    checked = Checked.of(model, changes, how)
    network = checked.model
    asked = read_doses(doses) if doses is not None else ()
    change, stated = agent(network, text("of", of, "name a drug, gene, catalyst or reaction"), asked)
    if stated:
        cure = "name it alone, and its doses apart: --of CB-839 --doses '10 nM, 1 uM'"
        raise DomainError(Problem("FM570", f"{of}: an amount where doses vary", cure=cure))
    named = items("levels", levels, (int, float), "give shares of untreated growth, such as [0.5]")
    wanted = (0.5, *(x for x in dict.fromkeys(named) if x != 0.5))
    if wrong := [x for x in wanted if not 0 < x < 1]:
        cure = "give shares of untreated growth between 0 and 1, such as 0.5"
        raise DomainError(Problem("FM571", f"levels {wrong}", cure=cure))
    arms = checked.conditions(conditions)
    pairs = [(0, k) for k in range(1, len(arms))]
    if against is not None:
        pairs = [(k, k + len(arms)) for k in range(len(arms))]
        own = set_field(f"cell={against}")
        arms += [c.with_changes(own).replace(id=f"{c.id}_{against}") for c in arms]
    try:
        every = graded(checked, arms, [change], how.solver)
    except ConditionError as error:
        cure = "give percentages of its main target: --doses '50%, 90%'"
        raise ConditionError(
            replace(p, cure=cure) if p.code == "FM507" else p for p in error.problems
        ) from None
    plan = Asking(checked.observables([g.arm for g in every]), checked.constants, how.solver, how.workers)
    unit = unit_of(network, change)
    grids = [
        given_doses(asked, g.exposure.agents[0])
        if asked
        else default_doses(every[0].exposure, g.exposure.agents[0])
        for g in every
    ]
    answers = _ask(every, grids, wanted, plan, progress)
    curves = tuple(
        curve_of(g, grid, unit, wanted, answer, ranges, plan)
        for g, grid, (answer, ranges) in zip(every, grids, answers, strict=True)
    )
    said = [answer for answer, _ in answers]
    windows = [w for a, b in pairs for w in windows_of(every, curves, said, a, b)]
    return DoseResponse(curves, tuple(windows))


_Answer = tuple[MemberDoses, list[MemberRanges]]


def _ask(
    every: Sequence[Graded],
    grids: Sequence[Floats],
    levels: Sequence[float],
    plan: Asking,
    progress: Progress | None,
) -> list[_Answer]:
    """Curves of the point and the members, and the intervals at each dose if observables were asked for."""
    more = len(plan.observables) > 1
    expected = sum(len(g.limits) * (1 + (len(d) if more else 0)) for g, d in zip(every, grids, strict=True))
    with Crew(expected, plan.workers, progress) as crew:
        for g, grid in zip(every, grids, strict=True):
            crew.add(DosesAsked.of(g.problem, g.limits, g.exposure, grid, levels, g.shifts, plan.solver))
            for dose in grid.tolist() if more else ():
                crew.add(_intervals(g, dose, plan))
        answers = crew.answers()
    found, start = [], 0
    for grid in grids:
        n = 1 + (len(grid) if more else 0)
        found.append((answers[start], list(answers[start + 1 : start + n])))
        start += n
    return found


def _intervals(g: Graded, dose: float, plan: Asking) -> Asked:
    """The intervals of observables at one dose, asked of the point and of every member."""
    left = np.concatenate([g.exposure.left([[dose]], shift) for shift in g.shifts])
    return Asked.of(
        g.problem, g.left_of(g.limits, left), plan.observables, plan.constants.fraction, plan.solver
    )
