"""calibrate: the cell that comes out, its audit, its file, and what it is worth."""

from __future__ import annotations

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.condition import Library
from fluxmodel.condition.members import read_members, write_members
from fluxmodel.errors import DomainError, NoOptimum
from fluxmodel.questions.calibrate import calibrate
from fluxmodel.questions.cell_file import cell_yaml

N = 6


@pytest.fixture(scope="module")
def ample(model):
    """Proteins by the gram: glycolysis and respiration are not what the toy is short of."""
    scarce = ("GLS", "GLS2", "AOX", "ORPHAN")  # a tenth of the proteins, or what is scarce would be raised
    return {g: 1.0 if g in scarce else 1e5 for g in model.genes}


@pytest.fixture(scope="module")
def found(model, conditions, ample):
    return calibrate(model, "toycell", members=N, seed=1, abundance=ample, folders=[conditions])


def test_rates_and_their_residuals(found):
    rows = {r.name: r for r in found.rates}
    assert rows.keys() == {"growth", "uptake(glc__D)"}
    for row in rows.values():
        assert row.residual == pytest.approx((row.reached - row.measured) / row.error)
        assert abs(row.residual) < 1
        assert row.balance == pytest.approx(0, abs=0.3)
    assert found.contradictions == ()
    assert found.misfit == pytest.approx(sum(r.residual**2 for r in rows.values()))


def test_a_rate_left_out_is_what_a_fit_without_it_gives(model, conditions, ample, found):
    glucose = "uptake(glc__D)"
    alone = calibrate(model, "toycell", members=1, without=glucose, abundance=ample, folders=[conditions])
    (row,) = [r for r in found.rates if r.name == glucose]
    assert [r.name for r in alone.rates] == ["growth"]
    assert row.left_out == pytest.approx(-alone.fit.fluxes["EX_glc__D_e"], abs=1e-7)
    assert row.left_out < row.measured - row.error  # so that the rate does say something
    with pytest.raises(DomainError, match="FM543"):  # and without growth nothing says that it grows
        calibrate(model, "toycell", members=1, without=["growth"], abundance=ample, folders=[conditions])
    plain = calibrate(model, "toycell", members=1, leave_one_out=False, abundance=ample, folders=[conditions])
    assert [r.left_out for r in plain.rates] == [None, None]


def test_the_audit_names_what_had_to_rise(found):
    named = [r.catalyst for r in found.audit]
    assert set(named) == {"GLS", "GLS2"}  # of which there is little
    assert [r.factor for r in found.audit] == sorted((r.factor for r in found.audit), reverse=True)
    for row in found.audit:
        assert row.needed == pytest.approx(row.prior * row.factor, rel=1e-6)
    assert found.penalty > 0


def test_capacities_allow_the_fit_and_its_members(found):
    for j, k in enumerate(found.prior.catalysts):
        assert found.members.capacities[k][0] >= found.fit.use[j]
        assert np.all(found.members.capacities[k][1:] >= found.ensemble.use[:, j])
        assert found.cell.capacities[k].value == pytest.approx(found.members.capacities[k][0], rel=5.1e-4)
    assert found.members.translation[0] > found.fit.fluxes["BIOMASS"]
    assert found.members.reference() == found.fit.fluxes
    assert not found.cell.provisional


def test_the_seed_decides(model, conditions, ample, found):
    again, other = (
        calibrate(model, "toycell", members=N, seed=s, leave_one_out=False, abundance=ample,
                  folders=[conditions])
        for s in (1, 2)
    )  # fmt: skip
    assert again.members.digest == found.members.digest
    assert write_members(again.members) == write_members(found.members)
    assert other.members.digest != found.members.digest
    assert other.fit.fluxes == found.fit.fluxes  # the point has no chance in it


def test_the_file_of_the_cell_and_its_members_read_back(model, conditions, found, tmp_path):
    for file in conditions.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    once = cell_yaml(found, (conditions / "toycell.yaml").read_text())
    assert cell_yaml(found, once) == once  # a second calibration replaces the first
    (tmp_path / "toycell.yaml").write_text(once)
    (tmp_path / found.cell.ensemble).write_text(write_members(found.members))
    library = Library([tmp_path], packaged=False)
    cell = library.cell("toycell")
    assert {k: c.value for k, c in cell.capacities.items()} == {
        k: pytest.approx(c.value) for k, c in found.cell.capacities.items()
    }
    assert cell.translation.value == pytest.approx(found.cell.translation.value)
    assert (cell.provisional, cell.ensemble, cell.reference) == (False, "toycell.ensemble.tsv", "plenty")
    assert cell.rates == found.cell.rates
    assert library.members("toycell").digest == read_members(tmp_path / found.cell.ensemble).digest


@pytest.fixture(scope="module")
def calibrated(conditions, found, tmp_path_factory):
    """A folder in which the toy's cell is the calibrated one."""
    folder = tmp_path_factory.mktemp("calibrated")
    for file in conditions.iterdir():
        (folder / file.name).write_text(file.read_text())
    (folder / "toycell.yaml").write_text(cell_yaml(found, (conditions / "toycell.yaml").read_text()))
    (folder / found.cell.ensemble).write_text(write_members(found.members))
    return folder


def test_a_calibrated_cell_grows_as_measured(model, calibrated, found):
    p = fx.predict(model, "plenty", formalism="capacity", folders=[calibrated])
    fitted = found.fit.fluxes["BIOMASS"]
    # 4 digits in the file; at most the headroom of translation
    assert fitted * (1 - 1e-3) <= p.growth <= found.cell.translation.value * (1 + 1e-9)
    assert len(p.members) == N
    every = found.ensemble.fluxes[:, found.ensemble.reactions.index("BIOMASS")]
    assert np.all(p.members.growth >= every * (1 - 1e-3))
    assert np.all(p.members.growth <= found.members.translation[1:] * (1 + 1e-3))


def test_members_do_not_depend_on_how_they_are_asked(model, calibrated):
    def ask(**how):
        return fx.predict(model, "plenty", [fx.inhibit("GLS=90%")], formalism="capacity",
                          folders=[calibrated], **how).members  # fmt: skip

    every, some, none = ask(), ask(members=2), ask(members=0)
    assert none is None
    assert np.array_equal(some.growth, every.growth[:2])
    assert np.array_equal(ask(workers=2).low, every.low, equal_nan=True)
    assert len(ask(members=99)) == N


def test_the_words_of_a_comparison_come_from_the_members(model, calibrated):
    found = fx.compare(
        model, ["plenty"], [fx.knock_out("GLS,GLS2")], observables=["growth"], formalism="capacity",
        folders=[calibrated],
    )  # fmt: skip
    (row,) = found.differences[0].rows
    assert str(row.verdict) == "down"
    assert row.verdict.share == 1.0


def changed(conditions, tmp_path, old, new):
    for file in conditions.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    text = (conditions / "toycell.yaml").read_text()
    assert old in text
    (tmp_path / "toycell.yaml").write_text(text.replace(old, new))
    return tmp_path


def test_rates_that_contradict_the_network_are_named(model, conditions, tmp_path, ample):
    more = '  uptake(gln__L): {value: 0.3, error: 0.05, unit: mmol/gDW/h, source: "chosen"}\ndemands:'
    folder = changed(conditions, tmp_path, "demands:", more)
    found = calibrate(model, "toycell", members=1, abundance=ample, folders=[folder])
    assert {r.name for r in found.contradictions} == {"growth", "uptake(gln__L)"}
    assert {r.name: r.balance for r in found.rates} == {
        "growth": pytest.approx(-2),
        "uptake(gln__L)": pytest.approx(2),
        "uptake(glc__D)": pytest.approx(0, abs=0.6),
    }


def test_a_cell_without_rates_or_reference(model, conditions, tmp_path):
    def without(*names):
        with pytest.raises(DomainError) as caught:
            calibrate(model, "toycell", members=1, without=names, folders=[conditions])
        return caught.value.problems[0].code

    assert without("growth", "uptake(glc__D)") == "FM540"
    folder = changed(conditions, tmp_path, "reference: plenty\n", "")
    with pytest.raises(DomainError, match="FM541"):
        calibrate(model, "toycell", members=1, folders=[folder])


def test_demands_that_nothing_serves(model, conditions, tmp_path):
    old = "ATP_maintenance: {value: 2,"
    folder = changed(conditions, tmp_path, old, old.replace("2", "5000"))
    with pytest.raises(NoOptimum, match="toycell"):
        calibrate(model, "toycell", members=1, folders=[folder])


def test_a_misspelt_rate_to_leave_out_is_refused(model, conditions):
    with pytest.raises(DomainError, match="growht"):
        calibrate(model, "toycell", members=1, without=["growht"], folders=[conditions])


@pytest.mark.parametrize(("members", "code"), [(-1, "FM525"), (1.5, "FM525"), (True, "FM525")])
def test_wrong_numbers_of_members(model, conditions, members, code):
    with pytest.raises(DomainError, match=code):
        calibrate(model, "toycell", members=members, folders=[conditions])
    with pytest.raises(DomainError, match=code):
        fx.predict(model, "plenty", members=members, folders=[conditions])


@pytest.mark.parametrize("how", [{"workers": 0}, {"seed": -1}, {"members": -2}])
def test_wrong_numbers_of_a_question(model, conditions, how):
    with pytest.raises(DomainError, match="FM525"):
        fx.predict(model, "plenty", folders=[conditions], **how)


def test_no_members_is_the_point_alone(model, conditions, ample, found):
    bare = calibrate(model, "toycell", members=0, abundance=ample, folders=[conditions])
    assert len(bare.members) == len(bare.ensemble) == 0
    assert bare.members.reference() == found.members.reference()
    assert bare.cell == found.cell
    assert write_members(bare.members) == write_members(found.members.first(0))
