"""Calibration: from measured rates and a prior to the capacities of a cell, with their uncertainty."""

from fluxmodel.analysis.calibration.draw import Ensemble, calibrate_members, conditional
from fluxmodel.analysis.calibration.fit import Fit, Fitter, Fitting
from fluxmodel.analysis.calibration.measured import RELATIVE_ERROR, measured
from fluxmodel.analysis.calibration.prior import Prior, prior_of

__all__ = [
    "RELATIVE_ERROR",
    "Ensemble",
    "Fit",
    "Fitter",
    "Fitting",
    "Prior",
    "calibrate_members",
    "conditional",
    "measured",
    "prior_of",
]
