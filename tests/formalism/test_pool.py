"""The protein pool: what a flux costs, what the pool allows, and what treatments do to it."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fluxmodel as fx
from fluxmodel.analysis.proteome import proteome_of
from fluxmodel.analysis.state import Outcome
from fluxmodel.formalism import Capacity, build
from fluxmodel.formalism.pool import POOL, ROW, reaction_costs
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.changes import inhibit, knock_out, set_field
from fluxmodel.questions.inputs import Bench, Build
from tests.formalism.test_cobra import agree

#: g h/mmol: per gram, glycolysis makes 200 ATP and respiration 120.
ENERGY = {"GLYC": 0.01, "OXP": 0.1}


def charges(problem):
    """What each column takes from the pool."""
    row = problem.program.rows.index(ROW)
    columns, values = problem.program.matrix.transpose().column(row)
    names = [problem.program.columns[c] for c in columns]
    return dict(zip(names, values.tolist(), strict=True))


@pytest.mark.parametrize(
    ("pool", "growth", "glycolysis", "respiration"),
    [
        (0.05, 0.4, 5.0, 0.0),  # 2 ATP per glucose: 10 = 20 * 0.4 + 2
        (0.1, 0.9, 10.0, 0.0),  # all glucose there is
        (0.11, 0.96, 10.0, 0.1),  # and what is left of the pool for respiration: 20 + 1.2 = 20 * 0.96 + 2
    ],
)
def test_by_hand(plenty, solved, pool, growth, glycolysis, respiration):
    state = solved(replace(plenty, costs=ENERGY, pool=pool), "pool")
    assert state.optimum == pytest.approx(growth)
    assert state.values["GLYC"] == pytest.approx(glycolysis)
    assert state.values["OXP"] == pytest.approx(respiration)
    # with oxygen free, the rest of the pyruvate leaves as lactate
    assert state.values["LACt"] == pytest.approx(2 * glycolysis - respiration - growth)
    assert solved(plenty, "fba").optimum == pytest.approx(1)


def test_the_pool_is_a_limit_with_a_price(plenty, solved):
    state = solved(replace(plenty, costs=ENERGY, pool=0.05), "pool")
    (limit,) = state.binding[:1]
    assert (limit.kind, limit.name, limit.limit, limit.unit) == ("capacity", POOL, 0.05, "g/gDW")
    assert limit.price == pytest.approx(10)  # 200 ATP per gram, 20 per growth
    assert limit.share == pytest.approx(10 * 0.05 / 0.4)


def test_a_pool_too_small_for_maintenance_is_not_viable(plenty, solved):
    state = solved(replace(plenty, costs=ENERGY, pool=0.005), "pool")  # 1 ATP of 2
    assert state.outcome is Outcome.NONVIABLE
    assert state.unmet["ATP_maintenance"] == pytest.approx(1)


def test_what_runs_both_ways_is_charged_both_ways(plenty):
    problem = build(replace(plenty, costs={"LDH_L": 0.2, "GLYC": 0.1}), "pool")
    assert charges(problem) == {"GLYC": 0.1, "LDH_L@*:forward": 0.2, "LDH_L@*:reverse": 0.2}
    assert problem.is_split("LDH_L")
    assert not problem.is_split("GLYC")


def test_isozymes_cost_what_their_mixture_costs(plenty):
    costs = {"GLS": 1.0, "GLS2": 2.0, "SLC1A5": 1.0, "SLC38A2": 3.0}
    found = reaction_costs(replace(plenty, costs=costs))
    assert found["GLUNm"][1] == pytest.approx(1.1)  # 0.9 and 0.1 of the capacity
    assert found["GLNt"] == {1: 2.0, -1: 2.0}  # no capacities: half each
    # at half its turnover, GLS still weighs what it weighs: 1.1 g for 0.45 + 0.1
    slow = Capacity("GLS", ("GLUNm",), 0.9, efficiency={("GLUNm", 1): 0.5})
    found = reaction_costs(replace(plenty, costs=costs, limits=(slow,)))
    assert found["GLUNm"][1] == pytest.approx(2.0)


def test_a_carrier_of_nothing_carries_nothing(plenty):
    idle = tuple(Capacity(k, ("GLNt",), 1.0, efficiency={("GLNt", 1): 0.0}) for k in ("SLC1A5", "SLC38A2"))
    resolved = replace(plenty, costs={"SLC1A5": 1.0, "SLC38A2": 1.0}, limits=idle)
    assert reaction_costs(resolved)["GLNt"] == {1: math.inf, -1: 1.0}
    program = build(resolved, "pool").program
    top = dict(zip(program.columns, program.col_upper.tolist(), strict=True))
    assert (top["GLNt@*:forward"], top["GLNt@*:reverse"]) == (0, 1000)


def test_an_inhibited_catalyst_costs_more_and_a_lost_one_nothing(arm):
    def of(*changes):
        resolved = replace(arm("plenty", *changes).problem.resolved, costs={"GLS": 1.0, "GLS2": 2.0})
        return charges(build(resolved, "pool"))

    assert of() == {"GLUNm": pytest.approx(1.1)}
    assert of(inhibit("GLS=90%")) == {
        "GLUNm@GLS:forward": pytest.approx(11),
        "GLUNm@GLS2:forward": pytest.approx(1.1),
    }
    assert of(inhibit("GLS=100%")) == {"GLUNm@GLS2:forward": pytest.approx(1.1)}
    assert of(knock_out("GLS")) == {"GLUNm@GLS2:forward": pytest.approx(1.1)}


def growth_of(bench, *changes):
    arm = bench.arm(bench.condition("plenty"), changes)
    from fluxmodel.analysis.solve import Analyst

    with Analyst(Untreated("glpk").settle(arm)) as analyst:
        return analyst.state().optimum


@pytest.fixture(scope="module")
def scarce(model, conditions, with_parameters):
    """The toy with little protein, 1 mg for a flux of 1.008 through any catalyst, or 0.504 through OXP.

    Glucose is burnt: 26 ATP from each, less 12 for each pyruvate that is built in, so 26 G = 32 mu + 2; and
    the catalysts carry 2 G of glucose, 2 mu of glutamine, and 2 (2 G - mu) for the complex OXP: 6 G.
    """
    return Bench(with_parameters(model, {"pool.protein": 0.004}), [conditions], Build("pool"))


def test_the_default_costs_by_hand(scarce):
    carried = 0.004 / (50 / (14 * 3600))
    assert growth_of(scarce) == pytest.approx((26 * carried / 6 - 2) / 32)


@pytest.mark.parametrize("target", ["GLS", "GLS2", "SLC1A5", "SLC38A2", "GLYC", "OXP"])
def test_inhibition_by_a_hair_changes_next_to_nothing(scarce, target):
    # what has no capacity in the cell cannot be inhibited by a share; its loss never helps either
    if target in ("GLS", "GLS2", "GLYC"):
        before = growth_of(scarce)
        assert before * (1 - 1e-3) <= growth_of(scarce, inhibit(f"{target}=0.01%")) <= before * (1 + 1e-9)
    assert growth_of(scarce, inhibit(f"{target}=100%")) <= growth_of(scarce) * (1 + 1e-9)


@given(st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted))
@settings(max_examples=15)
def test_more_inhibition_never_helps(scarce, shares):
    weak, strong = (growth_of(scarce, inhibit(f"GLS={x:.6f}%")) for x in shares)
    assert strong <= weak * (1 + 1e-9) + 1e-9


@given(st.tuples(st.floats(1e-4, 0.3), st.floats(1e-4, 0.3)).map(sorted))
@settings(max_examples=25)
def test_more_protein_never_lowers_growth(plenty, solved, pools):
    less, more = (solved(replace(plenty, costs=ENERGY, pool=p), "pool").optimum for p in pools)
    assert less <= more + 1e-9


def test_more_protein_never_lowers_growth_of_the_packaged_model(packaged, with_parameters):
    fba = fx.predict(packaged, "normoxia", observables=["growth"], formalism="fba").growth
    found = [
        fx.predict(
            with_parameters(packaged, {"pool.protein": p}),
            "normoxia",
            observables=["growth"],
            formalism="pool",
        ).growth
        for p in (0.0005, 0.003, 0.006, 0.012, 0.024, 1.0)
    ]
    assert all(a <= b + 1e-9 for a, b in pairwise(found))
    assert found[0] < found[2] < found[3]
    assert found[-1] == pytest.approx(fba)


def test_the_packaged_cell_ferments_with_oxygen_free(packaged):
    """Aerobic lactate: respiration yields more ATP per glucose, glycolysis more per gram of protein."""
    ratio = "secretion(lac__L) / uptake(glc__D)"
    free = set_field("bounds.EX_o2_e={lower: -1000, unit: mmol/gDW/h}")
    p = fx.predict(packaged, "normoxia", [free], ["growth", "uptake(o2)", ratio], formalism="pool")
    assert p.growth > 0.01
    assert p.table.at[ratio, "min"] > 1
    assert p.table.at["uptake(o2)", "value"] < 1
    fba = fx.predict(packaged, "normoxia", [free], [ratio], formalism="fba")
    assert fba.table.at[ratio, "value"] == pytest.approx(0)


def test_pool_problems_reach_cobra_as_they_are(plenty, arm):
    agree(build(replace(plenty, costs=ENERGY, pool=0.05), "pool"))
    treated = arm("plenty", inhibit("GLS=90%"), inhibit("SLC1A5=100%")).problem.resolved
    agree(build(replace(treated, pool=0.004), "pool"))


def test_costs_of_the_packaged_model(packaged):
    found = proteome_of(packaged)
    assert found.costs.keys() == packaged.all_catalysts.keys()
    assert all(0 < cost < 2 for cost in found.costs.values())
    masses = {g: p.mass for g, p in packaged.proteins.items()}
    rule = packaged.all_catalysts["SLC7A5_SLC3A2"].rule
    (row,) = [t for t in packaged.turnovers if t.catalyst == "SLC7A5_SLC3A2" and not t.reactions]
    assert found.costs["SLC7A5_SLC3A2"] == pytest.approx(sum(masses[g] for g in rule.genes) / row.kcat / 3600)
    assert found.abundance.keys() < found.costs.keys()
