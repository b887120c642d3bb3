"""The toy's answers, worked out by hand.

Growth g takes 1 glutamate, 1 pyruvate, 20 ATP; glucose gives 2 pyruvate and 2 ATP, burning a pyruvate 12 ATP.
"""

from __future__ import annotations

import pytest

from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.errors import NoOptimum
from fluxmodel.questions.changes import inhibit, knock_out, set_field

ENGINES = ["glpk", "highs"]


def state(arm, *changes, ref="plenty", engine="glpk"):
    with Analyst(arm(ref, *changes).problem, engine) as analyst:
        return analyst.state()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("ref", "changes", "growth"),
    [
        ("plenty", [], 1.0),  # all glutamine
        ("plenty", [inhibit("GLS=90%")], 0.19),  # 0.09 by GLS and 0.1 by GLS2
        ("plenty", [knock_out("GLS")], 0.1),  # what GLS2 can carry
        ("plenty", [inhibit("GLS=100%")], 0.1),
        ("plenty", [knock_out("GLS,GLS2")], 0.0),
        ("scarce", [], 0.9),  # 10 glucose give 20 ATP: 2 for maintenance, 20 g for growth
        ("scarce", [set_field("demands.ATP_maintenance=20 mmol/gDW/h")], 0.0),
        (
            "plenty",
            [set_field("medium.gln__L=2 mM"), set_field("medium.glc__D=1 mM"), knock_out("PDHA1")],
            0.0,
        ),
    ],
)
def test_growth(arm, ref, changes, growth, engine):
    found = state(arm, *changes, ref=ref, engine=engine)
    assert found.outcome is Outcome.OPTIMAL
    assert found.optimum == pytest.approx(growth, abs=1e-9)


def test_the_point_takes_the_least_flux(arm):
    """22 ATP and 1 pyruvate: glucose G gives 2G pyruvate and 2G ATP, the 2G - 1 left over are burnt."""
    flux = state(arm).fluxes
    glucose = 34 / 26  # 2 G + 12 (2 G - 1) = 22
    assert flux["GLYC"] == pytest.approx(glucose)
    assert flux["OXP"] == pytest.approx(2 * glucose - 1)
    assert flux["LDH_L"] == 0


def test_the_point_is_the_same_on_every_engine(arm):
    one, two = (state(arm, inhibit("GLS=50%"), engine=e).fluxes for e in ENGINES)
    assert dict(one) == pytest.approx(dict(two), abs=1e-7)


def test_not_viable_is_an_answer_with_its_deficit(arm):
    found = state(arm, set_field("demands.ATP_maintenance=50 mmol/gDW/h"), ref="scarce")
    assert found.outcome is Outcome.NONVIABLE
    assert found.optimum == 0.0
    assert found.unmet["ATP_maintenance"] == pytest.approx(30)
    with pytest.raises(NoOptimum, match="nonviable"):
        _ = found.fluxes


def test_contradictory_inputs_are_named_line_by_line(arm, conditions):
    found = state(arm, set_field("bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}"), ref="scarce")
    assert found.outcome is Outcome.INFEASIBLE
    oxygen, flag = found.diagnosis
    assert oxygen.startswith(str(conditions / "scarce.yaml") + " line 4, oxygen")
    assert flag.startswith("--set bounds.EX_o2_e=")
    with pytest.raises(NoOptimum) as caught:
        _ = found.fluxes
    *lines, way = caught.value.diagnosis
    assert tuple(lines) == found.diagnosis
    assert way.startswith("it would fit if this gave way by 5 mmol/gDW/h: --set")
    assert dict(found.relaxation) == pytest.approx({flag: 5.0})


def test_a_conflict_through_the_network_is_named(arm):
    """5 mmol of glutamate has to leave, 1 mmol of glutamine comes in."""
    found = state(arm, set_field("bounds.EX_glu__L_e={lower: 5, unit: mmol/gDW/h}"))
    assert found.outcome is Outcome.INFEASIBLE
    assert len(found.diagnosis) >= 2
    assert any("gln__L" in line for line in found.diagnosis)
    assert any("EX_glu__L_e" in line for line in found.diagnosis)


def test_a_conflict_blames_what_the_user_said_and_shows_the_cheapest_way_out(arm):
    """Burning 3 needs 3 pyruvate; 1 is allowed, none comes from lactate. Glutamate is a second clash."""
    found = state(
        arm,
        set_field("bounds.GLYC={upper: 0.5, unit: mmol/gDW/h}"),
        set_field("bounds.OXP={lower: 3, unit: mmol/gDW/h}"),
        set_field("bounds.EX_glu__L_e={lower: 5, unit: mmol/gDW/h}"),
    )
    said = [line for line in found.diagnosis if line.startswith("--set")]
    assert len(said) < 3
    assert found.diagnosis[-1].startswith("--set")
    amounts = list(found.relaxation.values())
    assert amounts == sorted(amounts, reverse=True)
    assert any("EX_glu__L_e" in line and x == pytest.approx(4) for line, x in found.relaxation.items())
    assert all(line.startswith("--set") for line in found.relaxation)
    assert len(found.relaxation) == 2  # glutamate, and either of the others


def test_a_conflict_of_two_lines_names_both(arm):
    found = state(
        arm,
        set_field("bounds.GLUNm={upper: 0.1, unit: mmol/gDW/h}"),
        set_field("bounds.EX_nh4_e={lower: 0.5, unit: mmol/gDW/h}"),
    )
    assert len(found.diagnosis) == 2
    assert all(line.startswith("--set") for line in found.diagnosis)
    assert list(found.relaxation.values()) == pytest.approx([0.4])


@pytest.mark.parametrize(
    ("changes", "name", "kind"),
    [
        ([knock_out("GLS,GLS2")], "GLS, GLS2 knocked out", "knock-out"),
        ([set_field("bounds.GLUNm={upper: 0, unit: mmol/gDW/h}")], "GLUNm", "bound"),
        ([inhibit("GLUNm=100%")], "GLS", "capacity"),
        ([set_field("medium.gln__L=0 mM")], "gln__L", "nutrient"),
    ],
)
def test_no_growth_has_a_reason(arm, changes, name, kind):
    found = state(arm, *changes)
    assert (found.outcome, found.optimum) == (Outcome.OPTIMAL, 0.0)
    assert (name, kind) in [(b.name, b.kind) for b in found.binding]
    assert all(b.share is None for b in found.binding)
    if kind == "knock-out":  # the user's own comes first
        assert found.binding[0].name == name


def test_deficits_do_not_depend_on_units(arm):
    """20 ATP in all: half of either demand is better than all of the small one abandoned."""
    small = set_field("demands.BIOMASS=0.1 mmol/gDW/h")  # 2 ATP
    found = state(arm, set_field("demands.ATP_maintenance=30 mmol/gDW/h"), small, ref="scarce")
    assert found.outcome is Outcome.NONVIABLE
    # per ATP, 1/30 of maintenance against 1/2 of the other: maintenance is what gives
    assert found.unmet["BIOMASS"] == pytest.approx(0, abs=1e-9)
    assert found.unmet["ATP_maintenance"] == pytest.approx(12)


def test_a_tiny_demand_wholly_unserved_is_not_viable(arm):
    found = state(arm, set_field("demands.OXP=5e-7 mmol/gDW/h"), ref="scarce")
    assert found.outcome is Outcome.NONVIABLE
    assert found.unmet["OXP"] == pytest.approx(5e-7)


@pytest.fixture
def loads(monkeypatch):
    from fluxmodel.analysis import demands

    kind = demands.Kind(("OXP",), exact=True, share_of="O2t", share_reactions=("OXP",))
    monkeypatch.setattr(demands, "KINDS", {"burning": kind})


def test_a_load_that_cannot_be_applied_does_not_kill(arm, loads):
    load = set_field("demands.burning=2 mmol/gDW/h")
    assert state(arm, load).fluxes["OXP"] == pytest.approx(2)
    found = state(arm, load, ref="scarce")  # without oxygen
    assert found.outcome is Outcome.OPTIMAL
    assert found.optimum == pytest.approx(0.9)
    assert dict(found.unapplied) == pytest.approx({"burning": 2.0})
    assert "burning" not in found.unmet


def test_a_load_takes_nothing_from_what_a_cell_needs(arm, loads):
    """Burning gives ATP here, so take the pyruvate away from it: 1 glucose, all demands."""
    some = [set_field("medium.glc__D=1 mM"), set_field("demands.ATP_maintenance=2 mmol/gDW/h")]
    found = state(arm, *some, set_field("demands.burning=50 mmol/gDW/h"))
    assert found.outcome is Outcome.OPTIMAL
    assert found.unapplied["burning"] == pytest.approx(48)  # 2 pyruvate


@pytest.mark.parametrize(
    ("ref", "changes", "name", "relax"),
    [
        ("plenty", [], "gln__L", set_field("medium.gln__L=1.01 mM")),
        ("scarce", [], "glc__D", set_field("medium.glc__D=10.01 mM")),
        ("scarce", [], "ATP_maintenance", set_field("demands.ATP_maintenance=2.01 mmol/gDW/h")),
    ],
)
def test_prices_are_what_a_little_more_brings(arm, ref, changes, name, relax):
    before, after = state(arm, *changes, ref=ref), state(arm, *changes, relax, ref=ref)
    (found,) = [b for b in before.binding if b.name == name]
    assert (after.optimum - before.optimum) / 0.01 == pytest.approx(found.price, rel=1e-6)
    assert found.share == pytest.approx(found.price * found.limit / before.optimum)


def test_capacities_bind_and_name_both_their_origins(arm):
    binding = state(arm, inhibit("GLS=90%")).binding
    assert {b.name: b.kind for b in binding} == {"GLS": "capacity", "GLS2": "capacity"}
    (gls,) = [b for b in binding if b.name == "GLS"]
    assert gls.limit == pytest.approx(0.09)
    assert "toycell.yaml" in gls.origin
    assert "--inhibit GLS=90%" in gls.origin


@pytest.mark.parametrize("engine", ENGINES)
def test_intervals(arm, model, engine):
    observables = parse_observables(
        ["flux(GLUNm)", "uptake(glc__D)", "secretion(lac__L)/uptake(glc__D)", "flux(LDH_L)/flux(OXP)"], model
    )
    with Analyst(arm("scarce").problem, engine) as analyst:
        exact = analyst.ranges(observables, 1.0)
        loose = analyst.ranges(observables, 0.5)
    assert exact[0].interval == pytest.approx((0.9, 1.0))  # what growth does not use leaves as glutamate
    assert exact[1].interval == pytest.approx((10, 10))
    assert exact[2].interval == pytest.approx((1.91, 1.91))
    assert exact[3].interval is None
    assert "denominator can be 0" in exact[3].why
    assert loose[1].low == pytest.approx(5.5)  # 2 + 20 * 0.45 = 11 ATP
    assert loose[2].interval == pytest.approx((2 - 0.9 / 10, 2 - 0.45 / 10), abs=1e-6)


def test_all_ranges_hold_the_point(arm):
    with Analyst(arm("plenty", inhibit("GLS=90%")).problem) as analyst:
        ranges, fluxes = analyst.all_ranges(0.95), analyst.state().fluxes
    assert ranges.keys() == fluxes.keys()
    assert all(low - 1e-7 <= fluxes[r] <= high + 1e-7 for r, (low, high) in ranges.items())
