"""A condition bound to a model: every number with its origin, every misfit at once."""

from __future__ import annotations

import pytest

from fluxmodel.condition import parse_change
from fluxmodel.errors import ConditionError, Where
from fluxmodel.questions.changes import inhibit, knock_out, open_reaction, set_field
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.notes import notes_of


def change(**raw):
    return parse_change(raw, Where("x.yaml", 7))


def test_the_medium_limits_uptake_and_nothing_else_is_taken_up(arm):
    bounds = arm("plenty").problem.resolved.bounds
    assert bounds["EX_glc__D_e"].lower == -10
    assert bounds["EX_gln__L_e"].lower == -1
    assert bounds["EX_o2_e"].lower == -1000  # stirred
    assert bounds["EX_lac__L_e"].lower == 0
    assert bounds["EX_lac__L_e"].upper == 1000
    where = bounds["EX_gln__L_e"].lower_origin.where
    assert (where.file or "").endswith("broth.yaml")
    assert where.line == 7


def test_what_the_model_lacks_is_listed(arm):
    resolved = arm("plenty").problem.resolved
    assert resolved.ignored == ("vitamin",)
    assert resolved.unverified


def test_later_settings_win_and_bring_their_place(arm):
    r = arm("plenty", set_field("medium.gln__L=0.25 mM"), set_field("uptake.glc__D=3 mmol/gDW/h"))
    bounds = r.problem.resolved.bounds
    assert bounds["EX_gln__L_e"].lower == -0.25
    assert bounds["EX_gln__L_e"].lower_origin.where.file == "--set medium.gln__L=0.25 mM"
    assert bounds["EX_glc__D_e"].lower == -3
    assert bounds["EX_glc__D_e"].lower_origin.kind == "uptake"


def test_bounds_by_hand(arm):
    r = arm("plenty", set_field("bounds.OXP={upper: 2, unit: mmol/gDW/h}")).problem.resolved
    assert (r.bounds["OXP"].lower, r.bounds["OXP"].upper) == (0, 2)
    assert r.bounds["OXP"].upper_origin.kind == "bounds"
    backwards = arm("plenty", set_field("bounds.OXP={lower: -2, unit: mmol/gDW/h}")).problem.resolved
    assert any("backwards" in note for note in backwards.notes)


def test_an_inhibited_catalyst_keeps_its_residual_and_brings_its_siblings(arm):
    r = arm("plenty", inhibit("GLS=75%")).problem.resolved
    assert {c.catalyst: c.limit for c in r.capacities} == pytest.approx({"GLS": 0.225, "GLS2": 0.1})
    assert not r.rest
    assert [o.where.file for o in r.capacities[0].origins][-1] == "--inhibit GLS=75%"


def test_a_catalyst_without_capacity_that_is_wholly_inhibited_leaves_the_rest(arm):
    r = arm("plenty", inhibit("SLC1A5=100%")).problem.resolved
    assert [(c.catalyst, c.limit) for c in r.capacities] == [("SLC1A5", 0.0)]
    assert r.rest == {"GLNt"}  # SLC38A2 has no capacity in this cell, so that it is free


def test_targets_may_be_gene_catalyst_or_reaction(arm):
    limits = [{c.catalyst: c.residual for c in arm("plenty", inhibit(t)).problem.resolved.capacities}
              for t in ("GLUNm=50%", "GLYC=50%")]  # fmt: skip
    assert limits == [{"GLS": 0.5, "GLS2": 0.5}, {"GLYC": 0.5}]


def test_a_knock_out_closes_what_has_no_other_catalyst(arm):
    assert arm("plenty", knock_out("PDHA1")).problem.resolved.bounds["OXP"].upper == 0
    assert arm("plenty", knock_out("LDHA")).problem.resolved.bounds["LDH_L"].upper == 1000
    both = arm("plenty", knock_out("GLS,GLS2")).problem.resolved
    assert both.bounds["GLUNm"].upper == 0
    assert both.capacities == ()


def test_a_knock_out_brings_in_the_siblings_as_whole_inhibition_does(arm):
    r = arm("plenty", knock_out("GLS")).problem.resolved
    assert [(c.catalyst, c.residual, c.value) for c in r.capacities] == [("GLS2", 1.0, 0.1)]
    assert r.bounds["GLUNm"].upper == 1000
    assert not r.rest
    both = arm("plenty", knock_out("GLS,GLS2")).problem.resolved
    assert both.bounds["GLUNm"].upper == 0


def test_gene_deletion_by_the_rules_alone_stays_within_reach(model, conditions):
    bench = Bench(model, [conditions], Build("fba", gene_rules_only=True))
    r = bench.arm(bench.condition("plenty"), [knock_out("GLS")]).problem.resolved
    assert r.capacities == ()
    both = bench.arm(bench.condition("plenty"), [knock_out("GLS,GLS2")]).problem.resolved
    assert both.bounds["GLUNm"].upper == 0


def test_inhibiting_what_is_knocked_out_changes_nothing(arm):
    out = arm("plenty", knock_out("GLS")).problem
    for changes in ([knock_out("GLS"), inhibit("GLS=50%")], [inhibit("GLS=50%"), knock_out("GLS")],
                    [knock_out("SLC1A5"), inhibit("SLC1A5=1%"), knock_out("GLS")]):  # fmt: skip
        found = arm("plenty", *changes).problem
        if len(changes) == 2:
            assert found.program.digest() == out.program.digest()
    assert arm("plenty", knock_out("SLC1A5"), inhibit("SLC1A5=0%")).problem.resolved.capacities == ()


def test_no_inhibition_is_no_limit(arm):
    assert arm("plenty", inhibit("GLS=0%")).problem.program == arm("plenty").problem.program
    with pytest.raises(ConditionError, match="FM504"):
        arm("plenty", inhibit("SLC1A5=0%"))


def test_every_problem_at_once_with_limits_of_what_is_not_there(arm):
    with pytest.raises(ConditionError) as caught:
        arm("plenty", set_field("uptake.glc=1 mmol/gDW/h"), inhibit("GLSS=90%"))
    assert {p.code for p in caught.value.problems} == {"FM513", "FM502"}


def test_opened_and_added_reactions(arm):
    assert arm("plenty", open_reaction("BYPASS")).problem.resolved.bounds["BYPASS"].upper == 1000
    added = change(do="add_reaction", id="NEW", equation="pyr_c <=> lac__L_c", lower=-1.0, unit="mmol/gDW/h")
    with pytest.raises(ConditionError, match="FM416") as caught:
        arm("plenty", added)
    assert "not balanced" in str(caught.value)
    balanced = change(
        do="add_reaction", id="NEW", equation="lac__L_e <=> lac__L_c", lower=-1.0, unit="mmol/gDW/h"
    )
    r = arm("plenty", balanced).problem.resolved
    assert (r.bounds["NEW"].lower, r.bounds["NEW"].upper) == (-1, 1000)
    assert "NEW" in r.model.reactions


def test_demands(arm):
    (demand,) = arm("plenty").problem.resolved.demands
    assert (demand.name, dict(demand.terms), demand.amount) == ("ATP_maintenance", {"ATPM": 1.0}, 2.0)
    changed = arm(
        "plenty", set_field("demands.ATP_maintenance=500 fmol/cell/h"), set_field("demands.OXP=1 mmol/gDW/h")
    )
    assert {d.name: d.amount for d in changed.problem.resolved.demands} == {
        "ATP_maintenance": 1.0,
        "OXP": 1.0,
    }


def test_regulators_are_said_to_be_unused(arm):
    def said(*changes):
        return [n for n in notes_of(arm("plenty", *changes)) if "not used" in n]

    assert any("HIF1A" in n for n in said(set_field("regulators.HIF1A=1")))
    assert not said(set_field("regulators.HIF1A=0"))
    assert any("GLS x2" in n for n in said(change(do="scale_expression", target="GLS", by="2 fold")))


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ([inhibit("GLSS=90%")], "FM502", "did you mean GLS"),
        ([inhibit("CB-839=100 nM")], "FM506", "percentage of its target"),
        ([inhibit("SLC1A5=50%")], "FM504", "no finite capacity"),
        ([inhibit("LDHA=50%")], "FM505", "its share is unknown"),
        ([inhibit("ORPHAN=50%")], "FM505", "no reaction"),
        ([knock_out("GLUNm")], "FM503", "knock out its genes: GLS or GLS2"),
        ([knock_out("GLSS")], "FM503", "did you mean GLS"),
        ([open_reaction("BYPAS")], "FM501", "did you mean BYPASS"),
        ([set_field("bounds.FOO={upper: 1, unit: mmol/gDW/h}")], "FM501", "no reaction 'FOO'"),
        ([set_field("medium.gln_L=1 mM")], "FM513", "did you mean gln__L"),
        ([set_field("medium.pyr=1 mM")], "FM513", "cannot exchange 'pyr'"),
        ([set_field("uptake.glc=1 mmol/gDW/h")], "FM513", "did you mean glc__D"),
        ([set_field("demands.ATP=1 mmol/gDW/h")], "FM508", "no demand"),
        ([set_field("demands.ATP_maintenance=1 percent")], "FM509", "mmol/gDW/h"),
        ([set_field("objective=BIOMAS")], "FM511", "did you mean BIOMASS"),
        ([change(do="scale_expression", target="GLSS", by="2 fold")], "FM503", "did you mean GLS"),
        ([change(do="add_reaction", id="N", equation="foo_c --> pyr_c")], "FM405", "unknown metabolite"),
    ],
)  # fmt: skip
def test_refused(arm, changes, code, says):
    with pytest.raises(ConditionError) as caught:
        arm("plenty", *changes)
    assert [p.code for p in caught.value.problems] == [code]
    assert says in str(caught.value)
    assert str(caught.value.problems[0].where)


def test_every_problem_at_once(arm):
    with pytest.raises(ConditionError) as caught:
        arm("plenty", inhibit("GLSS=90%"), knock_out("XX"), set_field("medium.gln_L=1 mM"))
    assert {p.code for p in caught.value.problems} == {"FM502", "FM503", "FM513"}


def test_resolving_is_pure(arm):
    one, two = arm("plenty", inhibit("GLS=90%")).problem, arm("plenty", inhibit("GLS=90%")).problem
    assert one.program.digest() == two.program.digest()
    assert one.resolved.inputs == two.resolved.inputs


def test_a_limit_for_what_the_medium_lacks_is_refused(arm):
    with pytest.raises(ConditionError, match="FM354"):
        arm("plenty", set_field("uptake.lac__L=1 mmol/gDW/h"))
