"""All pairs of many agents, as values: one row per pair and condition, ranked by excess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.spread import Spread
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Screened:
    """One pair in one condition.

    Attributes
    ----------
    condition : str
    first, second : str
        Agents; drugs that hit the same are one, with all their names.
    untreated, growth_first, growth_second, growth : float
        At the point, 1/h.
    excess : float or None
        Over independent action (Bliss), at the point, as a share of untreated growth.
    members : Spread
        Of the excess, over the members that grow untreated.
    synergy, antagonism : float or None
        Share of these members in which it is at least 0.05, and at most -0.05.
    verdict : str
        As in `fluxmodel.questions.combination.Excess`.
    reason : str
        Of those that count: what cannot be served with both, or what then limits growth.
    """

    condition: str
    first: str
    second: str
    untreated: float
    growth_first: float
    growth_second: float
    growth: float
    excess: float | None
    members: Spread
    synergy: float | None
    antagonism: float | None
    verdict: str
    reason: str = ""

    def record(self) -> dict[str, Any]:
        """The row as a plain dictionary."""
        return {
            "condition": self.condition,
            "first": self.first,
            "second": self.second,
            "untreated": self.untreated,
            "growth_first": self.growth_first,
            "growth_second": self.growth_second,
            "growth": self.growth,
            "excess": self.excess,
            **{k: getattr(self.members, k) for k in ("median", "low", "high", "members")},
            "synergy": self.synergy,
            "antagonism": self.antagonism,
            "verdict": self.verdict,
            "reason": self.reason,
        }


def rank(row: Screened) -> tuple[float, float, str, str, str]:
    """What comes first: the greater excess, by the share of members, then at the point."""
    sure = max(row.synergy or 0.0, row.antagonism or 0.0)
    return -sure, -abs(row.excess or 0.0), row.condition, row.first, row.second


@dataclass(frozen=True)
class Screen:
    """Pairs in conditions, those with the greatest excess first.

    Attributes
    ----------
    rows : tuple of Screened
    strength : float
        Percent that each agent takes of its main targets.
    left_out : tuple of (str, str)
        What could not be asked, and why.
    complete : bool
        Whether every pair was asked; not if somebody interrupted it.
    notes, unverified : tuple of str
    """

    rows: tuple[Screened, ...]
    strength: float
    left_out: tuple[tuple[str, str], ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Screened], **more: Any) -> Screen:
        """Rank rows."""
        return cls(tuple(sorted(rows, key=rank)), **more)

    @property
    def dead(self) -> tuple[str, ...]:
        """Conditions in which the cell does not grow untreated."""
        return tuple(dict.fromkeys(r.condition for r in self.rows if r.untreated == 0))

    @property
    def counting(self) -> tuple[Screened, ...]:
        """The rows with a verdict of synergy or antagonism, likely ones included."""
        return tuple(r for r in self.rows if "synergy" in r.verdict or "antagonism" in r.verdict)

    @property
    def table(self) -> pd.DataFrame:
        """One row per condition and pair."""
        return frame([r.record() for r in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "schema": "fluxmodel.screen/1",
            "strength": self.strength,
            "complete": self.complete,
            "rows": [r.record() for r in self.rows],
            "left_out": [{"agent": name, "why": why} for name, why in self.left_out],
            "notes": list(self.notes),
            "unverified": list(self.unverified),
        }
