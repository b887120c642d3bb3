"""A phase plane whose axes both move bounds in proportion: its surface, its regions, what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.planes.dial import Dial, at_point
from fluxmodel.analysis.planes.loops import LoopCheck, check_loops
from fluxmodel.analysis.planes.picture import pictured, rest_of
from fluxmodel.analysis.planes.plane import LEAST_SHARE, Plane, Spots, follow
from fluxmodel.analysis.solve import Analyst
from fluxmodel.formalism import Problem
from fluxmodel.lp.enclosure import Bounds, enclose
from fluxmodel.lp.polygons import area, middle
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.plane_result import DEAD, GROWS, UNAPPLIED, PlaneRegion, name_of

#: Points at which growth is compared with that of the full problem, with patterns of directions.
SAMPLES = 4
#: What counts as a difference of two growth rates, relative to the greatest one of a plane.
AGREE = 1e-6
#: Faces in whose middle it is looked for loops.
LOOKED = 12
#: Regions smaller than this share of the plane are left out.
LEAST_AREA = 1e-9


@dataclass(frozen=True, eq=False)
class Exact:
    """The surface of a plane whose axes both move bounds in proportion, and what answers off it."""

    plane: Plane
    problem: Problem
    limits: Floats
    solver: str
    roof: Bounds | None = None  # where the search was stopped
    loops: LoopCheck | None = None

    def values(self, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Growth at points (arrays of one shape), and between what it lies."""
        t, u = (d.bound(v) for d, v in zip(self.plane.dials, (x, y), strict=True))
        growth = self.plane.served(t, u)
        alive = self.plane.alive.inside(t, u)
        growth[np.isnan(growth) & ~alive] = 0.0
        left = np.argwhere(np.isnan(growth))
        if len(left):  # no surface is known there: each point is a program
            with Spots(self.problem, self.limits, self.plane.dials, self.solver) as spots:
                for place in map(tuple, left.tolist()):
                    growth[place] = spots.at((float(t[place]), float(u[place]))).growth
        low = growth
        if self.roof is not None:
            under = self.roof.lower(t, u)
            low = np.where(np.isnan(self.plane.served(t, u)), growth, np.where(np.isnan(under), 0.0, under))
        return growth, low, growth

    def regions(self) -> tuple[tuple[PlaneRegion, ...], int]:
        """The regions in the units of the axes, and the programs that it took to describe them."""
        return regions_of(self)

    def notes(self) -> Iterator[str]:
        """What the plane itself calls for."""
        return notes_on(self)


def exact(
    problem: Problem, limits: Floats, dials: tuple[Dial, Dial], solver: str, loopless: bool = False
) -> Exact:
    """Follow growth over two dials; `loopless` says whether it is looked for loops."""
    found = follow(problem, limits, dials, solver)
    loops = None
    if loopless:
        points = [(float(x), float(y)) for x, y in (middle(f.polygon) for f in found.faces[:LOOKED])]
        loops = check_loops(problem, limits, dials, points, solver)
    roof = None if found.served.exact else enclose(found.served)
    return Exact(found, problem, limits, solver, roof, loops)


def regions_of(source: Exact) -> tuple[tuple[PlaneRegion, ...], int]:
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


def notes_on(source: Exact) -> Iterator[str]:
    """What the plane itself calls for."""
    found, problem = source.plane, source.problem
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
    if source.loops is not None:
        yield _loops(source.loops)
    if problem.resolved.patterns:
        yield _patterns(source)


def _loops(found: LoopCheck) -> str:
    """Whether growth is reached without loops."""
    said = f"at {found.reached} of {found.points} sampled points the same growth is reached without loops"
    lower = [x for x in found.looped if x.lowers]
    known = [x.growth - x.without for x in lower if x.without is not None]
    if known:
        said += f"; elsewhere it is lower by up to {max(known):.3g} 1/h"
    if unknown := len(lower) - len(known):
        said += f"; at {unknown} of them nothing without loops was found"
    return said


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
