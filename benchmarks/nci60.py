"""Rates of NCI-60 lines: what a calibration makes of them, and lactate predicted from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import fluxmodel as fx
from benchmarks import measured_data as data
from benchmarks.fits import O2, of_members, oxphos, per_glucose, raised, residuals
from benchmarks.tables import interval, print_head, print_row
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.calibration import CONTRADICTION

LINES = ("HT29", "HOP-62", "786-O", "MALME-3M", "UO-31")
LACTATE, PYRUVATE = "secretion(lac__L)", "secretion(pyr)"
ASSUMED = f"""\
Errors are assumed, since the table has none: 5 % for growth, glucose and lactate, which are large and make up
the balance; {100 * data.NCI60_ERROR:g} % for the others, as the package takes where none is given; and
{data.NCI60_LEAST} mmol/gDW/h on every exchange, the least that the package takes, since small rates are
differences of large amounts. All three are chosen. Pyruvate and 2-oxoglutarate are of the order of 1e-7 and
1e-5 in the table, maybe of another unit; they are fitted as printed, which is as none. Oxygen was not
measured in this table: what is said of it is a prediction with nothing to compare it with. Medium: RPMI-1640
with dialysed serum.
"""


def nci60(folder: Path, members: int) -> None:
    """Five NCI-60 lines calibrated, and lactate predicted where it is left out."""
    path, model = folder / "nci60_rates.tsv", fx.load_model()
    print(ASSUMED)
    base = fx.load_cell("default")
    rates = {line: data.read_nci60(path, line, model) for line in LINES}
    cells = {
        line: data.measured_cell(base, line.replace("-", "").lower(), r.rates, path.name)
        for line, r in rates.items()
    }
    full = {line: fit(cell, members) for line, cell in cells.items()}
    without = {line: fit(cell, members, (LACTATE,)) for line, cell in cells.items()}
    open_ = {line: fit(cell, members, (PYRUVATE,)) for line, cell in cells.items() if PYRUVATE in cell.rates}
    passed = {(name, why): None for r in rates.values() for name, why in r.passed_over.items()}
    print("Not fitted: " + "; ".join(f"{name} {why}" for name, why in passed) + ".\n")
    print("**all rates**\n")
    fits_table(full)
    print("**without lactate: lactate per glucose is predicted**\n")
    fits_table(without)
    print_costs("lactate", full, without)
    print("**without pyruvate, whose printed rates are next to nothing: its secretion is predicted**\n")
    fits_table(open_)
    print_costs("pyruvate", full, open_)
    print(f"**rates that are missed by an error or more, all {len(base_rates(full))} rates fitted**\n")
    missed_table(full)
    print("**capacities that had to rise, all rates fitted**\n")
    for line, found in full.items():
        print(f"- {line}: {raised(found)}")
    print()


def base_rates(fits: Mapping[str, fx.Calibration]) -> tuple[str, ...]:
    """Names of the rates that are fitted in any of the lines."""
    return tuple(dict.fromkeys(r.name.partition("(")[2] for f in fits.values() for r in f.rates))


def fit(cell: fx.Cell, members: int, without: Sequence[str] = ()) -> fx.Calibration:
    """A cell calibrated in rich medium."""
    return fx.calibrate(None, cell, "normoxia", members=members, without=without, leave_one_out=False)


def cost(found: fx.Calibration) -> float:
    """What a fit minimises, but for the tie-break."""
    return found.misfit + found.penalty


def print_costs(what: str, full: Mapping[str, fx.Calibration], without: Mapping[str, fx.Calibration]) -> None:
    """What it costs to meet a rate that else would be free."""
    costs = (f"{line} {cost(full[line]) - cost(found):.2f}" for line, found in without.items())
    print(f"Misfit and penalty that the measured {what} costs, with it less without: {', '.join(costs)}.")
    print(f"Where that is little, the other rates leave {what} open; its interval is then the choice of the")
    print("prior and of the least flux, not knowledge.\n")


def fits_table(fits: Mapping[str, fx.Calibration]) -> None:
    """One row per line: how well the rates are met, and what the cells live on."""
    print_head("line", "rates", "misfit", "penalty", "growth, measured", "reached",
               "lactate/glucose, measured", "fit", "members, 5 to 95 %", "measured is within",
               "pyruvate secreted, members", "O2 uptake, members", "OXPHOS of ATP")  # fmt: skip
    for line, found in fits.items():
        rates, f = found.cell.rates, found.fit.fluxes
        measured = rates[LACTATE].value / rates["uptake(glc__D)"].value
        print_row(
            line, str(len(found.rates)), f"{found.misfit:.2f}", f"{found.penalty:.2f}",
            f"{rates['growth'].value:.4f}", f"{f['BIOMASS']:.4f}",
            f"{measured:.2f}", f"{f['EX_lac__L_e'] / -f['EX_glc__D_e']:.2f}",
            interval(per_glucose(found)), within(measured, per_glucose(found)),
            interval(of_members(found, "EX_pyr_e")), interval(of_members(found, O2, -1.0)),
            oxphos(found),
        )  # fmt: skip
    print()


def within(value: float, members: Floats) -> str:
    """Whether a number lies in the 5 to 95 % of members.

    Examples
    --------
    >>> within(1.0, np.array([0.0, 2.0])), within(3.0, np.array([0.0, 2.0])), within(1.0, np.array([]))
    ('yes', 'no', '-')
    """
    if not members.size:
        return "-"
    low, high = np.percentile(members, [5, 95])
    return "yes" if low <= value <= high else "no"


def missed_table(fits: Mapping[str, fx.Calibration]) -> None:
    """Rates that are missed, and whether capacities or mass balance are at fault."""
    print_head("line", "rate", "measured", "error", "reached", "residual", "mass balance alone", "at fault")
    for line, found in fits.items():
        far = [r for r in found.rates if abs(r.residual) >= CONTRADICTION - 1e-6]
        for r in far:
            numbers = (f"{x:.4f}" for x in (r.measured, r.error, r.reached))
            fault = at_fault(r.residual, r.balance)
            print_row(line, r.name, *numbers, *residuals(r), fault)
        if not far:
            print_row(line, "none", *"------")
    print("\nresidual = (reached - measured) / error; with mass balance alone no capacity limits anything.\n")


def at_fault(residual: float, balance: float) -> str:
    """What keeps a rate from being met.

    Examples
    --------
    >>> at_fault(-1.6, -1.6), at_fault(2.0, 0.1), at_fault(-2.5, -1.0)
    ('mass balance', 'capacities', 'both')
    """
    if abs(residual) - abs(balance) < 0.1 * abs(residual):
        return "mass balance"
    return "capacities" if abs(balance) < 0.1 * abs(residual) else "both"
