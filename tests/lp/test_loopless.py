"""Loops are found, taken away where they can be, and said to be forced where they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.errors import InputError
from fluxmodel.lp import Outcome, Program, Query, Sparse, Stage, Want, open_session
from fluxmodel.lp.loopless import Inside, loop_in, loopless_optimum, remove_loops


def network(reactions, low, high, goal):
    """A program of reactions ``a>b``; an end that is empty is outside."""
    species = sorted({s for r in reactions for s in r.split(">") if s})
    matrix = np.zeros((len(species), len(reactions)))
    for j, r in enumerate(reactions):
        for name, sign in zip(r.split(">"), (-1.0, 1.0), strict=True):
            if name:
                matrix[species.index(name), j] += sign
    zero = np.zeros(len(species))
    cost = [1.0 if r == goal else 0.0 for r in reactions]
    names = [f"{r}{k}" for k, r in enumerate(reactions)]
    program = Program(names, species, Sparse.from_dense(matrix), low, high, zero, zero, [Stage("goal", cost)])
    inner = [j for j, r in enumerate(reactions) if all(r.split(">"))]
    return program, Inside.of(program, range(len(species)), inner)


def optimum(program, query=None):
    with open_session(program) as session:
        answer = session.solve(query or Query(want=Want.PRIMAL))
    return answer.objective, answer.primal


CYCLE = [">a", "a>b", "b>c", "c>a", "b>"]


def test_a_cycle_of_three():
    program, inside = network(CYCLE, [0] * 5, [4, 10, 10, 10, 10], "b>")
    assert inside.columns.tolist() == [1, 2, 3]
    looped = np.array([4.0, 9.0, 5.0, 5.0, 4.0])
    assert loop_in(looped, inside) == (1, 2, 3)
    found = remove_loops(program, looped, inside)
    assert found.forced == ()
    assert found.primal == pytest.approx([4, 4, 0, 0, 4], abs=1e-6)
    outcome, value, point = loopless_optimum(program, program.stages[0], inside)
    assert outcome is Outcome.OPTIMAL
    assert value == pytest.approx(4.0)
    assert loop_in(point, inside) == ()


def test_nested_cycles():
    """a > b > c > a and b > c > b share a step, and there is a way back for each."""
    reactions = [">a", "a>b", "b>c", "c>a", "c>b", "c>d", "d>b", "d>"]
    program, inside = network(reactions, [0, 0, -10, 0, 0, 0, 0, 0], [3] + [10] * 7, "d>")
    looped = np.array([3.0, 8.0, 10.0, 5.0, 0.0, 5.0, 2.0, 3.0])
    assert np.abs(program.matrix.to_dense() @ looped).max() == 0
    assert loop_in(looped, inside)
    found = remove_loops(program, looped, inside)
    assert found.forced == ()
    assert found.primal == pytest.approx([3, 3, 3, 0, 0, 3, 0, 3], abs=1e-6)
    assert loopless_optimum(program, program.stages[0], inside)[1] == pytest.approx(3.0)


def test_a_bound_that_forces_a_loop_is_said():
    """c > a has to carry 1: only around the cycle."""
    program, inside = network(CYCLE, [0, 0, 0, 1, 0], [4, 10, 10, 10, 10], "b>")
    value, point = optimum(program)
    assert value == pytest.approx(4.0)
    found = remove_loops(program, point, inside)
    assert found.forced == (1, 2, 3)
    assert found.primal[3] == pytest.approx(1.0)
    outcome, value, _ = loopless_optimum(program, program.stages[0], inside)
    assert outcome is Outcome.INFEASIBLE
    assert np.isnan(value)


def test_a_loop_that_pays_is_not_an_optimum_without_loops():
    """What runs around the cycle is what is maximised: 10 with it, 4 of the way through without."""
    program, inside = network(CYCLE, [0] * 5, [4, 10, 10, 10, 10], "a>b")
    value, point = optimum(program)
    assert value == pytest.approx(10.0)
    assert remove_loops(program, point, inside).primal[1] < 10 - 1e-6
    outcome, value, _ = loopless_optimum(program, program.stages[0], inside)
    assert (outcome, value) == (Outcome.OPTIMAL, pytest.approx(4.0))


def test_isozymes_in_opposite_directions_are_a_loop():
    program, inside = network([">a", "a>b", "b>a", "b>"], [0] * 4, [2, 10, 10, 10], "b>")
    assert loop_in(np.array([2.0, 7.0, 5.0, 2.0]), inside) == (1, 2)
    assert remove_loops(program, np.array([2.0, 7.0, 5.0, 2.0]), inside).primal[2] == pytest.approx(
        0, abs=1e-7
    )


def test_what_has_no_loops():
    program, inside = network([">a", "a>b", "b>c", "c>"], [0] * 4, [2, 9, 9, 9], "c>")
    assert not inside.columns.size
    value, point = optimum(program)
    assert remove_loops(program, point, inside).primal == pytest.approx(point)
    assert loopless_optimum(program, program.stages[0], inside)[1] == pytest.approx(value)


def test_bounds_have_to_be_finite():
    program, inside = network(CYCLE, [0] * 5, [4, np.inf, 10, 10, 10], "b>")
    with pytest.raises(InputError, match="FM559"):
        loopless_optimum(program, program.stages[0], inside)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")).filter(lambda p: p[0] != p[1]),
        min_size=2, max_size=8,
    ),
    st.data(),
)  # fmt: skip
def test_random_networks(steps, data):
    """Without forced bounds both reach the same optimum; with one, a loop is said to be forced or is none."""
    reactions = [">a", *(f"{a}>{b}" for a, b in steps), "d>"]
    n = len(reactions)
    low = [0.0] * n
    if data.draw(st.booleans()):
        low[data.draw(st.integers(1, n - 2))] = 1.0
    back = data.draw(st.sets(st.integers(1, n - 2)))
    low = [-6.0 if k in back and not v else v for k, v in enumerate(low)]
    program, inside = network(reactions, low, [5.0] + [8.0] * (n - 2) + [20.0], "d>")
    with open_session(program) as session:
        answer = session.solve(Query(want=Want.PRIMAL))
    outcome, value, point = loopless_optimum(program, program.stages[0], inside)
    if not answer.optimal:
        assert outcome is Outcome.INFEASIBLE
        return
    found = remove_loops(program, answer.primal, inside)
    assert found.outcome is Outcome.OPTIMAL
    assert np.abs(program.matrix.dot(found.primal)).max() <= 1e-6
    if not found.forced:
        assert loop_in(found.primal, inside) == ()
        assert outcome is Outcome.OPTIMAL
        assert value == pytest.approx(answer.objective, abs=1e-6)
    else:
        assert outcome is Outcome.INFEASIBLE or value <= answer.objective + 1e-6
    if outcome is Outcome.OPTIMAL:
        assert loop_in(point, inside) == ()
    if not any(v > 0 for v in low):
        assert not found.forced


def test_a_bound_that_forces_no_loop_leaves_the_optimum():
    """HiGHS 1.7.2 called this infeasible at a tight integrality tolerance."""
    program, inside = network([">a", "a>b", "b>a", "b>d", "d>"], [0, 1, 0, 0, 0], [5, 8, 8, 8, 20], "d>")
    outcome, value, point = loopless_optimum(program, program.stages[0], inside)
    assert outcome is Outcome.OPTIMAL
    assert value == pytest.approx(5.0)
    assert loop_in(point, inside) == ()
