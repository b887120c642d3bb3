"""Growth against a capacity: exact pieces, the same as programs of their own, and control coefficients."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.analysis.control import ControlAsked
from fluxmodel.analysis.ensemble import Asked
from fluxmodel.analysis.response import Responder
from fluxmodel.errors import DomainError
from fluxmodel.network import load_model
from fluxmodel.questions.changes import set_field
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import Bench, Build

ENGINES = ["glpk", "highs"]


@pytest.fixture(scope="module")
def toy(model, conditions):
    bench = Bench(model, [conditions], Build("capacity"))
    return bench.arm(bench.condition("plenty")).problem


def growths(problem, limits):
    return Asked.of(problem, limits, (), 1.0).answer().growth


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("catalyst", ["GLS", "GLS2", "GLYC"])
def test_the_toy_against_200_programs(toy, catalyst, engine):
    limits = point_limits(toy)
    with Responder.of(toy, ["GLS", "GLS2", "GLYC"], engine) as responder:
        found = responder.along(limits, catalyst, 2.0)
    factors = np.linspace(0, 2, 200)
    k = [x.catalyst for x in toy.limited].index(catalyst)
    many = np.tile(limits, (200, 1))
    many[:, k] *= factors
    inside = factors >= found.breaks[0]
    assert found(factors[inside]) == pytest.approx(growths(toy, many)[inside], rel=1e-6, abs=1e-9)
    assert found.asked < 20


def test_control_of_the_toy_by_hand(toy):
    """0.9 GLS and 0.1 GLS2 meet 1 of glutamine: less of GLS costs 0.9 %, more of it gains nothing."""
    limits = point_limits(toy)
    names = [x.catalyst for x in toy.limited]
    limits[[names.index("GLS"), names.index("GLS2")]] = 0.9, 0.1
    asked = ControlAsked.of(toy, limits[None], [["GLS"], ["GLS2"], ["GLS", "GLS2"]])
    found = asked.answer().coefficients[0]
    assert found[0] == pytest.approx([0.9, 0.0], abs=1e-6)
    assert found[1] == pytest.approx([0.1, 0.0], abs=1e-6)
    assert found[2] == pytest.approx([1.0, 0.0], abs=1e-6)


def test_what_nothing_limits_cannot_be_moved(toy):
    with pytest.raises(DomainError, match="FM530: nothing limits NOBODY"):
        Responder.of(toy, ["GLS", "NOBODY"])


@pytest.mark.parametrize(
    "catalyst", ["GLS", "SLC7A11_SLC3A2", "SLC1A5", "PCm", "AKGDm", "CYOOm2i", "translation"]
)
def test_the_network_against_50_programs_in_two_members(catalyst):
    bench = Bench(load_model(), [], Build(members=2, thermo=False))
    arm = bench.arm(bench.condition("hypoxia"), [set_field("medium.cysi__L=0.02 mM")])
    k = [x.catalyst for x in arm.problem.limited].index(catalyst)
    # at nothing of complex IV growth rises by 80 /h per unit: there the engines' tolerance of 1e-9 shows
    factors = np.linspace(0.01, 1.5, 50)
    with Responder.of(arm.problem, [catalyst]) as responder:
        for limits in arm.members.limits:
            many = np.tile(limits, (50, 1))
            many[:, k] *= factors
            direct = growths(arm.problem, many)
            single = [responder.at(limits, {catalyst: x}).growth for x in factors]
            assert single == pytest.approx(direct, rel=1e-6, abs=1e-8)
            found = responder.along(limits, catalyst, 1.5)
            served = [responder.at(limits, {catalyst: x}).served for x in factors]
            assert found(factors[served]) == pytest.approx(direct[served], rel=1e-6, abs=1e-8)
