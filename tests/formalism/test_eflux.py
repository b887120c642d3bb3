"""E-Flux: bounds in proportion to expression."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fluxmodel as fx
from fluxmodel.formalism import Origin, build
from fluxmodel.formalism.levels import reference_levels, state_levels
from tests.formalism.test_cobra import agree

#: pmol/mg; the carriers are not measured, and so neither is GLNt.
ABUNDANCE = {"GLS": 8.0, "GLS2": 2.0, "OXP": 100.0, "LDH_L": 50.0, "SLC1A5": 1.0}


@pytest.fixture(scope="module")
def cell(plenty, with_parameters):
    """The best expressed reaction carries 5 mmol/gDW/h."""
    return replace(plenty, abundance=ABUNDANCE, model=with_parameters(plenty.model, {"eflux.scale": 5.0}))


def test_isozymes_add_up_and_what_is_not_measured_has_no_level(cell):
    assert reference_levels(cell) == {"GLUNm": 10.0, "OXP": 100.0, "LDH_L": 50.0}


def test_bounds_by_hand(cell):
    bounds = build(cell, "eflux").bounds
    assert (bounds["GLUNm"].lower, bounds["GLUNm"].upper) == (0, 0.5)
    assert (bounds["LDH_L"].lower, bounds["LDH_L"].upper) == (-2.5, 2.5)
    assert bounds["OXP"].upper == 5
    assert bounds["GLNt"] == cell.bounds["GLNt"]
    assert bounds["EX_glc__D_e"] == cell.bounds["EX_glc__D_e"]
    assert "10 of 100 pmol/mg" in str(bounds["GLUNm"].upper_origin)


@pytest.mark.parametrize(
    ("ratios", "growth"),
    [({}, 0.5), ({"GLS": 0.5}, 0.3), ({"GLS": 1.5}, 0.7), ({"OXP": 2.0}, 0.5), ({"GLS": 0.0}, 0.1)],
)
def test_growth_by_hand(cell, expressed, solved, ratios, growth):
    """Glutaminase is what limits growth: one glutamate each. The scale does not follow the state."""
    state = solved(expressed(cell, **ratios), "eflux")
    assert state.optimum == pytest.approx(growth)
    assert (state.binding[0].kind, state.binding[0].name) == ("capacity", "GLUNm")


def test_what_is_lost_is_not_expressed_unless_gene_rules_alone_count(cell):
    lost = replace(cell, lost={"GLS": Origin("knock-out", "GLS knocked out")})
    assert state_levels(lost)["GLUNm"] == 2
    assert reference_levels(lost)["GLUNm"] == 10
    assert build(lost, "eflux").bounds["GLUNm"].upper == pytest.approx(0.1)
    assert build(replace(lost, gene_rules_only=True), "eflux").bounds["GLUNm"].upper == pytest.approx(0.5)


def test_without_levels_it_is_fba(plenty):
    assert build(plenty, "eflux").program == build(plenty, "fba").program
    nothing = replace(plenty, abundance={"GLS": 0.0, "GLS2": 0.0})
    assert build(nothing, "eflux").program == build(plenty, "fba").program


def test_a_bound_of_its_own_stays_where_it_is_tighter(cell):
    tight = replace(cell.bounds["GLUNm"], upper=0.2)
    made = build(replace(cell, bounds={**cell.bounds, "GLUNm": tight}), "eflux")
    assert made.bounds["GLUNm"] == tight


def test_eflux_problems_reach_cobra_as_they_are(cell):
    agree(build(cell, "eflux"))


def test_the_packaged_cell_grows_and_feels_the_scale(packaged, with_parameters):
    def growth(model):
        return fx.predict(model, "normoxia", observables=["growth"], formalism="eflux").growth

    assert growth(packaged) > 0.01
    found = [growth(with_parameters(packaged, {"eflux.scale": s})) for s in (10.0, 30.0, 1000.0)]
    assert found[0] < found[1] < found[2] == growth(packaged)
