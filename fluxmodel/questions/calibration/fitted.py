"""A fit and its ensemble, put together as a calibrated cell with its audit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fluxmodel.analysis.calibration import Ensemble, Fit, Fitter, conditional
from fluxmodel.analysis.calibration.draw import TRANSLATION_SPREAD
from fluxmodel.condition import Cell
from fluxmodel.condition.cell import Capacity
from fluxmodel.condition.members import Members
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import Model
from fluxmodel.questions.calibration.fitted_rates import measures_growth, unit_of
from fluxmodel.questions.calibration.result import UNUSED, AuditRow, Calibration, RateRow
from fluxmodel.units import Quantity


def calibrated(
    fitter: Fitter,
    fit: Fit,
    free: Fit,
    ensemble: Ensemble,
    cell: Cell,
    model: Model,
    leave_one_out: bool,
) -> Calibration:
    """The cell with fitted capacities, its members, and how well its rates are met.

    Parameters
    ----------
    fitter : Fitter
    fit, free : Fit
        With the capacities of the prior, and with capacities that limit nothing.
    ensemble : Ensemble
    cell : Cell
        As it was given.
    model : Model
    leave_one_out : bool
        Also fit without each rate in turn.
    """
    prior = fitter.prior
    rows = []
    for name, rate in fitter.rates.items():
        alone = fitter.fit(without=name).reached[name] if leave_one_out else None
        rows.append(
            RateRow(name, rate.mean, rate.error, fit.reached[name], fit.residuals[name],
                    free.residuals[name], alone, unit_of(rate, model), _place(cell, name))
        )  # fmt: skip
    half = conditional(prior, fit.use, np.full(len(prior.median), 0.5))
    # the median of |N(0, s)| is 0.674 s
    translation = fit.fluxes[model.biomass] * float(np.exp(0.674 * TRANSLATION_SPREAD))
    members = Members(
        FrozenMap(
            {k: np.concatenate([[half[j]], ensemble.capacities[:, j]]) for j, k in enumerate(prior.catalysts)}
        ),
        FrozenMap(
            {r: np.concatenate([[fit.fluxes[r]], ensemble.fluxes[:, j]])
             for j, r in enumerate(ensemble.reactions)}
        ),
        np.concatenate([[translation], ensemble.translation]),
    )  # fmt: skip
    said = {
        k: Capacity(
            value=float(f"{half[j]:.4g}"),
            unit="mmol/gDW/h",
            source=f"fitted: prior {prior.median[j]:.3g}, used {max(0.0, fit.use[j]):.3g}",
        )
        for j, k in enumerate(prior.catalysts)
    }
    fitted = cell.replace(
        capacities=said,
        translation=Quantity(float(f"{translation:.4g}"), "1/h", "fitted growth and headroom (chosen)")
        if translation > UNUSED and measures_growth(fitter, model)
        else None,
        provisional=False,
        ensemble=f"{cell.id}.ensemble.tsv",
    )
    audit = [
        AuditRow(k, float(prior.median[j]), float(fit.use[j]), 1 + float(fit.raised[j]), k in prior.assumed)
        for j, k in enumerate(prior.catalysts)
        if fit.raised[j] > 0.05
    ]
    audit.sort(key=lambda row: -row.factor)
    return Calibration(
        fitted, members, tuple(rows), tuple(audit), fit.misfit, fit.penalty, ensemble, prior, fit
    )


def _place(cell: Cell, name: str) -> str:
    where = cell.place(f"rates.{name}")
    return str(replace(where, field=None))
