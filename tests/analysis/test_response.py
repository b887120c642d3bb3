"""Growth against a capacity: exact pieces, the same as programs of their own, and control coefficients."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.analysis.control import ControlAsked
from fluxmodel.analysis.course import follow
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


def down(t):
    """All of one capacity away at the end of the path."""
    return 1.0 - t[:, None]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("catalyst", ["GLS", "GLS2", "GLYC"])
def test_the_toy_against_200_programs(toy, catalyst, engine):
    limits = point_limits(toy)
    k = [x.catalyst for x in toy.limited].index(catalyst)
    limits[k] *= 2  # so that the path begins where nothing binds
    with Responder.of(toy, [catalyst], engine) as responder:
        found = follow(responder, limits, down, straight=True)
    places = np.linspace(0, 1, 200)
    many = np.tile(limits, (200, 1))
    many[:, k] *= 1 - places
    inside = places <= found.end
    assert inside.sum() > 50
    assert found(places[inside]) == pytest.approx(growths(toy, many)[inside], rel=1e-6, abs=1e-9)
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


CATALYSTS = ["GLS", "SLC7A11_SLC3A2", "SLC1A5", "PCm", "AKGDm", "CYOOm2i", "translation"]


@pytest.fixture(scope="module")
def scarce():
    bench = Bench(load_model(), [], Build(members=2, thermo=False))
    return bench.arm(bench.condition("hypoxia"), [set_field("medium.cysi__L=0.02 mM")])


@pytest.mark.parametrize("catalyst", CATALYSTS)
def test_the_network_against_50_programs_in_two_members(scarce, catalyst):
    arm = scarce
    k = [x.catalyst for x in arm.problem.limited].index(catalyst)
    # at nothing of complex IV growth rises by 80 /h per unit: there the engines' tolerance of 1e-9 shows
    places = np.linspace(0, 0.99, 50)
    with Responder.of(arm.problem, [catalyst]) as responder:
        for own in arm.members.limits:
            limits = own.copy()
            limits[k] *= 1.5
            many = np.tile(limits, (50, 1))
            many[:, k] *= 1 - places
            direct = growths(arm.problem, many)
            single = [responder.at(limits, {catalyst: 1 - x}).growth for x in places]
            assert single == pytest.approx(direct, rel=1e-6, abs=1e-8)
            found = follow(responder, limits, down, straight=True)
            served = np.array([responder.at(limits, {catalyst: 1 - x}).served for x in places])
            assert found(places[served]) == pytest.approx(direct[served], rel=1e-6, abs=1e-8)
            assert (places[~served] > found.end).all()


def test_a_bent_path_through_three_catalysts_against_60_programs(scarce):
    """Agents that hit catalysts unequally: the middle of every piece is asked as well."""
    names = ["SLC7A11_SLC3A2", "translation", "CAD"]
    powers = np.array([0.4, 2.0, 1.0])

    def bent(t):
        return 1 - 0.9 * t[:, None] ** powers

    places = np.linspace(0, 1, 60)
    k = [[x.catalyst for x in scarce.problem.limited].index(n) for n in names]
    with Responder.of(scarce.problem, names) as responder:
        for limits in scarce.members.limits:
            found = follow(responder, limits, bent, straight=False)
            many = np.tile(limits, (60, 1))
            many[:, k] *= bent(places)
            direct = growths(scarce.problem, many)
            inside = places <= found.end
            assert inside.any()
            assert found(places[inside]) == pytest.approx(direct[inside], rel=1e-6, abs=1e-8)


def test_where_growth_falls_below_a_level(toy):
    limits = point_limits(toy)
    with Responder.of(toy, ["GLS", "GLS2"]) as responder:
        found = follow(responder, limits, lambda t: np.repeat(1 - t[:, None], 2, axis=1), straight=True)
    half = found(np.array([0.0]))[0] / 2
    place = found.first_below(half)
    assert found(np.array([place]))[0] == pytest.approx(half)
    assert found.first_below(-1.0) is None
