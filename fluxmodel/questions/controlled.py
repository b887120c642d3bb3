"""What a question about control says, in rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.spread import Spread
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import pandas as pd

#: What is said of the interval of a flux.
ENDS = ("low", "high", "low_less", "low_more", "high_less", "high_more")


@dataclass(frozen=True, slots=True)
class Controlled:
    """How much of growth hangs on one target in one condition.

    Attributes
    ----------
    condition, target : str
    catalysts : tuple of str
        What moves together.
    less, more : float or None
        Percent of growth lost per percent of the capacity taken away, and gained per percent added, at the
        point; None where the cell does not grow.
    less_members, more_members : Spread
        The same over the members that grow.
    share : float or None
        Share of these members in which it counts to take some away (0.05 and more).
    """

    condition: str
    target: str
    catalysts: tuple[str, ...]
    less: float | None
    more: float | None
    less_members: Spread
    more_members: Spread
    share: float | None


@dataclass(frozen=True, slots=True)
class ControlledFlux:
    """How much of one flux hangs on one target in one condition, at the point of the cell.

    Attributes
    ----------
    condition, target, flux : str
    catalysts : tuple of str
        What moves together.
    less, more : float or None
        As for growth; None where the flux is not one value at the growth optimum, or is 0.
    low, high : float or None
        Interval of the flux at the growth optimum, mmol/gDW/h; None where the cell does not grow.
    low_less, low_more, high_less, high_more : float or None
        Coefficients of its ends: of what must flow and of what can flow at optimal growth.
    """

    condition: str
    target: str
    flux: str
    catalysts: tuple[str, ...]
    less: float | None
    more: float | None
    low: float | None
    high: float | None
    low_less: float | None
    low_more: float | None
    high_less: float | None
    high_more: float | None


@dataclass(frozen=True)
class Control:
    """Control coefficients of growth, by condition and target, and of fluxes if they were asked for.

    Attributes
    ----------
    rows : tuple of Controlled
    growth : tuple of (str, float)
        Growth at the point of each condition, 1/h.
    fluxes : tuple of ControlledFlux
    """

    rows: tuple[Controlled, ...]
    growth: tuple[tuple[str, float], ...]
    fluxes: tuple[ControlledFlux, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries: those of growth, then those of fluxes."""
        return [
            {
                "condition": r.condition,
                "target": r.target,
                "catalysts": " ".join(r.catalysts),
                "less": r.less,
                "more": r.more,
                **{f"less_{k}": getattr(r.less_members, k) for k in ("median", "low", "high")},
                **{f"more_{k}": getattr(r.more_members, k) for k in ("median", "low", "high")},
                "members": r.less_members.members,
                "share": r.share,
                "of": "growth",
            }
            for r in self.rows
        ] + [
            {
                "condition": r.condition,
                "target": r.target,
                "catalysts": " ".join(r.catalysts),
                "less": r.less,
                "more": r.more,
                "of": r.flux,
                **{name: getattr(r, name) for name in ENDS},
            }
            for r in self.fluxes
        ]

    @property
    def table(self) -> pd.DataFrame:
        """One row per condition, target and what is controlled; columns as the fields of the rows."""
        return frame(self.records())

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {"schema": "fluxmodel.control/1", "growth": dict(self.growth), "rows": self.records()}
