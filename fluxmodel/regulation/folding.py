"""From fold changes of genes to the fold change of what they make together: complexes, then isozymes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Mapping, Sequence

from fluxmodel.errors import DomainError, Problem

SMALL_COMPLEX = 3  # subunits up to which the scarcest one decides; chosen


def fold(
    complexes: Sequence[Collection[str]],
    log2: Mapping[str, float],
    weights: Sequence[float] | None = None,
) -> float:
    """Log2 of the catalyst's amount relative to the reference, from the fold changes of its genes.

    A complex of at most three subunits follows its scarcest subunit. A larger one follows the median: the
    minimum over 45 noisy subunits of complex I lies about 0.44 log2 too low. A gene that is lost
    (``-inf``) takes a complex of any size with it. Isozymes add up linearly.

    Parameters
    ----------
    complexes : sequence of collections of str
        One set of gene symbols per isozyme, as ``rule.isozymes()`` gives them; empty if no gene is known.
    log2 : mapping of gene to float
        Log2 fold changes; a gene that is not in it does not change, ``-inf`` is a gene that is lost.
    weights : sequence of float, optional
        Amount of each isozyme in the reference, in any unit; equal if not given.

    Returns
    -------
    float
        ``-inf`` if nothing is left; 0 if there are no complexes.

    Raises
    ------
    DomainError
        FM616 if a fold change is NaN or ``+inf``, a complex has no genes, or the weights do not fit.

    Examples
    --------
    >>> round(fold([{"GLS"}, {"GLS2"}], {"GLS": -1.0}), 3)
    -0.415
    >>> fold([{"GLS"}, {"GLS2"}], {"GLS": -1.0}, weights=[1, 0])
    -1.0
    >>> fold([{"SLC7A11", "SLC3A2"}], {"SLC7A11": 2.0})
    0.0
    """
    shares = _shares(len(complexes), weights)
    logs = [_one(genes, log2) for genes in complexes]
    kept = [(share, value) for share, value in zip(shares, logs, strict=True) if share > 0]
    if not kept:
        return 0.0
    top = max(value for _, value in kept)
    if top == -math.inf:
        return top
    # relative to the largest one, so that no power of two overflows and equal values stay exactly equal
    total = math.fsum(share for share, _ in kept)
    part = math.fsum(share * 2.0 ** (value - top) for share, value in kept)
    low = min(value for _, value in kept)
    return top if low == top else top + math.log2(part / total)


def _one(genes: Collection[str], log2: Mapping[str, float]) -> float:
    """The log2 fold change of one complex."""
    if not genes:
        raise DomainError(Problem("FM616", "a complex without genes", cure="leave it out"))
    values = [float(log2.get(gene, 0.0)) for gene in genes]
    if bad := sorted(g for g, v in zip(genes, values, strict=True) if math.isnan(v) or v == math.inf):
        what = f"log2 fold change of {', '.join(bad)} is not a number below infinity"
        raise DomainError(
            Problem("FM616", what, cure="write a finite number, or -inf for a gene that is lost")
        )
    if len(values) <= SMALL_COMPLEX or -math.inf in values:
        return min(values)
    return statistics.median(values)


def _shares(n: int, weights: Sequence[float] | None) -> list[float]:
    """The amounts of `n` isozymes in the reference, checked."""
    if weights is None:
        return [1.0] * n
    shares = [float(w) for w in weights]
    if len(shares) != n:
        what = f"{len(shares)} weights for {n} isozymes"
        raise DomainError(Problem("FM616", what, cure="give one weight per isozyme"))
    if any(not 0 <= w < math.inf for w in shares) or (n and not any(shares)):
        what = f"weights {shares} of isozymes"
        raise DomainError(Problem("FM616", what, cure="they must be finite, >= 0, and not all 0"))
    return shares
