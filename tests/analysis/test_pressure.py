"""Prices and shares of limits, margins of viability, and what moved a capacity: by hand on the toy."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.analysis.marks import Marks
from fluxmodel.analysis.moved import moved, uses
from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.pressure import Pressed, member_pressure
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.verdict import Constants
from fluxmodel.analysis.viability import viability
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.changes import inhibit, set_field
from fluxmodel.questions.explain import explained, growth_with, point_limits
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.predict import solve_arm

ENGINES = ["glpk", "highs"]
CLASH = "bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}"


@pytest.fixture(scope="module")
def bench(model, conditions):
    return Bench(model, [conditions], Build("capacity"))


def explanation(bench, ref, *changes, engine="glpk"):
    arm = bench.arm(bench.condition(ref), changes)
    asked = parse_observables(["growth"], bench.model)
    return explained(solve_arm(arm, asked, Constants.of(bench.model, None), engine, Untreated(engine)))


def pressed(problem, limits, engine="glpk"):
    marks = Marks.of(problem)
    found = member_pressure(Pressed.of(problem, np.atleast_2d(limits), engine), marks)
    return marks, found


@pytest.mark.parametrize("engine", ENGINES)
def test_scarce_oxygen_by_hand(bench, engine):
    """Without oxygen g = (2 G - m) / 20 = 0.9: dg/dG is 0.1 with G = 10, dg/dm is -1/20 with m = 2."""
    found = explanation(bench, "scarce", engine=engine)
    by_name = {(i.kind, i.name): i for i in found.binding}
    oxygen = by_name["oxygen", "o2"]
    assert (oxygen.limit, oxygen.share) == (0, 0)
    assert oxygen.price == pytest.approx(12 / 3 / 20)  # it burns pyruvate that is there
    demand = by_name["demand", "ATP_maintenance"]
    assert demand.price == pytest.approx(-1 / 20)
    assert demand.share == pytest.approx(-2 / 20 / 0.9)
    glucose = sum(i.share for i in found.binding if i.name in ("glc__D", "GLYC"))
    assert glucose == pytest.approx(1 / 0.9)  # the medium and the enzyme both allow 10: degenerate
    assert sum(i.share for i in found.binding) == pytest.approx(1.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_shares_add_up_to_one_in_every_member(bench, engine):
    """Strong duality: no bound of the toy's tables is in the way."""
    problem = bench.arm(bench.condition("plenty")).problem
    rng = np.random.default_rng(3)
    limits = point_limits(problem) * rng.uniform(0.2, 2.0, (20, len(problem.limited)))
    marks, found = pressed(problem, limits, engine)
    assert np.all(found.growth > 0)
    assert found.share.sum(axis=1) == pytest.approx(np.ones(20))
    names = {marks.keys[k] for k in np.flatnonzero(np.any(np.abs(found.share) > 1e-6, axis=0))}
    assert names <= {("catalyst", "GLS"), ("catalyst", "GLS2"), ("nutrient", "gln__L"), ("catalyst", "GLYC"),
                     ("demand", "ATP_maintenance"), ("nutrient", "glc__D")}  # fmt: skip


def test_members_in_which_a_limit_binds(bench):
    """0.9 GLS and 0.1 GLS2 meet 1 mM of glutamine: less GLS binds both enzymes, more binds the nutrient."""
    problem = bench.arm(bench.condition("plenty")).problem
    names = [x.catalyst for x in problem.limited]
    limits = np.tile(point_limits(problem), (2, 1))
    limits[:, names.index("GLS")] = 0.4, 2.0
    marks, found = pressed(problem, limits)
    assert found.growth == pytest.approx([0.5, 1.0])
    share = {key: found.share[:, k] for k, key in enumerate(marks.keys)}
    assert share["catalyst", "GLS"] == pytest.approx([0.8, 0.0])
    assert share["catalyst", "GLS2"] == pytest.approx([0.2, 0.0])
    assert share["nutrient", "gln__L"] == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize(
    "changes",
    [
        [inhibit("GLS=90%")],
        [set_field("medium.gln__L=0.5 mM")],
        [inhibit("GLYC=60%"), set_field("oxygen=0 percent")],
    ],
)
def test_relaxing_what_binds_brings_its_share_and_nothing_else_brings_anything(bench, changes):
    found = explanation(bench, "plenty", *changes)
    problem = bench.arm(bench.condition("plenty"), changes).problem
    named = {(i.kind, i.name): i for i in found.binding}
    assert any(i.share > 0.05 for i in named.values())
    for key in Marks.of(problem).keys:
        grown = growth_with(problem, key, 1.01)
        share = named[key].share if key in named else 0.0
        assert 100 * (grown / found.growth - 1) == pytest.approx(share, abs=1e-4), key


def test_what_an_inhibitor_moved(bench):
    found = explanation(bench, "plenty", inhibit("GLS=90%"))
    (row,) = found.moved
    assert (row.catalyst, row.genes, row.cell, row.binds) == ("GLS", ("GLS",), 0.9, True)
    assert (row.expression, row.saturation, row.inhibitors) == (1.0, 1.0, pytest.approx(0.1))
    assert (row.limit, row.use) == (pytest.approx(0.09), pytest.approx(0.09))
    assert row.effect == pytest.approx(0.09 / 0.19 * np.log2(0.1))
    assert row.why == ("--inhibit GLS=90%: GLS inhibited by 90 %",)
    assert [(n.name, n.binds) for n in found.near] == [("GLS", True), ("GLS2", True)]
    assert found.answer.startswith(
        "Growth is limited by the capacity of GLS2, 0.53 % per %; the capacity of GLS"
    )
    assert "10 % more of the capacity of GLS2 would raise it by 5.26 %." in found.answer


def test_isozymes_are_used_alike(bench):
    """0.5 of glutamine opened by 0.9 and 0.1: half of each."""
    problem = bench.arm(bench.condition("plenty"), [set_field("medium.gln__L=0.5 mM")]).problem
    with Analyst(problem) as analyst:
        found = uses(problem, analyst.state().fluxes)
    assert {k: found[k].used for k in ("GLS", "GLS2")} == pytest.approx({"GLS": 0.45, "GLS2": 0.05})
    assert moved(problem, {}, {}, found) == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_atp_margin_by_hand(bench, engine):
    """10 glucose give 20 ATP and 20 pyruvate; burning them 240 more. The demand is 2."""
    for ref, most in (("plenty", 260.0), ("scarce", 20.0)):
        problem = bench.arm(bench.condition(ref)).problem
        with Analyst(problem, engine) as analyst:
            found = viability(problem, analyst.state(), engine)
        assert found.atp_margin == pytest.approx(most / 2)
        assert found.ferroptosis_margin is None
        assert found.why["ferroptosis_margin"] == "the condition has no load of lipid peroxide"
        assert dict(found.deficits) == {}


def test_not_viable_is_explained_by_what_it_lacks(bench):
    found = explanation(bench, "scarce", set_field("demands.ATP_maintenance=50 mmol/gDW/h"))
    assert found.growth == 0
    assert dict(found.deficits) == pytest.approx({"ATP_maintenance": 30})
    assert found.viability.atp_margin == pytest.approx(0.4)
    assert found.answer.startswith("Not viable: ATP_maintenance is short of 30 mmol/gDW/h.")
    assert "oxygen" in found.answer
    prices = {i.name: i.price for i in found.binding}
    assert prices["o2"] == pytest.approx(12 / 3 / 50)
    assert prices["ATP_maintenance"] < 0


def test_a_contradiction_is_explained_by_its_lines(bench):
    found = explanation(bench, "scarce", set_field(CLASH))
    assert found.growth is None
    assert len(found.diagnosis) == 2
    assert "clash" in found.answer
    assert found.limits == ()
    assert found.viability.atp_margin is None
    assert "infeasible" in found.viability.why["atp_margin"]
