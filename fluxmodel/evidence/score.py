"""Scores of judged claims: shares with intervals, accuracy by class, what one way adds to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fluxmodel.evidence.judged import STANDINGS, Judged, row_standing
from fluxmodel.evidence.rows import Row

CLASSES = ("up", "down", "unchanged")
LEVEL = 0.95
#: Draws of the bootstrap, and its seed.
DRAWS, SEED = 10_000, 1


def wilson(right: int, n: int) -> tuple[float, float]:
    """The Wilson interval of a share, at 95 %; (0, 1) of nothing.

    Examples
    --------
    >>> low, high = wilson(30, 40)
    >>> round(low, 3), round(high, 3)
    (0.598, 0.858)
    """
    if n == 0:
        return 0.0, 1.0
    from scipy.stats import binomtest

    found = binomtest(right, n).proportion_ci(LEVEL, "wilson")
    return float(found.low), float(found.high)


@dataclass(frozen=True)
class Score:
    """What a set of claims comes out as.

    Attributes
    ----------
    claims : int
        Claims that can be asked; errors are among them, and never right.
    right, right_certain, wrong_certain, errors : int
    rows, rows_right : int
        Rows with claims, and those of which every claim is right.
    recall : mapping of str to (int, int)
        Of the claims published as up, down and unchanged: how many are right, of how many.
    """

    claims: int
    right: int
    right_certain: int
    wrong_certain: int
    errors: int
    rows: int
    rows_right: int
    recall: Mapping[str, tuple[int, int]]

    @property
    def share(self) -> float:
        """Share of the claims that are right at the point; NaN of nothing."""
        return self.right / self.claims if self.claims else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson interval of that share."""
        return wilson(self.right, self.claims)

    @property
    def balanced(self) -> float:
        """Balanced accuracy: the mean share right of the classes up, down and unchanged that were claimed."""
        shares = [k / n for k, n in self.recall.values() if n]
        return sum(shares) / len(shares) if shares else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        low, high = self.interval
        return {
            "claims": self.claims,
            "right": self.right,
            "share": _finite(self.share),
            "interval": [low, high],
            "right_certain": self.right_certain,
            "wrong_certain": self.wrong_certain,
            "errors": self.errors,
            "rows": self.rows,
            "rows_right": self.rows_right,
            "balanced_accuracy": _finite(self.balanced),
            "recall": {k: {"right": a, "claims": n} for k, (a, n) in self.recall.items()},
        }


def _finite(value: float) -> float | None:
    return None if np.isnan(value) else value


def score(claims: Iterable[Judged]) -> Score:
    """Count judged claims."""
    every = list(claims)
    standing = Counter(c.standing for c in every)
    rows: dict[str, list[Judged]] = {}
    for c in every:
        rows.setdefault(c.row.id, []).append(c)
    recall = {}
    for name in CLASSES:
        own = [c for c in every if c.claim.verdict == name]
        recall[name] = (sum(c.right for c in own), len(own))
    return Score(
        claims=len(every),
        right=sum(c.right for c in every),
        right_certain=standing["right_certain"],
        wrong_certain=standing["wrong_certain"],
        errors=standing["error"],
        rows=len(rows),
        rows_right=sum(all(c.right for c in own) for own in rows.values()),
        recall=recall,
    )


def totals(claims: Iterable[Judged], rows: Iterable[Row]) -> dict[str, int]:
    """How many claims come out as what; a row without claims counts once, as not representable."""
    found: Counter[str] = Counter(c.standing for c in claims)
    missing = sum(not r.representable for r in rows)
    return {name: missing if name == "not_representable" else found[name] for name in STANDINGS}


def row_totals(claims: Iterable[Judged], rows: Iterable[Row]) -> dict[str, int]:
    """How many rows come out as what."""
    own: dict[str, list[Judged]] = {}
    for c in claims:
        own.setdefault(c.row.id, []).append(c)
    found: Counter[str] = Counter(row_standing(cs) for cs in own.values())
    missing = sum(not r.representable for r in rows)
    return {name: missing if name == "not_representable" else found[name] for name in STANDINGS}


def grouped(claims: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, Score]:
    """Scores by group, in the order of the names."""
    groups: dict[str, list[Judged]] = {}
    for c in claims:
        groups.setdefault(key(c), []).append(c)
    return {name: score(groups[name]) for name in sorted(groups)}


@dataclass(frozen=True)
class Gain:
    """How much more of the claims one way has right than another.

    Attributes
    ----------
    gain : float
        Difference of the shares.
    low, high : float
        95 % interval by a paired bootstrap over papers; NaN with fewer than two papers.
    better, worse : int
        Claims that only the first, or only the second, has right.
    """

    gain: float
    low: float
    high: float
    better: int
    worse: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "gain": self.gain,
            "interval": [_finite(self.low), _finite(self.high)],
            "better": self.better,
            "worse": self.worse,
        }


def gain(one: Sequence[Judged], other: Sequence[Judged]) -> Gain:
    """What one way adds to another on the same claims.

    Papers are drawn, because the claims of one are not independent.

    Parameters
    ----------
    one, other : sequence of Judged
        The same claims in the same order.
    """
    papers: dict[str, list[int]] = {}
    for a, b in zip(one, other, strict=True):
        counts = papers.setdefault(a.row.source.paper, [0, 0])
        counts[0] += int(a.right) - int(b.right)
        counts[1] += 1
    better = sum(a.right and not b.right for a, b in zip(one, other, strict=True))
    worse = sum(b.right and not a.right for a, b in zip(one, other, strict=True))
    total = len(one)
    if len(papers) < 2:
        return Gain((better - worse) / max(total, 1), float("nan"), float("nan"), better, worse)
    differences, sizes = np.array(list(papers.values()), dtype=float).T
    low, high = _interval(differences, sizes)
    return Gain((better - worse) / total, low, high, better, worse)


def _interval(differences: Any, sizes: Any) -> tuple[float, float]:
    from scipy.stats import bootstrap

    def share(d: Any, n: Any, axis: int = -1) -> Any:
        return d.sum(axis=axis) / n.sum(axis=axis)

    if not differences.any():
        return 0.0, 0.0
    found = bootstrap(
        (differences, sizes), share, n_resamples=DRAWS, vectorized=True, paired=True,
        confidence_level=LEVEL, method="percentile", random_state=np.random.default_rng(SEED),
    ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)
