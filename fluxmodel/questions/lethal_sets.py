"""What a search for lethal sets says, in rows and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.lethal.cutsets import Wanted
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import pandas as pd

#: Why a search has ended early, in words.
_STOPPED = {
    "time": "stopped after {seconds:g} s",
    "sets": "stopped at the number of sets asked for",
    "numeric": "stopped because the solver failed",
}


@dataclass(frozen=True, slots=True)
class Lethal:
    """A set of genes that is lethal, and how that was checked.

    Attributes
    ----------
    genes : tuple of str
        One of each group.
    groups : tuple of tuple of str
        The genes that can stand for each of them, itself included: parts of the same complexes.
    growth : float
        With the set, and what is given, lost, 1/h: asked anew from a cold start.
    alone : float
        With the set alone lost, 1/h.
    spared : float
        The least growth with any part of the set, and what is given, lost, 1/h.
    share : float or None
        Share of the members that grow in which the set is lethal as well; None without members.
    """

    genes: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    growth: float
    alone: float
    spared: float
    share: float | None


@dataclass(frozen=True)
class LethalSets:
    """Smallest lethal sets of genes in one condition.

    Attributes
    ----------
    condition : str
    given : tuple of str
        What is lost anyway.
    untreated, without : float
        Growth with all genes, and without those given, 1/h.
    threshold : float
        Share of `untreated` below which a cell counts as not growing.
    rows : tuple of Lethal
        Smaller sets first; no one contains another.
    wanted : Wanted
        How far the search was to go.
    proven : int
        Up to this size every lethal set is listed.
    stopped : {'', 'time', 'sets', 'numeric'}
        What ended the search before the largest size was settled.
    essential : tuple of str
        Genes that are lethal alone, and were left out.
    apart : int
        Sets that were left out because they are lethal without what is given as well.
    members : int
        How many were asked.
    """

    condition: str
    given: tuple[str, ...]
    untreated: float
    without: float
    threshold: float
    rows: tuple[Lethal, ...]
    wanted: Wanted
    proven: int
    stopped: str
    essential: tuple[str, ...]
    apart: int
    members: int

    @property
    def statement(self) -> str:
        """What is proven, and what is not."""
        named = " and ".join(self.given)
        if self.given and not self.without >= self.threshold * self.untreated:
            return f"the loss of {named} is lethal by itself: no set is needed"
        together = f" together with {named}" if self.given else ""
        known = [r for r in self.rows if len(r.genes) <= self.proven]
        parts = []
        if self.proven:
            up_to = f"up to {self.proven} gene{'s' if self.proven > 1 else ''}"
            alone = len(self.essential)
            aside = f"; {alone} lethal alone are left out" if alone else ""
            said = f"every lethal set of {up_to} is listed" if known else f"no set of {up_to} is lethal"
            parts.append(f"{said}{together} (proven{aside})")
        if self.stopped:
            how = _STOPPED[self.stopped].format(seconds=self.wanted.seconds)
            size = self.proven + 1
            parts.append(f"of {size} gene{'s' if size > 1 else ''} and more there may be others: {how}")
        return "; ".join(parts)

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [
            {
                "condition": self.condition,
                "given": " ".join(self.given),
                "size": len(r.genes),
                "genes": " ".join(r.genes),
                "groups": "; ".join(" ".join(g) for g in r.groups),
                "growth": r.growth,
                "left": r.growth / self.untreated,
                "alone": r.alone,
                "spared": r.spared,
                "members": self.members,
                "share": r.share,
            }
            for r in self.rows
        ]

    @property
    def table(self) -> pd.DataFrame:
        """One row per set; columns as the fields of `Lethal`."""
        return frame(self.records())

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "schema": "fluxmodel.lethal/1",
            "condition": self.condition,
            "given": list(self.given),
            "untreated": self.untreated,
            "without_given": self.without,
            "threshold": self.threshold,
            "max_size": self.wanted.max_size,
            "proven": self.proven,
            "stopped": self.stopped,
            "statement": self.statement,
            "essential": list(self.essential),
            "apart": self.apart,
            "rows": self.records(),
        }
