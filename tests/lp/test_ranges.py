"""Ranges of fluxes and of ratios, solved by hand and against the other way of computing them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.errors import InputError, NoOptimum
from fluxmodel.lp import (
    Extra,
    Outcome,
    Program,
    Query,
    RatioOutcome,
    Sparse,
    Stage,
    flux_ranges,
    near_optimum,
    open_session,
    parsimonious,
    ranges_over,
    ratio_ranges,
)
from tests.lp.test_session import random_program
from tests.lp.test_solve import maintenance

EXACT = 1e-8
#: Newton's method against the homogenised program, whose scale may be large.
SAME_RATIO = 1e-6


def fork(**changes: object) -> Program:
    return Program(
        ["in", "a", "b"],
        ["x"],
        Sparse.from_dense([[1, -1, -1]]),
        [0, 0, 0],
        [10, 8, 8],
        [0],
        [0],
        [Stage("total", [1, 0, 0])],
    ).replace(**changes)


def ends(ranges):
    return list(zip(ranges.minimum.round(8).tolist(), ranges.maximum.round(8).tolist(), strict=True))


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [(1.0, [(10, 10), (2, 8), (2, 8)]), (0.9, [(9, 10), (1, 8), (1, 8)]), (0.0, [(0, 10), (0, 8), (0, 8)])],
)
def test_by_hand(engine, fraction, expected):
    with open_session(fork(), engine) as session:
        ranges = flux_ranges(session, fraction=fraction)
        np.testing.assert_allclose(ends(ranges), expected, atol=EXACT)
        assert ranges.names == ("in", "a", "b")
        assert ranges.region.optimum == pytest.approx(10, abs=EXACT)
        assert ranges.region.threshold == pytest.approx(10 * fraction, abs=EXACT)


@pytest.mark.parametrize(
    ("cost", "sense", "low", "expected"),
    [
        # negative optimum of a maximisation: -in >= -2 - 0.5*2
        ([-1, 0, 0], "max", 2, (2, 3)),
        # minimisation: in <= 2 + 1
        ([1, 0, 0], "min", 2, (2, 3)),
        # negative optimum of a minimisation: -in <= -10 + 5
        ([-1, 0, 0], "min", 0, (5, 10)),
    ],
)
def test_a_fraction_means_the_same_for_every_sign(engine, cost, sense, low, expected):
    with open_session(fork(stages=[Stage("goal", cost, sense)], col_lower=[low, 0, 0]), engine) as session:
        np.testing.assert_allclose(ends(flux_ranges(session, fraction=0.5))[0], expected, atol=EXACT)


def test_nets_of_several_columns(engine):
    p = Program(
        ["f", "r", "out"],
        ["x"],
        Sparse.from_dense([[1, -1, -1]]),
        [0, 0, -4],
        [10, 6, 7],
        [0],
        [0],
        [],
        ["net", "sum"],
        Sparse.from_dense([[1, -1, 0], [1, 1, 1]]),
    )
    with open_session(p, engine) as session:
        np.testing.assert_allclose(ends(flux_ranges(session)), [(-4, 7), (0, 20)], atol=EXACT)


def test_other_goals_and_cost_of_the_query(engine):
    with open_session(fork(), engine) as session:
        goals = Sparse.from_dense([[0, 1, -1]])
        ranges = flux_ranges(session, Query(cost=[0, 1, 0]), goals=goals, names=["a - b"])
        np.testing.assert_allclose(ends(ranges), [(6, 8)], atol=EXACT)
        assert ranges.names == ("a - b",)
        with pytest.raises(InputError, match="FM101"):
            flux_ranges(session, goals=goals, names=["a", "b"])
        with pytest.raises(InputError, match="FM101"):
            flux_ranges(session, names=["a"])


def test_a_region_can_be_used_again(engine):
    with open_session(fork(), engine) as session:
        region = near_optimum(session, fraction=0.9)
        session.solve(Query(col_upper=[1, 1, 1]))
        first, again = ranges_over(session, region), ranges_over(session, region)
        np.testing.assert_allclose(ends(first), [(9, 10), (1, 8), (1, 8)], atol=EXACT)
        assert ends(first) == ends(again)


def test_earlier_stages_are_held(engine):
    # 2 of maintenance unmet: nothing is left for growth, and no fraction of growth changes that
    with open_session(maintenance(2), engine) as session:
        ranges = flux_ranges(session, stage="growth", fraction=0.5)
        np.testing.assert_allclose(ends(ranges), [(2, 2), (0, 0), (4, 4), (2, 2)], atol=EXACT)
    with open_session(maintenance(5), engine) as session:
        ranges = flux_ranges(session, stage="growth", fraction=0.5)
        np.testing.assert_allclose(ends(ranges), [(4, 5), (2, 4), (6, 6), (0, 0)], atol=EXACT)


def test_the_relaxed_stage_must_be_named_if_there_are_several():
    with open_session(maintenance(5)) as session:
        with pytest.raises(InputError, match="unmet, growth"):
            flux_ranges(session)
        for fraction in (-0.1, 1.1, float("nan")):
            with pytest.raises(InputError, match="FM121"):
                flux_ranges(session, stage="growth", fraction=fraction)


def test_an_infeasible_region_has_no_numbers(engine):
    with open_session(fork(), engine) as session:
        ranges = flux_ranges(session, Query(col_lower=[0, 6, 6]))
        assert ranges.outcome is Outcome.INFEASIBLE
        with pytest.raises(NoOptimum, match="infeasible"):
            _ = ranges.minimum
    with open_session(fork(stages=[]), engine) as session:
        ranges = flux_ranges(session, Query(col_lower=[0, 6, 6]))
        assert ranges.outcome is Outcome.INFEASIBLE
        with pytest.raises(NoOptimum, match="infeasible"):
            _ = ranges.maximum


def test_unbounded_ends_are_infinite(engine):
    p = fork(stages=[], col_upper=[np.inf, 8, np.inf])
    with open_session(p, engine) as session:
        ranges = flux_ranges(session)
        np.testing.assert_allclose(ends(ranges), [(0, np.inf), (0, 8), (0, np.inf)], atol=EXACT)
        assert ranges.outcome is Outcome.OPTIMAL
        assert ranges.max_outcomes == (Outcome.UNBOUNDED, Outcome.OPTIMAL, Outcome.UNBOUNDED)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 0.9, 1.0]))
@settings(max_examples=40, deadline=None)
def test_ranges_are_the_single_optima_and_engines_agree(seed, fraction):
    p = random_program(seed)
    p = p.replace(col_lower=np.maximum(p.col_lower, -50), col_upper=np.minimum(p.col_upper, 50))
    with open_session(p, "glpk") as one, open_session(p, "highs") as two, open_session(p, "glpk") as three:
        a, b = flux_ranges(one, fraction=fraction), flux_ranges(two, fraction=fraction)
        assert a.outcome is b.outcome
        if a.outcome is not Outcome.OPTIMAL:
            return
        np.testing.assert_allclose(a.minimum, b.minimum, atol=1e-6)
        np.testing.assert_allclose(a.maximum, b.maximum, atol=1e-6)
        goal, z = p.stages[0], a.region.threshold
        slack = 1e-9
        row = Extra(goal.cost, lower=z - slack) if goal.sense == "max" else Extra(goal.cost, upper=z + slack)
        for j in range(p.n_columns):
            unit = np.eye(p.n_columns)[j]
            for sense, value in (("min", a.minimum[j]), ("max", a.maximum[j])):
                single = three.solve(Query(cost=unit, sense=sense, extras=(row,)), start="cold")
                assert single.objective == pytest.approx(value, abs=1e-6)


# -- ratios ---------------------------------------------------------------------------------------


def ratio(session, a, b, **options):
    return ratio_ranges(session, Sparse.from_dense([a]), Sparse.from_dense([b]), **options)[0]


@pytest.mark.parametrize("method", ["newton", "charnes-cooper"])
def test_ratio_by_hand(engine, method):
    with open_session(fork(), engine) as session:
        r = ratio(session, [0, 1, 0], [0, 0, 1], method=method)
        assert (r.minimum, r.maximum) == pytest.approx((0.25, 4), abs=EXACT)
        assert r.denominator == pytest.approx((2, 8), abs=EXACT)
        # at 90 %: a = 8, b = 1 is within reach. Dividing the end points gives the same here...
        r = ratio(session, [0, 1, 0], [0, 0, 1], fraction=0.9, method=method)
        assert (r.minimum, r.maximum) == pytest.approx((1 / 8, 8), abs=EXACT)
        # ...but not here: a / (a + b) with a in [2, 8], a + b = 10
        r = ratio(session, [0, 1, 0], [0, 1, 1], method=method)
        assert (r.minimum, r.maximum) == pytest.approx((0.2, 0.8), abs=EXACT)
        # a ratio that cannot move
        r = ratio(session, [0, 2, 2], [1, 0, 0], fraction=0.5, method=method)
        assert (r.minimum, r.maximum) == pytest.approx((2, 2), abs=EXACT)


def test_a_negative_denominator_is_turned_around(engine):
    with open_session(fork(), engine) as session:
        r = ratio(session, [0, 1, 0], [0, 0, -1])
        assert (r.minimum, r.maximum) == pytest.approx((-4, -0.25), abs=EXACT)


def test_a_denominator_that_can_be_zero_is_undefined(engine):
    with open_session(fork(), engine) as session:
        for b in ([0, 0, 1], [0, 1, -1]):
            r = ratio(session, [0, 1, 0], b, fraction=0.5)
            assert r.min_outcome is r.max_outcome is RatioOutcome.UNDEFINED
            with pytest.raises(NoOptimum, match="denominator ranges over"):
                _ = r.maximum


def test_unbounded_ratios(engine):
    p = fork(stages=[], col_lower=[0, 0, 1], col_upper=[np.inf, np.inf, np.inf])
    with open_session(p, engine) as session:
        r = ratio(session, [0, 1, 0], [0, 0, 1])
        assert r.minimum == pytest.approx(0, abs=EXACT)
        assert r.max_outcome is RatioOutcome.UNBOUNDED
        # both unbounded, their ratio is not: in / (a + 2 b), in = a + b, b >= 1
        r = ratio(session, [1, 0, 0], [0, 1, 2])
        assert (r.minimum, r.maximum) == pytest.approx((0.5, 1.0), abs=EXACT)


def test_ratios_of_an_infeasible_query(engine):
    with open_session(fork(), engine) as session:
        r = ratio(session, [0, 1, 0], [0, 0, 1], query=Query(col_lower=[11, 0, 0]))
        assert r.min_outcome is RatioOutcome.INFEASIBLE
        with pytest.raises(NoOptimum, match="infeasible"):
            _ = r.minimum


def test_bad_ratio_arguments():
    with open_session(fork()) as session:
        with pytest.raises(InputError, match="FM101"):
            ratio(session, [0, 1], [0, 1])
        with pytest.raises(InputError, match="FM104"):
            ratio(session, [0, 1, 0], [0, 0, 1], method="guess")


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.9, 1.0]))
@settings(max_examples=50, deadline=None)
def test_newton_and_charnes_cooper_agree(seed, fraction):
    p = random_program(seed)
    p = p.replace(col_lower=np.maximum(p.col_lower, 0), col_upper=np.clip(p.col_upper, 1, 50))
    p = parsimonious(p)
    rng = np.random.default_rng(seed)
    a = Sparse.from_dense(rng.integers(-2, 3, (2, p.n_columns)))
    b = Sparse.from_dense(rng.integers(0, 3, (2, p.n_columns)))
    with open_session(p, "glpk") as one, open_session(p, "highs") as two:
        x = ratio_ranges(one, a, b, stage="goal", fraction=fraction)
        y = ratio_ranges(one, a, b, stage="goal", fraction=fraction, method="charnes-cooper")
        z = ratio_ranges(two, a, b, stage="goal", fraction=fraction)
    for r, s, t in zip(x, y, z, strict=True):
        assert r.min_outcome is s.min_outcome is t.min_outcome
        assert r.max_outcome is s.max_outcome is t.max_outcome
        if r.min_outcome is RatioOutcome.OPTIMAL:
            assert r.minimum == pytest.approx(s.minimum, rel=SAME_RATIO, abs=SAME_RATIO)
            assert r.minimum == pytest.approx(t.minimum, rel=SAME_RATIO, abs=SAME_RATIO)
        if r.max_outcome is RatioOutcome.OPTIMAL:
            assert r.maximum == pytest.approx(s.maximum, rel=SAME_RATIO, abs=SAME_RATIO)
            assert r.maximum == pytest.approx(t.maximum, rel=SAME_RATIO, abs=SAME_RATIO)
