"""Smallest lethal sets against deletion of every gene and every pair, and against enumeration of a toy."""

from __future__ import annotations

from functools import cache
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest

from fluxmodel.analysis.lethal.cutsets import Wanted, cut_sets
from fluxmodel.analysis.lethal.knockable import Knockable, alike
from fluxmodel.analysis.serving import Slack, grow
from fluxmodel.formalism.problem import Places
from fluxmodel.lp import Program, Sparse, Stage, open_session
from fluxmodel.network.gpr import parse_rule
from tests.lp.models import cobra_model, to_program

NOWHERE = np.zeros(0, dtype=np.int64)
NO_PLACES = Places(NOWHERE, NOWHERE, NOWHERE, NOWHERE, np.zeros((0, 4)), NOWHERE)
ALL = 10_000


def knockable(program: Program, rules: dict[int, str], slacks: tuple[Slack, ...] = ()) -> Knockable:
    """A program whose columns need genes."""
    columns: dict[Any, list[int]] = {}
    for column, text in rules.items():
        if text:
            columns.setdefault(parse_rule(text), []).append(column)
    own = tuple(tuple(c) for c in columns.values())
    none = ((),) * len(own)
    return Knockable(program, slacks, NO_PLACES, np.zeros(0), tuple(columns), own, none, (), frozenset())


def subsets(genes: list[str], most: int) -> list[frozenset[str]]:
    return [frozenset(x) for x in chain.from_iterable(combinations(genes, n) for n in range(most + 1))]


def expanded(found: Any) -> set[frozenset[str]]:
    """The sets with each gene in place of the one that stands for it."""
    sets: set[frozenset[str]] = set()
    for s in found.sets:
        every = [frozenset[str]()]
        for group in s.groups:
            every = [one | {gene} for one in every for gene in group]
        sets |= set(every)
    return sets


@cache
def deleted() -> tuple[Knockable, dict[frozenset[str], float]]:
    """The textbook model, and cobra's growth after deletion of every gene and pair."""
    from cobra.flux_analysis import double_gene_deletion

    model = cobra_model("textbook")
    table = double_gene_deletion(model, processes=1)
    growth = {
        frozenset(ids): 0.0 if np.isnan(value) else float(value)
        for ids, value in zip(table.ids, table.growth, strict=True)
    }
    rules = {j: r.gene_reaction_rule for j, r in enumerate(model.reactions)}
    return knockable(to_program(model), rules), growth


def minimal(lethal: list[frozenset[str]]) -> set[frozenset[str]]:
    return {s for s in lethal if not any(t < s for t in lethal)}


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_all_that_cobra_finds_by_deleting_pairs(share):
    k, growth = deleted()
    base = cobra_model("textbook").slim_optimize()
    lethal = [s for s, x in growth.items() if x < share * base]
    found = cut_sets(k, Wanted((), share, 2, ALL, 600.0, include_essential=True))
    assert found.stopped == ""
    assert found.proven == 2
    assert expanded(found) == minimal(lethal)
    assert any(len(s) == 2 for s in minimal(lethal))
    for s in found.sets:
        assert s.growth < share * base <= s.spared
        assert s.growth == pytest.approx(growth[frozenset(s.genes)], abs=1e-6)


def test_what_is_lethal_only_with_a_given_gene():
    k, growth = deleted()
    base = cobra_model("textbook").slim_optimize()
    given = "b0116"  # lpd, a part of PDH, AKGDH and the glycine cleavage system
    assert growth[frozenset([given])] > 0.1 * base
    single = {next(iter(s)) for s, x in growth.items() if len(s) == 1 and x < 0.1 * base}
    partners = {s - {given} for s, x in growth.items() if given in s and len(s) == 2 and x < 0.1 * base}
    found = cut_sets(k, Wanted((given,), 0.1, 1, ALL, 600.0))
    assert set(found.essential) == single
    assert expanded(found) == {s for s in partners if not s & single}
    both = cut_sets(k, Wanted((given,), 0.1, 1, ALL, 600.0, include_essential=True))
    assert expanded(both) == partners


def test_a_search_that_is_stopped_says_so():
    k, _ = deleted()
    few = cut_sets(k, Wanted((), 0.05, 2, 3, 600.0))
    assert (len(few.sets), few.stopped, few.proven) == (3, "sets", 1)
    none = cut_sets(k, Wanted((), 0.05, 3, ALL, 1e-9))
    assert (none.sets, none.stopped, none.proven) == ((), "time", 0)


def loaded() -> Knockable:
    """Food goes to growth; a load takes half of it as long as there is the enzyme that applies it.

    Without L the cell grows better, so that what is lethal with L is not without it: G, or A and B.
    """
    #        in1  in2  grow  load  unapplied
    dense = [[1, 1, -1, -1, 0], [0, 0, 0, 1, 1]]
    cost = np.eye(5)
    stages = [Stage("loads", cost[4], "min"), Stage("growth", cost[2])]
    program = Program(
        ("in1", "in2", "grow", "load", "unapplied"), ("food", "applied"), Sparse.from_dense(dense),
        np.zeros(5), [6.0, 4.0, 100.0, 100.0, np.inf], [0.0, 5.0], [0.0, 5.0], stages,
    )  # fmt: skip
    return knockable(program, {0: "G", 1: "A or B", 3: "L and M"}, (Slack(4, 5.0, is_load=True),))


def test_a_loss_that_saves_from_another():
    k = loaded()
    every = subsets(["G", "A", "B", "L", "M"], 5)
    with open_session(k.program) as session:
        growth = {s: grow(session, k.slacks, k.without(s)).growth for s in every}
    base = growth[frozenset()]
    assert base == pytest.approx(5.0)
    assert growth[frozenset("L")] == pytest.approx(10.0)
    lethal = [s for s in every if not growth[s] >= 0.3 * base]
    assert frozenset("G") in lethal
    assert frozenset("GL") not in lethal
    found = cut_sets(k, Wanted((), 0.3, 5, ALL, 60.0, include_essential=True))
    assert found.stopped == ""
    assert expanded(found) == minimal(lethal)
    saved = cut_sets(k, Wanted(("L",), 0.3, 5, ALL, 60.0, include_essential=True))
    with_l = [s for s in every if "L" not in s and "M" not in s and not growth[s | {"L"}] >= 0.3 * base]
    assert expanded(saved) == minimal(with_l)


def test_genes_that_can_stand_for_each_other():
    rules = [parse_rule(t) for t in ("(A and B) or C", "A and B and D", "E", "E and F and G")]
    found = alike(rules)
    assert found["B"] == found["A"]
    assert found["G"] == found["F"]
    assert len({found[g] for g in "ACDEF"}) == 5


@pytest.mark.parametrize("engine", ["highs", "optlang:glpk"])
def test_the_engines_agree(engine):
    k, _ = deleted()
    wanted = Wanted((), 0.05, 2, 5, 600.0)
    reference = {len(s.genes) for s in cut_sets(k, wanted).sets}
    milp = "highs" if engine == "highs" else engine
    found = cut_sets(k, wanted, "highs" if engine == "highs" else "glpk", milp)
    assert {len(s.genes) for s in found.sets} == reference
    assert len(found.sets) == 5
    whole = cut_sets(k, Wanted((), 0.05, 1, ALL, 600.0, include_essential=True), "glpk", milp)
    assert expanded(whole) == expanded(cut_sets(k, Wanted((), 0.05, 1, ALL, 600.0, include_essential=True)))
