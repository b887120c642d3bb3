"""explain in Python: the toy through the public surface, and the packaged model."""

from __future__ import annotations

import dataclasses
import json

import pytest

import fluxmodel as fx

NORMOXIA = fx.load_condition("normoxia")


def real(*changes, condition=NORMOXIA, **more):
    return fx.explain(None, condition, changes, **{"members": 0, **more})


@pytest.fixture(scope="module")
def untreated():
    return real()


def test_a_prediction_explains_itself(model, conditions):
    found = fx.predict(model, "plenty", [fx.inhibit("GLS=90%")], folders=[conditions])
    said = found.explain()
    assert isinstance(said, fx.Explanation)
    assert said == fx.explain(model, "plenty", [fx.inhibit("GLS=90%")], folders=[conditions])
    assert {i.name for i in said.binding} == {b.name for b in found.binding} == {"GLS", "GLS2"}
    assert said.viability == found.viability
    assert said.table["share"].sum() == pytest.approx(1.0)
    assert found.to_dict()["viability"]["atp_margin"] == pytest.approx(130)
    json.dumps(said.to_dict(), allow_nan=False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        said.label = "other"


def test_directions_can_be_left_out_of_an_explanation():
    on, off = (real(thermo=thermo) for thermo in (True, False))
    assert any("thermodynamics" in note for note in on.notes)
    assert not any("thermodynamics" in note for note in off.notes)
    assert off == fx.predict(None, NORMOXIA, members=0, thermo=False).explain()


def test_an_explanation_is_named_in_other_formalisms_too(model, conditions):
    for formalism in ("fba", "pool", "eflux", "gimme", "imat"):
        said = fx.explain(model, "plenty", [fx.inhibit("GLS=90%")], formalism=formalism, folders=[conditions])
        assert said.outcome is fx.Outcome.OPTIMAL
        assert said.answer


def test_the_members_say_how_often_a_limit_binds():
    said = real(members=8)
    assert said.members == 8
    (top,) = said.binding
    assert (top.kind, top.share) == ("protein synthesis", pytest.approx(1.0))
    assert 0 < top.in_members < 1
    assert any(i.kind == "catalyst" and not i.binds and i.in_members > 0 for i in said.limits)
    assert "of the members)" in said.answer


def test_loss_of_xct_lowers_the_ferroptosis_margin(untreated):
    lost = real(fx.knock_out("SLC7A11"))
    assert lost.outcome is fx.Outcome.NONVIABLE
    assert "GSH_turnover" in lost.deficits
    assert lost.viability.ferroptosis_margin < 0.97 * untreated.viability.ferroptosis_margin
    assert lost.answer.startswith("Not viable: GSH_turnover is short of")
    assert any(i.kind == "knock-out" and "SLC7A11" in i.origin for i in lost.binding)
    (xct,) = [m for m in lost.moved if m.catalyst == "SLC7A11_SLC3A2"]
    assert (xct.inhibitors, xct.limit) == (0, 0)


def test_gpx4_and_fsp1_share_the_ferroptosis_margin(untreated):
    gpx4 = real(fx.inhibit("GPX4=99%")).viability
    both = real(fx.inhibit("GPX4=99%"), fx.inhibit("FSP1=99.9%")).viability
    assert both.ferroptosis_margin < gpx4.ferroptosis_margin < untreated.viability.ferroptosis_margin
    assert both.ferroptosis_margin < 1
    # a load is given up for ATP
    assert both.atp_margin == pytest.approx(untreated.viability.atp_margin, rel=0.01)


def test_an_inhibited_atp_synthase_lowers_the_atp_margin(untreated):
    found = real(fx.inhibit("ATPS4mi=95%")).viability
    assert 1 < found.atp_margin < 0.7 * untreated.viability.atp_margin


def test_the_atp_margin_is_where_the_cell_begins_to_die(untreated):
    """Demands below and above the margin, asked of predict."""
    most = untreated.viability.atp_margin
    for times, outcome in ((0.9999, fx.Outcome.OPTIMAL), (1.0001, fx.Outcome.NONVIABLE)):
        changes = [fx.set_field(f"demands.ATP_maintenance={times * most} mmol/gDW/h")]
        assert fx.predict(None, NORMOXIA, changes, ["growth"], members=0).outcome is outcome


def test_a_high_atf4_names_its_genes(untreated):
    high = real(fx.set_field("regulators.ATF4=high"))
    parts = {m.catalyst: m.parts for m in high.moved if m.parts}
    assert parts["ASNS1"]["ASNS"] == (("ATF4", pytest.approx(1.5)),)
    assert {"SLC7A11_SLC3A2", "PGCD", "PSERT", "MTHFD2"} <= parts.keys()
    assert not any(m.parts for m in untreated.moved)
    row = next(m for m in high.moved if m.catalyst == "PGCD")
    assert row.limit == pytest.approx(row.cell * row.expression * row.saturation * row.inhibitors)
    assert "ATF4 moved the genes of" in high.answer


def test_nothing_uses_more_than_its_limit():
    for row in real(fx.inhibit("GLS=90%")).moved:  # glutamate and aspartate share three carriers
        # the engines know a bound to 1e-9, and small limits to what rounding leaves of that
        assert row.use <= row.limit * (1 + 1e-9) + 1e-12, row.catalyst


def test_relaxing_the_real_limits(untreated):
    """1 % more of what is named brings its share, 10 % is what the answer says."""
    scarce = real(fx.set_field("medium.gln__L=0.05 mM"))
    for said, changes in ((untreated, []), (scarce, [fx.set_field("medium.gln__L=0.05 mM")])):
        problem = fx.predict(None, NORMOXIA, changes, ["growth"], members=0).problem
        from fluxmodel.questions.explain import growth_with

        for limit in said.binding:
            if limit.share is not None and abs(limit.share) > 0.05:
                more = growth_with(problem, (limit.kind, limit.name), 1.001)
                assert 1000 * (more / said.growth - 1) == pytest.approx(limit.share, rel=0.05), limit.name
        for near in said.near:
            if not near.binds:
                more = growth_with(problem, (near.kind, near.name), 1.01)
                assert more == pytest.approx(said.growth, rel=1e-6), near.name
