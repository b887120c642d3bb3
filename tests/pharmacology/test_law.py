"""The dose law: numbers worked out by hand, and what must hold for all of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import DomainError
from fluxmodel.pharmacology import Occupancy, exclusive, half_inhibition, independent, residual_activity

DOSES = st.floats(0, 1e9)
POTENCIES = st.floats(1e-6, 1e6)
HILLS = st.floats(0.2, 5)


@pytest.mark.parametrize(
    ("dose", "potency", "hill", "free", "left"),
    [
        (0, 25, 1, 1, 1.0),
        (25, 25, 1, 1, 0.5),
        (25, 25, 3, 1, 0.5),
        (100, 25, 1, 1, 0.2),
        (100, 25, 2, 1, 1 / 17),
        (100, 25, 1, 0.25, 0.5),
        (1e300, 1e-300, 4, 1, 0.0),
    ],
)
def test_by_hand(dose, potency, hill, free, left):
    assert residual_activity(dose, potency, hill, free) == pytest.approx(left)


@given(DOSES, DOSES, POTENCIES, HILLS)
def test_more_leaves_no_more(one, two, potency, hill):
    low, high = sorted((one, two))
    assert 0 <= residual_activity(high, potency, hill) <= residual_activity(low, potency, hill) <= 1


@given(DOSES, POTENCIES, st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(dose, potency, scale):
    assert residual_activity(dose * scale, potency * scale) == pytest.approx(residual_activity(dose, potency))


def test_two_on_one_site_and_apart():
    pair = [Occupancy(50, 25), Occupancy(6, 2)]
    assert exclusive(pair) == pytest.approx(1 / 6)
    assert independent(pair) == pytest.approx(1 / 12)
    assert exclusive([]) == independent([]) == 1


@given(st.lists(st.builds(Occupancy, DOSES, POTENCIES), max_size=4))
def test_sharing_a_site_leaves_at_least_as_much(drugs):
    assert exclusive(drugs) >= independent(drugs) * (1 - 1e-12)


@given(DOSES, POTENCIES)
def test_a_drug_shares_its_site_with_itself(dose, potency):
    halves = [Occupancy(dose / 2, potency)] * 2
    assert exclusive(halves) == pytest.approx(residual_activity(dose, potency))


def test_a_competitive_drug_is_weaker_with_more_substrate():
    assert half_inhibition(55, 0, 0.07) == 55
    assert half_inhibition(55, 0.07, 0.07) == 110
    # the rate law it stands for: v = S / (Km (1 + I/Ki) + S)
    s, km, ki, i = 2.0, 0.07, 55.0, 700.0
    rate = (s / (km * (1 + i / ki) + s)) / (s / (km + s))
    assert residual_activity(i, half_inhibition(ki, s, km)) == pytest.approx(rate)


@pytest.mark.parametrize(
    "call",
    [
        lambda: residual_activity(-1, 25),
        lambda: residual_activity(1, 0),
        lambda: residual_activity(1, 25, 0),
        lambda: residual_activity(1, 25, free=0),
        lambda: residual_activity(1, 25, free=1.5),
        lambda: residual_activity(math.nan, 25),
        lambda: residual_activity(math.inf, 25),
        lambda: half_inhibition(1, -1, 1),
        lambda: half_inhibition(1, 1, 0),
    ],
)
def test_out_of_its_domain(call):
    with pytest.raises(DomainError, match="FM520"):
        call()
