"""The least adjusted state: against a linear program written out by hand and solved by scipy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from fluxmodel.analysis.adjust import adjusted_program
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.formalism.capacity import build
from fluxmodel.lp import Want, lexicographic, open_session
from fluxmodel.questions.changes import inhibit, set_field

#: As the documentation has them.
KEPT, BASE_SHARE = 0.99, 0.02


@pytest.fixture(scope="module")
def toy_problem(arm):
    return lambda *changes, ref="plenty": build(arm(ref, *changes).problem.resolved)


@pytest.fixture(scope="module")
def reference(toy_problem):
    """A state that grows at half of what is possible, and not the way that parsimony would choose."""
    half = toy_problem(
        set_field("bounds.BIOMASS={upper: 0.5, unit: mmol/gDW/h}"),
        set_field("bounds.GLYC={lower: 3, unit: mmol/gDW/h}"),
        set_field("bounds.EX_glu__L_e={lower: 0.1, unit: mmol/gDW/h}"),
    )
    with Analyst(half) as analyst:
        return dict(analyst.state().fluxes)


def point(problem, reference, engine="glpk"):
    with Analyst(problem, engine, reference) as analyst:
        return analyst.state()


def inner(problem):
    reactions = problem.resolved.model.reactions
    return [r for r in problem.reactions if not reactions[r].boundary]


def distance(problem, reference, fluxes):
    """Sum of w |v - (mu / mu_ref) v_ref| over the internal reactions."""
    scale = fluxes["BIOMASS"] / reference["BIOMASS"]
    # of carbon, glucose is what is taken up most
    base = BASE_SHARE * max(-reference["EX_glc__D_e"], -reference["EX_gln__L_e"])
    return sum(abs(fluxes[r] - scale * reference[r]) / (abs(reference[r]) + base) for r in inner(problem))


def brute_force(problem, reference, optimum):
    """The same minimum from stoichiometry, bounds and demands alone."""
    model, bounds = problem.resolved.model, problem.resolved.bounds
    ids, n = list(model.reactions), len(model.reactions)
    at = {r: k for k, r in enumerate(ids)}
    own = inner(problem)
    stoichiometry = np.zeros((len(model.metabolites), n + len(own)))
    species = {m: k for k, m in enumerate(model.metabolites)}
    for r in ids:
        for m, c in model.reactions[r].stoichiometry.items():
            stoichiometry[species[m], at[r]] = c
    rows, tops = [], []

    def at_most(terms, top):
        row = np.zeros(n + len(own))
        for k, c in terms:
            row[k] += c
        rows.append(row), tops.append(top)

    for k, r in enumerate(own):
        scale = reference[r] / reference["BIOMASS"]
        at_most([(at[r], 1.0), (at["BIOMASS"], -scale), (n + k, -1.0)], 0.0)
        at_most([(at[r], -1.0), (at["BIOMASS"], scale), (n + k, -1.0)], 0.0)
    for demand in problem.demands:
        at_most([(at[r], -c) for r, c in demand.terms.items()], -demand.amount)
    at_most([(at["BIOMASS"], -1.0)], -KEPT * optimum)
    carried: dict[str, float] = {}  # isozymes of the toy add up
    for c in problem.resolved.limits:
        (r,) = c.reactions
        carried[r] = carried.get(r, 0.0) + c.limit
    box = [(bounds[r].lower, min(bounds[r].upper, carried.get(r, np.inf))) for r in ids]
    base = BASE_SHARE * max(-reference["EX_glc__D_e"], -reference["EX_gln__L_e"])
    cost = np.concatenate([np.zeros(n), [1 / (abs(reference[r]) + base) for r in own]])
    found = linprog(
        cost, np.array(rows), tops, stoichiometry, np.zeros(len(species)), [*box, *[(0, None)] * len(own)]
    )
    assert found.status == 0
    return found.fun


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_the_reference_condition_gives_the_reference(toy_problem, engine):
    """Where the reference is an optimum, the least adjusted state is the reference, to scale."""
    problem = toy_problem()
    with Analyst(problem, engine) as analyst:
        best = analyst.state()
    found = point(problem, dict(best.fluxes), engine)
    scale = found.fluxes["BIOMASS"] / best.optimum
    assert KEPT - 1e-6 <= scale <= 1 + 1e-6
    assert dict(found.fluxes) == pytest.approx({r: scale * v for r, v in best.fluxes.items()}, abs=1e-6)
    assert found.optimum == pytest.approx(best.optimum)
    assert dict(found.parsimonious) == pytest.approx(dict(best.fluxes), abs=1e-6)


def test_a_reference_below_the_optimum_is_scaled_up(toy_problem, reference):
    """It made more lactate and glutamate per growth than need be; so does the adjusted state, if it can."""
    problem = toy_problem(set_field("medium.gln__L=2 mM"), set_field("medium.glc__D=20 mM"),
                          set_field("bounds.BIOMASS={upper: 0.8, unit: mmol/gDW/h}"))  # fmt: skip
    found = point(problem, reference)
    scale = found.fluxes["BIOMASS"] / 0.5
    for r in ("GLYC", "GLUNm", "LDH_L", "OXP", "GLUt"):
        assert found.fluxes[r] == pytest.approx(scale * reference[r], abs=1e-6), r
    assert found.fluxes["GLYC"] > found.parsimonious["GLYC"] + 0.1


CHANGES = [
    [],
    [inhibit("GLS=90%")],
    [inhibit("GLYC=80%")],
    [inhibit("GLS=50%"), inhibit("GLYC=60%")],
    [set_field("medium.glc__D=1 mM")],
    [set_field("demands.ATP_maintenance=15 mmol/gDW/h")],
    [set_field("bounds.LACt={upper: 0.2, unit: mmol/gDW/h}")],
]


@pytest.mark.parametrize("changes", CHANGES)
@pytest.mark.parametrize("ref", ["plenty", "scarce"])
def test_nothing_is_nearer_than_the_point(toy_problem, reference, changes, ref):
    problem = toy_problem(*changes, ref=ref)
    found = point(problem, reference)
    if changes is CHANGES[-1] and ref == "scarce":  # without oxygen, lactate has to leave
        assert found.outcome is Outcome.NONVIABLE
        return
    assert found.outcome is Outcome.OPTIMAL
    if found.optimum == 0:
        assert not found.parsimonious  # nothing to scale to
        return
    assert KEPT * found.optimum - 1e-7 <= found.fluxes["BIOMASS"] <= found.optimum + 1e-7
    exact = brute_force(problem, reference, found.optimum)
    assert distance(problem, reference, found.fluxes) == pytest.approx(exact, rel=1e-5, abs=1e-5)
    assert distance(problem, reference, found.parsimonious) >= exact - 1e-6


@given(st.floats(0.05, 10), st.floats(0.1, 3), st.floats(0, 12))
@settings(max_examples=15)
def test_nothing_is_nearer_than_the_point_anywhere(toy_problem, reference, glucose, glutamine, demand):
    problem = toy_problem(
        set_field(f"medium.glc__D={glucose:.4f} mM"),
        set_field(f"medium.gln__L={glutamine:.4f} mM"),
        set_field(f"demands.ATP_maintenance={demand:.4f} mmol/gDW/h"),
    )
    found = point(problem, reference)
    if found.outcome is Outcome.OPTIMAL and found.optimum > 1e-6:
        exact = brute_force(problem, reference, found.optimum)
        assert distance(problem, reference, found.fluxes) == pytest.approx(exact, rel=1e-4, abs=1e-4)


def test_engines_agree_on_the_point(toy_problem, reference):
    problem = toy_problem(inhibit("GLYC=80%"))
    one, two = (point(problem, reference, engine).fluxes for engine in ("glpk", "highs"))
    assert dict(one) == pytest.approx(dict(two), abs=1e-6)


def test_the_weights_by_hand(toy_problem, reference):
    """One pair of columns for each internal reaction, none for exchanges; glucose is taken up most."""
    problem = toy_problem()
    program = adjusted_program(problem, reference)
    cost = dict(zip(program.columns, program.stage("adjustment").cost.tolist(), strict=True))
    base = 0.02 * -reference["EX_glc__D_e"]
    assert base > 0.02 * -reference["EX_gln__L_e"]
    expected = {f"{side}:{r}": pytest.approx(1 / (abs(reference[r]) + base))
                for r in inner(problem) for side in ("above", "below")}  # fmt: skip
    assert {k: v for k, v in cost.items() if v} == expected
    assert not any(":EX_" in k for k in program.columns)


def test_the_order_of_goals(toy_problem, reference):
    program = adjusted_program(toy_problem(), reference)
    assert [s.name for s in program.stages] == ["unmet", "growth", "adjustment", "canonical"]
    assert program.stage("growth").relative_slack == pytest.approx(1 - KEPT)
    with open_session(program, "glpk") as session:
        assert lexicographic(session, want=Want.NETS, start="cold").optimum("growth").value == pytest.approx(
            1
        )


@pytest.mark.parametrize("gone", [{}, {"GLYC": 1.0}, {"BIOMASS": 0.0, "GLYC": 1.0}])
def test_a_reference_that_does_not_grow_leaves_the_parsimonious_point(toy_problem, gone):
    problem = toy_problem()
    plain, found = point(problem, None), point(problem, gone)
    assert found.outcome is Outcome.OPTIMAL
    assert dict(found.fluxes) == dict(plain.fluxes)
    assert not found.parsimonious


def test_what_the_reference_lacks_stood_still(toy_problem, reference):
    sparse = {r: v for r, v in reference.items() if v}
    problem = replace(toy_problem(inhibit("GLS=90%")))
    assert dict(point(problem, sparse).fluxes) == dict(point(problem, reference).fluxes)
