"""The acute state: nearest to the state before, at a price of growth; the same for members and the point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.analysis.acute import AcuteAsked, internal
from fluxmodel.analysis.adjust import adjusted_program, base_flux, kept_growth, price_of
from fluxmodel.analysis.ensemble import Asker
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.verdict import Constants
from fluxmodel.lp import open_session
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.predict import asked_of, solve_arm


@pytest.fixture(scope="module")
def bench():
    return Bench(fx.load_model(), [], Build(objective="acute", members=2))


def arm_of(bench, *treatments):
    return bench.arm(bench.condition("normoxia"), treatments)


def distance(problem, before, fluxes):
    """The cost that the acute state is least in, by its definition."""
    biomass = problem.resolved.model.biomass
    share, base = fluxes[biomass] / before[biomass], base_flux(problem, before)
    ids = [r for r in problem.reactions if problem.weights.get(r)]
    own = sum(abs(fluxes[r] - share * before.get(r, 0.0)) / (abs(before.get(r, 0.0)) + base) for r in ids)
    return own - price_of(problem) * share


@pytest.mark.parametrize("what", ["GLS=90%", "MPC1=90%", "CYOR_u10mi=90%"])
def test_no_state_of_the_optimum_is_nearer(bench, what):
    arm, known = arm_of(bench, fx.inhibit(what)), Untreated("glpk")
    before = known.before(arm)
    with Analyst(arm.problem, "glpk", None, before) as analyst:
        acute = analyst.state()
    with Analyst(arm.problem, "glpk", before.fluxes) as analyst:
        adapted = analyst.state()
    assert 0 <= acute.optimum <= adapted.optimum * (1 + 1e-9)
    best = distance(arm.problem, before.fluxes, acute.fluxes)
    assert best <= distance(arm.problem, before.fluxes, adapted.fluxes) + 1e-7
    # nor is a mixture of the two, which is feasible as well
    for part in (0.1, 0.5):
        mixed = {r: (1 - part) * acute.fluxes[r] + part * adapted.fluxes[r] for r in acute.fluxes}
        assert best <= distance(arm.problem, before.fluxes, mixed) + 1e-7


def test_a_price_without_end_is_the_highest_growth(bench):
    arm = arm_of(bench, fx.inhibit("GLS=90%"))
    before = Untreated("glpk").before(arm)
    growth = {}
    for price in (0.0, 3.0, 1e6):
        program = adjusted_program(arm.problem, before.fluxes, price)
        with Analyst(arm.problem, "glpk", None, before) as analyst:
            nets, failed = analyst._point(program)
            assert failed is None
            growth[price] = dict(zip(arm.problem.reactions, nets.tolist(), strict=True))["BIOMASS"]
            best = analyst._wide().staged.optimum("growth").value
    assert growth[0.0] <= growth[3.0] <= growth[1e6] + 1e-9
    assert growth[1e6] == pytest.approx(best, rel=1e-6)
    assert growth[3.0] < 0.9 * best


def test_nothing_is_said_to_limit_what_keeps_near_by_choice():
    treated = [fx.inhibit("GLS=90%")]
    acute = fx.predict(None, "normoxia", treated, ["growth"], members=0, objective="acute")
    highest = fx.predict(None, "normoxia", treated, ["growth"], members=0)
    assert highest.binding
    assert acute.growth < highest.growth
    assert acute.binding == ()
    assert any("not the highest growth" in note for note in acute.notes)
    with pytest.raises(fx.DomainError, match="FM566"):
        acute.explain()


def test_without_a_treatment_it_is_the_least_adjusted_state(bench):
    arm = arm_of(bench)
    assert arm.acute
    assert arm.before is None
    acute = fx.predict(None, "normoxia", members=0, objective="acute")
    usual = fx.predict(None, "normoxia", members=0)
    assert acute.growth == usual.growth
    assert dict(acute.fluxes) == dict(usual.fluxes)


def test_an_inhibition_by_nothing_changes_nothing():
    a = fx.predict(None, "normoxia", [fx.inhibit("GLS=0%")], ["growth"], members=0, objective="acute")
    b = fx.predict(None, "normoxia", [], ["growth"], members=0)
    assert a.growth == pytest.approx(b.growth, rel=1e-6)


def test_a_member_that_is_the_point_has_the_state_of_the_point():
    """Members go through a smaller program of their own; the two ways must agree."""
    bench = Bench(fx.load_model(), [], Build(objective="acute", members=1))
    arm = arm_of(bench, fx.inhibit("GLS=90%"))
    observables = tuple(fx.parse_observable(t, bench.model) for t in ("growth", "secretion(lac__L)"))
    constants = Constants.of(bench.model)
    point = solve_arm(arm, observables, constants, "glpk", Untreated("glpk"))

    limits = np.array([own_limits(arm.problem)])
    alone = replace(arm, members=replace(arm.members, limits=limits))
    asked = asked_of(alone, arm.problem, observables, constants, "glpk")
    assert isinstance(asked, AcuteAsked)
    before = Untreated("glpk").before(arm)
    state = np.array([o.value(before.fluxes) for o in internal(arm.before.problem)])
    with open_session(asked.now.asked.program) as session:
        _, best = Asker(asked.now.asked, session).growth(asked.now.asked.bounds(0))
    values = asked.now.values_at(asked._nearest(best.region, state))
    assert best.growth >= point.growth
    growth = kept_growth(values[-1], state[-2], before.optimum, best.growth)
    assert growth == pytest.approx(point.growth, rel=1e-6)
    # other states may be as near, so that only growth, which has the price, is the same


def own_limits(problem):
    """What each limited catalyst carries at the point, in the order of the members' limits."""
    program, found = problem.program, []
    for x in problem.limited:
        if x.rows:
            found.append(float(program.row_upper[x.rows[0]]))
        else:
            column, top = x.column, np.inf
            if x.forward > 0:
                top = program.col_upper[column] / x.forward
            if x.backward > 0:
                top = max(top if np.isfinite(top) else 0.0, -program.col_lower[column] / x.backward)
            found.append(float(top))
    return found


def test_parts_and_processes_do_not_matter():
    def asked(workers):
        p = fx.predict(
            None, "normoxia", [fx.inhibit("GLS=90%")], ["growth", "uptake(gln__L)"], members=30,
            objective="acute", workers=workers,
        )  # fmt: skip
        return p.members

    one, two = asked(1), asked(2)
    assert np.array_equal(one.growth, two.growth, equal_nan=True)
    assert np.array_equal(one.low, two.low, equal_nan=True)


def test_without_members_nothing_is_certain():
    treated = [fx.inhibit("GLS=90%")]
    alone = fx.compare(None, ["normoxia"], treated, ["growth"], members=0, objective="acute")
    (row,) = alone.differences[0].rows
    assert (row.verdict.direction, row.verdict.point, row.verdict.certain) == ("undetermined", "down", False)
    several = fx.compare(None, ["normoxia"], treated, ["growth"], members=6, objective="acute")
    (row,) = several.differences[0].rows
    assert row.verdict.share is not None
