"""Control coefficients of growth: how much of it hangs on each capacity, for less and for more of it.

``C = d ln growth / d ln capacity`` [1]_. Growth is piecewise linear in a capacity, and a cell whose limits
meet in one point has another slope to the left than to the right: both are given.

References
----------
.. [1] Kacser H, Burns JA (1973), Symposia of the Society for Experimental Biology 27, 65-104; Heinrich R,
   Rapoport TA (1974), European Journal of Biochemistry 42, 89-95.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import Problem
from fluxmodel.lp.sparse import Floats

#: Share of a capacity that is taken away, and added: the coefficient is exact unless a break lies within it.
STEP = 0.01
#: Coefficients below this are what the tolerance of the engines leaves of 0, divided by the step.
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class MemberControl:
    """What members say of control.

    Attributes
    ----------
    growth : ndarray, (members,)
        1/h.
    coefficients : ndarray, (members, targets, 2)
        For less and for more of each target; NaN where a member does not grow.
    """

    growth: Floats
    coefficients: Floats

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[MemberControl]) -> MemberControl:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.growth for p in parts]), np.concatenate([p.coefficients for p in parts]))


@dataclass(frozen=True, eq=False)
class ControlAsked:
    """What members are asked about control; another process can be asked.

    Attributes
    ----------
    movable : Movable
    limits : ndarray, (members, n_limited)
        As `fluxmodel.analysis.draws.member_limits` gives them.
    targets : tuple of tuple of str
        The catalysts of each target, which move together.
    engine : str
    """

    movable: Movable
    limits: Floats
    targets: tuple[tuple[str, ...], ...]
    engine: str = "glpk"

    @classmethod
    def of(
        cls, problem: Problem, limits: Floats, targets: Sequence[Sequence[str]], engine: str = "glpk"
    ) -> ControlAsked:
        """Ask about some targets, each a group of catalysts of a problem."""
        movable = Movable.of(problem, [name for group in targets for name in group])
        return cls(movable, limits, tuple(map(tuple, targets)), engine)

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> ControlAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members])

    def answer(self) -> MemberControl:
        """The coefficients of every member."""
        growth = np.full(len(self), np.nan)
        found = np.full((len(self), len(self.targets), 2), np.nan)
        with Responder(self.movable, self.engine) as responder:
            for m, limits in enumerate(self.limits):
                base = growth[m] = responder.at(limits, {}).growth
                if not base > GROWTH_TOLERANCE:
                    continue
                for k, group in enumerate(self.targets):
                    for side, sign in ((0, -1.0), (1, 1.0)):
                        moved = responder.at(limits, dict.fromkeys(group, 1.0 + sign * STEP)).growth
                        found[m, k, side] = sign * (moved - base) / (STEP * base)
        found[np.abs(found) < ROUNDING] = 0.0
        return MemberControl(growth, found)
