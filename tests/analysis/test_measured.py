"""Measured rates as a fit takes them: one unit, and an error that is never too small."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.calibration import RELATIVE_ERROR, measured
from fluxmodel.analysis.calibration.measured import LEAST_ERROR, LEAST_GROWTH_ERROR
from fluxmodel.condition import Library
from fluxmodel.condition.cell import Rate


@pytest.fixture
def found(model, conditions):
    cell = Library([conditions]).cell("toycell")

    def read(**rates):
        whole = {name: Rate(**{"unit": "mmol/gDW/h", "source": "x", **rate}) for name, rate in rates.items()}
        return measured(cell.replace(rates=whole), model)

    return read


def test_an_error_that_is_not_given_is_a_share_of_the_rate(found):
    (rate,) = found(**{"uptake(gln__L)": {"value": 0.5}}).values()
    assert (rate.mean, rate.error) == pytest.approx((0.5, RELATIVE_ERROR * 0.5))
    assert rate.terms == {"EX_gln__L_e": -1.0}


def test_no_error_is_below_the_least(found):
    rates = {"uptake(gln__L)": {"value": 0.5, "error": 1e-9}}
    growth = {"growth": {"value": 0.04, "error": 1e-9, "unit": "1/h"}}
    said = found(**rates, **growth)
    assert said["uptake(gln__L)"].error == LEAST_ERROR
    assert said["growth"].error == pytest.approx(LEAST_GROWTH_ERROR * 0.04)


def test_rates_per_cell_are_taken_by_its_dry_mass(found):
    (rate,) = found(**{"uptake(gln__L)": {"value": 100, "unit": "fmol/cell/h"}}).values()
    (twice,) = found(**{"uptake(gln__L)": {"value": 200, "unit": "fmol/cell/h"}}).values()
    assert 0 < rate.mean == pytest.approx(twice.mean / 2)


def test_ratios_are_left_out(found):
    assert found(**{"uptake(gln__L)/uptake(glc__D)": {"value": 0.1, "unit": "1"}}) == {}
