"""Directions that no concentrations allow together: found, closed, and said."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from fluxmodel.analysis import nogoods as search
from fluxmodel.analysis import thermo
from fluxmodel.analysis.ensemble import Asked
from fluxmodel.analysis.nogoods import Quotients, nogoods, sums
from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.analysis.supply import table_bounds
from fluxmodel.errors import ModelError
from fluxmodel.formalism import build
from fluxmodel.formalism.resolved import closed
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import open_session
from fluxmodel.network import load_model
from fluxmodel.network.energetics import Concentration, Energy, Ratio, in_quotient
from fluxmodel.questions.changes import set_field
from fluxmodel.questions.inputs import Bench, Build

WIDE = (math.log(1e-6), math.log(1e-2))
BOTH = (1, -1)


def table(energies, columns=None, ratios=()):
    """Energies of reactions between species a, b, c, d, RT = 1."""
    columns = columns or dict.fromkeys("abcd", WIDE)
    rows = tuple((name, constant, tuple(terms.items())) for name, constant, terms in energies)
    return Quotients(tuple(columns.items()), tuple(ratios), rows, 0.5)


def found(quotients, names):
    return set(nogoods(quotients, tuple((n, s) for n in names for s in BOTH)))


def test_two_reactions_in_a_circle():
    """a -> b by one enzyme and b -> a by another: one of them runs uphill."""
    got = found(table([("R", 0.0, {"a": -1, "b": 1}), ("S", 0.0, {"a": 1, "b": -1})]), "RS")
    assert got == {frozenset({("R", 1), ("S", 1)}), frozenset({("R", -1), ("S", -1)})}


def test_three_reactions_in_a_circle():
    rows = [("R", 0.0, {"a": -1, "b": 1}), ("S", 0.0, {"b": -1, "c": 1}), ("T", 0.0, {"c": -1, "a": 1})]
    assert found(table(rows), "RST") == {frozenset({(n, s) for n in "RST"}) for s in BOTH}


def test_one_reaction_alone():
    span = WIDE[1] - WIDE[0]
    got = found(table([("R", -span - 0.4, {"a": -1, "b": 1}), ("S", 0.0, {"a": -1, "b": 1})]), "RS")
    assert got == {frozenset({("R", -1)})}


def test_a_pump_may_turn_in_a_circle():
    """With 2 units of outside energy a circle runs one way."""
    got = found(table([("R", -2.0, {"a": -1, "b": 1}), ("S", 0.0, {"a": 1, "b": -1})]), "RS")
    assert got == {frozenset({("R", -1), ("S", -1)})}


def test_a_shared_error_does_not_turn_a_circle():
    """Each on its own could be 5 off; the same chemistry is off by the same."""
    columns = {**dict.fromkeys("abcd", WIDE), "e": (-5.0, 5.0), "f": (-5.0, 5.0)}
    shared = [("R", 0.0, {"a": -1, "b": 1, "e": 1}), ("S", 0.0, {"a": 1, "b": -1, "e": -1})]
    own = [("R", 0.0, {"a": -1, "b": 1, "e": 1}), ("S", 0.0, {"a": 1, "b": -1, "f": -1})]
    assert len(found(table(shared, columns), "RS")) == 2
    assert not found(table(own, columns), "RS")


def test_ratios_count():
    rows = [("R", 0.0, {"a": -1, "b": 1})]
    assert found(table(rows, ratios=[("b", "a", 0.0, 1.0)]), "R") == {frozenset({("R", 1)})}
    with pytest.raises(ModelError, match="FM424"):
        found(table(rows, ratios=[("b", "a", 100.0, 101.0)]), "R")


def test_hitting_sets_are_smallest():
    rng = np.random.default_rng(1)
    names = "ABCDEF"
    for _ in range(40):
        sets = [
            frozenset((names[k], 1) for k in rng.choice(6, size=rng.integers(1, 4), replace=False))
            for _ in range(rng.integers(1, 6))
        ]
        patterns = thermo.hitting_sets(sets, names)
        subsets = [frozenset((n, 1) for k, n in enumerate(names) if m >> k & 1) for m in range(64)]
        hitting = [s for s in subsets if all(s & one for one in sets)]
        assert set(patterns) == {s for s in hitting if not any(t < s for t in hitting)}


# a cell with two lactate dehydrogenases, of which the second is written from lactate


@pytest.fixture(scope="module")
def circle(model):
    wider = model.with_reaction("LDH_D", "lac__L_c --> pyr_c", bounds=(0.0, 1000.0), balanced=False)
    species = {m: Concentration(m, 0.01, 10.0) for m in ("pyr_c", "lac__L_c")}
    error = (("ldh", 1.0, 1.0),)
    energies = {
        "LDH_L": Energy("LDH_L", -5.0, 1.0, error),
        "LDH_D": Energy("LDH_D", 5.0, 1.0, (("ldh", -1.0, 1.0),)),
    }
    return replace(wider, energies=FrozenMap(energies), concentrations=FrozenMap(species))


def problem(model, conditions, ref="plenty", formalism="fba", **how):
    bench = Bench(model, [conditions], Build(formalism, **how))
    return bench.arm(bench.condition(ref)).problem


def ranges(problem, texts, fraction=0.95):
    with Analyst(problem) as analyst:
        got = analyst.ranges(parse_observables(texts, problem.resolved.model), fraction)
        every = analyst.all_ranges(fraction)
    return [r.interval for r in got], every


def test_the_circle_is_closed(circle, conditions):
    on, off = problem(circle, conditions), problem(circle, conditions, thermo=False)
    assert set(on.resolved.patterns) == {frozenset({("LDH_L", 1)}), frozenset({("LDH_D", 1)})}
    assert (on.resolved.thermo, off.resolved.thermo, off.resolved.patterns) == (True, False, ())
    (note,) = (n for n in on.resolved.notes if "thermodynamics" in n)
    assert "LDH_L forward with LDH_D forward" in note
    assert not any("thermodynamics" in n for n in off.resolved.notes)
    (wide,), _ = ranges(off, ["flux(LDH_D)"])
    (narrow,), every = ranges(on, ["flux(LDH_D)"])
    assert wide[1] == pytest.approx(1000)
    assert narrow == pytest.approx((0.0, 0.0), abs=1e-6)  # no lactate comes in
    assert every["LDH_D"] == pytest.approx(narrow, abs=1e-6)


@pytest.mark.parametrize("formalism", ["fba", "capacity"])
@pytest.mark.parametrize("fraction", [0.5, 0.95, 1.0])
@pytest.mark.parametrize("ref", ["plenty", "scarce"])
def test_intervals_cover_every_pattern(circle, conditions, formalism, fraction, ref):
    """Against one problem for each pattern."""
    texts = ["flux(LDH_L)", "flux(GLYC)", "secretion(lac__L)", "secretion(lac__L) / uptake(glc__D)"]
    whole = problem(circle, conditions, ref, formalism)
    got, every = ranges(whole, texts, fraction)
    free = problem(circle, conditions, ref, formalism, thermo=False)
    origin = free.resolved.bounds["LDH_L"].lower_origin
    alone = [free.closing(pattern, origin) for pattern in whole.resolved.patterns]
    optima = []
    for part in alone:
        with Analyst(part) as analyst:
            optima.append(analyst.state().optimum)
    threshold = fraction * max(optima)
    near = [(p, min(1.0, threshold / g)) for p, g in zip(alone, optima, strict=True) if g >= threshold - 1e-9]
    parts = [(None, *ranges(part, texts, share)) for part, share in near]
    for k, interval in enumerate(got):
        assert interval == pytest.approx(
            (min(p[1][k][0] for p in parts), max(p[1][k][1] for p in parts)), abs=1e-6
        )
    for reaction, interval in every.items():
        low, high = (min(p[2][reaction][0] for p in parts), max(p[2][reaction][1] for p in parts))
        assert interval == pytest.approx((low, high), abs=1e-6)


@pytest.fixture(scope="module")
def engine(circle):
    """LDH_D is made the only way to ATP: with LDH_L it would be a perpetuum mobile."""
    mobile = circle.with_reaction("ENGINE", "lac__L_c --> pyr_c + 3 atp_c", balanced=False)
    energies = {
        "LDH_L": circle.energies["LDH_L"],
        "ENGINE": Energy("ENGINE", 5.0, 1.0, (("ldh", -1.0, 1.0),)),
    }
    species = {**circle.concentrations, "atp_c": Concentration("atp_c", 1.0, 1.0)}
    mobile = replace(mobile, energies=FrozenMap(energies), concentrations=FrozenMap(species))
    # atp at 1 mM pulls: the energy of the reaction is raised until it no longer can
    energies["ENGINE"] = replace(energies["ENGINE"], dg0=5.0 + 3 * 6.908 * 8.314462618e-3 * 310.15)
    return replace(mobile, energies=FrozenMap(energies))


def test_where_the_best_state_breaks_the_rule(engine, conditions):
    on, off = (problem(engine, conditions, "scarce", thermo=t) for t in (True, False))
    with Analyst(on) as analyst, Analyst(off) as other:
        state, free = analyst.state(), other.state()
        assert free.optimum == pytest.approx(1.0)  # all glutamine: energy is free
        assert state.optimum == pytest.approx(0.9)
        assert state.values["ENGINE"] == 0 or state.values["LDH_L"] <= 0
        low, high = analyst.ranges(parse_observables(["flux(ENGINE)"], engine), 1.0)[0].interval
    assert (low, high) == pytest.approx((0, 0), abs=1e-6)


def union_of_members(whole, limits, observables, fraction):
    """What the members of a problem can do, from one problem for each pattern."""
    parts = []
    for pattern in whole.resolved.patterns:
        bounds = dict(whole.resolved.bounds)
        for reaction, sign in pattern:
            bounds[reaction] = closed(bounds[reaction], sign, bounds[reaction].lower_origin)
        alone = replace(whole.resolved, bounds=FrozenMap(bounds), patterns=())
        parts.append(Asked.of(build(alone, whole.formalism), limits, observables, fraction))
    growth = np.array([p.answer().growth for p in parts])
    best = np.nanmax(growth, axis=0)
    low, high = np.full((2, len(best), len(observables)), np.nan)
    for m, top in enumerate(best):
        for part, own in zip(parts, growth[:, m], strict=True):
            if own >= fraction * top - 1e-9:
                share = min(1.0, fraction * top / own) if own else 1.0
                got = replace(part.part(slice(m, m + 1)), fraction=share).answer()
                low[m], high[m] = np.fmin(low[m], got.low[0]), np.fmax(high[m], got.high[0])
    return best, low, high


def drawn(problem, n, spread):
    """Limits of members around those of the cell."""
    own = {c.catalyst: c.limit for c in problem.resolved.limits}
    base = np.array([own[x.catalyst] for x in problem.limited])
    return base * np.random.default_rng(5).lognormal(0.0, spread, (n, len(base)))


def same_as_union(problem, limits, texts, fraction):
    observables = parse_observables(texts, problem.resolved.model)
    got = Asked.of(problem, limits, observables, fraction).answer()
    growth, low, high = union_of_members(problem, limits, observables, fraction)
    assert got.growth == pytest.approx(growth, abs=1e-9)
    assert got.low == pytest.approx(low, abs=1e-6, nan_ok=True)
    assert got.high == pytest.approx(high, abs=1e-6, nan_ok=True)
    return got


@pytest.mark.parametrize("fraction", [0.5, 0.95])
@pytest.mark.parametrize("ref", ["plenty", "scarce"])
def test_members_cover_every_pattern(circle, conditions, fraction, ref):
    texts = ["flux(LDH_L)", "flux(LDH_D)", "flux(GLYC)", "secretion(lac__L) / uptake(glc__D)"]
    whole = problem(circle, conditions, ref, "capacity")
    got = same_as_union(whole, drawn(whole, 6, 0.3), texts, fraction)
    assert np.all(got.high[:, 1] <= 1e-6)  # no lactate comes in


@pytest.mark.parametrize(
    ("ref", "change"),
    [
        ("normoxia", None),
        ("hypoxia", None),
        ("hypoxia", "demands.oxidative_load=100 mmol/gDW/h"),
        ("hypoxia", "demands.ATP_maintenance=20 mmol/gDW/h"),
    ],
)
def test_members_of_the_packaged_cell(packaged, ref, change):
    """Also where loads cannot be applied, and where no member lives."""
    bench = Bench(packaged, [])
    arm = bench.arm(bench.condition(ref, [set_field(change)] if change else []))
    cycle = sorted({r for p in arm.problem.resolved.patterns for r, _ in p})
    texts = ["uptake(gln__L)", "secretion(lac__L) / uptake(glc__D)", *(f"flux({r})" for r in cycle)]
    got = same_as_union(arm.problem, arm.members.limits[:2], texts, 0.95)
    assert np.all(got.growth == 0) == (change is not None)
    assert np.all(np.isnan(got.low)) == (change is not None and "ATP" in change)


def test_members_whose_best_state_breaks_the_rule(engine, conditions):
    on, off = (problem(engine, conditions, "scarce", "capacity", thermo=t) for t in (True, False))
    limits = drawn(on, 4, 0.1)
    got = same_as_union(on, limits, ["flux(ENGINE)", "flux(LDH_L)"], 0.95)
    free = Asked.of(off, limits, (), 0.95).answer()
    assert np.all(got.growth < free.growth - 0.01)


def test_the_adjusted_point_keeps_the_rule(engine, conditions):
    """From a reference that turned in the circle, which nothing but the rule forbids."""
    on = problem(engine, conditions, "scarce")
    with Analyst(on) as analyst:
        plain = analyst.state()
    reference = {**plain.values, "ENGINE": 5.0, "LDH_L": 5.0}
    with Analyst(on, reference=reference) as analyst:
        state = analyst.state()
    assert state.optimum == pytest.approx(plain.optimum)
    assert dict(state.parsimonious) == pytest.approx(dict(plain.values), abs=1e-9)
    for values in (state.values, state.parsimonious):
        assert values["ENGINE"] <= 1e-9 or values["LDH_L"] <= 1e-9
    assert state.values["ENGINE"] + state.values["LDH_L"] > 1  # it goes as far as it may


def test_a_cell_that_is_not_viable(circle, conditions):
    bench = Bench(circle, [conditions], Build("fba"))
    starving = bench.condition("scarce", [set_field("demands.ATP_maintenance=50 mmol/gDW/h")])
    with Analyst(bench.arm(starving).problem) as analyst:
        state, every = analyst.state(), analyst.all_ranges(0.95)
    assert (state.outcome, state.unmet["ATP_maintenance"]) == (Outcome.NONVIABLE, pytest.approx(30))
    assert every["LDH_D"] == pytest.approx((0, 0), abs=1e-6)


def test_one_way_is_a_bound_and_is_named(circle, conditions):
    one = {"GLNt": Energy("GLNt", 60.0, 1.0)}
    species = {m: Concentration(m, 0.01, 10.0) for m in ("gln__L_e", "gln__L_c")}
    stuck = replace(circle, energies=FrozenMap(one), concentrations=FrozenMap(species))
    built = problem(stuck, conditions)
    assert built.resolved.patterns == ()
    bound = built.resolved.bounds["GLNt"]
    assert (bound.lower, bound.upper, bound.upper_origin.kind) == (-1000, 0, "thermodynamics")
    assert "GLNt forward: its DG' is" in bound.upper_origin.what
    with Analyst(built) as analyst:
        state = analyst.state()
    assert (state.outcome, state.optimum) == (Outcome.OPTIMAL, 0.0)
    assert ("thermodynamics", "GLNt") in {(b.kind, b.name) for b in state.binding}


def test_too_many_choices_are_left_out_and_said(circle, conditions, monkeypatch):
    monkeypatch.setattr(thermo, "MOST_PATTERNS", 1)
    built = problem(circle, conditions)
    assert built.resolved.patterns == ()
    assert any("not applied to LDH_L forward" in n for n in built.resolved.notes)


def test_why(circle):
    text = thermo.why(circle, [("LDH_D", 1), ("LDH_L", 1)])
    assert text.startswith("LDH_L forward with LDH_D forward: their DG' add up to ")
    assert text.endswith("0.0 kJ/mol, and would have to add up to at most -1")


def test_a_model_without_energies_has_no_rule(model):
    assert thermo.sign_patterns(model, table_bounds(model)) == ()


# the packaged model


@pytest.fixture(scope="module")
def packaged():
    return load_model()


@pytest.fixture(scope="module")
def points(packaged):
    """Feasible ln c and errors: mixtures of vertices, near and far from the middle."""
    quotients = thermo.quotients(packaged)
    with open_session(quotients.program(), "glpk") as session:
        rng = np.random.default_rng(7)
        corners = []
        for _ in range(150):
            low, high = session.program.col_lower, session.program.col_upper
            cost = rng.standard_normal(low.size)
            answer = session.solve(search.Query(cost=cost, sense="min", want=search.Want.PRIMAL))
            corners.append(answer.primal)
            assert np.all(answer.primal >= low - 1e-7)
            assert np.all(answer.primal <= high + 1e-7)
    weights = rng.dirichlet(np.full(len(corners), 0.02), 2000)
    return [c for c, _ in quotients.columns], weights @ np.array(corners)


def test_every_feasible_assignment_is_covered(packaged, points):
    """Energies are added up here by hand, from the tables."""
    names, values = points
    place = {name: n for n, name in enumerate(names)}
    energy = {}
    for row in packaged.energies.values():
        g = np.full(len(values), row.dg0)
        for m, c in in_quotient(packaged.reactions[row.reaction].stoichiometry).items():
            g += c * 8.314462618e-3 * 310.15 * values[:, place[m]]
        for error, c, _ in row.errors or ((f"own {row.reaction}", 1.0, 0.0),):
            g += c * values[:, place[f"error {error}"]]
        energy[row.reaction] = g
    for ratio in packaged.ratios:
        difference = values[:, place[ratio.numerator]] - values[:, place[ratio.denominator]]
        assert np.all(difference >= math.log(ratio.low) - 1e-7)
        assert np.all(difference <= math.log(ratio.high) + 1e-7)
    patterns = thermo.sign_patterns(packaged, table_bounds(packaged))
    runs = {(r, s): s * g <= -0.5 for r, g in energy.items() for s in BOTH}
    respected = [~np.any([runs[sign] for sign in p], axis=0) for p in patterns]
    assert np.all(np.any(respected, axis=0))
    # and none of the patterns is idle
    assert all(np.any(r) for r in respected)


def test_nothing_larger_than_three_is_missed(packaged):
    """Any choice of directions without a nogood in it has concentrations that allow it."""
    bounds = table_bounds(packaged)
    bad = thermo.directions(packaged, bounds).nogoods
    quotients = thermo.quotients(packaged)
    signs = tuple(s for r in packaged.energies for s in thermo._open(r, bounds[r].lower, bounds[r].upper))
    rng = np.random.default_rng(3)
    tried = 0
    with open_session(quotients.program(), "glpk") as session:
        probe = search._Search(quotients, signs, session)
        while tried < 60:
            chosen = {signs[k][0]: k for k in rng.permutation(len(signs)) if rng.random() < 0.8}
            named = {signs[k] for k in chosen.values()}
            if any(n <= named for n in bad):
                assert not probe.allowed(list(chosen.values()))
                continue
            tried += 1
            assert probe.allowed(list(chosen.values()))


def test_the_packaged_directions(packaged):
    quotients = thermo.quotients(packaged)
    every = tuple((r, s) for r in packaged.energies for s in BOTH)
    bad = nogoods(quotients, every)
    assert {("CSm", -1), ("ACITL", -1)} <= {s for n in bad if len(n) == 1 for s in n}
    idh = {"ICDHyr", "ICDHyrm", "ACONT", "ACONTm", "CITtam", "AKGMALtm"}
    assert not any({r for r, _ in n} <= idh for n in bad)  # both isozymes run both ways
    out = [("ICDHyr", 1), ("ICDHyrm", -1), ("ACONT", 1), ("ACONTm", -1), ("CITtam", 1), ("AKGMALtm", -1)]
    back = [(r, -s) for r, s in out]
    low, high = sums(quotients, out)
    assert sums(quotients, back) == pytest.approx((-high, -low))  # never both at the same concentrations
    assert low < -3 < 3 < high  # but each at some: NADPH ratios are too wide to say which way
    with open_session(quotients.program(), "glpk") as session:
        probe = search._Search(quotients, every, session)
        for way in (out, back):
            assert probe.allowed([every.index(sign) for sign in way])


def test_the_search_is_quick(packaged):
    import time

    bounds = table_bounds(packaged)
    nogoods.cache_clear()
    start = time.perf_counter()
    first = thermo.directions(packaged, bounds)
    assert time.perf_counter() - start < 2.0  # measured 0.2
    assert len(first.patterns) <= thermo.MOST_PATTERNS
    start = time.perf_counter()
    assert thermo.directions(packaged, bounds) == first
    assert time.perf_counter() - start < 0.1


def test_ratios_are_rows(packaged):
    assert isinstance(packaged.ratios[0], Ratio)
    assert in_quotient({"h_c": 1, "h2o_c": 1, "nadh_c": -1}) == {"nadh_c": -1}
