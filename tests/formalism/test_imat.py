"""iMAT: what agrees with expression, against every pattern of the toy, and what all best ones share."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.formalism import build
from fluxmodel.formalism.agreement import HIGH, LOW, agreement
from fluxmodel.formalism.imat import EPS, classes
from fluxmodel.lp import Extra, Query, open_session

#: pmol/mg: LDH_L is above the 75th percentile, OXP below the 25th.
ABUNDANCE = {"GLYC": 100.0, "LDH_L": 200.0, "LACt": 100.0, "GLCt": 100.0, "OXP": 10.0}


@pytest.fixture(scope="module")
def cell(plenty):
    return replace(plenty, abundance=ABUNDANCE)


def every_pattern(problem, parts):
    """The best agreement, and what each reaction does in the patterns that reach it: one program each."""
    program = problem.program
    high = program.col_upper.copy()
    high[list(problem.slack_of.values())] = 0.0
    best, states = -1, []
    with open_session(program, spare=len(parts)) as session:
        for pattern in product(*((1, -1, None) if level == HIGH else (0, None) for _, level in parts)):
            rows = []
            for (own, _), state in zip(parts, pattern, strict=True):
                if state is None:
                    continue
                row = np.zeros(program.n_columns)
                for column, sign in own:
                    row[column] = sign
                ends = {1: (EPS, np.inf), -1: (-np.inf, -EPS), 0: (0.0, 0.0)}[state]
                rows.append(Extra(row, *ends))
            asked = Query(col_upper=high, extras=tuple(rows), cost=np.zeros(program.n_columns))
            score = sum(s is not None for s in pattern)
            if score < best or not session.solve(asked).optimal:
                continue
            states = states if score == best else []
            best = score
            states.append(pattern)
    shared = tuple(s[0] if len(set(s)) == 1 else None for s in zip(*states, strict=True))
    return best, shared


@pytest.mark.parametrize("seed", range(12))
def test_against_every_pattern(cell, seed):
    problem = build(replace(cell, abundance={}), "imat")
    random = np.random.default_rng(seed)
    able = [r for r in problem.reactions if not r.startswith("EX_")]
    names = random.choice(able, 6, replace=False).tolist()
    levels = random.choice([HIGH, LOW], 6).tolist()
    parts = tuple((problem.columns_of[r], int(k)) for r, k in zip(names, levels, strict=True))
    slacks = tuple(problem.slack_of.values())
    found = agreement(problem.program, parts, slacks, EPS, 60.0)
    best, shared = every_pattern(problem, parts)
    assert found.agreeing == best
    assert found.shared == shared
    assert (found.gap, found.unsettled, found.problem) == (0.0, 0, "")


def test_the_state_by_hand(cell, solved):
    """Respiration is off and lactate is made, so that growth has the ATP of glycolysis alone."""
    assert classes(cell) == {"LDH_L": HIGH, "OXP": LOW}
    problem = build(cell, "imat")
    assert (problem.bounds["OXP"].lower, problem.bounds["OXP"].upper) == (0, 0)
    assert problem.bounds["LDH_L"].lower == EPS
    assert problem.bounds["LDH_L"].lower_origin.kind == "expression"
    assert problem.bounds["LDH_L"].upper_origin.kind == "table"
    assert any("2 of 2" in note for note in problem.resolved.notes)
    state, plain = solved(cell, "imat"), solved(cell, "fba")
    assert state.values["OXP"] == 0
    assert state.values["LDH_L"] >= EPS
    assert state.optimum < plain.optimum


def test_what_is_not_expressed_does_not_run(cell, expressed, solved):
    assert solved(expressed(cell, OXP=10.0), "imat").values["OXP"] > 0.5


def test_a_problem_built_again_says_it_once(cell):
    once = build(cell, "imat").resolved
    assert build(once, "imat").resolved.notes == once.notes


def test_without_levels_it_is_fba(plenty, solved):
    assert solved(plenty, "imat").values == solved(plenty, "fba").values


def test_time_that_is_not_enough_is_told(packaged, with_parameters):
    hurried = with_parameters(packaged, {"imat.seconds": 1e-9})
    with pytest.raises(fx.NoOptimum, match="limit"):
        fx.predict(hurried, "normoxia", formalism="imat", observables=["growth"])


def test_the_packaged_cell(packaged):
    """The state does what is fixed, and what choices differ in is free."""
    p = fx.predict(packaged, "normoxia", formalism="imat", observables=["growth"])
    assert p.outcome is fx.Outcome.OPTIMAL
    problem = p._problem
    assert any("of 162 highly or lowly" in note for note in p.notes)
    assert not any("time was up" in note for note in p.notes)
    fixed = {
        r for r, b in problem.bounds.items()
        if "every best" in b.lower_origin.what or "every best" in b.upper_origin.what
    }  # fmt: skip
    assert len(fixed) > 50
    for reaction in fixed:
        bound = problem.bounds[reaction]
        assert bound.lower - 1e-7 <= p.flux[reaction] <= bound.upper + 1e-7
    # HiGHS denies the other choices for it if whole numbers have to be whole to 1e-9
    assert "ATPtm" not in fixed
