"""What `fluxmodel explain` prints and writes, and how it exits."""

from __future__ import annotations

import csv
import io
import json

import pytest

CLASH = "bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}"
STARVE = "demands.ATP_maintenance=50 mmol/gDW/h"


def test_the_answer_comes_first_and_the_tables_follow(run):
    done = run("explain", "plenty", "--inhibit", "GLS=90%")
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first.startswith(
        "plenty + GLS 90 % inhibited: growth 0.19 1/h. Growth is limited by the capacity of "
    )
    (gls,) = [line.split() for line in lines if line.startswith("GLS ") and "catalyst" in line]
    assert gls == ["GLS", "catalyst", "GLS", "0.09", "0.09", "mmol/gDW/h", "1", "0.474"]
    (moved,) = [line.split() for line in lines if line.startswith("GLS ") and "x0.1" in line]
    assert moved[:6] == ["GLS", "GLS", "0.9", "x0.1", "0.09", "0.09"]
    assert "  GLS: --inhibit GLS=90%: GLS inhibited by 90 %" in lines
    assert "Above 90 % of their limit at the point: GLS 100% (binds), GLS2 100% (binds)" in lines
    assert "  ATP at growth 0: 130 times the demand" in lines
    assert "  lipid peroxide at growth 0: the condition has no load of lipid peroxide" in lines
    assert "\x1b" not in done.stdout


def test_quiet_json_csv_and_out(run, tmp_path):
    assert len(run("explain", "plenty", "--quiet").stdout.splitlines()) == 1
    found = json.loads(run("explain", "plenty", "--json").stdout)
    assert {"schema", "outcome", "growth", "answer", "binding", "moved", "near", "viability"} <= found.keys()
    assert found["schema"] == "fluxmodel.explanation/1"
    assert found["viability"]["atp_margin"] == pytest.approx(130)
    rows = list(csv.DictReader(io.StringIO(run("explain", "plenty", "--inhibit", "GLS=90%", "--csv").stdout)))
    assert {row["name"]: float(row["share"]) for row in rows} == pytest.approx(
        {"GLS2": 10 / 19, "GLS": 9 / 19}
    )
    assert run("explain", "plenty", "--out", "why.json").stdout == ""
    assert json.loads((tmp_path / "why.json").read_text()) == found
    assert "solve plenty" in run("explain", "plenty", "--dry-run").stdout


def test_what_was_predicted_can_be_explained(run, tmp_path):
    (tmp_path / "fc.csv").write_text("gene,lfc\nGLS,1\nGLS2,1\n", encoding="utf-8")
    profile = ("--profile", "fc.csv", "--quantity", "log2 fold change", "--column", "lfc")
    for flags in (
        ("--atf4", "high"),
        profile,
        ("--members", "0", "--seed", "2"),
        ("--objective", "growth"),
        ("--thermo", "off"),
    ):
        plans = [run(name, "plenty", *flags, "--dry-run") for name in ("explain", "predict")]
        assert len({done.returncode for done in plans}) == 1, plans[0].stderr
        assert "No such option" not in plans[0].stderr
    bad = run("explain", "plenty", "--atf4", "hihg", "--members", "x", "--thermo", "maybe")
    assert bad.returncode == 2
    for says in ("--atf4 hihg", "--members x", "--thermo maybe"):
        assert says in bad.stderr


def test_not_viable_and_contradictory(run):
    done = run("explain", "scarce", "--set", STARVE)
    assert done.returncode == 0, done.stderr
    assert "Not viable: ATP_maintenance is short of 30 mmol/gDW/h." in done.stdout
    done = run("explain", "scarce", "--set", CLASH)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"--set {CLASH}" in done.stderr
    assert run("explain", "plenty", "--inhibit", "GLSS=90%").returncode == 2


def test_predict_shows_viability(run):
    done = run("predict", "plenty")
    assert "  ATP at growth 0: 130 times the demand" in done.stdout.splitlines()
    assert json.loads(run("predict", "plenty", "--json").stdout)["viability"]["atp_margin"] == pytest.approx(
        130
    )
