"""What the members of a cell say of a plane: how many live, and how many keep half of their growth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fluxmodel.analysis.planes.dial import Dial, at_point
from fluxmodel.analysis.serving import Slack, grow, slacks_of
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import Limited, Places, Problem
from fluxmodel.lp import Program, open_session
from fluxmodel.lp.sparse import Floats


@dataclass(frozen=True, eq=False)
class MemberGrowth:
    """Growth of members.

    Attributes
    ----------
    own : ndarray, (members,)
        In the condition as it is, 1/h.
    growth : ndarray, (members, points)
        At points of the plane; NaN where a member is not viable.
    """

    own: Floats
    growth: Floats

    def __len__(self) -> int:
        return len(self.own)

    @classmethod
    def joined(cls, parts: Sequence[MemberGrowth]) -> MemberGrowth:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.own for p in parts]), np.concatenate([p.growth for p in parts]))


@dataclass(frozen=True, eq=False)
class PlaneAsked:
    """What members are asked about a plane; another process can be asked.

    Attributes
    ----------
    program : Program
    places : Places
    limited : tuple of Limited
    slacks : tuple of Slack
    dials : (Dial, Dial)
    points : ndarray, (points, 2)
        Bound parameters.
    limits : ndarray, (members, n_limited)
        As `fluxmodel.analysis.draws.member_limits` gives them.
    engine : str
    """

    program: Program
    places: Places
    limited: tuple[Limited, ...]
    slacks: tuple[Slack, ...]
    dials: tuple[Dial, Dial]
    points: Floats
    limits: Floats
    engine: str = "glpk"

    @classmethod
    def of(
        cls, problem: Problem, dials: tuple[Dial, Dial], points: Floats, limits: Floats, engine: str
    ) -> PlaneAsked:
        """Ask the members of a problem."""
        places = problem.program, problem.places, problem.limited
        return cls(*places, slacks_of(problem), dials, points, limits, engine)

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> PlaneAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members])

    def answer(self) -> MemberGrowth:
        """Growth of every member at every point."""
        own = np.full(len(self), np.nan)
        growth = np.full((len(self), len(self.points)), np.nan)
        with open_session(self.program, self.engine, spare=len(self.program.stages) + 3) as session:
            for m, limits in enumerate(self.limits):
                own[m] = grow(session, self.slacks, self.places.under(self.program, limits)).growth
                for k, point in enumerate(self.points.tolist()):
                    found = grow(session, self.slacks, at_point(self, limits, self.dials, point))
                    if found.answer is not None:
                        growth[m, k] = found.growth
        return MemberGrowth(own, growth)


@dataclass(frozen=True, eq=False)
class MemberShares:
    """Shares of the members of a cell on a grid.

    Attributes
    ----------
    members : int
        Those that grow in the condition as it is; the others are left out.
    x, y : ndarray
        Ticks, in the units of the axes.
    viable, half : ndarray, (ny, nx)
        Share of the members that live, and that keep at least half of their growth.
    """

    members: int
    x: Floats
    y: Floats
    viable: Floats
    half: Floats

    @classmethod
    def of(cls, found: MemberGrowth, x: Floats, y: Floats) -> MemberShares:
        """The shares, from growth at the points of the grid, row by row."""
        grows = found.own > GROWTH_TOLERANCE
        size = (len(y), len(x))
        if not grows.any():
            return cls(0, x, y, np.full(size, np.nan), np.full(size, np.nan))
        growth, own = found.growth[grows], found.own[grows, None]
        kept = np.nan_to_num(growth) >= own / 2
        viable = np.isfinite(growth).mean(axis=0).reshape(size)
        return cls(int(grows.sum()), x, y, viable, kept.mean(axis=0).reshape(size))

    def to_dict(self) -> dict[str, Any]:
        """The shares for JSON."""
        named = {name: getattr(self, name).tolist() for name in ("x", "y", "viable", "half")}
        return {"members": self.members, **named}
