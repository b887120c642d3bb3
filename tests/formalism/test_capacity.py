"""Capacities: rows and bounds, hubs, driven carriers, limits that change, the way to cobra."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.analysis.ensemble import Asked
from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.condition import parse_change
from fluxmodel.errors import Where
from fluxmodel.formalism import Capacity
from fluxmodel.formalism.capacity import build
from fluxmodel.formalism.resolved import Bound, Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.questions.changes import inhibit, knock_out, set_field
from fluxmodel.questions.inputs import Bench, Build
from tests.formalism.test_cobra import agree

SAID = Origin("bounds", "of the test")
FRACTION = 0.9
WATCHED = ["flux(GLUNm)", "uptake(glc__D)", "flux(LDH_L)", "uptake(gln__L)/uptake(glc__D)"]
#: One way in, several ways out: shared, single, reversible, and a complex; plenty of each.
AMPLE = {
    "SLC1A5": 2.0, "SLC38A2": 2.0, "GLS": 0.9, "GLS2": 0.1, "GLYC": 10.0, "OXP": 8.0, "LDH_L": 20.0,
}  # fmt: skip
limits_ = st.lists(st.floats(0, 3), min_size=len(AMPLE), max_size=len(AMPLE))


def bounded(resolved, **bounds):
    """The same with bounds of reactions, ``GLUt=(0, 0)``."""
    made = {r: Bound(low, high, SAID, SAID) for r, (low, high) in bounds.items()}
    return replace(resolved, bounds=FrozenMap({**resolved.bounds, **made}))


def carrier(name, reactions, size, **more):
    """A capacity that says where it comes from."""
    return Capacity(name, tuple(reactions), size, origins=(Origin("capacity", name),), **more)


def limited(resolved, values, **fields):
    """The same with these capacities alone; `fields` are more of each, by catalyst."""
    made = tuple(
        carrier(k, resolved.model.all_catalysts[k].reactions, v, **fields.get(k, {}))
        for k, v in values.items()
    )
    return replace(resolved, limits=made, unlimited=frozenset())


def leaking(resolved, reaction, equation, **bounds):
    """The same with a reaction more, and bounds."""
    low = -1000.0 if "<=>" in equation else 0.0
    model = resolved.model.with_reaction(reaction, equation)
    return bounded(replace(resolved, model=model), **{reaction: (low, 1000.0)}, **bounds)


def driven(resolved, reaction, size, **more):
    """The same with a carrier of one reaction that carries what it can."""
    made = carrier(f"the{reaction}", (reaction,), size, driven=True, **more)
    return replace(resolved, limits=(*resolved.limits, made))


def solve(problem, engine="glpk"):
    with Analyst(problem, engine) as analyst:
        return analyst.state()


@pytest.fixture(scope="module")
def ample(plenty):
    return limited(plenty, AMPLE)


@pytest.fixture(scope="module")
def capacity_arm(model, conditions):
    bench = Bench(model, [conditions], Build("capacity"))
    return lambda ref, *changes: bench.arm(bench.condition(ref), changes).problem


def row(problem, name):
    """The coefficients of a row by column."""
    columns, values = problem.program.matrix.transpose().column(problem.program.rows.index(name))
    return {problem.program.columns[c]: v for c, v in zip(columns, values.tolist(), strict=True)}


def test_shared_catalysts_have_rows_and_single_ones_bounds(ample):
    problem = build(ample)
    rows = {r for r in problem.program.rows if r.startswith("capacity:")}
    assert rows == {f"capacity:{k}" for k in ("SLC1A5", "SLC38A2", "GLS", "GLS2")}
    assert row(problem, "capacity:GLS") == {"GLUNm@GLS:forward": 1.0}
    assert row(problem, "capacity:SLC1A5") == {"GLNt@SLC1A5:forward": 1.0, "GLNt@SLC1A5:reverse": 1.0}
    assert (problem.bounds["LDH_L"].lower, problem.bounds["LDH_L"].upper) == (-20, 20)
    assert (problem.bounds["OXP"].lower, problem.bounds["OXP"].upper) == (0, 8)
    assert [x.catalyst for x in problem.limited] != sorted(AMPLE)  # rows first, then columns
    assert {x.catalyst for x in problem.limited} == set(AMPLE)
    every = build(ample, rows_for_all=True)
    assert all(x.rows for x in every.limited)
    assert solve(every).optimum == pytest.approx(solve(problem).optimum)


def test_efficiency_acts_by_direction(ample):
    slow = {"LDH_L": {"efficiency": {("LDH_L", 1): 0.5, ("LDH_L", -1): 0.25}},
            "GLS": {"efficiency": {("GLUNm", 1): 0.5}}}  # fmt: skip
    problem = build(limited(ample, AMPLE, **slow))
    assert (problem.bounds["LDH_L"].lower, problem.bounds["LDH_L"].upper) == (-5, 10)
    assert row(problem, "capacity:GLS") == {"GLUNm@GLS:forward": 2.0}
    assert solve(problem).optimum == pytest.approx(0.55)  # half of 0.9, and 0.1


def test_what_is_wholly_unsaturated_does_not_run(ample):
    idle = {k: {"efficiency": {("GLNt", 1): 0.0}} for k in ("SLC1A5", "SLC38A2")}
    found = solve(build(limited(ample, AMPLE, **idle)))
    assert (found.outcome, found.optimum) == (Outcome.OPTIMAL, 0.0)
    single = {"GLYC": {"efficiency": {("GLYC", 1): 0.0}}}
    assert build(limited(ample, AMPLE, **single)).bounds["GLYC"].upper == 0


def test_a_reaction_that_another_catalyst_serves_as_well_is_not_bounded(ample):
    without = {k: v for k, v in AMPLE.items() if k != "SLC38A2"}
    kept = replace(limited(ample, {**without, "SLC1A5": 0.1}), unlimited=frozenset({"GLNt"}))
    assert solve(build(kept)).optimum == pytest.approx(1)
    assert solve(build(replace(kept, unlimited=frozenset()))).optimum == pytest.approx(0.1)


@pytest.mark.parametrize(("hub", "reached"), [("gln__L_c", 0.4), ("", 0.2)])
def test_a_hub_counts_a_trade_of_two_others_once(plenty, hub, reached):
    """Glutamate in, lactate out, each against glutamine: one turnover of the exchanger."""
    made = leaking(plenty, "TRADEa", "lac__L_e + gln__L_c <=> lac__L_c + gln__L_e")
    made = leaking(made, "TRADEb", "gln__L_e + glu__L_c <=> gln__L_c + glu__L_e")  # written the other way
    shut = dict.fromkeys(("GLUNm", "GLNt", "GLUt", "LACt", "BIOMASS"), (0.0, 0.0))
    made = leaking(made, "DRAIN", "glu__L_c -->", **shut, EX_glu__L_e=(-10.0, 0.0))
    exchanger = carrier("ASC", ("TRADEa", "TRADEb"), 0.4, hub=hub)
    problem = build(replace(made, limits=(exchanger,), objective="DRAIN"))
    found = solve(problem)
    assert found.optimum == pytest.approx(reached)
    assert found.fluxes["TRADEa"] == pytest.approx(-reached)
    assert found.fluxes["TRADEb"] == pytest.approx(-reached)
    if hub:  # either direction of the hub in a row of its own
        assert set(row(problem, "capacity:ASC")) == {"TRADEa@ASC:forward", "TRADEb@ASC:reverse"}
        assert set(row(problem, "capacity:ASC:back")) == {"TRADEa@ASC:reverse", "TRADEb@ASC:forward"}
        assert {len(x.rows) for x in problem.limited} == {2}
        halved = problem.under(np.array([0.2]))
        with Analyst(problem) as analyst:
            from fluxmodel.lp import lexicographic

            got = lexicographic(analyst._session, halved, through="growth")
        assert got.optimum("growth").value == pytest.approx(0.2)


@given(limits_, st.booleans())
@settings(max_examples=25)
def test_other_limits_are_the_same_as_building_anew(ample, values, leaks):
    slow = {
        "LDH_L": {"efficiency": {("LDH_L", 1): 0.5, ("LDH_L", -1): 0.25}},
        "GLYC": {"efficiency": {("GLYC", 1): 3.0}},
        "GLS": {"efficiency": {("GLUNm", 1): 0.5}},
    }
    base = bounded(limited(ample, AMPLE, **slow), GLYC=(0, 0.5))
    if leaks:
        base = driven(leaking(base, "LEAK", "glu__L_c --> glu__L_e", GLUt=(0, 1000)), "LEAK", 0.2)
    problem = build(base)
    order = [x.catalyst for x in problem.limited]
    wanted = {**dict(zip(AMPLE, values, strict=True)), "theLEAK": values[0] / 3}
    observables = parse_observables(WATCHED, base.model)
    asked = Asked.of(problem, np.array([[wanted[k] for k in order]]), observables, FRACTION)
    got = asked.answer()
    anew = build(replace(base, limits=tuple(replace(c, value=wanted[c.catalyst]) for c in base.limits)))
    with Analyst(anew) as analyst:
        state, ranges = analyst.state(), analyst.ranges(observables, FRACTION)
    assert got.growth[0] == pytest.approx(state.optimum, abs=1e-7)
    for k, found in enumerate(ranges):
        if found.interval is None:
            assert np.isnan(got.low[0, k])
        else:
            assert (got.low[0, k], got.high[0, k]) == pytest.approx(found.interval, abs=1e-6)


@given(limits_, st.sampled_from(sorted(AMPLE)), st.floats(0, 2))
@settings(max_examples=30)
def test_more_of_a_catalyst_never_lowers_growth(ample, values, which, more):
    less = dict(zip(AMPLE, values, strict=True))
    before = solve(build(limited(ample, less)))
    after = solve(build(limited(ample, {**less, which: less[which] + more})))
    assert after.optimum >= before.optimum - 1e-9
    assert (before.outcome, after.outcome) != (Outcome.OPTIMAL, Outcome.NONVIABLE)


@pytest.mark.parametrize("engine", ["glpk", "highs"])
@pytest.mark.parametrize(
    ("size", "growth", "carried"), [(0.0, 1.0, 0.0), (0.3, 0.7, 0.3), (0.9, 0.1, 0.9), (5.0, 0.0, 1.0)]
)
def test_a_driven_carrier_costs_what_it_drains(plenty, size, growth, carried, engine):
    """1 glutamine makes 1 glutamate, for growth or for the leak, which goes first."""
    made = leaking(plenty, "LEAK", "glu__L_c --> glu__L_e", GLUt=(0, 1000))
    problem = build(driven(replace(made, limits=()), "LEAK", size))
    found = solve(problem, engine)
    assert found.outcome is Outcome.OPTIMAL
    assert found.optimum == pytest.approx(growth, abs=1e-9)
    assert found.fluxes["LEAK"] == pytest.approx(carried, abs=1e-9)
    assert found.unapplied.get("idle:theLEAK", 0.0) == pytest.approx(size - carried, abs=1e-9)
    assert not any(found.unmet.values())
    on_demand = build(replace(made, limits=(carrier("theLEAK", ("LEAK",), size),)))
    assert solve(on_demand, engine).optimum == pytest.approx(1)  # the drain costs, not the carrier


@pytest.mark.parametrize("size", [0.6, 2.0])
def test_a_driven_carrier_does_not_kill(plenty, size):
    """1 glucose: 2 ATP, and 12 from each pyruvate; 20 for maintenance leave half a pyruvate to lose."""
    made = leaking(plenty, "LOSS", "lac__L_c --> lac__L_e", LACt=(0, 1000))
    made = bounded(made, EX_glc__D_e=(-1.0, 0.0))
    (demand,) = made.demands
    made = replace(made, demands=(replace(demand, amount=20.0),), limits=())
    found = solve(build(driven(made, "LOSS", size)))
    assert found.outcome is Outcome.OPTIMAL
    assert found.fluxes["LOSS"] == pytest.approx(0.5)
    assert found.fluxes["ATPM"] >= 20 - 1e-9
    assert found.unapplied["idle:theLOSS"] == pytest.approx(size - 0.5)
    assert dict(found.unmet) == pytest.approx({"ATP_maintenance": 0.0}, abs=1e-9)


def test_a_driven_carrier_that_is_inhibited_or_lost_drains_less(plenty):
    made = leaking(plenty, "LEAK", "glu__L_c --> glu__L_e", GLUt=(0, 1000))
    for residual, growth in ((1.0, 0.4), (0.5, 0.7), (0.0, 1.0)):
        problem = build(driven(replace(made, limits=()), "LEAK", 0.6, residual=residual))
        assert solve(problem).optimum == pytest.approx(growth)


def test_a_driven_carrier_is_saturated_like_any_other(plenty):
    made = leaking(plenty, "LEAK", "glu__L_c --> glu__L_e", GLUt=(0, 1000))
    half = driven(replace(made, limits=()), "LEAK", 0.6, efficiency={("LEAK", 1): 0.5})
    found = solve(build(half))
    assert (found.optimum, found.fluxes["LEAK"]) == pytest.approx((0.7, 0.3))


def test_a_driven_carrier_gains_nothing_from_running_both_ways(plenty):
    """Forwards and backwards at once would use up the capacity and drain nothing."""
    made = leaking(plenty, "LEAK", "glu__L_c <=> glu__L_e", GLUt=(0, 0), EX_glu__L_e=(0, 1000))
    found = solve(build(driven(replace(made, limits=()), "LEAK", 0.3)))
    assert found.fluxes["LEAK"] == pytest.approx(0.3)
    assert found.optimum == pytest.approx(0.7)


@pytest.mark.parametrize("ref", ["plenty", "scarce"])
@pytest.mark.parametrize("size", [0.3, 5.0])
def test_capacities_and_driven_carriers_reach_cobra_as_they_are(arm, ref, size):
    resolved = limited(arm(ref).problem.resolved, {**AMPLE, "GLYC": 9.0})
    made = leaking(resolved, "LEAK", "glu__L_c --> glu__L_e", GLUt=(0, 1000))
    problem = build(driven(made, "LEAK", size))
    state = solve(problem)
    if not state.unapplied:
        agree(problem)
    theirs = problem.to_cobra({k: v + 1e-9 for k, v in state.unapplied.items()})
    assert theirs.slim_optimize() == pytest.approx(state.optimum, rel=1e-6, abs=1e-7)


def test_the_packaged_cell_reaches_cobra_as_it_is(packaged):
    bench = Bench(packaged, [], Build("capacity", members=0))
    problem = bench.arm(bench.condition("hypoxia"), [inhibit("GLS=90%")]).problem
    assert any(x.driven for x in problem.limited)
    assert any(len(x.rows) == 2 for x in problem.limited)
    state = solve(problem)
    theirs = problem.to_cobra({k: v + 1e-9 for k, v in {**state.unapplied, **state.unmet}.items()})
    assert theirs.slim_optimize() == pytest.approx(state.optimum, rel=1e-5)


@pytest.mark.parametrize("target", ["GLS", "GLS2", "SLC1A5", "SLC38A2"])
def test_a_knock_out_is_a_whole_inhibition(model, conditions, tmp_path, target):
    text = (conditions / "toycell.yaml").read_text()
    more = '  SLC1A5: {value: 0.4, unit: mmol/gDW/h, source: "chosen"}\n'
    more += '  SLC38A2: {value: 0.5, unit: mmol/gDW/h, source: "chosen"}\n'
    for file in conditions.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "toycell.yaml").write_text(text + more)
    bench = Bench(model, [tmp_path], Build("capacity"))
    plain = solve(bench.arm(bench.condition("plenty")).problem)
    out, whole = (
        solve(bench.arm(bench.condition("plenty"), [change]).problem)
        for change in (knock_out(target), inhibit(f"{target}=100%"))
    )
    left = {"GLS": 0.1, "GLS2": 0.9, "SLC1A5": 0.5, "SLC38A2": 0.4}[target]
    assert plain.optimum == pytest.approx(0.9)  # by the carriers
    assert out.optimum == pytest.approx(left)
    assert whole.optimum == pytest.approx(left)
    assert dict(out.fluxes) == pytest.approx(dict(whole.fluxes), abs=1e-9)


def test_inhibition_acts_on_the_capacity_in_proportion(capacity_arm):
    for share, growth in ((0, 1.0), (50, 0.55), (90, 0.19), (100, 0.1)):
        assert solve(capacity_arm("plenty", inhibit(f"GLS={share}%"))).optimum == pytest.approx(growth)


def test_translation_bounds_growth(model, conditions, tmp_path):
    for file in conditions.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    text = (conditions / "toycell.yaml").read_text()
    (tmp_path / "toycell.yaml").write_text(text + 'translation: {value: 0.5, unit: 1/h, source: "chosen"}\n')
    bench = Bench(model, [tmp_path], Build("capacity"))
    problem = bench.arm(bench.condition("plenty")).problem
    assert solve(problem).optimum == pytest.approx(0.5)
    at = [x.catalyst for x in problem.limited].index("translation")
    assert problem.limited[at].rows == ()


def test_an_expressed_change_scales_what_a_catalyst_carries(capacity_arm):
    def fold(gene, by):
        return parse_change({"do": "scale_expression", "target": gene, "by": by}, Where("x.yaml", 1))

    # protein is mRNA to the power of 0.6
    found = solve(capacity_arm("plenty", fold("GLS", "0.25 fold"))).optimum
    assert found == pytest.approx(0.9 * 0.25**0.6 + 0.1)
    assert solve(capacity_arm("plenty", fold("GLS", "0 fold"))).optimum == pytest.approx(0.1)
    both = capacity_arm("plenty", fold("GLS", "0.25 fold"), inhibit("GLS=50%"))
    assert solve(both).optimum == pytest.approx(0.45 * 0.25**0.6 + 0.1)
    demand = set_field("demands.ATP_maintenance=2 mmol/gDW/h")
    assert solve(capacity_arm("plenty", demand)).optimum == pytest.approx(1)
