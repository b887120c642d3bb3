"""The adaptor through which the network's checks ask for linear programs."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.lp_solver import CheckSolver


@pytest.fixture(scope="module")
def solver(model):
    return CheckSolver(model)


def test_maximise(solver):
    closed = {"EX_glc__D_e": (-1.0, 0.0), "EX_gln__L_e": (0.0, 0.0), "EX_lac__L_e": (0.0, 1000.0)}
    assert solver.maximise({"ATPM": 1.0}, closed) == pytest.approx(26)  # 2 + 2 * 12
    assert solver.maximise({"ATPM": 1.0}, {**closed, "EX_o2_e": (0.0, 0.0)}) == pytest.approx(2)


def test_none_if_nothing_satisfies_the_bounds(solver):
    impossible = {"ATPM": (5.0, 5.0), "GLYC": (0.0, 0.0), "OXP": (0.0, 0.0), "BYPASS": (0.0, 0.0)}
    assert solver.maximise({"ATPM": 1.0}, impossible) is None
    assert solver.ranges(["ATPM"], impossible) is None


def test_ranges(solver):
    bounds = {"EX_glc__D_e": (-1.0, -1.0), "EX_lac__L_e": (0.0, 1000.0), "EX_gln__L_e": (0.0, 0.0)}
    assert solver.ranges(["LDH_L", "GLYC"], bounds) == {
        "LDH_L": pytest.approx((0.0, 2.0)), "GLYC": pytest.approx((1.0, 1.0)),
    }  # fmt: skip
