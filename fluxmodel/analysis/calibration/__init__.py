"""Calibration: from measured rates and a prior to the capacities of a cell, with their uncertainty."""

from fluxmodel.analysis.calibration.draw import Ensemble, calibrate_members, conditional
from fluxmodel.analysis.calibration.fit import Fit, Fitter, Fitting
from fluxmodel.analysis.calibration.prior import Prior, prior_of

__all__ = [
    "Ensemble",
    "Fit",
    "Fitter",
    "Fitting",
    "Prior",
    "calibrate_members",
    "conditional",
    "prior_of",
]
