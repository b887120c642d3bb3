"""All pairs of many agents, each at one strength, asked of every member of a cell.

Most pairs need no linear program: where a state that has the growth of one agent, and needs little of what
others hit, needs none of what the other one takes, that state is still there with both, and growth with both
is growth with the one. So every agent is asked alone first, and then what is left over, in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from fluxmodel.analysis.ensemble import BoolArray
from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.lp.sparse import Floats, Ints

#: What a capacity has to leave over to count as not needed, relative to it: far above the tolerances.
_SPARE = 1e-6


@dataclass(frozen=True, eq=False)
class Singles:
    """What members say of each agent alone.

    Attributes
    ----------
    untreated : ndarray, (members,)
        1/h.
    growth : ndarray, (members, agents)
        1/h; 0 where a member is not viable.
    dead : ndarray of bool, (members, agents)
        Whether a member is not viable.
    needs : ndarray, (members, agents, n_catalysts)
        Shares of capacities that a state with this growth needs.
    """

    untreated: Floats
    growth: Floats
    dead: BoolArray
    needs: Floats

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[Singles]) -> Singles:
        """Parts of the members, put together in their order."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def beside(self, more: Singles) -> Singles:
        """The same members asked of more agents."""
        return replace(
            self,
            growth=np.concatenate([self.growth, more.growth], axis=1),
            dead=np.concatenate([self.dead, more.dead], axis=1),
            needs=np.concatenate([self.needs, more.needs], axis=1),
        )

    def known(self, left: Floats, first: int, second: Ints) -> Floats:
        """Growth under pairs that need no program, (members, pairs); NaN of the others.

        Parameters
        ----------
        left : ndarray, (agents, n_catalysts)
        first : int
            Number of one agent.
        second : ndarray of int, (pairs,)
            Numbers of the others.
        """
        found = np.full((len(self), len(second)), np.nan)
        for k, other in enumerate(second.tolist()):
            both = left[first] * left[other]
            for own in (first, other):
                spared = spares(self.needs[:, own], left[own], both)
                found[spared, k] = self.growth[spared, own]
        found[self.dead[:, [first]] | self.dead[:, second]] = 0.0  # less of anything serves no demand better
        return found


def spares(needed: Floats, before: Floats, after: Floats) -> BoolArray:
    """Whether a state that needs some shares of the capacities is there with what is left of them.

    Parameters
    ----------
    needed : ndarray, (members, n_catalysts)
    before, after : ndarray, (n_catalysts,)
        What the state was found with, and what is left.

    Examples
    --------
    >>> before, after = np.array([1.0, 0.1]), np.array([0.2, 0.1])
    >>> spares(np.array([[0.15, 0.1], [0.3, 0.0]]), before, after).tolist()
    [True, False]
    """
    less = after < before
    found: BoolArray = np.all(needed[:, less] * (1 + _SPARE) <= after[less], axis=1)
    return found


@dataclass(frozen=True, eq=False)
class SinglesAsked:
    """What members are asked about each agent alone; another process can be asked.

    Attributes
    ----------
    movable : Movable
        Of all catalysts that any agent hits.
    limits : ndarray, (members, n_limited)
        Without agents.
    left : ndarray, (agents, n_catalysts)
        What each agent leaves of each of them, in the order of the movable ones.
    engine : str
    """

    movable: Movable
    limits: Floats
    left: Floats
    engine: str = "glpk"

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> SinglesAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members])

    def answer(self) -> Singles:
        """What every member says."""
        agents, catalysts = self.left.shape
        untreated, growth = np.empty(len(self)), np.empty((len(self), agents))
        dead = np.zeros((len(self), agents), dtype=np.bool_)
        needs = np.empty((len(self), agents, catalysts))
        whole = np.ones(catalysts)
        with Responder(self.movable, self.engine) as responder:
            for m, limits in enumerate(self.limits):
                base, free = responder.needs(limits, _scale(responder, whole))
                untreated[m] = base.growth
                for a, left in enumerate(self.left):
                    if spares(free[None], whole, left)[0]:
                        growth[m, a], needs[m, a] = untreated[m], free
                        continue
                    alone, needs[m, a] = responder.needs(limits, _scale(responder, left))
                    growth[m, a], dead[m, a] = alone.growth, alone.dead
        return Singles(untreated, growth, dead, needs)


@dataclass(frozen=True, eq=False)
class Block:
    """Growth under the pairs of a block, (members, pairs), 1/h."""

    growth: Floats

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[Block]) -> Block:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.growth for p in parts]))


@dataclass(frozen=True, eq=False)
class BlockAsked:
    """What members are asked about the pairs of a block; another process can be asked.

    Attributes
    ----------
    movable, limits, engine
        As of `SinglesAsked`.
    left : ndarray, (pairs, n_catalysts)
        What both agents of a pair leave.
    known : ndarray, (members, pairs)
        Growth where it is known, 1/h; NaN where a program is needed.
    """

    movable: Movable
    limits: Floats
    left: Floats
    known: Floats
    engine: str = "glpk"

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> BlockAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members], known=self.known[members])

    def answer(self) -> Block:
        """What every member says."""
        growth = self.known.copy()
        with Responder(self.movable, self.engine) as responder:
            for m, k in np.argwhere(np.isnan(growth)).tolist():
                growth[m, k] = responder.at(self.limits[m], _scale(responder, self.left[k])).growth
        return Block(growth)


def _scale(responder: Responder, left: Floats) -> dict[str, float]:
    return dict(zip(responder.catalysts, left.tolist(), strict=True))
