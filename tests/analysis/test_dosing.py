"""Doses of drugs in a cell that can be worked out by hand."""

from __future__ import annotations

import pytest

from fluxmodel.condition import parse_change
from fluxmodel.errors import ConditionError, Where
from fluxmodel.network import load_model
from fluxmodel.pharmacology import INHIBITORS
from fluxmodel.questions.changes import change_label, inhibit, knock_out, set_field
from fluxmodel.questions.explain import explain
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.predict import predict
from tests.analysis import toy


def row(drug, target, potency="", unit="nM", measure="IC50", assay="biochemical", **cells):
    number = {}
    if potency:
        number = {"potency": potency, "low": potency, "high": potency, "range": "source", "unit": unit,
                  "measure": measure, "hill": "1", "hill_source": "chosen", "assay": assay}  # fmt: skip
    cells = {"role": "main", "mode": "activity", "provenance": "read", "source": "S", **cells}
    return {"drug": drug, "target": target, **number, **cells}


POCKET = {"site": "pocket"}
RIVAL = {"mode": "competitive", "competes_with": "gln__L"}
DRUGS = [
    row("CB-839", "GLS", "25", **POCKET, aliases="telaglenastat", provenance="recalled"),
    row("CB-839", "GLS", "1", measure="GI50", assay="cellular", **POCKET),
    row("BPTES", "GLS", "3", "uM", **POCKET),
    row("Apart", "GLS", "10", "nM"),
    row("Cells", "GLS", "10", "nM"),
    row("Cells", "GLS", "100", "nM", assay="cellular"),
    row("Both", "GLS GLS2", "10"),
    row("V", "SLC1A5", "60", "uM", "Ki", "cellular", **RIVAL),
    row("V", "SLC38A2", role="off_target", **RIVAL),
    row("W", "SLC1A5", "9.6", "uM", "IC50", "cellular", **RIVAL),
    row("W", "SLC38A2", "96", "uM", "IC50", "cellular", role="off_target", **RIVAL),
    row("W", "other:VDAC", role="off_target"),
    row("Inner", "GLS", "8", "uM", "Ki", mode="competitive", competes_with="pyr"),
    row("Poor", "GLS", note="used at 1 mM"),
    row("Antimycin A", "OXP"),
    row("DHA", "isr:ATF4", mode="isr_node"),
    row("Sirolimus", "regulator:MTORC1", mode="other"),
    row("ASP", "medium:gln__L", mode="depletes"),
    row("RAFi", "other:RAF", note="a kinase"),
    row("RAFi", "GLS", role="off_target"),
    row("Nothing", "-"),
    row("LDHi", "LDHA", "1"),
    row("LDHoff", "GLS", "1"),
    row("LDHoff", "LDHA", "1", role="off_target"),
]
AFFINITY = "SLC1A5\t\tgln__L\t0.5\t0.1\t1\tS\tread\t\n"


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    root = tmp_path_factory.mktemp("drugs")
    folder = toy.write_model(root / "model")
    lines = ["\t".join(INHIBITORS), *("\t".join(r.get(c, "") for c in INHIBITORS) for r in DRUGS)]
    (folder / "inhibitors.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "affinities.tsv").open("a", encoding="utf-8") as table:
        table.write(AFFINITY)
    conditions = toy.write_conditions(root / "conditions")
    more = "".join(
        f'  {c}: {{value: 4, unit: mmol/gDW/h, source: "chosen"}}\n' for c in ("SLC1A5", "SLC38A2")
    )
    (conditions / "toycell.yaml").write_text(toy.CELL + more, encoding="utf-8")
    return Bench(load_model(folder), [conditions], Build("fba")), conditions


@pytest.fixture(scope="module")
def resolved(bench):
    return lambda *changes: bench[0].arm(bench[0].condition("plenty"), changes).problem.resolved


@pytest.fixture(scope="module")
def left(resolved):
    """What is left of each catalyst that was inhibited."""
    return lambda *changes: {
        c.catalyst: c.residual for c in resolved(*changes).capacities if len(c.origins) > 1
    }


def dosed(target, dose, **more):
    return parse_change({"do": "inhibit", "target": target, "dose": dose, **more}, Where("x.yaml", 7))


@pytest.mark.parametrize("name", ["CB-839", "cb839", "Telaglenastat", "TELAGLENASTAT"])
def test_a_dose_is_as_the_percentage_that_it_makes(resolved, name):
    dose, percent = resolved(inhibit(f"{name}=75 nM")), resolved(inhibit("GLS=75%"))
    assert [(c.catalyst, c.limit) for c in dose.capacities] == [
        (c.catalyst, pytest.approx(c.limit)) for c in percent.capacities
    ]


def test_units_are_converted_and_no_dose_does_nothing(left, resolved, bench):
    assert left(inhibit("CB-839=0.075 uM")) == pytest.approx({"GLS": 0.25})
    assert resolved(inhibit("CB-839=0 nM")).capacities == ()
    assert left(inhibit("CB-839=1 M"))["GLS"] == pytest.approx(25e-9, rel=1e-6)


def test_only_what_is_free_acts(left):
    assert left(dosed("CB-839", "750 nM", free="10 percent")) == pytest.approx({"GLS": 0.25})
    assert change_label(dosed("CB-839", "750 nM", free="10 percent")) == "CB-839 750 nM (10 % free)"
    for wrong in ("0 percent", "101 percent"):
        with pytest.raises(ConditionError, match="FM324"):
            dosed("CB-839", "750 nM", free=wrong)
    with pytest.raises(ConditionError, match="FM327"):
        parse_change({"do": "inhibit", "target": "GLS", "by": "9 %", "free": "9 %"}, Where("x.yaml", 7))


def test_the_assay_in_cells_is_taken_and_growth_is_not(left):
    assert left(inhibit("Cells=100 nM")) == pytest.approx({"GLS": 0.5})
    assert left(inhibit("CB-839=25 nM")) == pytest.approx({"GLS": 0.5})


def test_several_targets_that_are_hit_alike(left):
    assert left(inhibit("Both=30 nM")) == pytest.approx({"GLS": 0.25, "GLS2": 0.25})


def test_drugs_of_one_site_add_up_and_others_are_multiplied(left, resolved):
    cb, bp, apart = inhibit("CB-839=25 nM"), inhibit("BPTES=6 uM"), inhibit("Apart=10 nM")
    assert left(cb, bp) == pytest.approx({"GLS": 1 / 4})  # 1 / (1 + 1 + 2)
    assert left(cb, apart) == pytest.approx({"GLS": 1 / 4})  # 1/2 * 1/2
    assert left(cb, apart, bp) == pytest.approx({"GLS": 1 / 8})
    assert left(cb, inhibit("GLS=50%")) == pytest.approx({"GLS": 1 / 4})
    (gls,) = [c for c in resolved(cb, bp).capacities if c.catalyst == "GLS"]
    assert "CB-839 at 25 nM together with BPTES at 6 uM, one at a time at pocket, leaves 25 %" in str(
        gls.origin
    )


def test_rivals_of_one_substrate_add_up(left):
    # gln__L is 1 mM and the Km 0.5 mM: the Ki of 60 uM is an IC50 of 180 uM
    assert left(inhibit("V=180 uM")) == pytest.approx({"SLC1A5": 0.5})
    assert left(inhibit("V=180 uM"), inhibit("W=9.6 uM"))["SLC1A5"] == pytest.approx(1 / 3)


def test_a_constant_becomes_an_ic50_at_the_substrate_outside(left, resolved):
    assert left(inhibit("V=180 uM"), set_field("medium.gln__L=0.5 mM")) == pytest.approx({"SLC1A5": 0.4})
    (carrier,) = [c for c in resolved(inhibit("V=180 uM")).capacities if c.catalyst == "SLC1A5"]
    assert "which is an IC50 of 180 uM at 1 mM gln__L (Km 0.5 mM)" in str(carrier.origin)
    told = resolved(inhibit("Inner=8 uM")).notes
    assert any("Ki of Inner on GLS is taken as its IC50" in note and "pyr" in note for note in told)
    assert any("taken as it was measured" in note for note in resolved(inhibit("W=9.6 uM")).notes)


def test_off_targets_with_a_potency_are_hit_and_the_others_named(left, resolved):
    assert left(inhibit("W=9.6 uM")) == pytest.approx({"SLC1A5": 0.5, "SLC38A2": 10 / 11})
    assert left(inhibit("V=180 uM")) == pytest.approx({"SLC1A5": 0.5})
    told = resolved(inhibit("V=180 uM")).notes
    assert "no potency of V on its off-target SLC38A2 is known: not inhibited" in told
    assert "off-target other:VDAC of W is not part of the network" in resolved(inhibit("W=1 uM")).notes
    assert any(
        n.startswith("off-target LDHA is one of several") for n in resolved(inhibit("LDHoff=1 nM")).notes
    )


def test_a_percentage_acts_on_the_main_target(left, resolved):
    assert left(inhibit("telaglenastat=90%")) == pytest.approx({"GLS": 0.1})
    assert left(inhibit("Poor=90%")) == pytest.approx({"GLS": 0.1})
    assert left(inhibit("V=90%")) == pytest.approx({"SLC1A5": 0.1})
    assert any("off-targets are left alone (SLC38A2)" in note for note in resolved(inhibit("V=90%")).notes)
    assert not any("unverified" in note for note in resolved(inhibit("CB-839=90%")).notes)


def test_the_origin_says_dose_potency_assay_and_source(resolved):
    (gls,) = [c for c in resolved(dosed("CB-839", "100 nM")).capacities if c.catalyst == "GLS"]
    assert gls.origins[-1].where == Where("x.yaml", 7)
    said = str(gls.origins[-1])
    for part in ("CB-839 at 100 nM leaves 20 % of GLS", "IC50 25 nM", "biochemical", "made up", "recalled"):
        assert part in said


def test_an_unverified_potency_is_a_note_and_in_the_provenance(bench):
    _, conditions = bench
    found = predict(bench[0].model, "plenty", [inhibit("CB-839=25 nM")], folders=[conditions])
    assert "potency of CB-839 on GLS is unverified (recalled)" in found.notes
    assert "potency of CB-839 on GLS" in found.to_dict()["provenance"]["unverified"]
    read = predict(bench[0].model, "plenty", [inhibit("BPTES=3 uM")], folders=[conditions])
    assert not any("unverified" in note and "BPTES" in note for note in read.notes)


def test_growth_falls_with_the_dose(bench):
    _, conditions = bench
    doses = ("0 nM", "25 nM", "250 nM", "2.5 uM")
    grown = [
        predict(
            bench[0].model, "plenty", [inhibit(f"CB-839={d}")], folders=[conditions], formalism="capacity"
        )
        for d in doses
    ]
    growths = [p.growth for p in grown]
    assert growths == sorted(growths, reverse=True)
    assert growths[0] > growths[-1] > 0


def test_explain_says_what_the_drug_leaves(bench):
    _, conditions = bench
    found = explain(bench[0].model, "plenty", [inhibit("CB-839=100 nM")], folders=[conditions])
    assert "CB-839 at 100 nM leaves 20 % of GLS" in str(found.to_dict())


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        (["CB-893=100 nM"], "FM506", "did you mean CB-839"),
        (["telaglenastad=1 nM"], "FM506", "did you mean telaglenastat"),
        (["xyzzy=1 nM"], "FM506", "list drugs"),
        (["xyzzy=1%"], "FM502", "list drugs"),
        (["BPTESS=1%"], "FM502", "did you mean BPTES"),
        (["GLS=100 nM"], "FM506", "a drug that acts on it: CB-839, BPTES"),
        (["Poor=1 mM"], "FM507", "--inhibit 'Poor=90%'. Known: used at 1 mM"),
        (["Antimycin A=1 nM"], "FM507", "--inhibit 'Antimycin-A=90%'"),
        (["DHA=1 uM"], "FM512", "needs the stress model, which this version does not have"),
        (["DHA=50%"], "FM512", "give --set regulators.ATF4=... to look at its consequences"),
        (["Sirolimus=1 nM"], "FM512", "--set regulators.MTORC1="),
        (["ASP=50%"], "FM512", "--set 'medium.gln__L=0 mM'"),
        (["RAFi=1 uM"], "FM515", "its off-targets can be inhibited: --inhibit GLS=90%; a kinase"),
        (["Nothing=50%"], "FM515", "nothing of metabolism"),
        (["LDHi=1 nM"], "FM505", "its share is unknown"),
        (["CB-839=1 nM", "telaglenastat=2 nM"], "FM516", "telaglenastat is CB-839"),
        (["CB-839=1 nM", "cb-839=50%"], "FM516", "--inhibit CB-839=1 nM"),
        (["CB-839=1 nM", "CB-839=2 nM"], "FM350", "keep one"),
    ],
)  # fmt: skip
def test_refused(resolved, changes, code, says):
    with pytest.raises(ConditionError) as caught:
        resolved(*map(inhibit, changes))
    assert [p.code for p in caught.value.problems] == [code]
    assert says in str(caught.value)
    assert str(caught.value.problems[0].where)


@pytest.mark.parametrize(
    ("text", "code"),
    [("CB-839=-1 nM", "FM324"), ("CB-839=5", "FM332"), ("CB-839=5 mg", "FM201"), ("A B=9%", "FM331"),
     ("CB-839 BPTES=9%", "FM331"), ("CB-839,BPTES=1 nM", "FM331")],
)  # fmt: skip
def test_doses_that_cannot_be_read(text, code):
    with pytest.raises(ConditionError, match=code):
        inhibit(text)


def test_every_problem_at_once(resolved):
    with pytest.raises(ConditionError) as caught:
        resolved(inhibit("CB-893=1 nM"), inhibit("Poor=1 mM"), inhibit("DHA=1 uM"), inhibit("GLSS=9%"))
    assert {p.code for p in caught.value.problems} == {"FM502", "FM506", "FM507", "FM512"}


def test_what_is_knocked_out_cannot_be_inhibited(left):
    assert left(knock_out("GLS"), inhibit("CB-839=25 nM")) == {}
