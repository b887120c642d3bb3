"""Routes around a block as frozen values: what rises, and which genes the cell is then left with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.spread import Spread
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import pandas as pd

#: How sure it is that a flux rises, the surest first.
STRENGTH = ("rises", "likely rises", "rises at the point")


@dataclass(frozen=True, slots=True)
class Route:
    """What rises under a block, by what carries it.

    Attributes
    ----------
    catalysts, genes : tuple of str
        Enzymes or carriers of the reactions, and their genes; none for what needs no gene.
    reactions : tuple of (reaction, before, after)
        That rise, with their fluxes at the points, mmol/gDW/h; a reaction that runs backwards rises where it
        runs backwards faster.
    verdict : str
        ``rises`` where the intervals of one of them lie apart in at least 95 % of the members, ``likely
        rises`` in 80 %, ``rises at the point`` where the points alone say so.
    share : float or None
        The largest share of members in which the intervals of one of them lie apart; None if none says so.
    """

    catalysts: tuple[str, ...]
    genes: tuple[str, ...]
    reactions: tuple[tuple[str, float, float], ...]
    verdict: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Backup:
    """A gene without which the block costs more.

    Attributes
    ----------
    gene : str
    alone, blocked : float or None
        Growth that is left without the gene at the point, as a ratio: without the block, and with it.
    alone_members, blocked_members : Spread
        The same over the members.
    share : float or None
        Share of members in which the gene is worth more under the block than without it, by 5 % of growth and
        more.
    certain : bool
        Whether that is at least 95 % of them; 80 % otherwise. Without members the point decides.
    rises : str
        The verdict on the routes of the gene; empty if none rises.
    """

    gene: str
    alone: float | None
    blocked: float | None
    alone_members: Spread
    blocked_members: Spread
    share: float | None
    certain: bool
    rises: str = ""


@dataclass(frozen=True)
class Resistance:
    """Routes around a block.

    Attributes
    ----------
    condition, blocked : str
        Labels of the state without the block, and with it.
    growth : tuple of (float or None)
        At the points of both, 1/h.
    routes : tuple of Route
        The certain ones first.
    backups : tuple of Backup
        The most costly first.
    notes : tuple of str
    """

    condition: str
    blocked: str
    growth: tuple[float | None, float | None]
    routes: tuple[Route, ...]
    backups: tuple[Backup, ...]
    notes: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries: one for each reaction that rises."""
        backup = {b.gene: b for b in self.backups}
        return [
            {
                "reaction": reaction,
                "before": before,
                "after": after,
                "verdict": route.verdict,
                "share": route.share,
                "catalysts": " ".join(route.catalysts),
                "genes": " ".join(route.genes),
                "backups": " ".join(g for g in route.genes if g in backup),
            }
            for route in self.routes
            for reaction, before, after in route.reactions
        ]

    @property
    def table(self) -> pd.DataFrame:
        """One row per reaction that rises."""
        return frame(self.records())

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "schema": "fluxmodel.resistance/1",
            "condition": self.condition,
            "blocked": self.blocked,
            "growth": dict(zip((self.condition, self.blocked), self.growth, strict=True)),
            "routes": self.records(),
            "backups": [
                {
                    "gene": b.gene,
                    "alone": b.alone,
                    "blocked": b.blocked,
                    **{f"alone_{k}": getattr(b.alone_members, k) for k in ("median", "low", "high")},
                    **{f"blocked_{k}": getattr(b.blocked_members, k) for k in ("median", "low", "high")},
                    "share": b.share,
                    "certain": b.certain,
                    "rises": b.rises,
                }
                for b in self.backups
            ],
            "notes": list(self.notes),
        }
