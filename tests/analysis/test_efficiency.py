"""Saturation of carriers, relative turnover by direction, and which catalysts have a hub."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.analysis.efficiency import efficiencies, hub_of, main_turnover, saturations
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.kinetics import Affinity, Turnover
from fluxmodel.network.rows import Catalyst
from fluxmodel.questions.changes import set_field
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.units import Quantity


def mM(value):  # noqa: N802 - the unit
    return Quantity(value, "mM", "")


def affinity(catalyst, metabolite, km, reaction=""):
    return Affinity(catalyst, reaction, metabolite, km, km, km)


def turnover(catalyst, kcat, reactions=(), direction="both"):
    return Turnover(catalyst, reactions, direction, kcat, kcat, kcat, 0.7)


@pytest.fixture(scope="module")
def with_rows(model):
    return lambda *rows: replace(
        model,
        affinities=tuple(r for r in rows if isinstance(r, Affinity)),
        turnovers=tuple(r for r in rows if isinstance(r, Turnover)),
    )


CARRIER = affinity("SLC1A5", "gln__L", 0.2)


@pytest.mark.parametrize(
    ("outside", "share"),
    [(0.0, 0.0), (0.2, 0.5), (0.6, 0.75), (1.8, 0.9), (1e9, 1.0)],
)
def test_saturation_by_hand(with_rows, outside, share):
    found = saturations(with_rows(CARRIER), {"gln__L": mM(outside)}, {})
    assert dict(found) == {("SLC1A5", "GLNt", 1): pytest.approx(share)}


def test_absent_is_none_and_unlimited_is_all(with_rows):
    model = with_rows(CARRIER)
    assert dict(saturations(model, {}, {})) == {("SLC1A5", "GLNt", 1): 0.0}
    assert dict(saturations(model, {}, {"gln__L": "carbonate"})) == {("SLC1A5", "GLNt", 1): 1.0}
    assert dict(saturations(model, {"gln__L": Quantity(200, "uM", "")}, {})) == {
        ("SLC1A5", "GLNt", 1): pytest.approx(0.5)
    }


def test_a_row_of_its_own_wins_wherever_it_stands(with_rows):
    own = affinity("SLC1A5", "gln__L", 1.8, "GLNt")
    for rows in ((CARRIER, own), (own, CARRIER)):
        found = saturations(with_rows(*rows), {"gln__L": mM(0.2)}, {})
        assert dict(found) == {("SLC1A5", "GLNt", 1): pytest.approx(0.1)}


def test_a_row_for_what_is_not_traded_does_nothing(with_rows):
    assert not saturations(with_rows(affinity("SLC1A5", "glc__D", 1.0)), {"glc__D": mM(1)}, {})


def test_only_uptake_is_saturated_from_outside(with_rows):
    """LACt is written outwards: taking lactate up is backwards."""
    found = saturations(with_rows(affinity("LACt", "lac__L", 5.0)), {"lac__L": mM(5)}, {})
    assert dict(found) == {("LACt", "LACt", -1): pytest.approx(0.5)}


def test_two_species_of_one_reaction_multiply(with_rows):
    model = with_rows(affinity("X", "gln__L", 1.0), affinity("X", "glc__D", 1.0))
    model = model.with_reaction("BOTHt", "gln__L_e + glc__D_e --> gln__L_c + glc__D_c")
    both = Catalyst("X", model.catalysts["GLS"].rule, ("BOTHt",))
    model = replace(model, catalysts=FrozenMap({**model.catalysts, "X": both}))
    found = saturations(model, {"gln__L": mM(1), "glc__D": mM(3)}, {})
    assert dict(found) == {("X", "BOTHt", 1): pytest.approx(0.375)}


@given(st.floats(1e-4, 100), st.floats(0, 100), st.floats(0, 100))
def test_more_outside_never_saturates_less(with_rows, km, a, b):
    low, high = sorted((a, b))
    model = with_rows(affinity("SLC1A5", "gln__L", km))
    one, two = (next(iter(saturations(model, {"gln__L": mM(x)}, {}).values())) for x in (low, high))
    assert 0 <= one <= two < 1 or two == pytest.approx(1)


def test_turnovers_are_relative_to_the_main_one_by_direction(with_rows):
    model = with_rows(
        turnover("LDH_L", 4.0, ("LDH_L",), "backward"), turnover("LDH_L", 10.0), turnover("GLS", 3.0)
    )
    assert main_turnover(model, "LDH_L").kcat == 10
    assert main_turnover(model, "GLS2") is None
    found = efficiencies(
        model, model.all_catalysts["LDH_L"], {("LDH_L", "LDH_L", -1): 0.5, ("X", "Y", 1): 0.1}
    )
    assert dict(found) == {("LDH_L", -1): pytest.approx(0.2)}
    both = with_rows(turnover("LDH_L", 10.0), turnover("LDH_L", 30.0, ("LDH_L",)))
    assert dict(efficiencies(both, both.all_catalysts["LDH_L"], {})) == {
        ("LDH_L", 1): 3.0,
        ("LDH_L", -1): 3.0,
    }


def test_a_hub_by_hand(model):
    """Traded by every reaction, and against something: a second way of carrying alone has none."""
    wide = model.with_reaction("GLNt2", "gln__L_e --> gln__L_c")
    wide = wide.with_reaction("TRADEa", "lac__L_e + gln__L_c <=> lac__L_c + gln__L_e")
    wide = wide.with_reaction("TRADEb", "glu__L_c + gln__L_e <=> glu__L_e + gln__L_c")

    def hub(*reactions):
        return hub_of(wide, Catalyst("X", wide.catalysts["GLS"].rule, reactions))

    assert hub("TRADEa", "TRADEb") == "gln__L_c"
    assert hub("GLNt", "GLNt2") == ""
    assert hub("TRADEa", "GLNt") == ""
    assert hub("TRADEa") == ""


def test_hubs_of_the_packaged_model():
    from fluxmodel.network import load_model

    m = load_model()
    found = {c.id: hub_of(m, c) for c in m.all_catalysts.values() if hub_of(m, c)}
    assert found["SLC1A5"] == "gln__L_c"
    assert "SLC7A11_SLC3A2" not in found  # one reaction
    assert "SLC38A1" not in found  # sodium is no partner
    for id, hub in found.items():
        for reaction in m.all_catalysts[id].reactions:
            terms = m.reactions[reaction].stoichiometry
            assert terms[hub] * terms[f"{hub[:-2]}_e"] < 0


@pytest.mark.parametrize(("changes", "carried"), [([], 2.0), (["medium.glc__D=30 mM"], 3.0)])
def test_the_saturation_of_the_medium_reaches_the_bounds(with_rows, conditions, tmp_path, changes, carried):
    """A carrier of 4 mmol/gDW/h, half saturated by the 10 mM of the broth."""
    for file in conditions.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    more = '  GLCt: {value: 4, unit: mmol/gDW/h, source: "chosen"}\n'
    (tmp_path / "toycell.yaml").write_text((conditions / "toycell.yaml").read_text() + more)
    bench = Bench(with_rows(affinity("GLCt", "glc__D", 10.0)), [tmp_path], Build("capacity"))
    problem = bench.arm(bench.condition("plenty"), [set_field(c) for c in changes]).problem
    assert problem.bounds["GLCt"].upper == pytest.approx(carried)
