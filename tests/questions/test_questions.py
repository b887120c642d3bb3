"""predict, compare, show and the public surface, in Python."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import fluxmodel as fx
from fluxmodel.errors import ConditionError, DomainError, InputError, NoOptimum
from fluxmodel.questions.defaults import OBSERVABLES

GLS = fx.inhibit("GLS=90%")


def test_a_prediction(model, conditions):
    p = fx.predict(model, "plenty", folders=[conditions])
    assert p.outcome is fx.Outcome.OPTIMAL
    assert p.growth == pytest.approx(1.0)
    assert isinstance(p.fluxes, pd.Series)
    assert p.fluxes["GLUNm"] == pytest.approx(1.0)
    assert p.fluxes.index.tolist() == list(model.reactions)
    assert p.ranges.loc["flux(GLUNm)"].tolist() == pytest.approx([0.95, 1.0])
    assert p.table.loc["growth", "unit"] == "1/h"
    assert p.table.loc["growth", ["min", "max"]].tolist() == [p.growth, p.growth]


def test_asked_observables_and_fraction(model, conditions):
    p = fx.predict(model, "plenty", observables=["flux(GLUNm)"], fraction=0.5, folders=[conditions])
    assert [r.observable.text for r in p.rows] == ["flux(GLUNm)"]
    assert p.ranges.loc["flux(GLUNm)", "min"] == pytest.approx(0.5)
    assert p.provenance["verdict"]["fraction"] == 0.5


def test_changes_come_behind_those_of_the_condition(model, conditions):
    p = fx.predict(model, "plenty", [fx.set_field("medium.gln__L=0.5 mM")], folders=[conditions])
    assert p.growth == pytest.approx(0.5)
    assert p.label == "plenty + medium.gln__L = 0.5 mM"


def test_a_condition_may_be_a_value(model, conditions):
    value = fx.load_condition("plenty", [conditions])
    assert fx.predict(model, value, folders=[conditions]).growth == pytest.approx(1.0)


def test_no_fluxes_without_an_optimum(model, conditions):
    short = fx.set_field("demands.ATP_maintenance=50 mmol/gDW/h")
    p = fx.predict(model, "scarce", [short], folders=[conditions])
    assert p.outcome is fx.Outcome.NONVIABLE
    assert p.growth == 0.0
    assert p.unmet["ATP_maintenance"] == pytest.approx(30)
    for name in ("fluxes", "flux", "ranges"):
        with pytest.raises(NoOptimum):
            getattr(p, name)
    assert p.table["value"].isna().sum() == len(p.table) - 1
    clash = fx.set_field("bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}")
    p = fx.predict(model, "scarce", [clash], folders=[conditions])
    assert p.outcome is fx.Outcome.INFEASIBLE
    with pytest.raises(NoOptimum):
        _ = p.growth
    assert p.growth_or_none is None
    assert p.to_dict()["growth"] is None
    assert p.to_dict()["fluxes"] is None


def test_provenance_and_digests(model, conditions):
    one = fx.predict(model, "plenty", [GLS], folders=[conditions])
    two = fx.predict(model, "plenty", [GLS], folders=[conditions])
    other = fx.predict(model, "plenty", folders=[conditions])
    assert one.provenance == two.provenance
    assert one.to_dict() == two.to_dict()
    assert one.provenance["condition"]["digest"] != other.provenance["condition"]["digest"]
    assert one.provenance["condition"]["changes"] == ["GLS 90 %"]
    assert one.provenance["seed"] is None
    assert one.provenance["ignored_components"] == ["vitamin"]
    assert one.provenance["model"]["digest"] == model.digest
    json.dumps(one.to_dict(), allow_nan=False)


def test_two_by_two(model, conditions):
    c = fx.compare(model, ["plenty", "scarce"], [GLS], folders=[conditions])
    assert [a.label for a in c.arms] == ["plenty", "scarce", "plenty + GLS 90 %", "scarce + GLS 90 %"]
    assert [(d.of, d.against) for d in c.differences] == [
        ("scarce", "plenty"),
        ("plenty + GLS 90 %", "plenty"),
        ("scarce + GLS 90 %", "scarce"),
        ("scarce + GLS 90 %", "plenty + GLS 90 %"),
    ]
    growth = c.table[c.table.observable == "growth"]
    assert growth.verdict.tolist() == ["down", "down", "down", "unchanged"]
    assert growth.certain.all()
    assert growth.ratio.tolist() == pytest.approx([0.9, 0.19, 0.19 / 0.9, 1.0])
    gls = c.table[c.table.observable == "flux(GLUNm)"]
    assert gls.verdict.tolist() == ["undetermined", "down", "down", "undetermined"]
    assert gls.point.tolist() == ["down", "down", "down", "unchanged"]


def test_settings_hold_in_every_arm(model, conditions):
    c = fx.compare(model, ["plenty", "scarce"], [fx.set_field("medium.gln__L=0.5 mM")], folders=[conditions])
    assert [a.growth for a in c.arms] == pytest.approx([0.5, 0.5])
    assert len(c.differences) == 1


def test_one_condition_and_a_treatment(model, conditions):
    c = fx.compare(model, ["plenty"], [fx.knock_out("GLS")], folders=[conditions])
    assert [(d.of, d.against) for d in c.differences] == [("plenty + GLS knocked out", "plenty")]


def test_not_viable_is_compared_as_no_growth(model, conditions, tmp_path):
    (tmp_path / "starved.yaml").write_text(
        "schema: fluxmodel.condition/1\nid: starved\nextends: {id: scarce, digest: null}\n"
        "demands: {ATP_maintenance: {value: 50, unit: mmol/gDW/h}}\n"
    )
    c = fx.compare(model, ["plenty", "starved"], folders=[tmp_path, conditions])
    growth, *others = c.differences[0].rows
    assert (growth.verdict.direction, growth.after) == ("down", 0.0)
    assert {r.verdict.direction for r in others} == {"undetermined"}
    assert c.failed == ()


def test_a_contradiction_in_one_arm_leaves_the_others(model, conditions, tmp_path):
    (tmp_path / "clash.yaml").write_text(
        "schema: fluxmodel.condition/1\nid: clash\nextends: {id: scarce, digest: null}\n"
        "bounds: {EX_o2_e: {upper: -5, unit: mmol/gDW/h}}\n"
    )
    c = fx.compare(model, ["plenty", "clash", "scarce"], folders=[tmp_path, conditions])
    assert [a.label for a in c.failed] == ["clash"]
    assert [d.rows[0].verdict.direction for d in c.differences] == ["undetermined", "down"]


@pytest.mark.parametrize(
    ("refs", "changes", "code"),
    [([], [], "FM521"), (["plenty"], [], "FM521"), (["plenty", "plenty"], [], "FM521")],
)
def test_nothing_to_compare(model, conditions, refs, changes, code):
    with pytest.raises(DomainError, match=code):
        fx.compare(model, refs, changes, folders=[conditions])


def test_problems_of_all_arms_once(model, conditions):
    with pytest.raises(ConditionError) as caught:
        fx.compare(model, ["plenty", "scarce"], [fx.inhibit("GLSS=90%")], folders=[conditions])
    assert [p.code for p in caught.value.problems] == ["FM502"]
    with pytest.raises(ConditionError) as caught:
        fx.compare(model, ["plenti", "scars"], folders=[conditions])
    assert [p.code for p in caught.value.problems] == ["FM347", "FM347"]


@pytest.mark.parametrize(
    ("name", "value", "code"), [("solver", "cplexx", "FM111"), ("formalism", "x", "FM510")]
)
def test_unknown_names(model, conditions, name, value, code):
    with pytest.raises(InputError, match=code):
        fx.predict(model, "plenty", folders=[conditions], **{name: value})


def test_show(model, conditions):
    (found,) = fx.show(model, "reaction", "GLUNm")
    assert dict(found.facts)["gene rule"] == "GLS or GLS2"
    assert [s.kind for s in fx.show(model, "GLS")] == ["gene", "catalyst"]
    assert fx.show(model, "gln__L_c")[0].kind == "metabolite"
    limits = dict(fx.show(model, "condition", "plenty", folders=[conditions])[0].facts)
    assert limits["uptake(gln__L)"].startswith("at most 1 mmol/gDW/h")
    assert "10 mM" in dict(fx.show(model, "medium", "broth", folders=[conditions])[0].facts)["glc__D"]
    assert fx.show(model, "cell", "toycell", folders=[conditions])
    assert fx.show(model, "parameters")[0].facts
    for wrong, cure in ((("reaction", "GLUNn"), "GLUNm"), (("genes", "GLSS"), "GLS"), (("GLUNn",), "GLUNm"),
                        (("foo", "x"), "reaction")):  # fmt: skip
        with pytest.raises(InputError, match="FM530") as caught:
            fx.show(model, *wrong)
        assert cure in str(caught.value)


def test_check_runs_with_a_solver(model):
    report = fx.check(model, only=["mass", "leaks"]) if _has("leaks") else fx.check(model, only=["mass"])
    assert report.ran


def _has(name):
    from fluxmodel.network import CHECKS

    return name in {check.id for check in CHECKS}


def test_the_public_names():
    assert sorted(fx.__all__) == fx.__all__
    for name in fx.__all__:
        assert getattr(fx, name) is not None
    assert set(fx._HOME) == set(fx.__all__)
    assert set(fx.__all__) <= set(dir(fx))
    with pytest.raises(AttributeError, match="predikt"):
        _ = fx.predikt


def test_default_observables_fit_the_real_network():
    """All but the exchange that stands under another name (ammonia) exist in the packaged model."""
    from fluxmodel.questions.defaults import default_observables

    found = {o.text for o in default_observables(fx.load_model())}
    assert set(OBSERVABLES) - found <= {"secretion(nh4)", "secretion(nh3)"}


def test_no_inhibition_changes_nothing(model, conditions):
    """The capacity itself must not pass for an effect: it holds in the control as well."""
    more = fx.set_field("medium.gln__L=2 mM")
    assert fx.predict(model, "plenty", [more], folders=[conditions]).growth == pytest.approx(2.0)
    c = fx.compare(model, ["plenty"], [more, fx.inhibit("GLUNm=0%")], folders=[conditions])
    control, treated = c.arms
    assert control.growth == pytest.approx(1.0)  # 0.9 by GLS and 0.1 by GLS2
    assert {r.verdict.direction for r in c.differences[0].rows if r.verdict.certain} == {"unchanged"}
    assert treated.growth == pytest.approx(control.growth)
    assert any("hold in the controls" in note for note in control.notes)


def test_more_inhibition_never_helps(model, conditions):
    growth = [
        fx.compare(model, ["plenty"], [fx.inhibit(f"GLS={by}%")], ["growth"], folders=[conditions])
        .arms[1]
        .growth
        for by in (0, 10, 50, 90, 100)
    ]
    assert growth == pytest.approx([1.0, 0.91, 0.55, 0.19, 0.1])
