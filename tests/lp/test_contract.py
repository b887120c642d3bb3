"""What every engine must do alike: outcomes, values, and the sign of every dual value, solved by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.errors import InputError, NoOptimum
from fluxmodel.lp import Extra, Outcome, Program, Query, Sparse, Stage, Want, open_session

#: Toy programs have numbers of size 1-100: an engine that is off by more than this is wrong.
EXACT = 1e-8
#: Step of the finite differences that check dual values, and what is lost by them.
STEP, DIFFERENCE = 1e-3, 1e-5

INF = np.inf
ALL = Want.PRIMAL | Want.NETS | Want.DUALS


def program(matrix, col, row, cost=None, sense="max"):
    m = np.asarray(matrix, dtype=float)
    stages = [] if cost is None else [Stage("goal", cost, sense)]
    return Program(
        [f"c{j}" for j in range(m.shape[1])],
        [f"r{i}" for i in range(m.shape[0])],
        Sparse.from_dense(m) if m.size else Sparse.from_triplets([], [], [], m.shape),
        [c[0] for c in col],
        [c[1] for c in col],
        [r[0] for r in row],
        [r[1] for r in row],
        stages,
    )


# max 3x + 2y; x + y <= 4 (binding, price 2); x + 3y <= 7 (slack); x <= 3 (binding, price 1)
WYNDOR = program([[1, 1], [1, 3]], [(0, 3), (0, INF)], [(-INF, 4), (-INF, 7)], [3, 2])

# (program, optimum, primal, row duals, reduced costs)
BY_HAND = {
    "max, upper rows": (WYNDOR, 11, [3, 1], [2, 0], [1, 0]),
    # the same as a minimisation of the negative: every derivative changes sign
    "min, upper rows": (WYNDOR.replace(stages=[Stage("g", [-3, -2], "min")]), -11, [3, 1], [-2, 0], [-1, 0]),
    # min 2x + 3y; x + y >= 4; x <= 3: the row costs 3 per unit, more room for x saves 1
    "min, lower row": (
        program([[1, 1]], [(0, 3), (0, INF)], [(4, INF)], [2, 3], "min"),
        9,
        [3, 1],
        [3],
        [-1, 0],
    ),
    "max, lower row": (
        program([[1, 1]], [(0, 3), (0, INF)], [(4, INF)], [-2, -3]),
        -9,
        [3, 1],
        [-3],
        [1, 0],
    ),
    # a pathway: uptake <= 10, everything becomes product; one more unit taken up is one more made
    "max, equality": (
        program([[1, -1]], [(0, 10), (0, 1000)], [(0, 0)], [0, 1]),
        10,
        [10, 10],
        [-1],
        [1, 0],
    ),
    "min, equality": (
        program([[1, 1]], [(0, INF), (0, INF)], [(5, 5)], [1, 4], "min"),
        5,
        [5, 0],
        [1],
        [0, 3],
    ),
    "max, range at its upper end": (program([[2]], [(0, INF)], [(1, 6)], [1]), 3, [3], [0.5], [0]),
    "min, range at its lower end": (program([[2]], [(0, INF)], [(1, 6)], [1], "min"), 0.5, [0.5], [0.5], [0]),
    "max, negative lower bound binds": (
        program([[1, 1]], [(-2, 9), (0, 9)], [(-INF, 5)], [-1, 1]),
        9,
        [-2, 7],
        [1],
        [-2, 0],
    ),
    "fixed column": (program([[1, 1]], [(2, 2), (0, 9)], [(-INF, 5)], [0, 1]), 3, [2, 3], [1], [-1, 0]),
    "no rows": (program(np.zeros((0, 2)), [(0, 3), (-1, 4)], [], [1, -2]), 5, [3, -1], [], [1, -2]),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_by_hand(engine, case):
    p, optimum, primal, row_duals, reduced = BY_HAND[case]
    with open_session(p, engine) as session:
        answer = session.solve(Query(want=ALL))
        assert answer.outcome is Outcome.OPTIMAL
        assert answer.objective == pytest.approx(optimum, abs=EXACT)
        np.testing.assert_allclose(answer.primal, primal, atol=EXACT)
        np.testing.assert_allclose(answer.nets, primal, atol=EXACT)
        np.testing.assert_allclose(answer.row_duals, row_duals, atol=EXACT)
        np.testing.assert_allclose(answer.reduced_costs, reduced, atol=EXACT)
        assert answer.extra_duals.size == 0
        assert answer.engine == engine
        assert answer.version


@pytest.mark.parametrize("case", BY_HAND)
def test_duals_are_derivatives_of_the_optimum(engine, case):
    """Move each bound a little: the optimum moves by the dual value if that bound is active, else not."""
    p, optimum, _, row_duals, reduced = BY_HAND[case]
    with open_session(p, engine) as session:
        for kind, duals in (("row", row_duals), ("col", reduced)):
            lower, upper = getattr(p, f"{kind}_lower"), getattr(p, f"{kind}_upper")
            for k, dual in enumerate(duals):
                both = lower[k] == upper[k]
                moved = 0.0
                for side, bound in (("lower", lower), ("upper", upper)):
                    new = bound.copy()
                    new[k] += STEP
                    query = {f"{kind}_{side}": new}
                    if both:  # an equality moves as a whole
                        other = upper.copy()
                        other[k] += STEP
                        query = {f"{kind}_lower": new, f"{kind}_upper": other}
                    moved += session.solve(Query(**query)).objective - optimum
                    if both:
                        break
                assert moved / STEP == pytest.approx(dual, abs=DIFFERENCE)


def test_extra_rows_have_duals_too(engine):
    with open_session(WYNDOR, engine) as session:
        # x <= 2 as an extra row takes over the price of x <= 3
        answer = session.solve(Query(extras=(Extra([1, 0], upper=2),), want=ALL))
        np.testing.assert_allclose(answer.primal, [2, 5 / 3], atol=EXACT)
        assert answer.objective == pytest.approx(6 + 10 / 3, abs=EXACT)
        np.testing.assert_allclose(answer.row_duals, [0, 2 / 3], atol=EXACT)
        np.testing.assert_allclose(answer.extra_duals, [7 / 3], atol=EXACT)
        # and its coefficients can be replaced: now it says x + y >= 5, which cannot be
        assert session.solve(Query(extras=(Extra([1, 1], lower=5),))).outcome is Outcome.INFEASIBLE
        assert session.solve(Query(extras=(Extra([0, 1], lower=1.5),))).objective == pytest.approx(
            10.5, abs=EXACT
        )
        assert session.solve().objective == pytest.approx(11, abs=EXACT)


def test_degenerate_duals_still_add_up(engine):
    """Three rows through one vertex: duals are not unique, strong duality and their signs are."""
    p = program([[1, 1], [1, 0], [2, 1]], [(0, INF), (0, INF)], [(-INF, 2), (-INF, 1), (-INF, 3)], [1, 1])
    with open_session(p, engine) as session:
        answer = session.solve(Query(want=ALL))
    assert answer.objective == pytest.approx(2, abs=EXACT)
    assert answer.row_duals @ [2, 1, 3] == pytest.approx(2, abs=EXACT)
    assert np.all(answer.row_duals >= -EXACT)
    np.testing.assert_allclose(
        answer.reduced_costs, [1, 1] - p.matrix.transpose().dot(answer.row_duals), atol=EXACT
    )


INFEASIBLE = {
    "rows": program([[1], [1]], [(0, INF)], [(5, INF), (-INF, 4)], [1]),
    "crossed column": program([[1]], [(5, 4)], [(-INF, 9)], [1]),
    "crossed row": program([[1]], [(0, 9)], [(5, 4)], [1]),
    "lower bound of plus infinity": program([[1]], [(INF, INF)], [(-INF, INF)], [1]),
    "row that is empty": program([[0]], [(0, 1)], [(1, 1)], [1]),
    "no columns": program(np.zeros((1, 0)), [], [(1, 1)], []),
    # unbounded if it were feasible
    "and dual infeasible": program([[1, 1], [1, 1]], [(0, INF), (0, INF)], [(5, INF), (-INF, 4)], [1, -1]),
    "and a free column": program([[1, 0], [1, 0]], [(0, INF), (-INF, INF)], [(5, INF), (-INF, 4)], [0, 1]),
}
UNBOUNDED = {
    "one column": program([[0]], [(0, INF)], [(0, 0)], [1]),
    "a ray": program([[1, -1]], [(0, INF), (0, INF)], [(0, 0)], [1, 0]),
    "downwards": program([[1, -1]], [(-INF, INF), (-INF, INF)], [(0, 0)], [1, 0], "min"),
    "no rows": program(np.zeros((0, 1)), [(0, INF)], [], [1]),
    # not feasible at the start
    "after phase one": program([[1, -1], [1, 1]], [(0, INF), (0, INF)], [(1, 1), (5, INF)], [1, 1]),
}


@pytest.mark.parametrize("case", INFEASIBLE)
def test_infeasible(engine, case):
    with open_session(INFEASIBLE[case], engine) as session:
        for start in ("last", "cold", "base"):
            answer = session.solve(Query(want=ALL), start=start)
            assert answer.outcome is Outcome.INFEASIBLE
        with pytest.raises(NoOptimum, match="infeasible"):
            _ = answer.objective
        with pytest.raises(NoOptimum, match="infeasible"):
            _ = answer.nets


@pytest.mark.parametrize("case", UNBOUNDED)
def test_unbounded(engine, case):
    with open_session(UNBOUNDED[case], engine) as session:
        answer = session.solve(Query(want=ALL))
        assert answer.outcome is Outcome.UNBOUNDED
        with pytest.raises(NoOptimum, match="unbounded"):
            _ = answer.primal


@pytest.mark.parametrize(("m", "n"), [(0, 0), (2, 0), (0, 2)])
def test_empty_programs(engine, m, n):
    p = program(np.zeros((m, n)), [(0, 1)] * n, [(-1, 1)] * m, [1] * n)
    with open_session(p, engine) as session:
        answer = session.solve(Query(want=ALL))
        assert answer.objective == pytest.approx(n, abs=EXACT)
        assert answer.primal.shape == answer.reduced_costs.shape == (n,)
        assert answer.row_duals.shape == (m,)


def test_no_stage_means_no_cost(engine):
    p = program([[1, 1]], [(0, 3), (0, 3)], [(4, 4)])
    with open_session(p, engine) as session:
        assert session.solve().objective == 0.0


def test_rounding_in_bounds_is_not_a_contradiction(engine):
    p = program([[1]], [(0.1 + 0.2, 0.3)], [(-INF, 9)], [1])
    with open_session(p, engine) as session:
        assert session.solve().objective == pytest.approx(0.3, abs=EXACT)


def test_infinite_bounds_come_and_go(engine):
    p = program([[1, -1]], [(0, 10), (0, 20)], [(0, 0)], [0, 1])
    with open_session(p, engine) as session:
        assert session.solve(Query(col_upper=[INF, INF])).outcome is Outcome.UNBOUNDED
        assert session.solve(Query(col_upper=[INF, 20])).objective == pytest.approx(20, abs=EXACT)
        free = Query(col_lower=[-INF, -INF], sense="min")
        assert session.solve(free).outcome is Outcome.UNBOUNDED
        assert session.solve(Query(row_lower=[-INF], row_upper=[INF])).objective == pytest.approx(
            20, abs=EXACT
        )
        assert session.solve().objective == pytest.approx(10, abs=EXACT)


def test_what_was_not_wanted_was_not_read(engine):
    with open_session(WYNDOR, engine) as session:
        answer = session.solve()
        assert answer.objective == pytest.approx(11, abs=EXACT)
        for name in ("primal", "nets", "row_duals", "extra_duals", "reduced_costs"):
            with pytest.raises(InputError, match="FM113"):
                getattr(answer, name)


def test_answers_are_read_only(engine):
    with open_session(WYNDOR, engine) as session:
        answer = session.solve(Query(want=ALL))
    for name in ("primal", "nets", "row_duals", "reduced_costs"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(answer, name)[0] = 1.0


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_iteration_limit(engine):
    rng = np.random.default_rng(1)
    a = rng.uniform(0.1, 1, (20, 30))
    p = program(a, [(0, INF)] * 30, [(-INF, 1)] * 20, rng.uniform(0.5, 1, 30))
    with open_session(p, engine, iteration_limit=1) as session:
        answer = session.solve()
        assert answer.outcome is Outcome.LIMIT
        assert answer.detail
    with open_session(p, engine) as session:
        assert session.solve().outcome is Outcome.OPTIMAL


def test_optlang_says_that_it_has_no_iteration_limit():
    with pytest.raises(InputError, match="FM116"):
        open_session(WYNDOR, "optlang:glpk", iteration_limit=3)


@pytest.mark.parametrize("name", ["", "gurobi", "GLPK", "optlang", "glpk:fast", "optlang:"])
def test_unknown_engines_are_refused(name):
    with pytest.raises(InputError, match="FM111"):
        open_session(WYNDOR, name)


def test_a_missing_engine_is_an_error_that_names_its_package(monkeypatch):
    import sys

    for module in ("highspy", "swiglpk"):
        monkeypatch.setitem(sys.modules, module, None)
    for engine, package in (("glpk", "swiglpk"), ("highs", "highspy"), ("optlang:nosuch", "nosuch")):
        with pytest.raises(InputError, match=f"FM110.*{package}"):
            open_session(WYNDOR, engine)


def test_an_interface_without_duals_is_refused():
    with pytest.raises(InputError, match=r"FM118: optlang:scipy cannot give duals.*implemented") as caught:
        open_session(WYNDOR, engine="optlang:scipy")
    assert caught.value.exit_code == 2
    assert "optlang:glpk" in caught.value.problems[0].cure


@pytest.mark.parametrize(
    ("engine", "cure"),
    [("GLPK", "did you mean glpk?"), (None, "known: glpk"), (3, "known: glpk"), ("optlang", "optlang:NAME")],
)
def test_an_engine_that_is_none_is_named(engine, cure):
    with pytest.raises(InputError, match="FM111") as caught:
        open_session(WYNDOR, engine=engine)
    assert repr(engine) in caught.value.problems[0].what
    assert cure in caught.value.problems[0].cure
