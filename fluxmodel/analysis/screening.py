"""All pairs of many agents, each at one strength, asked of every member of a cell.

Most pairs need no linear program: where what one agent leaves is met by a state that needs none of what the
other takes, that state is still there, and growth with both is growth with the one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.formalism.problem import Problem
from fluxmodel.lp.sparse import Floats, Ints

#: What a capacity has to leave over to count as not needed, relative to it: far above the tolerances.
_SPARE = 1e-6


@dataclass(frozen=True, eq=False)
class MemberScreen:
    """What members say of pairs.

    Attributes
    ----------
    growth : ndarray, (members, 1 + agents + pairs)
        1/h: untreated, under each agent alone, and under each pair; 0 where a member is not viable.
    asked : ndarray of int, (members,)
        Programs that it took.
    """

    growth: Floats
    asked: Ints

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[MemberScreen]) -> MemberScreen:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.growth for p in parts]), np.concatenate([p.asked for p in parts]))


@dataclass(frozen=True, eq=False)
class ScreenAsked:
    """What members are asked about many pairs; another process can be asked.

    Attributes
    ----------
    movable : Movable
        Of all catalysts that any agent hits.
    limits : ndarray, (members, n_limited)
        Without agents.
    left : ndarray, (agents, n_catalysts)
        What each agent leaves of each of them, in the order of the movable ones.
    pairs : ndarray of int, (pairs, 2)
        Numbers of agents, those with the same first one together.
    engine : str
    """

    movable: Movable
    limits: Floats
    left: Floats
    pairs: Ints
    engine: str = "glpk"

    @classmethod
    def of(
        cls,
        problem: Problem,
        limits: Floats,
        catalysts: Sequence[str],
        left: Floats,
        pairs: Ints,
        engine: str = "glpk",
    ) -> ScreenAsked:
        """Ask the members of a problem in which the agents are absent."""
        return cls(Movable.of(problem, catalysts), limits, left, pairs, engine)

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> ScreenAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members])

    def answer(self) -> MemberScreen:
        """What every member says."""
        n, agents = len(self), len(self.left)
        growth = np.full((n, 1 + agents + len(self.pairs)), np.nan)
        asked = np.zeros(n, dtype=np.int64)
        with Responder(self.movable, self.engine) as responder:
            for m, limits in enumerate(self.limits):
                one = _OneMember(responder, limits)
                growth[m, 0], free = one.grown(np.ones(self.left.shape[1]))
                spare = np.empty((agents, self.left.shape[1]))
                for a, left in enumerate(self.left):
                    if one.spares(free, np.ones_like(left), left):
                        growth[m, 1 + a], spare[a] = growth[m, 0], free
                    else:
                        growth[m, 1 + a], spare[a] = one.grown(left)
                for k, (a, b) in enumerate(self.pairs.tolist()):
                    growth[m, 1 + agents + k] = self._pair(one, growth[m], spare, a, b)
                asked[m] = one.asked
        return MemberScreen(growth, asked)

    def _pair(self, one: _OneMember, growth: Floats, spare: Floats, a: int, b: int) -> float:
        """Growth under two agents; that of one where its state needs nothing of what the other takes."""
        alone = growth[1 + a], growth[1 + b]
        if alone[0] == 0 or alone[1] == 0:  # less of anything serves no demand better
            return 0.0
        both = self.left[a] * self.left[b]
        for own in (a, b):
            if one.spares(spare[own], self.left[own], both):
                return float(growth[1 + own])
        return one.grown(both)[0]


class _OneMember:
    """Growth of one member, and how much of each capacity the state that was found needs."""

    def __init__(self, responder: Responder, limits: Floats) -> None:
        self.responder, self.limits = responder, limits
        self.asked = 0

    def grown(self, left: Floats) -> tuple[float, Floats]:
        """Growth, and the share of each capacity that it needs; all of it where that is not known."""
        self.asked += 1
        scale = dict(zip(self.responder.catalysts, left.tolist(), strict=True))
        return self.responder.needs(self.limits, scale)

    @staticmethod
    def spares(needed: Floats, before: Floats, after: Floats) -> bool:
        """Whether a state that needs some shares of the capacities is there with what is left of them.

        Parameters
        ----------
        needed, before, after : ndarray, (n_catalysts,)
            What the state needs, what it was found with, and what is left.
        """
        less = after < before
        return bool(np.all(needed[less] * (1 + _SPARE) <= after[less]))
