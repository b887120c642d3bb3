"""A claim and what was predicted of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from fluxmodel.evidence.rows import Claim, Row

Standing = Literal["right_certain", "right_uncertain", "wrong_certain", "wrong_uncertain", "error"]
#: What a claim can come out as; with ``not_representable`` for rows without claims, a partition.
STANDINGS: tuple[str, ...] = (
    "right_certain", "right_uncertain", "wrong_certain", "wrong_uncertain", "error", "not_representable",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One claim, judged.

    Attributes
    ----------
    row : Row
    claim : Claim
    predicted : str
        At the point: up, down, unchanged, above, below, undetermined, or one of the first with ``, too
        little`` if a ratio that the claim asks for is not reached; empty for an error.
    certain : str
        What is certain over the members of the cell, in the same words; empty if nothing is.
    share : float or None
        Share of the members that say what most of them say; None without members.
    value, against : float or None
        The observable in the two arms at the point; for effects relative to an untreated arm, these.
    unit : str
    why : str
        Why there is no value, or the error.
    """

    row: Row
    claim: Claim
    predicted: str
    certain: str = ""
    share: float | None = None
    value: float | None = None
    against: float | None = None
    unit: str = ""
    why: str = ""

    @property
    def right(self) -> bool:
        """Whether the point says what was published."""
        return self.predicted == self.claim.verdict

    @property
    def standing(self) -> Standing:
        """Where it counts; what is certain and not what was published is wrong for certain."""
        if not self.predicted:
            return "error"
        if self.certain:
            if self.certain != self.claim.verdict:
                return "wrong_certain"
            return "right_certain" if self.right else "wrong_uncertain"
        return "right_uncertain" if self.right else "wrong_uncertain"

    def to_dict(self) -> dict[str, Any]:
        """The claim for JSON and CSV."""
        return {
            "row": self.row.id,
            "claim": self.claim.id,
            "kind": self.row.kind,
            "category": self.row.category,
            "confidence": self.row.confidence,
            "split": self.row.split,
            "proxy": self.claim.proxy is not None,
            "observable": self.claim.observable,
            "of": self.claim.of,
            "against": self.claim.against,
            "published": self.claim.verdict,
            "published_value": self.claim.published,
            "predicted": self.predicted,
            "certain": self.certain,
            "share": self.share,
            "value": self.value,
            "value_against": self.against,
            "unit": self.unit,
            "standing": self.standing,
            "why": self.why,
            "source": self.row.source.citation,
            "doi": self.row.source.doi,
        }


def row_standing(claims: list[Judged]) -> Standing:
    """What a row comes out as: right only if all its claims are."""
    found = [c.standing for c in claims]
    if "error" in found:
        return "error"
    if "wrong_certain" in found:
        return "wrong_certain"
    if all(s == "right_certain" for s in found):
        return "right_certain"
    return "right_uncertain" if all(c.right for c in claims) else "wrong_uncertain"
