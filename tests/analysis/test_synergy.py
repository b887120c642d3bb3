"""Excess measures: by hand, and what they must not say of agents that have nothing to do with each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.analysis.combinations import Inverse, loewe_effect
from fluxmodel.analysis.synergy import Slope, bliss, highest_single, zip_excess

share = st.floats(0, 1)
SHARES = np.linspace(0, 1, 1001)


def hill(law):
    """A single agent whose effect is what it takes of its target."""
    return Inverse(SHARES, SHARES, law)


@given(share, share)
def test_independent_agents_have_no_bliss_excess(a, b):
    assert bliss(a, b, 1 - (1 - a) * (1 - b)) == pytest.approx(0, abs=1e-12)
    assert highest_single(a, b, max(a, b)) == 0


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.1, 10))
def test_a_drug_with_itself_is_additive(x, y, potency):
    found = loewe_effect([hill((potency, 1.0))] * 2, [x, y])
    assert found == pytest.approx((x + y) / (potency + x + y), abs=1e-6)


def test_an_agent_without_effect_adds_nothing():
    nothing = Inverse(SHARES, np.zeros_like(SHARES), (1.0, 1.0))
    assert loewe_effect([hill((1.0, 1.0)), nothing], [1.0, 1e9]) == pytest.approx(0.5, abs=1e-6)
    assert loewe_effect([nothing, nothing], [1.0, 1e9]) == pytest.approx(0, abs=1e-9)


def test_doses_below_the_threshold_of_each_add_up():
    """Growth falls from half of the target on: neither dose gets there alone, both together do."""
    late = Inverse(SHARES, np.clip(2 * SHARES - 1, 0, None), None)
    amounts = [late.amount(40.0), late.amount(40.0)]
    assert amounts[0] == pytest.approx(2 / 3)
    assert late.needed(1e-12) == pytest.approx(1.0, rel=1e-2)
    together = loewe_effect([late, late], amounts)  # 4/3 of inhibited over left: 57 % inhibited
    assert together == pytest.approx(2 * 4 / 7 - 1, abs=1e-3)


def test_percentages_as_amounts():
    single = Inverse(SHARES, SHARES, None)
    assert single.amount(50.0) == 1.0
    assert np.isinf(single.amount(100.0))
    assert np.isinf(single.needed(1.0))
    weak = Inverse(SHARES, SHARES / 2, None)  # all of it takes half of growth
    assert np.isinf(weak.needed(0.5))
    assert np.isnan(weak.needed(0.6))


def test_all_of_two_targets_does_what_the_stronger_does():
    weak, nothing = Inverse(SHARES, SHARES / 2, None), Inverse(SHARES, 0 * SHARES, None)
    everything = [weak.amount(100.0)] * 2
    assert loewe_effect([weak, nothing], everything) == pytest.approx(0.5)
    assert loewe_effect([nothing, nothing], everything) == pytest.approx(0, abs=1e-9)


@given(st.floats(0.5, 20), st.floats(0.5, 3), st.floats(0.5, 20), st.floats(0.5, 3))
def test_independent_hill_curves_have_no_zip_excess(m, h, n, k):
    x, y = np.array([0.0, 1, 3, 10, 30]), np.array([0.0, 2, 6, 18])
    one, two = Slope(m, h).effect(x), Slope(n, k).effect(y)
    both = one[:, None] + two - one[:, None] * two
    assert np.abs(zip_excess(x, y, both)).max() < 1e-3


def test_a_flat_surface_has_no_zip_excess_and_a_potentiation_has():
    x, y = np.array([0.0, 1, 3, 10, 30]), np.array([0.0, 2, 6, 18])
    assert np.abs(zip_excess(x, y, np.zeros((5, 4)))).max() < 1e-3
    one, two = Slope(10, 1.0).effect(x), np.zeros(4)
    both = np.array([[Slope(10 / (1 + b), 1.0).effect(a) for b in y] for a in x])
    assert np.all(zip_excess(x, y, both)[1:, 1:] > 0.05)
    assert one[2] < both[2, 1]
    assert not two.any()
