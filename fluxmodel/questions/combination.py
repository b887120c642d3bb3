"""Two agents together, as values: excess with its probability, the surface of growth, the isobole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.spread import Spread
from fluxmodel.questions.dose_response import Binds
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Excess:
    """How much more growth is lost than two agents would take that have nothing to do with each other.

    Attributes
    ----------
    measure : {'bliss', 'hsa', 'loewe', 'zip'}
    value : float or None
        At the point, as a share of untreated growth; None where there is no untreated growth.
    members : Spread
        Over the members that grow untreated; of zip none are asked.
    synergy, antagonism : float or None
        Share of these members in which the excess is at least 0.05, and at most -0.05.
    verdict : str
        ``synergy`` or ``antagonism`` if 95 % of the members agree, ``likely`` from 80 % on, ``none`` if so
        many have neither, else ``undetermined``; ``synergy at the point`` and so on if no member was asked.
    """

    measure: str
    value: float | None
    members: Spread
    synergy: float | None
    antagonism: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Given:
    """One agent of a combination: its name, its dose in its unit, and the growth under it alone, 1/h."""

    agent: str
    dose: float
    unit: str
    growth: float

    def __str__(self) -> str:
        unit = "%" if self.unit == "percent" else f" {self.unit}"
        return f"{self.agent} {self.dose:.3g}{unit}"


@dataclass(frozen=True)
class Combination:
    """Two agents in one condition.

    Attributes
    ----------
    condition : str
    first, second : Given
    untreated, growth : float
        Without either and with both, 1/h, at the point.
    members : Spread
        Growth with both relative to untreated.
    stopped : float or None
        Share of the members that do not grow with both.
    excess : tuple of Excess
    doses : tuple of (ndarray, ndarray)
        Of the surface, (n,) and (m,), in the units of the agents.
    surface : ndarray, (n, m)
        Growth at the point, 1/h; exact at every place.
    isobole : tuple of (float, float)
        Pairs of doses that halve growth at the point; the dose of the second is infinite where none does.
    binds : tuple of Binds
        What binds with both, the strongest first.
    before : tuple of tuple of Binds
        What binds with the first alone, and with the second alone.
    notes, unverified : tuple of str
    """

    condition: str
    first: Given
    second: Given
    untreated: float
    growth: float
    members: Spread
    stopped: float | None
    excess: tuple[Excess, ...]
    doses: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
    surface: np.ndarray[Any, Any]
    isobole: tuple[tuple[float, float], ...]
    binds: tuple[Binds, ...]
    before: tuple[tuple[Binds, ...], tuple[Binds, ...]]
    notes: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    def excess_of(self, measure: str) -> Excess:
        """One of the four measures."""
        return next(e for e in self.excess if e.measure == measure)


@dataclass(frozen=True)
class Combinations:
    """Pairs of agents in conditions.

    Attributes
    ----------
    pairs : tuple of Combination
    """

    pairs: tuple[Combination, ...]

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [
            {
                "condition": p.condition,
                "first": p.first.agent,
                "first_dose": p.first.dose,
                "first_unit": p.first.unit,
                "second": p.second.agent,
                "second_dose": p.second.dose,
                "second_unit": p.second.unit,
                "untreated": p.untreated,
                "growth_first": p.first.growth,
                "growth_second": p.second.growth,
                "growth": p.growth,
                "measure": e.measure,
                "excess": e.value,
                **{k: getattr(e.members, k) for k in ("median", "low", "high", "members")},
                "synergy": e.synergy,
                "antagonism": e.antagonism,
                "verdict": e.verdict,
            }
            for p in self.pairs
            for e in p.excess
        ]

    @property
    def table(self) -> pd.DataFrame:
        """One row per condition, pair and measure."""
        return frame(self.records())

    @property
    def surfaces(self) -> pd.DataFrame:
        """One row per condition, pair and place of the surface: doses and growth."""
        rows = [
            {
                "condition": p.condition,
                "first": p.first.agent,
                "second": p.second.agent,
                "first_dose": float(a),
                "second_dose": float(b),
                "growth": float(p.surface[i, j]),
            }
            for p in self.pairs
            for i, a in enumerate(p.doses[0])
            for j, b in enumerate(p.doses[1])
        ]
        return frame(rows)

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON; an infinite dose is null."""
        return {
            "schema": "fluxmodel.combine/1",
            "rows": self.records(),
            "pairs": [
                {
                    "condition": p.condition,
                    "first": str(p.first),
                    "second": str(p.second),
                    "stopped": p.stopped,
                    "doses": [d.tolist() for d in p.doses],
                    "surface": p.surface.tolist(),
                    "isobole": [[a, b if math.isfinite(b) else None] for a, b in p.isobole],
                    "binds": [str(b) for b in p.binds],
                    "before": [[str(b) for b in own] for own in p.before],
                    "notes": list(p.notes),
                    "unverified": list(p.unverified),
                }
                for p in self.pairs
            ],
        }
