"""Equations: round trip, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import ModelError
from fluxmodel.network import format_equation, parse_equation

IDS = st.from_regex(r"[A-Za-z0-9_]{1,8}", fullmatch=True).map(lambda s: f"{s}_c")
COEFFICIENTS = st.one_of(
    st.integers(1, 99).map(float), st.floats(1e-6, 1e6, allow_nan=False, allow_infinity=False)
)


@given(st.dictionaries(IDS, st.tuples(COEFFICIENTS, st.booleans()), min_size=1, max_size=6), st.booleans())
def test_what_is_written_reads_back(terms, reversible):
    stoichiometry = {m: c if right else -c for m, (c, right) in terms.items()}
    equation = parse_equation(format_equation(stoichiometry, reversible))
    assert dict(equation.stoichiometry) == stoichiometry
    assert equation.reversible is reversible


@given(st.text(alphabet="ab_c 2+-<=>.", max_size=25))
def test_any_text_is_read_or_refused(text):
    try:
        equation = parse_equation(text)
    except ModelError as error:
        codes = [p.code for p in error.problems]
    else:
        codes = ["FM402"]
        assert parse_equation(str(equation)) == equation
    assert codes == ["FM402"]


@pytest.mark.parametrize(
    ("text", "character", "why"),
    [
        ("a_c + b_c", 10, "no arrow"),
        ("a_c --> b_c --> c_c", 13, "second arrow"),
        ("a_c b_c --> c_c", 5, "expected"),
        ("+ a_c --> b_c", 1, "missing"),
        ("a_c + --> b_c", 7, "missing"),
        ("a_c --> b_c +", 14, "missing at the end"),
        ("2 --> b_c", 3, "missing"),
        ("a_c --> 2", 10, "missing at the end"),
        ("0 a_c --> b_c", 1, "above 0"),
        ("1e999 a_c --> b_c", 1, "finite"),
        ("a_c --> a_c", 9, "occurs twice"),
        ("a_c + a_c --> b_c", 7, "occurs twice"),
        ("a[c] --> b_c", 1, "not a metabolite id"),
        ("2 3 --> b_c", 3, "not a metabolite id"),
        ("-->", 1, "no metabolite"),
        ("", 1, "no arrow"),
    ],
)
def test_refusals_name_the_place(text, character, why):
    with pytest.raises(ModelError) as caught:
        parse_equation(text)
    said = str(caught.value)
    assert why in said
    assert f"character {character}:" in said


def test_an_id_may_begin_with_digits():
    assert dict(parse_equation("2 10fthf_c --> 5_c").stoichiometry) == {"10fthf_c": -2.0, "5_c": 1.0}
