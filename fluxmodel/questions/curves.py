"""From what the point and the members answer to curves, their pieces, and windows between two of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from fluxmodel.analysis.course import Course
from fluxmodel.analysis.doses import MemberDoses, OneMember
from fluxmodel.analysis.ensemble import Asked, MemberRanges
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.spread import envelope, spread
from fluxmodel.analysis.verdict import Constants
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.dose_response import (
    AtDose,
    Curve,
    Interval,
    Piece,
    Reached,
    Window,
)
from fluxmodel.questions.graded import (
    Graded,
    binding,
    in_unit,
)

#: How much more of its growth one condition has to lose for a window to count.
WINDOW = 0.1
#: Growth under patterns of directions that differs by more than this, relative, is said.
_DIFFERS = 1e-6


@dataclass(frozen=True, slots=True)
class Asking:
    """What is reported, and who solves it."""

    observables: tuple[Observable, ...]
    constants: Constants
    solver: str
    workers: int | None


def curve_of(
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
        (*g.notes, *_patterns(g, grid, answer, plan), *_rising(rows)),
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


def _rising(rows: Sequence[AtDose]) -> list[str]:
    """Whether some dose makes the point grow faster."""
    most = max((r.ratio for r in rows if r.ratio is not None), default=0.0)
    if most <= 1 + _DIFFERS:
        return []
    return [
        f"growth rises to {100 * most:.4g} % with the dose: what it hits runs whether it is needed or not, "
        "and what that takes is spared"
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


def windows_of(
    every: Sequence[Graded], curves: Sequence[Curve], answers: Sequence[MemberDoses], a: int, b: int
) -> list[Window]:
    """One condition against another, dose by dose."""
    found = []
    losses = [_losses(answers[n]) for n in (a, b)]
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
