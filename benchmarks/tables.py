"""Tables in Markdown, and the numbers that several of them show."""

from __future__ import annotations

import numpy as np

from fluxmodel.lp.sparse import Floats


def print_row(*cells: str) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(cells) + " |")


def print_head(*names: str) -> None:
    """Print the head of a table."""
    print_row(*names)
    print("|---" * len(names) + "|")


def interval(values: Floats) -> str:
    """Median and 5 to 95 %; a dash if there is nothing."""
    if not np.isfinite(values).any():
        return "-"
    low, mid, high = np.nanpercentile(values, [5, 50, 95])
    return f"{mid:.4f} ({low:.4f} to {high:.4f})"
