"""Scores on made-up claims, against numbers found by hand."""

from __future__ import annotations

import math

import pytest

from fluxmodel.evidence import ArmSpec, Citation, Claim, Row
from fluxmodel.evidence.judged import STANDINGS, Judged, row_standing
from fluxmodel.evidence.nulls import NULLS, inhibited_down, majority, no_change
from fluxmodel.evidence.score import gain, grouped, row_totals, score, totals, wilson


def row(name, *verdicts, paper="p", category="c", kind="phenotype"):
    """A row with one claim for each verdict, on growth of an inhibited arm."""
    arms = {
        "control": ArmSpec(condition="normoxia"),
        "drug": ArmSpec(
            from_="control",
            changes=({"do": "inhibit", "target": "GLS", "by": {"value": 90, "unit": "percent"}},),
        ),
    }
    claims = tuple(
        Claim(id=f"c{n}", observable="growth", of="drug", against="control", verdict=v)
        for n, v in enumerate(verdicts)
    )
    source = Citation(citation=paper, provenance="read")
    return Row(id=name, source=source, category=category, confidence="A", arms=arms, claims=claims, kind=kind)


def judged(r, *predicted, certain=()):
    """The claims of a row as they were predicted."""
    sure = [*certain, *[""] * len(predicted)]
    return [Judged(r, c, p, s) for c, p, s in zip(r.claims, predicted, sure, strict=False)]


def missing(name):
    source = Citation(citation="q", provenance="read")
    return Row(id=name, source=source, category="c", confidence="B", not_representable="no flux")


def test_the_standings_are_a_partition():
    a, b = row("a", "up", "down", "down", "unchanged"), row("b", "up")
    claims = [
        *judged(a, "up", "down", "up", "undetermined", certain=("up", "", "up", "")),
        Judged(b, b.claims[0], "", why="no such gene"),
    ]
    rows = [a, b, missing("m")]
    found = totals(claims, rows)
    assert found == dict(zip(STANDINGS, (1, 1, 1, 1, 1, 1), strict=True))
    assert row_totals(claims, rows) == dict(zip(STANDINGS, (0, 0, 1, 0, 1, 1), strict=True))
    s = score(claims)
    assert (s.claims, s.right, s.rows, s.rows_right, s.errors) == (5, 2, 2, 0, 1)


def test_certain_and_another_point_is_wrong_but_not_for_certain():
    r = row("a", "up")
    (claim,) = judged(r, "unchanged", certain=("up",))
    assert claim.standing == "wrong_uncertain"
    (claim,) = judged(r, "up", certain=("down",))
    assert claim.standing == "wrong_certain"


def test_balanced_accuracy_does_not_pay_the_largest_class():
    rows = [row(f"u{n}", "unchanged") for n in range(8)] + [row("d", "down"), row("e", "up")]
    claims = [c for r in rows for c in judged(r, "unchanged")]
    s = score(claims)
    assert s.share == pytest.approx(0.8)
    assert s.balanced == pytest.approx(1 / 3)
    assert s.recall == {"up": (0, 1), "down": (0, 1), "unchanged": (8, 8)}


def test_wilson_is_that_of_the_textbook():
    # Wilson 1927 by hand for 8 of 10: centre (8 + 1.9208) / (10 + 3.8415)
    low, high = wilson(8, 10)
    assert (low + high) / 2 == pytest.approx((8 + 1.92073) / (10 + 3.84146), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_rows_are_right_only_as_a_whole():
    r = row("a", "up", "down")
    assert row_standing(judged(r, "up", "down", certain=("up", "down"))) == "right_certain"
    assert row_standing(judged(r, "up", "down", certain=("up", ""))) == "right_uncertain"
    assert row_standing(judged(r, "up", "up")) == "wrong_uncertain"


def test_gain_is_paired_and_draws_papers():
    rows = [row(f"r{n}", "up", paper=f"p{n // 3}") for n in range(30)]
    one = [c for r in rows for c in judged(r, "up")]
    other = [c for n, r in enumerate(rows) for c in judged(r, "up" if n % 3 else "down")]
    g = gain(one, other)
    assert (g.gain, g.better, g.worse) == (pytest.approx(1 / 3), 10, 0)
    assert g.low == pytest.approx(1 / 3)  # every paper has one of three
    assert gain(one, one).low == gain(one, one).high == 0
    assert math.isnan(gain(one[:3], other[:3]).low)  # one paper tells nothing of another


def test_gain_is_wider_where_the_claims_of_a_paper_go_together():
    rows = [row(f"r{n}", "up", paper=f"p{n // 5}") for n in range(40)]
    one = [c for r in rows for c in judged(r, "up")]
    other = [c for n, r in enumerate(rows) for c in judged(r, "up" if n % 10 < 5 else "down")]
    alone = [row(f"s{n}", "up", paper=f"q{n}") for n in range(40)]
    single = [c for r in alone for c in judged(r, "up")]
    rest = [c for n, r in enumerate(alone) for c in judged(r, "up" if n % 10 < 5 else "down")]
    wide, narrow = gain(one, other), gain(single, rest)
    assert wide.gain == narrow.gain
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_nulls_know_only_what_was_done():
    r = row("a", "down", "unchanged", category="x")
    back = Claim(id="back", observable="growth", of="control", against="drug", verdict="up")
    flux = Claim(id="flux", observable="flux(GLUNm)", of="drug", against="control", verdict="down")
    asked = [*((r, c) for c in r.claims), (r, back), (r, flux)]
    assert [j.predicted for j in no_change(asked)] == ["unchanged"] * 4
    assert [j.predicted for j in inhibited_down(asked)] == ["down", "down", "unchanged", "unchanged"]
    assert [j.predicted for j in majority(asked)] == ["down"] * 4
    assert set(NULLS) == {"no change", "growth down if inhibited", "majority of the category"}


def test_groups_add_up():
    rows = [row("a", "up", category="x"), row("b", "down", category="y"), row("c", "up", category="x")]
    claims = [c for r in rows for c in judged(r, "up")]
    found = grouped(claims, lambda c: c.row.category)
    assert {k: (s.right, s.claims) for k, s in found.items()} == {"x": (2, 2), "y": (0, 1)}
