"""Doses of one agent, asked of every member of a cell: growth at each, and the dose that halves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.course import Course, Path, follow
from fluxmodel.analysis.response import Movable, Responder, Response
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats
from fluxmodel.pharmacology import Exposure

#: How closely a dose is enclosed where a demand is not served, so that growth has no tangents: as a share of
#: what the agent hits most.
_NEAR = 1e-4
#: Factors that differ by less than this from those of a straight path are on it.
_STRAIGHT = 1e-12

Shifts = tuple[FrozenMap[str, float], ...]


@dataclass(frozen=True, eq=False)
class MemberDoses:
    """What members say of doses.

    Attributes
    ----------
    untreated : ndarray, (members,)
        Growth without the agent, 1/h.
    growth : ndarray, (members, doses)
        1/h; 0 where a member is not viable.
    reached : ndarray, (members, levels)
        The least dose at which growth is no more than a share of the untreated one, in the unit of the
        agent; infinite where no dose does it, NaN where the member does not grow anyway.
    """

    untreated: Floats
    growth: Floats
    reached: Floats

    def __len__(self) -> int:
        return len(self.untreated)

    @classmethod
    def joined(cls, parts: Sequence[MemberDoses]) -> MemberDoses:
        """Parts of the members, put together in their order."""
        return cls(
            *(np.concatenate([getattr(p, x) for p in parts]) for x in ("untreated", "growth", "reached"))
        )


@dataclass(frozen=True, eq=False)
class DosesAsked:
    """What members are asked about the doses of one agent; another process can be asked.

    Attributes
    ----------
    movable : Movable
        Of the catalysts of the exposure, in their order.
    limits : ndarray, (members, n_limited)
        Without the agent.
    exposure : Exposure
        Of one agent.
    doses : ndarray, (doses,)
        In its unit, mM or percent.
    levels : tuple of float
        Shares of untreated growth.
    shifts : tuple of mapping
        Factors on potencies in each member; none if there are none.
    engine : str
    """

    movable: Movable
    limits: Floats
    exposure: Exposure
    doses: Floats
    levels: tuple[float, ...] = (0.5,)
    shifts: Shifts = ()
    engine: str = "glpk"

    @classmethod
    def of(
        cls,
        problem: Problem,
        limits: Floats,
        exposure: Exposure,
        doses: Floats,
        levels: Sequence[float] = (0.5,),
        shifts: Shifts = (),
        engine: str = "glpk",
    ) -> DosesAsked:
        """Ask the members of a problem in which the agent is absent."""
        movable = Movable.of(problem, exposure.catalysts)
        return cls(movable, limits, exposure, doses, tuple(levels), shifts, engine)

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> DosesAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members], shifts=self.shifts[members])

    def answer(self) -> MemberDoses:
        """What every member says."""
        n = len(self)
        untreated, growth = np.full(n, np.nan), np.full((n, len(self.doses)), np.nan)
        reached = np.full((n, len(self.levels)), np.nan)
        with Responder(self.movable, self.engine) as responder:
            for m, limits in enumerate(self.limits):
                one = OneMember(responder, limits, self.exposure, self.shifts[m] if self.shifts else None)
                untreated[m] = one.untreated
                growth[m] = one.growth(self.doses)
                reached[m] = [one.reaches(level * one.untreated) for level in self.levels]
        return MemberDoses(untreated, growth, reached)


class OneMember:
    """The doses of an agent in one member: its course, and what lies behind the end of it.

    Parameters
    ----------
    responder : Responder
        Of the catalysts of the exposure.
    limits : ndarray, (n_limited,)
    exposure : Exposure
        Of one agent.
    shifts : mapping of action to float, optional
        Factors on potencies.
    """

    def __init__(
        self,
        responder: Responder,
        limits: Floats,
        exposure: Exposure,
        shifts: FrozenMap[str, float] | None = None,
    ) -> None:
        self.responder, self.limits = responder, limits
        self.exposure, self.shifts = exposure, shifts
        self.path, straight = path_of(exposure, shifts)
        self.course: Course = follow(responder, limits, self.path, straight)
        self.untreated = self.course.pieces[0].growth if self.course.pieces else self._at(0.0)

    def growth(self, doses: Floats) -> Floats:
        """Growth at doses in the unit of the agent, 1/h."""
        agent = self.exposure.agents[0].name
        found = self.course(self.exposure.shares(agent, doses, self.shifts))
        behind = np.flatnonzero(np.isnan(found))  # not every demand is served there
        dead = False
        for k in behind[np.argsort(doses[behind])].tolist():  # what is short only grows with the dose
            if not dead:
                said = self._respond(self.exposure.left(doses[k : k + 1, None], self.shifts)[0])
                found[k], dead = said.growth, said.dead
            else:
                found[k] = 0.0
        return found

    def reaches(self, level: float) -> float:
        """The least dose at which growth is no more than a level; infinite if there is none."""
        if not self.untreated > GROWTH_TOLERANCE:
            return float("nan")
        agent = self.exposure.agents[0].name
        place = self.course.first_below(level)
        if place is None and not self.course.end >= 1.0:
            place = self._behind(level)
        return float("inf") if place is None else float(self.exposure.doses(agent, place, self.shifts))

    def _behind(self, level: float) -> float | None:
        """The same behind the end of the course, enclosed: growth has no tangents there."""
        good, bad = (self.course.end if self.course.pieces else 0.0), 1.0
        if self._at(near := good + _NEAR * (bad - good)) <= level:
            return good  # most often a cell dies where the first demand is not served
        if self._at(bad) > level:
            return None
        good = near
        while bad - good > _NEAR:
            middle = (good + bad) / 2
            if self._at(middle) > level:
                good = middle
            else:
                bad = middle
        return bad

    def _at(self, place: float) -> float:
        return self._respond(self.path(np.array([place]))[0]).growth

    def _respond(self, left: Floats) -> Response:
        scale = dict(zip(self.responder.catalysts, left.tolist(), strict=True))
        return self.responder.at(self.limits, scale)


def path_of(exposure: Exposure, shifts: FrozenMap[str, float] | None = None) -> tuple[Path, bool]:
    """The path of rising doses, and whether it is straight: places are shares of what is hit most.

    Parameters
    ----------
    exposure : Exposure
        Of one agent.
    shifts : mapping of action to float, optional
        Factors on potencies.

    Examples
    --------
    >>> from fluxmodel.pharmacology import Agent
    >>> path, straight = path_of(Exposure((Agent("GLS", "percent"),), ("GLS",), {}, {"GLS": ("GLS",)}))
    >>> path(np.array([0.0, 0.25, 1.0])).tolist(), straight
    ([[1.0], [0.75], [0.0]], True)
    """
    agent = exposure.agents[0].name

    def path(places: Floats) -> Floats:
        return exposure.left(exposure.doses(agent, places, shifts)[:, None], shifts)

    tried = np.linspace(0.0, 1.0, 9)
    first, last = path(np.array([0.0, 1.0]))
    line = first + np.outer(tried, last - first)
    return path, bool(np.all(np.abs(path(tried) - line) < _STRAIGHT))
