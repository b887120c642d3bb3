"""Flags of a measured profile, and the list of what can be named."""

from __future__ import annotations

import json

import pytest

from tests.analysis import toy

FOLDS = "gene,log2FC\n" + "".join(f"{g},{-2 if g == 'GLYC' else (g == 'GLS') * 2}\n" for g in toy.GENES)
USED = ("--formalism", "capacity", "--observable", "growth")


@pytest.fixture
def table(tmp_path):
    (tmp_path / "rna.csv").write_text(FOLDS, encoding="utf-8")
    return ("--profile", "rna.csv", "--quantity", "log2 fold change")


def test_predict_with_a_profile(run, table):
    done = run("predict", "plenty", *table, *USED)
    assert done.returncode == 0, done.stderr
    assert "plenty + profile = rna.csv (log2 fold change): growth" in done.stdout
    assert "note: profile rna.csv: 14 of the model's 14 genes are used (100%)" in done.stdout
    said = json.loads(run("predict", "plenty", *table, *USED, "--json").stdout)["provenance"]["profile"]
    assert said["file"] == "rna.csv"
    assert said["digest"].startswith("sha256:")


def test_compare_holds_it_in_every_arm(run, table):
    done = run("compare", "plenty", "scarce", *table, *USED)
    assert done.returncode == 0, done.stderr
    assert "both with profile = rna.csv (log2 fold change)" in " ".join(done.stdout.split())


def test_compare_conditions_with_profiles_of_their_own(run, tmp_path, conditions, table):
    text = (
        "schema: fluxmodel.condition/1\nid: {0}\nextends: plenty\nprofile: {{file: {0}.csv, quantity: TPM, "
    )
    text += "column: after, reference: before}}\n"
    for name, value in (("up", 40), ("down", 2)):
        (tmp_path / f"{name}.yaml").write_text(text.format(name), encoding="utf-8")
        rows = "".join(f"{g},10,{value if g == 'GLS' else 10}\n" for g in toy.GENES)
        (tmp_path / f"{name}.csv").write_text(f"gene,before,after\n{rows}", encoding="utf-8")
    done = run("compare", "plenty", "up", "down", "--in", tmp_path, *USED, "--json")
    assert done.returncode == 0, done.stderr
    arms = json.loads(done.stdout)["provenance"]
    found = [
        {c["catalyst"]: c["expression"] for c in arms[a]["capacities"]} for a in ("plenty", "up", "down")
    ]
    assert found[0] == {}
    assert found[1]["GLS"] > 2
    assert found[2]["GLS"] < 0.5


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--profile", "rna.csv"], "say it with --quantity"),
        (["--quantity", "TPM"], "FM334: --quantity TPM"),
        (["--column", "x", "--reference", "y"], "FM334: --reference y"),
        (["--profile", "rna.csv", "--quantity", "log2FC"], "did you mean log2 fold change"),
        (["--profile", "rna.csv", "--quantity", "TPM"], "--reference NAME"),
        (["--profile", "rna.csv", "--quantity", "TPM", "--reference", "z"], "FM622"),
        (["--profile", "rna.csv", "--quantity", "log2 fold change", "--ids", "ensembl"], "--ids symbol"),
        (["--profile", "rna.csv", "--quantity", "log2 fold change", "--ids", "entrez"], "'ensembl'"),
        (["--profile", "gone.csv", "--quantity", "log2 fold change"], "profile gone.csv: no such file"),
        (["--profile", ".", "--quantity", "log2 fold change"], "this is a folder"),
        (["--profile", "", "--quantity", "log2 fold change"], "this is a folder"),
    ],
)
def test_bad_flags(run, table, args, says):
    done = run("predict", "plenty", *args, *USED)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_flags_are_told_with_the_others(run, table):
    done = run(
        "predict", "plenty", *table[:2], "--quantity", "counts", "--inhibit", "GLS=0.9", "--fraction", "9"
    )
    assert [code in done.stderr for code in ("FM323", "FM332", "FM520")] == [True] * 3


def test_a_profile_is_shown_with_its_condition(run, tmp_path):
    text = "schema: fluxmodel.condition/1\nid: own\nextends: plenty\n"
    text += "profile: {file: gone.csv, quantity: TPM, column: a, reference: b}\n"
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    done = run("show", "condition", "own", "--in", tmp_path)
    assert "gone.csv a against b (TPM)" in done.stdout


def test_cells_are_listed_with_one_line_each(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("schema: fluxmodel.cell/1\nid: bad\n", encoding="utf-8")
    done = run("list", "cells", "--in", tmp_path, toy=False)
    assert done.returncode == 0, done.stderr
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert {"default", "xct_high", "keap1_mutant"} <= set(lines)
    assert lines["xct_high"].startswith("As default, with much system xc-")
    assert lines["bad"].startswith("cannot be used: FM320: bad.yaml")
