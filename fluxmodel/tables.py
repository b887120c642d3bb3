"""Typed TSV reader: a table is read whole, every problem is reported with its line."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fluxmodel.errors import Problem, TableError, Where

MAX_BYTES = 8_000_000  # chosen: the largest table of the model is below 1 MB


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read: a parser for its text, and what an empty cell means."""

    parse: Callable[[str], Any] = str
    required: bool = True
    default: Any = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column name, and the line on which it stands."""

    values: Mapping[str, Any]
    file: str
    line: int

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def where(self, field: str | None = None) -> Where:
        """The place of this row, for an error."""
        return Where(self.file, self.line, field)


def number(text: str) -> float:
    """A finite number."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def integer(text: str) -> int:
    """A whole number."""
    return int(text)


def words(text: str) -> tuple[str, ...]:
    """Items separated by white space."""
    return tuple(text.split())


def one_of(*allowed: str) -> Callable[[str], str]:
    """A parser that accepts only the given words."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return parse


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """Text of a file, refused before parsing if it is missing, a folder, too large or not UTF-8."""
    where = Where(path.name)
    if path.is_dir():
        raise TableError(Problem("FM010", "this is a folder, not a file", where, "name a file"))
    if not path.is_file():
        raise TableError(Problem("FM011", "no such file", where, f"looked for it in {path.parent}"))
    size = path.stat().st_size
    if size > limit:
        raise TableError(Problem("FM012", f"the file has {size:,} bytes; at most {limit:,} are read", where))
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            Problem("FM013", f"not UTF-8 text (byte {error.start})", where, "save it as UTF-8")
        ) from None


def read_table(path: Path, schema: Mapping[str, Column], key: str | None = None) -> tuple[Row, ...]:
    """Read a tab-separated table with a header line.

    Parameters
    ----------
    path : Path
        The file, UTF-8, at most ``MAX_BYTES``.
    schema : mapping of column name to Column
        Every column of the table; unknown and missing ones are errors.
    key : str, optional
        Column whose values must be unique.

    Returns
    -------
    tuple of Row
        In file order.

    Raises
    ------
    TableError
        With every problem found, each with its line and column.
    """
    text = read_text(path)
    lines = list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    if not lines:
        raise TableError(Problem("FM014", "the table is empty", Where(path.name)))
    header, problems = lines[0], []
    for name in sorted(set(schema) - set(header)):
        problems.append(Problem("FM015", f"column {name!r} is missing", Where(path.name, 1)))
    for name in [h for h in header if h not in schema or header.count(h) > 1]:
        problems.append(Problem("FM016", f"column {name!r} is unknown or doubled", Where(path.name, 1)))
    if problems:
        raise TableError(problems)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for n, cells in enumerate(lines[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            what = f"{len(cells)} cells, the header has {len(header)}"
            problems.append(Problem("FM017", what, Where(path.name, n)))
            continue
        values: dict[str, Any] = {}
        for name, cell in zip(header, cells, strict=True):
            column, cell = schema[name], cell.strip()
            if not cell:
                if column.required:
                    problems.append(Problem("FM018", "the cell is empty", Where(path.name, n, name)))
                values[name] = column.default
                continue
            try:
                values[name] = column.parse(cell)
            except ValueError as error:
                problems.append(Problem("FM019", f"{cell!r}: {error}", Where(path.name, n, name)))
        if key is not None and (name := cells[header.index(key)].strip()) in seen:
            what = f"{name!r} stands on line {seen[name]} already"
            problems.append(Problem("FM020", what, Where(path.name, n, key)))
        elif key is not None:
            seen[cells[header.index(key)].strip()] = n
        rows.append(Row(values, path.name, n))
    if problems:
        raise TableError(problems)
    return tuple(rows)
