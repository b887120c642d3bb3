"""The rows of a table that a user keeps, as text, each with its place.

Codes: FM543 not the table that is needed, FM544 an empty table, FM545 no finite number.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fluxmodel.errors import InputError, Problem, Where, nearest
from fluxmodel.tables import read_text

#: A table of rates has tens of rows, one of abundances about ten thousand.
MAX_BYTES, MAX_ROWS = 5_000_000, 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table as text, and where it stands."""

    cells: Mapping[str, str]
    where: Where

    def at(self, field: str) -> Where:
        """The place of a field."""
        return replace(self.where, field=field)


def read_lines(path: Path, needed: Sequence[str], known: Sequence[str]) -> list[Line]:
    """The rows of a table with tabs, commas or semicolons.

    Blank rows and rows that start with # are passed over.

    Raises
    ------
    InputError
        If it is no such table, with everything that is wrong with its header.
    """
    text = read_text(path, MAX_BYTES)
    first = next((x for x in text.splitlines() if x.strip() and not x.startswith("#")), "")
    split = next((x for x in "\t;," if x in first), "\t")
    reader = csv.reader(text.splitlines(), delimiter=split)
    columns = f"columns: {', '.join(known)}"
    header: list[str] = []
    found: list[Line] = []
    problems: list[Problem] = []
    try:
        for cells in reader:
            here = Where(path.name, reader.line_num)
            if not any(c.strip() for c in cells) or cells[0].startswith("#"):
                continue
            if not header:
                header = [c.strip().casefold() for c in cells]
                problems += _header(header, needed, known, here, columns)
                if problems:
                    raise InputError(problems)
                continue
            extra = [c for c in cells[len(header) :] if c.strip()]
            if extra:
                what = f"{len(cells)} cells, the header has {len(header)}"
                cure = "put text that holds the separator in quotes"
                problems.append(Problem("FM543", what, here, cure))
                continue
            padded = [*cells, *("" for _ in header)]
            found.append(Line({h: c.strip() for h, c in zip(header, padded, strict=False)}, here))
            if len(found) > MAX_ROWS:
                raise InputError(Problem("FM543", f"more than {MAX_ROWS:,} rows", here, columns))
    except csv.Error as error:
        raise InputError(
            Problem("FM543", f"not a table: {error}", Where(path.name, reader.line_num), columns)
        ) from None
    if problems:
        raise InputError(problems)
    if not found:
        raise InputError(Problem("FM544", "the table has no rows", Where(path.name), columns))
    return found


def _header(
    header: Sequence[str], needed: Sequence[str], known: Sequence[str], where: Where, columns: str
) -> Iterator[Problem]:
    missing = [name for name in needed if name not in header]
    if missing:
        yield Problem("FM543", f"no column {', '.join(missing)}", where, columns)
    for name in dict.fromkeys(h for h in header if h not in (*known, "note", "")):
        cure = "; ".join(filter(None, (nearest(name, known), columns)))
        yield Problem("FM543", f"column {name[:40]!r} is not known", where, cure)
    for name in [k for k in known if header.count(k) > 1]:
        yield Problem("FM543", f"column {name!r} stands there twice", where, columns)


def number_of(line: Line, field: str) -> float:
    """A finite number in a cell.

    Raises
    ------
    InputError
        FM545.
    """
    text = line.cells.get(field, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and "_" not in text:
        return value
    comma = text.count(",") == 1 and text.replace(",", "").replace(".", "").strip("+-").isdigit()
    cure = "write a decimal point, not a comma" if comma else "write a finite number such as 0.5"
    what = "no value" if not text else f"{text[:40]!r} is not a finite number"
    raise InputError(Problem("FM545", what, line.at(field), cure))
