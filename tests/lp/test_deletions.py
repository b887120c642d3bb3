"""Deletions against cobra, gene by gene and pair by pair, and against programs that are built anew."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from fluxmodel.analysis.losses import Gates
from fluxmodel.errors import InputError
from fluxmodel.lp import Deleter, Deletion, Outcome, Program, Query, Sparse, Stage, open_session
from fluxmodel.network.gpr import parse_rule
from tests.lp.models import cobra_model, to_program

#: cobra's own tolerance is 1e-7.
COBRA = 1e-6


@pytest.fixture(scope="module")
def textbook():
    model = cobra_model("textbook")
    gates = Gates({r.id: parse_rule(r.gene_reaction_rule) for r in model.reactions})
    column = {r.id: n for n, r in enumerate(model.reactions)}
    return model, lambda genes: Deletion.of(column[r] for r in gates.lost(genes))


def same(found, theirs):
    """Whether an optimum is cobra's; NaN is that of an infeasible program in both."""
    if np.isnan(theirs):
        return found.outcome is Outcome.INFEASIBLE
    return found.value == pytest.approx(theirs, abs=COBRA)


def test_every_gene_of_the_textbook_model(textbook, engine):
    from cobra.flux_analysis import single_gene_deletion

    model, deletion = textbook
    table = single_gene_deletion(model, processes=1)
    assert len(table) == 137
    with open_session(to_program(model), engine) as session:
        deleter = Deleter(session)
        for ids, growth in zip(table["ids"], table["growth"], strict=True):
            assert same(deleter.find(deletion(ids)), growth), ids
    assert deleter.solved < 60


def test_every_pair_of_genes_of_the_textbook_model(textbook):
    from cobra.flux_analysis import double_gene_deletion

    model, deletion = textbook
    table = double_gene_deletion(model, processes=1)
    pairs = {frozenset(ids): growth for ids, growth in zip(table["ids"], table["growth"], strict=True)}
    genes = [g.id for g in model.genes]
    alone = {g: deletion([g]) for g in genes}
    seen = 0
    with open_session(to_program(model)) as session:
        deleter = Deleter(session)
        for a, b in combinations_with_replacement(genes, 2):
            found = deleter.find(deletion([a, b]), (alone[a], alone[b]))
            assert same(found, pairs[frozenset([a, b])]), (a, b)
            seen += 1
    assert seen == len(pairs) == 137 * 138 // 2
    assert deleter.solved < seen / 8


def test_random_sets_on_a_larger_network():
    """Sets of columns of iJO1366, in one session, against programs with those bounds, each from nothing."""
    program = to_program(cobra_model("iJO1366"))
    rng = np.random.default_rng(3)
    with open_session(program) as session, open_session(program) as fresh:
        deleter = Deleter(session)
        for _ in range(15):
            columns = rng.choice(program.n_columns, size=int(rng.integers(1, 6)), replace=False)
            one, rest = Deletion.of(columns[:1].tolist()), Deletion.of(columns.tolist())
            found = deleter.find(rest, (one,))
            low, high = program.col_lower.copy(), program.col_upper.copy()
            low[columns] = high[columns] = 0.0
            answer = fresh.solve(Query(low, high), start="cold")
            assert found.outcome is answer.outcome
            if answer.optimal:
                assert found.value == pytest.approx(answer.objective, abs=COBRA)


def chain(**changes):
    """a -> b -> c, and a second way from a to c that is half as good."""
    matrix = Sparse.from_dense([[1, -1, 0, -1, 0], [0, 1, -1, 0, 0], [0, 0, 1, 0.5, -1]])
    names = ["in", "ab", "bc", "ac", "out"]
    program = Program(
        names, "abc", matrix, [0] * 5, [10] * 5, [0] * 3, [0] * 3, [Stage("out", [0, 0, 0, 0, 1])]
    )
    return program.replace(**changes)


def test_the_order_of_deletions_does_not_matter(engine):
    sets = [Deletion.of(c) for c in ([1], [2], [1, 3], [3], [0], [], [1, 2])]
    expected = [5.0, 5.0, 0.0, 10.0, 0.0, 10.0, 5.0]
    for order in (slice(None), slice(None, None, -1)):
        with open_session(chain(), engine) as session:
            deleter = Deleter(session)
            assert [deleter.find(d).value for d in sets[order]] == pytest.approx(expected[order])


def test_a_part_whose_optimum_still_holds_needs_no_program():
    with open_session(chain()) as session:
        deleter = Deleter(session)
        one = Deletion.of([1])
        assert deleter.find(one, part=True).value == 5.0
        assert deleter.find(Deletion.of([1, 2]), [one]).value == 5.0
        assert deleter.solved == 1
        with pytest.raises(InputError, match="FM119"):
            deleter.find(Deletion.of([3, 4]), [one])


def test_what_must_run_and_is_deleted_is_another_program(engine):
    """A column that may not be 0 is infeasible neither for the deletion nor for those that hold it."""
    forced = chain(col_lower=[0, 0, 6, 0, 0], row_lower=[0, 0, 0])
    with open_session(forced, engine) as session:
        deleter = Deleter(session)
        without = Deletion.of([1])
        assert deleter.find(without).outcome is Outcome.INFEASIBLE  # 6 must come from somewhere
        assert deleter.find(Deletion.of([1, 3]), [without]).outcome is Outcome.INFEASIBLE
        assert deleter.solved == 1  # narrower than what is infeasible
        assert deleter.find(Deletion.of([1, 2]), [without]).value == pytest.approx(5.0)


def test_a_row_that_must_be_something_is_nothing_when_deleted(engine):
    p = chain()
    matrix = np.vstack([p.matrix.to_dense(), [0, 1, 0, 0, 0]])
    p = Program(p.columns, [*p.rows, "load"], Sparse.from_dense(matrix), p.col_lower, p.col_upper,
                [0, 0, 0, 4], [0, 0, 0, 4], p.stages)  # fmt: skip
    with open_session(p, engine) as session:
        deleter = Deleter(session)
        assert deleter.base.value == pytest.approx(4 + 3)
        assert deleter.find(Deletion.of([1])).outcome is Outcome.INFEASIBLE
        assert deleter.find(Deletion.of([1], [3]), [Deletion.of([1])]).value == pytest.approx(5.0)


def test_values_of_watched_columns_are_those_of_the_optimum():
    with open_session(chain()) as session:
        deleter = Deleter(session, watched=[0, 3])
        assert deleter.base.seen.tolist() == [10.0, 0.0]
        for part in (True, False):
            assert deleter.find(Deletion.of([1 + part]), part=part).seen.tolist() == [10.0, 10.0]
