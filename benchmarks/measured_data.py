"""Reading measured rates and fluxes from files that are not part of the package.

The files are those of the repositories that they come from; where they lie is said by path.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.scoring import Number
from fluxmodel.condition import Cell
from fluxmodel.condition.cell import Rate
from fluxmodel.condition.medium import Source
from fluxmodel.errors import InputError, Problem, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import Model
from fluxmodel.questions.calibration.lines import Line, number_of, read_lines

NCI60 = ("line", "metabolite", "rxn_id", "value", "error", "unit", "source")
EXCHANGES = ("metabolite", "oxygen", "treatment", "mean", "se", "name")
FLUX_MAP = ("id", "equation", "value", "se", "lb", "ub")
WEIGHINGS = ("cell_type", "date", "pre", "post", "cell_number")
PROFILE = ("symbol", "log2fc", "log2fc_bay")

#: Metabolites by the names that the tables give them.
SPECIES = {
    "AKG": "akg", "L-lactate": "lac__L", "alanine": "ala__L", "arginine": "arg__L", "asparagine": "asn__L",
    "aspartate": "asp__L", "choline": "chol", "cystine": "cysi__L", "glucose": "glc__D",
    "glutamate": "glu__L", "glutamine": "gln__L", "glycine": "gly", "isoleucine": "ile__L",
    "lactate": "lac__L", "leucine": "leu__L", "lysine": "lys__L", "methionine": "met__L", "ornithine": "orn",
    "phenylalanine": "phe__L", "proline": "pro__L", "pyruvate": "pyr", "serine": "ser__L",
    "threonine": "thr__L", "tryptophan": "trp__L", "tyrosine": "tyr__L", "valine": "val__L",
}  # fmt: skip
GROWTH = "biomass"
FLUX_UNIT = "mmol/gDW/h"
#: Of a normal interval of 95 %, in standard errors.
WIDTH_95 = 2 * 1.96

#: Rows of the NCI-60 table that are not fitted, and why.
LEFT_OUT = {"Ptot": "is a content of protein and no rate"}
#: Relative errors of the NCI-60 rates, chosen: the table has none.
NCI60_ERRORS = {GROWTH: 0.05, "glucose": 0.05, "L-lactate": 0.05}
NCI60_ERROR, NCI60_LEAST = 0.15, 0.0015


def refuse(what: str, where: Where, cure: str) -> InputError:
    """The error of a table that is not the one that is needed."""
    return InputError(Problem("FM543", what, where, cure))


@dataclass(frozen=True)
class LineRates:
    """The rates of one cell line: those that can be fitted, and why the others cannot."""

    rates: Mapping[str, Rate]
    passed_over: Mapping[str, str] = field(default_factory=FrozenMap)


def read_nci60(path: Path, line: str, model: Model) -> LineRates:
    """The rates of one line, with the errors that are assumed.

    Raises
    ------
    InputError
        If the file or a column is missing, a number or a unit is not one, or the line is not there.
    """
    rows = read_lines(path, ("line", "metabolite", "value", "unit"), NCI60)
    own = [r for r in rows if r.cells["line"] == line]
    if not own:
        lines = ", ".join(dict.fromkeys(r.cells["line"] for r in rows))
        raise refuse(f"no line {line!r}", Where(path.name, None, "line"), f"it has {lines}")
    rates: dict[str, Rate] = {}
    over: dict[str, str] = {}
    for row in own:
        name, value = row.cells["metabolite"], number_of(row, "value")
        if name in LEFT_OUT:
            over[name] = LEFT_OUT[name]
        elif name != GROWTH and f"EX_{SPECIES.get(name)}_e" not in model.reactions:
            over[name] = "has no exchange in the model"
        else:
            unit = _unit(row, name)
            error = NCI60_ERRORS.get(name, NCI60_ERROR) * abs(value)
            error += 0 if name == GROWTH else NCI60_LEAST
            source = row.cells.get("source") or path.name
            rates[observable(name, value)] = Rate(value=abs(value), error=error, unit=unit, source=source)  # type: ignore[arg-type]
    return LineRates(rates, over)


def _unit(row: Line, name: str) -> str:
    wanted = "1/h" if name == GROWTH else FLUX_UNIT
    if row.cells["unit"] != wanted:
        what = f"{row.cells['unit']!r} is not the unit of {name}"
        raise refuse(what, row.at("unit"), f"convert it to {wanted}")
    return wanted


def observable(name: str, value: float) -> str:
    """The observable of a measured exchange: uptake if it is negative.

    Examples
    --------
    >>> observable("biomass", 0.02), observable("glucose", -1.0), observable("lactate", 2.0)
    ('growth', 'uptake(glc__D)', 'secretion(lac__L)')
    """
    if name == GROWTH:
        return "growth"
    return f"{'secretion' if value > 0 else 'uptake'}({SPECIES[name]})"


def read_exchanges(path: Path) -> dict[tuple[str, str], dict[str, Number]]:
    """Exchange fluxes by (oxygen, treatment) and metabolite, fmol/cell/h, uptake negative; growth in 1/h.

    Raises
    ------
    InputError
        If the file, a column or a number is missing.
    """
    found: dict[tuple[str, str], dict[str, Number]] = {}
    for row in read_lines(path, ("metabolite", "oxygen", "treatment", "mean", "se"), EXCHANGES):
        arm = found.setdefault((row.cells["oxygen"], row.cells["treatment"]), {})
        arm[row.cells["metabolite"]] = Number(number_of(row, "mean"), number_of(row, "se"))
    return found


def arm_of(
    exchanges: Mapping[tuple[str, str], Mapping[str, Number]], oxygen: str, treatment: str, file: str
) -> Mapping[str, Number]:
    """One arm of the exchange fluxes.

    Raises
    ------
    InputError
        If it is not there, or has no growth.
    """
    arm = exchanges.get((oxygen, treatment), {})
    if GROWTH not in arm:
        there = "; ".join(", ".join(key) for key in exchanges)
        what = f"no row {GROWTH!r} at oxygen {oxygen}, treatment {treatment}"
        raise refuse(what, Where(file), f"it has {there}")
    return arm


def read_flux_map(path: Path) -> dict[str, Number]:
    """A fitted map of 13C fluxes, fmol/cell/h; its error is the wider of the printed one and the interval's.

    Raises
    ------
    InputError
        If the file, a column or a number is missing.
    """
    found = {}
    for row in read_lines(path, ("id", "value", "se"), FLUX_MAP):
        width = _loose(row, "ub") - _loose(row, "lb")
        of_interval = width / WIDTH_95 if math.isfinite(width) else 0.0
        found[row.cells["id"]] = Number(number_of(row, "value"), max(number_of(row, "se"), of_interval))
    return found


def _loose(row: Line, column: str) -> float:
    """An end of an interval, which may be open."""
    try:
        return float(row.cells.get(column, ""))
    except ValueError:
        return math.nan


def read_dry_mass(path: Path, cell_type: str) -> float:
    """Dry mass of one cell, pg: the mean over all weighings of a kind of cell.

    Raises
    ------
    InputError
        If the file or a column is missing, or there is no weighing of such cells.
    """
    rows = read_lines(path, ("cell_type", "pre", "post", "cell_number"), WEIGHINGS)
    own = [r for r in rows if r.cells["cell_type"] == cell_type]
    masses = []
    for row in own:
        cells = number_of(row, "cell_number")
        if cells <= 0:
            raise refuse(f"cell_number = {cells:g}", row.at("cell_number"), "give a number above 0")
        masses.append((number_of(row, "post") - number_of(row, "pre")) / cells * 1e12)
    if not masses:
        kinds = ", ".join(dict.fromkeys(r.cells["cell_type"] for r in rows))
        raise refuse(f"no cell_type {cell_type!r}", Where(path.name), f"it has {kinds}")
    return sum(masses) / len(masses)


def exchange_rates(arm: Mapping[str, Number], source: str) -> dict[str, Rate]:
    """The rates of an arm, with the errors that were measured."""
    return {
        observable(name, n.value): Rate(
            value=abs(n.value),
            error=n.error,
            unit="1/h" if name == GROWTH else "fmol/cell/h",
            source=source,
        )
        for name, n in arm.items()
    }


def measured_cell(base: Cell, id: str, rates: Mapping[str, Rate], source: str) -> Cell:
    """A cell with other rates, and nothing yet fitted to them."""
    return base.replace(
        id=id, name=f"rates of {source}", source=Source(citation=source, provenance="read"),
        extends=None, rates=rates, capacities={}, translation=None, ensemble=None, provisional=True,
    )  # fmt: skip
