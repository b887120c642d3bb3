"""From mRNA to protein, and what expressed protein costs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fluxmodel.errors import DomainError, Problem


def protein_ratio(log2: float, beta: float) -> float:
    """Protein relative to the reference, from the log2 fold change of its mRNA: ``x ** beta``.

    Parameters
    ----------
    log2 : float
        Log2 fold change of the mRNA; ``-inf`` for a gene that is lost.
    beta : float
        Slope of log protein on log mRNA, dimensionless, > 0.

    Returns
    -------
    float
        1 at ``log2 == 0``, 0 at ``-inf``.

    Raises
    ------
    DomainError
        FM617 if `beta` is not positive or the ratio is not a finite number.

    Examples
    --------
    >>> protein_ratio(2.0, 0.5), protein_ratio(0.0, 0.6), protein_ratio(float("-inf"), 0.6)
    (2.0, 1.0, 0.0)
    """
    if not 0 < beta < math.inf:
        raise DomainError(
            Problem("FM617", f"protein per mRNA: beta = {beta}", cure="it must be > 0 and finite")
        )
    exponent = beta * log2
    if not exponent < 1024:  # 2 ** 1024 is above every float; NaN is caught here too
        what = f"log2 fold change {log2} gives no finite amount of protein"
        raise DomainError(Problem("FM617", what, cure="write a finite log2 fold change, or -inf"))
    return float(2.0**exponent)


def dilution(masses: Sequence[float], ratios: Sequence[float]) -> float:
    """Factor by which every enzyme is diluted so that the protein pool keeps its mass.

    Protein that is expressed is charged: enzyme k, with mass `m_k` in the reference, becomes
    ``ratio_k * factor`` times as abundant, with ``factor = sum(m) / sum(m * ratio)``.

    Parameters
    ----------
    masses : sequence of float
        Mass of each enzyme in the reference (molar mass times abundance), in one unit, >= 0.
    ratios : sequence of float
        Protein of each enzyme relative to the reference before dilution, >= 0.

    Returns
    -------
    float
        Below 1 if more protein is made than before.

    Raises
    ------
    DomainError
        FM618 if a number is negative or not finite, the lengths differ, or no protein is left.

    Examples
    --------
    >>> dilution([10.0, 30.0], [3.0, 1.0])
    0.6666666666666666
    """
    pairs = _pairs(masses, ratios)
    before = math.fsum(m for m, _ in pairs)
    after = math.fsum(m * r for m, r in pairs)
    if not (before > 0 and after > 0 and math.isfinite(before / after)):
        what = f"protein of mass {before:g} in the reference, {after:g} in the state"
        raise DomainError(Problem("FM618", what, cure="both must be > 0: keep an enzyme that is expressed"))
    return before / after


def _pairs(masses: Sequence[float], ratios: Sequence[float]) -> list[tuple[float, float]]:
    """Masses with their ratios, checked."""
    if len(masses) != len(ratios):
        what = f"{len(masses)} masses and {len(ratios)} ratios"
        raise DomainError(Problem("FM618", what, cure="give one ratio per enzyme"))
    pairs = [(float(m), float(r)) for m, r in zip(masses, ratios, strict=True)]
    cure = "both must be finite and >= 0"
    bad = [
        Problem("FM618", f"enzyme {n}: mass {m}, ratio {r}", cure=cure)
        for n, (m, r) in enumerate(pairs)
        if not (0 <= m < math.inf and 0 <= r < math.inf)
    ]
    if bad:
        raise DomainError(bad)
    return pairs
