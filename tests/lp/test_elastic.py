"""Conflicts: cheapest relaxation and irreducible core."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.errors import InputError
from fluxmodel.lp import (
    BoundRef,
    Extra,
    Group,
    Outcome,
    Program,
    Query,
    Sparse,
    Stage,
    find_conflict,
    open_session,
)
from tests.lp.test_session import random_program

EXACT = 1e-6


def chain(**changes: object) -> Program:
    """in -> mid -> out, with a side branch that has nothing to do with it."""
    return Program(
        ["in", "mid", "out", "side"],
        ["x", "y"],
        Sparse.from_dense([[1, -1, 0, 0], [0, 1, -1, 0]]),
        [0, 0, 7, 1],
        [5, 6, 9, 2],
        [0, 0],
        [0, 0],
        [Stage("g", [0, 0, 1, 0])],
    ).replace(**changes)


def col(j, side):
    return BoundRef("col", j, side)


GROUPS = (
    Group("side", (col(3, "lower"), col(3, "upper"))),
    Group("uptake", (col(0, "upper"),)),
    Group("enzyme", (col(1, "upper"),)),
    Group("demand", (col(2, "lower"),), weight=10),
)


def test_amounts_and_core(engine):
    conflict = find_conflict(chain(), GROUPS, engine=engine)
    assert conflict.outcome is Outcome.INFEASIBLE
    assert conflict.resolvable
    # the demand is dear, so uptake gives 2 and the enzyme 1 (together 3 < 10)
    assert conflict.amounts == pytest.approx({"uptake": 2, "enzyme": 1}, abs=EXACT)
    # irreducible: the demand with one of the two, not with both
    assert conflict.core in (("uptake", "demand"), ("enzyme", "demand"))
    assert conflict.core == find_conflict(chain(), GROUPS, engine=engine).core


def test_weights_decide_who_gives_way(engine):
    groups = [Group("uptake", (col(0, "upper"),), 9), Group("demand", (col(2, "lower"),))]
    conflict = find_conflict(chain(col_upper=[5, 9, 9, 2]), groups, engine=engine)
    assert conflict.amounts == pytest.approx({"demand": 2}, abs=EXACT)
    assert conflict.core == ("uptake", "demand")


def test_no_conflict(engine):
    conflict = find_conflict(chain(col_lower=[0, 0, 3, 1]), GROUPS, engine=engine)
    assert (conflict.outcome, conflict.amounts, conflict.core) == (Outcome.OPTIMAL, {}, ())


def test_a_conflict_outside_the_groups(engine):
    conflict = find_conflict(chain(), GROUPS[:1], engine=engine)
    assert conflict.outcome is Outcome.INFEASIBLE
    assert not conflict.resolvable
    assert conflict.core == ()


def test_crossed_bounds_of_one_column(engine):
    groups = [Group("low", (col(3, "lower"),)), Group("high", (col(3, "upper"),)), *GROUPS[1:]]
    p = chain(col_lower=[0, 0, 0, 5])
    conflict = find_conflict(p, groups, engine=engine)
    assert conflict.core == ("low", "high")
    assert sum(conflict.amounts.values()) == pytest.approx(3, abs=EXACT)


def test_rows_and_extra_rows_can_conflict(engine):
    query = Query(col_lower=[0, 0, 0, 1], extras=(Extra([1, 0, 0, 0], lower=4), Extra([0, 0, 1, 0], upper=3)))
    groups = [
        Group("at least", (BoundRef("extra", 0, "lower"),)),
        Group("at most", (BoundRef("extra", 1, "upper"),)),
        Group("balance", (BoundRef("row", 0, "lower"), BoundRef("row", 0, "upper")), 5),
    ]
    conflict = find_conflict(chain(), groups, query, engine=engine)
    assert conflict.core == ("at least", "at most", "balance")
    assert sum(conflict.amounts.values()) == pytest.approx(1, abs=EXACT)


@pytest.mark.parametrize(
    "groups",
    [
        [Group("a", (col(0, "upper"),)), Group("a", (col(1, "upper"),))],
        [Group("a", (col(0, "upper"),)), Group("b", (col(0, "upper"),))],
        [Group("a", (col(9, "upper"),))],
        [Group("a", (BoundRef("plane", 0, "upper"),))],
        [Group("a", (col(0, "middle"),))],
        [Group("a", (col(0, "upper"),), weight=0)],
    ],
)
def test_malformed_groups_are_refused(groups):
    with pytest.raises(InputError, match="FM117"):
        find_conflict(chain(), groups)


def contradictory(seed):
    """The first random program from a seed on that has no feasible point: about one in five has none."""
    for k in range(seed, seed + 1000):
        p = random_program(k)
        with open_session(p) as session:
            if session.solve(Query(cost=np.zeros(p.n_columns))).outcome is Outcome.INFEASIBLE:
                return p
    raise AssertionError("every random program has a feasible point")


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_core_is_infeasible_and_irreducible(seed):
    p = contradictory(seed)
    groups = []
    for kind, size in (("col", p.n_columns), ("row", p.n_rows)):
        groups += [
            Group(f"{kind}{k}", (BoundRef(kind, k, "lower"), BoundRef(kind, k, "upper"))) for k in range(size)
        ]
    conflict = find_conflict(p, groups)
    assert conflict.resolvable
    assert conflict.amounts

    def feasible_with(names):
        bounds = {
            "col_lower": np.full(p.n_columns, -np.inf),
            "col_upper": np.full(p.n_columns, np.inf),
            "row_lower": np.full(p.n_rows, -np.inf),
            "row_upper": np.full(p.n_rows, np.inf),
        }
        for group in groups:
            if group.name in names:
                for ref in group.bounds:
                    name = f"{ref.kind}_{ref.side}"
                    bounds[name][ref.index] = getattr(p, name)[ref.index]
        with open_session(p) as session:
            return session.solve(Query(cost=np.zeros(p.n_columns), **bounds)).optimal

    assert not feasible_with(conflict.core)
    for name in conflict.core:
        assert feasible_with(set(conflict.core) - {name})
