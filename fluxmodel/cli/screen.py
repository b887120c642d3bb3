"""Tables and numbers for the eye; colour only where someone looks."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

#: Width of a table that nobody looks at: a pipe or a file has no width of its own.
PLAIN_WIDTH = 140


def number(value: float | None, digits: int = 4) -> str:
    """A number for a table: four digits, and nothing smaller than the engines can tell from 0.

    Examples
    --------
    >>> number(0.123456), number(1e-12), number(None), number(1234.5)
    ('0.1235', '0', '-', '1234')
    """
    if value is None:
        return "-"
    if abs(value) < 1e-9:
        return "0"
    text = f"{value:.{digits}g}"
    return f"{value:.0f}" if "e+" in text and abs(value) < 1e6 else text


def console(to_file: bool = False) -> tuple[Console, io.StringIO]:
    """A rich console that writes into a buffer, with colour only for a terminal without NO_COLOR."""
    from rich.console import Console

    seen = sys.stdout.isatty() and not to_file
    buffer = io.StringIO()
    colour = seen and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = None if seen else PLAIN_WIDTH
    return (
        Console(file=buffer, force_terminal=colour, no_color=not colour, width=width, highlight=False,
                emoji=False, markup=False, legacy_windows=False),
        buffer,
    )  # fmt: skip


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], to_file: bool = False) -> str:
    """A table as text; names are left-aligned, numbers and verdicts right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for n, column in enumerate(columns):
        made.add_column(column, justify="left" if n == 0 or column == "genes" else "right", overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    screen, buffer = console(to_file)
    screen.print(made)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def short(genes: Sequence[str], most: int = 2) -> str:
    """The first genes of a rule, for a narrow column.

    Examples
    --------
    >>> short(["GLS", "GLS2"]), short(["OGDH", "DLST", "DLD"])
    ('GLS GLS2', 'OGDH DLST ...')
    """
    return " ".join([*genes[:most], *(["..."] if len(genes) > most else [])])


def wide_enough(needed: int, to_file: bool) -> bool:
    """Whether a table of so many characters fits on the screen; a file has no edge."""
    if to_file or not sys.stdout.isatty():
        return True
    import shutil

    return shutil.get_terminal_size().columns >= needed


_STYLES = {"up": "green", "down": "red", "error": "red", "warning": "yellow"}
