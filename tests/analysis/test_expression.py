"""Expression states: what moves which catalyst, by how much, and that nothing moves at the reference."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.analysis.expression import BETA, WHOLE, Expression, expression_of, folded, tables
from fluxmodel.condition import Library, parse_change
from fluxmodel.condition.cell import GeneFold
from fluxmodel.errors import Where
from fluxmodel.formalism.resolved import Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import load_model
from fluxmodel.network.gpr import parse_rule
from fluxmodel.network.kinetics import Protein
from fluxmodel.regulation import Axes, Basal, Profile, Target

SAID = Origin("expression", "of the test")
AXES = Axes(
    (
        Target("ATF4", "GLS", 1, "A", 1.0, 0.5, 1.5),
        Target("ATF4", "PDHA1", -1, "A", -2.0, -3.0, -1.0),
        Target("MYC", "GLS", 1, "A", 2.0, 1.0, 3.0),
    ),
    {"ATF4": Basal("ATF4", 0.25), "MYC": Basal("MYC", 0.5)},
)


@pytest.fixture(scope="module")
def packaged():
    return load_model()


@pytest.fixture(scope="module")
def whole(packaged):
    """``whole(PDK1=2.0)``: the packaged model with genes scaled, log2."""
    axes, regulated = tables(packaged.path)

    def make(levels=None, **log2):
        scaled = {g: (v, SAID) for g, v in log2.items()}
        return Expression(packaged, axes, regulated, FrozenMap(levels or {}), FrozenMap(scaled))

    return make


def ratio_of(expression, beta, catalyst):
    return expression.ratios(beta).get(catalyst, (1.0, ()))[0]


def ratio(expression, catalyst):
    return ratio_of(expression, expression.beta, catalyst)


def test_at_basal_nothing_changes(whole, packaged):
    assert not whole().ratios()
    levels = dict.fromkeys(whole().axes.regulators, "basal")
    assert not whole(levels).ratios()
    assert not whole({k: b.value for k, b in whole().axes.basal.items()}).ratios()
    drawn = whole().axes.draw(np.random.default_rng(1))
    assert not whole(levels).ratios(0.9, drawn)
    assert not whole(GLS=0.0).ratios()


@pytest.mark.parametrize("level", ["off", "low", "high"])
def test_away_from_basal_something_does(whole, level):
    assert whole({"ATF4": level}).ratios()


def test_axes_by_hand(model):
    state = Expression(model, AXES, levels=FrozenMap({"ATF4": 1.0}))
    assert ratio(state, "GLS") == pytest.approx(2**BETA)
    assert ratio(state, "GLS2") == 1.0
    assert ratio(state, "OXP") == pytest.approx(2 ** (-2 * BETA))  # the scarcest of two subunits
    off = Expression(model, AXES, levels=FrozenMap({"ATF4": "off"}))
    assert ratio(off, "GLS") == pytest.approx(2 ** (-BETA / 3))
    both = Expression(model, AXES, levels=FrozenMap({"ATF4": 1.0, "MYC": 0.75}))
    assert ratio(both, "GLS") == pytest.approx(2 ** (2 * BETA))
    (_, why) = both.ratios()["GLS"]
    assert "ATF4 +1" in str(why[0])
    assert "MYC +1" in str(why[0])


def test_profile_scaled_genes_and_axes_multiply(model):
    state = Expression(
        model,
        AXES,
        levels=FrozenMap({"ATF4": 1.0}),
        scaled=FrozenMap({"GLS": (1.5, SAID)}),
        profile=Profile({"GLS": -0.5, "GLS2": 1.0}),
    )
    assert ratio(state, "GLS") == pytest.approx(2 ** (BETA * (1.0 + 1.5 - 0.5)))
    assert ratio(state, "GLS2") == pytest.approx(2**BETA)
    gone = replace(state, profile=Profile({"GLS2": 1.0}, absent=("GLS",)))
    assert ratio(gone, "GLS") == 0.0


def cell_of(conditions, **changes):
    return Library([conditions]).cell("toycell").replace(**changes)


def gene(value):
    return GeneFold(value=value, unit="fold", source="chosen")


def test_cell_and_condition_multiply_and_say_so(model, conditions):
    cell = cell_of(conditions, expression={"GLS": gene(4.0), "GLS2": gene(0.0)})
    condition = Library([conditions]).condition("plenty")
    problems = []
    state = expression_of(model, condition, cell, None, problems)
    assert ratio(state, "GLS") == pytest.approx(4**BETA)
    assert ratio(state, "GLS2") == 0.0
    halved = parse_change({"do": "scale_expression", "target": "GLS", "by": "0.5 fold"}, Where("x.yaml", 7))
    state = expression_of(model, condition.with_changes(halved), cell, None, problems)
    assert ratio(state, "GLS") == pytest.approx(2**BETA)
    assert not problems


def test_genes_that_the_model_lacks_are_all_reported(model, conditions):
    cell = cell_of(conditions, expression={"GLSS": gene(2.0)})
    wrong = parse_change({"do": "scale_expression", "target": "HKK1", "by": "2 fold"}, Where("x.yaml", 7))
    problems = []
    expression_of(model, Library([conditions]).condition("plenty").with_changes(wrong), cell, None, problems)
    assert [p.code for p in problems] == ["FM503", "FM503"]
    assert "GLS" in problems[0].cure


def test_a_cell_may_scale_what_only_regulates(packaged):
    """PDK1 stands in no gene rule, and acts on PDH: in a cell as in a condition."""
    library = Library()
    cell = library.cell("default").replace(expression={"PDK1": gene(4.0)})
    problems = []
    state = expression_of(packaged, library.condition("normoxia"), cell, None, problems)
    assert not problems
    assert ratio(state, "PDHm") < 0.9


@pytest.mark.parametrize("written", [{}, {"ATF4": "basal"}])
def test_basal_is_what_is_usual_for_the_cell(model, conditions, written, monkeypatch):
    from fluxmodel.analysis import expression

    monkeypatch.setattr(expression, "tables", lambda folder: (AXES, ()))
    cell = cell_of(conditions, regulators={"ATF4": 1.0})
    condition = Library([conditions]).condition("plenty").replace(regulators=written)
    assert ratio(expression_of(model, condition, cell, None, []), "GLS") == pytest.approx(2**BETA)
    stated = condition.replace(regulators={"ATF4": 0.25})
    assert ratio(expression_of(model, stated, cell, None, []), "GLS") == 1.0


@pytest.mark.parametrize(("regulator", "target"), [("PDK1", "PDHm"), ("SIAH2", "AKGDm")])
def test_what_regulates_by_hand(whole, regulator, target):
    assert ratio(whole(**{regulator: 2.0}), target) < 0.95
    assert ratio(whole(**{regulator: -2.0}), target) > 1.02
    two, four = (ratio(whole(**{regulator: x}), target) for x in (1.0, 2.0))
    assert four < two < 1
    assert set(whole(**{regulator: 2.0}).ratios()) == {target}  # of no rule, and of no mass that is known
    (_, why) = whole(**{regulator: 2.0}).ratios()[target]
    assert any(regulator in str(o) for o in why)


def test_pdk_by_the_law_itself(whole):
    """a = 1 / (1 + r x): x = 0.55 * 2^(2 beta) + 0.45 with a_ref = 0.3."""
    x, r = 0.55 * 2 ** (2 * BETA) + 0.45, 1 / 0.3 - 1
    assert ratio(whole(PDK1=2.0), "PDHm") == pytest.approx((1 + r) / (1 + r * x))


def test_hypoxia_s_axis_lowers_pdh_and_ogdh(whole):
    state = whole({"HIF1A": 1.0})
    assert ratio(state, "PDHm") < 1
    assert ratio(state, "AKGDm") < 1


# -- complexes, dilution ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def weighed(model):
    """The toy with proteins: 5 times as much MPC1 as PDHA1, and masses that matter."""
    rows = {"PDHA1": (40.0, 2.0), "MPC1": (12.0, 10.0), "GLS": (65.0, 500.0), "GLS2": (66.0, 100.0)}
    return replace(model, proteins=FrozenMap({g: Protein(g, m, a) for g, (m, a) in rows.items()}))


@pytest.mark.parametrize(
    ("log2", "expected"),
    [
        ({"MPC1": -1.0}, 0.0),  # half of what is in excess
        ({"MPC1": -math.log2(5)}, 0.0),
        ({"MPC1": -math.log2(5) - 1}, -1.0),  # now it is the scarcest
        ({"MPC1": 3.0}, 0.0),
        ({"PDHA1": 1.0}, 1.0),
        ({"PDHA1": 4.0}, math.log2(5)),  # up to where the other one limits
        ({"PDHA1": -1.0, "MPC1": 1.0}, -1.0),
        ({"MPC1": -math.inf}, -math.inf),
    ],
)
def test_a_subunit_in_excess_limits_nothing_until_it_is_scarce(weighed, log2, expected):
    assert folded(weighed, weighed.all_catalysts["OXP"], log2) == pytest.approx(expected)


def test_isozymes_count_by_how_much_there_is_of_them(weighed):
    glutaminase = replace(weighed.catalysts["GLS"], rule=parse_rule("GLS or GLS2"))
    assert folded(weighed, glutaminase, {"GLS": -math.inf}) == pytest.approx(math.log2(1 / 6))
    assert folded(weighed, glutaminase, {"GLS2": 1.0}) == pytest.approx(math.log2(7 / 6))


@given(st.lists(st.floats(-4, 4), min_size=4, max_size=4), st.floats(0.1, 1.2))
@settings(max_examples=50)
def test_dilution_conserves_the_mass_of_protein(weighed, changes, beta):
    log2 = dict(zip(weighed.proteins, changes, strict=True))
    state = Expression(weighed, scaled=FrozenMap({g: (v, SAID) for g, v in log2.items()}))
    found = {k: r for k, (r, _) in state.ratios(beta).items()}
    share = found.get("GLYC", 1.0)  # of which nothing is known: it is diluted, and nothing else
    proteins = [(p.mass * p.abundance, 2 ** (beta * log2[g])) for g, p in weighed.proteins.items()]
    rest = WHOLE - sum(m for m, _ in proteins)
    after = share * (rest + sum(m * x for m, x in proteins))
    assert after == pytest.approx(WHOLE, rel=1e-6)
    assert found.get("GLS", 1.0) == pytest.approx(share * 2 ** (beta * log2["GLS"]), rel=1e-6)
    if all(v > 0.1 for v in changes):
        assert share < 1


def test_dilution_is_small_in_the_packaged_model(whole):
    """ATF4 fully on dilutes the rest by at most a few percent: it cannot make a high state costly."""
    found = {k: r for k, (r, _) in whole({"ATF4": "high"}).ratios(BETA).items()}
    untouched = min(found.values(), key=lambda x: abs(x - np.median(list(found.values()))))
    assert 0.9 < untouched <= 1.0


def test_more_expression_of_one_gene_never_lowers_its_own_catalyst(weighed):
    ratios = [
        ratio_of(Expression(weighed, scaled=FrozenMap({"GLS": (x, SAID)})), BETA, "GLS")
        for x in np.linspace(-4, 4, 9)
    ]
    assert all(a < b for a, b in pairwise(ratios))


def test_hypoxia_factor_slows_protein_synthesis(whole):
    """HIF-1 acts on it through REDD1 and mTORC1: 2 ** -0.5 at full activity, measured on lung fibroblasts."""
    assert ratio(whole({"HIF1A": 1.0}), "translation") == pytest.approx(2**-0.5)
    assert "translation" not in whole({"ATF4": "high"}).ratios()


def test_every_uncertain_number_is_drawn(whole):
    state = whole({"HIF1A": 1.0})
    draws = [state.draw(np.random.default_rng([1, k])) for k in range(1, 41)]
    for target in ("translation", "PDHm", "AKGDm", "HK2"):
        values = np.array([d.get(target, 1.0) for d in draws])
        assert len(set(values.tolist())) > 30
        assert values.min() < ratio(state, target) < values.max()
    again = state.draw(np.random.default_rng([1, 7]))
    assert again == draws[6]
