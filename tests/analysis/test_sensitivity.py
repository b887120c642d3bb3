"""The points of the members: each grows nearly as fast as it can, and agreement is a share of them."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.analysis.ensemble import Asked, member_ranges
from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.sensitivity import agreement, member_points
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Library
from fluxmodel.network import load_model
from fluxmodel.questions.inputs import Bench, Build


def test_every_member_grows_nearly_as_fast_as_it_can():
    bench = Bench(load_model(), [], Build(members=3, thermo=False))
    arm = bench.arm(bench.condition("normoxia"))
    asked = parse_observables(["growth", "uptake(glc__D)"], bench.model)
    members = Library([]).members("default")
    points = member_points(arm.problem, arm.limits, members, asked)
    best = member_ranges(Asked.of(arm.problem, arm.limits, asked, 0.95)).growth
    assert points.shape == (3, 2)
    assert np.all(points[:, 0] >= 0.99 * best - 1e-9)
    assert np.all(points[:, 0] <= best + 1e-9)
    assert np.all(points[:, 1] > 0)


@pytest.mark.parametrize(("agreeing", "fragile"), [(8, False), (7, True)])
def test_a_statement_that_too_few_members_share_is_fragile(agreeing, fragile):
    before = np.ones(10)
    after = np.array([2.0] * agreeing + [1.0] * (10 - agreeing))
    found = agreement("up", before, after, Constants())
    assert (found.share, found.fragile) == (agreeing / 10, fragile)


def test_nothing_agrees_with_no_statement():
    one = np.ones(2)
    assert agreement("undetermined", one, one, Constants()).share == 0.0
