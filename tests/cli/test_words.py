"""What people read: numbers in one piece, settings that are said, reasons that are given."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest

from fluxmodel.cli import screen
from fluxmodel.cli.asked import read_fraction
from fluxmodel.cli.compare import letter
from fluxmodel.errors import DomainError
from tests.cli.conftest import command

COLUMNS = ["observable", "genes", *"ABCDEFGH"]
ROWS = [
    ["secretion(lac__L) / uptake(glc__D)", "GLS GLS2", *(f"0.0{n}529" for n in range(8))],
    ["growth", "", *(f"-2.{n}158" for n in range(8))],
]


@pytest.fixture
def terminal(monkeypatch):
    """Pretend that somebody looks, at a screen of so many columns."""

    def start(width):
        monkeypatch.setattr(screen, "width_of", lambda to_file=False: None if to_file else width)
        monkeypatch.setenv("NO_COLOR", "1")

    return start


def test_no_edge_in_pipes_and_files(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    wide = screen.table(["observable", *(f"arm {n}" for n in range(60))], [["growth", *["0.05529"] * 60]])
    assert len(wide.splitlines()) == 3
    assert wide.splitlines()[2].split() == ["growth", *["0.05529"] * 60]


def test_a_prediction_fits_sixty_columns(terminal):
    terminal(60)
    row = ["secretion(lac__L) / uptake(glc__D)", "", "mmol/gDW/h", "0.009386", "-0.02589", "15.09"]
    text = screen.table(["observable", "genes", "unit", "value", "min", "max"], [row])
    assert "\n\n" not in text
    assert text.splitlines()[2].split()[-4:] == row[-4:]


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 140])
def test_narrow_terminals_get_blocks_and_whole_numbers(terminal, width):
    terminal(width)
    text = screen.table(COLUMNS, ROWS)
    assert max(len(line) for line in text.splitlines()) <= width
    words = text.split()
    for row in ROWS:
        for number in row[2:]:
            assert words.count(number) == 1
    blocks = text.split("\n\n")
    assert [h for b in blocks for h in b.splitlines()[0].split() if h in set("ABCDEFGH")] == [*"ABCDEFGH"]


def test_numbers_stand_right():
    lines = screen.table(["observable", "A"], [["x", "1"], ["y", "0.25"]]).splitlines()
    assert lines[2:] == ["x               1", "y            0.25"]


def test_prose_is_broken_between_words_and_only_on_a_terminal(terminal):
    line = "  normoxia: glc__D 2.115 mmol/gDW/h (1.09); ATP_maintenance 1 mmol/gDW/h (-0.26)"
    assert screen.prose([line], to_file=True) == line + "\n"
    terminal(40)
    parts = screen.prose([line]).splitlines()
    assert max(map(len, parts)) <= 40
    assert " ".join(" ".join(parts).split()) == line.strip()


def test_more_arms_than_letters():
    names = [letter(n) for n in range(1000)]
    assert len(set(names)) == 1000
    assert all(n.isalpha() and n.isupper() for n in names)
    assert (names[25], names[26]) == ("Z", "AA")


def test_settings_of_a_comparison_are_said(run):
    asked = ("compare", "plenty", "scarce", "--oxygen", "5%")
    lines = run(*asked).stdout.splitlines()
    assert lines[0].startswith("scarce against plenty, both with oxygen = 5 percent: ")
    assert "in every arm: oxygen = 5 percent" in lines
    assert "5 percent" in run(*asked, "--quiet").stdout
    assert json.loads(run(*asked, "--json").stdout)["settings"] == ["oxygen = 5 percent"]
    (row, *_) = csv.DictReader(io.StringIO(run(*asked, "--csv").stdout))
    assert row["settings"] == "oxygen = 5 percent"
    assert "both with" not in run("compare", "plenty", "scarce", "--quiet").stdout


def test_conditions_that_a_setting_makes_equal(tmp_path):
    same = ["--oxygen", "5%", "--medium", "DMEM", "--set", "regulators.HIF1A=basal", "--members", "4"]
    done = command("compare", "normoxia", "hypoxia", *same, cwd=tmp_path)
    assert "no flux differs between hypoxia and normoxia, both with medium.base = DMEM" in done.stdout


def test_no_growth_has_a_reason(run):
    done = run("predict", "plenty", "--knockout", "GLS,GLS2")
    first, *_ = done.stdout.splitlines()
    assert "viable, but no growth; " in first
    assert "knocked out" in first.partition("; ")[2]
    assert "every flux state, because growth is 0 at its best" in done.stdout
    assert "at least 0.95 of" not in done.stdout


def test_another_objective_is_named(tmp_path):
    done = command("predict", "normoxia", "--set", "objective=GLUNm", cwd=tmp_path)
    assert "doubling" not in done.stdout
    first, *_ = done.stdout.splitlines()
    assert "GLUNm, the objective, at its best" in first
    assert "no growth" in first
    assert "What limits GLUNm (% of GLUNm per % of the limit)" in done.stdout
    assert "where GLUNm is at least 0.95 of its optimum" in done.stdout
    both = command("compare", "normoxia", "hypoxia", "--set", "objective=GLUNm", "--quiet", cwd=tmp_path)
    assert "GLUNm, the objective," in both.stdout


def test_an_undefined_ratio_says_why(run):
    asked = ["--observable", "flux(GLUNm) / flux(LDH_L)"]
    text = run("predict", "plenty", *asked).stdout
    why = next(r["why"] for r in json.loads(run("predict", "plenty", *asked, "--json").stdout)["ranges"])
    assert f"flux(GLUNm) / flux(LDH_L): {why}" in text
    assert why in run("compare", "plenty", "scarce", *asked).stdout
    (row,) = csv.DictReader(io.StringIO(run("predict", "plenty", *asked, "--csv").stdout))
    assert row["why"] == why


def test_csv_tells_the_dead_from_the_idle(run):
    def rows(*args):
        return list(csv.DictReader(io.StringIO(run(*args, "--csv", "--observable", "growth").stdout)))

    (dead,) = rows("predict", "scarce", "--set", "demands.ATP_maintenance=50 mmol/gDW/h")
    (idle,) = rows("predict", "plenty", "--knockout", "GLS,GLS2")
    assert (dead["outcome"], idle["outcome"]) == ("nonviable", "optimal")
    assert idle["label"].startswith("plenty + GLS GLS2")
    assert dead["digest"].startswith("sha256:")
    assert dead["digest"] != idle["digest"]
    (both,) = rows("compare", "plenty", "scarce")
    assert (both["outcome_of"], both["outcome_against"]) == ("optimal", "optimal")
    assert both["digest_of"] != both["digest_against"]


def test_dry_run_honours_where_and_how(run, tmp_path):
    asked = ("compare", "plenty", "scarce", "--inhibit", "GLS=90%", "--dry-run")
    plan = json.loads(run(*asked, "--json").stdout)
    assert plan["schema"] == "fluxmodel.plan/1"
    assert (len(plan["solve"]), len(plan["compare"])) == (4, 4)
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--csv").stdout)))
    assert {r["step"] for r in rows} == {"solve", "compare", "report"}
    quiet = run(*asked, "--quiet").stdout
    assert quiet.startswith("nothing wrong: 4 to solve, 4 to compare")
    assert quiet.count("\n") == 1
    done = run(*asked, "--out", "plan.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["schema"] == "fluxmodel.plan/1"


def test_every_flag_at_once(run, tmp_path):
    (tmp_path / "there.json").write_text("{}")
    bad = ["--inhibit", "GLS=0.9", "--inhibit", "NOPE=90%", "--observable", "nope", "--fraction", "7",
           "--solver", "zz", "--formalism", "fbaa", "--out", "there.json"]  # fmt: skip
    done = run("compare", "plenty", "scarce", *bad)
    assert done.returncode == 2
    for code in ("FM332", "FM502", "FM601", "FM520", "FM111", "FM510", "FM703"):
        assert done.stderr.count(code) == 1, code
    alone = run("compare", "plenty", "--inhibit", "GLS=0.9")
    assert "FM521" not in alone.stderr
    assert alone.stderr.startswith("ConditionError FM332: --inhibit GLS=0.9: ")
    nowhere = run("predict", "nowhere", "--observable", "flux(NOPE)")
    assert "FM602" in nowhere.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [("0", "at 0 of optimal growth"), ("95%", "write 0.95"), ("95 percent", "write 0.95"),
     ("7", "write 0.07"),
     ("0,9", "write 0.9"), ("-1", "not above 0"), ("nan", "not a number"), ("x", "not a number"),
     ("1e400", "above 1"), ("\uff15", "not a number"), ("500%", "a share such as")],
)  # fmt: skip
def test_fractions(text, says):
    with pytest.raises(DomainError, match="FM520") as caught:
        read_fraction(text)
    assert f"--fraction {text}" in str(caught.value)
    assert says in str(caught.value)


def test_fractions_that_are_fine():
    assert [read_fraction(t) for t in ("1", "0.95", ".5", " 1e-3 ")] == [1.0, 0.95, 0.5, 0.001]


def test_the_nearest_solver(run):
    done = run("predict", "plenty", "--solver", "GLPK")
    assert "--solver GLPK" in done.stderr
    assert done.stderr.count("did you mean glpk") == 1


def test_export_says_first_what_is_wrong_first(tmp_path):
    assert "no format 'foo'" in command("export", "foo", cwd=tmp_path).stderr
    done = command("export", "sbml", cwd=tmp_path)
    assert (done.returncode, "--out model.xml" in done.stderr) == (2, True)
    assert os.listdir(tmp_path) == []  # noqa: PTH208
