"""Dose-response as a question: agrees with predictions at every dose, and refuses nonsense."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.errors import ConditionError, DomainError, InputError, NoOptimum
from tests.cli.conftest import command

LITTLE = fx.set_field("medium.cysi__L=0.05 mM")


def growth_at(condition, changes):
    found = fx.predict(None, condition, changes, ["growth"], members=0)
    return found.growth_or_none


@pytest.mark.parametrize(
    ("of", "doses"), [("erastin", "0, 0.1 uM, 0.5 uM, 1 uM, 20 uM"), ("SLC7A11", "0, 40%, 60%, 70%, 95%")]
)
def test_growth_is_that_of_predictions(of, doses):
    curve = fx.dose_response(None, ["normoxia"], of, doses, [LITTLE], members=0).curves[0]
    for row in curve.rows:
        unit = "%" if curve.unit == "percent" else curve.unit
        changes = [LITTLE, fx.inhibit(f"{of}={row.dose!r} {unit}")] if row.dose else [LITTLE]
        assert row.growth == pytest.approx(growth_at("normoxia", changes), rel=1e-6, abs=1e-9)
    assert curve.rows[-1].growth == 0
    assert 0 < curve.rows[2].growth < curve.untreated


def test_the_dose_that_halves_growth_halves_it():
    curve = fx.dose_response(None, ["hypoxia"], "erastin", None, [LITTLE], members=0).curves[0]
    at = fx.inhibit(f"erastin={curve.gi50.dose!r} {curve.unit}")
    assert growth_at("hypoxia", [LITTLE, at]) == pytest.approx(curve.untreated / 2, rel=1e-6)
    assert curve.pieces[0].start == 0
    for left, right in zip(curve.pieces, curve.pieces[1:], strict=False):
        assert left.end == right.start
        assert left.growth[1] == pytest.approx(right.growth[0])
    assert curve.pieces[-1].binds[0].name == "SLC7A11_SLC3A2"
    assert curve.viable_to == pytest.approx(curve.pieces[-1].end)


def test_members_agree_with_predictions_of_members():
    """Without a range of the potency the members are those of `predict` at the same dose."""
    curve = fx.dose_response(None, ["normoxia"], "SLC7A11", "60%", [LITTLE], members=6).curves[0]
    treated = fx.predict(None, "normoxia", [LITTLE, fx.inhibit("SLC7A11=60%")], ["growth"], members=6)
    plain = fx.predict(None, "normoxia", [LITTLE], ["growth"], members=6)
    ratio = treated.members.growth / plain.members.growth
    (row,) = curve.rows
    assert row.members.median == pytest.approx(np.median(ratio), rel=1e-6)
    assert row.members.low == pytest.approx(np.quantile(ratio, 0.05), rel=1e-6, abs=1e-9)
    assert row.stopped == np.mean(treated.members.growth == 0)


def test_a_range_of_the_potency_widens_the_members():
    found = fx.dose_response(None, ["normoxia"], "erastin", None, [LITTLE], members=8)
    percent = fx.dose_response(None, ["normoxia"], "erastin", "50%", [LITTLE], members=8)
    wide = found.curves[0].gi50.members
    share = percent.curves[0].gi50.members
    # the same share of the target takes doses that differ by the draws as well
    odds = (share.high / (100 - share.high)) / (share.low / (100 - share.low))
    assert wide.high / wide.low > 1.2 * odds
    assert "half at 0.2 uM (0.0667 to 0.6)" in found.curves[0].potencies[0]
    assert any("Erastin" in note and "unverified" in note for note in found.curves[0].notes)


def test_intervals_are_those_of_predictions():
    asked = ["flux(GLUNm)", "uptake(gln__L)"]
    found = fx.dose_response(None, ["normoxia"], "CB-839", "0, 100 nM", observables=asked, members=3)
    said = fx.predict(None, "normoxia", [fx.inhibit("CB-839=100 nM")], ["growth", *asked], members=0)
    intervals = found.curves[0].rows[1].intervals
    assert [i.observable for i in intervals] == asked
    for interval, row in zip(intervals, said.rows[1:], strict=True):
        assert (interval.low, interval.high) == pytest.approx((row.range.low, row.range.high), abs=1e-7)
        assert interval.members_low <= interval.members_high
    assert "flux(GLUNm)_members_high" in found.table.columns


def test_the_window_between_two_cells():
    found = fx.dose_response(
        None, ["normoxia"], "SLC7A11", "0, 5%, 99%", [LITTLE], against="xct_low", members=3
    )
    assert [c.condition for c in found.curves] == [
        "normoxia + medium.cysi__L = 0.05 mM", "normoxia_xct_low + medium.cysi__L = 0.05 mM"
    ]  # fmt: skip
    first, other = found.curves
    for w, a, b in zip(found.windows, first.rows, other.rows, strict=True):
        assert w.value == pytest.approx(b.ratio - a.ratio)
    assert found.windows[1].value < -0.1  # a cell with little of the carrier loses more


def test_several_conditions_are_compared_with_the_first():
    found = fx.dose_response(None, ["normoxia", "hypoxia"], "GLS", "90%", members=0)
    assert [(w.of, w.against) for w in found.windows] == [("normoxia", "hypoxia")]
    assert found.curves[0].gi50.dose is None
    assert math.isinf(found.curves[0].pieces[-1].end) or found.curves[0].pieces[-1].end == 100


def test_numbers_do_not_depend_on_workers():
    one, two = (
        fx.dose_response(None, ["hypoxia"], "SLC38A2", "95%", members=26, workers=n).records() for n in (1, 2)
    )
    assert one == two


@pytest.mark.parametrize(
    ("of", "doses", "code", "cure"),
    [
        ("CB-838", None, "FM502", "CB-839"),
        ("GLSS", None, "FM502", "GLS"),
        ("GLS", "10 nM", "FM506", "CB-839"),
        ("CB-839", "10", "FM205", "write the unit"),
        ("CB-839", "-1 nM", "FM571", "from 0 on"),
        ("GLS", "120%", "FM571", "from 0 to 100"),
        ("CB-839", "10 nM, 50%", "FM571", "either"),
        ("CB-839", "0", "FM571", "10 nM"),
        ("CB-839", "1e300 M", "FM571", "100 M"),
        ("CB-839", 5, "FM524", "10 nM"),
        ("CB-839=10 nM", None, "FM570", "--doses"),
        ("ISRIB", None, "FM512", "regulators.ATF4"),
        (" ", None, "FM570", "name a gene"),
    ],
)
def test_what_cannot_be_asked_is_said(of, doses, code, cure):
    with pytest.raises(InputError, match=code) as error:
        fx.dose_response(None, ["normoxia"], of, doses, members=0)
    assert cure in str(error.value)


def test_a_drug_without_potency_asks_for_a_percentage():
    model = fx.load_model()
    name = next(
        d.name for d in model.inhibitors.values()
        if (main := [a for a in d.chosen("main") if a.of("") and a.of("")[0] in model.genes])
        and not any(a.usable for a in main)
    )  # fmt: skip
    with pytest.raises(ConditionError, match="FM507") as error:
        fx.dose_response(model, ["normoxia"], name, members=0)
    assert "--doses" in str(error.value)
    found = fx.dose_response(model, ["normoxia"], name, "50%", members=0)
    assert found.curves[0].unit == "percent"


def test_one_drug_twice_is_a_contradiction():
    with pytest.raises(ConditionError, match="FM516"):
        fx.dose_response(None, ["normoxia"], "CB-839", "10 nM", [fx.inhibit("telaglenastat=1 nM")], members=0)
    with pytest.raises(DomainError, match="FM571: levels"):
        fx.dose_response(None, ["normoxia"], "GLS", levels=[50], members=0)


def test_the_command(tmp_path):
    asked = ("dose", "normoxia", "--of", "erastin", "--set", "medium.cysi__L=0.05 mM", "--members", "4")
    shown = command(*asked, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    first, *_ = shown.stdout.splitlines()
    assert first.startswith(
        "normoxia + medium.cysi__L = 0.05 mM: Erastin halves growth (0.0272 1/h untreated) at"
    )
    assert "what binds at the point" in shown.stdout
    assert "unverified: potency of Erastin" in shown.stdout
    made = command(*asked, "--json", cwd=tmp_path)
    data = json.loads(made.stdout)
    assert data["schema"] == "fluxmodel.dose/1"
    assert data["curves"][0]["reached"][0]["level"] == 0.5
    table = command(*asked, "--csv", cwd=tmp_path)
    assert table.stdout.startswith("condition,agent,dose,unit,left,growth,ratio")
    wrong = command("dose", "normoxia", "--of", "CB-839", "--doses", "3", "--solver", "glpp", cwd=tmp_path)
    assert wrong.returncode == 2


CONTRADICTION = fx.set_field("bounds.ATPM={lower: 500, unit: mmol/gDW/h}")


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: fx.dose_response(None, c, "GLS", changes=[CONTRADICTION], members=0),
        lambda c: fx.combine(None, c, ["GLS", "PC"], [CONTRADICTION], members=0),
        lambda c: fx.screen(None, c, ["GLS", "PC"], changes=[CONTRADICTION], members=0),
        lambda c: fx.control(None, c, ["GLS"], [CONTRADICTION], members=0),
        lambda c: fx.knockouts(None, c, ["GLS"], [CONTRADICTION], members=0),
        lambda c: fx.phase_plane(None, c[0], "GLS=0..100%", "oxygen=0..21%", [CONTRADICTION]),
        lambda c: fx.lethal_sets(None, c[0], max_size=1, changes=[CONTRADICTION], members=0),
    ],
    ids=["dose", "combine", "screen", "control", "knockout", "plane", "lethal"],
)
def test_contradictions_have_no_answer(ask):
    with pytest.raises(NoOptimum, match="ATPM"):
        ask(["normoxia"])


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: fx.dose_response(None, c, "GLS", members=0),
        lambda c: fx.combine(None, c, ["GLS", "PC"], members=0),
        lambda c: fx.screen(None, c, ["GLS", "PC"], members=0),
    ],
)
@pytest.mark.parametrize("conditions", [[], ["normoxia", "normoxia"]])
def test_no_condition_and_one_twice_are_refused(ask, conditions):
    with pytest.raises(InputError, match="FM521"):
        ask(conditions)


def test_a_dose_that_makes_the_cell_grow_faster_is_explained():
    """System xc- runs whether it is needed or not: where glutamate is short, less of it spares some."""
    found = fx.dose_response(
        None, ["hypoxia"], "SLC7A11", "0, 50%, 75%", [fx.inhibit("GAPDH=98.5%")], members=0
    ).curves[0]
    assert found.rows[-1].ratio > 1.01
    assert any("runs whether it is needed or not" in note for note in found.notes)
