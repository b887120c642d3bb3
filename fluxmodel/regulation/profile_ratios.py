"""From transcripts per million in two states to log2 fold changes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fluxmodel.regulation.profile_genes import examples

FLOOR = 0.1  # TPM; added on both sides of a ratio, so that noise near 0 is no fold change; chosen
LIMIT = 4.0  # log2; the same as for the axes; chosen


def ratios(pairs: Mapping[str, tuple[float, float]]) -> tuple[dict[str, float], tuple[str, ...], list[str]]:
    """Log2 fold changes, genes that are absent in both states, and what has to be said about it.

    Parameters
    ----------
    pairs : mapping of gene to (state, reference)
        Both in TPM.

    Examples
    --------
    >>> changes, absent, messages = ratios({"GLS": (3.9, 0.9), "PAH": (0.0, 0.0), "ASNS": (0.0, 0.1)})
    >>> changes, absent
    ({'GLS': 2.0, 'ASNS': -1.0}, ('PAH',))
    >>> messages[1]
    '0 in the profile only, counted as 0.1 TPM: ASNS'
    """
    absent = tuple(gene for gene, pair in pairs.items() if pair == (0.0, 0.0))
    changes = {
        gene: math.log2((state + FLOOR) / (reference + FLOOR))
        for gene, (state, reference) in pairs.items()
        if (state, reference) != (0.0, 0.0)
    }
    only_state = [gene for gene in changes if pairs[gene][1] == 0]
    only_reference = [gene for gene in changes if pairs[gene][0] == 0]
    said = (
        ("0 in both states, stay absent", absent),
        (f"0 in the profile only, counted as {FLOOR:g} TPM", only_reference),
        (f"0 in the reference only, counted as {FLOOR:g} TPM", only_state),
    )
    messages = [f"{what}: {examples(which)}" for what, which in said if which]
    return changes, absent, messages


def clip(changes: Mapping[str, float]) -> tuple[dict[str, float], list[str]]:
    """Fold changes within [-4, 4], and which ones were not.

    Examples
    --------
    >>> clip({"GLS": 5.0, "ASNS": -1.0})
    ({'GLS': 4.0, 'ASNS': -1.0}, ['clipped to +-4 log2: GLS'])
    """
    far = [gene for gene, change in changes.items() if abs(change) > LIMIT]
    messages = [f"clipped to +-{LIMIT:g} log2: {examples(far)}"] if far else []
    return {gene: min(max(change, -LIMIT), LIMIT) for gene, change in changes.items()}, messages
