"""inhibitors.tsv: what is refused, which row a dose is read with, and the packaged table."""

from __future__ import annotations

from collections import Counter

import pytest

from fluxmodel.condition.regulators import REGULATORS
from fluxmodel.errors import TableError
from fluxmodel.network import load_model
from fluxmodel.pharmacology import INHIBITORS, acting_on, find, read_drugs, suggest

GLS = {
    "drug": "CB-839", "aliases": "telaglenastat; CB839 HCl", "target": "GLS", "role": "main",
    "mode": "activity", "potency": "25", "low": "20", "high": "30", "range": "source", "unit": "nM",
    "measure": "IC50", "assay": "biochemical", "hill": "1", "hill_source": "chosen", "provenance": "read",
    "source": "S",
}  # fmt: skip
BARE = {"drug": "IKE", "target": "SLC7A11", "role": "main", "mode": "transporter", "provenance": "read",
        "source": "S"}  # fmt: skip


@pytest.fixture
def table(tmp_path):
    def write(*rows):
        lines = ["\t".join(INHIBITORS), *("\t".join(r.get(c, "") for c in INHIBITORS) for r in rows)]
        path = tmp_path / "inhibitors.tsv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_rows_of_one_drug_are_joined(table):
    off = {**BARE, "drug": "CB-839", "role": "off_target"}
    drugs = read_drugs(table(GLS, BARE, off))
    assert list(drugs) == ["CB-839", "IKE"]
    drug = drugs["CB-839"]
    assert drug.aliases == ("telaglenastat", "CB839 HCl")
    assert [(a.target_text, a.role, a.usable) for a in drug.actions] == [
        ("GLS", "main", True), ("SLC7A11", "off_target", False),
    ]  # fmt: skip
    assert str(drug.actions[0].potency) == "25 nM"
    assert drug.actions[1].where.line == 4


@pytest.mark.parametrize("name", ["CB-839", "cb839", "CB_839", "Cb 839", "TELAGLENASTAT", "cb839hcl"])
def test_names_however_they_are_written(table, name):
    assert find(read_drugs(table(GLS)), name).name == "CB-839"


def test_names_that_are_nearly_right(table):
    drugs = read_drugs(table(GLS, BARE))
    assert find(drugs, "CB-893") is None
    assert suggest(drugs, "CB-893") == "did you mean CB-839?"
    assert list(acting_on(drugs, "GLS")) == ["CB-839"]


def test_a_cell_comes_before_an_extract_and_growth_never(table):
    weak = {**GLS, "measure": "Ki", "assay": "cellular", "potency": "28"}
    growth = {**GLS, "measure": "GI50", "assay": "cellular", "potency": "21"}
    drug = read_drugs(table(GLS, weak, growth))["CB-839"]
    assert [a.measure for a in drug.chosen("main")] == ["Ki"]
    drug = read_drugs(table(growth, GLS))["CB-839"]
    assert [a.measure for a in drug.chosen("main")] == ["IC50"]
    drug = read_drugs(table({**growth, "measure": "Kd"}, {**weak, "measure": "IC50", "system": "x"}))[
        "CB-839"
    ]
    assert [a.measure for a in drug.chosen("main")] == ["IC50"]


def test_what_has_no_number_is_still_a_target(table):
    drug = read_drugs(table(GLS, {**BARE, "drug": "CB-839"}))["CB-839"]
    assert [(a.target_text, a.usable) for a in drug.chosen("main")] == [("GLS", True), ("SLC7A11", False)]
    assert drug.chosen("off_target") == ()


@pytest.mark.parametrize(
    ("cells", "code", "field", "said"),
    [
        ({"unit": "percent"}, "FM019", "unit", "must be one of mM"),
        ({"unit": ""}, "FM425", "potency", "without unit"),
        ({"potency": "-3"}, "FM019", "potency", "must be above 0"),
        ({"potency": "31"}, "FM425", "potency", "between low 20 and high 30"),
        ({"potency": ""}, "FM425", "potency", "without a potency"),
        ({"measure": "IC95"}, "FM019", "measure", "must be one of IC50"),
        ({"assay": ""}, "FM425", "potency", "without assay"),
        ({"hill": "0"}, "FM019", "hill", "must be above 0"),
        ({"mode": "magic"}, "FM019", "mode", "must be one of activity"),
        ({"role": "side"}, "FM019", "role", "must be one of main"),
        ({"target": "kinase:GLS"}, "FM019", "target", "one of isr"),
        ({"target": "isr:GLS"}, "FM019", "target", "EIF2AK4"),
        ({"source": ""}, "FM018", "source", "empty"),
        ({"drug": "IKE"}, "FM426", "aliases", ""),
    ],
)
def test_refused_with_its_place(table, cells, code, field, said):
    ours = {**BARE, "drug": "IKE2", "aliases": "telaglenastat"} if code == "FM426" else BARE
    with pytest.raises(TableError) as caught:
        read_drugs(table({**GLS, **cells}, ours))
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.file, problem.where.field) == (code, "inhibitors.tsv", field)
    assert said in str(problem)
    assert problem.where.line in (2, 3)


def test_doubled_rows_and_every_problem_at_once(table):
    with pytest.raises(TableError) as caught:
        read_drugs(table(GLS, GLS, {**GLS, "potency": "99", "system": "x"}))
    assert [(p.code, p.where.line) for p in caught.value.problems] == [("FM426", 3), ("FM425", 4)]


def test_nothing_and_other_things_can_be_hit(table):
    rows = [{**BARE, "target": "-"}, {**BARE, "target": "isr:EIF2AK3 other:VDAC medium:asn__L"}]
    none, several = read_drugs(table(*rows))["IKE"].actions
    assert (none.targets, none.target_text) == ((), "-")
    assert several.of("isr") == ("EIF2AK3",)
    assert several.of("") == ()


# what the evidence lists, one entry per line of it; entries of several drugs are taken apart
EVIDENCE = """
CB-839|CB-839|BPTES|UPGL00004|Compound 968|DON|JHU-083|DRP-104|IPN60090|V-9302|GPNA|Benzylserine|Lc-BPE
gamma-FBP|KM4008 / KM4012 / KM4018|KM8094|Ab3-8|MEDI7247|JPH203|Erastin|IKE|Sulfasalazine|Sorafenib|BSO|MSO
DHA|Coptisine|ISRIB|ISRIB analogue|GSK2606414|GSK2656157|AMG PERK 44|HC-5404|GCN2iB|Takeda 6d
Triazolo[4,5-d]pyrimidine GCN2 inhibitors|A-92|GZD824|Halofuginone|Histidinol|Tunicamycin|Thapsigargin|2-DG
Bortezomib|Salubrinal|Metformin|Phenformin|Rotenone|IACS-010759|Antimycin A|Oligomycin|AOA|EGCG|R162|UK5099
MSDC-0160|FX11|GSK2837808A|GNE-140|Galloflavin|BAY-876|3PO|PFK158|SB-204990|Bempedoic acid|ND-646|TOFA
TVB-2640|NCT-503|CBR-5884|SHIN1|DS18561882|DS44960156|CPI-613|DCA|L-asparaginase|Brequinar|Ivosidenib|GSK864
GSK321 / GSK990|Rapamycin / Torin1|Molidustat|Auranofin|Beta-lapachone|Fisetin / berberine / emodin / curcumin
telaglenastat
"""


@pytest.fixture(scope="module")
def packaged():
    return load_model().inhibitors


def test_every_drug_of_the_evidence_loads(packaged):
    entries = [entry for line in EVIDENCE.split("\n") for entry in line.split("|") if entry]
    assert len(entries) == 86
    names = [name.strip() for entry in entries for name in entry.split(" / ")]
    assert [n for n in names if find(packaged, n) is None] == []
    assert {find(packaged, n).name for n in names} == set(packaged)


def test_what_is_unverified_says_so(packaged):
    actions = [a for d in packaged.values() for a in d.actions]
    known = Counter(a.provenance for a in actions if a.potency)
    assert known == {"recalled": 48, "read": 5}
    assert all(a.hill == 1 and a.hill_source == "chosen" for a in actions if a.potency)


def test_off_targets_are_rows(packaged):
    def hit(name, role):
        return [a.target_text for a in packaged[name].chosen(role)]

    assert hit("V-9302", "off_target") == ["SLC38A2", "SLC7A5"]
    assert hit("DON", "main") == [
        "GLS", "GLS2", "PPAT", "PFAS", "CAD", "CTPS1 CTPS2", "GFPT1 GFPT2", "ASNS", "GMPS",
    ]  # fmt: skip
    assert hit("DON", "off_target") == ["other:NADSYN1"]


def test_of_a_competitive_drug_the_constant_comes_before_what_hangs_on_the_assay(packaged):
    (gpna,) = packaged["GPNA"].chosen("main")
    assert (gpna.measure, gpna.potency.value) == ("Ki", 55)
    (v9302,) = packaged["V-9302"].chosen("main")  # only an IC50 is known
    assert v9302.measure == "IC50"


def test_regulators_are_those_of_conditions(packaged):
    named = {n for d in packaged.values() for a in d.actions for n in a.of("regulator")}
    assert named <= set(REGULATORS)


def test_drugs_are_part_of_the_digest():
    from dataclasses import replace

    model = load_model()
    assert replace(model, inhibitors={}).digest != model.digest
