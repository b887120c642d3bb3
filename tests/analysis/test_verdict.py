"""Verdicts: the table of section 7 of the design, and what must hold for any numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.analysis.verdict import Constants, change, verdict
from fluxmodel.errors import DomainError

C = Constants()


@pytest.mark.parametrize(
    ("a", "b", "sign"),
    [
        (1.0, 1.05, 1), (1.0, 1.0499, 0), (1.05, 1.0, -1), (-1.0, -1.2, -1), (-1.2, -1.0, 1),
        (0.0, 1e-4, 1), (0.0, 0.99e-4, 0), (1e-5, 9e-5, 0), (-1.0, 1.0, 1), (0.0, 0.0, 0), (2e-4, 2.2e-4, 1),
    ],
)  # fmt: skip
def test_what_counts_as_a_change(a, b, sign):
    assert change(a, b, C) == sign


@pytest.mark.parametrize(
    ("before", "after", "direction", "certain", "point"),
    [
        ((1, 0.9, 1.1), (2, 1.8, 2.2), "up", True, "up"),
        ((2, 1.8, 2.2), (1, 0.9, 1.1), "down", True, "down"),
        ((1, 0.9, 1.1), (1.2, 1.11, 1.3), "undetermined", False, "up"),  # apart, but by less than 5 %
        ((1, 0, 3), (2, 0, 3), "undetermined", False, "up"),
        ((1, 0.99, 1.01), (1, 0.99, 1.02), "unchanged", True, "unchanged"),
        ((0, 0, 0), (0, 0, 0), "unchanged", True, "unchanged"),
        ((1, 1, 1), (1.01, 1.01, 1.01), "unchanged", True, "unchanged"),
        ((1, 0.5, math.inf), (1, 0.5, math.inf), "undetermined", False, "unchanged"),
        ((0, -2e-4, 1e-5), (0, -2e-4, 1e-5), "undetermined", False, "unchanged"),
    ],
)
def test_verdicts(before, after, direction, certain, point):
    found = verdict(before[0], before[1:], after[0], after[1:], C)
    assert (found.direction, found.certain, found.point) == (direction, certain, point)


def test_no_value_no_verdict():
    assert verdict(None, None, 1.0, (1.0, 1.0), C).direction == "undetermined"


interval = st.tuples(*[st.floats(-10, 10)] * 3).map(sorted).map(lambda x: (x[1], (x[0], x[2])))
OPPOSITE = {"up": "down", "down": "up", "unchanged": "unchanged", "undetermined": "undetermined"}


@given(interval, interval)
def test_the_other_way_round_is_the_opposite(a, b):
    one, other = verdict(*a, *b, C), verdict(*b, *a, C)
    assert other.direction == OPPOSITE[one.direction]
    assert one.certain == other.certain


@given(interval, interval)
def test_a_certain_verdict_agrees_with_the_points(a, b):
    found = verdict(*a, *b, C)
    if found.certain:
        assert found.point == found.direction


@given(interval, interval, st.floats(0, 1), st.floats(0, 1))
def test_narrower_intervals_never_turn_a_certain_verdict(a, b, s, t):
    wide = verdict(*a, *b, C)
    narrow_a = (a[0], (a[0] - s * (a[0] - a[1][0]), a[0] + s * (a[1][1] - a[0])))
    narrow_b = (b[0], (b[0] - t * (b[0] - b[1][0]), b[0] + t * (b[1][1] - b[0])))
    if wide.direction in ("up", "down"):
        assert verdict(*narrow_a, *narrow_b, C).direction == wide.direction


@pytest.mark.parametrize("fraction", [0, -1, 1.1, math.nan, math.inf, True, "0.9", [0.9]])
def test_a_fraction_is_a_share(model, fraction):
    with pytest.raises(DomainError, match="FM520"):
        Constants.of(model, fraction)


def test_constants_come_from_the_model(model):
    assert Constants.of(model) == Constants(0.95, 1.05, 1e-4)
    assert Constants.of(model, 0.9).fraction == 0.9


def test_any_real_number_is_a_fraction(model):
    assert Constants.of(model, np.float32(0.5)).fraction == 0.5
    assert Constants.of(model, Fraction(1, 2)).fraction == 0.5
    with pytest.raises(DomainError, match="is a bool, not a number"):
        Constants.of(model, True)
