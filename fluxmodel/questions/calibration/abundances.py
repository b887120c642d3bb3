"""Protein abundances in a table, for the prior of a calibration.

Codes: FM543 no gene of the model, FM545 a negative number, FM546 a row twice, FM547 another unit.
"""

from __future__ import annotations

from pathlib import Path

from fluxmodel.errors import InputError, Problem, Where
from fluxmodel.network import Model
from fluxmodel.questions.calibration.lines import number_of, read_lines

COLUMNS = ("gene", "value", "unit", "source")
UNITS = ("pmol/mg", "pmol/mg protein")


def read_abundance(path: Path, model: Model) -> tuple[dict[str, float], tuple[str, ...]]:
    """Protein abundance by gene, pmol per mg of protein, and what was passed over.

    Parameters
    ----------
    path : Path
        Columns gene and value; genes that the model lacks are passed over.
    model : Model

    Raises
    ------
    InputError
        With every problem of every row.
    """
    problems: list[Problem] = []
    found: dict[str, float] = {}
    lines_of: dict[str, int | None] = {}
    other, absent = 0, 0
    lines = read_lines(path, ("gene", "value"), COLUMNS)
    for line in lines:
        gene, given = line.cells["gene"], line.cells.get("unit") or UNITS[0]
        if given not in UNITS:
            problems.append(
                Problem("FM547", f"unit {given[:40]!r}", line.at("unit"), f"convert it to {UNITS[0]}")
            )
        try:
            value = number_of(line, "value")
        except InputError as error:
            problems += error.problems
            continue
        if value < 0:
            what = f"{gene} = {value:g} is negative"
            problems.append(Problem("FM545", what, line.at("value"), "leave the row out if unknown"))
        elif gene in lines_of:
            what = f"{gene} stands on line {lines_of[gene]} already"
            problems.append(Problem("FM546", what, line.at("gene"), "keep one of them"))
        elif gene not in model.genes:
            other += 1
        elif value == 0:
            absent += 1
        else:
            found[gene] = value
        lines_of.setdefault(gene, line.where.line)
    if not problems and not found:
        cure = "write HGNC symbols, such as GLS"
        problems.append(Problem("FM543", "no gene of it is in the model", Where(path.name), cure))
    if problems:
        raise InputError(problems)
    notes = [f"abundance of {len(found)} genes from {path.name}; the model's reference proteome elsewhere"]
    if other:
        notes.append(f"{other} genes of {path.name} are not in the model")
    if absent:
        notes.append(
            f"{absent} genes of {path.name} with 0 count as not measured: 0 would be no limit of detection"
        )
    return found, tuple(notes)
