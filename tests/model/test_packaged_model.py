"""The packaged network keeps what the README promises of it."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.lp_solver import CheckSolver
from fluxmodel.network import Model, load_model, run_checks
from fluxmodel.network.checks import Report

CARRIERS_OF_GLUTAMINE = ("SLC1A5", "SLC38A1", "SLC38A2", "SLC6A14", "SLC7A6", "SLC1A5_var")
ASKABLE = (*CARRIERS_OF_GLUTAMINE, "GLS", "GLS2", "IDH1", "IDH2", "CHAC1", "SLC7A11", "SLC7A5")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def report(model: Model) -> Report:
    return run_checks(model, solver=CheckSolver)


def test_every_check_passes(report: Report) -> None:
    assert [f for f in report.findings if f.severity == "error"] == []
    assert report.waived == ()
    assert set(report.skipped) == {f"FM47{n}" for n in range(9)}, "only the trace needs the parent"


def test_size(model: Model) -> None:
    rows = [r for r in model.reactions.values() if r.kind in ("copied", "lump", "addition")]
    assert 250 <= len(rows) <= 600


def test_nothing_is_imbalanced_or_leaks(report: Report) -> None:
    for what in ("balance.mass", "balance.charge"):
        good, total = report.values[what]
        assert good == total > 0
    assert report.values["loops.reactions"][0] == 0
    assert len(report.values["leaks.energy_tests"]) >= 8


def test_energy_yields(report: Report) -> None:
    assert 31 <= report.values["yield.atp_per_glucose"] <= 33
    assert report.values["yield.atp_per_glucose_anoxic"] == pytest.approx(2, abs=1e-6)
    assert 21 <= report.values["yield.atp_per_glutamine"] <= 23


def test_every_scope_row_carries_flux_and_depends_on_its_genes(report: Report) -> None:
    for what in ("scope.carry_flux", "scope.knock_outs"):
        good, total = report.values[what]
        assert good == total > 150


def test_biomass_weighs_a_gram_per_mmol(report: Report) -> None:
    assert report.values["biomass.weight.BIOMASS"] == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("gene", ASKABLE)
def test_a_gene_can_be_asked_by_itself(model: Model, gene: str) -> None:
    """Each has a catalyst of its own: an inhibition by the gene's name takes hold."""
    assert gene in model.genes
    catalysts = [c for r in model.reactions_of(gene) for c in model.catalysts_of(r)]
    assert any(gene in c.rule.genes and c.explicit for c in catalysts)


@pytest.mark.parametrize("reaction", ["ICDHyr", "ICDHyrm"])
def test_isocitrate_dehydrogenases_run_both_ways(model: Model, reaction: str) -> None:
    low, high = CheckSolver(model).ranges([reaction], {})[reaction]
    assert low < -0.01 < 0.01 < high


def test_no_tissue_wide_rule_hides_a_glutaminase(model: Model) -> None:
    assert not model.lost_reactions(["GLS"])
    assert "GLUNm" in model.lost_reactions(["GLS", "GLS2"])
