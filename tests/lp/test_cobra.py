"""Agreement with cobra on its packaged models. cobra is the reference; no times are asserted."""

from __future__ import annotations

import numpy as np
import pytest

from fluxmodel.lp import (
    Outcome,
    Query,
    Sparse,
    Want,
    canonical_stage,
    flux_ranges,
    lexicographic,
    open_session,
    parsimonious,
)
from tests.lp.models import cobra_model, to_program

#: Relative agreement with cobra, whose own tolerance is 1e-7.
COBRA = 1e-6
#: Two engines, one canonical vertex.
SAME_VERTEX = 1e-6

MODELS = ("textbook", "iJO1366")


@pytest.fixture(params=MODELS)
def model(request):
    return cobra_model(request.param)


def test_fba(model, engine):
    with open_session(to_program(model), engine) as session:
        assert session.solve().objective == pytest.approx(model.slim_optimize(), rel=COBRA)


def test_pfba_and_the_canonical_vertex(model):
    from cobra.flux_analysis import pfba

    p = to_program(model)
    total = pfba(model).objective_value
    p = parsimonious(p)
    p = p.replace(stages=(*p.stages, canonical_stage(p)))
    nets = {}
    for engine in ("glpk", "highs"):
        with open_session(p, engine) as session:
            staged = lexicographic(session)
            assert staged.outcome is Outcome.OPTIMAL
            assert staged.optimum("growth").value == pytest.approx(model.slim_optimize(), rel=COBRA)
            assert staged.optimum("parsimonious").value == pytest.approx(total, rel=COBRA)
            nets[engine] = staged.answer.nets
            assert np.abs(nets[engine]).sum() == pytest.approx(total, rel=COBRA)
    np.testing.assert_allclose(nets["glpk"], nets["highs"], atol=SAME_VERTEX)


def agree(ranges, frame):
    np.testing.assert_allclose(ranges.minimum, frame.minimum.to_numpy(), rtol=COBRA, atol=COBRA)
    np.testing.assert_allclose(ranges.maximum, frame.maximum.to_numpy(), rtol=COBRA, atol=COBRA)


@pytest.mark.parametrize("fraction", [1.0, 0.9, 0.0])
def test_fva_textbook(engine, fraction):
    from cobra.flux_analysis import flux_variability_analysis

    model = cobra_model("textbook")
    expected = flux_variability_analysis(model, fraction_of_optimum=fraction, processes=1)
    with open_session(to_program(model), engine) as session:
        agree(flux_ranges(session, fraction=fraction), expected)


@pytest.mark.parametrize("which", ["glpk", "highs"])
def test_fva_ijo1366(which):
    """Every 60th reaction against cobra."""
    from cobra.flux_analysis import flux_variability_analysis

    model = cobra_model("iJO1366")
    chosen = list(range(0, len(model.reactions), 60))
    expected = flux_variability_analysis(
        model, [model.reactions[j] for j in chosen], fraction_of_optimum=0.9, processes=1
    )
    p = to_program(model)
    goals = Sparse.from_triplets(range(len(chosen)), chosen, np.ones(len(chosen)), (len(chosen), p.n_columns))
    with open_session(p, which) as session:
        agree(flux_ranges(session, fraction=0.9, goals=goals), expected)


def test_split_program_has_the_same_ranges():
    model = cobra_model("textbook")
    p = to_program(model)
    with open_session(p) as one, open_session(parsimonious(p)) as two:
        a = flux_ranges(one, fraction=0.9)
        b = flux_ranges(two, fraction=0.9, stage="growth")
    np.testing.assert_allclose(a.minimum, b.minimum, atol=COBRA)
    np.testing.assert_allclose(a.maximum, b.maximum, atol=COBRA)


def test_duals_are_cobras_shadow_prices_and_reduced_costs():
    """On the metabolites and reactions where the optimum is not degenerate, by finite differences."""
    model = cobra_model("textbook")
    p = to_program(model)
    glucose = p.columns.index("EX_glc__D_e")
    with open_session(p) as session:
        answer = session.solve(Query(want=Want.DUALS))
        more = p.col_lower.copy()
        more[glucose] -= 0.01  # more uptake is a lower lower bound
        gain = session.solve(Query(col_lower=more)).objective - answer.objective
    assert answer.reduced_costs[glucose] == pytest.approx(gain / -0.01, rel=1e-5)
    assert answer.reduced_costs[glucose] < 0


def test_oxygen_scan_and_knockouts(model):
    """Many bound changes in one session give what cobra gives for each."""
    p = to_program(model)
    oxygen = p.columns.index("EX_o2_e")
    with open_session(p) as session:
        for level in (20.0, 0.0, 5.0, 1000.0, 2.5):
            lower = p.col_lower.copy()
            lower[oxygen] = -level
            with model:
                model.reactions.EX_o2_e.lower_bound = -level
                expected = model.slim_optimize(error_value=0.0)
            answer = session.solve(Query(col_lower=lower))
            value = answer.objective if answer.optimal else 0.0
            assert value == pytest.approx(expected, rel=COBRA, abs=COBRA)
        for gene in list(model.genes)[:: max(1, len(model.genes) // 15)]:
            with model:
                gene.knock_out()
                expected = model.slim_optimize(error_value=0.0)
                lower = np.array([r.lower_bound for r in model.reactions], dtype=float)
                upper = np.array([r.upper_bound for r in model.reactions], dtype=float)
            answer = session.solve(Query(col_lower=lower, col_upper=upper), start="base")
            value = answer.objective if answer.optimal else 0.0
            assert value == pytest.approx(expected, rel=COBRA, abs=COBRA)
