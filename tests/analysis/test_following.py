"""The targets of fluxes follow the amount of their enzymes."""

from __future__ import annotations

import pytest

import fluxmodel as fx
from fluxmodel.analysis.following import followed
from fluxmodel.questions.inputs import Bench, Build


@pytest.fixture(scope="module")
def bench():
    return Bench(fx.load_model(), [], Build(members=0))


def arm_of(bench, *changes):
    return bench.arm(bench.condition("normoxia"), changes)


def test_the_reference_state_keeps_its_targets(bench):
    own = arm_of(bench).members
    assert dict(own.follows) == {}
    assert own.target == own.reference


def test_a_reaction_with_one_enzyme_follows_it_and_one_with_isozymes_their_mixture(bench):
    fold = {"value": 8, "unit": "fold"}
    scaled = [{"do": "scale_expression", "target": g, "by": fold} for g in ("GLS", "HK2")]
    condition = bench.condition("normoxia").replace(changes=tuple(scaled))
    arm = bench.arm(condition)
    ratios = {name: ratio for name, (ratio, _) in arm.expression.ratios().items()}
    capacities = {"HK1": 3.0, "HK2": 1.0, "GLS": 5.0, "GLS2": 0.0}
    found = followed(bench.model, arm.expression, capacities)
    by_hand = (3 * ratios["HK1"] + ratios["HK2"]) / 4
    assert found["HEX1"] == pytest.approx(by_hand)
    assert ratios["HK1"] < 1 < found["HEX1"] < ratios["HK2"]  # what is not expressed more is diluted
    assert found["GLUNm"] == pytest.approx(ratios["GLS"])
    assert ratios["GLS"] == pytest.approx(8**0.6, rel=0.02)


def test_what_has_no_enzyme_and_growth_keep_their_targets(bench):
    found = arm_of(bench, fx.set_field("regulators.HIF1A=high")).members.follows
    assert found
    assert bench.model.biomass not in found
    assert not any(bench.model.catalysts_of(r) == () for r in found)


def test_hif_raises_glycolysis_in_air_and_low_oxygen_alone_does_not():
    """Enzymes of glycolysis are targets of HIF-1; none limits alone, so that only targets can show it."""
    names = ["flux(PYK)", "growth"]
    plain, hif = (
        fx.predict(None, "normoxia", changes, names, members=0)
        for changes in ([], [fx.set_field("regulators.HIF1A=high")])
    )
    per_growth = [p.rows[0].value / p.growth for p in (plain, hif)]
    assert per_growth[1] > 1.2 * per_growth[0]
    high = [fx.set_field("regulators.HIF1A=high")]
    off = fx.predict(None, "normoxia", high, names, members=0, objective="growth")
    assert off.rows[0].value / off.growth < per_growth[1]


def test_members_follow_as_the_point_does():
    changes = [fx.set_field("regulators.HIF1A=high")]
    arm = fx.predict(None, "normoxia", changes, ["flux(PYK)"], members=8, objective="acute")
    plain = fx.predict(None, "normoxia", [], ["flux(PYK)"], members=8, objective="acute")
    more = arm.members.low[:, 0] / arm.members.growth > plain.members.low[:, 0] / plain.members.growth
    assert more.mean() >= 0.75
