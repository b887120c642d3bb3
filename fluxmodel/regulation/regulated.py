"""Capacities that something other than expression regulates: phosphorylation, degradation, an axis.

``regulated.tsv`` has one row per number: what it belongs to (target and law), its kind and its name. With
x the regulators' protein relative to the reference, weighted and less what is inhibited, the laws are, each
1 in the reference:

``kinase_phosphatase``
    ``a / a_ref`` with ``a = 1 / (1 + r x)`` and ``r = 1 / a_ref - 1``: kinases take the enzyme out of its
    active form, at r times the speed at which phosphatases bring it back.
``degradation``
    ``p + (1 - p) (1 + k) / (1 + k x**n)``: the regulator adds k to a turnover of 1, a share p is out of its
    reach.
``axis``
    ``2 ** (log2_at_full s)``: an axis that acts otherwise than through the model's genes; s is 0 at its basal
    and 1 at its full activity (`Axes.shifts`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from fluxmodel.errors import DomainError
from fluxmodel.frozen import FrozenMap
from fluxmodel.regulation.regulated_rows import Regulated, refuse

_NONE: Mapping[str, float] = FrozenMap()
_MOST = 1000.0  # log2; 2 ** 1024 is above every float


def factor(
    row: Regulated,
    log2: Mapping[str, float],
    inhibited: Mapping[str, float] = _NONE,
    shifts: Mapping[str, float] = _NONE,
) -> float:
    """What the capacity of the target is multiplied by; 1 in the reference.

    Parameters
    ----------
    row : Regulated
    log2 : mapping of gene to float
        Log2 fold changes of the regulators' protein; absent ones do not change, ``-inf`` is a lost gene.
    inhibited : mapping of gene to float
        Share of each regulator's activity that a drug takes away, in [0, 1].
    shifts : mapping of axis to float
        For the law ``axis``: `Axes.shifts`; an axis that is not in it is basal.

    Returns
    -------
    float
        Falls with every regulator (for ``axis``: in the direction of its number); > 0 unless all of it can be
        reached and the regulator grows without limit.

    Raises
    ------
    DomainError
        FM619 for a fold change that is NaN or too large, an inhibition outside [0, 1], an infinite shift.

    Examples
    --------
    >>> from fluxmodel.regulation import Number, Regulated
    >>> weight, share = Number("weight", "PDK1", 1, 1, 1), Number("parameter", "a_ref", 0.25, 0.1, 0.5)
    >>> pdh = Regulated("PDHm", "kinase_phosphatase", (weight, share))
    >>> factor(pdh, {}), round(factor(pdh, {"PDK1": 2.0}), 3), factor(pdh, {}, inhibited={"PDK1": 1.0})
    (1.0, 0.308, 4.0)
    """
    weights, number = row.of("weight"), row.of("parameter")
    if row.law == "axis":
        shift = math.fsum(w * shifts.get(name, 0.0) for name, w in weights.items())
        if not abs(shift * number["log2_at_full"]) < _MOST:
            raise DomainError(
                refuse(f"{row.target}: a shift of {shift}", "it must be a finite number, 1 at most")
            )
        return float(2.0 ** (number["log2_at_full"] * shift))
    x = _amount(row.target, weights, log2, inhibited)
    if row.law == "kinase_phosphatase":
        r = 1.0 / number["a_ref"] - 1.0
        return (1.0 + r) / (1.0 + r * x)
    k, n, p = number["k"], number["n"], number["p"]
    # by its logarithm, so that x**n of a large x is no overflow
    pull = math.log2(x) * n if x > 0 else -math.inf
    left = (1.0 + k) / (1.0 + k * 2.0**pull) if pull < _MOST else (0.0 if k > 0 else 1.0)
    return p + (1.0 - p) * left


def _amount(
    target: str, weights: Mapping[str, float], log2: Mapping[str, float], inhibited: Mapping[str, float]
) -> float:
    """Weighted sum of what is left of the regulators, 1 in the reference."""
    problems, parts = [], []
    for gene, weight in weights.items():
        change, lost = float(log2.get(gene, 0.0)), float(inhibited.get(gene, 0.0))
        if not change < _MOST:
            cure = "write a finite log2 fold change, or -inf for a gene that is lost"
            problems.append(refuse(f"{target}: log2 fold change of {gene} is {change}", cure))
        elif not 0 <= lost <= 1:
            problems.append(refuse(f"{target}: {gene} is inhibited by {lost}", "it must be from 0 to 1"))
        else:
            parts.append(weight * 2.0**change * (1.0 - lost))
    if problems:
        raise DomainError(problems)
    return math.fsum(parts)
