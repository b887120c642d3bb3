"""Rows of a result as a pandas frame; pandas is imported when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def frame(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row per record.

    Examples
    --------
    >>> frame([{"gene": "GLS", "growth": 0.5}]).growth.tolist()
    [0.5]
    """
    import pandas as pd

    found: pd.DataFrame = pd.DataFrame(list(records))
    return found
