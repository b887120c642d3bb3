"""Mixed-integer programs: two engines against enumeration, and against what is solved by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fluxmodel.errors import InputError, NoOptimum
from fluxmodel.lp import Extra, MilpOutcome, Program, Query, Sparse, Stage, not_all_of, solve_milp

ENGINES = ("highs", "optlang:glpk")
#: What two engines may differ by.
SAME = 1e-7

engine = pytest.mark.parametrize("engine", ENGINES)


def knapsack(values: list[float], weights: list[float], most: float) -> Program:
    n = len(values)
    matrix = Sparse.from_dense([weights])
    names = [f"x{k}" for k in range(n)]
    stage = Stage("value", values)
    return Program(names, ["weight"], matrix, np.zeros(n), np.ones(n), [-np.inf], [most], [stage])


def cover(sets: list[set[int]], n_elements: int) -> Program:
    """The fewest of some sets that cover all elements."""
    n = len(sets)
    dense = np.array([[float(e in s) for s in sets] for e in range(n_elements)])
    names, rows = [f"s{k}" for k in range(n)], [f"e{k}" for k in range(n_elements)]
    least = np.ones(n_elements)
    stage = Stage("number", np.ones(n), "min")
    return Program(
        names, rows, Sparse.from_dense(dense), np.zeros(n), np.ones(n), least, least * np.inf, [stage]
    )


def best(program: Program, maximise: bool) -> float:
    """By enumeration of all binary points."""
    found = []
    for point in product((0.0, 1.0), repeat=program.n_columns):
        rows = program.matrix.dot(point)
        if np.all(rows <= program.row_upper + SAME) and np.all(rows >= program.row_lower - SAME):
            found.append(float(program.stages[0].cost @ np.array(point)))
    return (max if maximise else min)(found)


@engine
def test_a_knapsack_solved_by_hand(engine: str) -> None:
    # 10 + 13 of weights 5 + 6 beats the densest item (11 of 4) with anything that still fits
    program = knapsack([10, 13, 11, 2], [5, 6, 4, 3], 11)
    answer = solve_milp(program, range(4), engine=engine)
    assert answer.outcome is MilpOutcome.OPTIMAL
    assert answer.objective == 24
    assert answer.primal.tolist() == [0, 1, 1, 0]
    assert answer.bound == pytest.approx(24)
    assert answer.gap == 0.0


@engine
def test_a_cover_solved_by_hand(engine: str) -> None:
    # greedy takes the set of six first and needs three; the two halves do it
    sets = [{0, 1, 2, 4, 5, 6}, {0, 1, 2, 3}, {4, 5, 6, 7}, {3}, {7}]
    answer = solve_milp(cover(sets, 8), range(5), engine=engine)
    assert answer.primal.tolist() == [0, 1, 1, 0, 0]


@engine
@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_points(engine: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    values, weights = random.integers(1, 40, 10).tolist(), random.integers(1, 30, 10).tolist()
    bag = knapsack(values, weights, 60)
    assert solve_milp(bag, range(10), engine=engine).objective == pytest.approx(best(bag, True), abs=SAME)
    sets = [set(np.flatnonzero(random.random(12) < 0.35).tolist()) for _ in range(10)] + [set(range(12))]
    covering = cover(sets, 12)
    found = solve_milp(covering, range(11), engine=engine)
    assert found.objective == pytest.approx(best(covering, False), abs=SAME)


@engine
def test_whole_and_other_columns_together(engine: str) -> None:
    # a flux of at most 10 costs a switch of 3 per unit of ten: y = 2 opens x to 13.5
    matrix = Sparse.from_dense([[1, -10]])
    stage = Stage("gain", [1, -3])
    program = Program(["x", "y"], ["open"], matrix, [0, 0], [13.5, 5], [-np.inf], [0], [stage])
    answer = solve_milp(program, [1], engine=engine)
    assert answer.primal.tolist() == [13.5, 2.0]
    assert answer.objective == 7.5


@engine
def test_all_covers_one_after_the_other(engine: str) -> None:
    sets = [{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 2}]
    program = cover(sets, 4)
    found: list[tuple[int, ...]] = []
    cuts: list[Extra] = []
    while True:
        answer = solve_milp(program, range(5), Query(extras=tuple(cuts)), engine)
        if answer.outcome is MilpOutcome.INFEASIBLE:
            break
        found.append(tuple(np.flatnonzero(answer.primal).tolist()))
        cuts.append(not_all_of(found[-1], 5))
    covers = [s for s in product((0, 1), repeat=5) if np.all(program.matrix.dot(s) >= 1)]
    minimal = {
        tuple(np.flatnonzero(s).tolist())
        for s in covers
        if not any(t != s and all(a <= b for a, b in zip(t, s, strict=True)) for t in covers)
    }
    assert set(found) == minimal
    assert len(found) == len(minimal)
    assert [len(x) for x in found] == sorted(len(x) for x in found)


@engine
def test_what_is_infeasible_only_in_whole_numbers(engine: str) -> None:
    program = Program(["x", "y"], ["odd"], Sparse.from_dense([[2, 2]]), [0, 0], [1, 1], [1], [1], [])
    answer = solve_milp(program, [0, 1], engine=engine)
    assert answer.outcome is MilpOutcome.INFEASIBLE
    assert not answer.found
    with pytest.raises(NoOptimum, match="infeasible"):
        _ = answer.primal
    with pytest.raises(NoOptimum, match="infeasible"):
        _ = answer.objective


@engine
def test_what_is_infeasible_at_all(engine: str) -> None:
    program = knapsack([1, 1], [1, 1], 5)
    assert solve_milp(program, [0], Query(row_lower=[3.0]), engine).outcome is MilpOutcome.INFEASIBLE
    crossed = solve_milp(program, [0], Query(col_lower=[2.0, 0.0]), engine)
    assert crossed.outcome is MilpOutcome.INFEASIBLE
    assert "x0" in crossed.detail


@engine
def test_what_has_no_end(engine: str) -> None:
    matrix = Sparse.from_dense([[1, -1]])
    program = Program(["x", "y"], ["r"], matrix, [0, 0], [np.inf, np.inf], [-5], [5], [Stage("s", [1, 1])])
    assert solve_milp(program, [0], engine=engine).outcome is MilpOutcome.UNBOUNDED


def hard(n: int = 60) -> Program:
    """A market split: feasible points are rare and no relaxation helps."""
    random = np.random.default_rng(3)
    a = random.integers(1, 100, (7, n)).astype(float)
    half = np.floor(a.sum(axis=1) / 2)
    dense = np.concatenate([a, np.eye(7), -np.eye(7)], axis=1)
    names = [f"x{k}" for k in range(n)] + [f"up{k}" for k in range(7)] + [f"down{k}" for k in range(7)]
    cost = np.concatenate([np.zeros(n), np.ones(14)])
    high = np.concatenate([np.ones(n), np.full(14, np.inf)])
    rows = [f"r{k}" for k in range(7)]
    stage = Stage("off", cost, "min")
    return Program(names, rows, Sparse.from_dense(dense), np.zeros(n + 14), high, half, half, [stage])


@engine
def test_what_is_stopped_says_how_far_it_may_be_off(engine: str) -> None:
    program = hard()
    answer = solve_milp(program, range(60), engine=engine, time_limit=1.0)
    assert answer.outcome in (MilpOutcome.FEASIBLE, MilpOutcome.LIMIT)
    assert answer.bound <= SAME + (answer.objective if answer.found else np.inf)
    assert answer.gap > 0
    if answer.found:
        assert np.allclose(program.matrix.dot(answer.primal), program.row_upper, atol=1e-6)


def test_a_start_is_no_worse() -> None:
    program = hard(30)
    first = solve_milp(program, range(30), time_limit=1.0)
    assert first.found
    again = solve_milp(program, range(30), time_limit=1.0, start=first.primal)
    assert again.objective <= first.objective + SAME


def test_a_gap_that_is_good_enough() -> None:
    random = np.random.default_rng(0)
    program = knapsack(random.integers(20, 90, 40).tolist(), random.integers(20, 90, 40).tolist(), 700)
    loose, tight = (solve_milp(program, range(40), gap=gap) for gap in (0.2, 0.0))
    assert loose.outcome is tight.outcome is MilpOutcome.OPTIMAL
    assert loose.gap <= 0.2
    assert tight.gap == 0.0
    assert loose.objective <= tight.objective <= loose.bound + SAME


@engine
def test_twice_the_same(engine: str) -> None:
    random = np.random.default_rng(5)
    program = knapsack(random.integers(1, 9, 25).tolist(), random.integers(1, 9, 25).tolist(), 50)
    one, two = (solve_milp(program, range(25), engine=engine) for _ in range(2))
    assert one.primal.tolist() == two.primal.tolist()


def test_a_cost_and_a_sense_of_the_query() -> None:
    program = knapsack([1, 1], [1, 1], 5)
    answer = solve_milp(program, [0, 1], Query(cost=[-1.0, 2.0], sense="min"))
    assert answer.primal.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"integers": [7]}, "integer columns"),
        ({"time_limit": 0.0}, "time limit"),
        ({"gap": 1.5}, "gap"),
        ({"start": [1.0]}, "start"),
        ({"engine": "glpk"}, "optlang:glpk"),
        ({"engine": "hihgs"}, "highs"),
        ({"query": Query(cost=[1.0])}, "cost has shape"),
        ({"query": Query(extras=(Extra([1.0]),))}, "extra row 0"),
    ],
)
def test_what_cannot_be_asked(change: dict[str, object], said: str) -> None:
    asked: dict[str, object] = {"integers": [0, 1], **change}
    with pytest.raises(InputError, match=said):
        solve_milp(knapsack([1, 1], [1, 1], 1), **asked)  # type: ignore[arg-type]
