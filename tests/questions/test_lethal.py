"""Lethal sets as a question: against predictions with the same genes knocked out, and as a command."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

import fluxmodel as fx
from fluxmodel.errors import ConditionError, DomainError
from tests.cli.conftest import command


def expanded(found):
    sets = set()
    for row in found.rows:
        every = [frozenset()]
        for group in row.groups:
            every = [one | {gene} for one in every for gene in group]
        sets |= set(every)
    return sets


def predicted(model, conditions, genes, formalism):
    change = [fx.knock_out(sorted(genes))] if genes else []
    return fx.predict(
        model, "plenty", change, ["growth"], folders=[conditions], formalism=formalism,
        gene_rules_only=formalism == "fba",
    ).growth  # fmt: skip


@pytest.mark.parametrize("formalism", ["fba", "capacity"])
@pytest.mark.parametrize("given", [(), ("GLS",)])
def test_every_set_of_the_toy(model, conditions, formalism, given):
    """All sets of up to three genes, each predicted with its genes knocked out."""
    found = fx.lethal_sets(
        model,
        "plenty",
        given,
        folders=[conditions],
        formalism=formalism,
        max_sets=1000,
        include_essential=True,
    )
    least = 0.1 * predicted(model, conditions, (), formalism)
    assert found.untreated == pytest.approx(10 * least)
    genes = [g for g in model.genes if g not in given]
    lethal = [
        frozenset(s)
        for n in (1, 2, 3)
        for s in combinations(genes, n)
        if predicted(model, conditions, {*s, *given}, formalism) < least
    ]
    minimal = {s for s in lethal if not any(t < s for t in lethal)}
    assert expanded(found) == minimal
    assert found.proven == 3
    assert "(proven)" in found.statement


def test_what_is_found_is_what_a_prediction_says():
    found = fx.lethal_sets(None, "hypoxia", ["SLC1A5"], max_size=2, members=3)
    assert found.proven == 2
    assert found.rows
    assert not {g for r in found.rows for g in r.genes} & set(found.essential)

    def growth(*genes):
        return fx.predict(
            None, "hypoxia", [fx.knock_out(genes)], ["growth"], members=0, thermo=False, objective="growth"
        ).growth

    for row in found.rows[:3]:
        assert row.growth == pytest.approx(growth(*row.genes, "SLC1A5"), abs=1e-7)
        assert row.growth < 0.1 * found.untreated
        assert row.alone == pytest.approx(growth(*row.genes), abs=1e-7)
        spared = min(growth("SLC1A5", *part) for part in combinations(row.genes, len(row.genes) - 1))
        assert spared >= row.spared - 1e-7
        assert row.spared >= 0.1 * found.untreated
        assert row.share is not None
    assert growth(found.essential[0]) < 0.1 * found.untreated


def test_what_is_knocked_out_already_counts_as_lost():
    """The condition without SLC1A5 and SLC7A8: what its partner was, is lethal alone."""
    out = [fx.knock_out("SLC1A5,SLC7A8")]
    found = fx.lethal_sets(None, "hypoxia", (), out, max_size=1, members=0)
    assert "SLC1A4" in found.essential


def test_a_gene_that_is_lethal_by_itself():
    found = fx.lethal_sets(None, "normoxia", ["DHFR"], members=0)
    assert found.rows == ()
    assert found.statement == "the loss of DHFR is lethal by itself: no set is needed"
    assert found.table.empty


def test_a_search_that_is_stopped_says_what_is_proven():
    found = fx.lethal_sets(None, "normoxia", ["GLS"], max_size=2, max_sets=1, members=0)
    assert len(found.rows) == 1
    assert found.stopped == "sets"
    assert found.proven == 1
    assert found.statement.startswith(
        "no set of up to 1 gene is lethal together with GLS (proven; 45 lethal alone are left out); of 2"
    )


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(DomainError) as error:
        fx.lethal_sets(
            None,
            "normoxia",
            ["GSL", "GLS"],
            max_size=0,
            max_sets=True,
            time_limit=-1,
            threshold=10,
            formalism="pool",
        )
    told = str(error.value)
    assert [p.code for p in error.value.problems] == ["FM561", *["FM562"] * 4, "FM563"]
    assert "GLS" in told
    assert "capacity or fba" in told


def test_a_cell_that_does_not_grow_anyway():
    nothing = [fx.set_field("demands.ATP_maintenance=500 mmol/gDW/h")]
    with pytest.raises(ConditionError, match="FM564"):
        fx.lethal_sets(None, "normoxia", (), nothing, members=0)


def test_the_command(tmp_path):
    asked = ("lethal", "hypoxia", "--with", "SLC1A5", "--max-size", "1", "--members", "2")
    shown = command(*asked, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "no set of up to 1 gene is lethal together with SLC1A5 (proven" in shown.stdout
    assert "lethal alone" in shown.stdout
    data = json.loads(command(*asked, "--include-essential", "--json", cwd=tmp_path).stdout)
    assert data["schema"] == "fluxmodel.lethal/1"
    assert len(data["rows"]) == 20
    assert all(r["left"] < 0.1 and r["share"] > 0 for r in data["rows"])
    table = command(*asked, "--include-essential", "--max-sets", "3", "--csv", cwd=tmp_path)
    lines = table.stdout.splitlines()
    assert lines[0].startswith("condition,given,size,genes,groups,growth,left")
    assert len(lines) == 4
    wrong = command("lethal", "hypoxia", "--with", "GSL", "--max-size", "two", "--oxygen", "x", cwd=tmp_path)
    assert wrong.returncode == 2
    assert all(text in wrong.stderr for text in ("--with GSL", "max_size = 'two'", "--oxygen x"))
