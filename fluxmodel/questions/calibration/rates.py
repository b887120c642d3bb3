"""Measured rates in a table, as people keep them, to a cell that can be calibrated.

Codes: FM204 per cell without a dry mass, FM324 a negative uptake or secretion, FM543 not a rate that can be
fitted, FM545 a number that cannot be, FM546 a row twice, FM547 a unit that does not fit.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from fluxmodel.analysis.observable import parse_observable
from fluxmodel.condition import Cell
from fluxmodel.condition.cell import Rate
from fluxmodel.condition.medium import Source
from fluxmodel.errors import InputError, ObservableError, Problem, UnitError, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import Model
from fluxmodel.questions.calibration.lines import Line, number_of, read_lines
from fluxmodel.units import Quantity, parse_quantity, unit, units_of

COLUMNS = ("observable", "value", "error", "unit", "source")
GROWTH_UNITS = ("1/h", "1/d")
FLUX_UNITS = ("mmol/gDW/h", "umol/gDW/h")
CELL_UNITS = ("fmol/cell/h", "umol/1e6 cells/h", "nmol/1e6 cells/h", "nmol/1e6 cells/min", "amol/cell/s")


def read_rates(
    path: Path,
    model: Model,
    base: Cell,
    *,
    dry_mass: Quantity | str | None = None,
    condition: str | None = None,
    id: str | None = None,
) -> tuple[Cell, tuple[str, ...]]:
    """A cell out of a table of rates, and what was taken where nothing was said.

    Parameters
    ----------
    path : Path
        Columns observable, value, unit, and optionally error and source.
    model : Model
        In which the observables must exist.
    base : Cell
        Whose maintenance the cell gets, and whose dry mass where the rates do not need one.
    dry_mass : Quantity or str, optional
        Needed for rates per cell.
    condition : str, optional
        Id of the condition in which they were measured.
    id : str, optional
        What the cell is to be called; the name of the file if left out.

    Raises
    ------
    InputError
        With every problem of every row.
    """
    problems: list[Problem] = []
    mass = None
    if dry_mass is not None:
        try:
            mass = read_dry_mass(dry_mass)
        except InputError as error:
            problems += error.problems
    try:
        lines = read_lines(path, ("observable", "value", "unit"), COLUMNS)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    rates: dict[str, Rate] = {}
    origins: dict[str, Where] = {}
    bound: dict[tuple[tuple[str, float], ...], Where] = {}
    for line in lines:
        try:
            name, rate, terms = _rate(line, model, dry_mass is not None)
        except InputError as error:
            problems += error.problems
            continue
        if terms in bound:
            what = f"{name} stands on line {bound[terms].line} already"
            cure = "keep one of them, or their mean with its error"
            problems.append(Problem("FM546", what, line.at("observable"), cure))
            continue
        bound[terms] = line.where
        rates[name], origins[f"rates.{name}"] = rate, line.where
    if problems:
        raise InputError(problems)
    notes = [f"maintenance is that of cell {base.id}: {', '.join(base.demands)}"]
    if mass is None:
        mass = base.dry_mass
        notes.append(f"dry mass is that of cell {base.id}, {mass}: no rate needs it, uptake limits do")
    cell = Cell(
        id=id or path.stem,
        name=f"Rates of {path.name}",
        provisional=True,
        source=Source(citation=f"table {path.name}", provenance="read"),
        dry_mass=mass,
        reference=condition,
        rates=rates,
        demands=base.demands,
        origins=FrozenMap(origins),
    )
    return cell, tuple(notes)


def read_dry_mass(given: Quantity | str) -> Quantity:
    """A dry mass per cell.

    Examples
    --------
    >>> print(read_dry_mass("0.49 ng/cell").to("pg/cell"))
    490 pg/cell
    """
    where = Where(f"--dry-mass {given}")
    units = units_of("dry mass per cell")
    cure = 'write it as in --dry-mass "490 pg/cell"'
    try:
        mass = given if isinstance(given, Quantity) else parse_quantity(given, units)
    except UnitError as error:
        raise InputError(replace(p, where=where, cure=f"{p.cure}; {cure}") for p in error.problems) from None
    if mass.unit not in units:
        raise InputError(Problem("FM547", f"{mass.unit} is no dry mass per cell", where, cure))
    if mass.value <= 0:
        raise InputError(Problem("FM545", "a dry mass must be above 0", where, cure))
    return replace(mass, source=mass.source or "given")


def _rate(line: Line, model: Model, massed: bool) -> tuple[str, Rate, tuple[tuple[str, float], ...]]:
    """One rate, with what it is made of; every problem of its row at once."""
    problems: list[Problem] = []
    name, growth = line.cells["observable"], False
    terms: tuple[tuple[str, float], ...] = ()
    observable = None
    try:
        observable = parse_observable(name, model) if name else None
    except ObservableError as error:
        problems += [replace(p, where=line.at("observable")) for p in error.problems]
    if not name:
        what, cure = "no observable", "name one, such as growth or uptake(glc__D)"
        problems.append(Problem("FM543", what, line.at("observable"), cure))
    if observable is not None:
        growth = observable.unit == "1/h"
        terms = tuple(sorted(observable.numerator.items()))
        if observable.is_ratio:
            what, cure = f"{name} is a ratio, which cannot be fitted", "give its two parts as rates"
            problems.append(Problem("FM543", what, line.at("observable"), cure))
    value, error_ = math.nan, None
    try:
        value = number_of(line, "value")
    except InputError as error:
        problems += error.problems
    try:
        error_ = number_of(line, "error") if line.cells.get("error") else None
    except InputError as error:
        problems += error.problems
    if error_ is not None and error_ < 0:
        cure = "write the standard error, or leave the cell empty: then 15 % are taken"
        problems.append(Problem("FM545", f"error = {error_:g} is negative", line.at("error"), cure))
    if value < 0 and (growth or name.startswith(("uptake", "secretion"))):
        other = "secretion" if name.startswith("uptake") else "uptake"
        cure = "a growth rate is not negative; leave the row out" if growth else f"write it as {other}(...)"
        problems.append(Problem("FM324", f"{name} = {value:g} is negative", line.at("value"), cure))
    written = line.cells["unit"]
    try:
        if observable is not None or written:
            written = _unit(written, name, growth, massed, observable is None)
    except UnitError as error:
        problems += [replace(p, where=line.at("unit")) for p in error.problems]
    if problems:
        raise InputError(problems)
    source = line.cells.get("source") or f"{line.where.file} line {line.where.line}"
    return name, Rate(value=value, error=error_, unit=written, source=source), terms  # type: ignore[arg-type]


def _unit(text: str, name: str, growth: bool, massed: bool, unknown: bool) -> str:
    """The unit of a row, if it is one that fits."""
    fit = GROWTH_UNITS if growth else (*FLUX_UNITS, *CELL_UNITS)
    every = (*GROWTH_UNITS, *FLUX_UNITS, *CELL_UNITS)
    if not text:
        raise UnitError(Problem("FM205", "no unit", cure=f"write one of {', '.join(fit)}"))
    found = unit(text, every if unknown else fit)
    if found.name not in every or (not unknown and found.name not in fit):
        what = f"{found.name} ({found.dimension}) is no unit of {name}"
        raise UnitError(Problem("FM547", what, cure=f"convert it to one of {', '.join(fit)}"))
    if found.name in CELL_UNITS and not massed:
        what = f"{found.name} is per cell, and the dry mass of a cell was not given"
        raise UnitError(Problem("FM204", what, cure='give it, as in --dry-mass "490 pg/cell"'))
    return found.name
