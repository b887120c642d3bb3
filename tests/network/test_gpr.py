"""Gene rules: grammar, knock-outs, alternatives, equivalence."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import ModelError
from fluxmodel.network import Rule, all_of, any_of, equivalent, parse_rule
from fluxmodel.network.gpr import gene

GENES = ["A", "MT-B", "C_1", "D.2"]
RULES = st.recursive(
    st.sampled_from(GENES).map(gene),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(all_of),
        st.lists(inner, min_size=1, max_size=3).map(any_of),
    ),
    max_leaves=8,
)


def subsets():
    for keep in product([True, False], repeat=len(GENES)):
        yield {g for g, k in zip(GENES, keep, strict=True) if not k}


@given(RULES)
def test_text_reads_back_as_the_same_rule(rule):
    assert parse_rule(str(rule)) == rule


@given(RULES)
def test_alternatives_say_when_the_rule_holds(rule):
    for lost in subsets():
        assert rule.holds(lost) == any(not term & lost for term in rule.isozymes())


@given(RULES)
def test_alternatives_are_minimal(rule):
    terms = rule.isozymes()
    assert not any(a < b for a in terms for b in terms)


@given(RULES, RULES)
def test_equivalence_is_equality_of_truth_tables(a, b):
    same = all(a.holds(lost) == b.holds(lost) for lost in subsets())
    assert equivalent(a, b) == same
    assert equivalent(a, b) == (set(a.isozymes()) == set(b.isozymes()))


@given(RULES, st.sets(st.sampled_from(GENES)), st.sampled_from(GENES))
def test_losing_more_never_helps(rule, lost, more):
    assert rule.holds(lost) or not rule.holds(lost | {more})


def test_and_binds_tighter_and_case_does_not_count():
    assert parse_rule("A OR B and C") == any_of([gene("A"), all_of([gene("B"), gene("C")])])


def test_the_empty_rule():
    rule = parse_rule("  ")
    assert rule == Rule()
    assert not rule
    assert rule.holds({"A"})
    assert rule.genes == ()
    assert rule.isozymes() == ()
    assert str(rule) == ""
    assert equivalent(rule, parse_rule(""))
    assert not equivalent(rule, gene("A"))
    assert not any_of([gene("A"), rule])  # one of them needs nothing, so neither does the whole
    assert all_of([gene("A"), rule]) == gene("A")


@pytest.mark.parametrize(
    ("text", "character", "why"),
    [
        ("A and", 6, "a gene is missing"),
        ("and A", 1, "a gene is missing"),
        ("A or or B", 6, "a gene is missing"),
        ("A B", 3, "expected and, or"),
        ("(A or B", 1, "not closed"),
        ("A)", 2, "expected and, or"),
        ("A & B", 3, "expected and, or"),
        ("()", 2, "a gene is missing"),
        ("(" * 50 + "A" + ")" * 50, 41, "nested"),
    ],
)
def test_refusals_name_the_place(text, character, why):
    with pytest.raises(ModelError) as caught:
        parse_rule(text)
    said = str(caught.value)
    assert said.startswith("FM403")
    assert why in said
    assert f"character {character}:" in said


def isoforms(n):
    return parse_rule(" and ".join(f"(A{i} or B{i})" for i in range(n)))


def test_many_isoforms_are_compared_though_they_cannot_be_written_out():
    with pytest.raises(ModelError, match="more than 2000 alternatives"):
        isoforms(14).isozymes()
    assert equivalent(isoforms(40), all_of(reversed(isoforms(40).parts)))
    assert not equivalent(isoforms(40), isoforms(39))


def test_alternatives_of_a_long_or_are_limited_too():
    with pytest.raises(ModelError, match="more than 5"):
        parse_rule(" or ".join(f"A{i}" for i in range(6))).isozymes(limit=5)


def test_renaming():
    assert str(parse_rule("E1 and (E2 or X)").renamed({"E1": "A", "E2": "B"})) == "A and (B or X)"
    assert str(parse_rule("E1 or E2").renamed({"E1": "A", "E2": "A"})) == "A"
