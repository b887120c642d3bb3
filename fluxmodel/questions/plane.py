"""plane: growth over two parameters of a condition, with what binds where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import PathLike

import numpy as np

from fluxmodel.analysis.parallel import Progress, ask_members
from fluxmodel.analysis.planes.axis import Axis, parse_axes
from fluxmodel.analysis.planes.bands import Levels, band
from fluxmodel.analysis.planes.dial import Dial
from fluxmodel.analysis.planes.dials import dials_of
from fluxmodel.analysis.planes.levels import medium_levels, regulator_levels
from fluxmodel.analysis.planes.members import MemberShares, PlaneAsked
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.condition import Change, SetField, apply_changes, parse_set
from fluxmodel.errors import DomainError, Where
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import DEFAULT, Problem
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.arguments import folders_of, whole, wrong
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import Bench, Build, ConditionRef, ModelRef
from fluxmodel.questions.notes import notes_of
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.plane_banded import Banded
from fluxmodel.questions.plane_exact import Exact, exact
from fluxmodel.questions.plane_result import PhasePlane
from fluxmodel.questions.provenance import provenance

#: Levels of an axis that is not affine at most, and the gap at which no more are added, relative to the
#: greatest growth.
LEVELS, GAP = 17, 0.01
#: Points along each axis at which members are asked.
MEMBER_POINTS = 9


def phase_plane(
    model: ModelRef,
    condition: ConditionRef,
    x: str,
    y: str,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    thermo: bool = True,
    levels: int = LEVELS,
    loopless: bool = False,
    members: int | None = 0,
    seed: int = 1,
    workers: int | None = None,
) -> PhasePlane:
    """Growth over two parameters of a condition: exact regions, what binds in each, and its slopes.

    Growth is piecewise linear in everything that enters bounds in proportion. Its pieces are found exactly,
    without a grid, and are the same whatever else is asked. Patterns of directions that exclude each other
    (`thermo` of `predict`) are left out, because a choice between them has no slopes; where that makes a
    difference at the points that are sampled, a note says so.

    One of both may be a regulator or a concentration, which do not move bounds in proportion: growth is exact
    at some levels of it, and lies within bounds between them; `gap` is their greatest distance.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    condition : str, path or Condition
    x, y : str
        What is varied, and how far: ``GLS=0..100%`` (a gene, catalyst, reaction or drug loses that much of
        its activity), ``oxygen=0..21%`` or ``oxygen=0..2 mmol/gDW/h``, ``uptake(gln__L)=0..0.5``,
        ``upper(PDHm)=0..1`` and ``lower(...)``, ``translation=0..100%``, ``pool=0..0.3``; ``ATF4=0..1`` or
        ``medium(gln__L)=0..2 mM`` for one of both.
    changes : sequence of Change
        What is done besides.
    solver, formalism, folders, thermo
        As in `fluxmodel.questions.predict.predict`.
    levels : int
        Levels of an axis that does not move bounds in proportion, at most; 2 or more.
    loopless : bool
        Whether it is looked for loops at points of the plane: a note says where growth is reached without
        any, and how much lower it is where bounds force them. Both axes have to move bounds in proportion.
    members : int, optional
        How many members of the cell's ensemble are asked at the points of a coarse grid, whether they live
        and whether they keep half of their growth: `PhasePlane.members`. None is all of them.
    seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    PhasePlane

    Raises
    ------
    InputError
        With every problem of the input; FM550 to FM556 for the axes.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.phase_plane(None, "normoxia", "SLC7A11=0..100%", "uptake(gln__L)=0..0.5")
    >>> [(r.name, round(r.share, 2)) for r in found.regions][:2]
    [('protein synthesis', 0.69), ('demand GSH_turnover + SLC7A11_SLC3A2 + OPAH', 0.14)]
    >>> found.at(95, 0.3).region, round(found.at(0, 0.01).growth, 4)
    ('not viable', 0.0127)
    """
    how = Settings(
        observables=["growth"],
        solver=solver,
        formalism=formalism,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
        thermo=thermo,
    )
    axes = parse_axes(x, y)
    whole("levels", levels, 2, "give a whole number from 2 on: 17 are usual")
    if not isinstance(loopless, bool):
        raise wrong("loopless", loopless, "give True or False")
    asked = plan(model, [condition], changes, how, single=True)
    return run_plane(asked, axes, levels, folders, loopless)


def run_plane(
    prepared: Plan,
    axes: tuple[Axis, Axis],
    levels: int = LEVELS,
    folders: Sequence[str | PathLike[str]] = (),
    loopless: bool = False,
    progress: Progress | None = None,
) -> PhasePlane:
    """Ask the one arm of a plan; `folders` are those in which the media of other levels are looked up."""
    (arm,) = prepared.arms
    solver = prepared.solver
    problem = Untreated(solver).feasible(arm)
    dials = dials_of(axes, problem, apply_changes(arm.condition), arm.cell)
    limits = arm.members.limits
    if not all(axis.affine for axis in axes):
        over = axes[1 if axes[0].affine else 0].title
        wishes = (
            ("members", limits is not None, "ask the point alone: members = 0"),
            ("loopless", loopless, "leave it out"),
        )
        if found := [(name, cure) for name, wished, cure in wishes if wished]:
            raise DomainError(Finding("FM558", f"{n} cannot be asked over {over}", cure=c) for n, c in found)
    source: Exact | Banded
    if all(axis.affine for axis in axes):
        source = exact(problem, limits_of(problem), dials, solver, loopless)
        gap, asked = 0.0 if source.roof is None else source.roof.gap, source.plane.asked
    else:
        across = 1 if axes[0].affine else 0
        at = _levels(axes[across], prepared, problem, folders)
        monotone = axes[across].kind == "medium"
        source = Banded(band(at, dials, across, monotone, solver, GAP, levels), solver)
        gap, asked = source.bands.gap, source.bands.asked
    with Analyst(problem, solver) as analyst:
        own = analyst.state()
    regions, more = source.regions()
    notes = (*notes_of(arm), *(n for d in dials for n in d.notes), *_notes(problem), *source.notes())
    return PhasePlane(
        arm.label,
        *axes,
        regions,
        own.optimum if own.outcome in (Outcome.OPTIMAL, Outcome.NONVIABLE) else float("nan"),
        gap,
        asked + more,
        tuple(dict.fromkeys(notes)),
        provenance(arm.condition, problem, own, prepared.constants),
        members=None if limits is None else _shares(prepared, problem, limits, dials, progress),
        source=source,
    )


def _shares(
    prepared: Plan, problem: Problem, limits: Floats, dials: tuple[Dial, Dial], progress: Progress | None
) -> MemberShares:
    """What the members say at the points of a grid."""
    x, y = (np.linspace(d.axis.low, d.axis.high, MEMBER_POINTS) for d in dials)
    t, u = np.meshgrid(*(d.bound(v) for d, v in zip(dials, (x, y), strict=True)))
    points = np.column_stack([t.ravel(), u.ravel()])
    asked = PlaneAsked.of(problem, dials, points, limits, prepared.solver)
    (found,) = ask_members([asked], prepared.workers, progress)
    return MemberShares.of(found, x, y)


def _levels(axis: Axis, prepared: Plan, problem: Problem, folders: Sequence[str | PathLike[str]]) -> Levels:
    """The problems along an axis that is not affine."""
    (arm,) = prepared.arms
    if axis.kind == "regulator":
        return regulator_levels(axis, problem, arm.expression)
    resolved = problem.resolved
    how = Build(problem.formalism, resolved.gene_rules_only, members=0, thermo=resolved.thermo)
    bench = Bench(prepared.model, folders_of(folders), how)

    def build(text: str) -> tuple[Problem, Floats]:
        # a level is no flag: it replaces what a flag of the question says of the same concentration
        level: SetField = replace(parse_set(text), where=Where(axis.text))
        own = Untreated(prepared.solver).settle(bench.arm(arm.condition, [level]))
        return own, limits_of(own)

    return medium_levels(axis, problem, build)


def limits_of(problem: Problem) -> Floats:
    """What each limited catalyst can carry; nothing under a formalism that limits none by itself."""
    return point_limits(problem) if problem.limited else np.zeros(0)


def _notes(problem: Problem) -> Iterator[str]:
    """What is said of every plane."""
    resolved = problem.resolved
    if resolved.objective != resolved.model.biomass:
        yield f"what is shown as growth is {resolved.objective}, the objective of the condition"
