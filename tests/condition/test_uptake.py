"""The finished medium and the limits that follow from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.condition import (
    CONSTANTS,
    Cell,
    Condition,
    Library,
    MediumSpec,
    Oxygen,
    Source,
    UptakeSpec,
    biomass_density,
    cell_layer,
    depletion_bound,
    effective_oxygen,
    idle_limits,
    load_cell,
    load_condition,
    mix,
    oxygen_limit,
    oxygen_supply,
    uptake_limits,
)
from fluxmodel.errors import ConditionError, DomainError, UnitError
from fluxmodel.units import Quantity

CELL = Cell(
    id="c",
    name="c",
    provisional=True,
    dry_mass=Quantity(500, "pg/cell"),
    source=Source(citation="chosen", provenance="recalled"),
)
DEPTH, LAYER = Quantity(2.5, "mm"), Quantity(0.05, "mg/cm2")
NOTES_TOLERANCE = 0.05  # the quoted figures are rounded to two digits and not quite proportional (4 % at 5 %)
POSITIVE = st.floats(min_value=1e-3, max_value=1e3)


def condition(**medium: object) -> Condition:
    return Condition(id="x", medium=MediumSpec(base="example", **medium))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("percent", "layer", "quoted"), [(21, 0.05, 1.5), (5, 0.05, 0.40), (1, 0.05, 0.083), (1, 0.025, 0.17)]
)
def test_oxygen_supply_of_the_science_notes(percent: float, layer: float, quoted: float) -> None:
    supply = oxygen_supply(Quantity(percent, "percent"), DEPTH, Quantity(layer, "mg/cm2"))
    assert supply.unit == "mmol/gDW/h"
    assert supply.value == pytest.approx(quoted, rel=NOTES_TOLERANCE)


def test_oxygen_supply_by_hand() -> None:
    """1 %: 10.2 uM/kPa * 1.01325 kPa = 10.335 uM; 2.8e-9 * 0.010335 / (0.0025 * 0.5) * 3600 mol/(g h)."""
    by_hand = 2.8e-9 * 10.33515e-3 / (2.5e-3 * 0.5) * 3600 * 1e3
    assert oxygen_supply(Quantity(1, "percent"), DEPTH, LAYER).value == pytest.approx(by_hand, rel=1e-12)


@given(POSITIVE, st.floats(min_value=1, max_value=10))
def test_oxygen_supply_falls_with_depth_and_layer(depth: float, factor: float) -> None:
    one = oxygen_supply(Quantity(1, "percent"), Quantity(depth, "mm"), LAYER).value
    assert oxygen_supply(
        Quantity(1, "percent"), Quantity(depth * factor, "mm"), LAYER
    ).value == pytest.approx(one / factor)
    thick = Quantity(0.05 * factor, "mg/cm2")
    assert oxygen_supply(Quantity(1, "percent"), Quantity(depth, "mm"), thick).value == pytest.approx(
        one / factor
    )


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100))
def test_oxygen_that_reaches_the_medium_never_falls_with_percent(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert (
        effective_oxygen(Quantity(low, "percent")).value <= effective_oxygen(Quantity(high, "percent")).value
    )


def test_depletion_by_hand() -> None:
    density = biomass_density(Quantity(0.4, "1e6 cells/mL"), Quantity(500, "pg/cell"))
    assert density == Quantity(0.2, "gDW/L")
    assert depletion_bound(Quantity(12, "mM"), density, Quantity(1, "d")).value == pytest.approx(2.5)


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_depletion_scales(amount: float, density: float, hours: float, factor: float) -> None:
    def bound(a: float, d: float, h: float) -> float:
        return depletion_bound(Quantity(a, "mM"), Quantity(d, "gDW/L"), Quantity(h, "h")).value

    one = bound(amount, density, hours)
    assert bound(amount * factor, density, hours) == pytest.approx(one * factor)
    assert bound(amount, density * factor, hours) == pytest.approx(one / factor)
    assert bound(amount, density, hours * factor) == pytest.approx(one / factor)


def test_arguments_outside_the_domain() -> None:
    zero = Quantity(0, "h")
    with pytest.raises(DomainError) as caught:
        depletion_bound(Quantity(1, "mM"), Quantity(0, "gDW/L"), zero)
    assert len(caught.value.problems) == 2
    with pytest.raises(DomainError):
        depletion_bound(Quantity(-1, "mM"), Quantity(1, "gDW/L"), Quantity(1, "h"))
    with pytest.raises(DomainError):
        oxygen_supply(Quantity(1, "percent"), Quantity(0, "mm"), LAYER)
    with pytest.raises(DomainError):
        effective_oxygen(Quantity(101, "percent"))
    with pytest.raises(UnitError):
        depletion_bound(Quantity(1, "h"), Quantity(1, "gDW/L"), Quantity(1, "h"))


def test_layer_from_each_kind_of_density() -> None:
    mass = Quantity(500, "pg/cell")
    for density in (Quantity(0.4e6, "cells/mL"), Quantity(0.2, "gDW/L"), Quantity(1e5, "cells/cm2"), LAYER):
        assert cell_layer(density, mass, DEPTH).value == pytest.approx(0.05)


def test_oxygen_limit_of_a_condition() -> None:
    still = condition().replace(oxygen=Oxygen(value=1, unit="percent"))
    assert oxygen_limit(still, CELL) == oxygen_supply(Quantity(1, "percent"), DEPTH, LAYER)
    sparse = still.replace(oxygen=Oxygen(value=1, unit="percent", density=Quantity(0.025, "mg/cm2")))
    one, two = oxygen_limit(still, CELL), oxygen_limit(sparse, CELL)
    assert one is not None
    assert two is not None
    assert two.value == pytest.approx(2 * one.value)
    assert oxygen_limit(still.replace(oxygen=Oxygen(value=1, unit="percent", stirred=True)), CELL) is None
    none = oxygen_limit(still.replace(oxygen=Oxygen(value=0, unit="percent", stirred=True)), CELL)
    assert none == Quantity(0, "mmol/gDW/h")


def test_packaged_conditions_give_a_finite_supply() -> None:
    cell = load_cell("default")
    normoxia, hypoxia = (oxygen_limit(load_condition(n), cell) for n in ("normoxia", "hypoxia"))
    assert normoxia is not None
    assert hypoxia is not None
    assert normoxia.value / hypoxia.value == pytest.approx(CONSTANTS["incubator_percent"].value)


def test_mixing_by_hand(library: Library) -> None:
    base, serum = library.medium("example"), library.medium("example_serum")
    where = condition(
        serum="example_serum", add={"pyr": "1 mM", "glc__D": "1 mM"}, set={"pi": "2 mM"}, remove=("h2o",)
    )
    mixture = mix(where, base, serum)
    amounts = {species: round(q.magnitude("mM"), 9) for species, q in mixture.concentrations.items()}
    assert amounts == {
        "chsterol": 0.08,
        "cysi__L": 0.18,  # 0.2 diluted to 90 %
        "glc__D": 10.5,  # 10 * 0.9 + 0.5 + 1
        "gln__L": 1.8,
        "pi": 2.0,  # limited, since it was set
        "pyr": 1.0,
    }
    assert dict(mixture.unlimited) == {}
    assert mixture.origins["gln__L"].line == 11
    assert mixture.digest == mix(where, base, serum).digest
    assert mixture.digest != mix(condition(), base).digest


def test_kinds_of_medium_are_not_exchanged(library: Library) -> None:
    base, serum = library.medium("example"), library.medium("example_serum")
    with pytest.raises(ConditionError, match="FM351"):
        mix(condition(), serum)
    with pytest.raises(ConditionError, match="FM351"):
        mix(condition(), base, base)


def test_rules_of_uptake(library: Library) -> None:
    mixture = mix(condition(), library.medium("example"))
    limits = {"glc__D": Quantity(1, "mmol/gDW/h"), "ser__L": Quantity(2, "mmol/gDW/h")}

    def rule(name: str, **given: object) -> dict[str, float | None]:
        where = condition().replace(uptake=UptakeSpec(rule=name, **given))  # type: ignore[arg-type]
        return {s: q and q.value for s, q in uptake_limits(where, mixture, CELL).items()}

    free = {"h2o": None, "pi": None}
    depleted = {s: q.magnitude("mM") / (0.2 * 24) for s, q in mixture.concentrations.items()}
    assert rule("depletion") == pytest.approx({**free, **depleted})
    assert rule("depletion", limits=limits) == pytest.approx({**free, **depleted, "glc__D": 1})
    assert rule("none") == {**free, "cysi__L": None, "glc__D": None, "gln__L": None}
    assert rule("fixed", limits=limits) == {**free, "glc__D": 1, "ser__L": 2}
    assert rule("fixed") == free


def test_a_limit_without_its_species_is_named(library: Library) -> None:
    base = library.medium("example")
    limits = {"lac__L": Quantity(1, "mmol/gDW/h"), "gln__L": Quantity(1, "mmol/gDW/h")}
    nothing = {"ser__L": Quantity(0, "mmol/gDW/h")}
    where = condition().replace(uptake=UptakeSpec(limits={**limits, **nothing}))
    (problem,) = idle_limits(where, mix(where, base))
    assert problem.code == "FM354"
    assert "lac__L" in problem.what
    assert problem.where.field == "uptake.limits.lac__L"
    assert "medium.lac__L=1 mM" in problem.cure
    # a medium with 0 mM holds none of it: nothing is taken up, and it is said
    taken = condition(set={"gln__L": Quantity(0, "mM")}).replace(uptake=UptakeSpec(limits=limits))
    mixture = mix(taken, base)
    assert [p.where.field for p in idle_limits(taken, mixture)] == [f"uptake.limits.{s}" for s in limits]
    assert uptake_limits(taken, mixture, CELL)["gln__L"] == Quantity(0, "mmol/gDW/h")
    fixed = taken.replace(uptake=UptakeSpec(rule="fixed", limits=limits))
    assert idle_limits(fixed, mixture) == []


BAD_MEDIA = {
    "both lists": ("unlimited: {pi: x}\ncomponents: {pi: {value: 1, unit: mM}}", "FM327"),
    "grams": ("components: {pi: {value: 1, unit: g/L}}", "FM323"),
    "negative": ("components: {pi: {value: -1, unit: mM}}", "FM324"),
    "no unit": ("components: {pi: {value: 1}}", "FM320"),
    "bare": ("components: {pi: 1}", "FM322"),
    "compartment": ("components: {pi_e: {value: 1, unit: mM}}", "FM325"),
    "exchange": ("components: {EX_pi_e: {value: 1, unit: mM}}", "FM325"),
    "oxygen": ("components: {}\nunlimited: {o2: air}", "FM327"),
    "volume of a base": ("components: {}\nvolume: 10 %", "FM327"),
    "all serum": ("components: {}\nkind: supplement\nvolume: 100 %", "FM324"),
    "provenance": ("components: {pi: {value: 1, unit: mM, provenance: seen}}", "FM323"),
}


@pytest.mark.parametrize("name", BAD_MEDIA)
def test_bad_media(name: str, tmp_path: Path, library: Library) -> None:
    text, code = BAD_MEDIA[name]
    head = "schema: fluxmodel.medium/1\nid: m\nname: m\nsource: {citation: c, provenance: read}\n"
    path = tmp_path / "m.yaml"
    path.write_text(head + text + "\n", encoding="utf-8")
    with pytest.raises(ConditionError) as caught:
        library.medium(path)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.where.file == str(path)
    assert problem.where.line
    assert problem.cure


def test_constants_lie_in_their_ranges() -> None:
    check: Callable[[float, float, float], bool] = lambda low, x, high: low <= x <= high  # noqa: E731
    assert all(check(c.low, c.value, c.high) and c.source for c in CONSTANTS.values())
