"""Observables as a prediction reports them: point, interval, and what the members say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.solve import Range

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Reported:
    """One observable of one prediction.

    Its point, its interval at the fraction of the optimum, its genes, its value at the parsimonious point
    where the point is another one, and whether it is growth, of which the optimum is exact.
    """

    observable: Observable
    value: float | None
    range: Range
    genes: tuple[str, ...] = ()
    other: float | None = None
    is_growth: bool = False

    def to_dict(self, members_min: float | None, members_max: float | None) -> dict[str, Any]:
        """The row for JSON, with the envelope of the members' intervals."""
        return {
            "observable": self.observable.text,
            "unit": self.observable.unit,
            "value": self.value,
            "min": self.range.low,
            "max": self.range.high,
            "members_min": members_min,
            "members_max": members_max,
            **({"why": self.range.why} if self.range.why else {}),
        }


def frame_of(rows: Sequence[Reported]) -> pd.DataFrame:
    """``unit``, ``value``, ``min`` and ``max`` by observable; NaN where there is none."""
    import pandas as pd

    index = pd.Index([r.observable.text for r in rows], name="observable")
    columns = {
        "unit": [r.observable.unit for r in rows],
        "value": pd.array([r.value for r in rows], dtype=float),
        "min": pd.array([r.range.low for r in rows], dtype=float),
        "max": pd.array([r.range.high for r in rows], dtype=float),
    }
    frame: pd.DataFrame = pd.DataFrame(columns, index=index)
    return frame
