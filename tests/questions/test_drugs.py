"""Drugs as a user meets them: looked up, listed, and asked of the packaged model."""

from __future__ import annotations

import subprocess
import sys

import pytest

import fluxmodel as fx
from fluxmodel.errors import InputError
from fluxmodel.questions.drugs import drugs


@pytest.fixture(scope="module")
def model():
    return fx.load_model()


def limits(model, *changes):
    """Share that is left of each treated catalyst in normoxia."""
    found = fx.predict(model, "normoxia", list(changes), observables=["growth"], members=0)
    return {c.catalyst: c.residual for c in found.problem.resolved.limits if c.residual < 1}, found


@pytest.mark.parametrize("name", ["CB-839", "telaglenastat", "cb839"])
def test_a_drug_is_found_by_any_of_its_names(model, name):
    (found,) = fx.show(model, "drug", name)
    assert (found.kind, found.id) == ("drug", "CB-839")
    facts = dict(found.facts)
    assert facts["also called"] == "telaglenastat"
    assert facts["1 target"] == "GLS (activity; GLUNm)"
    assert facts["1 potency"].startswith("IC50 25.4 nM (23 to 28), biochemical")
    assert facts["1 potency"].endswith("[recalled, unverified]; a dose is read with it")
    assert "a dose is read" not in facts["2 potency"]  # growth of cells
    assert "10.1158/1535-7163.MCT-13-0870" in facts["1 source"]
    assert found.to_dict()["facts"] == facts
    assert len(facts) == len(found.facts)  # no label twice: nothing is lost in JSON


def test_a_drug_is_found_without_its_kind_and_by_its_gene(model):
    assert [s.kind for s in fx.show(model, "telaglenastat")] == ["drug"]
    assert "V-9302" in dict(fx.show(model, "gene", "SLC1A5")[0].facts)["drugs"]
    with pytest.raises(InputError, match="did you mean telaglenastat"):
        fx.show(model, "drug", "telaglenastad")


def test_every_drug_has_a_line(model):
    lines = drugs(model)
    assert list(lines) == list(model.inhibitors)
    assert lines["V-9302"] == "SLC1A5 (also SLC38A2, SLC7A5); IC50 9.6 uM, cellular, unverified"
    assert lines["Metformin"] == "NADH2_u10mi; no potency: takes a percentage"
    assert lines["ISRIB analogue"] == "isr:EIF2B; EC50 0.6 nM, cellular; acts on no catalyst"


def test_list_and_show_from_the_shell():
    def run(*args):
        line = [sys.executable, "-m", "fluxmodel.cli.main", *args]
        return subprocess.run(line, capture_output=True, encoding="utf-8", check=False)

    listed = run("list", "drugs")
    assert listed.returncode == 0
    assert len(listed.stdout.splitlines()) == 91
    assert "IC50 9.6 uM" in run("show", "drug", "v9302").stdout
    assert "did you mean drugs" in run("list", "drgs").stderr


def test_doses_in_the_packaged_model(model):
    left, found = limits(model, fx.inhibit("CB-839=76.2 nM"))
    assert left == pytest.approx({"GLS": 0.25})
    assert "potency of CB-839 on GLS is unverified (recalled)" in found.notes
    left, _ = limits(model, fx.inhibit("GSK2837808A=26 nM"))
    assert left == pytest.approx({"LDHA": 1 / 11, "LDHB": 43 / 69})
    left, _ = limits(model, fx.inhibit("CB-839=25.4 nM"), fx.inhibit("BPTES=3.3 uM"))
    assert left == pytest.approx({"GLS": 1 / 3})  # one pocket


def test_a_rival_of_glutamine_is_weaker_in_more_of_it(model):
    def residual(amount):
        changes = [fx.inhibit("Benzylserine=10 mM"), fx.set_field(f"medium.gln__L={amount} mM")]
        return limits(model, *changes)[0]["SLC1A5"]

    # IC50 = 0.8 mM (1 + S / 0.07 mM)
    for amount in (0.5, 4):
        assert residual(amount) == pytest.approx(1 / (1 + 10 / (0.8 * (1 + amount / 0.07))))


def test_a_percentage_acts_on_every_main_target(model):
    left, _ = limits(model, fx.inhibit("DON=90%"))
    assert set(left) == {"GLS", "GLS2", "GLUPRT", "PRFGS", "CAD", "CTPS1", "CTPS2", "GFPT", "ASNS1", "GMPS2"}
    left, _ = limits(model, fx.inhibit("IACS-010759=90 nM"))
    assert left == pytest.approx({"NADH2_u10mi": 0.1})


def test_every_drug_gives_an_answer_or_says_why_not(model):
    """A dose and a percentage of each: resolved, or refused with a cure."""
    from fluxmodel.analysis.inhibition import activity

    codes = {"dose": set(), "percent": set()}
    for name in model.inhibitors:
        for kind, amount in (("dose", "1 uM"), ("percent", "50%")):
            text = f"{'-'.join(name.split())}={amount}"
            state = activity(model, [fx.inhibit(text)])
            assert bool(state.residual) != bool(state.problems), name
            assert all(p.cure for p in state.problems), name
            codes[kind] |= {p.code for p in state.problems}
    assert codes == {"dose": {"FM505", "FM507", "FM512", "FM515"}, "percent": {"FM505", "FM512", "FM515"}}
