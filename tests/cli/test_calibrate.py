"""fluxmodel calibrate: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import command

WHERE = ("--condition", "fibroblast_rates", "--members", "2", "--no-leave-one-out")
MASS = ("--dry-mass", "490 pg/cell")
HEAD = "observable,value,error,unit,source\n"
GOOD = (
    HEAD + "growth,0.0238,0.0007,1/h,me\nuptake(glc__D),497.1,26.1,fmol/cell/h,me\n"
    "secretion(lac__L),2.057,,mmol/gDW/h,\nuptake(gln__L),0.0419,0,umol/1e6 cells/h,me\n"
)


@pytest.fixture
def calibrate(tmp_path):
    """``calibrate(table or cell, ...)`` in an empty folder."""

    def start(rates, *args):
        if "\n" in rates or not rates:
            (tmp_path / "rates.csv").write_text(rates, encoding="utf-8")
            rates = "rates.csv"
        return command("calibrate", rates, *args, cwd=tmp_path)

    return start


def test_the_answer_comes_first(calibrate):
    done = calibrate("default", "--members", "2")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    first, *rest = done.stdout.splitlines()
    assert first.startswith("default in fibroblast_rates: misfit ")
    assert "11 of 11 rates within one error, 2 members" in first
    for says in ("left out", "without capacities", "Capacities that had to rise", "assumed", "ATP: ",
                 "from oxidative phosphorylation (5-95 % of 2 members", "O2 uptake", "headroom"):  # fmt: skip
        assert any(says in line for line in rest), says
    assert "contradict" not in done.stdout


def test_a_table_becomes_a_cell_that_can_be_used(calibrate, tmp_path):
    done = calibrate(GOOD, *WHERE, *MASS, "--id", "mine", "--out", "cell.yaml")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cell.yaml", "mine.ensemble.tsv", "rates.csv"]
    assert "no error given, 15 % taken: secretion(lac__L)" in done.stdout
    assert "below the least that is taken" in done.stdout
    asked = ("predict", "normoxia", "--cell", "cell.yaml", "--formalism", "capacity", "--json")
    used = command(*asked, cwd=tmp_path)
    assert used.returncode == 0, used.stderr
    found = json.loads(used.stdout)
    assert found["ensemble"]["members"] == 2
    assert found["growth"] > 0.02
    again = calibrate(GOOD, *WHERE, *MASS, "--id", "mine", "--out", "cell.yaml")
    assert again.returncode == 2
    assert "FM703" in again.stderr
    assert calibrate("cell.yaml", "--members", "1", "--out", "cell.yaml", "--force").returncode == 0
    other = calibrate(GOOD, *WHERE, *MASS, "--id", "mine", "--out", "other.yaml")
    assert "mine.ensemble.tsv" in other.stderr  # another cell's ensemble is not overwritten
    assert not (tmp_path / "other.yaml").exists()


def test_json(calibrate):
    done = calibrate(GOOD, *WHERE, *MASS, "--json")
    found = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert found["schema"] == "fluxmodel.calibration/1"
    assert found["rates"][0]["name"] == "growth"
    assert found["rates"][1]["measured"] == pytest.approx(497.1 / 490)
    assert found["rates"][3]["measured"] == pytest.approx(41.9 / 490)
    assert found["rates"][0]["where"] == "rates.csv line 2"
    assert 0 < found["oxphos"]["share"] < 1
    assert found["headroom"]["5 %"] >= 1
    assert found["provenance"]["ensemble"]["members"] == 2


def test_contradictions_are_named(calibrate):
    # more lactate than glucose can give, by little, then by much
    rates = HEAD + "growth,0.0238,0.0007,1/h,x\nuptake(glc__D),1,0.1,mmol/gDW/h,x\n"
    little = calibrate(rates + "secretion(lac__L),3.3,0.15,mmol/gDW/h,x\n", *WHERE, "--quiet")
    assert little.returncode == 0, little.stderr
    assert "These rates contradict each other whatever the capacities: " in little.stdout
    assert "rates.csv line 4" in little.stdout
    much = calibrate(rates + "secretion(lac__L),9,0.1,mmol/gDW/h,x\n", *WHERE, "--out", "cell.yaml")
    assert (much.returncode, much.stdout) == (2, "")
    assert "FM542: rates.csv line 4" in much.stderr
    assert "--without" in much.stderr


def test_no_growth_rate(calibrate):
    rates = "observable\tvalue\tunit\nuptake(glc__D)\t1\tmmol/gDW/h\n"
    assert "no growth rate among the rates: the fitted state grows" in calibrate(rates, *WHERE).stdout
    assert "warning: no growth rate" in calibrate(rates, *WHERE, "--quiet").stderr


ROWS = {
    "grwth,0.02,,1/h,": ("FM601", "did you mean growth"),
    "uptake(glc_D),1,,mmol/gDW/h,": ("FM603", "did you mean glc__D"),
    "uptake(glc__D),-1,,mmol/gDW/h,": ("FM324", "write it as secretion"),
    "growth,-1,,1/h,": ("FM324", "not negative"),
    "secretion(lac__L),2,,mM,": ("FM547", "convert it to one of mmol/gDW/h"),
    "growth,2,,h,": ("FM547", "1/h, 1/d"),
    "growth,2,,mmol/gDW/h,": ("FM547", "1/h, 1/d"),
    "growth,2,,1/hr,": ("FM201", "1/h"),
    "growth,2,,,": ("FM205", "no unit"),
    'uptake(glc__D),"1,5",,mmol/gDW/h,': ("FM545", "decimal point"),
    "uptake(glc__D),nan,,mmol/gDW/h,": ("FM545", "not a finite number"),
    "uptake(glc__D),,,mmol/gDW/h,": ("FM545", "no value"),
    "uptake(glc__D),1,-1,mmol/gDW/h,": ("FM545", "error = -1 is negative"),
    "uptake(glc__D),1,,fmol/cell/h,": ("FM204", "--dry-mass"),
    "uptake(glc__D)/growth,1,,1,": ("FM543", "is a ratio"),
    "growth,1,,1/h,a,b": ("FM543", "6 cells"),
}


@pytest.mark.parametrize("row", ROWS)
def test_rows_that_cannot_be(calibrate, row):
    code, says = ROWS[row]
    done = calibrate(HEAD + "\n" + row + "\n", *WHERE)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert f"{code}: rates.csv line 3" in done.stderr
    assert says in done.stderr


def test_every_row_at_once(calibrate):
    done = calibrate(HEAD + "\n".join(list(ROWS)[:-1]) + "\n", "--dry-mass", "490")
    for code in ("FM601", "FM603", "FM324", "FM547", "FM201", "FM205", "FM545", "FM543", "FM541"):
        assert code in done.stderr, code
    twice = calibrate(GOOD + "uptake(glc__D),1,,mmol/gDW/h,\n", *WHERE, *MASS)
    assert "FM546: rates.csv line 6, observable: uptake(glc__D) stands on line 3 already" in twice.stderr


def test_tables_that_are_none(calibrate, tmp_path):
    assert "FM544" in calibrate("", *WHERE).stderr
    assert "FM544" in calibrate(HEAD, *WHERE).stderr
    assert "did you mean error" in calibrate("observable,value,eror,unit\ngrowth,1,1,1/h\n", *WHERE).stderr
    assert "no column observable, value, unit" in calibrate("a\n1\n", *WHERE).stderr
    (tmp_path / "binary.csv").write_bytes(b"\xff\x00\xfe")
    assert "FM013" in calibrate("binary.csv", *WHERE).stderr
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(6_000_000)
    assert "FM012" in calibrate("huge.csv", *WHERE).stderr
    assert "FM011: nope.csv: no such file" in calibrate("nope.csv", *WHERE).stderr
    assert "FM347" in calibrate("nope", *WHERE).stderr


@pytest.mark.parametrize(
    ("flags", "says"),
    [(("--members", "-3"), "FM525: --members -3"), (("--members", "100000"), "at most 1000"),
     (("--seed", "q"), "FM525: --seed q"), (("--solver", "glpq"), "did you mean glpk"),
     (("--out", "x.json"), "FM708: --out x.json"), (("--id", "../x", "--out", "x.yaml"), "FM548: --id"),
     (("--dry-mass", "3 pg/cell"), "FM548: --dry-mass 3 pg/cell"),
     (("--without", "uptake(glc_D)"), "did you mean uptake(glc__D)"),
     (("--abundance", "nope.tsv"), "FM011: nope.tsv")],
)  # fmt: skip
def test_flags_that_do_not_fit(calibrate, tmp_path, flags, says):
    done = calibrate("default", *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_example_of_the_help(tmp_path):
    for name in ("calibrate", "predict", "compare"):
        text = " ".join(command(name, "--help", cwd=tmp_path).stdout.split())
        example = text.partition("Example: fluxmodel ")[2]
        assert example, name
    example = ("default", "--members", "2", "--no-leave-one-out", "--quiet")
    assert " ".join(example) in " ".join(command("calibrate", "--help", cwd=tmp_path).stdout.split())
    assert command("calibrate", *example, cwd=tmp_path).stdout.count("\n") == 1
