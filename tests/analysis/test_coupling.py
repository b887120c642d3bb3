"""What follows from mass balance is not solved for, and is the same number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.analysis.coupling import compress, ties
from fluxmodel.analysis.solve import Analyst
from fluxmodel.lp import Program, Query, Sparse, flux_ranges, open_session
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
    small, place = compress(program, Query(), tied)
    with open_session(program) as session:
        plain = flux_ranges(session)
    with open_session(small) as session:
        less = flux_ranges(session)
    for leader, k in place.items():
        assert less.minimum[k] == pytest.approx(plain.minimum[leader], abs=1e-7)
        assert less.maximum[k] == pytest.approx(plain.maximum[leader], abs=1e-7)
