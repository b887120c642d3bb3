"""Tables and numbers for the eye; colour only where someone looks."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

GAP = 3  # characters between two columns
NARROWEST = 16  # characters that a name may be folded to; a number is never folded


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


def width_of(to_file: bool = False) -> int | None:
    """Columns of the terminal; None for a pipe or a file, which have no edge."""
    seen = sys.stdout is not None and sys.stdout.isatty() and not to_file
    return shutil.get_terminal_size().columns if seen else None


def prose(lines: Sequence[str], to_file: bool = False) -> str:
    """Lines of text; on a terminal broken between words, or its edge would cut numbers in two.

    Examples
    --------
    >>> prose(["growth 0.05 1/h", "", "x"])
    'growth 0.05 1/h\\n\\nx\\n'
    """
    width = width_of(to_file)
    return "".join(f"{part}\n" for line in lines for part in _wrapped(line, width))


def _wrapped(line: str, width: int | None) -> list[str]:
    if width is None or len(line) <= width:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
        drop_whitespace=True, replace_whitespace=False,
    )  # fmt: skip


def console(width: int, colour: bool) -> tuple[Console, io.StringIO]:
    """A rich console that writes into a buffer."""
    from rich.console import Console

    buffer = io.StringIO()
    return (
        Console(file=buffer, force_terminal=colour, no_color=not colour, width=width, highlight=False,
                emoji=False, markup=False, legacy_windows=False),
        buffer,
    )  # fmt: skip


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], to_file: bool = False) -> str:
    """A table as text; names are left-aligned, numbers and verdicts right.

    What is too wide for a terminal is shown as one block of columns after another, each with its names.
    Colour is for a terminal without NO_COLOR.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    width = width_of(to_file)
    colour = width is not None and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    widths = [max(len(column), *(len(row[n]) for row in rows), 0) for n, column in enumerate(columns)]
    blocks = []
    for block, first in _blocks(columns, widths, width):
        made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for n in block:
            left = n == 0 or columns[n] == "genes"
            made.add_column(
                columns[n], justify="left" if left else "right", no_wrap=n > 0,
                overflow="fold" if n == 0 else "crop", min_width=widths[n] if n else first,
                max_width=None if n else first,
            )  # fmt: skip
        for row in rows:
            made.add_row(*(Text(row[n], style=_STYLES.get(row[n], "")) for n in block))
        total = first + sum(GAP + widths[n] for n in block[1:])
        screen, buffer = console(total, colour)
        screen.print(made)
        blocks.append("".join(f"{line.rstrip()}\n" for line in buffer.getvalue().splitlines()))
    return "\n".join(blocks)


def _blocks(columns: Sequence[str], widths: Sequence[int], width: int | None) -> list[tuple[list[int], int]]:
    """Which columns stand side by side, and how wide the names are.

    Examples
    --------
    >>> _blocks(["observable", "genes", "A", "B"], [30, 10, 7, 7], None)
    [([0, 1, 2, 3], 30)]
    >>> _blocks(["observable", "genes", "A", "B"], [30, 10, 7, 7], 50)
    [([0, 2, 3], 30)]
    >>> _blocks(["observable", "A", "B"], [30, 7, 7], 41)
    [([0, 1, 2], 21)]
    >>> _blocks(["observable", "A", "B"], [30, 7, 7], 35)
    [([0, 1], 25), ([0, 2], 25)]
    """
    every = list(range(len(columns)))
    slim = [n for n in every if columns[n] != "genes"]  # the first that can be missed

    def beside(block: Sequence[int]) -> int:
        return sum(GAP + widths[n] for n in block if n)

    if width is None or widths[0] + beside(every) <= width:
        return [(every, widths[0])]
    if (first := min(widths[0], width - beside(slim))) >= min(widths[0], NARROWEST):
        return [(slim, first)]
    names = [n for n in slim if n == 0 or columns[n] == "unit"]
    numbers = [n for n in slim if n not in names]
    widest = max((GAP + widths[n] for n in numbers), default=0)
    first = min(widths[0], max(NARROWEST, width - beside(names) - widest))
    blocks = [list(names)]
    for n in numbers:
        if len(blocks[-1]) > len(names) and first + beside([*blocks[-1], n]) > width:
            blocks.append(list(names))
        blocks[-1].append(n)
    return [(block, first) for block in blocks]


def short(genes: Sequence[str], most: int = 2) -> str:
    """The first genes of a rule, for a narrow column.

    Examples
    --------
    >>> short(["GLS", "GLS2"]), short(["OGDH", "DLST", "DLD"])
    ('GLS GLS2', 'OGDH DLST ...')
    """
    return " ".join([*genes[:most], *(["..."] if len(genes) > most else [])])


_STYLES = {
    "up": "green",
    "likely up": "green",
    "likely down": "red",
    "down": "red",
    "error": "red",
    "warning": "yellow",
}
