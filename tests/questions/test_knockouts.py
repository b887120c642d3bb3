"""Knock-outs: what predict says of each, what cobra says of each, pairs, conditions, and bad input."""

from __future__ import annotations

import json
from itertools import combinations, islice

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.analysis.verdict import Constants
from fluxmodel.errors import DomainError, InputError
from fluxmodel.questions import knocked_rows
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.knocked import ESSENTIAL, HALVED
from fluxmodel.questions.knocking import Run, collected
from fluxmodel.questions.plan import Settings, plan
from tests.cli.conftest import command

#: Carriers, complexes, isozymes, a carrier that runs by a gradient, enzymes growth cannot do without.
GENES = ["GLS", "GLS2", "SLC1A5", "PC", "GOT1", "SLC7A11", "SLC3A2", "HK2", "LDHA", "SDHA", "COX5A", "GCLC",
         "FASN", "ACACA", "DHFR", "GAPDH"]  # fmt: skip
#: Two ways to one optimum.
SAME = 1e-8


def asked(ref, targets, kind="genes", pairs=False, changes=(), **how):
    how = {"observables": ["growth"], "members": 5, **how}
    return Run([plan(None, [ref], changes, Settings(**how), single=True)], targets, kind, pairs)


def growths(run):
    """Growth by members, first at the point, of everything that was asked."""
    found = {}
    (ready,) = run.ready
    question = knocked_rows.Singles.asking(ready, run.what)
    answer = question.answer()
    every = dict(zip(question.deletions, answer.growth[:, 1:].T, strict=True))
    for target in run.what.targets:
        deletion = ready.closing.of(ready.loss((target,), run.what.kind))
        found[target] = every[deletion] if deletion else answer.growth[:, 0]
    return found, answer.growth[:, 0]


@pytest.mark.parametrize("ref", ["normoxia", "hypoxia"])
def test_a_knock_out_is_what_predict_says_at_the_point_and_in_every_member(ref):
    found, base = growths(asked(ref, GENES))
    rows = {r.name: r for r in fx.knockouts(None, [ref], GENES, members=5).rows}
    outcomes = set()
    for gene in GENES:
        said = fx.predict(None, ref, [fx.knock_out(gene)], ["growth"], members=5, workers=1)
        assert found[gene][0] == pytest.approx(said.growth_or_none, abs=SAME), gene
        assert found[gene][1:] == pytest.approx(said.members.growth, abs=SAME), gene
        row = rows[gene]
        assert (row.outcome, row.growth) == (said.outcome, pytest.approx(said.growth_or_none, abs=SAME))
        ratios = said.members.growth / base[1:]
        assert row.essential == np.mean(ratios < ESSENTIAL)
        assert row.halved == np.mean(ratios < HALVED)
        assert row.members.median == pytest.approx(np.median(ratios), abs=1e-6)
        assert dict(row.deficits) == pytest.approx(dict(said.deficits), rel=1e-5), gene
        outcomes.add(said.outcome.value)
    assert outcomes == {"optimal", "nonviable"}


def test_on_top_of_what_is_done_already():
    done = [fx.inhibit("GLUDxi=80%"), fx.knock_out("PC"), fx.set_field("regulators.ATF4=high")]
    found, _ = growths(asked("hypoxia", ["GOT1", "SLC7A11", "LDHA"], changes=done))
    for gene in found:
        said = fx.predict(None, "hypoxia", [*done, fx.knock_out(gene)], ["growth"], members=5, workers=1)
        assert found[gene][1:] == pytest.approx(said.members.growth, abs=SAME), gene


def test_reactions_are_closed():
    ids = ["GAPD", "LDH_L", "CYOOm2i", "CYSTGLUex", "EX_gln__L_e", "FAS160", "NOX"]
    found, _ = growths(asked("hypoxia", ids, "reactions", members=3))
    for name in ids:
        shut = fx.set_field(f"bounds.{name}={{lower: 0, upper: 0, unit: mmol/gDW/h}}")
        said = fx.predict(None, "hypoxia", [shut], ["growth"], members=3, workers=1)
        assert found[name][0] == pytest.approx(said.growth_or_none, abs=SAME), name
        assert found[name][1:] == pytest.approx(said.members.growth, abs=SAME), name


def test_pairs_are_what_predict_says():
    genes = ["GLS", "GAPDH", "LDHA", "HK2", "SLC38A2", "COX5A"]
    rows = {r.targets: r for r in fx.knockouts(None, ["hypoxia"], genes, pairs=True, members=3).rows}
    assert len(rows) == 6 + 15
    for pair in combinations(genes, 2):
        said = fx.predict(None, "hypoxia", [fx.knock_out(list(pair))], ["growth"], members=3, workers=1)
        row, alone = rows[pair], [rows[g,] for g in pair]
        assert row.growth == pytest.approx(said.growth_or_none, abs=SAME), pair
        assert row.outcome is said.outcome
        assert row.growth <= min(a.growth for a in alone) + SAME


@pytest.fixture(scope="module")
def plain():
    """The network in normoxia as cobra has it: gene rules alone, and no choice of directions."""
    bench = Bench(fx.load_model(), [], Build("fba", gene_rules_only=True, thermo=False))
    return bench.arm(bench.condition("normoxia")).problem.to_cobra(1e-9)


def test_every_gene_as_cobra_has_it(plain):
    from cobra.flux_analysis import single_gene_deletion

    table = single_gene_deletion(plain, processes=1)
    theirs = {next(iter(ids)): g for ids, g in zip(table["ids"], table["growth"], strict=True)}
    run = fx.knockouts(None, ["normoxia"], formalism="fba", thermo=False)
    ours = {r.name: r for r in run.rows}
    assert ours.keys() == theirs.keys()
    dead = {g for g in theirs if np.isnan(theirs[g])}
    assert dead == {g for g, r in ours.items() if r.outcome.value == "nonviable"}
    assert dead
    for gene in ours.keys() - dead:
        assert ours[gene].growth == pytest.approx(theirs[gene], abs=1e-6), gene
    assert sum(r.growth > 0 for r in ours.values()) > 400


def test_pairs_of_genes_that_matter_as_cobra_has_them(plain):
    from cobra.flux_analysis import double_gene_deletion

    alone = fx.knockouts(None, ["normoxia"], formalism="fba", thermo=False)
    matter = [r.name for r in alone.rows if 1e-6 < r.ratio < 1 - 1e-6][:30]
    genes = matter + [r.name for r in alone.rows if r.ratio == 1 and r.name not in matter][::14][:30]
    table = double_gene_deletion(plain, genes, processes=1)
    theirs = {frozenset(ids): g for ids, g in zip(table["ids"], table["growth"], strict=True)}
    rows = fx.iter_knockouts(None, ["normoxia"], genes, pairs=True, formalism="fba", thermo=False)
    seen = 0
    for row in rows:
        reference = theirs[frozenset(row.targets)]
        assert np.isnan(reference) == (row.outcome.value == "nonviable"), row.name
        assert row.growth == pytest.approx(0.0 if np.isnan(reference) else reference, abs=1e-6), row.name
        seen += 1
    assert seen == len(genes) * (len(genes) + 1) // 2 == len(theirs)


def test_the_toy_by_hand(model, conditions):
    """Growth takes glutamate: by GLS or GLS2; without both there is none."""
    found = fx.knockouts(model, ["plenty"], pairs=True, folders=[conditions], formalism="fba")
    rows = {r.name: r for r in found.rows}
    assert rows["GLS"].verdict == rows["GLS2"].verdict == "not essential"
    assert rows["GLS + GLS2"].lethal == "essential"
    assert rows["GLS + GLS2"].loses == ("GLS", "GLS2", "GLUNm")
    assert rows["SLC2A1"].outcome.value == "nonviable"
    assert dict(rows["SLC2A1"].deficits) == pytest.approx({"ATP_maintenance": 2.0})
    assert [r.name for r in found.essential("plenty")] == ["SLC2A1"]
    # pyruvate leaves as lactate or is burnt: without either there is no glycolysis
    together = {r.name for r in found.synthetic}
    assert together == {"HK1 + HK2", "SLC1A5 + SLC38A2", "GLS + GLS2", "SLC16A1 + MPC1", "SLC16A1 + PDHA1"}
    assert "ORPHAN" not in rows


def test_a_gene_that_gates_nothing_is_said(model, conditions):
    found = fx.knockouts(model, ["plenty"], ["ORPHAN", "GLS"], folders=[conditions])
    assert found.rows[0].ratio == 1
    assert found.rows[0].loses == ()
    assert any("ORPHAN: no reaction of the model needs it" in n for n in found.notes)


def test_synthetic_lethality_is_counted_in_members():
    genes = ["GLS", "GAPDH", "HK2", "LDHA"]
    run = asked("hypoxia", genes, pairs=True, members=12)
    rows = {r.targets: r for r in collected(run).rows}
    alone, base = growths(asked("hypoxia", genes, members=12))
    ratios = {g: v / base for g, v in alone.items()}
    c = Constants()
    for a, b in combinations(genes, 2):
        said = fx.predict(None, "hypoxia", [fx.knock_out([a, b])], ["growth"], members=12, workers=1)
        both = said.members.growth / base[1:] < ESSENTIAL
        share = np.mean(both & (ratios[a][1:] >= ESSENTIAL) & (ratios[b][1:] >= ESSENTIAL))
        assert rows[a, b].synthetic == pytest.approx(share)
        assert bool(rows[a, b].lethal) == (share >= c.likely_share)


def test_glycolysis_is_needed_without_oxygen_alone():
    found = fx.knockouts(None, ["normoxia", "hypoxia"], ["GAPDH", "DHFR", "GLS"], members=20)
    (only,) = found.differential
    # with oxygen a few members, those with the least respiration, need it as well
    assert (only.name, only.difference) == ("GAPDH", pytest.approx(0.85))
    assert dict(only.verdicts) == {"normoxia": "likely not essential", "hypoxia": "essential"}
    assert found.to_dict()["differential"][0]["knockout"] == "GAPDH"
    assert set(found.table.columns) >= {"condition", "knockout", "growth", "essential", "verdict"}


def test_numbers_do_not_depend_on_workers_or_blocks(monkeypatch):
    genes = ["GLS", "GAPDH", "FASN"]
    one = fx.knockouts(None, ["normoxia"], genes, pairs=True, members=25, workers=1).records()
    two = fx.knockouts(None, ["normoxia"], genes, pairs=True, members=25, workers=2).records()
    assert one == two
    monkeypatch.setattr(knocked_rows, "BLOCK", 2)
    blocks = fx.knockouts(None, ["normoxia"], genes, pairs=True, members=25, workers=2).records()
    for a, b in zip(one, blocks, strict=True):
        assert a["ratio"] == pytest.approx(b["ratio"], abs=1e-9)
        assert a["essential"] == b["essential"]


def test_rows_come_one_by_one_and_what_has_come_is_kept(monkeypatch):
    monkeypatch.setattr(knocked_rows, "BLOCK", 20)
    rows = fx.iter_knockouts(None, ["normoxia"], pairs=True, members=0, formalism="fba")
    first = list(islice(rows, 600))
    assert [len(r.targets) for r in first] == [1] * 507 + [2] * 93
    rows.close()

    def stop(done, total):
        if done == 50:
            raise KeyboardInterrupt

    run = asked("normoxia", ["GLS", *GENES[4:], "MDH1", "MDH2"], pairs=True, members=0)
    kept = collected(run, found=stop, keep=True)
    assert not kept.complete
    assert len(kept.rows) < run.expected
    assert len(kept.rows[-1].targets) == 2
    with pytest.raises(KeyboardInterrupt):
        collected(run, found=stop)


def test_an_interrupt_before_anything_has_come_is_one():
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collected(asked("normoxia", ["GLS"], members=0), members=stop, keep=True)


def test_another_engine_says_the_same():
    genes = ["GLS", "SLC7A11", "LDHA", "COX5A", "FASN"]
    one, other = (growths(asked("hypoxia", genes, members=2, solver=s))[0] for s in ("glpk", "highs"))
    for gene in genes:
        assert one[gene] == pytest.approx(other[gene], abs=1e-7), gene


def test_bad_input_is_told_at_once():
    with pytest.raises(DomainError) as error:
        fx.knockouts(None, ["normoxia"], ["GLSS", "GLUNm", "PC", "PC"], members=0)
    said = str(error.value)
    for part in ("FM503: the model has no gene 'GLSS'", "GSS", "FM503: 'GLUNm' is a reaction", "--reactions",
                 "FM534: 'PC' is named 2 times"):  # fmt: skip
        assert part in said
    with pytest.raises(DomainError, match="FM501: the model has no reaction 'GLS'"):
        fx.knockouts(None, ["normoxia"], ["GLS"], kind="reactions", members=0)
    for wrong in ({"genes": []}, {"genes": 3}, {"genes": ["GLS"], "kind": "enzymes"}, {"genes": [None]}):
        with pytest.raises(InputError, match=r"FM533|FM524|FM535"):
            fx.knockouts(None, ["normoxia"], members=0, **wrong)
    with pytest.raises(DomainError, match="FM533: no condition"):
        fx.knockouts(None, [], ["GLS"])
    with pytest.raises(DomainError, match="FM534: normoxia is named twice"):
        fx.knockouts(None, ["normoxia", "normoxia"], ["GLS"], members=0)


def test_a_cell_that_dies_untreated_says_nothing_of_genes():
    starved = [fx.set_field("demands.ATP_maintenance=100 mmol/gDW/h")]
    found = fx.knockouts(None, ["hypoxia"], ["GLS", "SLC7A11"], starved, members=3)
    assert found.growth[found.rows[0].condition] == 0
    for row in found.rows:
        assert (row.growth, row.ratio, row.essential, row.verdict) == (0, None, None, "undetermined")


def test_the_command(tmp_path):
    ask = ("knockout", "normoxia", "hypoxia", "--genes", "GLS,GAPDH", "--genes", "LDHB", "--members", "4")
    shown = command(*ask, "--pairs", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    first, second, third, fourth = shown.stdout.splitlines()[:4]
    assert first.startswith("normoxia: growth")
    assert "0 of 3 genes are essential" in first
    assert "1 of 3 genes is essential: GAPDH" in second
    assert third == "differs between conditions: GAPDH (not essential in normoxia, essential in hypoxia)"
    assert fourth.startswith(("no pair", "essential together"))
    assert "ATP_maintenance unserved" in shown.stdout
    data = json.loads(command(*ask, "--json", cwd=tmp_path).stdout)
    assert [(r["condition"], r["knockout"]) for r in data["rows"]][:2] == [
        ("normoxia", "GLS"), ("normoxia", "GAPDH"),
    ]  # fmt: skip
    assert data["rows"][4]["deficits"]["ATP_maintenance"] > 0
    assert data["complete"] is True
    table = command(*ask, "--csv", "--essential-only", cwd=tmp_path).stdout.splitlines()
    assert table[0].startswith("condition,knockout,outcome,growth")
    assert [line.split(",")[:2] for line in table[1:]] == [["hypoxia", "GAPDH"]]
    wrong = command("knockout", "normoxia", "--genes", "GLSS", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "FM503" in wrong.stderr
    alone = command("knockout", "normoxia", "--reactions", "--genes", "GAPD", "--members", "0", cwd=tmp_path)
    assert "of 1 reactions" in alone.stdout
    plan_ = command(*ask, "--dry-run", cwd=tmp_path)
    assert plan_.returncode == 0
    assert "solve normoxia" in plan_.stdout
