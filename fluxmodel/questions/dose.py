"""dose: what do rising doses of a drug, or of the loss of an enzyme, do to growth?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from os import PathLike

import numpy as np

from fluxmodel.analysis.course import Course
from fluxmodel.analysis.doses import DosesAsked, MemberDoses, OneMember
from fluxmodel.analysis.ensemble import Asked, MemberRanges
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.spread import envelope, spread
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change, Condition
from fluxmodel.errors import DomainError, Problem
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.arguments import items, text
from fluxmodel.questions.changes import set_field
from fluxmodel.questions.dose_response import (
    AtDose,
    Curve,
    DoseResponse,
    Interval,
    Piece,
    Reached,
    Window,
)
from fluxmodel.questions.graded import (
    Graded,
    agent,
    binding,
    default_doses,
    given_doses,
    graded,
    in_unit,
    read_doses,
    unit_of,
)
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.plan import CONDITIONS, Checked, Settings

#: Shares of untreated growth whose doses are given; the first is the GI50.
LEVELS = (0.5, 0.9, 0.1)
#: How much more of its growth one condition has to lose for a window to count.
WINDOW = 0.1
#: Growth under patterns of directions that differs by more than this, relative, is said.
_DIFFERS = 1e-6


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
    that of the cell and of the potency together. With several conditions, the first is compared with each
    other one, dose by dose: of a tumour and a normal cell that is the therapeutic window.

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
        observables=["growth", *observables],
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
    network, bench = checked.model, checked.bench
    asked = read_doses(doses) if doses is not None else ()
    change, stated = agent(network, text("of", of, "name a drug, gene, catalyst or reaction"), asked)
    if stated:
        cure = "name it alone, and its doses apart: --of CB-839 --doses '10 nM, 1 uM'"
        raise DomainError(Problem("FM570", f"{of}: an amount where doses vary", cure=cure))
    wanted = (0.5, *(x for x in dict.fromkeys(levels) if x != 0.5))
    if wrong := [x for x in wanted if not 0 < x < 1]:
        cure = "give shares of untreated growth between 0 and 1, such as 0.5"
        raise DomainError(Problem("FM571", f"levels {wrong}", cure=cure))
    refs = items("conditions", conditions, (str, PathLike, Condition), CONDITIONS)
    arms = [bench.condition(ref) for ref in refs]
    pairs = [(0, k) for k in range(1, len(arms))]
    if against is not None:
        pairs = [(k, k + len(arms)) for k in range(len(arms))]
        own = set_field(f"cell={against}")
        arms += [c.with_changes(own).replace(id=f"{c.id}_{against}") for c in arms]
    every = graded(checked, arms, [change], how.solver)
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
        _curve(g, grid, unit, wanted, answer, ranges, plan)
        for g, grid, (answer, ranges) in zip(every, grids, answers, strict=True)
    )
    windows = [w for a, b in pairs for w in _windows(every, curves, answers, a, b)]
    return DoseResponse(curves, tuple(windows))


@dataclass(frozen=True, slots=True)
class Asking:
    """What is reported, and who solves it."""

    observables: tuple[Observable, ...]
    constants: Constants
    solver: str
    workers: int | None


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


def _curve(
    g: Graded,
    grid: Floats,
    unit: str,
    levels: Sequence[float],
    answer: MemberDoses,
    ranges: Sequence[MemberRanges],
    plan: Asking,
) -> Curve:
    own = g.exposure.agents[0]
    course = _course(g, plan.solver)
    untreated = float(answer.untreated[0])
    grows = answer.untreated[1:] > GROWTH_TOLERANCE
    share = np.where(grows[:, None], answer.growth[1:] / np.where(grows, answer.untreated[1:], 1)[:, None],
                     np.nan)  # fmt: skip
    left, shown = g.exposure.left(grid[:, None]), in_unit(grid, own, unit)
    rows = tuple(
        AtDose(
            float(shown[k]),
            tuple(zip(g.exposure.catalysts, left[k].tolist(), strict=True)),
            float(answer.growth[0, k]),
            float(answer.growth[0, k]) / untreated if untreated > GROWTH_TOLERANCE else None,
            spread(share[:, k]),
            float(np.mean(answer.growth[1:][grows, k] == 0)) if grows.any() else None,
            _shown(ranges[k], plan) if ranges else (),
        )
        for k in range(len(grid))
    )
    reached = tuple(
        Reached(
            level,
            _finite(in_unit(answer.reached[:1, k], own, unit)[0]),
            spread(np.where(np.isinf(x := in_unit(answer.reached[1:, k], own, unit)), np.nan, x)),
            float(np.mean(np.isfinite(answer.reached[1:, k][grows]))) if grows.any() else None,
        )
        for k, level in enumerate(levels)
    )
    end = None if course.end >= 1 else float(in_unit(g.exposure.doses(own.name, [course.end]), own, unit)[0])
    return Curve(
        g.arm.label,
        own.name,
        unit,
        g.exposure.catalysts,
        tuple(_potency(g, unit)),
        untreated,
        rows,
        tuple(_pieces(g, course, unit, plan.solver)),
        end if end is None or math.isfinite(end) else 0.0,
        reached,
        (*g.notes, *_patterns(g, grid, answer, plan)),
        g.unverified,
    )


def _finite(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def _course(g: Graded, solver: str) -> Course:
    with Responder(Movable.of(g.problem, g.exposure.catalysts), solver) as responder:
        return OneMember(responder, g.limits[0], g.exposure).course


def _shown(found: MemberRanges, plan: Asking) -> tuple[Interval, ...]:
    rows = []
    point = replace(found, growth=found.growth[1:], low=found.low[1:], high=found.high[1:])
    for k, observable in enumerate(plan.observables):
        if observable.text == "growth":
            continue
        low, high = (_finite(x[0, k]) for x in (found.low, found.high))
        rows.append(
            Interval(observable.text, observable.unit, low, high, *envelope(point, k, is_growth=False))
        )
    return tuple(rows)


def _potency(g: Graded, unit: str) -> list[str]:
    """The potencies that doses were read with, one line for each action."""
    found: dict[str, str] = {}
    agent = g.exposure.agents[0]
    for b in g.exposure.binders(agent.name):
        low, value, high = in_unit(np.array([b.low, b.potency, b.high]), agent, unit)
        ends = f" ({low:.3g} to {high:.3g})" if b.ranged else ""
        slope = f", Hill {b.hill:g}" if b.hill != 1 else ""
        found[b.action] = f"{b.action}: half at {value:.3g} {unit}{ends}{slope}"
    return list(found.values())


def _pieces(g: Graded, course: Course, unit: str, solver: str) -> list[Piece]:
    """The pieces at the point, with what binds in the middle of each."""
    if not course.pieces:
        return []
    agent = g.exposure.agents[0]
    middles = (course.breaks[:-1] + course.breaks[1:]) / 2
    binds = binding(g, g.exposure.doses(agent.name, middles)[:, None], solver)
    doses = in_unit(g.exposure.doses(agent.name, course.breaks), agent, unit)
    ends = course(course.breaks)
    taken = np.abs(np.diff(course.path(course.breaks), axis=0)).max(axis=1)
    return [
        Piece(
            float(start),
            float(end),
            (float(ends[k]), float(ends[k + 1])),
            float(ends[k + 1] - ends[k]) / (100 * float(taken[k])) if taken[k] > 0 else 0.0,
            binds[k],
        )
        for k, (start, end) in enumerate(pairwise(doses.tolist()))
    ]


def _patterns(g: Graded, grid: Floats, answer: MemberDoses, plan: Asking) -> list[str]:
    """Whether directions that exclude each other, which the curve leaves out, matter at the point."""
    if not g.problem.resolved.patterns:
        return []
    limits = g.left_of(np.tile(g.limits[0], (len(grid), 1)), g.exposure.left(grid[:, None]))
    exact = Asked.of(g.problem, limits, (), 1.0, plan.solver).answer().growth
    lost = np.nanmax(answer.growth[0] - exact, initial=0.0)
    if lost <= _DIFFERS * max(float(answer.untreated[0]), 1e-12):
        return []
    return [
        f"directions that exclude each other, which the curve leaves out, lower growth by up to {lost:.3g}"
    ]


def _windows(
    every: Sequence[Graded], curves: Sequence[Curve], answers: Sequence[_Answer], a: int, b: int
) -> list[Window]:
    """One condition against another, dose by dose."""
    found = []
    losses = [_losses(answers[n][0]) for n in (a, b)]
    pedigrees = [every[n].arm.members.pedigree for n in (a, b)]
    same = pedigrees[0] is not None and pedigrees[0] == pedigrees[1]
    for k, (of, against) in enumerate(zip(curves[a].rows, curves[b].rows, strict=True)):
        one, two = losses[0][1:, k], losses[1][1:, k]
        gains = one - two if same else (one[:, None] - two[None]).ravel()
        known = gains[np.isfinite(gains)]
        value = None if of.ratio is None or against.ratio is None else against.ratio - of.ratio
        share = float(np.mean(known >= WINDOW)) if known.size else None
        labels = curves[a].condition, curves[b].condition
        found.append(Window(*labels, of.dose, value, spread(gains), share))
    return found


def _losses(answer: MemberDoses) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = 1.0 - answer.growth / answer.untreated[:, None]
    found[~(answer.untreated > GROWTH_TOLERANCE)] = np.nan
    return found
