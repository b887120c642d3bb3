"""A user's table as text cells with line numbers: CSV or TSV, told apart by the header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fluxmodel.errors import Problem, TableError, Where
from fluxmodel.tables import read_text

MAX_BYTES = 50_000_000  # chosen: 60 000 genes in 100 samples
# how files that are no text begin, and what they are
_BINARY = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that is not split into cells yet: of a wide one, only the columns asked for are kept."""

    file: str
    header: tuple[str, ...]
    text: str
    delimiter: str

    def cells(self, *columns: int) -> Iterator[tuple[int, tuple[str, ...] | None]]:
        """Line and cells of every row below the header; None for a row of another length."""
        for line, row in self._rows():
            yield line, tuple(row[n].strip() for n in columns) if len(row) == len(self.header) else None

    def lengths(self) -> Iterator[int]:
        """How many cells each row below the header has."""
        return (len(row) for _, row in self._rows())

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        rows = _records(self.text, self.delimiter)
        next(rows, None)
        return rows


def read_sheet(path: Path) -> Sheet:
    """Read the header of a table, and see that the rest is one.

    Raises
    ------
    TableError
        FM010-FM013 for a file that cannot be read, FM014 if there are no rows, FM621 if it is no table.
    """
    where = Where(path.name)
    kind = _binary(path)
    if kind:
        cure = "save the table as CSV or as tab-separated text"
        raise TableError(Problem("FM621", f"this is {kind}, not a text table", where, cure))
    text = read_text(path, MAX_BYTES)
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    if not first:
        raise TableError(Problem("FM014", "the table is empty", where))
    delimiter = "\t" if "\t" in first else ","
    if delimiter not in first or "\0" in text:
        what = f"the first line, {first.strip()[:40]!r}, is not the header of a table"
        cure = "separate the columns by tabs or commas: gene names, then values"
        raise TableError(Problem("FM621", what, where, cure))
    try:
        _, names = next(_records(text, delimiter), (0, []))
        header = tuple(name.strip() for name in names)
        sheet = Sheet(path.name, header, text, delimiter)
        lengths = set(sheet.lengths())
    except csv.Error as error:
        raise TableError(Problem("FM621", f"not a table: {error}", where, "look for a stray quote")) from None
    if not lengths:
        raise TableError(Problem("FM014", "the table has a header, but no rows", where))
    if lengths == {len(header) + 1}:
        what = f"the header has {len(header)} names, every row {len(header) + 1} cells"
        cure = "name the column of genes too (in R: write.table(..., col.names = NA))"
        raise TableError(Problem("FM621", what, where, cure))
    return sheet


def _binary(path: Path) -> str:
    """What a file is that is no text, empty if it may be one."""
    if not path.is_file():
        return ""
    with path.open("rb") as handle:
        start = handle.read(4)
    return next((kind for magic, kind in _BINARY.items() if start.startswith(magic)), "")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1
