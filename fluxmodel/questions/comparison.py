"""A comparison as a frozen value: several predictions, and what may be said of the changes between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.sensitivity import Agreement
from fluxmodel.analysis.verdict import Verdict
from fluxmodel.questions.frames import frame
from fluxmodel.questions.prediction import Prediction

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Changed:
    """One observable in two arms, and what may be said about the change.

    `agreement` is how many members say the same at their own points, if those were asked for.
    """

    observable: Observable
    before: float | None
    after: float | None
    verdict: Verdict
    agreement: Agreement | None = None

    @property
    def ratio(self) -> float | None:
        """After divided by before; None if that says nothing."""
        if self.before is None or self.after is None or self.before == 0:
            return None
        return self.after / self.before if self.after / self.before >= 0 else None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one arm to another."""

    of: str
    against: str
    rows: tuple[Changed, ...]


@dataclass(frozen=True)
class Comparison:
    """Several conditions, and what changes between them.

    Attributes
    ----------
    arms : tuple of Prediction
    differences : tuple of Difference
    """

    arms: tuple[Prediction, ...]
    differences: tuple[Difference, ...]

    def arm(self, label: str) -> Prediction:
        """The arm of that label; KeyError if there is none."""
        for arm in self.arms:
            if arm.label == label:
                return arm
        raise KeyError(label)

    @property
    def failed(self) -> tuple[Prediction, ...]:
        """Arms without a result (a cell that is not viable is a result)."""
        return tuple(a for a in self.arms if a.growth_or_none is None)

    @property
    def table(self) -> pd.DataFrame:
        """One row per difference and observable.

        Columns ``of``, ``against``, ``observable``, ``unit``, ``before``, ``after``, ``ratio``,
        ``verdict``, ``certain``, ``share`` (of the members), ``point``, ``holds`` (share of the members whose
        own points say the same), ``fragile``.
        """
        return frame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [
            {
                "of": d.of,
                "against": d.against,
                "observable": r.observable.text,
                "unit": r.observable.unit,
                "before": r.before,
                "after": r.after,
                "ratio": r.ratio,
                "verdict": r.verdict.direction,
                "certain": r.verdict.certain,
                "share": r.verdict.share,
                "point": r.verdict.point,
                "holds": None if r.agreement is None else r.agreement.share,
                "fragile": None if r.agreement is None else r.agreement.fragile,
            }
            for d in self.differences
            for r in d.rows
        ]

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON; what a prediction has once, this has by arm."""
        arms = {a.label: a.solved() for a in self.arms}
        head = {key: {label: arm[key] for label, arm in arms.items()}
                for key in ("outcome", "growth", "fluxes", "binding", "provenance")}  # fmt: skip
        rest = ("ranges", "ensemble", "unmet", "diagnosis", "notes")
        return {
            "schema": "fluxmodel.comparison/1",
            **head,
            "arms": {label: {key: arm[key] for key in rest} for label, arm in arms.items()},
            "comparisons": self.records(),
        }
