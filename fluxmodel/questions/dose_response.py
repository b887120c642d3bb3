"""What doses do, as values: curves of growth with their pieces, and the window between two conditions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.spread import Spread
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Binds:
    """What binds: a limit, and percent of growth per percent of it."""

    kind: str
    name: str
    share: float

    def __str__(self) -> str:
        return f"{self.name} ({self.share:.2f})"


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval of an observable at one dose: at the point, and over the members.

    Attributes
    ----------
    observable, unit : str
    low, high : float or None
        At the point; None where there is none.
    members_low, members_high : float or None
        From the 5 % quantile of the members' least values to the 95 % one of their greatest.
    """

    observable: str
    unit: str
    low: float | None
    high: float | None
    members_low: float | None
    members_high: float | None


@dataclass(frozen=True, slots=True)
class AtDose:
    """Growth at one dose.

    Attributes
    ----------
    dose : float
        In the unit of the curve.
    left : tuple of (catalyst, float)
        What is left of each catalyst that the agent hits.
    growth : float
        At the point, 1/h; 0 where the cell is not viable.
    ratio : float or None
        To the growth without the agent; None where that is 0.
    members : Spread
        Of the ratio, over the members that grow without the agent, their potencies drawn.
    stopped : float or None
        Share of these members that do not grow at the dose.
    intervals : tuple of Interval
    """

    dose: float
    left: tuple[tuple[str, float], ...]
    growth: float
    ratio: float | None
    members: Spread
    stopped: float | None
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of doses over which the same limits bind at the point.

    Attributes
    ----------
    start, end : float
        Doses; the end may be infinite.
    growth : tuple of (float, float)
        At both ends, 1/h.
    slope : float
        Change of growth per percent that is taken of the catalyst that is hit most, at the start, 1/h.
    binds : tuple of Binds
        The strongest first.
    """

    start: float
    end: float
    growth: tuple[float, float]
    slope: float
    binds: tuple[Binds, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """The least dose at which growth is no more than a share of that without the agent.

    Attributes
    ----------
    level : float
        The share.
    dose : float or None
        At the point; None if no dose does it.
    members : Spread
        Over the members that get there, their potencies drawn.
    share : float or None
        Share of the growing members that get there at any dose.
    """

    level: float
    dose: float | None
    members: Spread
    share: float | None


@dataclass(frozen=True)
class Curve:
    """Growth of one condition against the dose of one agent.

    Attributes
    ----------
    condition, agent, unit : str
    catalysts : tuple of str
        What the agent hits.
    potencies : tuple of str
        Numbers that the doses were read with, in words.
    untreated : float
        Growth without the agent, 1/h.
    rows : tuple of AtDose
    pieces : tuple of Piece
        Exact, at the point; from no dose to where a demand can no longer be served.
    viable_to : float or None
        The dose from which on a demand is not served at the point; None if all are at any dose.
    reached : tuple of Reached
        The first is the GI50.
    notes, unverified : tuple of str
    """

    condition: str
    agent: str
    unit: str
    catalysts: tuple[str, ...]
    potencies: tuple[str, ...]
    untreated: float
    rows: tuple[AtDose, ...]
    pieces: tuple[Piece, ...]
    viable_to: float | None
    reached: tuple[Reached, ...]
    notes: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def gi50(self) -> Reached:
        """The dose that halves growth."""
        return next(r for r in self.reached if r.level == 0.5)


@dataclass(frozen=True, slots=True)
class Window:
    """How much more a dose takes from one condition or cell than from another.

    Attributes
    ----------
    of, against : str
        The one that should lose, and the one that should be spared.
    dose : float
    value : float or None
        Share of its growth that the first loses, less the share that the second loses, at the points.
    members : Spread
        The same over the members: of one cell each with itself, of two cells every pair.
    share : float or None
        Share of these in which the first loses at least a tenth of its growth more.
    """

    of: str
    against: str
    dose: float
    value: float | None
    members: Spread
    share: float | None


@dataclass(frozen=True)
class DoseResponse:
    """Curves of one agent in some conditions.

    Attributes
    ----------
    curves : tuple of Curve
    windows : tuple of Window
        Of the first condition against each other one, dose by dose.
    """

    curves: tuple[Curve, ...]
    windows: tuple[Window, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [
            {
                "condition": c.condition,
                "agent": c.agent,
                "dose": r.dose,
                "unit": c.unit,
                "left": min((x for _, x in r.left), default=1.0),
                "growth": r.growth,
                "ratio": r.ratio,
                **{f"ratio_{k}": getattr(r.members, k) for k in ("median", "low", "high")},
                "members": r.members.members,
                "stopped": r.stopped,
                **{f"{i.observable}_{k}": getattr(i, k) for i in r.intervals
                   for k in ("low", "high", "members_low", "members_high")},
            }
            for c in self.curves
            for r in c.rows
        ]  # fmt: skip

    @property
    def table(self) -> pd.DataFrame:
        """One row per condition and dose; `left` is that of the catalyst that is hit most."""
        return frame(self.records())

    @property
    def pieces(self) -> pd.DataFrame:
        """One row per stretch of doses with the same limits."""
        return frame([row for c in self.curves for row in _pieces(c)])

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON; what no dose reaches is null."""
        return {
            "schema": "fluxmodel.dose/1",
            "rows": self.records(),
            "curves": [
                {
                    "condition": c.condition,
                    "agent": c.agent,
                    "unit": c.unit,
                    "catalysts": list(c.catalysts),
                    "potencies": list(c.potencies),
                    "untreated": c.untreated,
                    "viable_to": c.viable_to,
                    "pieces": _pieces(c),
                    "reached": [
                        {
                            "level": r.level,
                            "dose": r.dose,
                            "share": r.share,
                            **{k: getattr(r.members, k) for k in ("median", "low", "high", "members")},
                        }
                        for r in c.reached
                    ],
                    "notes": list(c.notes),
                    "unverified": list(c.unverified),
                }
                for c in self.curves
            ],
            "windows": [
                {
                    "of": w.of,
                    "against": w.against,
                    "dose": w.dose,
                    "value": w.value,
                    **{k: getattr(w.members, k) for k in ("median", "low", "high")},
                    "share": w.share,
                }
                for w in self.windows
            ],
        }


def _pieces(curve: Curve) -> list[dict[str, Any]]:
    return [
        {
            "condition": curve.condition,
            "start": p.start,
            "end": p.end if math.isfinite(p.end) else None,
            "unit": curve.unit,
            "growth_start": p.growth[0],
            "growth_end": p.growth[1],
            "slope": p.slope,
            "binds": "; ".join(map(str, p.binds)),
        }
        for p in curve.pieces
    ]
