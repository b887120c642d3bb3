"""predict, compare, show and the public surface, in Python."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

import fluxmodel as fx
from fluxmodel.analysis.shares import changes
from fluxmodel.analysis.verdict import Constants
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
    assert one.provenance["condition"]["changes"] == ("GLS 90 % inhibited",)
    assert one.provenance["ensemble"] is None
    assert one.provenance["ignored_components"] == ("vitamin",)
    assert one.provenance["model"]["digest"] == model.digest
    json.dumps(one.to_dict(), allow_nan=False)


def test_two_by_two(model, conditions):
    c = fx.compare(model, ["plenty", "scarce"], [GLS], folders=[conditions])
    assert [a.label for a in c.arms] == [
        "plenty",
        "scarce",
        "plenty + GLS 90 % inhibited",
        "scarce + GLS 90 % inhibited",
    ]
    assert [(d.of, d.against) for d in c.differences] == [
        ("scarce", "plenty"),
        ("plenty + GLS 90 % inhibited", "plenty"),
        ("scarce + GLS 90 % inhibited", "scarce"),
        ("scarce + GLS 90 % inhibited", "plenty + GLS 90 % inhibited"),
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
    ("name", "value", "code"),
    [("solver", "cplexx", "FM111"), ("formalism", "x", "FM510"), ("thermo", "off", "FM524")],
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
    """The capacity itself must not pass for an effect."""
    more = fx.set_field("medium.gln__L=2 mM")
    free = fx.predict(model, "plenty", [more], formalism="fba", folders=[conditions])
    none = fx.predict(model, "plenty", [more, fx.inhibit("GLUNm=0%")], formalism="fba", folders=[conditions])
    assert free.growth == none.growth == pytest.approx(2.0)
    assert dict(free.flux) == dict(none.flux)
    assert [r.range for r in free.rows] == [r.range for r in none.rows]
    hair = fx.predict(
        model, "plenty", [more, fx.inhibit("GLUNm=0.001%")], formalism="fba", folders=[conditions]
    )
    assert hair.growth == pytest.approx(2.0, rel=2e-5)


def test_more_inhibition_never_helps_and_a_knock_out_is_the_end_of_it(model, conditions):
    changes = [fx.inhibit(f"GLS={by}%") for by in (0, 10, 50, 90, 100)]
    growth = [
        fx.compare(model, ["plenty"], [c], ["growth"], folders=[conditions]).arms[1].growth
        for c in (*changes, fx.knock_out("GLS"))
    ]
    assert growth == pytest.approx([1.0, 0.91, 0.55, 0.19, 0.1, 0.1])


def test_capacities_are_never_below_the_untreated_use(model, conditions):
    """2 glutamine: GLS and GLS2 divide the 2 mmol in proportion to their 0.9 and 0.1."""
    more = fx.set_field("medium.gln__L=2 mM")
    p = fx.predict(model, "plenty", [more, fx.inhibit("GLS=50%")], formalism="fba", folders=[conditions])
    gls, gls2 = p.provenance["capacities"]
    assert dict(gls) == pytest.approx(
        {
            "catalyst": "GLS",
            "capacity": 1.8,
            "residual": 0.5,
            "expression": 1.0,
            "basis": "untreated use",
            "value": 0.9,
        }
    )
    assert (gls2["catalyst"], gls2["residual"], gls2["basis"]) == ("GLS2", 1.0, "untreated use")
    assert p.growth == pytest.approx(0.9 + 0.2)
    assert "untreated" in next(b for b in p.binding if b.name == "GLS").origin
    little = fx.set_field("medium.gln__L=0.5 mM")
    p = fx.predict(model, "plenty", [little, fx.inhibit("GLS=50%")], formalism="fba", folders=[conditions])
    assert [(c["capacity"], c["basis"]) for c in p.provenance["capacities"]] == [(0.9, "cell"), (0.1, "cell")]


def test_capacities_hold_untreated_too(model, conditions):
    """2 glutamine: GLS and GLS2 carry their 0.9 and 0.1, whatever is in the medium."""
    more = fx.set_field("medium.gln__L=2 mM")
    free = fx.predict(model, "plenty", [more], folders=[conditions])
    assert free.growth == pytest.approx(1.0)
    assert {b.name for b in free.binding} >= {"GLS", "GLS2"}
    half = fx.predict(model, "plenty", [more, fx.inhibit("GLS=50%")], folders=[conditions])
    assert half.growth == pytest.approx(0.45 + 0.1)
    lost = fx.predict(model, "plenty", [more, fx.knock_out("GLS")], folders=[conditions])
    assert lost.growth == pytest.approx(0.1)


def test_an_arm_is_a_function_of_its_own_condition(model, conditions):
    more = fx.set_field("medium.gln__L=2 mM")
    alone = fx.predict(model, "plenty", [more], folders=[conditions])
    for treatment in (fx.inhibit("GLS=50%"), fx.inhibit("GLYC=90%"), fx.knock_out("GLS")):
        c = fx.compare(model, ["plenty", "scarce"], [more, treatment], folders=[conditions])
        assert c.arms[0].growth == alone.growth
        assert c.arms[0].provenance == alone.provenance
        assert c.arms[0].notes == alone.notes
        treated = fx.predict(model, "plenty", [more, treatment], folders=[conditions])
        assert c.arms[2].provenance == treated.provenance
        assert c.arms[2].growth == treated.growth


def test_untreated_states_are_solved_once_and_a_plan_solves_nothing(model, conditions, monkeypatch):
    from fluxmodel.analysis.solve import Analyst
    from fluxmodel.questions.compare import run_compare
    from fluxmodel.questions.plan import Settings, plan

    solved = []
    whole = Analyst._solve
    monkeypatch.setattr(Analyst, "_solve", lambda self: solved.append(1) or whole(self))
    made = plan(model, ["plenty", "scarce"], [GLS], Settings(folders=[conditions]), single=False)
    assert not solved
    assert made.describe()
    run_compare(made)
    assert len(solved) == 4  # the controls are the untreated states


def test_the_use_of_a_cell_without_an_optimum_is_nothing(model, conditions):
    short = fx.set_field("demands.ATP_maintenance=50 mmol/gDW/h")
    p = fx.predict(model, "scarce", [short, GLS], folders=[conditions])
    assert p.outcome is fx.Outcome.NONVIABLE
    assert {c["basis"] for c in p.provenance["capacities"]} == {"cell"}


def test_multiples_of_the_objective_are_exact(model, conditions):
    asked = ["growth", "2*growth", "-growth/4", "flux(BIOMASS)"]
    p = fx.predict(model, "plenty", observables=asked, folders=[conditions])
    assert [(r.range.low, r.value, r.range.high) for r in p.rows] == [
        (x * p.growth,) * 3 for x in (1, 2, -0.25, 1)
    ]
    dead = fx.predict(model, "plenty", [fx.knock_out("GLS,GLS2")], asked, folders=[conditions])
    assert {str(r.value) for r in dead.rows} == {"0.0"}


def test_growth_below_the_tolerance_is_no_growth(model, conditions, monkeypatch):
    p = fx.predict(model, "plenty", [fx.set_field("objective=GLUNm")], folders=[conditions])
    assert p.objective == "GLUNm"
    assert p.growth == 0.0
    assert p.doubling_time is None
    object.__setattr__(p._state, "values", {**p.flux, "BIOMASS": 2e-15})
    assert p.growth == 0.0
    assert p.doubling_time is None
    usual = fx.predict(model, "plenty", folders=[conditions])
    assert usual.objective == "growth"
    assert usual.doubling_time == pytest.approx(0.693147, rel=1e-5)


def test_growth_faster_than_any_cell_is_remarked(model, conditions):
    assert any(
        "faster than human cells" in n for n in fx.predict(model, "plenty", folders=[conditions]).notes
    )
    slow = fx.predict(model, "plenty", [fx.set_field("medium.gln__L=0.05 mM")], folders=[conditions])
    assert slow.growth == pytest.approx(0.05)
    assert not any("faster" in n for n in slow.notes)


def test_results_cannot_be_changed(model, conditions):
    import pickle

    p, q = (fx.predict(model, "plenty", [GLS], folders=[conditions]) for _ in range(2))
    with pytest.raises(TypeError):
        p.provenance["formalism"] = "hacked"
    with pytest.raises(TypeError):
        p.provenance["solver"]["name"] = "x"
    told = p.to_dict()
    told["provenance"]["solver"]["name"] = "x"
    told["provenance"]["capacities"][0]["value"] = 9
    assert p.to_dict()["provenance"]["solver"]["name"] != "x"
    assert p == q
    assert hash(p) == hash(q)
    c = fx.compare(model, ["plenty", "scarce"], folders=[conditions])
    assert hash(c) == hash(fx.compare(model, ["plenty", "scarce"], folders=[conditions]))
    assert pickle.loads(pickle.dumps(p)) == p


def test_a_changed_condition_has_another_name(model, conditions):
    plain = fx.load_condition("plenty", [conditions])
    less = plain.with_changes(fx.set_field("medium.gln__L=0.5 mM"))
    least = plain.with_changes(fx.set_field("medium.gln__L=0.25 mM"))
    assert fx.predict(model, less, folders=[conditions]).label == "plenty*"
    assert fx.predict(model, plain, folders=[conditions]).label == "plenty"
    c = fx.compare(model, [plain, less], folders=[conditions])
    assert [a.label for a in c.arms] == ["plenty", "plenty*"]
    c = fx.compare(model, [plain, less, least], folders=[conditions])
    assert len({a.label for a in c.arms}) == 3
    assert [a.growth for a in c.arms] == pytest.approx([1, 0.5, 0.25])
    with pytest.raises(DomainError, match="FM521") as caught:
        fx.compare(model, [plain, plain], folders=[conditions])
    assert "replace(id=" in caught.value.problems[0].cure
    assert caught.value.problems[0].where.file


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (lambda m, f: fx.predict(m, None, folders=f), "condition"),
        (lambda m, f: fx.predict(m, 3, folders=f), "condition"),
        (lambda m, f: fx.predict(3, "plenty", folders=f), "model"),
        (lambda m, f: fx.predict(m, "plenty", solver=None, folders=f), "solver"),
        (lambda m, f: fx.predict(m, "plenty", formalism=None, folders=f), "formalism"),
        (lambda m, f: fx.predict(m, "plenty", "GLS=90%", folders=f), "changes"),
        (lambda m, f: fx.predict(m, "plenty", ["GLS=90%"], folders=f), "changes[0]"),
        (lambda m, f: fx.predict(m, "plenty", observables=[1], folders=f), "observables[0]"),
        (lambda m, f: fx.compare(m, 3, folders=f), "conditions"),
        (lambda m, f: fx.predict(m, "plenty", folders=3), "folders"),
        (lambda m, f: fx.inhibit(3), "text"),
        (lambda m, f: fx.set_field(None), "text"),
        (lambda m, f: fx.knock_out(3), "genes"),
    ],
)
def test_arguments_of_the_wrong_type_are_named(model, conditions, asked, name):
    with pytest.raises(DomainError, match="FM524") as caught:
        asked(model, [conditions])
    assert f"argument {name} =" in str(caught.value)
    assert caught.value.problems[0].cure


def test_one_thing_may_stand_where_a_list_belongs(model, conditions):
    p = fx.predict(model, "plenty", GLS, "growth", folders=conditions)
    assert [r.observable.text for r in p.rows] == ["growth"]
    c = fx.compare(model, "plenty", GLS, "growth", folders=str(conditions))
    assert [a.label for a in c.arms] == ["plenty", "plenty + GLS 90 % inhibited"]
    assert fx.knock_out(["GLS", "GLS2"]) == fx.knock_out("GLS,GLS2")


@pytest.fixture(scope="module")
def real():
    return fx.load_model()


def test_on_the_real_network_nothing_is_neutral_and_a_knock_out_is_the_end(real):
    def growth(*changes):
        return fx.predict(real, "hypoxia", changes, "growth").growth

    free = growth()
    for target in ("LDHA", "FASN", "HK2"):
        falling = [growth(fx.inhibit(f"{target}={by}%")) for by in (0, 0.01, 50, 100)]
        assert falling[0] == free
        assert falling[1] == pytest.approx(free, rel=1e-3)
        assert all(b <= a * (1 + 1e-9) for a, b in itertools.pairwise(falling))
        assert growth(fx.knock_out(target)) == pytest.approx(falling[-1], rel=1e-7, abs=1e-9)
    both = growth(fx.knock_out("LDHA"), fx.inhibit("LDHA=1%"))
    assert both == growth(fx.knock_out("LDHA"))


def test_lack_of_oxygen_is_no_lack_of_oxidative_stress(real):
    none = fx.set_field("oxygen=0 percent")
    p = fx.predict(real, "normoxia", [none], "growth")
    assert "oxidative_load" not in p.unmet
    assert p.outcome is fx.Outcome.OPTIMAL
    stated = fx.set_field("demands.oxidative_load=0.001 mmol/gDW/h")
    p = fx.predict(real, "normoxia", [none, stated], "growth")
    assert p.outcome is fx.Outcome.OPTIMAL
    assert any("the load oxidative_load cannot be applied" in n for n in p.notes)
    p = fx.predict(real, "normoxia", observables="flux(NOX)/flux(CYOOm2i)")
    assert p.rows[0].value == pytest.approx(0.005, rel=1e-6)


@pytest.mark.parametrize(
    ("how", "words"), [({"members": 0}, "sensitivity needs members"), ({"formalism": "fba"}, "capacity only")]
)
def test_sensitivity_without_members_says_so(how, words):
    c = fx.compare(None, ["normoxia", "hypoxia"], [], ["growth"], sensitivity=True, **how)
    assert all(any(words in note for note in arm.notes) for arm in c.arms)
    assert all(r.agreement is None for r in c.differences[0].rows)


def test_statements_that_few_points_of_members_make_are_fragile():
    c = fx.compare(
        None, ["normoxia", "hypoxia"], [], ["growth", "flux(PDHm)", "flux(PCm)"], members=20, sensitivity=True
    )
    plain = fx.compare(None, ["normoxia", "hypoxia"], [], ["growth", "flux(PDHm)", "flux(PCm)"], members=20)
    rows = {r.observable.text: r for r in c.differences[0].rows}
    assert [r.verdict for r in c.differences[0].rows] == [r.verdict for r in plain.differences[0].rows]
    assert all(r.agreement is None for r in plain.differences[0].rows)
    for name, row in rows.items():
        before, after = (a.points.values[:, list(rows).index(name)] for a in c.arms)
        share = np.mean(changes(before, after, Constants()) == {"up": 1, "down": -1}[row.verdict.point])
        assert row.agreement.share == share
        assert row.agreement.fragile == (share < 0.8)
    assert not rows["flux(PDHm)"].agreement.fragile  # oxygen is scarce in every member
    assert {"holds", "fragile"} <= set(c.table.columns)
