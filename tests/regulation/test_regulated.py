"""Capacities regulated otherwise than by expression: the table and its laws."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import DomainError, TableError
from fluxmodel.regulation import Number, Regulated, factor, read_regulated

DATA = Path(__file__).with_name("data")
PDH, OGDH, COMPLEX_I, *_ = read_regulated(DATA)
PDKS = ("PDK1", "PDK2", "PDK3", "PDK4")
LOGS = st.one_of(st.floats(-4, 4), st.just(-math.inf))
CHANGES = st.dictionaries(st.sampled_from((*PDKS, "SIAH2")), LOGS)
INHIBITED = st.dictionaries(st.sampled_from((*PDKS, "SIAH2")), st.floats(0, 1))
CLOSE = 1e-12


def law(name, **parameters):
    numbers = [Number("weight", "X", 1, 1, 1)]
    return Regulated("R", name, (*numbers, *(Number("parameter", n, v, v, v) for n, v in parameters.items())))


def test_the_table_is_read():
    assert (PDH.target, PDH.law, PDH.use, PDH.regulators) == ("PDHm", "kinase_phosphatase", True, PDKS)
    assert dict(PDH.of("weight")) == {"PDK1": 0.55, "PDK2": 0.15, "PDK3": 0.25, "PDK4": 0.05}
    assert PDH.of("ki_dca")["PDK2"] == 0.2
    first = PDH.numbers[0]
    assert (first.low, first.high, first.unit, first.provenance, first.where.line) == (
        0.3,
        0.9,
        "1",
        "chosen",
        2,
    )
    assert (OGDH.target, OGDH.law, OGDH.regulators) == ("AKGDm", "degradation", ("SIAH2",))
    assert (COMPLEX_I.law, COMPLEX_I.use) == ("axis", False)


def test_kinases_by_hand():
    # a_ref 0.3, so r = 7/3; PDK1 fourfold: x = 0.45 + 0.55 * 4 = 2.65
    assert factor(PDH, {"PDK1": 2.0}) == pytest.approx(1 / (1 + 7 / 3 * 2.65) / 0.3)
    # no kinase: all of the enzyme is active
    assert factor(PDH, dict.fromkeys(PDKS, -math.inf)) == pytest.approx(1 / 0.3)
    assert factor(PDH, {}, inhibited=dict.fromkeys(PDKS, 1.0)) == pytest.approx(1 / 0.3)
    # half of all kinase taken away is as good as half of it made
    assert factor(PDH, {}, dict.fromkeys(PDKS, 0.5)) == pytest.approx(factor(PDH, dict.fromkeys(PDKS, -1.0)))


def test_degradation_by_hand():
    # p 0.2, k 5, n 2: twice as much SIAH2 leaves 0.2 + 0.8 * 6 / 21
    assert factor(OGDH, {"SIAH2": 1.0}) == pytest.approx(0.2 + 0.8 * 6 / 21)
    assert factor(OGDH, {"SIAH2": -math.inf}) == pytest.approx(0.2 + 0.8 * 6)
    assert factor(OGDH, {"SIAH2": 900.0}) == 0.2
    assert factor(law("degradation", k=0.0, n=2.0, p=0.0), {"X": 900.0}) == 1.0


def test_an_axis_by_hand():
    assert factor(COMPLEX_I, {}, shifts={"HIF1A": 1.0}) == pytest.approx(2**-0.5)
    assert factor(COMPLEX_I, {}, shifts={"HIF1A": -0.05}) == pytest.approx(2**0.025)
    assert factor(COMPLEX_I, {"HIF1A": 3.0}, shifts={"ATF4": 1.0}) == 1.0


@pytest.mark.parametrize("row", read_regulated(DATA), ids=lambda row: row.target)
def test_every_law_is_1_in_the_reference(row):
    assert factor(row, {}) == pytest.approx(1.0, abs=CLOSE)


@given(CHANGES, INHIBITED, st.sampled_from([PDH, OGDH]), st.data())
def test_more_of_a_regulator_never_gives_more_capacity(log2, inhibited, row, data):
    gene = data.draw(st.sampled_from(row.regulators))
    less, more = sorted((data.draw(LOGS), data.draw(LOGS)))
    there = factor(row, {**log2, gene: more}, inhibited)
    assert there <= factor(row, {**log2, gene: less}, inhibited) + CLOSE


@given(CHANGES, INHIBITED, st.sampled_from(PDKS), st.floats(0, 1))
def test_inhibition_of_a_kinase_never_lowers_capacity(log2, inhibited, gene, more):
    less = {**inhibited, gene: min(more, inhibited.get(gene, 0.0))}
    assert factor(PDH, log2, {**less, gene: more}) >= factor(PDH, log2, less) - CLOSE


@given(CHANGES, INHIBITED)
def test_capacity_stays_within_the_ends_of_its_law(log2, inhibited):
    assert 0 < factor(PDH, log2, inhibited) <= 1 / 0.3 + CLOSE
    assert 0.2 <= factor(OGDH, log2, inhibited) <= 0.2 + 0.8 * 6 + CLOSE


@pytest.mark.parametrize("log2", [math.nan, math.inf, 2000.0])
def test_a_fold_change_without_a_value_is_refused(log2):
    with pytest.raises(DomainError, match=r"FM619.*SIAH2"):
        factor(OGDH, {"SIAH2": log2})


def test_every_bad_number_is_named():
    with pytest.raises(DomainError) as caught:
        factor(PDH, {"PDK1": math.nan}, {"PDK2": 1.5, "PDK3": -0.1})
    assert len(caught.value.problems) == 3
    with pytest.raises(DomainError, match="FM619"):
        factor(COMPLEX_I, {}, shifts={"HIF1A": math.nan})


def test_other_weights_are_shares():
    other = PDH.with_values("weight", {"PDK1": 3.0, "PDK2": 0.0, "PDK3": 1.0, "PDK4": 0.0})
    assert dict(other.of("weight")) == {"PDK1": 0.75, "PDK2": 0.0, "PDK3": 0.25, "PDK4": 0.0}
    assert factor(other, {"PDK2": 4.0}) == pytest.approx(1.0)
    assert dict(PDH.of("weight"))["PDK1"] == 0.55


def test_other_parameters():
    assert factor(OGDH.with_values("parameter", {"p": 1.0}), {"SIAH2": 3.0}) == 1.0
    assert factor(PDH.with_values("parameter", {"a_ref": 1.0}), {"PDK1": 4.0}) == 1.0


@pytest.mark.parametrize(
    ("name", "parameters"), [("kinase", {"a_ref": 0.3}), ("degradation", {"k": 1.0}), ("axis", {"k": 1.0})]
)
def test_a_law_made_by_hand_is_checked_too(name, parameters):
    with pytest.raises(DomainError, match=f"FM615.*{name}"):
        law(name, **parameters)


@pytest.mark.parametrize(
    ("row", "kind", "values", "words"),
    [
        (PDH, "weight", {"PDK5": 1.0}, "no weight PDK5"),
        (PDH, "parameter", {"r": 2.0}, "names: a_ref"),
        (PDH, "weight", dict.fromkeys(PDKS, 0.0), "add up to 0"),
        (PDH, "weight", {"PDK1": -0.2}, ">= 0"),
        (PDH, "parameter", {"a_ref": 0.0}, "a_ref = 0"),
        (PDH, "parameter", {"a_ref": math.nan}, "a_ref = nan"),
        (OGDH, "parameter", {"p": 1.5}, "from 0 to 1"),
        (OGDH, "parameter", {"n": 0.0}, "n = 0"),
    ],
)
def test_values_that_the_law_cannot_have(row, kind, values, words):
    with pytest.raises(DomainError, match=r"FM61[59]") as caught:
        row.with_values(kind, values)
    assert words in str(caught.value)


def wrong(folder, *edits):
    lines = (DATA / "regulated.tsv").read_text(encoding="utf-8").splitlines()
    for line, old, new in edits:
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new, 1)
    (folder / "regulated.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_regulated(folder)
    return [(p.code, p.where.line, p.where.field) for p in caught.value.problems]


def test_every_problem_of_the_table_comes_at_once(tmp_path):
    found = wrong(
        tmp_path,
        (3, "\t0.15\t", "\t0.5\t"),
        (4, "PDK3", "PDK1"),
        (5, "\ton\t", "\toff\t"),
        (16, "\tSIAH2\t1\t", "\tSIAH2\t1.5\t"),
        (20, "HIF1A\t1\t1\t1", "HIF1A\t2\t1\t3"),
        (23, "log2_at_full", "log2_full"),
    )
    assert found == [
        ("FM615", 3, "value"),
        ("FM615", 4, "name"),
        ("FM615", 5, "use"),
        ("FM615", 16, "value"),
        ("FM615", 20, "value"),
        ("FM615", 22, "value"),
        ("FM615", 22, "value"),
    ]


def test_words_of_the_table_are_closed(tmp_path):
    found = wrong(
        tmp_path,
        (2, "kinase_phosphatase", "kinase"),
        (3, "\ton\t", "\tyes\t"),
        (4, "\tchosen\t", "\theard\t"),
    )
    assert found == [("FM019", 2, "law"), ("FM019", 3, "use"), ("FM019", 4, "provenance")]


def test_a_derived_number_that_does_not_agree_is_refused(tmp_path):
    assert wrong(tmp_path, (15, "2.333", "2.4")) == [("FM615", 2, "value")]


def test_draws_keep_to_what_a_law_can_have():
    """Half of them on either side of the value, 5 and 95 % at the ends of the range."""
    weight = Number("weight", "SIAH2", 1, 1, 1)
    numbers = [
        Number("parameter", n, v, a, b)
        for n, v, a, b in (("k", 5, 0.5, 10), ("n", 2, 1, 3), ("p", 0.2, 0, 0.6))
    ]
    row = Regulated("AKGDm", "degradation", (weight, *numbers))
    rng = np.random.default_rng(1)
    drawn = [row.draw(rng).of("parameter") for _ in range(2000)]
    for number in numbers:
        values = np.array([d[number.name] for d in drawn])
        assert np.median(values) == pytest.approx(number.value, rel=0.1)
        assert np.percentile(values, 95) == pytest.approx(number.high, rel=0.1)
        assert values.min() >= 0
    assert max(d["p"] for d in drawn) <= 1


def test_a_number_that_follows_is_not_drawn():
    weight, share = Number("weight", "PDK1", 1, 1, 1), Number("parameter", "a_ref", 0.25, 0.1, 0.5)
    row = Regulated("PDHm", "kinase_phosphatase", (weight, share, Number("parameter", "r", 3.0, 1, 9)))
    drawn = row.draw(np.random.default_rng(3))
    assert set(drawn.of("parameter")) == {"a_ref"}
    assert drawn.of("parameter")["a_ref"] != 0.25
