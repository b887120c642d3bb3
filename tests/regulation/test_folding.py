"""Folding of genes into catalysts, and protein that costs something."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import DomainError
from fluxmodel.regulation import dilution, fold, protein_ratio

GENES = list("ABCDEFGH")
LOGS = st.one_of(st.floats(-4, 4), st.just(-math.inf))
CHANGES = st.dictionaries(st.sampled_from(GENES), LOGS)
COMPLEX = st.sets(st.sampled_from(GENES), min_size=1)
COMPLEXES = st.lists(COMPLEX, min_size=1, max_size=4)
MASSES = st.lists(st.floats(0.001, 1e3), min_size=1, max_size=8)
CLOSE = 1e-12  # log2; rounding of one power and one logarithm


@pytest.mark.parametrize(
    ("log2", "expected"),
    [
        ({}, 0.0),
        ({"A": 2.0}, 0.0),
        ({"A": -1.0, "B": 2, "C": 3}, -1.0),
        ({"A": -math.inf}, -math.inf),
        ({"Z": -math.inf}, 0.0),
    ],
)
def test_a_small_complex_follows_its_scarcest_subunit(log2, expected):
    assert fold([{"A", "B", "C"}], log2) == expected


def test_a_large_complex_follows_the_median():
    log2 = {"A": -3.0, "B": -1.0, "C": 0.5, "D": 1.5}
    assert fold([set("ABCD")], log2) == -0.25
    assert fold([set("ABCDE")], {**log2, "E": 4.0}) == 0.5
    assert fold([set("ABCD")], {"A": -4.0}) == 0.0  # one noisy subunit of many does not decide


def test_a_lost_subunit_takes_a_large_complex_with_it():
    assert fold([set("ABCDEFGH")], {"A": -math.inf}) == -math.inf


def test_isozymes_add_up():
    assert fold([{"A"}, {"B"}], {"A": 1.0, "B": -1.0}) == pytest.approx(math.log2(2.5 / 2))
    assert fold([{"A"}, {"B"}], {"A": 1.0, "B": -1.0}, [3, 1]) == pytest.approx(math.log2(6.5 / 4))
    assert fold([{"A"}, {"B"}], {"A": -math.inf}) == -1.0
    assert fold([{"A"}, {"B"}], {"A": -math.inf, "B": -math.inf}) == -math.inf
    assert fold([{"A"}, {"B"}], {"A": -math.inf}, [1, 0]) == -math.inf
    assert fold([{"A"}, {"B"}], {"A": 5000.0}) == 4999.0  # no overflow


def test_no_gene_known_is_no_change():
    assert fold([], {"A": -math.inf}) == 0.0


@given(COMPLEX, CHANGES)
def test_one_complex_lies_between_its_subunits(genes, log2):
    values = [log2.get(g, 0.0) for g in genes]
    assert min(values) <= fold([genes], log2) <= max(values)


@given(COMPLEXES, CHANGES, st.data())
def test_isozymes_lie_between_the_complexes(complexes, log2, data):
    weights = data.draw(st.lists(st.floats(0.01, 100), min_size=len(complexes), max_size=len(complexes)))
    single = [fold([c], log2) for c in complexes]
    assert min(single) <= fold(complexes, log2, weights) + CLOSE
    assert fold(complexes, log2, weights) <= max(single)


@given(COMPLEXES, CHANGES, st.sampled_from(GENES), LOGS, LOGS)
def test_more_of_a_gene_never_gives_less(complexes, log2, gene, a, b):
    less, more = sorted((a, b))
    assert fold(complexes, {**log2, gene: less}) <= fold(complexes, {**log2, gene: more}) + CLOSE


@given(COMPLEXES, st.floats(-4, 4))
def test_the_same_change_everywhere_is_that_change(complexes, value):
    assert fold(complexes, dict.fromkeys(GENES, value)) == value


@pytest.mark.parametrize(
    ("complexes", "log2", "weights"),
    [
        ([set()], {}, None),
        ([{"A"}], {"A": math.nan}, None),
        ([{"A"}], {"A": math.inf}, None),
        ([{"A"}], {}, [1, 2]),
        ([{"A"}], {}, [0]),
        ([{"A"}, {"B"}], {}, [2, -1]),
        ([{"A"}], {}, [math.nan]),
    ],
)
def test_what_has_no_meaning_is_refused(complexes, log2, weights):
    with pytest.raises(DomainError, match="FM616"):
        fold(complexes, log2, weights)


@given(st.floats(-4, 4), st.floats(0.1, 1.5))
def test_protein_follows_its_mrna(log2, beta):
    assert math.log2(protein_ratio(log2, beta)) == pytest.approx(beta * log2, abs=1e-9)


@pytest.mark.parametrize(
    ("log2", "beta"), [(0, 0), (0, -1), (0, math.nan), (math.nan, 1), (math.inf, 1), (1e9, 1)]
)
def test_protein_without_a_value_is_refused(log2, beta):
    with pytest.raises(DomainError, match="FM617"):
        protein_ratio(log2, beta)


@given(MASSES, st.data())
def test_dilution_keeps_the_total_mass(masses, data):
    ratios = data.draw(st.lists(st.floats(0.01, 16), min_size=len(masses), max_size=len(masses)))
    factor = dilution(masses, ratios)
    after = sum(m * r * factor for m, r in zip(masses, ratios, strict=True))
    assert after == pytest.approx(sum(masses))
    assert 1 / max(ratios) * (1 - 1e-12) <= factor <= 1 / min(ratios) * (1 + 1e-12)


def test_dilution_by_hand():
    assert dilution([1, 1, 2], [1, 1, 1]) == 1.0
    assert dilution(np.array([1.0, 1.0, 2.0]), np.array([2.0, 0.0, 3.0])) == 0.5


@pytest.mark.parametrize(
    ("masses", "ratios"),
    [([1], []), ([], []), ([0.0], [1.0]), ([1.0], [0.0]), ([-1.0, 3], [1, 1]), ([1.0], [math.nan])],
)
def test_dilution_without_a_value_is_refused(masses, ratios):
    with pytest.raises(DomainError, match="FM618"):
        dilution(masses, ratios)


def test_every_bad_enzyme_is_named():
    with pytest.raises(DomainError) as caught:
        dilution([1, -1, math.inf], [-1, 1, 1])
    assert len(caught.value.problems) == 3
