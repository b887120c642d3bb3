"""Lexicographic stages: order, slack, exact faces, the canonical vertex, unmet demands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fluxmodel.errors import InputError, NoOptimum
from fluxmodel.lp import (
    Outcome,
    Program,
    Query,
    Sparse,
    Stage,
    Want,
    canonical_stage,
    lexicographic,
    open_session,
    parsimonious,
)
from tests.lp.test_session import random_program

#: Hand-solved toys.
EXACT = 1e-8
#: Two engines, one vertex.
SAME_VERTEX = 1e-6


def fork(**changes: object) -> Program:
    """In <= 10 -> a or b, each <= 8; b costs a detour of two steps."""
    return Program(
        ["in", "a", "b1", "b2"],
        ["x", "y"],
        Sparse.from_dense([[1, -1, -1, 0], [0, 0, 1, -1]]),
        [0, 0, 0, 0],
        [10, 8, 8, 8],
        [0, 0],
        [0, 0],
        [Stage("yield", [0, 1, 0, 1]), Stage("short", [1, 1, 1, 1], "min")],
    ).replace(**changes)


def test_stages_are_solved_in_order(engine):
    with open_session(fork(), engine) as session:
        staged = lexicographic(session)
        assert [s.name for s in staged.optima] == ["yield", "short"]
        assert staged.optimum("yield").value == pytest.approx(10, abs=EXACT)
        assert staged.optimum("short").value == pytest.approx(22, abs=EXACT)
        np.testing.assert_allclose(staged.answer.nets, [10, 8, 2, 2], atol=EXACT)
        # the price of uptake belongs to the stage it is asked of
        assert staged.optimum("yield").answer.reduced_costs[0] == pytest.approx(1, abs=EXACT)
        with pytest.raises(KeyError):
            staged.optimum("canonical")


@pytest.mark.parametrize(
    ("slack", "expected"), [({"relative_slack": 0.1}, 9.0), ({"absolute_slack": 2.0}, 8.0), ({}, 10.0)]
)
def test_slack_may_be_given_up_by_later_stages(engine, slack, expected):
    stages = [Stage("yield", [0, 1, 0, 1], "max", **slack), Stage("short", [1, 1, 1, 1], "min")]
    with open_session(fork(stages=stages), engine) as session:
        staged = lexicographic(session, want=Want.PRIMAL)
        assert staged.optimum("yield").value == pytest.approx(10, abs=EXACT)
        x = staged.answer.primal
        assert x[1] + x[3] == pytest.approx(expected, abs=EXACT)
        # another query in the same session is not held by what this one found
        assert session.solve(Query(col_upper=[3, 8, 8, 8])).objective == pytest.approx(3, abs=EXACT)


def test_slack_works_in_minimisation_and_below_zero(engine):
    stages = [
        Stage("least", [0, 1, 0, 1], "min", relative_slack=0.5),
        Stage("most", [1, 0, 0, 0], "max"),
    ]
    for low, expected in ((2.0, 3.0), (-2.0, -1.0)):
        p = fork(stages=stages, col_lower=[low, -9, -9, -9])
        with open_session(p, engine) as session:
            assert lexicographic(session).optimum("most").value == pytest.approx(expected, abs=EXACT)


def test_a_slack_stage_and_an_exact_stage_together(engine):
    stages = [
        Stage("yield", [0, 1, 0, 1], "max", relative_slack=0.1),
        Stage("uptake", [1, 0, 0, 0], "min"),  # presses against the slack row, which then is held
        Stage("most b", [0, 0, 1, 0], "max"),
    ]
    with open_session(fork(stages=stages), engine) as session:
        staged = lexicographic(session)
    np.testing.assert_allclose(staged.answer.nets, [9, 1, 8, 8], atol=EXACT)


def test_through_stops_early(engine):
    with open_session(fork(), engine) as session:
        staged = lexicographic(session, through="yield", want=Want.NOTHING)
        assert [s.name for s in staged.optima] == ["yield"]
        with pytest.raises(InputError, match="FM120"):
            lexicographic(session, through="nothing")


def test_a_failed_stage_ends_it(engine):
    with open_session(fork(), engine) as session:
        staged = lexicographic(session, Query(col_lower=[11, 0, 0, 0]))
        assert staged.outcome is Outcome.INFEASIBLE
        assert staged.optima == ()
        with pytest.raises(NoOptimum):
            _ = staged.answer.nets
        assert lexicographic(session).outcome is Outcome.OPTIMAL
    endless = fork(stages=[Stage("yield", [0, 1, 0, 1]), Stage("more", [0, 0, 0, 1])])
    endless = endless.replace(
        columns=("in", "a", "b1", "b2"), nets=(), net_matrix=Sparse.from_triplets([], [], [], (0, 4))
    )
    with open_session(endless.replace(col_upper=[10, 8, np.inf, np.inf], row_lower=[0, -np.inf])) as session:
        staged = lexicographic(session)
        assert staged.outcome is Outcome.UNBOUNDED


def test_no_stages(engine):
    with open_session(fork(stages=[]), engine) as session:
        staged = lexicographic(session)
        assert staged.outcome is Outcome.OPTIMAL
        assert staged.optima == ()


def test_parsimonious_takes_the_short_way_in_both_directions(engine):
    # b runs backwards at most 5: |v| must count
    p = Program(
        ["in", "a", "loop1", "loop2"],
        ["x", "y"],
        Sparse.from_dense([[1, -1, -1, 1], [0, 0, 1, -1]]),
        [0, 0, -5, -5],
        [10, 8, 5, 5],
        [0, 0],
        [0, 0],
        [Stage("yield", [0, 1, 0, 0])],
    )
    with open_session(parsimonious(p), engine) as session:
        staged = lexicographic(session)
        assert staged.optimum("parsimonious").value == pytest.approx(16, abs=EXACT)
        np.testing.assert_allclose(staged.answer.nets, [8, 8, 0, 0], atol=EXACT)
    with open_session(parsimonious(p, [0, 1, 0, 0]), engine) as session:
        assert lexicographic(session).optimum("parsimonious").value == pytest.approx(8, abs=EXACT)


@pytest.mark.parametrize("weights", [[1], [-1, 0, 0, 0], [np.nan] * 4])
def test_bad_weights_are_refused(weights):
    with pytest.raises(InputError, match="FM105"):
        parsimonious(fork(), weights)


def maintenance(supply: float) -> Program:
    """Substrate gives 2 ATP; maintenance needs 6 with a slack `unmet`; what is left grows."""
    return Program(
        ["uptake", "grow", "maintain", "unmet"],
        ["atp", "demand"],
        # atp: 2 uptake - grow - maintain = 0; demand: maintain + unmet = 6
        Sparse.from_dense([[2, -1, -1, 0], [0, 0, 1, 1]]),
        [0, 0, 0, 0],
        [supply, np.inf, np.inf, np.inf],
        [0, 6],
        [0, 6],
        [Stage("unmet", [0, 0, 0, 1], "min"), Stage("growth", [0, 1, 0, 0], "max")],
    )


@pytest.mark.parametrize(("supply", "unmet", "growth"), [(5, 0, 4), (3, 0, 0), (2, 2, 0), (0, 6, 0)])
def test_unmet_maintenance_comes_before_growth(engine, supply, unmet, growth):
    p = maintenance(supply)
    p = p.replace(stages=(*p.stages, canonical_stage(p)))
    with open_session(p, engine) as session:
        staged = lexicographic(session)
        assert staged.outcome is Outcome.OPTIMAL
        assert staged.optimum("unmet").value == pytest.approx(unmet, abs=EXACT)
        assert staged.optimum("growth").value == pytest.approx(growth, abs=EXACT)
        np.testing.assert_allclose(staged.answer.nets, [supply, growth, 6 - unmet, unmet], atol=EXACT)


# the primal simplex of HiGHS 1.15.1 ends these two with kUnknown
@example(959)
@example(4061)
@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_the_canonical_vertex_is_the_same_on_both_engines(seed):
    p = random_program(seed)
    p = p.replace(col_lower=np.maximum(p.col_lower, -50), col_upper=np.minimum(p.col_upper, 50))
    p = parsimonious(p)
    p = p.replace(stages=(*p.stages, canonical_stage(p)))
    with open_session(p, "glpk") as one, open_session(p, "highs") as two:
        a, b = lexicographic(one), lexicographic(two)
    assert a.outcome is b.outcome
    if a.outcome is Outcome.OPTIMAL:
        np.testing.assert_allclose(a.answer.nets, b.answer.nets, atol=SAME_VERTEX)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_faces_give_what_rows_give(seed):
    """Holding a stage by its face equals holding it by a row at the optimum."""
    p = random_program(seed)
    p = p.replace(col_lower=np.maximum(p.col_lower, -50), col_upper=np.minimum(p.col_upper, 50))
    second = Stage("second", np.random.default_rng(seed + 1).integers(-3, 4, p.n_columns))
    p = p.replace(stages=(*p.stages, second))
    by_row = p.replace(
        stages=(Stage("goal", p.stages[0].cost, p.stages[0].sense, absolute_slack=1e-9), second)
    )
    with open_session(p) as one, open_session(by_row) as two:
        a, b = lexicographic(one), lexicographic(two)
    assert a.outcome is b.outcome
    if a.outcome is Outcome.OPTIMAL:
        assert a.optimum("second").value == pytest.approx(b.optimum("second").value, abs=1e-6)
