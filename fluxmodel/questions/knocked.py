"""Knock-outs as frozen values: what each does to growth, and in how many members of the cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from fluxmodel.analysis.spread import Spread
from fluxmodel.analysis.state import Outcome
from fluxmodel.analysis.verdict import Constants
from fluxmodel.frozen import FrozenMap
from fluxmodel.questions.frames import frame

if TYPE_CHECKING:
    import pandas as pd

#: What grows at less than this share of what it does untreated has lost what is essential; chosen, as in
#: most screens of gene deletions (1 %).
ESSENTIAL = 0.01
#: The same of what is halved.
HALVED = 0.5

Essentiality = Literal[
    "essential", "likely essential", "undetermined", "likely not essential", "not essential"
]
#: From the worst to the best, for tables.
ORDER: Sequence[Essentiality] = (
    "essential", "likely essential", "undetermined", "likely not essential", "not essential"
)  # fmt: skip


def essentiality(share: float | None, at_point: bool | None, constants: Constants) -> Essentiality:
    """The word for a share of members; the point decides alone where no members were asked.

    Parameters
    ----------
    share : float or None
        Of the members that grow untreated, those in which it is essential.
    at_point : bool or None
        Whether it is at the point; None where nothing can be said there.
    constants : Constants

    Examples
    --------
    >>> c = Constants()
    >>> [essentiality(x, True, c) for x in (0.97, 0.85, 0.5, 0.1, 0.0)]
    ['essential', 'likely essential', 'undetermined', 'likely not essential', 'not essential']
    >>> essentiality(None, True, c), essentiality(None, None, c)
    ('essential', 'undetermined')
    """
    if share is None:
        if at_point is None:
            return "undetermined"
        return "essential" if at_point else "not essential"
    for least, yes, no in (
        (constants.certain_share, "essential", "not essential"),
        (constants.likely_share, "likely essential", "likely not essential"),
    ):
        if share >= least:
            return yes  # type: ignore[return-value]
        if 1 - share >= least:
            return no  # type: ignore[return-value]
    return "undetermined"


@dataclass(frozen=True, slots=True)
class Knockout:
    """What one knock-out, or two at once, do in one condition.

    Attributes
    ----------
    condition : str
    targets : tuple of str
        Genes or reactions.
    loses : tuple of str
        Catalysts and reactions that are lost.
    outcome : Outcome
        At the point; NONVIABLE is an answer: growth is 0, and `deficits` says what is unserved.
    growth : float or None
        At the point, 1/h; None where the inputs contradict each other.
    ratio : float or None
        To growth without the knock-out; None where there is none.
    deficits : mapping of demand name to float
        What is unserved at the point, mmol/gDW/h; of pairs only where neither alone kills.
    members : Spread
        Of the ratio over the members that grow without the knock-out.
    essential, halved : float or None
        Share of these members that keep less than 1 %, and less than half, of their growth.
    verdict : str
        What `essential` amounts to: essential (in 95 % of the members and more), likely essential (80 %),
        undetermined, likely not essential, not essential. Without members the point decides.
    synthetic : float or None
        Of a pair, the share of members in which it is essential while neither is alone.
    lethal : str
        ``essential`` or ``likely essential`` for a pair that is synthetic lethal; empty otherwise.
    """

    condition: str
    targets: tuple[str, ...]
    loses: tuple[str, ...]
    outcome: Outcome
    growth: float | None
    ratio: float | None
    deficits: Mapping[str, float]
    members: Spread
    essential: float | None
    halved: float | None
    verdict: Essentiality
    synthetic: float | None = None
    lethal: str = ""

    @property
    def name(self) -> str:
        """The targets as one word."""
        return " + ".join(self.targets)

    @property
    def is_essential(self) -> bool:
        """Whether it is, for certain or likely."""
        return self.verdict in ORDER[:2]

    def record(self) -> dict[str, Any]:
        """The knock-out as a plain dictionary."""
        return {
            "condition": self.condition,
            "knockout": self.name,
            "outcome": self.outcome.value,
            "growth": self.growth,
            "ratio": self.ratio,
            **{f"ratio_{k}": getattr(self.members, k) for k in ("median", "low", "high")},
            "members": self.members.members,
            "essential": self.essential,
            "halved": self.halved,
            "verdict": self.verdict,
            "synthetic": self.synthetic,
            "lethal": self.lethal,
            "deficits": " ".join(f"{k}={v:.4g}" for k, v in self.deficits.items()),
            "loses": " ".join(self.loses),
        }


@dataclass(frozen=True, slots=True)
class Differs:
    """A knock-out that is not the same in all conditions.

    Attributes
    ----------
    targets : tuple of str
    verdicts : tuple of (condition, verdict)
    shares : tuple of (condition, float or None)
        Share of members in which it is essential.
    difference : float
        Between the largest and the smallest share; of the ratios at the point without members.
    """

    targets: tuple[str, ...]
    verdicts: tuple[tuple[str, Essentiality], ...]
    shares: tuple[tuple[str, float | None], ...]
    difference: float

    @property
    def name(self) -> str:
        """The targets as one word."""
        return " + ".join(self.targets)


@dataclass(frozen=True)
class Knockouts:
    """Knock-outs in some conditions.

    Attributes
    ----------
    rows : tuple of Knockout
        By condition: single ones first, in the order in which they were asked for, then pairs.
    growth : mapping of condition to float or None
        At the point without any of them, 1/h.
    kind : {'genes', 'reactions'}
    notes : tuple of str
    complete : bool
        Whether everything that was asked for is there.
    """

    rows: tuple[Knockout, ...]
    growth: Mapping[str, float | None] = field(default_factory=FrozenMap)
    kind: str = "genes"
    notes: tuple[str, ...] = ()
    complete: bool = True

    def essential(self, condition: str) -> tuple[Knockout, ...]:
        """Single knock-outs that are essential, the certain ones first."""
        own = [r for r in self.rows if r.condition == condition and len(r.targets) == 1 and r.is_essential]
        return tuple(sorted(own, key=lambda r: ORDER.index(r.verdict)))

    @property
    def synthetic(self) -> tuple[Knockout, ...]:
        """Pairs that are essential while neither is alone, most members first."""
        own = [r for r in self.rows if r.lethal]
        return tuple(sorted(own, key=lambda r: -(r.synthetic or 0.0)))

    @property
    def differential(self) -> tuple[Differs, ...]:
        """What has another verdict in another condition, the largest difference first."""
        by_target: dict[tuple[str, ...], list[Knockout]] = {}
        for row in self.rows:
            by_target.setdefault(row.targets, []).append(row)
        found = []
        for targets, rows in by_target.items():
            if len({r.verdict for r in rows}) < 2:
                continue
            said = [r.essential for r in rows if r.essential is not None]
            said = said if len(said) == len(rows) else [r.ratio for r in rows if r.ratio is not None]
            found.append(
                Differs(
                    targets,
                    tuple((r.condition, r.verdict) for r in rows),
                    tuple((r.condition, r.essential) for r in rows),
                    max(said, default=0.0) - min(said, default=0.0),
                )
            )
        return tuple(sorted(found, key=lambda d: (-d.difference, d.targets)))

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [r.record() for r in self.rows]

    @property
    def table(self) -> pd.DataFrame:
        """One row per condition and knock-out; columns as the fields of `Knockout`."""
        return frame(self.records())

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "schema": "fluxmodel.knockouts/1",
            "kind": self.kind,
            "complete": self.complete,
            "growth": dict(self.growth),
            "rows": [{**r.record(), "deficits": dict(r.deficits)} for r in self.rows],
            "differential": [
                {
                    "knockout": d.name,
                    "verdicts": dict(d.verdicts),
                    "essential": dict(d.shares),
                    "difference": d.difference,
                }
                for d in self.differential
            ],
            "notes": list(self.notes),
        }
