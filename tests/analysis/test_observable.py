"""Observables are parsed, never evaluated, and errors say where."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.analysis.observable import parse_observable, parse_observables
from fluxmodel.errors import ObservableError


@pytest.mark.parametrize(
    ("text", "top", "bottom", "unit"),
    [
        ("growth", {"BIOMASS": 1}, None, "1/h"),
        ("2 * growth", {"BIOMASS": 2}, None, "1/h"),
        ("flux(BIOMASS)", {"BIOMASS": 1}, None, "1/h"),
        ("flux(GLUNm) / growth", {"GLUNm": 1}, {"BIOMASS": 1}, "mmol/gDW"),
        ("growth / (2 * uptake(glc__D))", {"BIOMASS": 1}, {"EX_glc__D_e": -2}, "gDW/mmol"),
        ("growth / growth", {"BIOMASS": 1}, {"BIOMASS": 1}, "1"),
        ("flux(GLUNm)", {"GLUNm": 1}, None, "mmol/gDW/h"),
        ("uptake(glc__D)", {"EX_glc__D_e": -1}, None, "mmol/gDW/h"),
        ("uptake(glc__D_e)", {"EX_glc__D_e": -1}, None, "mmol/gDW/h"),
        ("secretion(lac__L)", {"EX_lac__L_e": 1}, None, "mmol/gDW/h"),
        ("flux(GLYC)+2*flux(OXP)", {"GLYC": 1, "OXP": 2}, None, "mmol/gDW/h"),
        ("flux(GLYC) - flux(OXP) / 4", {"GLYC": 1, "OXP": -0.25}, None, "mmol/gDW/h"),
        ("-(flux(GLYC) - flux(OXP))*1e1", {"GLYC": -10, "OXP": 10}, None, "mmol/gDW/h"),
        ("secretion(lac__L)/uptake(glc__D)", {"EX_lac__L_e": 1}, {"EX_glc__D_e": -1}, "1"),
        ("(flux(OXP) + flux(LDH_L)) / (2*flux(GLYC))", {"OXP": 1, "LDH_L": 1}, {"GLYC": 2}, "1"),
        ("3*flux(OXP)/flux(GLYC)", {"OXP": 3}, {"GLYC": 1}, "1"),
        ("flux(OXP) + flux(GLYC) - flux(OXP)", {"GLYC": 1}, None, "mmol/gDW/h"),
    ],
)
def test_what_is_meant(model, text, top, bottom, unit):
    o = parse_observable(text, model)
    assert dict(o.numerator) == top
    assert (None if o.denominator is None else dict(o.denominator)) == bottom
    assert o.unit == unit


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "FM601", "empty"),
        ("flux(GLUNm", "FM601", "character 11"),
        ("flux()", "FM601", "character 6"),
        ("flux(GLUNm) flux(OXP)", "FM601", "character 13"),
        ("growht", "FM601", "did you mean growth"),
        ("GLUNm", "FM601", "write flux(GLUNm)"),
        ("glc__D", "FM601", "uptake(glc__D)"),
        ("flux(GLUNn)", "FM602", "did you mean GLUNm"),
        ("flux(GLS)", "FM602", "GLS is a gene; its reactions: GLUNm"),
        ("uptake(glc_D)", "FM603", "did you mean glc__D"),
        ("uptake(pyr)", "FM603", "no exchange"),
        ("3", "FM604", "is a number"),
        ("growth + 1", "FM604", "cannot be added"),
        ("growth + flux(GLUNm)", "FM604", "cannot be added"),
        ("flux(GLUNm) - 2*growth", "FM604", "growth is not a flux"),
        ("growth * growth", "FM604", "multiplied"),
        ("1/growth", "FM604", "divided"),
        ("growth/0", "FM604", "division by 0"),
        ("flux(OXP)/flux(GLYC) + growth", "FM604", "part of a sum"),
        ("growth - growth", "FM605", "0 in every"),
        ("__import__('os').system('true')", "FM601", "__import__"),
        ("(" * 50 + "growth" + ")" * 50, "FM601", "nested"),
        ("growth+" * 400 + "growth", "FM601", "characters"),
        ("1e999*growth", "FM601", "not a finite"),
    ],
)
def test_refused(model, text, code, says):
    with pytest.raises(ObservableError) as caught:
        parse_observable(text, model)
    assert caught.value.problems[0].code == code
    assert says in str(caught.value)


def test_all_unknown_names_at_once(model):
    with pytest.raises(ObservableError) as caught:
        parse_observables(["flux(A) + flux(B)", "growth", "uptake(C)"], model)
    assert [p.code for p in caught.value.problems] == ["FM602", "FM602", "FM603"]


@given(st.text(alphabet="growthfluxupakesc(LYA_)+-*/ 0.5e\n", max_size=40))
def test_any_text_is_read_or_refused(model, text):
    with contextlib.suppress(ObservableError):
        assert parse_observable(text, model).numerator


@given(
    st.lists(st.tuples(st.sampled_from(["GLYC", "OXP", "LDH_L"]), st.floats(-9, 9)), min_size=1, max_size=6)
)
def test_a_sum_is_worth_what_its_terms_are(model, terms):
    text = " + ".join(f"{c:.6f}*flux({r})" if c >= 0 else f"-{-c:.6f}*flux({r})" for r, c in terms)
    state = {"GLYC": 1.5, "OXP": -2.0, "LDH_L": 0.25}
    worth = sum(float(f"{c:.6f}") * state[r] for r, c in terms)
    if all(round(sum(float(f"{c:.6f}") for r, c in terms if r == each), 9) == 0 for each in state):
        return  # nothing is left of it, which is refused
    assert parse_observable(text, model).value(state) == pytest.approx(worth, abs=1e-9)


def test_a_ratio_without_denominator_has_no_value(model):
    o = parse_observable("flux(OXP)/flux(GLYC)", model)
    assert o.value({"OXP": 1.0, "GLYC": 0.0}) is None
    assert o.value({"OXP": 1.0, "GLYC": 5e-5}, near_zero=1e-4) is None
