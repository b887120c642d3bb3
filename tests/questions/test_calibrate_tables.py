"""calibrate in Python: tables, abundances, members and the file that comes out."""

from __future__ import annotations

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.condition.members import read_members, write_members
from fluxmodel.errors import DomainError, InputError, NoOptimum
from fluxmodel.questions.calibration.abundances import read_abundance
from fluxmodel.questions.cell_file import cell_text, cell_yaml


@pytest.fixture(scope="module")
def found():
    return fx.calibrate(None, "default", members=3, leave_one_out=False)


def test_every_member_can_carry_what_it_uses(found):
    assert np.all(found.ensemble.capacities >= found.ensemble.use * (1 - 1e-9))
    assert list(found.headroom) == ["5 %", "25 %", "50 %", "75 %", "95 %"]
    assert min(found.headroom.values()) >= 1


def test_sources_of_atp_are_those_of_the_fluxes(found):
    v, e = found.fit.fluxes, found.energy
    assert e.glycolysis == pytest.approx(v["PGK"] + v["PYK"] - v["HEX1"] - v["PFK"])
    assert e.oxphos == pytest.approx(v["ATPS4mi"])
    assert e.substrate_level == pytest.approx(v["SUCOASm"] + v["SUCOAS1m"])
    assert e.oxphos_share == pytest.approx(e.oxphos / (e.glycolysis + e.oxphos + e.substrate_level))
    assert found.oxphos_share.members == 3
    assert found.of_members("EX_o2_e", -1.0).low > 0


def test_the_same_seed_gives_the_same_cell(found):
    again = fx.calibrate(None, "default", members=3, leave_one_out=False)
    other = fx.calibrate(None, "default", members=3, leave_one_out=False, seed=2)
    assert again.provenance == found.provenance
    assert again.members.digest == found.members.digest != other.members.digest


def test_the_file_keeps_the_text_and_says_the_same(found, tmp_path):
    for name, text in (("kept", found.base_text), ("made", None)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "c.yaml").write_text(cell_yaml(found, text), encoding="utf-8")
        (folder / "default.ensemble.tsv").write_text(write_members(found.members), encoding="utf-8")
        cell = fx.load_cell(str(folder / "c.yaml"))
        assert cell.digest == found.cell.digest, name
        assert len(read_members(folder / "default.ensemble.tsv")) == 3
    assert cell_text(found.cell).count("capacities:") == 0


def test_no_members(found):
    alone = fx.calibrate(None, "default", members=0, leave_one_out=False)
    assert len(alone.members) == 0
    assert alone.misfit == pytest.approx(found.misfit)
    assert dict(alone.headroom) == {}
    assert alone.to_dict()["oxphos"]["low"] is None


def test_a_table_and_another_proteome(tmp_path):
    table = tmp_path / "mine.tsv"
    table.write_text(
        "observable\tvalue\tunit\ngrowth\t0.02\t1/h\nuptake(glc__D)\t1\tmmol/gDW/h\n", encoding="utf-8"
    )
    proteome = tmp_path / "proteome.csv"
    proteome.write_text("gene,value\nHK2,5000\nNOPE,3\nGLS,0\n", encoding="utf-8")

    def fit(**more):
        how = {"members": 0, "leave_one_out": False, **more}
        return fx.calibrate(None, table, "fibroblast_rates", **how)

    plain, rich = fit(), fit(abundance=proteome)
    assert plain.cell.id == "mine"
    assert plain.cell.reference == "fibroblast_rates"
    assert not plain.cell.provisional
    assert rich.prior.medians["HK2"] > plain.prior.medians["HK2"]
    assert rich.prior.medians["GLS"] == plain.prior.medians["GLS"]
    assert any("1 genes of proteome.csv are not in the model" in n for n in rich.notes)
    with pytest.raises(DomainError, match="FM548"):
        fit(id="a b")
    with pytest.raises(InputError, match="FM541"):
        fx.calibrate(None, table)


def test_abundances_that_cannot_be(tmp_path):
    model = fx.load_model()
    file = tmp_path / "p.tsv"
    file.write_text("gene\tvalue\tunit\nGLS\t-1\t\nHK2\tx\t\nHK1\t1\tppm\nHK1\t2\t\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_abundance(file, model)
    assert [p.code for p in caught.value.problems] == ["FM545", "FM545", "FM547", "FM546"]
    file.write_text("gene,value\nNOPE,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no gene of it is in the model"):
        read_abundance(file, model)
    file.write_text("gene,value\nGLS,0\n", encoding="utf-8")
    with pytest.raises(InputError, match="every gene of the model in it has 0"):
        read_abundance(file, model)
    file.write_text("gene,value\nGLS,2e5\n", encoding="utf-8")  # copies per cell
    with pytest.raises(InputError, match="mg per mg of protein"):
        read_abundance(file, model)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"GLS": -3}, "FM545"),
        ({"GLS": float("nan")}, "FM545"),
        ({"GLS": 1e12}, "FM545"),
        ({"GLS": "3"}, "FM524"),
        (["GLS"], "FM524"),
    ],
)
def test_a_mapping_of_abundances_that_cannot_be(wrong, code):
    with pytest.raises(DomainError, match=code):
        fx.calibrate(None, "default", members=0, leave_one_out=False, abundance=wrong)


def test_an_abundance_of_0_is_none():
    def misfit(**more):
        return fx.calibrate(None, "default", members=0, leave_one_out=False, **more).misfit

    assert misfit(abundance={"GLS": 0}) == misfit()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rates", None),
        ("rates", {"growth": 0.02}),
        ("condition", ["normoxia"]),
        ("dry_mass", 490.0),
        ("id", 3),
        ("members", None),
        ("seed", None),
        ("leave_one_out", "no"),
        ("progress", 3),
        ("folders", None),
    ],
)
def test_arguments_of_another_type(name, value):
    asked = {"rates": "default", "members": 0, name: value}
    with pytest.raises(DomainError, match=f"FM524: argument {name} = "):
        fx.calibrate(None, **asked)


def test_a_rate_beyond_what_the_medium_supplies_says_so(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text(
        "observable,value,unit\ngrowth,0.0238,1/h\nuptake(glc__D),9,mmol/gDW/h\n", encoding="utf-8"
    )
    with pytest.raises(DomainError, match=r"what the medium supplies \(concentration, uptake.hours"):
        fx.calibrate(None, table, "fibroblast_rates", members=0)


def test_a_cell_that_starves_in_its_medium_is_told_what_the_medium_depends_on(tmp_path):
    table = tmp_path / "mine.csv"
    rows = "observable,value,unit\ngrowth,{},1/h\nuptake(glc__D),500,fmol/cell/h\n"

    def said(growth, mass):
        table.write_text(rows.format(growth), encoding="utf-8")
        with pytest.raises((DomainError, NoOptimum)) as caught:
            fx.calibrate(None, table, "fibroblast_rates", dry_mass=mass, members=0)
        return str(caught.value)

    assert "the dry mass of a cell (4.9e+05 pg/cell)" in said(0.0238, "490 ng/cell")
    assert "the dry mass of a cell (5000 pg/cell)" in said(0.0238, "5 ng/cell")
    assert "growth = 0: a rate of 0 without an error cannot be fitted" in said(0, "490 pg/cell")


def test_the_toy_calibrates(model, conditions):
    found = fx.calibrate(model, "toycell", folders=[conditions], members=2)
    assert found.energy is None
    assert found.to_dict()["oxphos"] is None
    assert all(r.left_out is not None for r in found.rates)


@pytest.mark.parametrize(
    "how", [{"members": -1}, {"seed": -1}, {"workers": 0}, {"members": 1.5}, {"members": True}]
)
def test_counts_that_cannot_be(model, conditions, how):
    with pytest.raises(DomainError, match="FM525"):
        fx.predict(model, "plenty", folders=[conditions], **how)


@pytest.mark.parametrize("name", ["thermo", "gene_rules_only", "sensitivity"])
def test_switches_are_true_or_false(model, conditions, name):
    with pytest.raises(DomainError, match=f"FM524: argument {name} = 'no'"):
        fx.compare(model, ["plenty", "scarce"], folders=[conditions], **{name: "no"})


def test_an_objective_that_is_none(model, conditions):
    with pytest.raises(DomainError, match="did you mean adjustment"):
        fx.predict(model, "plenty", folders=[conditions], objective="adjust")
