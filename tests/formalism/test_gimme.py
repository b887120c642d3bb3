"""GIMME: the flux state that uses least of what is not expressed, near the best growth."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fluxmodel as fx
from fluxmodel.formalism import Origin, build
from fluxmodel.formalism.gimme import penalties
from fluxmodel.questions.changes import inhibit, knock_out
from tests.formalism.test_cobra import agree

#: pmol/mg: respiration is what is not there. The 25th percentile is 100.
ABUNDANCE = {"GLYC": 100.0, "LDH_L": 100.0, "LACt": 100.0, "GLCt": 100.0, "OXP": 10.0}
TREATED = [inhibit("GLS=90%"), knock_out("GLS,GLS2"), inhibit("SLC1A5=100%")]


@pytest.fixture(scope="module")
def cell(plenty):
    return replace(plenty, abundance=ABUNDANCE)


def test_penalties_by_hand(cell, expressed):
    assert penalties(cell) == {"OXP": pytest.approx(0.9)}
    assert penalties(expressed(cell, OXP=5.0)) == {"OXP": pytest.approx(0.5)}
    assert penalties(expressed(cell, OXP=10.0)) == {}
    assert penalties(expressed(cell, GLYC=0.25)) == {"GLYC": pytest.approx(0.75), "OXP": pytest.approx(0.9)}
    lost = replace(cell, lost={"LDH_L": Origin("knock-out", "")})
    assert penalties(lost)["LDH_L"] == 1


def test_the_state_by_hand(cell, solved):
    """0.9 of the best growth takes 18 + 2 ATP: just what 10 glucose give without respiration."""
    state = solved(cell, "gimme")
    assert state.optimum == pytest.approx(1)  # growth is reported as its optimum
    assert state.values["BIOMASS"] == pytest.approx(0.9)
    assert state.values["OXP"] == pytest.approx(0, abs=1e-6)
    assert state.values["GLYC"] == pytest.approx(10)
    assert state.values["LACt"] == pytest.approx(20 - 0.9)


def test_what_is_expressed_is_used(cell, expressed, solved):
    state = solved(expressed(cell, OXP=10.0), "gimme")
    assert state.optimum == pytest.approx(1)
    assert state.values["OXP"] > 0.5  # the least flux, as there is no score


def test_stages_and_columns(cell, expressed):
    problem = build(expressed(cell, LDH_L=0.5), "gimme")
    assert [s.name for s in problem.point_program.stages] == [
        "unmet", "growth", "gimme", "parsimonious", "canonical"
    ]  # fmt: skip
    assert problem.program.stage("growth").relative_slack == pytest.approx(0.1)
    assert problem.kept == pytest.approx(0.9)
    cost = dict(zip(problem.program.columns, problem.program.stage("gimme").cost.tolist(), strict=True))
    assert cost["LDH_L@*:forward"] == cost["LDH_L@*:reverse"] == pytest.approx(0.5)  # |v|, both ways
    assert cost["OXP"] == pytest.approx(0.9)
    assert cost["GLYC"] == 0


def test_gimme_problems_reach_cobra_as_they_are(cell):
    agree(build(cell, "gimme"))


@pytest.mark.parametrize("changes", [[], *[[c] for c in TREATED]], ids=str)
def test_growth_is_that_of_fba_whatever_is_done(packaged, changes):
    found = [fx.predict(packaged, "normoxia", changes, formalism=f) for f in ("fba", "gimme")]
    assert found[1].growth == pytest.approx(found[0].growth)
    assert found[1].growth > 0.01
    p = found[1]
    assert 0.9 * p.growth * (1 - 1e-6) <= p.flux["BIOMASS"] <= p.growth * (1 + 1e-6)
    assert p.provenance["verdict"]["fraction"] == pytest.approx(0.9)


def test_it_scores_no_worse_than_the_state_of_least_flux(packaged):
    fba, gimme = (fx.predict(packaged, "normoxia", formalism=f) for f in ("fba", "gimme"))
    weights = penalties(gimme._problem.resolved)
    assert len(weights) > 20

    def score(p):
        return sum(w * abs(p.flux[r]) for r, w in weights.items())

    assert score(gimme) < 0.9 * score(fba)


@pytest.mark.parametrize("formalism", ["pool", "eflux", "gimme"])
def test_points_lie_in_their_intervals(packaged, formalism):
    result = fx.compare(packaged, ["normoxia", "hypoxia"], [inhibit("GLS=90%")], formalism=formalism)
    for arm in result.arms:
        assert arm.outcome.value == "optimal"
        for row in arm.rows:
            if row.range.interval and row.value is not None:
                low, high = row.range.interval
                room = 1e-6 * (1 + abs(row.value))
                assert low - room <= row.value <= high + room, (arm.label, row.observable.text)
