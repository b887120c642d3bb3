"""The rates of a cell next to a fit to them: what clashes, what was taken where nothing was said.

Code: FM542 rates that contradict each other or the demands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fluxmodel.analysis.calibration import RELATIVE_ERROR, Fit, Fitter, Fitting
from fluxmodel.condition import Cell
from fluxmodel.errors import DomainError, Problem
from fluxmodel.network import Model

#: A residual from this size on, in standard errors, and there is no cell that the rates would describe.
REFUSED = 3.0


def check_balance(fitter: Fitter, free: Fit, cell: Cell) -> None:
    """Refuse rates that are far from every flux state, whatever the capacities.

    Raises
    ------
    DomainError
        FM542 for each of them.
    """
    far = {n: z for n, z in free.residuals.items() if abs(z) >= REFUSED}
    if not far:
        return
    cure = (
        "check its unit and sign, and what the medium supplies (concentration, uptake.hours, uptake.density, "
        "dry mass); leave it out with --without, or give it the error it has"
    )
    raise DomainError(
        Problem(
            "FM542",
            f"{n} = {fitter.rates[n].mean:.4g} contradicts the other rates by mass balance: the nearest that "
            f"any capacities allow is {free.reached[n]:.4g}, {abs(z):.1f} standard errors away",
            cell.place(f"rates.{n}"),
            cure,
        )
        for n, z in sorted(far.items(), key=lambda item: -abs(item[1]))
    )


def notes_of_rates(
    fitter: Fitter, fit: Fit, cell: Cell, without: Sequence[str], model: Model
) -> Iterator[str]:
    """What was taken where nothing was said, and what is missing."""
    silent = [n for n, r in cell.rates.items() if r.error is None and n in fitter.rates]
    if silent:
        yield f"no error given, {100 * RELATIVE_ERROR:g} % taken: {', '.join(silent)}"
    small = []
    for name, rate in fitter.rates.items():
        given = cell.rates[name].spread
        unit = unit_of(rate, model)
        if given is not None and given.magnitude(unit, cell.dry_mass) < rate.error:
            small.append(f"{name} ({rate.error:.3g} {unit})")
    if small:
        yield (
            f"the error given is below the least that is taken, which stands in brackets: {', '.join(small)}"
        )
    ratios = [n for n in cell.rates if n not in fitter.rates and n not in without]
    if ratios:
        yield f"ratios take no part: {', '.join(ratios)}"
    if not measures_growth(fitter, model):
        yield (
            "no growth rate among the rates: the fitted state grows by what the others leave, "
            f"{fit.fluxes[model.biomass]:.3g} 1/h, biomass fluxes are not pinned by anything, and protein "
            "synthesis gets no limit: growth under this cell is not to be trusted"
        )


def unit_of(rate: Fitting, model: Model) -> str:
    """The unit in which a rate is fitted."""
    return "1/h" if set(rate.terms) == {model.biomass} else "mmol/gDW/h"


def measures_growth(fitter: Fitter, model: Model) -> bool:
    """Whether one of the rates says how fast the cell grows."""
    return any(model.biomass in r.terms for r in fitter.rates.values())
