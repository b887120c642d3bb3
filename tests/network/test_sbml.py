"""cobra and SBML: what goes out, that it is the same each time, and what is refused coming in."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fluxmodel.errors import ModelError
from fluxmodel.network import (
    differences,
    parse_sbml,
    read_parent,
    read_sbml,
    sbml_errors,
    sbml_text,
    write_sbml,
)
from fluxmodel.network.cobra_model import moves_matter, reaction_sbo
from tests.network import toy

# not in the repository: beside it, or where FLUXMODEL_PARENT says
HUMAN_GEM = Path(
    os.environ.get("FLUXMODEL_PARENT")
    or Path(__file__).resolve().parents[3] / "shared" / "parent" / "Human-GEM-1.19.xml.gz"
)


@pytest.fixture(scope="module")
def text(model):
    return sbml_text(model)


@pytest.fixture(scope="module")
def cobra_model(model):
    return model.to_cobra()


def test_cobra_holds_the_tables(model, cobra_model):
    assert [r.id for r in cobra_model.reactions] == list(model.reactions)
    assert [m.id for m in cobra_model.metabolites] == list(model.metabolites)
    assert [g.id for g in cobra_model.genes] == list(model.genes)
    for r in cobra_model.reactions:
        ours = model.reactions[r.id]
        assert {m.id: c for m, c in r.metabolites.items()} == dict(ours.stoichiometry)
        assert r.bounds == ours.bounds
        assert r.gene_reaction_rule == str(ours.rule)
        assert {g.id for g in r.genes} == set(ours.genes)
        assert r.check_mass_balance() == {} or r.boundary or r.id == "BIOMASS"
    assert cobra_model.compartments == dict(model.compartments)
    assert {g.name for g in cobra_model.groups} == {"Exchange", "Core"}


def test_cobra_grows(cobra_model):
    # 1 glutamine and 5 per g: growth is 0.2 1/h
    assert cobra_model.slim_optimize() == pytest.approx(0.2)


def test_cobra_knocks_out(model, cobra_model):
    with cobra_model:
        for symbol in ("SLC1A5", "SLC38A2"):
            cobra_model.genes.get_by_id(symbol).knock_out()
        assert cobra_model.reactions.GLNt.bounds == (0, 0)
    assert model.lost_reactions(["SLC1A5", "SLC38A2"]) == ("GLNt",)


@pytest.mark.parametrize(
    ("reaction", "term"),
    [
        ("EX_o2_e", "627"), ("ATPM", "630"), ("BIOMASS", "629"), ("GLS", "176"), ("GLCt1", "655"),
        ("LACt", "659"), ("ANT", "660"), ("ATPS", "655"),
    ],
)  # fmt: skip
def test_sbo_terms_follow_from_what_a_reaction_does(model, reaction, term):
    assert reaction_sbo(model, model.reactions[reaction]) == f"SBO:0000{term}"


def test_an_sbo_term_in_the_table_counts(tmp_path):
    model = toy.build(tmp_path, toy.edit(toy.tables(), "reactions", "GLCt1", sbo="SBO:0000658"))
    assert model.to_cobra().reactions.GLCt1.annotation["sbo"] == "SBO:0000658"


def test_demands_and_matter(model):
    more = model.with_reaction("DM_x", "glc__D_c -->")
    assert reaction_sbo(more, more.reactions["DM_x"]) == "SBO:0000628"
    assert moves_matter(model, model.reactions["ATPS"])
    assert not moves_matter(model, model.reactions["GLYC"])


def test_annotations_use_miriam_names(tmp_path):
    content = toy.edit(toy.tables(), "reactions", "GLS", ec="3.5.1.2 3.5.-.-", rhea="15889")
    toy.edit(content, "metabolites", "nh4", inchikey="QGZKDVFQNNGYKY-UHFFFAOYSA-O", kegg="C00014 C01342")
    model = toy.build(tmp_path, content).to_cobra()
    assert model.reactions.GLS.annotation["ec-code"] == ["3.5.1.2", "3.5.-.-"]
    assert model.reactions.GLS.annotation["brenda"] == ["3.5.1.2"]
    assert model.reactions.GLS.annotation["rhea"] == ["15889"]
    assert model.metabolites.nh4_c.annotation["kegg.compound"] == ["C00014", "C01342"]
    assert model.metabolites.nh4_c.annotation["inchikey"] == ["QGZKDVFQNNGYKY-UHFFFAOYSA-O"]
    assert model.genes.GLS.annotation["hgnc.symbol"] == ["GLS"]
    assert model.genes.GLS.annotation["sbo"] == "SBO:0000243"
    assert model.metabolites.nh4_c.annotation["sbo"] == "SBO:0000247"


def test_the_file_is_valid(text):
    assert sbml_errors(text) == ()


def test_libsbml_names_what_is_wrong(text):
    (first, *_) = sbml_errors(text.replace('species="M_h_i"', 'species="M_nope"'))
    assert first.startswith("line ")
    assert "M_nope" in first


def test_the_file_reads_back_equal(model, text):
    assert list(differences(model, parse_sbml(text))) == []


def test_differences_are_named(model, text, tmp_path):
    content = toy.edit(
        toy.tables(), "reactions", "GLS", gpr="GLS or GLYC", upper="7", name="x", subsystem="y"
    )
    toy.edit(content, "metabolites", "nh4", formula="H3N", charge="0", name="z")
    other = toy.build(tmp_path, content)
    found = list(differences(other, parse_sbml(text)))
    said = {(row, what.split(":")[0]) for row, what in found}
    assert said == {
        ("nh4_e", "name"), ("nh4_e", "formula"), ("nh4_e", "charge"),
        ("nh4_c", "name"), ("nh4_c", "formula"), ("nh4_c", "charge"),
        ("GLS", "name"), ("GLS", "bounds"), ("GLS", "subsystem"), ("GLS", "gene rule"),
    }  # fmt: skip


def test_cobra_reads_it_back(text, tmp_path, cobra_model):
    import cobra.io

    path = tmp_path / "toy.xml"
    path.write_text(text, encoding="utf-8")
    again = cobra.io.read_sbml_model(str(path))
    assert again.genes.get_by_id("MT-X").reactions
    assert again.slim_optimize() == pytest.approx(cobra_model.slim_optimize())


def test_the_same_bytes_in_any_process(text, tmp_path):
    code = (
        "import sys, hashlib; from tests.network import toy; from fluxmodel.network import sbml_text;"
        "from pathlib import Path;"
        "print(hashlib.sha256(sbml_text(toy.build(Path(sys.argv[1]))).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", code, str(tmp_path)]
        out = subprocess.run(command, env=env, cwd=root, capture_output=True, text=True, check=True)
        assert out.stdout.strip() == hashlib.sha256(text.encode()).hexdigest()


def test_writing_replaces_whole_or_not_at_all(model, tmp_path, monkeypatch):
    path = write_sbml(model, tmp_path / "model.xml")
    before = path.read_bytes()
    assert b"\r" not in before
    assert write_sbml(model, path).read_bytes() == before

    def broken(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        write_sbml(model, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        ('<!DOCTYPE sbml SYSTEM "http://example.org/x.dtd"><sbml/>', "DOCTYPE"),
        ("<html/>", "not SBML"),
        ('<sbml xmlns="http://www.sbml.org/sbml/level2/version4"/>', "not SBML Level 3"),
        ("plain text", "not XML"),
        ("", "not XML"),
        (
            '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core"><species id="a"/></sbml>',
            "not the SBML that is expected",
        ),
    ],
)
def test_unsafe_or_foreign_xml_is_refused(document, said):
    with pytest.raises(ModelError, match="FM417") as caught:
        parse_sbml(document)
    assert said in str(caught.value)
    with pytest.raises(ModelError, match="FM417"):
        sbml_errors(document)


def test_a_doctype_in_another_encoding_is_refused_too():
    with pytest.raises(ModelError, match="DOCTYPE"):
        parse_sbml('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"))


def test_size_is_limited(text, monkeypatch):
    monkeypatch.setattr("fluxmodel.network.sbml_reader.MAX_BYTES", 100)
    with pytest.raises(ModelError, match="more than 100 bytes"):
        parse_sbml(text)


def test_files_that_cannot_be_read(tmp_path, text):
    (tmp_path / "model.xml").write_text("x", encoding="utf-8")
    with pytest.raises(ModelError, match=r"did you mean model.xml"):
        read_sbml(tmp_path / "modell.xml")
    with pytest.raises(ModelError, match="folder") as caught:
        read_sbml(tmp_path)
    assert caught.value.problems[0].cure == f"name the file in it, such as {tmp_path / 'model.xml'}"
    assert caught.value.problems[0].where.file == str(tmp_path)
    with pytest.raises(ModelError) as caught:
        read_sbml(tmp_path / "below" / "x.xml")
    assert caught.value.problems[0].where.file == str(tmp_path / "below" / "x.xml")
    assert caught.value.problems[0].cure == f"there is no folder {tmp_path / 'below'}"
    os.mkfifo(tmp_path / "pipe.xml")
    with pytest.raises(ModelError, match="this is a pipe or a device") as caught:
        read_sbml(tmp_path / "pipe.xml")
    assert "did you mean" not in str(caught.value)
    (tmp_path / "loop.xml").symlink_to(tmp_path / "loop.xml")
    with pytest.raises(ModelError, match=r"a link that leads nowhere|cannot be read"):
        read_sbml(tmp_path / "loop.xml")
    (tmp_path / "bad.xml.gz").write_bytes(b"not gzip")
    with pytest.raises(ModelError, match="cannot be read"):
        read_sbml(tmp_path / "bad.xml.gz")
    (tmp_path / "cut.xml.gz").write_bytes(gzip.compress(text.encode())[:500])
    with pytest.raises(ModelError, match="FM417"):
        read_sbml(tmp_path / "cut.xml.gz")


def test_gzip_reads_like_plain(tmp_path, text):
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(text.encode()))
    assert read_sbml(tmp_path / "a.xml.gz") == parse_sbml(text)


def test_a_parent_must_be_human_gem(tmp_path, text):
    path = tmp_path / "toy.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="FM419"):
        read_parent(path)


@pytest.mark.skipif(not HUMAN_GEM.exists(), reason="needs FLUXMODEL_PARENT")
def test_human_gem():
    gem = read_parent(HUMAN_GEM)
    assert (len(gem.reactions), len(gem.species)) == (12971, 8455)
    hex1 = gem.reaction("MAR04394")
    assert dict(hex1.stoichiometry) == {
        "MAM01371c": -1, "MAM01965c": -1, "MAM01285c": 1, "MAM01968c": 1, "MAM02039c": 1,
    }  # fmt: skip
    assert (hex1.lower, hex1.upper) == (0, 1000)
    assert set(gem.rule("MAR04394").genes) == {"GCK", "HKDC1", "HK1", "HK2", "HK3"}
    assert gem.species["MAM01975c"].charge == 0
    assert hex1.annotation["kegg.reaction"] == ("R00299",)
    assert "MAM02039i" in gem.equation("MAR06916")
    with pytest.raises(ModelError, match="FM419"):
        gem.reaction("MAR99999")
