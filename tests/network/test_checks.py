"""Every rule is silent on the toy and fires on a toy with one deliberate defect."""

# ruff: noqa: E501 - a table is read by its columns

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from fluxmodel.errors import DomainError, NoOptimum
from fluxmodel.network import CHECKS, run_checks, write_sbml
from tests.network import toy
from tests.network.solver import ScipySolver


def change(table, key, **cells):
    return lambda content: toy.edit(content, table, key, **cells)


def drop(table, key):
    def edit(content):
        content[table] = [row for row in content[table] if next(iter(row.values())) != key]
        return content

    return edit


def add(table, **cells):
    def edit(content):
        content[table].append(cells)
        return content

    return edit


def row(id_, equation, lower="-1000", default="open", gpr="", reason="NEW"):
    return add(
        "reactions", id=id_, name=id_, equation=equation, lower=lower, upper="1000", default=default,
        gpr=gpr, kind="addition", reason=reason, source="hgem", kegg="R1",
    )  # fmt: skip


def both(*edits):
    def edit(content):
        for one in edits:
            content = one(content)
        return content

    return edit


SECOND_CO2 = both(
    add("metabolites", id="co2b", name="b", formula="CO2", charge="0", compartments="c", parent="MAM01596",
        source="hgem", kegg="C1"),
    row("CO2b", "co2_c <=> co2b_c"),
)  # fmt: skip
STUCK = drop("reactions", "EX_glu__L_e")  # GLUt then has nowhere to go


@dataclass(frozen=True)
class Defect:
    code: str
    edit: object
    subject: str
    said: str = ""


DEFECTS = [
    Defect("FM430", change("reactions", "GLS", equation="gln__L_c --> glu__L_c + nh4_c"), "GLS", "H +2, O +1"),
    Defect("FM431", change("metabolites", "nh4", charge="0"), "GLS", "charge made: -1"),
    Defect("FM432", add("biomass", reaction="BIOMASS", metabolite="glu__L_c", coefficient="-0.1",
                        unit="mmol/gDW", group="x", source="hgem"), "BIOMASS", "1.0146"),
    Defect("FM432", change("metabolites", "gln__L", formula="X"), "BIOMASS", "no mass"),
    Defect("FM433", STUCK, "glu__L_e", "never used"),
    Defect("FM434", row("GLS2", "2 gln__L_c + 2 h2o_c --> 2 glu__L_c + 2 nh4_c", "0"), "GLS2", "of GLS"),
    Defect("FM434", row("GLSr", "glu__L_c + nh4_c <=> gln__L_c + h2o_c"), "GLSr", "of GLS"),
    Defect("FM435", SECOND_CO2, "co2b", "parent MAM01596 of co2"),
    Defect("FM436", add("genes", symbol="XYZ", source="hgem"), "XYZ"),
    Defect("FM440", row("CO2x", "co2_e <=> 2 co2_c"), "co2_c", "everything closed"),
    Defect("FM440", row("FIX", "6 co2_c + 6 h2o_c <=> glc__D_c + 6 o2_c"), "glc__D_c", "gases and salts"),
    Defect("FM441", row("UNPUMP", "h_m <=> h_i"), "pmf", "pmf comes from nothing"),
    Defect("FM442", row("UNPUMP", "h_m <=> h_i", default="closed"), "UNPUMP", "with UNPUMP opened"),
    Defect("FM443", lambda content: {**content, "waivers": content["waivers"][1:]}, "GTP"),
    Defect("FM444", change("reactions", "ATPS", equation="adp_m + pi_m + 3 h_i --> atp_m + h2o_m + 2 h_m"),
           "atp_per_glucose", "42.6667 mol/mol, expected 31 to 33"),
    Defect("FM444", change("reactions", "ATPS", equation="adp_m + pi_m + 3 h_i --> atp_m + h2o_m + 2 h_m"),
           "atp_per_glutamine"),
    Defect("FM444", change("reactions", "GLYC", lower="0", upper="0"), "atp_per_glucose_anoxic", "0.0000"),
    Defect("FM444", drop("reactions", "EX_gln__L_e"), "atp_per_glutamine", "cannot be tested"),
    Defect("FM445", STUCK, "GLUt", "cannot carry flux"),
    Defect("FM446", both(STUCK, change("reactions", "GLUt", default="closed")), "GLUt", "even when opened"),
    Defect("FM447", row("GLCt2", "glc__D_e <=> glc__D_c"), "GLCt2", "-1000 to 1000"),
    Defect("FM448", change("reactions", "GLCt1", default="closed"), "GLYC", "only with a closed row"),
    Defect("FM450", change("metabolites", "nh4", kegg="", chebi="", bigg=""), "nh4", "metabolite has no id"),
    Defect("FM450", change("reactions", "GLS", kegg="", bigg=""), "GLS", "reaction has no id"),
    Defect("FM450", change("genes", "GLS", hgnc="", ensembl="", ncbigene="", uniprot=""), "GLS", "gene has no"),
    Defect("FM451", change("reactions", "GLS", source=""), "GLS"),
    Defect("FM451", change("catalysts", "ASCT2", source=""), "ASCT2"),
    Defect("FM452", change("reactions", "GLUt", source="memory"), "GLUt", "reason DIR"),
    Defect("FM453", change("reactions", "GLS", source="memory"), "GLS", "(memory)"),
    Defect("FM455", change("catalysts", "ASCT2", gpr="SLC1A5 and GLS"), "GLNt", "`(SLC1A5 and GLS) or SLC38A2`"),
    Defect("FM456", change("reactions", "GLS", default="closed"), "glutamine:GLS:GLS", "`in` and closed"),
    Defect("FM456", change("reactions", "AOX", default="open"), "tools:AOX:AOX", "`closed` and open"),
    Defect("FM456", change("scope", "urea", reaction="GLS"), "urea:GLS:OTC", "out of scope"),
    Defect("FM456", change("scope", "tools", test="does things"), "tools:AOX:AOX", "is none of"),
    Defect("FM457", both(STUCK, add("scope", family="f", reaction="GLUt", decision="in", source="hgem")),
           "f:GLUt", "carries no flux"),
    Defect("FM457", both(change("metabolites", "nh4", compartments="e c m"),
                         row("DEAD", "nh4_c --> nh4_m", "0", "closed"),
                         add("scope", family="f", reaction="DEAD", decision="closed", source="hgem")), "f:DEAD"),
    Defect("FM458", add("scope", family="f", reaction="GLNt", genes="SLC1A5", decision="in", source="hgem"),
           "f:GLNt:SLC1A5", "no reaction is lost"),
    Defect("FM458", add("scope", family="f", reaction="LACt", genes="GLS", decision="in", source="hgem"),
           "f:LACt:GLS", "still runs"),
    Defect("FM458", add("scope", family="f", reaction="ATPM", genes="RESP", decision="in", source="hgem",
                        test="no flux when the genes are lost"), "f:ATPM:RESP", "still runs"),
    Defect("FM459", change("reactions", "AOX", default="open"), "AOX", "heterologous and open"),
    Defect("FM459", change("reactions", "AOX", default="open", reason="NEW"), "AOX", "needs AOX and is open"),
    Defect("FM459", change("reactions", "AOX", reason="NEW"), "AOX", "no reason HET"),
    Defect("FM462", change("inhibitors", "CB-839", target="GLSS"), "CB-839", "did you mean GLS"),
    Defect("FM462", change("inhibitors", "CB-839", target="other:GLS"), "CB-839", "without other:"),
    Defect("FM462", change("inhibitors", "CB-839", target="medium:gln"), "CB-839", "no species 'gln'"),
    Defect("FM462", change("inhibitors", "CB-839", competes_with="gln"), "CB-839", "which is no species"),
    Defect("FM463", change("inhibitors", "CB-839", source="hgm"), "CB-839", "did you mean hgem"),
    Defect("FM463", change("inhibitors", "CB-839", hill_source="nowhere"), "CB-839", "unknown source 'nowhere'"),
    Defect("FM464", change("inhibitors", "CB-839", aliases="gls"), "CB-839", "also a gene"),
    Defect("FM465", change("inhibitors", "CB-839", provenance="recalled"), "CB-839", "IC50 on GLS is unverified"),
    Defect("FM470", change("reactions", "GLS", parent="MAR99999:1"), "GLS", "no reaction MAR99999"),
    Defect("FM470", change("metabolites", "nh4", parent="MAM99999"), "nh4", "no species MAM99999"),
    Defect("FM471", change("reactions", "H2Ot", equation="2 h2o_e <=> 2 h2o_c"), "H2Ot", "covers stoichiometry"),
    Defect("FM471", change("reactions", "H2Ot", parent="MAR00008:-1"), "H2Ot", "the other way"),
    Defect("FM471", change("reactions", "H2Ot", equation="2 h2o_e <=> 2 h2o_c", reason="DIR"), "H2Ot",
           "(DIR) do not cover"),
    Defect("FM472", change("reactions", "GLS", gpr="GLS and GLYC"), "GLS", "adds GLYC"),
    Defect("FM472", change("reactions", "GLNt", gpr="SLC1A5 and SLC38A2"), "GLNt", "same genes otherwise"),
    Defect("FM472", change("reactions", "GLYC", gpr=""), "GLYC", "drops GLYC"),
    Defect("FM473", change("reactions", "GLUt", reason=""), "GLUt", "may not run backward"),
    Defect("FM473", change("reactions", "ATPS", lower="-1000",
                           equation="adp_m + pi_m + 4 h_i <=> atp_m + h2o_m + 3 h_m"), "ATPS", "parent forbids"),
    Defect("FM473", change("reactions", "GLS", upper="5"), "GLS", "has the bound 5"),
    Defect("FM474", change("reactions", "GLS", reason=""), "GLS", "covers compartment"),
    Defect("FM475", change("metabolites", "nh4", formula="H3N"), "nh4", "H3N, the parent has H4N"),
    Defect("FM476", change("metabolites", "nh4", charge="0"), "nh4", "+0, the parent has 1"),
    Defect("FM477", change("reactions", "GLYC", reason=""), "GLYC", "sum of 2"),
    Defect("FM477", change("reactions", "RESP", reason=""), "RESP", "kind addition"),
    Defect("FM477", change("reactions", "AOX", reason="HET"), "AOX", "closed by default"),
    Defect("FM477", change("metabolites", "nh4", parent=""), "nh4", "no species in the parent"),
    Defect("FM478", change("reactions", "GLS", reason="COMP DIR"), "GLS", "carries DIR"),
    Defect("FM478", change("metabolites", "nh4", reason="PROT"), "nh4", "carries PROT"),
    Defect("FM480", add("waivers", code="FM430", subject="GLS", reason="x"), "GLS", "matches nothing"),
    Defect("FM480", add("waivers", code="FM999", subject="GLS", reason="x"), "GLS", "is no check"),
]  # fmt: skip


def run(model, parent, *codes):
    return run_checks(model, parent, solver=ScipySolver, only=codes or None)


@pytest.fixture(scope="session")
def clean(model, parent):
    return run(model, parent)


def test_the_toy_is_clean(clean):
    assert [str(f) for f in clean.findings] == []
    assert clean.ok
    assert clean.skipped == {}
    assert clean.ran == tuple(check.code for check in CHECKS)
    assert {f.subject for f in clean.waived} == {"GTP", "NADH", "NADPH", "UQH2", "acetyl-CoA", "GSH"}


def test_what_was_measured_on_the_toy(clean):
    values = clean.values
    assert values["balance.mass"] == values["balance.charge"] == (19, 19)
    assert values["biomass.weight.BIOMASS"] == pytest.approx(1)
    assert values["yield.atp_per_glucose"] == pytest.approx(32)
    assert values["yield.atp_per_glucose_anoxic"] == pytest.approx(2)
    assert values["yield.atp_per_glutamine"] == pytest.approx(22)
    assert values["leaks.energy_tests"] == ["ATP_c", "ATP_m", "pmf"]
    assert values["loops.reactions"] == (0, 29)
    assert values["trace.by_kind"] == {
        "addition": 5, "closed": 1, "compartment": 1, "member": 1, "stricter": 1,
    }  # fmt: skip
    assert values["trace.by_code"] == {
        "CLOSED": 1, "COMP": 1, "DEF": 2, "DIR": 1, "HET": 1, "MERGE": 1, "NEW": 2,
    }  # fmt: skip
    assert values["trace.exact_reactions"] == (13, 15)
    assert values["trace.exact_species"] == (12, 12)


@pytest.mark.parametrize("defect", DEFECTS, ids=[f"{d.code}-{n}" for n, d in enumerate(DEFECTS)])
def test_a_defect_is_found(defect, parent, tmp_path):
    model = toy.build(tmp_path, defect.edit(toy.tables()))
    codes = ("FM430",) if defect.code == "FM480" else (defect.code,)
    hits = [f for f in run(model, parent, *codes).findings if f.code == defect.code]
    found = [f for f in hits if f.subject == defect.subject]
    assert found, [str(f) for f in hits]
    assert any(defect.said in f.message for f in found), [f.message for f in found]
    assert all(f.hint for f in hits)


def test_every_rule_has_a_defect():
    tested = {d.code for d in DEFECTS} | {"FM460", "FM461"}  # those two: below
    assert tested == {check.code for check in CHECKS} | {"FM480"}


def test_codes_and_ids_are_unique():
    assert len({c.code for c in CHECKS}) == len({c.id for c in CHECKS}) == len(CHECKS)


def test_a_table_finding_names_its_line(parent, tmp_path):
    content = toy.edit(toy.tables(), "reactions", "GLS", reason="")
    (finding,) = run(toy.build(tmp_path, content), parent, "FM474").findings
    line = 2 + [r["id"] for r in content["reactions"]].index("GLS")
    assert (finding.where.file, finding.where.line) == ("reactions.tsv", line)
    assert f"reactions.tsv line {line}" in str(finding)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (both(row("GLS2", "gln__L_c + h2o_c --> glu__L_c + nh4_c", "0", reason="NEW SPLIT"),
              change("reactions", "GLS", reason="COMP SPLIT")), "FM434"),
        (row("GLSr", "glu__L_c + nh4_c --> gln__L_c + h2o_c", "0"), "FM434"),
        (change("reactions", "H2Ot", equation="2 h2o_e <=> 2 h2o_c", reason="STO"), "FM471"),
        (change("reactions", "GLS", gpr="GLS or GLYC", reason="COMP GPR"), "FM472"),
        (change("metabolites", "nh4", formula="H3N", reason="PROT"), "FM475"),
        (change("reactions", "H2Ot", equation="0.5 h2o_e <=> 0.5 h2o_c", parent="MAR00008:0.5"), "FM471"),
        (add("parameters", id="check.atp_per_glucose", value="40", unit="1", low="32", high="43",
             source="chosen"), "FM444"),
        (add("scope", family="f", reaction="LACt", genes="GLS", decision="in", source="hgem",
             test="carries flux"), "FM458"),
        (add("scope", family="f", reaction="AOX", genes="AOX", decision="closed", source="hgem",
             test="opened: range changes when the genes are lost"), "FM458"),
        (change("metabolites", "nh4", kegg="", chebi=""), "FM450"),
        (both(add("metabolites", id="bm", name="bm", formula="X", charge="0", compartments="c", parent="",
                  reason="NEW", source="hgem"), add("biomass", reaction="BIOMASS", metabolite="bm_c",
                  coefficient="1", unit="g/gDW", source="hgem")), "FM432"),
        (both(STUCK, add("scope", family="f", reaction="GLUt", genes="GLS", decision="in", source="hgem")),
         "FM458"),
    ],
)  # fmt: skip
def test_what_is_explained_is_no_finding(edit, code, parent, tmp_path):
    model = toy.build(tmp_path, edit(toy.tables()))
    assert [str(f) for f in run(model, parent, code).findings] == []


def test_the_model_file_must_be_there_be_valid_and_be_equal(model, parent, tmp_path):
    built = toy.build(tmp_path)
    assert {f.code for f in run(built, parent, "FM460", "FM461").findings} == {"FM460", "FM461"}
    file = write_sbml(built, tmp_path / "model.xml")
    assert run(built, parent, "FM460", "FM461").findings == ()
    text = file.read_text(encoding="utf-8")
    for old, new, codes, said in [
        ('stoichiometry="128"', 'stoichiometry="127"', {"FM461"}, "stoichiometry"),
        ('species="M_h_i"', 'species="M_nope"', {"FM460", "FM461"}, "M_nope"),
        ('fbc:charge="-4"', 'fbc:charge="-3"', {"FM461"}, "charge"),
        ("G_MT__45__X", "G_MTX", {"FM461"}, "the gene is in the file and not in the tables"),
        ("kegg.compound/C00004", "kegg.compound/C99999", {"FM461"}, "annotation"),
        ('id="R_GLS"', 'id="R_GLSX"', {"FM460", "FM461"}, "the reaction is in the"),
        ("<?xml version", "<!DOCTYPE a><?xml version", {"FM460", "FM461"}, ""),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE sbml>", {"FM460", "FM461"}, "DOCTYPE"),
    ]:
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
        findings = run(built, parent, "FM460", "FM461").findings
        assert {f.code for f in findings} == codes, (old, [str(f) for f in findings])
        assert any(said in f.message for f in findings)


def test_rules_that_cannot_run_are_named(model):
    report = run_checks(model)
    assert report.skipped["FM441"] == "no solver was given"
    assert report.skipped["FM471"] == "no parent was given"
    assert "FM430" in report.ran
    homeless = run_checks(replace(model, path=None), only=["sbml_equal"])
    assert homeless.skipped == {"FM461": "no path was given"}
    assert homeless.ran == ()


def test_waivers_of_rules_that_did_not_run_are_not_judged(model):
    assert run_checks(model, only=["mass"]).findings == ()


def test_a_waiver_sets_a_finding_apart(parent, tmp_path):
    content = toy.edit(toy.tables(), "reactions", "GLS", reason="")
    content["waivers"].append({"code": "FM474", "subject": "GLS", "reason": "moved on purpose"})
    report = run(toy.build(tmp_path, content), parent, "FM474")
    assert report.findings == ()
    assert [f.subject for f in report.waived] == ["GLS"]
    assert report.ok


def test_counts_and_severity(parent, tmp_path):
    content = toy.edit(toy.tables(), "reactions", "GLS", reason="", kegg="", bigg="")
    report = run(toy.build(tmp_path, content), parent, "FM474", "FM450")
    assert dict(report.counts) == {"FM450": 1, "FM474": 1}
    assert not report.ok
    assert run(toy.build(tmp_path, content), parent, "FM450").ok  # a warning only


def test_progress_and_selection(model):
    seen = []
    run_checks(model, only=["charge", "FM430"], progress=lambda check, n, of: seen.append((check.id, n, of)))
    assert seen == [("mass", 0, 2), ("charge", 1, 2)]
    with pytest.raises(DomainError, match="did you mean mass"):
        run_checks(model, only=["mas"])
    with pytest.raises(DomainError, match=r"known: FM430 mass, FM431 charge") as caught:
        run_checks(model, only=["qqqq"])
    assert "CHECKS" not in str(caught.value)


class Lost(ScipySolver):
    """A solver that calls everything infeasible."""

    def maximise(self, cost, bounds):
        return None

    def ranges(self, reactions, bounds):
        return None


class Nonsense(ScipySolver):
    """A solver whose numbers are none."""

    def maximise(self, cost, bounds):
        return float("nan")

    def ranges(self, reactions, bounds):
        return dict.fromkeys(reactions, (float("nan"), 1.0))


@pytest.mark.parametrize("solver", [Lost, Nonsense])
@pytest.mark.parametrize("rule", ["leak", "yield", "blocked"])
def test_a_solver_that_fails_is_not_taken_for_a_clean_model(model, rule, solver):
    with pytest.raises(NoOptimum):
        run_checks(model, solver=solver, only=[rule])


def test_one_solver_serves_all_rules(model, parent):
    built = []

    def factory(probed):
        built.append(probed)
        return ScipySolver(probed)

    run_checks(model, parent, solver=factory)
    (probed,) = built
    assert set(model.reactions) < set(probed.reactions)
    added = [r for name, r in probed.reactions.items() if name not in model.reactions]
    assert all(r.bounds == (0.0, 0.0) for r in added)


def test_the_parent_cannot_vouch_for_a_deviation_from_itself(model):
    """Its citation is the source of what was copied; a changed bound needs another one."""
    before = run_checks(model, only=["reason_source"])
    header = replace(model.header, parent_source="hgem")
    after = run_checks(replace(model, header=header), only=["reason_source"])
    assert after.values["sources.reasons_read"][0] < before.values["sources.reasons_read"][0]
    assert after.counts["FM452"] > before.counts.get("FM452", 0)
