"""plane: growth over two parameters of a condition, with what binds where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import PathLike

import numpy as np

from fluxmodel.analysis.plane import LEAST_SHARE, Spots, follow
from fluxmodel.analysis.plane_axis import Axis, parse_axes
from fluxmodel.analysis.plane_dial import Dial, at_point
from fluxmodel.analysis.plane_dials import dials_of
from fluxmodel.analysis.plane_picture import pictured, rest_of
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.condition import Change, apply_changes
from fluxmodel.formalism import DEFAULT
from fluxmodel.lp.enclosure import enclose
from fluxmodel.lp.polygons import area, middle
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.notes import notes_of
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.plane_result import DEAD, GROWS, UNAPPLIED, Exact, PhasePlane, PlaneRegion, name_of
from fluxmodel.questions.provenance import provenance

#: Points at which growth is compared with that of the full problem, with patterns of directions.
SAMPLES = 4
#: What counts as a difference of two growth rates, relative to the greatest one of a plane.
AGREE = 1e-6
#: Regions smaller than this share of the plane are left out.
LEAST_AREA = 1e-9


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
) -> PhasePlane:
    """Growth over two parameters of a condition: exact regions, what binds in each, and its slopes.

    Growth is piecewise linear in everything that enters bounds in proportion. Its pieces are found exactly,
    without a grid, and are the same whatever else is asked. Patterns of directions that exclude each other
    (`thermo` of `predict`) are left out, because a choice between them has no slopes; where that makes a
    difference at the points that are sampled, a note says so.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    condition : str, path or Condition
    x, y : str
        What is varied, and how far: ``GLS=0..100%`` (a gene, catalyst, reaction or drug loses that much of
        its activity), ``oxygen=0..21%`` or ``oxygen=0..2 mmol/gDW/h``, ``uptake(gln__L)=0..0.5``,
        ``upper(PDHm)=0..1`` and ``lower(...)``, ``translation=0..100%``, ``pool=0..0.3``.
    changes : sequence of Change
        What is done besides.
    solver, formalism, folders, thermo
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
    [('protein synthesis', 0.71), ('demand GSH_turnover + SLC7A11_SLC3A2 + CHAC1', 0.13)]
    >>> found.at(95, 0.3).region, round(found.at(0, 0.01).growth, 4)
    ('not viable', 0.021)
    """
    how = Settings(
        observables=["growth"],
        solver=solver,
        formalism=formalism,
        folders=folders,
        members=0,
        thermo=thermo,
    )
    axes = parse_axes(x, y)
    return run_plane(plan(model, [condition], changes, how, single=True), axes)


def run_plane(prepared: Plan, axes: tuple[Axis, Axis]) -> PhasePlane:
    """Ask the one arm of a plan."""
    (arm,) = prepared.arms
    problem = Untreated(prepared.solver).settle(arm)
    limits = point_limits(problem) if problem.limited else np.zeros(0)
    dials = dials_of(axes, problem, apply_changes(arm.condition), arm.cell)
    found = follow(problem, limits, dials, prepared.solver)
    roof = None if found.served.exact else enclose(found.served)
    source = Exact(found, problem, limits, prepared.solver, roof)
    with Analyst(problem, prepared.solver) as analyst:
        own = analyst.state()
    regions, asked = _regions(source)
    notes = (*notes_of(arm), *(n for d in dials for n in d.notes), *_notes(source))
    growth = own.optimum if own.outcome in (Outcome.OPTIMAL, Outcome.NONVIABLE) else float("nan")
    return PhasePlane(
        arm.label,
        *axes,
        regions,
        growth,
        0.0 if roof is None else roof.gap,
        found.asked + asked,
        tuple(dict.fromkeys(notes)),
        provenance(arm.condition, problem, own, prepared.constants),
        source=source,
    )


def _regions(source: Exact) -> tuple[tuple[PlaneRegion, ...], int]:
    """The regions in the units of the axes, and the programs that it took."""
    found, dials = source.plane, source.plane.dials
    x, y = (d.axis for d in dials)
    whole = (x.high - x.low) * (y.high - y.low)
    top = max((float(f.growth.max()) for f in found.faces), default=0.0)
    made = []
    for face in found.faces:
        polygon = pictured(dials, face.polygon)
        by_x, by_y = (
            d.slope(s) if abs(s) * (d.end - d.start) > LEAST_SHARE * top else 0.0
            for d, s in zip(dials, face.slopes, strict=True)
        )
        ends = float(face.growth.min()), float(face.growth.max())
        share = area(polygon) / whole
        if share > LEAST_AREA or len(found.faces) == 1:
            name = name_of(face.binds)
            made.append(PlaneRegion(GROWS, name, face.binds, *ends, by_x, by_y, share, (_corners(polygon),)))
    made.sort(key=lambda r: -r.share)
    asked = 0
    if found.loads_unapplied > LEAST_AREA:
        pieces = rest_of(dials, found.alive.feasible, found.served.feasible)
        values = _sampled(source, pieces)
        asked += len(values)
        made.append(_outer(UNAPPLIED, dials, pieces, whole, min(values), max(values)))
    if found.not_viable > LEAST_AREA:
        pieces = rest_of(dials, None, found.alive.feasible)
        made.append(_outer(DEAD, dials, pieces, whole, 0.0, 0.0))
    return tuple(made), asked


def _outer(
    kind: str, dials: tuple[Dial, Dial], pieces: Sequence[Floats], whole: float, low: float, high: float
) -> PlaneRegion:
    """A region in which growth is not affine."""
    polygons = [pictured(dials, piece) for piece in pieces]
    share = sum(map(area, polygons)) / whole
    return PlaneRegion(kind, kind, (), low, high, None, None, share, tuple(map(_corners, polygons)))


def _sampled(source: Exact, pieces: Sequence[Floats]) -> list[float]:
    """Growth at corners and middles of pieces."""
    points = {tuple(p) for piece in pieces for p in [*piece.tolist(), middle(piece).tolist()]}
    with Spots(source.problem, source.limits, source.plane.dials, source.solver) as spots:
        return [spots.at(p).growth for p in sorted(points)]


def _corners(polygon: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((float(a), float(b)) for a, b in polygon)


def _notes(source: Exact) -> Iterator[str]:
    """What the plane itself calls for."""
    found, problem = source.plane, source.problem
    resolved = problem.resolved
    if resolved.objective != resolved.model.biomass:
        yield f"what is shown as growth is {resolved.objective}, the objective of the condition"
    for k, dial in enumerate(found.dials):
        if not found.moves(k):
            yield f"growth does not depend on {dial.axis.title} anywhere in this plane"
    if (roof := source.roof) is not None:
        yield (
            f"the search stopped after {found.served.asked} programs: growth is an upper bound, too high by "
            f"at most {roof.gap:.2g} 1/h in {roof.covered:.1%} of what can be served"
        )
    if (worst := max((f.differs for f in found.faces), default=0.0)) > AGREE:
        yield f"programs of their own differ from the regions by up to {worst:.1e} of the greatest growth"
    if found.loads_unapplied > LEAST_AREA:
        yield (
            f"{UNAPPLIED}: in {found.loads_unapplied:.1%} of the bounds not every load can be applied, and "
            "growth is no plane there; a cell does not die of that"
        )
    if resolved.patterns:
        yield _patterns(source)


def _patterns(source: Exact) -> str:
    """Whether choices between directions, which no surface knows, make a difference."""
    found, problem = source.plane, source.problem
    top = max((float(f.growth.max()) for f in found.faces), default=0.0)
    points = [middle(f.polygon).tolist() for f in found.faces[:SAMPLES]]
    worst = 0.0
    for point in points:
        query = at_point(problem, source.limits, found.dials, point)
        if query.extras:
            continue
        p = problem.program
        fixed = {n: getattr(query, n) for n in ("col_lower", "col_upper", "row_lower", "row_upper")}
        own = replace(problem, program=p.replace(**{n: b for n, b in fixed.items() if b is not None}))
        with Analyst(own, source.solver) as analyst:
            worst = max(worst, abs(analyst.state().optimum - float(found.served(*point))))
    said = "choices between directions that exclude each other are left out"
    if worst > AGREE * max(top, AGREE):
        return f"{said}: with them growth is lower by up to {worst:.3g} 1/h where it was sampled"
    return f"{said}: they made no difference at the {len(points)} points that were sampled"
