"""The numbers of a user's table by line, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fluxmodel.errors import Problem, Where
from fluxmodel.regulation.profile_columns import Columns, Quantity
from fluxmodel.regulation.profile_sheet import Sheet
from fluxmodel.regulation.profile_values import CellError, value

SHOWN = 20  # problems of one code that are listed one by one


@dataclass(frozen=True, slots=True)
class Series:
    """One column: its numbers by line. None is a cell that says there is none; a bad cell is not in it."""

    name: str
    numbers: dict[int, float | None]

    def all(self) -> list[float]:
        """Every number, in the order of the table."""
        return [n for n in self.numbers.values() if n is not None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Names of genes with their lines, the column of the state, and that of the reference if there is one."""

    file: str
    names: tuple[tuple[int, str], ...]
    series: tuple[Series, ...]
    problems: tuple[Problem, ...]

    def empty(self, lines: Iterable[int]) -> Iterator[Problem]:
        """Cells without a number on lines that are needed."""
        for line in lines:
            for column in self.series:
                if column.numbers.get(line, 0.0) is None:
                    place = Where(self.file, line, column.name)
                    cure = "write a number, or delete the row: the gene then counts as not measured"
                    yield Problem("FM624", "a gene of the model has no number here", place, cure)

    def zeros(self) -> Iterator[Problem]:
        """Columns in which nothing is above or below 0."""
        for column in self.series:
            numbers = column.all()
            if numbers and not any(numbers):
                what = f"all {len(numbers)} numbers are 0"
                yield Problem("FM627", what, Where(self.file, None, column.name), "name another column")


def read_rows(sheet: Sheet, columns: Columns, quantity: Quantity) -> Rows:
    """Read the columns cell by cell; problems are kept, not raised."""
    places = [columns.state] + ([] if columns.reference is None else [columns.reference])
    series = tuple(Series(sheet.header[n], {}) for n in places)
    names: list[tuple[int, str]] = []
    problems: list[Problem] = []
    for line, cells in sheet.cells(columns.ids, *places):
        if cells is None:
            what = f"the header has {len(sheet.header)} cells, this row has another number of them"
            problems.append(Problem("FM629", what, Where(sheet.file, line), "fill or delete the row"))
            continue
        names.append((line, cells[0]))
        for column, text in zip(series, cells[1:], strict=True):
            try:
                column.numbers[line] = value(text, quantity)
            except CellError as bad:
                place = Where(sheet.file, line, column.name)
                problems.append(Problem(bad.code, str(bad), place, bad.cure))
    return Rows(sheet.file, tuple(names), series, tuple(problems))


def capped(problems: Iterable[Problem], file: str) -> list[Problem]:
    """The problems in the order of their lines, at most `SHOWN` of a code, and how many more there are."""
    by_code: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda p: p.where.line or 0):
        by_code.setdefault(problem.code, []).append(problem)
    kept: list[Problem] = []
    for code, group in by_code.items():
        kept += group[:SHOWN]
        if len(group) > SHOWN:
            lines = [p.where.line for p in group[SHOWN:]]
            what = f"{len(lines)} more problems of this kind, up to line {lines[-1]}"
            kept.append(Problem(code, what, Where(file)))
    return kept
