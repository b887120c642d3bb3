"""The measured rates of a cell as what a fit can use: functionals of fluxes, each with an error."""

from __future__ import annotations

from fluxmodel.analysis.calibration.fit import Fitting
from fluxmodel.analysis.observable import parse_observable
from fluxmodel.condition import Cell
from fluxmodel.network.model import Model

#: Error of a rate that states none, relative; and the least error of any rate, mmol/gDW/h.
RELATIVE_ERROR, LEAST_ERROR = 0.15, 0.0015
#: Least error of growth, relative.
LEAST_GROWTH_ERROR = 0.01


def measured(cell: Cell, model: Model) -> dict[str, Fitting]:
    """The rates of a cell by name, in mmol/gDW/h and growth in 1/h; ratios are left out."""
    found = {}
    for text, rate in cell.rates.items():
        observable = parse_observable(text, model)
        if observable.is_ratio:
            continue
        unit = "1/h" if observable.unit == "1/h" else "mmol/gDW/h"
        mean = rate.amount.magnitude(unit, cell.dry_mass)
        error = RELATIVE_ERROR * abs(mean)
        if rate.spread is not None:
            error = rate.spread.magnitude(unit, cell.dry_mass)
        least = LEAST_GROWTH_ERROR * abs(mean) if unit == "1/h" else LEAST_ERROR
        found[text] = Fitting(observable.numerator, mean, max(error, least))
    return found
