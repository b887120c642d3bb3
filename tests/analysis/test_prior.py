"""The spread of the prior, where lines differ in how much of a protein they have."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.calibration.prior import MEASURED_SPREAD, prior_of
from fluxmodel.analysis.proteome import complex_spread
from fluxmodel.network import load_model
from fluxmodel.network.gpr import parse_rule
from fluxmodel.network.rows import Catalyst

AMOUNTS = {"A": 1.0, "B": 3.0, "C": 9.0, "D": 0.001}
SPREADS = {"A": 2.0, "C": 1.0, "D": 3.0}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("A", 2.0),
        ("B", 0.7),
        ("X", 0.7),
        ("A and C", 2.0),  # the scarcest
        ("B and C", 0.7),
        ("A and X", 2.0),  # not measured: no say
        ("A or C", (1 * 2.0 + 9 * 1.0) / 10),
        ("A or X", 2.0),
        ("(A and B) or (A and C)", 2.0),  # a shared protein counts once
        ("A and B and C and D", (1.0 + 2.0) / 2),  # four subunits: the median of 2, 0.7, 1, 3
        ("(A or C) and B", 0.7),
        ("A and D", 3.0),
    ],
)
def test_a_complex_spreads_as_what_its_abundance_hangs_on(rule, expected):
    catalyst = Catalyst("K", parse_rule(rule), ("r",))
    assert complex_spread(catalyst, AMOUNTS, 0.1, SPREADS, 0.7) == pytest.approx(expected)


def spread_of(prior):
    return dict(zip(prior.catalysts, prior.abundance_spread.tolist(), strict=True))


def test_the_prior_is_as_wide_as_the_lines_differ():
    model = load_model()
    single = {k: c.rule.gene for k, c in model.all_catalysts.items() if c.rule.kind == "gene"}
    wide = {k: p.spread for k, g in single.items() if (p := model.proteins.get(g)) and p.spread}
    found = spread_of(prior_of(model))
    assert wide
    assert {k: found[k] for k in wide} == pytest.approx(wide)
    assert min(found.values()) == pytest.approx(MEASURED_SPREAD)


def test_a_protein_that_was_measured_in_the_cell_does_not_spread_as_lines_do():
    model = load_model()
    assert model.proteins["PYCR1"].spread > MEASURED_SPREAD
    plain, own = spread_of(prior_of(model)), spread_of(prior_of(model, {"PYCR1": 10.0}))
    changed = {k for k in plain if plain[k] != own[k]}
    assert changed == {k for k, c in model.all_catalysts.items() if c.rule.genes == ("PYCR1",)} != set()
    assert {own[k] for k in changed} == {MEASURED_SPREAD}
