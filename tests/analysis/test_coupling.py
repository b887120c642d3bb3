"""What follows from mass balance is not solved for, and is the same number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.analysis.solve import Analyst
from fluxmodel.lp import Extra, Program, Query, Sparse, Stage, flux_ranges, open_session
from fluxmodel.lp.coupling import Goals, Reduction, ties
from fluxmodel.network import load_model
from fluxmodel.questions.changes import inhibit, knock_out
from fluxmodel.questions.inputs import Bench, Build


def same_ranges(problem, fraction):
    with open_session(problem.program) as session:
        plain = flux_ranges(session, stage="growth", fraction=fraction)
    with Analyst(problem) as analyst:
        tied = analyst.all_ranges(fraction)
    assert tuple(tied) == plain.names
    ends = np.array(list(tied.values()))
    assert ends[:, 0] == pytest.approx(plain.minimum, rel=1e-6, abs=1e-6)
    assert ends[:, 1] == pytest.approx(plain.maximum, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("fraction", [0.5, 1.0])
@pytest.mark.parametrize("changes", [[], [inhibit("GLS=90%")], [knock_out("PDHA1"), inhibit("SLC1A5=100%")]])
def test_toy(arm, changes, fraction):
    same_ranges(arm("plenty", *changes).problem, fraction)


def test_real_network():
    bench = Bench(load_model(), [], Build("fba", thermo=False))  # cycles in all their width
    problem = bench.arm(bench.condition("hypoxia")).problem
    same_ranges(problem, 0.95)
    tied = ties(problem.program)
    assert len({t.leader for t in tied if t.factor}) < 0.75 * len(tied)  # else it is not worth its trouble


def test_the_ties_of_the_toy(arm, model):
    """EX_glc__D_e = -GLCt = -GLYC: two metabolites in a row with one producer and one consumer."""
    program = arm("plenty").problem.program
    tied = dict(zip(program.columns, ties(program), strict=True))
    ex, uptake, glycolysis = (tied[r] for r in ("EX_glc__D_e", "GLCt", "GLYC"))
    assert ex.leader == uptake.leader == glycolysis.leader
    assert (uptake.factor, glycolysis.factor) == (-ex.factor, -ex.factor)
    assert tied["BYPASS"].factor == 0  # closed
    assert tied["ATPM"].factor == 1  # ATP has many partners


@given(
    st.lists(
        st.lists(st.sampled_from([-2, -1, 0, 0, 0, 1, 3]), min_size=6, max_size=6), min_size=1, max_size=4
    )
)
def test_ties_hold_for_every_balanced_point(rows):
    matrix = np.array(rows, dtype=float)
    m, n = matrix.shape
    program = Program(
        tuple("abcdef"), tuple(f"r{i}" for i in range(m)), Sparse.from_dense(matrix),
        np.full(n, -5.0), np.full(n, 5.0), np.zeros(m), np.zeros(m),
    )  # fmt: skip
    tied = ties(program)
    _, sizes, right = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    for point in right[rank:]:
        for j, t in enumerate(tied):
            assert point[j] == pytest.approx(t.factor * point[t.leader], abs=1e-9)
    less = Reduction.of(program)
    goals = Goals.of(np.array([less.goal(row) for row in np.eye(n)]))
    with open_session(program) as session:
        plain = flux_ranges(session)
    with open_session(less.program) as session:
        small = flux_ranges(session, goals=goals.matrix)
    ends = goals.ends(np.column_stack([small.minimum, small.maximum]))
    assert ends[:, 0] == pytest.approx(plain.minimum, abs=1e-7)
    assert ends[:, 1] == pytest.approx(plain.maximum, abs=1e-7)


CHAIN = Program(
    ("in", "a", "b", "c", "dead"), ("x", "y", "cap", "end", "two"),
    Sparse.from_dense(
        [[1, -2, 0, 0, 0], [0, 1, -1, -1, 0], [0, 0, -2, 0, 0], [0, 0, 0, 0, 1], [0, 1, 0, 1, 0]]
    ),
    np.array([0.0, -5, -5, -5, -5]), np.full(5, 9.0), np.array([0.0, 0, -4, 0, -np.inf]),
    np.array([0.0, 0, 6, 0, 7]), [Stage("most", [0, 1, 0, 0, 0])],
)  # fmt: skip


def test_a_row_with_one_column_left_is_its_bound():
    small = Reduction.of(CHAIN).program
    assert small.rows == ("y", "two")
    assert dict(zip(small.columns, small.col_upper, strict=True))["b"] == 2.0  # -2 b >= -4
    assert dict(zip(small.columns, small.col_lower, strict=True))["b"] == -3.0
    assert small.stages[0].cost.tolist() == [0.5, 0, 0, 0]


def test_bounds_of_a_query_reach_the_tied_columns():
    """in = 2 a: a <= 3 is in <= 6, and in >= 0 holds for both."""
    less = Reduction.of(CHAIN)
    upper = CHAIN.col_upper.copy()
    upper[1] = 3.0
    query = less.query(Query(col_upper=upper, extras=(Extra(np.array([0.0, 1, 0, 0, 0]), lower=1.0),)))
    assert (query.col_lower[0], query.col_upper[0]) == (0.0, 6.0)
    assert query.extras[0].coefficients.tolist() == [0.5, 0, 0, 0]


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_what_carries_nothing_cannot_be_forced(engine):
    """The row `end` makes `dead` 0: a query that asks for 1 of it is infeasible, not ignored."""
    less = Reduction.of(CHAIN)
    lower = CHAIN.col_lower.copy()
    lower[4] = 1.0
    with open_session(less.program, engine) as session:
        assert session.solve(less.query(Query())).outcome.value == "optimal"
        assert session.solve(less.query(Query(col_lower=lower))).outcome.value == "infeasible"


def test_what_may_open_is_not_taken_for_closed():
    """A capacity that is 0 at the point is not 0 in every member."""
    shut = CHAIN.replace(col_lower=[0.0, 0, 0, 0, 0], col_upper=[9.0, 9, 0, 9, 9])
    assert ties(shut)[2].factor == 0
    assert ties(shut, columns=[2])[2].factor == 1
    assert ties(shut, rows=[0])[1].leader == 1


def test_ways_turn_with_the_sign_of_a_tie():
    """x + 2 a = 0 ties them against each other."""
    program = Program(
        ("x", "a", "b"),
        ("r", "s"),
        Sparse.from_dense([[1, 2, 0], [1, 0, 1]]),
        [-9] * 3,
        [9] * 3,
        [0, -5],
        [0, 5],
    )  # fmt: skip
    less = Reduction.of(program)
    assert less.signed([(0, 1), (1, 1), (2, -1)]) == ((0, 1), (0, -1), (1, -1))


def test_proportional_goals_are_asked_once():
    goals = Goals.of(np.array([[0.0, 3.0], [0.0, -6.0], [1.0, 1.0]]))
    assert goals.matrix.shape == (2, 2)
    points = np.arange(8.0).reshape(2, 2, 2)
    assert goals.sides(points)[1].tolist() == [
        [2.0, 3.0],
        [0.0, 1.0],
    ]  # its least value is the other's greatest
