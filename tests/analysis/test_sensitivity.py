"""The points of the members: each grows nearly as fast as it can, and agreement is a share of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fluxmodel.analysis.ensemble import Asked
from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.sensitivity import PointsAsked, agreement
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Library
from fluxmodel.network import load_model
from fluxmodel.questions.inputs import Bench, Build


def test_every_member_grows_nearly_as_fast_as_it_can():
    bench = Bench(load_model(), [], Build(members=3, thermo=False))
    arm = bench.arm(bench.condition("normoxia"))
    asked = parse_observables(["growth", "uptake(glc__D)"], bench.model)
    members = Library([]).members("default")
    question = Asked.of(arm.problem, arm.members.limits, asked, 0.99)
    limits = question.answer()
    points = PointsAsked.of(question, arm.problem, members).answer().values
    assert points.shape == (3, 2)
    assert points[:, 0] == pytest.approx(limits.growth)
    # what is reported at the point lies in the interval of 99 % of growth
    assert np.all(points >= limits.low - 1e-7)
    assert np.all(points <= limits.high + 1e-7)


def test_the_point_of_a_member_is_what_the_cell_with_its_numbers_reports():
    """The same state as the analyst finds, where growth is scaled as it comes out there."""
    bench = Bench(load_model(), [], Build(members=4, thermo=False))
    arm = bench.arm(bench.condition("hypoxia"))
    names = ["uptake(glc__D)", "secretion(lac__L)", "flux(AKGDm)", "flux(PCm)", "flux(CSm)"]
    asked = parse_observables(names, bench.model)
    members = Library([]).members("default")
    question = Asked.of(arm.problem, arm.members.limits, asked, 0.95)
    points = PointsAsked.of(question, arm.problem, members).answer()
    for m, limits in enumerate(arm.members.limits):
        query = arm.problem.under(limits)
        program = arm.problem.program.replace(
            col_lower=query.col_lower, col_upper=query.col_upper, row_upper=query.row_upper,
            row_lower=arm.problem.program.row_lower if query.row_lower is None else query.row_lower,
        )  # fmt: skip
        own = replace(arm.problem, program=program)
        with Analyst(own, "glpk", members.reference(m + 1)) as analyst:
            fluxes = analyst.state().values
        expected = [o.value(fluxes) for o in asked]
        assert points.values[m] == pytest.approx(expected, rel=0.02, abs=2e-3)


@pytest.mark.parametrize(("agreeing", "fragile"), [(8, False), (7, True)])
def test_a_statement_that_too_few_members_share_is_fragile(agreeing, fragile):
    before = np.ones(10)
    after = np.array([2.0] * agreeing + [1.0] * (10 - agreeing))
    found = agreement("up", before, after, Constants())
    assert (found.share, found.fragile) == (agreeing / 10, fragile)


def test_nothing_agrees_with_no_statement():
    one = np.ones(2)
    assert agreement("undetermined", one, one, Constants()).share == 0.0
