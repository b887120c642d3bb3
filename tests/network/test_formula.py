"""Formulas: parsing, masses, sums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import ModelError
from fluxmodel.network import element_sum, molar_mass, parse_formula
from fluxmodel.network.formula import ATOMIC_WEIGHTS

ATOMS = st.dictionaries(st.sampled_from(sorted(ATOMIC_WEIGHTS)), st.integers(1, 300), min_size=1)


@given(ATOMS)
def test_written_formulas_read_back(atoms):
    text = "".join(f"{symbol}{count}" for symbol, count in atoms.items())
    assert dict(parse_formula(text)) == atoms
    assert molar_mass(text) == pytest.approx(sum(ATOMIC_WEIGHTS[s] * n for s, n in atoms.items()))


@pytest.mark.parametrize(
    ("formula", "mass"),
    [("H2O", 18.015), ("C5H10N2O3", 146.146), ("C10H12N5O13P3", 503.149), ("NaCl", 58.44), ("Fe", 55.845)],
)
def test_known_masses(formula, mass):
    assert molar_mass(formula) == pytest.approx(mass, abs=2e-3)


@pytest.mark.parametrize("text", ["", "c6", "C1.5H2", "(CH2)3", "C6H12O6+", "Xy2", "C-1", "6C", "C H"])
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ModelError, match="FM404"):
        parse_formula(text)


@pytest.mark.parametrize("text", ["C2H4R", "X"])
def test_a_rest_can_be_balanced_but_not_weighed(text):
    assert element_sum([(1, text), (-1, text)]) == {}
    with pytest.raises(ModelError, match="has no mass"):
        molar_mass(text)


@given(st.lists(st.tuples(st.integers(-5, 5), st.sampled_from(["H2O", "CO2", "CH4"])), max_size=6))
def test_sums_are_linear(terms):
    total = element_sum(terms)
    assert {k: -v for k, v in total.items()} == pytest.approx(element_sum([(-c, f) for c, f in terms]))
