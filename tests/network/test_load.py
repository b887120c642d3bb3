"""Loading: every problem of every table at once, each with its place."""

# ruff: noqa: E501 - a table is read by its columns

from __future__ import annotations

import time

import pytest

from fluxmodel.errors import InputError
from fluxmodel.network import load_model
from fluxmodel.network.schema import OPTIONAL
from tests.network import toy


def problems(tmp_path, content=None, header=toy.HEADER):
    with pytest.raises(InputError) as caught:
        load_model(toy.write(tmp_path, content, header))
    return caught.value.problems


def one(tmp_path, content=None, header=toy.HEADER):
    (problem,) = problems(tmp_path, content, header)
    return problem


def changed(table, key, **cells):
    return toy.edit(toy.tables(), table, key, **cells)


def added(table, **cells):
    content = toy.tables()
    content[table].append(cells)
    return content


def copy_of(table, key, **cells):
    content = toy.tables()
    (row,) = [r for r in content[table] if next(iter(r.values())) == key][:1]
    content[table].append({**row, **cells})
    return content


CASES = [
    (lambda: changed("reactions", "GLS", equation="gln__L_c --> glu__Lc"), "FM405", "equation", "glu__L_c"),
    (lambda: changed("reactions", "GLS", equation="gln__L_c >> glu__L_c"), "FM402", "equation", "-->"),
    (lambda: changed("reactions", "GLS", gpr="GLSS"), "FM406", "gpr", "did you mean GLS"),
    (lambda: changed("reactions", "GLS", gpr="GLS and"), "FM403", "gpr", "SDHA"),
    (lambda: changed("reactions", "GLS", reason="COMP NOPE"), "FM408", "reason", "add it to reasons.tsv"),
    (lambda: changed("reactions", "GLS", source="hgm"), "FM409", "source", "did you mean hgem"),
    (lambda: changed("reactions", "GLS", lower="-1"), "FM411", "lower", ""),
    (lambda: changed("reactions", "HLEAK", lower="0"), "FM411", "lower", ""),
    (lambda: changed("reactions", "GLS", lower="2", upper="1"), "FM411", "lower", ""),
    (lambda: changed("reactions", "GLS", lower="x"), "FM019", "lower", ""),
    (lambda: changed("reactions", "GLS", parent="MAR1"), "FM019", "parent", ""),
    (lambda: changed("reactions", "GLS", parent="MAR1:0"), "FM019", "parent", ""),
    (lambda: changed("reactions", "GLS", parent=""), "FM413", "kind", ""),
    (lambda: changed("reactions", "AOX", parent="MAR1:1"), "FM413", "kind", ""),
    (lambda: changed("reactions", "EX_o2_e", equation="o2_e + h_e <=>"), "FM413", "kind", ""),
    (lambda: copy_of("reactions", "GLUt", id="X", equation="glu__L_c -->"), "FM413", "kind", ""),
    (lambda: changed("reactions", "GLYC", parent="MAR00010:1"), "FM413", "parent", "MAR00011:2"),
    (lambda: copy_of("lumps", "GLYC"), "FM412", "member", ""),
    (lambda: changed("reactions", "BIOMASS", equation="atp_c --> adp_c"), "FM414", "equation", "@biomass"),
    (lambda: copy_of("reactions", "BIOMASS", id="B2"), "FM414", "equation", ""),
    (lambda: copy_of("reactions", "GLS"), "FM020", "id", ""),
    (lambda: changed("metabolites", "nh4", formula="NH4+"), "FM404", "formula", ""),
    (lambda: changed("metabolites", "nh4", compartments="e c q"), "FM410", "compartments", "model.yaml has"),
    (lambda: changed("metabolites", "nh4", compartments="e c m"), "FM415", "compartments", "remove 'm'"),
    (lambda: changed("metabolites", "nh4", compartments="e c c"), "FM412", "compartments", ""),
    (lambda: changed("metabolites", "nh4", reason="X"), "FM408", "reason", ""),
    (lambda: changed("metabolites", "nh4", id="nh4+"), "FM019", "id", ""),
    (lambda: changed("genes", "GLS", source="x"), "FM409", "source", ""),
    (lambda: changed("catalysts", "ASCT2", reactions="GLNt GLNx"), "FM407", "reactions", "GLNt"),
    (lambda: changed("catalysts", "ASCT2", gpr="SLC1A6"), "FM406", "gpr", "SLC1A5"),
    (lambda: changed("catalysts", "ASCT2", reactions="GLNt GLNt"), "FM412", "reactions", ""),
    (lambda: changed("catalysts", "ASCT2", id="GLS"), "FM412", "id", "another id"),
    (lambda: added("biomass", reaction="BIO", metabolite="atp_c", coefficient="1", unit="1"), "FM407", "reaction", ""),
    (lambda: changed("scope", "tools", reaction="AOXX"), "FM407", "reaction", "AOX"),
    (lambda: changed("scope", "tools", genes="AOXX"), "FM406", "genes", "AOX"),
    (lambda: changed("scope", "tools", decision="perhaps"), "FM019", "decision", ""),
    (lambda: changed("reasons", "PROT", covers="weight"), "FM019", "covers", ""),
    (lambda: changed("reasons", "PROT", needs_source="maybe"), "FM019", "needs_source", ""),
    (lambda: changed("sources", "memory", provenance="rumour"), "FM019", "provenance", ""),
    (lambda: changed("parameters", "p.one", value="3"), "FM411", "value", ""),
    (lambda: changed("parameters", "p.one", source="memori"), "FM409", "source", "memory"),
    (lambda: changed("parameters", "p.one", source=""), "FM409", "source", ""),
    (lambda: added("waivers", code="FM430", subject="GLS", reason="because", source="x"), "FM409", "source", ""),
    (lambda: copy_of("waivers", "FM443"), "FM412", "subject", ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "field", "cure"), CASES)
def test_one_fault_is_one_problem_with_its_place(tmp_path, content, code, field, cure):
    problem = one(tmp_path, content())
    assert problem.code == code
    assert problem.where.file.endswith(".tsv")
    assert problem.where.line >= 2
    assert problem.where.field == field
    assert cure in problem.cure


def test_the_line_is_that_of_the_row(tmp_path):
    content = changed("reactions", "GLS", gpr="GLSS")
    line = 2 + [r["id"] for r in content["reactions"]].index("GLS")
    assert one(tmp_path, content).where.line == line


def test_faults_of_all_tables_are_reported_at_once(tmp_path):
    content = toy.tables()
    toy.edit(content, "reactions", "GLS", gpr="GLSS", source="x")
    toy.edit(content, "metabolites", "nh4", formula="?")
    toy.edit(content, "catalysts", "ASCT2", gpr="(")
    header = toy.HEADER.replace("objective: BIOMASS", "objective: BIOMAS")
    found = problems(tmp_path, content, header)
    assert sorted(p.code for p in found) == ["FM403", "FM404", "FM406", "FM407", "FM409"]
    assert {p.where.file for p in found} == {
        "reactions.tsv",
        "metabolites.tsv",
        "catalysts.tsv",
        "model.yaml",
    }


@pytest.mark.parametrize("table", [t for t in toy.TABLES if t not in OPTIONAL])
def test_a_table_that_is_missing_is_one_problem(tmp_path, table):
    folder = toy.write(tmp_path)
    (folder / f"{table}.tsv").unlink()
    with pytest.raises(InputError) as caught:
        load_model(folder)
    missing = [p for p in caught.value.problems if p.code == "FM011"]
    assert [p.where.file for p in missing] == [f"{table}.tsv"]
    # what refers to the missing table is not called unknown on top of it
    assert len(caught.value.problems) <= 3


def test_optional_tables_may_be_missing(tmp_path):
    folder = toy.write(tmp_path)
    for table in OPTIONAL:
        (folder / f"{table}.tsv").unlink()
    model = load_model(folder)
    assert (model.waivers, model.turnovers, model.affinities, model.proteins) == ((), (), (), {})
    assert (model.energies, model.concentrations, model.ratios) == ({}, {}, ())
    assert model.inhibitors == {}


@pytest.mark.parametrize(
    ("table", "key", "cells", "code", "said"),
    [
        ("kinetics", "GLS", {"catalyst": "GLSS"}, "FM422", "unknown catalyst 'GLSS'"),
        ("kinetics", "ASCT2", {"reactions": "GLS"}, "FM422", "ASCT2 does not catalyse 'GLS'"),
        ("kinetics", "GLS", {"kcat": "50"}, "FM423", "not within 10 to 40"),
        ("kinetics", "GLS", {"kcat": "-1"}, "FM019", "must be above 0"),
        ("kinetics", "ASCT2", {"catalyst": "GLS"}, "FM412", "two rows"),
        ("kinetics", "GLS", {"source": "nowhere"}, "FM409", "unknown source"),
        ("affinities", "ASCT2", {"metabolite": "gln"}, "FM405", "unknown species"),
        ("affinities", "ASCT2", {"reaction": "GLS"}, "FM422", "does not catalyse"),
        ("affinities", "ASCT2", {"km": "9"}, "FM423", "Km 9"),
        ("proteins", "GLS", {"gene": "GLSX"}, "FM406", "unknown gene"),
        ("proteins", "GLS", {"abundance": "-3"}, "FM423", "negative"),
        ("thermo", "GLS", {"reaction": "GLSX"}, "FM407", "unknown reaction"),
        ("thermo", "GLS", {"reaction": "GLUt"}, "FM424", "no concentration of glu__L_e"),
        ("thermo", "GLS", {"errors": "gln:1:2"}, "FM424", "one error has one sd"),
        ("thermo", "GLS", {"errors": "gln:1"}, "FM019", "error:coefficient:sd"),
        ("thermo", "GLS", {"sd": "0"}, "FM019", "must be above 0"),
        ("concentrations", "gln__L_e", {"low": "9"}, "FM423", "9 to 4 is no range"),
        ("ratios", "glu__L_c", {"denominator": "co2_c"}, "FM424", "'co2_c' has no concentration"),
        ("ratios", "glu__L_c", {"low": "30"}, "FM423", "30 to 20 is no range"),
        ("ratios", "glu__L_c", {"denominator": "glu__L_c"}, "FM412", "no new ratio"),
        ("ratios", "glu__L_c", {"source": "nowhere"}, "FM409", "unknown source"),
        ("inhibitors", "CB-839", {"unit": "mg"}, "FM019", "must be one of mM"),
        ("inhibitors", "CB-839", {"potency": "50"}, "FM425", "not lie between low 20 and high 30"),
        ("inhibitors", "CB-839", {"aliases": "v9302"}, "FM426", "'V-9302' is a name of CB-839"),
    ],
)
def test_optional_tables_that_do_not_fit(tmp_path, table, key, cells, code, said):
    found = problems(tmp_path, toy.edit(toy.tables(), table, key, **cells))
    assert [p.code for p in found] == [code]
    assert said in str(found[0])
    assert found[0].where.file == f"{table}.tsv"


def test_folders_that_are_no_model(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        (tmp_path / "file").write_text("x", encoding="utf-8")
        with pytest.raises(InputError, match="FM400"):
            load_model(path)


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("version: 0.1.0\n", "", "version", "missing"),
        ("name: toy model", "nam: toy model", None, "unknown key 'nam'"),
        ("schema: fluxmodel.model/1", "schema: fluxmodel.model/9", "schema", "not read here"),
        ("tables: 1", "tables: 2", "tables", "not read here"),
        ("parent: {id: Human-GEM, version: 1.19, licence: CC-BY-4.0}", "parent: x", "parent", "must hold"),
        ("licence: CC-BY-4.0}", "licence: CC-BY-4.0, site: x}", "parent.site", "unknown key"),
        ("name: toy model", "name: [1]", "name", "not text"),
        ("name: toy model", "name: &a x\nid: *a", None, "aliases are refused"),
        ("name: toy model", "name: [", None, "not readable"),
        ("id: toy", "id: toy\nid: toy", None, "not readable"),
        ("compartments: {c: cytosol,", "compartments: {no: cytosol, 1: x,", "compartments", "text"),
    ],
)
def test_model_yaml(tmp_path, old, new, field, said):
    assert old in toy.HEADER
    found = problems(tmp_path, None, toy.HEADER.replace(old, new))
    assert {p.code for p in found} == {"FM401"}
    assert any(said in p.what and (field is None or field in str(p.where.field)) for p in found)


def test_model_yaml_must_be_a_mapping(tmp_path):
    assert "keys and values" in one(tmp_path, None, "- 1\n").what


def test_rows_that_make_atoms_or_charge_are_refused_on_demand(tmp_path):
    content = toy.edit(toy.tables(), "reactions", "GLS", equation="gln__L_c --> glu__L_c + nh4_c")
    assert "GLS" in load_model(toy.write(tmp_path / "a", content)).reactions  # the checks report it
    with pytest.raises(InputError) as caught:
        load_model(tmp_path / "a", validate=True)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.file) == ("FM430", "reactions.tsv")
    assert problem.where.line
    assert "GLS: atoms made: H +2, O +1" in problem.what
    content["waivers"].append({"code": "FM430", "subject": "GLS", "reason": "an example"})
    load_model(toy.write(tmp_path / "b", content), validate=True)
    load_model(validate=True)


def test_loading_is_fast(tmp_path):
    content = toy.tables()
    for n in range(570):
        content["reactions"].append(
            {**content["reactions"][25], "id": f"X{n}", "gpr": "GLS or (GLYC and RESP)"}
        )
    folder = toy.write(tmp_path, content)
    load_model(folder)  # imports
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        load_model(folder)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5  # measured 0.07; the limit is for a busy machine
