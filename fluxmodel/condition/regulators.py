"""The regulators that a condition can set: a closed list, so that a misspelt one is not taken in silence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REGULATORS: tuple[str, ...] = ("ATF4", "HIF1A", "NRF2", "MYC", "MTORC1", "XBP1S", "ATF6", "SREBP")

# other name, in capitals -> the one that is used here
_ALSO: Mapping[str, str] = MappingProxyType(
    {
        "NFE2L2": "NRF2",
        "HIF": "HIF1A",
        "HIF1": "HIF1A",
        "HIF-1": "HIF1A",
        "HIF-1A": "HIF1A",
        "CMYC": "MYC",
        "C-MYC": "MYC",
        "MTOR": "MTORC1",
        "XBP1": "XBP1S",
        "SREBF1": "SREBP",
        "SREBF2": "SREBP",
        "SREBP1": "SREBP",
        "SREBP2": "SREBP",
    }
)


def regulator(name: str) -> tuple[str, str]:
    """The regulator that is meant, empty if none is, and the cure if it is written in another way.

    Examples
    --------
    >>> regulator("HIF1A"), regulator("NFE2L2"), regulator("GLS")
    (('HIF1A', ''), ('NRF2', 'write NRF2'), ('', ''))
    """
    upper = name.upper()
    known = upper if upper in REGULATORS else _ALSO.get(upper, "")
    return known, f"write {known}" if known and known != name else ""
