"""Control coefficients as a question: genes move all their catalysts, states differ, nonsense is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.errors import DomainError, InputError
from tests.cli.conftest import command


def test_the_toy_by_hand(model, conditions):
    """Growth is the glutamine that the two enzymes pass on: 0.9 of it by GLS, 0.1 by GLS2."""
    short = fx.set_field("medium.gln__L=10 mM")
    found = fx.control(model, ["plenty"], ["GLS", "GLUNm"], [short], folders=[conditions])
    gls, both = found.rows
    assert gls.catalysts == ("GLS",)
    assert both.catalysts == ("GLS", "GLS2")
    assert both.less == pytest.approx(1.0, abs=1e-6)
    assert 0 < gls.less < 1
    assert gls.less_members.members == 0
    assert gls.share is None


def test_nearly_lost_enzymes_control_growth():
    """SLC7A11 runs at its capacity: where cystine is scarce growth follows it."""
    scarce = fx.set_field("medium.cysi__L=0.02 mM")
    off = fx.set_field("regulators.ATF4=off")
    found = fx.control(None, ["normoxia"], ["SLC7A11", "translation"], [scarce, off], members=10)
    xct, translation = found.rows
    assert xct.less > 1
    assert translation.less == 0
    assert xct.share > 0.2
    assert found.growth[0][1] == pytest.approx(
        fx.predict(None, "normoxia", [scarce, off], ["growth"], members=0).growth
    )
    assert set(found.table.columns) >= {"condition", "target", "less", "more", "share"}


def test_numbers_do_not_depend_on_workers():
    one, two = (fx.control(None, ["hypoxia"], ["CAD"], members=26, workers=n) for n in (1, 2))
    assert one.records() == two.records()


def test_what_nothing_limits_is_named():
    with pytest.raises(DomainError, match="FM531: nothing limits 'GLSS' here") as error:
        fx.control(None, ["normoxia"], ["GLSS", "GLS"], members=0)
    assert "GLS" in str(error.value)
    with pytest.raises(InputError):
        fx.control(None, ["normoxia"], 3, members=0)


def test_the_command(tmp_path):
    asked = ("control", "normoxia", "hypoxia", "--of", "GLS", "--of", "translation", "--members", "4")
    shown = command(*asked, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "counts in" in shown.stdout
    data = json.loads(command(*asked, "--json", cwd=tmp_path).stdout)
    assert [(r["condition"], r["target"]) for r in data["rows"]] == [
        ("normoxia", "GLS"), ("normoxia", "translation"), ("hypoxia", "GLS"), ("hypoxia", "translation"),
    ]  # fmt: skip
    assert np.isfinite([r["less"] for r in data["rows"]]).all()
    table = command(*asked, "--csv", cwd=tmp_path).stdout.splitlines()
    assert table[0].startswith("condition,target,catalysts,less,more")
    assert len(table) == 5


def test_control_of_fluxes_by_hand(model, conditions):
    """All glutamine is opened by the two enzymes, and growth takes what they give: each flux follows."""
    short = fx.set_field("medium.gln__L=10 mM")
    asked = ["flux(GLUNm)", "flux(BIOMASS)", "flux(BYPASS)"]
    found = fx.control(model, ["plenty"], ["GLUNm"], [short], fluxes=asked, folders=[conditions])
    opened, growth, none = found.fluxes
    assert (opened.target, opened.flux) == ("GLUNm", "flux(GLUNm)")
    assert growth.less == pytest.approx(found.rows[0].less, abs=1e-4)
    assert opened.less == pytest.approx(1.0, abs=1e-4)
    assert opened.low == pytest.approx(opened.high)
    assert (none.less, none.low, none.high, none.high_less) == (None, 0, 0, None)
    rows = found.table
    assert rows["of"].tolist() == ["growth", *asked]


def test_a_flux_with_a_choice_has_no_coefficient_but_its_ends_have():
    """Translation limits growth: what must be taken up follows it, what GLS can carry is its capacity."""
    asked = ["flux(GLUNm)", "uptake(gln__L)"]
    found = fx.control(None, ["normoxia"], ["GLS", "translation"], fluxes=asked, members=0)
    by = {(r.target, r.flux): r for r in found.fluxes}
    for row in found.fluxes:
        assert row.less is None
        assert row.low < row.high

    def ends(factor):
        how = [fx.inhibit(f"GLS={100 * (1 - factor):g}%")] if factor < 1 else []
        p = fx.predict(
            None, "normoxia", how, asked, fraction=1.0, members=0, thermo=False, objective="growth"
        )
        return p.ranges.loc["flux(GLUNm)"]

    whole, less = ends(1.0), ends(0.99)
    row = by["GLS", "flux(GLUNm)"]
    assert row.high == pytest.approx(whole["max"], rel=1e-4)
    expected = (whole["max"] - less["max"]) / (0.01 * whole["max"])
    assert row.high_less == pytest.approx(expected, abs=0.02)
    assert by["translation", "uptake(gln__L)"].low_less > 0


def test_a_ratio_has_no_coefficient_here():
    with pytest.raises(DomainError, match="FM565"):
        fx.control(None, ["normoxia"], ["GLS"], fluxes=["secretion(lac__L)/uptake(glc__D)"], members=0)


def test_states_in_one_call(tmp_path):
    asked = ("control", "normoxia", "hypoxia", "--of", "translation", "--members", "0", "--json")
    levels = ("--atf4", "off", "--atf4", "high")
    done = command(*asked, *levels, "--flux", "flux(GLUNm)", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    labels = [f"{c} + regulators.ATF4 = {a}" for c in ("normoxia", "hypoxia") for a in ("off", "high")]
    assert list(data["growth"]) == labels
    assert [r["condition"] for r in data["rows"]] == labels * 2
    for label, growth in data["growth"].items():
        condition, _, change = label.partition(" + ")
        p = fx.predict(None, condition, [fx.set_field(change.replace(" ", ""))], ["growth"], members=0)
        assert growth == pytest.approx(p.growth, rel=1e-6)


def test_a_cell_that_does_not_grow_is_called_so(tmp_path):
    asked = ("control", "normoxia", "--of", "GLS", "--members", "0")
    shown = command(*asked, "--set", "demands.ATP_maintenance=50 mmol/gDW/h", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "the cell does not grow at the point" in shown.stdout
    shown = command(
        "control", "normoxia", "--of", "GLS", "--of", "translation", *asked[4:], "--quiet", cwd=tmp_path
    )
    assert shown.stdout == "normoxia: growth hangs on translation (1.00)\n"
