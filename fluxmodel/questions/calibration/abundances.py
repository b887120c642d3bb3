"""Protein abundances in a table, for the prior of a calibration.

Codes: FM524 something else than abundances, FM543 no gene of the model, FM545 a number that cannot be,
FM546 a row twice, FM547 another unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from pathlib import Path

from fluxmodel.errors import DomainError, InputError, Problem, Where
from fluxmodel.network import Model
from fluxmodel.questions.arguments import wrong
from fluxmodel.questions.calibration.lines import number_of, read_lines

COLUMNS = ("gene", "value", "unit", "source")
UNITS = ("pmol/mg", "pmol/mg protein")
#: Mass of 1 pmol of a protein of 1 kDa, mg.
MG = 1e-6


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
        what, cure = "no gene of it is in the model", "write HGNC symbols, such as GLS"
        if absent:
            what, cure = "every gene of the model in it has 0", "name a table with what was measured"
        problems.append(Problem("FM543", what, Where(path.name), cure))
    problems += _too_much(found, model, Where(path.name))
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


def given_abundance(given: object, model: Model) -> dict[str, float]:
    """Protein abundances that were handed over as a mapping; those of 0 count as not measured, as in a table.

    Raises
    ------
    DomainError
        With every number that cannot be.
    """
    cure = "give a mapping of gene to pmol per mg of protein, or the path of a table"
    if not isinstance(given, Mapping):
        raise wrong("abundance", given, cure)
    problems: list[Problem] = []
    found: dict[str, float] = {}
    for gene, value in given.items():
        if isinstance(value, bool) or not isinstance(value, Real):
            raise wrong(f"abundance[{gene!r}]", value, cure)
        amount = float(value)
        if not (math.isfinite(amount) and amount >= 0):
            what = f"abundance of {gene} = {amount:g}"
            problems.append(Problem("FM545", what, cure="give a number above 0; leave it out if unknown"))
        elif amount:
            found[gene] = amount
    if problems or (problems := _too_much(found, model, Where("abundance"))):
        raise DomainError(problems)
    return found


def _too_much(found: Mapping[str, float], model: Model, where: Where) -> list[Problem]:
    """The problem of proteins that weigh more than all protein of the cell does."""
    total = sum(MG * model.proteins[gene].mass * x for gene, x in found.items() if gene in model.proteins)
    if total <= 1:
        return []
    what = f"these proteins weigh {total:.3g} mg per mg of protein"
    return [Problem("FM545", what, where, f"convert copies, ppm or intensities to {UNITS[0]} of protein")]
