"""Sessions: order does not matter, nothing is remembered, nothing leaks, and they guard their object."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.errors import InputError
from fluxmodel.lp import Extra, Outcome, Program, Query, Sparse, Stage, Want, open_session

#: Two ways to the same optimum of a small random program.
SAME = 1e-7


def random_program(seed: int, m: int = 6, n: int = 9) -> Program:
    """Sparse, integer-ish coefficients, mixed bounds; often feasible, sometimes not, sometimes unbounded."""
    rng = np.random.default_rng(seed)
    dense = rng.integers(-3, 4, (m, n)) * (rng.random((m, n)) < 0.4)
    kind = rng.integers(0, 4, n)
    lower = np.where(kind == 0, -np.inf, np.where(kind == 1, 0.0, -rng.integers(0, 8, n)))
    upper = np.where(kind <= 1, rng.integers(1, 20, n), np.where(kind == 2, np.inf, rng.integers(0, 9, n)))
    b = rng.integers(-4, 5, m).astype(float)
    row_kind = rng.integers(0, 3, m)
    return Program(
        [f"c{j}" for j in range(n)],
        [f"r{i}" for i in range(m)],
        Sparse.from_dense(dense),
        lower,
        upper,
        np.where(row_kind == 2, -np.inf, b),
        np.where(row_kind == 1, np.inf, b),
        [Stage("goal", rng.integers(-3, 4, n), "max" if seed % 2 else "min")],
    )


def random_query(seed: int, program: Program) -> Query:
    rng = np.random.default_rng(seed)
    parts: dict[str, object] = {}
    if rng.random() < 0.5:
        parts["col_upper"] = np.where(
            rng.random(program.n_columns) < 0.3, program.col_lower + 1, program.col_upper
        )
    if rng.random() < 0.3:
        parts["row_upper"] = program.row_upper + 1
    if rng.random() < 0.5:
        parts["cost"] = rng.integers(-2, 3, program.n_columns)
    if rng.random() < 0.5:
        parts["sense"] = "min"
    if rng.random() < 0.4:
        parts["extras"] = (Extra(rng.integers(-1, 2, program.n_columns), upper=float(rng.integers(-3, 9))),)
    return Query(**parts)


def value(answer):
    return answer.outcome, round(answer.objective, 6) + 0.0 if answer.optimal else None


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_engines_agree_on_random_programs(seed):
    p = random_program(seed)
    with open_session(p, "glpk") as a, open_session(p, "highs") as b:
        x, y = a.solve(), b.solve()
    assert x.outcome is y.outcome
    assert x.outcome in (Outcome.OPTIMAL, Outcome.INFEASIBLE, Outcome.UNBOUNDED)
    if x.optimal:
        assert x.objective == pytest.approx(y.objective, rel=SAME, abs=SAME)


@pytest.mark.parametrize("engine", ["glpk", "highs"])
@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_kkt_holds_on_random_programs(engine, seed):
    """Primal and dual feasibility with the signs promised, and strong duality."""
    p = random_program(seed)
    with open_session(p, engine) as session:
        answer = session.solve(Query(want=Want.PRIMAL | Want.DUALS))
    if not answer.optimal:
        return
    x, y, d = answer.primal, answer.row_duals, answer.reduced_costs
    activity = p.matrix.dot(x)
    sign = 1 if p.stages[0].sense == "max" else -1
    np.testing.assert_allclose(d, p.stages[0].cost - p.matrix.transpose().dot(y), atol=SAME)
    total = 0.0
    for at, low, high, dual in zip(
        [*x, *activity], [*p.col_lower, *p.row_lower], [*p.col_upper, *p.row_upper], [*d, *y], strict=True
    ):
        assert low - SAME <= at <= high + SAME
        if abs(dual) > SAME:
            active = high if sign * dual > 0 else low
            assert at == pytest.approx(active, abs=SAME)
            total += dual * active
    assert total == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("engine", ["glpk", "highs"])
@given(st.integers(0, 10_000), st.lists(st.integers(0, 30), min_size=2, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_session_answers_as_fresh_sessions_do(engine, seed, order):
    p = random_program(seed)
    with open_session(p, engine) as session:
        for k in order:
            query = random_query(k, p)
            with open_session(p, engine) as fresh:
                expected = fresh.solve(query)
            assert value(session.solve(query)) == value(expected)
            assert value(session.solve(query, start="base")) == value(expected)


def test_optlang_in_odd_order():
    p = random_program(3)
    with open_session(p, "optlang:glpk") as session:
        for k in (1, 2, 1, 9, 4, 4, 0, 2):
            query = random_query(k, p)
            with open_session(p, "glpk") as fresh:
                assert value(session.solve(query)) == value(fresh.solve(query))


def toy() -> Program:
    return Program(
        ["in", "out"], ["x"], Sparse.from_dense([[1, -1]]), [0, 0], [10, 100], [0], [0], [Stage("g", [0, 1])]
    )


def test_a_solve_after_infeasible_is_right(engine):
    with open_session(toy(), engine) as session:
        for _ in range(3):
            assert session.solve(Query(col_lower=[0, 11])).outcome is Outcome.INFEASIBLE
            assert session.solve().objective == pytest.approx(10)
            assert session.solve(Query(col_upper=[np.inf, np.inf])).outcome is Outcome.UNBOUNDED
            assert session.solve(Query(col_upper=[4, 9])).objective == pytest.approx(4)


def test_infeasible_first(engine):
    with open_session(toy(), engine) as session:
        assert session.solve(Query(col_lower=[0, 11])).outcome is Outcome.INFEASIBLE
        assert session.solve().objective == pytest.approx(10)


def test_a_query_is_absolute(engine):
    with open_session(toy(), engine) as session:
        session.solve(Query(col_upper=[3, 3], cost=[1, 0], sense="min", extras=(Extra([1, 0], lower=1),)))
        assert session.solve().objective == pytest.approx(10)


def test_sweep_leaves_no_cost_behind(engine):
    p = toy()
    with open_session(p, engine) as session:
        goals = Sparse.from_dense([[1, 0], [1, 1], [0, 0]])
        expected = [(0, 10), (0, 20), (0, 0)]
        for _ in range(2):
            ends = session.sweep(Query(), goals)
            np.testing.assert_allclose([(e[1], e[3]) for e in ends], expected, atol=SAME)
            assert session.solve().objective == pytest.approx(10)
            assert session.solve(Query(cost=[0, 0])).objective == 0
        failed = session.sweep(Query(col_lower=[0, 11]), goals)
        assert {e[0] for e in failed} == {Outcome.INFEASIBLE}
        crossed = session.sweep(Query(col_lower=[11, 0]), goals)
        assert {e[2] for e in crossed} == {Outcome.INFEASIBLE}
        assert session.solve().objective == pytest.approx(10)


def test_sweep_goes_on_after_an_unbounded_end(engine):
    p = toy().replace(col_upper=[np.inf, np.inf])
    with open_session(p, engine) as session:
        ends = session.sweep(Query(), Sparse.from_dense([[1, 0], [1, -1], [0, 1]]))
    assert [(e[0], e[2]) for e in ends] == [
        (Outcome.OPTIMAL, Outcome.UNBOUNDED),
        (Outcome.OPTIMAL, Outcome.OPTIMAL),
        (Outcome.OPTIMAL, Outcome.UNBOUNDED),
    ]


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_a_neighbouring_solve_is_warm(engine):
    p = random_program(8, 30, 60).replace(row_lower=np.zeros(30), row_upper=np.zeros(30))
    p = p.replace(col_lower=np.maximum(p.col_lower, -9), col_upper=np.minimum(p.col_upper, 9))
    with open_session(p, engine) as session:
        cold = session.solve()
        assert cold.iterations > 3
        assert session.solve().iterations == 0
        assert session.solve(start="base").iterations == 0
        assert session.solve(start="cold").objective == pytest.approx(cold.objective)


def test_from_the_base_basis_results_are_identical(engine):
    p = random_program(8, 30, 60).replace(row_lower=np.zeros(30), row_upper=np.zeros(30))
    p = p.replace(col_lower=np.maximum(p.col_lower, -9), col_upper=np.minimum(p.col_upper, 9))
    queries = [Query(col_upper=np.minimum(p.col_upper, k), want=Want.PRIMAL) for k in (8, 3, 5, 1)]
    seen: dict[int, bytes] = {}
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        with open_session(p, engine) as session:
            session.solve()
            for k in order:
                primal = session.solve(queries[k], start="base").primal.tobytes()
                assert seen.setdefault(k, primal) == primal


def test_wrong_shapes_and_too_many_extras_are_refused(engine):
    with open_session(toy(), engine, spare=1) as session:
        for query in (
            Query(col_lower=[0]),
            Query(row_upper=[0, 0]),
            Query(cost=[1]),
            Query(extras=(Extra([1]),)),
        ):
            with pytest.raises(InputError, match="FM101"):
                session.solve(query)
        with pytest.raises(InputError, match="FM114"):
            session.solve(Query(extras=(Extra([1, 0]), Extra([0, 1]))))
        assert session.solve().objective == pytest.approx(10)


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_a_closed_session_says_so(engine):
    session = open_session(toy(), engine)
    session.solve()
    session.close()
    session.close()
    with pytest.raises(InputError, match="FM112"):
        session.solve()


def test_many_sessions(engine):
    for k in range(60):
        with open_session(toy(), engine) as session:
            assert session.solve(Query(col_upper=[k, 100])).objective == pytest.approx(k)


def test_a_session_is_not_pickled():
    with open_session(toy()) as session, pytest.raises(TypeError, match="Program"):
        pickle.dumps(session)
    assert pickle.loads(pickle.dumps(toy())) == toy()


def test_a_glpk_session_stays_in_its_thread():
    caught: list[BaseException] = []

    def use():
        try:
            session.solve()
        except InputError as error:
            caught.append(error)

    with open_session(toy()) as session:
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    assert "FM112" in str(caught[0])


def test_engines_never_write_to_the_terminal(engine, capfd):
    with open_session(random_program(5), engine) as session:
        session.solve()
        session.solve(start="cold")
        session.solve(Query(col_lower=np.full(9, 5.0), col_upper=np.full(9, 6.0)))
    assert capfd.readouterr() == ("", "")


def test_import_is_light():
    code = (
        "import sys, fluxmodel.lp\n"
        "heavy = {'cobra', 'pandas', 'scipy', 'matplotlib', 'swiglpk', 'highspy', 'optlang'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("method", ["set_columns", "set_rows", "set_cost", "set_sense", "set_extra"])
def test_an_interrupt_while_sending_leaves_nothing_wrong(engine, method, monkeypatch):
    """Ctrl-C between two calls into the engine: the next query must not trust what was recorded."""
    query = Query(
        col_lower=[1, 1],
        col_upper=[6, 6],
        row_lower=[-1],
        cost=[1, 2],
        sense="min",
        extras=(Extra([1, 1], lower=3),),
    )
    with open_session(toy(), engine) as session:
        session.solve()
        inner = session._engine
        real = getattr(inner, method)

        def interrupted(*arguments):
            real(*arguments)
            raise KeyboardInterrupt

        monkeypatch.setattr(inner, method, interrupted)
        with pytest.raises(KeyboardInterrupt):
            session.solve(query)
        monkeypatch.undo()
        assert session.solve().objective == pytest.approx(10)
        assert session.solve(query).objective == pytest.approx(4.5)


def test_an_interrupt_in_a_sweep_leaves_nothing_wrong(engine, monkeypatch):
    with open_session(toy(), engine) as session:
        session.solve()
        inner, calls = session._engine, []
        real = inner.run

        def interrupted(*arguments):
            calls.append(arguments)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return real(*arguments)

        monkeypatch.setattr(inner, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            session.sweep(Query(), Sparse.identity(2))
        monkeypatch.undo()
        assert session.solve(Query(cost=[0, 0])).objective == 0
        assert session.solve().objective == pytest.approx(10)


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_a_warm_start_that_goes_in_circles_is_solved_cold(engine):
    p = random_program(8, 30, 60).replace(row_lower=np.zeros(30), row_upper=np.zeros(30))
    p = p.replace(col_lower=np.maximum(p.col_lower, -9), col_upper=np.minimum(p.col_upper, 9))
    with open_session(p, engine) as one, open_session(p, engine) as two:
        two._warm_limit = 1  # as if more than one iteration were a circle
        a, b = one.sweep(Query(), Sparse.identity(60)), two.sweep(Query(), Sparse.identity(60))
        assert {end[0] for end in b} == {Outcome.OPTIMAL}
        np.testing.assert_allclose([(e[1], e[3]) for e in a], [(e[1], e[3]) for e in b], atol=SAME)
        two._cold_limit = 1  # and if the cold start does not help either, it is said
        assert two.solve(Query(cost=np.arange(60)), start="cold").outcome is Outcome.NUMERIC


@pytest.mark.parametrize("limits", [{"iteration_limit": 0}, {"time_limit": 0.0}, {"time_limit": -1.0}])
def test_bad_limits_are_refused(limits):
    with pytest.raises(InputError, match="FM116"):
        open_session(toy(), **limits)


def test_a_time_limit_that_is_not_reached_changes_nothing(engine):
    with open_session(toy(), engine, time_limit=60.0) as session:
        assert session.solve().objective == pytest.approx(10)
