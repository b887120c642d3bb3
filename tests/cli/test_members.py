"""Members, seed, workers, objective and ATF4 as flags; progress only where someone watches."""

from __future__ import annotations

import csv
import io
import json
import os
import sys

import pytest

from tests.cli.conftest import REPO, command

CAPACITY = ("--formalism", "capacity", "--members", "4")
TWO = ("--observable", "growth", "--observable", "flux(GLUNm)")


def test_growth_comes_with_its_members(tmp_path):
    done = command("predict", "normoxia", *CAPACITY, *TWO, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "; 5-95 % of 4 members: 0.02" in done.stdout.splitlines()[0]
    assert "members min" in done.stdout
    assert done.stderr == ""  # no progress in a pipe


def test_json_of_members(tmp_path):
    found = json.loads(command("predict", "normoxia", *CAPACITY, *TWO, "--json", cwd=tmp_path).stdout)
    growth = found["ensemble"]["growth"]
    assert found["ensemble"]["members"] == 4
    assert 0 < growth["low"] <= growth["median"] <= growth["high"]
    exact, flux = found["ranges"]
    assert (exact["members_min"], exact["members_max"]) == (growth["low"], growth["high"])
    assert flux["members_min"] < flux["members_max"]
    alone = ("--formalism", "capacity", "--members", "0")
    found = json.loads(command("predict", "normoxia", *alone, *TWO, "--json", cwd=tmp_path).stdout)
    assert found["ensemble"] is None
    assert found["ranges"][0]["members_min"] is None


def test_numbers_depend_on_seed_and_not_on_workers(tmp_path):
    def ask(*more):
        asked = ("predict", "normoxia", "--atf4", "high", *CAPACITY, *TWO, "--json", *more)
        return json.loads(command(*asked, cwd=tmp_path).stdout)["ranges"]

    assert ask("--workers", "1") == ask("--workers", "2")
    assert ask("--seed", "2")[1] != ask()[1]


def test_rows_of_a_comparison_carry_the_share(tmp_path):
    asked = ("compare", "normoxia", "--inhibit", "SLC7A11=99%", *CAPACITY, *TWO)
    rows = list(csv.DictReader(io.StringIO(command(*asked, "--csv", cwd=tmp_path).stdout)))
    assert all(0 <= float(r["share"]) <= 1 for r in rows)
    text = command(*asked, cwd=tmp_path).stdout
    assert "proven by the intervals in at least 95 % of the 4 members; likely: in at least 80 %" in text
    alone = command("compare", "normoxia", "hypoxia", "--members", "0", cwd=tmp_path).stdout
    assert "up, down, same: proven by the intervals, taken where growth" in " ".join(alone.split())
    assert "likely" not in alone


def test_more_members_than_there_are(tmp_path):
    plan = ("--formalism", "capacity", "--members", "4000", "--dry-run")
    done = command("predict", "normoxia", *plan, cwd=tmp_path)
    assert "4000 members were asked for, cell 'default' has 80: all of them are taken" in done.stdout
    idle = command("predict", "normoxia", "--formalism", "fba", "--members", "4", "--dry-run", cwd=tmp_path)
    assert "members are asked by formalism capacity only, not by fba" in idle.stdout


def test_members_without_the_capacities_of_their_cell_are_told(tmp_path):
    head = "schema: fluxmodel.cell/1\nextends: default\n"
    own = "capacities: {GLS: {value: 0.001, unit: mmol/gDW/h, source: mine}}\n"
    (tmp_path / "own.yaml").write_text(
        f"{head}id: own\n{own}translation: {{value: 1.2, unit: 1/d, source: mine}}\n", encoding="utf-8"
    )
    (tmp_path / "same.yaml").write_text(f"{head}id: same\n", encoding="utf-8")

    def plan(cell, members):
        asked = ("predict", "normoxia", "--cell", f"{cell}.yaml", "--members", members, "--dry-run")
        return command(*asked, cwd=tmp_path).stdout

    says = "cell 'own' states other capacities than its ensemble: the point has them, the members do not: "
    assert f"{says}GLS, translation" in plan("own", "4")
    assert "other capacities" not in plan("own", "0")
    assert "other capacities" not in plan("same", "4")


def test_bad_values_are_all_told(run):
    bad = ("--members", "-1", "--seed", "x", "--workers", "0", "--objective", "growht", "--atf4", "hihg")
    done = run("predict", "plenty", *bad)
    assert done.returncode == 2
    assert done.stderr.count("FM525") == 3
    for says in ("--members -1", "--seed x", "--workers 0", "FM514: --objective growht",
                 "did you mean growth?", "--atf4 hihg", "off, low, basal, high"):  # fmt: skip
        assert says in done.stderr, says


def test_atf4_is_short_for_set(tmp_path):
    def fluxes(*args):
        asked = ("predict", "normoxia", *args, "--formalism", "capacity", "--members", "0", "--json")
        return json.loads(command(*asked, cwd=tmp_path).stdout)["fluxes"]

    assert fluxes("--atf4", "0.9") == fluxes("--set", "regulators.ATF4=0.9") != fluxes("--atf4", "off")


def test_the_objective_picks_the_point(tmp_path):
    def point(name):
        asked = ("predict", "normoxia", "--formalism", "capacity", "--members", "0", "--objective", name)
        return command(*asked, cwd=tmp_path).stdout

    assert "value: the state nearest to the cell's reference" in point("adjustment")
    assert "value: the parsimonious point" in point("growth")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_progress_on_a_terminal(tmp_path):
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    code = "from fluxmodel.cli.main import main; main()"
    line = [sys.executable, "-c", code, "predict", "normoxia", *CAPACITY, "--observable", "growth", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(REPO), "TERM": "xterm"}
    done = subprocess.run(
        line, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False
    )
    os.close(theirs)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "members" in seen
    assert "4/4" in seen
    assert "\x1b" not in done.stdout


def test_fragile_statements_are_marked(tmp_path):
    asked = (
        "compare",
        "normoxia",
        "hypoxia",
        "--members",
        "10",
        "--sensitivity",
        "--observable",
        "flux(PCm)",
    )
    shown = command(*asked, cwd=tmp_path)
    assert "fragile, fewer than 80 % of the 10 members" in " ".join(shown.stdout.split())
    data = json.loads(command(*asked[:-2], "--json", cwd=tmp_path).stdout)
    shares = {r["observable"]: (r["holds"], r["fragile"]) for r in data["comparisons"]}
    assert all(fragile == (share < 0.8) for share, fragile in shares.values() if share is not None)
    assert any(share is not None for share, _ in shares.values())
