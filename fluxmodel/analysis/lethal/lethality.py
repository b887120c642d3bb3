"""In how many members of a cell sets of genes are lethal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.lethal.knockable import Knockable
from fluxmodel.analysis.serving import grow
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.lp import open_session
from fluxmodel.lp.sparse import Floats


@dataclass(frozen=True, eq=False)
class MemberLosses:
    """Growth of members with all genes, and what is left of it without some.

    Attributes
    ----------
    growth : ndarray, (members,)
        1/h.
    left : ndarray, (members, sets)
        Share of it that is left; NaN where a member does not grow at all.
    """

    growth: Floats
    left: Floats

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[MemberLosses]) -> MemberLosses:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.growth for p in parts]), np.concatenate([p.left for p in parts]))

    def lethal(self, k: int, share: float) -> float | None:
        """Share of the members that grow in which the k-th set leaves less than a share of growth."""
        known = self.left[np.isfinite(self.left[:, k]), k]
        return float(np.mean(known < share)) if known.size else None


@dataclass(frozen=True, eq=False)
class LossesAsked:
    """What members are asked about the loss of genes; another process can be asked.

    Attributes
    ----------
    knockable : Knockable
    limits : ndarray, (members, n_limited)
        As `fluxmodel.analysis.draws.member_limits` gives them.
    sets : tuple of tuple of str
        Genes that are lost together.
    engine : str
    """

    knockable: Knockable
    limits: Floats
    sets: tuple[tuple[str, ...], ...]
    engine: str = "glpk"

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> LossesAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members])

    def answer(self) -> MemberLosses:
        """What is left of growth in every member."""
        growth = np.full(len(self), np.nan)
        left = np.full((len(self), len(self.sets)), np.nan)
        k = self.knockable
        with open_session(k.program, self.engine) as session:
            for m, limits in enumerate(self.limits):
                base = growth[m] = grow(session, k.slacks, k.without((), limits)).growth
                if not base > GROWTH_TOLERANCE:
                    continue
                for n, genes in enumerate(self.sets):
                    left[m, n] = grow(session, k.slacks, k.without(genes, limits)).growth / base
        return MemberLosses(
            growth, np.where(np.isnan(left) & (growth > GROWTH_TOLERANCE)[:, None], 0.0, left)
        )
