"""Predictions that know nothing of metabolism, to be beaten.

``no_change`` says unchanged of everything. ``inhibited_down`` says that growth falls where something is
inhibited or lost, and that nothing else changes. ``majority`` says of every claim what most claims of its
category say, among the very claims that are scored: more than a predictor could know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from fluxmodel.condition import Inhibit, KnockOut
from fluxmodel.evidence.judged import Judged
from fluxmodel.evidence.rows import Claim, Row

Asked = Sequence[tuple[Row, Claim]]


def _judged(row: Row, claim: Claim, said: str) -> Judged:
    return Judged(row, claim, said)


def no_change(claims: Asked) -> list[Judged]:
    """Nothing changes."""
    return [_judged(row, claim, "unchanged") for row, claim in claims]


def inhibited_down(claims: Asked) -> list[Judged]:
    """Growth falls where one arm is inhibited, or has lost a gene, and the other has not."""
    return [
        _judged(
            row,
            claim,
            "down" if claim.observable == "growth" and _more_inhibited(row, claim) else "unchanged",
        )
        for row, claim in claims
    ]


def majority(claims: Asked) -> list[Judged]:
    """What most claims of the category say; of as many, what comes first in the alphabet."""
    by: dict[str, Counter[str]] = {}
    for row, claim in claims:
        by.setdefault(row.category, Counter())[claim.verdict] += 1
    most = {name: min(found, key=lambda v: (-found[v], v)) for name, found in by.items()}
    return [_judged(row, claim, most[row.category]) for row, claim in claims]


def _more_inhibited(row: Row, claim: Claim) -> bool:
    """Whether the arm has treatments that the one it is compared with lacks."""

    def treatments(arm: str | None) -> list[object]:
        if arm is None:
            return []
        return [c for spec in row.lineage(arm) for c in spec.changes if isinstance(c, (Inhibit, KnockOut))]

    before = treatments(claim.against)
    return any(t not in before for t in treatments(claim.of))


NULLS: Mapping[str, Callable[[Asked], list[Judged]]] = {
    "no change": no_change,
    "growth down if inhibited": inhibited_down,
    "majority of the category": majority,
}
