"""The scoreboard: what of the evidence is right, for certain, and against what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fluxmodel.evidence.judged import Judged
from fluxmodel.evidence.nulls import NULLS
from fluxmodel.evidence.rows import Row
from fluxmodel.evidence.score import Gain, Score, gain, grouped, row_totals, score, totals

if TYPE_CHECKING:
    import pandas as pd

#: A predictor has to beat the best null by this share of the claims.
MARGIN = 0.10


@dataclass(frozen=True)
class Scoreboard:
    """Evidence, judged.

    Attributes
    ----------
    rows : tuple of Row
        Every row that was asked for, those without claims included.
    judged : mapping of str to tuple of Judged
        Way -> every claim in the order of the rows; the first way is the one that is scored, the others are
        baselines.
    split : str
        ``fit``, ``test`` or ``all``.
    members : int or None
        How many members of each cell were asked, at most; None: all.
    notes : tuple of str
    provenance : mapping

    Examples
    --------
    >>> import fluxmodel as fx
    >>> board = fx.validate(None, members=0, rows=["gls_inh_akg_rescue"], baselines=False)
    >>> board.score.claims
    6
    """

    rows: tuple[Row, ...]
    judged: Mapping[str, tuple[Judged, ...]]
    split: str
    members: int | None
    notes: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def way(self) -> str:
        """The way that is scored."""
        return next(iter(self.judged))

    @property
    def claims(self) -> tuple[Judged, ...]:
        """The claims as that way has them."""
        return self.judged[self.way]

    @property
    def score(self) -> Score:
        """The score of all claims that can be asked."""
        return score(self.claims)

    @property
    def controls(self) -> Score:
        """The score of the negative controls alone."""
        return score(c for c in self.claims if c.row.kind == "negative_control")

    @property
    def proxies(self) -> Score:
        """The score of the claims that are asked by a proxy."""
        return score(c for c in self.claims if c.claim.proxy is not None)

    @property
    def totals(self) -> dict[str, int]:
        """How many claims come out as what: a partition."""
        return totals(self.claims, self.rows)

    @property
    def row_totals(self) -> dict[str, int]:
        """How many rows come out as what."""
        return row_totals(self.claims, self.rows)

    def by(self, name: str) -> dict[str, Score]:
        """Scores by ``category``, ``confidence``, ``kind`` or ``split`` of the rows."""
        return grouped(self.claims, lambda c: str(getattr(c.row, name)))

    @property
    def baselines(self) -> dict[str, Score]:
        """The scores of the other ways."""
        return {name: score(own) for name, own in self.judged.items() if name != self.way}

    @property
    def nulls(self) -> dict[str, Score]:
        """The scores of predictions that know nothing of metabolism."""
        asked = [(c.row, c.claim) for c in self.claims]
        return {name: score(null(asked)) for name, null in NULLS.items()}

    @property
    def gains(self) -> dict[str, Gain]:
        """What the scored way has right beyond each baseline and null."""
        asked = [(c.row, c.claim) for c in self.claims]
        others: dict[str, Sequence[Judged]] = {k: v for k, v in self.judged.items() if k != self.way}
        others |= {name: null(asked) for name, null in NULLS.items()}
        return {name: gain(self.claims, own) for name, own in others.items()}

    @property
    def best_null(self) -> tuple[str, float]:
        """The null that has most right, and its share."""
        return max(((k, s.share) for k, s in self.nulls.items()), key=lambda item: item[1])

    @property
    def table(self) -> pd.DataFrame:
        """One row per claim, with what was published, what was predicted, and its source."""
        import pandas as pd

        frame: pd.DataFrame = pd.DataFrame([c.to_dict() for c in self.claims])
        return frame

    def records(self) -> list[dict[str, Any]]:
        """One row per claim, with what every baseline says."""
        found = []
        for k, c in enumerate(self.claims):
            others = {name: own[k].predicted for name, own in self.judged.items() if name != self.way}
            found.append({**c.to_dict(), **others})
        return found

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "schema": "fluxmodel.validation/1",
            "split": self.split,
            "members": self.members,
            "way": self.way,
            "score": self.score.to_dict(),
            "totals": self.totals,
            "row_totals": self.row_totals,
            "negative_controls": self.controls.to_dict(),
            "proxies": self.proxies.to_dict(),
            "by_category": {k: s.to_dict() for k, s in self.by("category").items()},
            "by_confidence": {k: s.to_dict() for k, s in self.by("confidence").items()},
            "baselines": {k: s.to_dict() for k, s in self.baselines.items()},
            "nulls": {k: s.to_dict() for k, s in self.nulls.items()},
            "gains": {k: g.to_dict() for k, g in self.gains.items()},
            "rows": self.records(),
            "not_representable": {
                r.id: r.not_representable for r in self.rows if r.not_representable is not None
            },
            "notes": list(self.notes),
            "provenance": dict(self.provenance),
        }
