"""Units: conversions are reversible, scale, and refuse what they cannot know."""

from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.digest import digest
from fluxmodel.errors import UnitError
from fluxmodel.units import UNITS, Quantity, parse_quantity, units_of

RELATIVE = 1e-12  # a few roundings of a double
VALUES = st.floats(min_value=1e-9, max_value=1e9)
PAIRS = [(a.name, b.name) for a in UNITS.values() for b in UNITS.values() if a.dimension == b.dimension]


@given(VALUES, st.sampled_from(PAIRS))
def test_round_trip_inside_a_dimension(value: float, pair: tuple[str, str]) -> None:
    there = Quantity(value, pair[0]).to(pair[1])
    assert there.unit == pair[1]
    assert math.isclose(there.to(pair[0]).value, value, rel_tol=RELATIVE)


@given(VALUES, st.floats(min_value=1e-3, max_value=1e3), st.sampled_from(PAIRS))
def test_conversion_scales(value: float, factor: float, pair: tuple[str, str]) -> None:
    one, many = Quantity(value, pair[0]), Quantity(value * factor, pair[0])
    assert math.isclose(many.to(pair[1]).value, factor * one.to(pair[1]).value, rel_tol=RELATIVE)


@given(VALUES, st.floats(min_value=10, max_value=5000))
def test_round_trip_through_a_dry_mass(value: float, mass: float) -> None:
    dry_mass = Quantity(mass, "pg/cell")
    for here, there in (("fmol/cell/h", "mmol/gDW/h"), ("cells/mL", "gDW/L"), ("cells/cm2", "mg/cm2")):
        back = Quantity(value, here).to(there, dry_mass).to(here, dry_mass)
        assert math.isclose(back.value, value, rel_tol=RELATIVE)


@given(VALUES, st.sampled_from(sorted(UNITS)))
def test_text_round_trip(value: float, unit: str) -> None:
    assert parse_quantity(f"{value!r} {unit}") == Quantity(value, unit)


def test_measured_dry_mass_gives_the_published_rate() -> None:
    """Copeland 2023, lung fibroblasts: 497.1 fmol/cell/h at 492.6 pg/cell is 1.009 mmol/gDW/h."""
    rate = Quantity(497.1, "fmol/cell/h").to("mmol/gDW/h", Quantity(492.6, "pg/cell"))
    assert round(rate.value, 3) == 1.009


def test_cell_units_agree_with_each_other() -> None:
    assert Quantity(1, "umol/1e6 cells/h").to("fmol/cell/h").value == 1000
    assert Quantity(1, "amol/cell/s").to("fmol/cell/h").value == pytest.approx(3.6)
    assert Quantity(13.5, "nmol/1e6 cells/min").to("fmol/cell/h").value == pytest.approx(810)  # Marini 2022


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2 uM", 2, "uM"),
        ("2µM", 2, "uM"),  # micro sign
        ("2 μM", 2, "uM"),  # Greek mu
        ("90%", 90, "percent"),
        ("90 %", 90, "percent"),
        (" 100 nM ", 100, "nM"),
        ("1e-3 mM", 0.001, "mM"),
        ("-2 uM", -2, "uM"),
        (".5 h", 0.5, "h"),
        ("0.4 1e6 cells/mL", 0.4, "1e6 cells/mL"),
        ("1e6 cells/mL", 1e6, "cells/mL"),
        ("0.02 1/h", 0.02, "1/h"),
    ],
)
def test_parse(text: str, value: float, unit: str) -> None:
    assert parse_quantity(text) == Quantity(value, unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0.9", "FM205"),
        ("1e6", "FM205"),
        ("2 furlong", "FM201"),
        ("2 MM", "FM201"),
        ("nan mM", "FM206"),
        ("inf mM", "FM206"),
        ("1e999 mM", "FM202"),
        ("2,5 mM", "FM206"),
        ("", "FM206"),
        ("mM", "FM206"),
        ("1+1 mM", "FM206"),
        ("__import__('os') mM", "FM206"),
        ("٣ mM", "FM206"),
        ("1 2 mM", "FM201"),
        ("0x10 mM", "FM201"),
    ],
)
def test_refused_text(text: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert [p.code for p in caught.value.problems] == [code]
    assert caught.value.problems[0].cure
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "2", None, 10**400])
def test_refused_values(value: object) -> None:
    with pytest.raises(UnitError, match="FM202"):
        Quantity(value, "mM")  # type: ignore[arg-type]


def test_wrong_dimension_names_both() -> None:
    with pytest.raises(UnitError, match=r"FM203.*uM \(concentration\).*h \(time\)"):
        Quantity(2, "uM").to("h")


def test_per_cell_needs_a_dry_mass() -> None:
    with pytest.raises(UnitError, match=r"FM204.*dry mass"):
        Quantity(2, "fmol/cell/h").to("mmol/gDW/h")
    with pytest.raises(UnitError, match=r"(?s)FM202.*> 0"):
        Quantity(2, "fmol/cell/h").to("mmol/gDW/h", Quantity(0, "pg/cell"))


def test_unknown_unit_suggests() -> None:
    with pytest.raises(UnitError, match="did you mean mmol/gDW/h"):
        Quantity(1, "mmol/gdw/hr")


def test_source_is_carried_but_not_compared() -> None:
    a, b = Quantity(1, "mM", "paper"), Quantity(1, "mM")
    assert a == b
    assert hash(a) == hash(b)
    assert digest(a) == digest(b)
    assert a.to("uM").source == "paper"
    assert pickle.loads(pickle.dumps(a)).source == "paper"


def test_each_dimension_has_one_base() -> None:
    for dimension in {u.dimension for u in UNITS.values()}:
        assert any(UNITS[name].factor == 1.0 for name in units_of(dimension))


def test_only_units_that_fit_are_suggested() -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity("3 kJ/mole", units_of("time"))
    assert caught.value.problems[0].cure == "write one of h, s, min, d"
    with pytest.raises(UnitError, match="did you mean kJ/mol"):
        parse_quantity("3 kJ/mole")


@pytest.mark.parametrize("number", ["9" * 400, "1e400", "-1e999"])
def test_a_number_without_end_is_called_too_large(number: str) -> None:
    with pytest.raises(UnitError, match=r"FM202.*too large for a number") as caught:
        parse_quantity(f"{number} mM")
    assert "inf" not in str(caught.value)
    assert len(str(caught.value)) < 120
