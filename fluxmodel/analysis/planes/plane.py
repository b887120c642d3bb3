"""Phase plane: growth over two dials, face by face, with what binds on each.

Demands come before growth. Where all of them and all loads are served, growth is concave in the dials, and
its surface is exact. Around it lies what can be lived in with loads unapplied, where growth is that of each
point and no surface is known, and what cannot be lived in. Patterns of directions that exclude each other
are left out: a choice between them is not concave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

import numpy as np

from fluxmodel.analysis.marks import Key, Marks
from fluxmodel.analysis.planes.dial import Dial, at_point, moving
from fluxmodel.analysis.serving import Served, Slack, all_served, grow, slacks_of
from fluxmodel.formalism.problem import GROWTH, Problem
from fluxmodel.lp import Program, Query, Stage, Want, open_session
from fluxmodel.lp.moving import Mover, Moving
from fluxmodel.lp.planes import MOST, surface
from fluxmodel.lp.polygons import area, middle
from fluxmodel.lp.sparse import Floats
from fluxmodel.lp.surface import Surface

#: A limit that moves growth by less than this, in percent per percent, does not bind.
LEAST_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Binds:
    """A limit that growth feels: kind and name as `explain` has them, and percent of growth per percent."""

    kind: str
    name: str
    share: float


@dataclass(frozen=True, eq=False)
class Face:
    """A part of the plane in which growth is affine.

    Attributes
    ----------
    polygon : ndarray, (corners, 2)
        In bound parameters.
    growth : ndarray, (corners,)
        1/h.
    slopes : (float, float)
        Of growth with respect to the bound parameters.
    binds : tuple of Binds
        What growth feels in the middle of it, strongest first.
    differs : float
        Largest difference, relative to the greatest growth of the plane, of the face from a program of its
        own in its middle, in which the dials are no columns.
    """

    polygon: Floats
    growth: Floats
    slopes: tuple[float, float]
    binds: tuple[Binds, ...]
    differs: float


@dataclass(frozen=True, eq=False)
class Plane:
    """Growth over two dials.

    Attributes
    ----------
    dials : (Dial, Dial)
    served : Surface
        Growth where all is served, in bound parameters.
    alive : Surface
        Where the cell lives; its value is 0.
    faces : tuple of Face
        Largest first.
    asked : int
        Linear programs in all.
    """

    dials: tuple[Dial, Dial]
    served: Surface[Any]
    alive: Surface[Any]
    faces: tuple[Face, ...]
    asked: int

    @property
    def whole(self) -> float:
        """Area of the rectangle of bound parameters."""
        return float(np.prod([d.end - d.start for d in self.dials]))

    @property
    def loads_unapplied(self) -> float:
        """Share of the plane that can be lived in only with loads unapplied."""
        return max(0.0, area(self.alive.feasible) - area(self.served.feasible)) / self.whole

    @property
    def not_viable(self) -> float:
        """Share of the plane in which the cell does not live."""
        return max(0.0, 1.0 - area(self.alive.feasible) / self.whole)

    def moves(self, k: int) -> bool:
        """Whether growth, or what can be served, depends on a dial anywhere."""
        dial = self.dials[k]
        top = max((float(f.growth.max()) for f in self.faces), default=0.0)
        steps = (abs(f.slopes[k]) * (dial.end - dial.start) for f in self.faces)
        cuts = (*self.served.cuts, *self.alive.cuts)
        other = self.dials[1 - k]
        wide, high = dial.end - dial.start, other.end - other.start
        felt = ((abs((c.x, c.y)[k]) * wide, abs((c.x, c.y)[1 - k]) * high) for c in cuts)
        return any(s > LEAST_SHARE * top for s in steps) or any(a > LEAST_SHARE * b for a, b in felt)


@dataclass(frozen=True, eq=False)
class Spot:
    """Growth at one point of a plane.

    Attributes
    ----------
    growth : float
        1/h; 0 where the cell is not viable, NaN where the inputs contradict each other.
    whole : bool
        Whether every demand and load is served.
    loads : bool
        Whether it is viable with loads unapplied.
    """

    growth: float
    whole: bool
    loads: bool


class Spots:
    """Asks a problem at points of a plane, one program each; use it as a context manager.

    Parameters
    ----------
    problem : Problem
    limits : ndarray, (n_limited,)
    dials : (Dial, Dial)
    engine : str
    """

    def __init__(self, problem: Problem, limits: Floats, dials: tuple[Dial, Dial], engine: str = "glpk"):
        self._problem, self._limits, self._dials = problem, limits, dials
        self._slacks = slacks_of(problem)
        self._marks: Marks | None = None
        # bounds of sums of columns are rows of their own, one for each dial at most
        spare = len(problem.program.stages) + 3
        self._session = open_session(problem.program, engine, spare=spare)

    def __enter__(self) -> Spots:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def at(self, t: Sequence[float]) -> Spot:
        """Growth at a point, given by its bound parameters."""
        found = self._grow(t, Want.NOTHING)
        return Spot(found.growth, found.whole, found.answer is not None and not found.whole)

    def binds(self, t: Sequence[float]) -> tuple[float, tuple[Binds, ...]]:
        """Growth at a point, and what it feels there, strongest first."""
        found = self._grow(t, Want.PRIMAL | Want.DUALS)
        if found.answer is None or not found.growth > 0:
            return found.growth, ()
        problem, limits = self._problem, self._limits
        names = [x.catalyst for x in problem.limited]
        for dial, value in zip(self._dials, t, strict=True):
            limits = dial.limits(limits, names, value)
        marks = self._marks = self._marks or Marks.of(problem)
        amount, _ = marks.pressure(problem.program, problem.places, limits, found.query, found.answer)
        shares: dict[Key, float] = dict(zip(marks.keys, (amount / found.growth).tolist(), strict=True))
        extra = iter(found.answer.extra_duals.tolist())
        for dial, value in zip(self._dials, t, strict=True):
            for pull in dial.own:
                key = ("bound", dial.axis.name)
                size = pull.constant + pull.slope * value
                if len(pull.terms) > 1 and pull.frees is None:
                    shares[key] = next(extra) * size / found.growth
                elif dial.axis.kind in ("upper", "lower"):
                    ((column, sign),) = pull.terms
                    dual = float(found.answer.reduced_costs[column])
                    felt = (dual > 0) == ((pull.side == "upper") == (sign > 0))
                    at_it = abs(float(found.answer.primal[column]) * sign - size) <= 1e-7 * max(1, abs(size))
                    if felt and at_it and shares.get(key) is None:
                        shares[key] = dual * size / sign / found.growth
        felt_by = [Binds(*key, share) for key, share in shares.items() if abs(share) > LEAST_SHARE]
        return found.growth, tuple(sorted(felt_by, key=lambda b: (-abs(b.share), b.name)))

    def _grow(self, t: Sequence[float], want: Want) -> Served:
        query = at_point(self._problem, self._limits, self._dials, t)
        return grow(self._session, self._slacks, query, want)


def follow(
    problem: Problem, limits: Floats, dials: tuple[Dial, Dial], engine: str = "glpk", most: int = MOST
) -> Plane:
    """Growth over two dials.

    Parameters
    ----------
    problem : Problem
    limits : ndarray, (n_limited,)
        What its catalysts can carry where the dials say nothing.
    dials : (Dial, Dial)
    engine : str
    most : int
        Programs after which each surface stops.
    """
    slacks = slacks_of(problem)
    levered, free = moving(problem, limits, dials)
    served = _growth(problem, slacks, levered, free, engine, most)
    alive = _alive(problem.program, slacks, levered, free, engine, most) if _short(served) else served
    top = max((float(served(*r.T).max()) for r in served.regions), default=0.0)
    faces, asked = [], served.asked + (alive.asked if alive is not served else 0)
    with Spots(problem, limits, dials, engine) as spots:
        for plane, region in zip(served.planes, served.regions, strict=True):
            center = middle(region)
            growth, binds = spots.binds(center.tolist())
            differs = abs(growth - plane(*center.tolist())) / top if top > 0 else abs(growth)
            slopes = plane.slope_x, plane.slope_y
            faces.append(Face(region, served(*region.T), slopes, binds, differs))
            asked += 1
    faces.sort(key=lambda f: -area(f.polygon))
    return Plane(dials, served, alive, tuple(faces), asked)


def _growth(
    problem: Problem, slacks: Sequence[Slack], levered: Moving, free: Query, engine: str, most: int
) -> Surface[Any]:
    """Growth where everything is served."""
    query = all_served(problem.program, slacks, free)
    with Mover(levered, problem.program.stage(GROWTH), query, engine) as mover:
        return surface(mover, levered.x, levered.y, most)


def _short(served: Surface[Any]) -> bool:
    """Whether a part of the rectangle is left out."""
    return bool(served.cuts) or not len(served.feasible)


def _alive(
    program: Program, slacks: Sequence[Slack], levered: Moving, free: Query, engine: str, most: int
) -> Surface[Any]:
    """Where every demand is served, whatever becomes of the loads."""
    needs = [s for s in slacks if not s.is_load]
    nothing = Stage("alive", np.zeros(program.n_columns))
    query = replace(all_served(program, needs, free), cost=None)
    with Mover(levered, nothing, query, engine) as mover:
        return surface(mover, levered.x, levered.y, most)
