"""An end that a bound forbids to pass and a vertex reaches is known without a linear program."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.lp import Program, Query, Sparse, open_session
from fluxmodel.lp.witness import Witnesses

PROGRAM = Program(("in", "a", "b"), ("x",), Sparse.from_dense([[1, -1, -1]]), [0, 0, 1], [10, 8, 8], [0], [0])
GOALS = Sparse.from_dense([[1.0, 0, 0], [0, 1, 0], [0, -1, 0], [0, 1, -1], [0, 0, 0]])


@pytest.mark.parametrize("engine", ["glpk", "highs"])
def test_intervals_by_hand(engine):
    with open_session(PROGRAM, engine) as session:
        ends, points = session.sweep_points(Query(), GOALS, [1, 2])
    found = [(low, high) for _, low, _, high in ends]
    assert np.array(found) == pytest.approx(np.array([[1, 10], [0, 8], [-8, 0], [-8, 7], [0, 0]]))
    at = np.array(points)
    assert at[0].sum(axis=1) == pytest.approx([1, 10])  # the watched columns belong to the ends
    assert at[1, :, 0] == pytest.approx([0, 8])
    assert at[2, :, 0] == pytest.approx([8, 0])
    assert (at[3, :, 0] - at[3, :, 1]) == pytest.approx([-8, 7])


def test_fewer_programs_are_solved_than_ends_are_asked_for(monkeypatch):
    with open_session(PROGRAM) as session:
        runs = []
        run = session._engine.run
        monkeypatch.setattr(session._engine, "run", lambda *a: runs.append(a) or run(*a))
        session.sweep(Query(), GOALS)
    assert len(runs) <= 7  # of 10 ends, and one for a first vertex


def test_a_bound_is_no_end_before_it_is_reached():
    w = Witnesses(Sparse.from_dense([[1.0, -1.0]]), np.zeros(2), np.array([3.0, np.inf]), [1])
    assert w.columns == [0, 1]
    assert w.show(np.array([3.0, 1e-3])).tolist() == [1e-3]
    assert w.end(0, 1) is None
    w.show(np.array([3.0, 0.0]))
    value, point = w.end(0, 1)
    assert (value, point.tolist()) == (3.0, [0.0])
    assert w.end(0, 0) is None  # no bound, no proof
