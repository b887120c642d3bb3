"""What is to be calibrated: a cell by name or value, or one out of a table of rates.

Codes: FM541 no reference condition, FM548 a flag that does not fit what is calibrated, FM549 a rate that is
left out and not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from fluxmodel.condition import Cell, Condition, Library
from fluxmodel.condition.names import is_id
from fluxmodel.errors import DomainError, InputError, Problem, Where, nearest
from fluxmodel.network import Model
from fluxmodel.questions.arguments import items
from fluxmodel.questions.calibration.rates import read_rates
from fluxmodel.units import Quantity

#: The cell whose maintenance a table of rates is completed with.
BASE = "default"
#: Files that are tables of rates.
SUFFIXES = (".tsv", ".csv", ".txt", ".tab")


@dataclass(frozen=True)
class Subject:
    """The cell that is calibrated, its text if its file can be kept, and what to know about it."""

    cell: Cell
    text: str | None = None
    notes: tuple[str, ...] = ()


def is_table(ref: object) -> bool:
    """Whether something names a table and not a cell.

    Examples
    --------
    >>> is_table("rates.tsv"), is_table("default"), is_table("mine.yaml")
    (True, False, False)
    """
    return not isinstance(ref, Cell) and Path(str(ref)).suffix.lower() in SUFFIXES


def subject_of(
    rates: str | PathLike[str] | Cell,
    network: Model,
    library: Library,
    condition: Condition | None,
    dry_mass: str | Quantity | None,
    id: str | None,
) -> Subject:
    """What is to be calibrated: a table, a cell by name, or a value."""
    name = id or (Path(rates).stem if not isinstance(rates, Cell) and is_table(rates) else None)
    if name is not None and not is_id(name):
        what, where = f"{name[:40]!r} cannot be the name of a cell", Where("--id" if id else str(rates))
        cure = "give one of letters, digits and _ . + -, at most 80: --id mine"
        raise DomainError(Problem("FM548", what, where, cure))
    if not isinstance(rates, Cell) and is_table(rates):
        reference = None if condition is None else condition.id
        problems: list[Problem] = []
        if condition is None:
            what, where = "a table does not say in which condition its rates were measured", Where(str(rates))
            problems.append(Problem("FM541", what, where, "name it with --condition ID"))
        try:
            cell, notes = read_rates(
                Path(rates), network, library.cell(BASE), dry_mass=dry_mass, condition=reference, id=id
            )
        except InputError as error:
            raise InputError([*error.problems, *problems]) from None
        if problems:
            raise DomainError(problems)
        return Subject(cell, notes=notes)
    cell = rates if isinstance(rates, Cell) else library.cell(rates)
    if dry_mass is not None:
        what = f"cell {cell.id!r} has a dry mass, {cell.dry_mass}"
        cure = "leave --dry-mass out, or change it in the file of the cell"
        raise DomainError(Problem("FM548", what, Where(f"--dry-mass {dry_mass}"), cure))
    reference = cell.reference if condition is None else condition.id
    renamed = cell.replace(id=id or cell.id, reference=reference)
    same = (renamed.id, renamed.reference) == (cell.id, cell.reference)
    text = library.cell_text(rates) if same and not isinstance(rates, Cell) else None
    return Subject(renamed, text)


def without_of(without: Sequence[str], cell: Cell) -> tuple[str, ...]:
    """The rates that take no part, or what is wrong with their names."""
    without = items("without", without, str, "name rates of the cell")
    wrong = [name for name in without if name not in cell.rates]
    if wrong:
        raise DomainError(
            Problem(
                "FM549", f"cell {cell.id!r} has no rate {name!r}", Where(f"--without {name}"),
                nearest(name, cell.rates) or f"it has {', '.join(cell.rates)}",
            )
            for name in wrong
        )  # fmt: skip
    return without
