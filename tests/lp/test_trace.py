"""A traced optimum is the function itself, whatever its pieces, and says how few programs it took."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.lp import Program, Query, Sparse, Stage, Want, open_session
from fluxmodel.lp.trace import trace

LINES = st.lists(
    st.tuples(st.floats(-5, 5), st.floats(-3, 3)).map(lambda t: (round(t[0], 3), round(t[1], 3))),
    min_size=1, max_size=9,
)  # fmt: skip


def lowest(lines):
    def ask(x):
        value, slope = min((a + b * x, b) for a, b in lines)
        return value, slope, (value, slope)

    return ask


@given(LINES)
def test_lowest_of_lines(lines):
    found = trace(lowest(lines), -2.0, 3.0)
    x = np.linspace(-2, 3, 200)
    assert found(x) == pytest.approx(np.min([a + b * x for a, b in lines], axis=0), abs=1e-6)
    assert np.all(np.diff(found.breaks) >= 0)
    assert np.all(np.diff(found.slopes) < 0)
    assert found.asked <= 2 * len({b for _, b in lines}) + 1
    assert np.isnan(found([-2.1, 3.1])).all()


def test_only_a_part_is_feasible():
    found = trace(lambda x: (x, 1.0, None) if 0.25 <= x <= 0.3 else None, 0.0, 1.0)
    assert (found.breaks[0], found.breaks[-1]) == (
        pytest.approx(0.25, abs=1e-12),
        pytest.approx(0.3, abs=1e-12),
    )
    found = trace(lambda x: (1.0, 0.0, None) if x >= 0.7 else None, 0.0, 1.0)
    assert found.breaks.tolist() == [pytest.approx(0.7, abs=1e-12), 1.0]


def test_nothing_is_feasible():
    found = trace(lambda _: None, 0.0, 1.0)
    assert not found.breaks.size
    assert np.isnan(found([0.5])).all()
    assert found.piece(0.5) is None


def test_what_holds_on_a_piece():
    found = trace(lowest([(0, 1), (1, 0)]), 0.0, 2.0)
    assert [found.piece(x).slope for x in (0.0, 0.5, 1.0, 1.5, 2.0)] == [1, 1, 1, 0, 0]


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_a_linear_program_against_200_solutions(engine):
    """Growth on two nutrients, one of them limited by the parameter; the slope is a reduced cost."""
    m = Sparse.from_dense([[1, 0, -1, -2, 0], [0, 1, -1, 0, -3]])
    p = Program(("A", "B", "r1", "r2", "r3"), ("a", "b"), m, [0] * 5, [10, 6, 4, 3, 9], [0, 0], [0, 0],
                [Stage("growth", [0, 0, 2, 1.5, 1])])  # fmt: skip

    with open_session(p, engine) as session:

        def ask(x):
            upper = p.col_upper.copy()
            upper[0] = x
            answer = session.solve(Query(col_upper=upper, want=Want.DUALS))
            return (answer.objective, float(answer.reduced_costs[0]), None) if answer.optimal else None

        found = trace(ask, 0.0, 20.0)
        x = np.linspace(0, 20, 200)
        assert found(x) == pytest.approx([ask(v)[0] for v in x], rel=1e-9, abs=1e-9)
    assert found.breaks.tolist() == pytest.approx([0, 4, 10, 20])
    assert found.asked < 12
