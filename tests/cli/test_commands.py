"""What the commands print and write, and how they exit."""

from __future__ import annotations

import csv
import io
import json
import re
import sys

import pytest

from fluxmodel.questions.changes import change_label, inhibit
from tests.cli.conftest import command

GLS = change_label(inhibit("GLS=90%"))
TREATED = f"plenty + {GLS}"
CLASH = "bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}"
STARVE = "demands.ATP_maintenance=50 mmol/gDW/h"


def test_the_answer_comes_first(run):
    done = run("predict", "plenty", "--inhibit", "GLS=90%")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == (
        f"{TREATED}: growth 0.19 1/h (doubling in 3.6 h), limited most by the capacity of GLS2."
    )
    assert any(re.match(r"flux\(GLUNm\) +GLS GLS2 +mmol/gDW/h +0.19 +0.1805 +0.19$", line) for line in lines)
    assert "\x1b" not in done.stdout


def test_compare_two_by_two(run):
    done = run("compare", "plenty", "scarce", "--inhibit", "GLS=90%")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "scarce against plenty: growth -10 % (1 -> 0.9 1/h).",
        f"{TREATED} against plenty: growth -81 % (1 -> 0.19 1/h).",
        f"scarce + {GLS} against scarce: growth -78.9 % (0.9 -> 0.19 1/h).",
        f"scarce + {GLS} against {TREATED}: growth unchanged (0.19 -> 0.19 1/h).",
    ]
    (growth,) = [line.split() for line in lines if line.startswith("growth ")]
    assert growth == ["growth", "1", "0.9", "0.19", "0.19", "down", "down", "down", "same"]
    assert any("provisional" in line for line in lines if line.startswith("note: "))


def test_quiet_is_the_answer_only(run):
    done = run("compare", "plenty", "scarce", "--quiet")
    assert done.stdout == "scarce against plenty: growth -10 % (1 -> 0.9 1/h).\n"


def test_json(run):
    done = run("predict", "plenty", "--json")
    found = json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert {"schema", "outcome", "growth", "fluxes", "binding", "provenance"} <= found.keys()
    assert found["schema"] == "fluxmodel.prediction/1"
    assert found["growth"] == pytest.approx(1.0)
    assert found["fluxes"]["GLUNm"] == pytest.approx(1.0)


def test_thermodynamics_is_said_and_can_be_switched_off(tmp_path):
    for flag, said in ((), True), (("--thermo", "on"), True), (("--thermo", "off"), False):
        done = command("predict", "normoxia", "--json", *flag, cwd=tmp_path)
        found = json.loads(done.stdout)
        assert found["provenance"]["thermo"] is said
        notes = [n for n in found["notes"] if "thermodynamics" in n]
        assert bool(notes) is said
        assert all("MALtm forward with MALtm_out forward" in n for n in notes)


def test_compare_json_has_the_same_head_by_arm(run):
    found = json.loads(run("compare", "plenty", "scarce", "--json").stdout)
    assert {"schema", "outcome", "growth", "fluxes", "binding", "provenance", "comparisons"} <= found.keys()
    assert found["outcome"] == {"plenty": "optimal", "scarce": "optimal"}
    assert found["comparisons"][0]["verdict"] == "down"


def test_csv(run):
    rows = list(csv.DictReader(io.StringIO(run("compare", "plenty", "scarce", "--csv").stdout)))
    assert rows[0]["observable"] == "growth"
    assert float(rows[0]["after"]) == pytest.approx(0.9)
    assert rows[0]["certain"] == "yes"
    formula = run("predict", "plenty", "--csv", "--observable", "-flux(LDH_L)").stdout.splitlines()[1]
    assert "'-flux(LDH_L)" in formula.split(",")


def test_out_is_written_whole_and_never_over_something(run, tmp_path):
    target = tmp_path / "result.json"
    assert run("predict", "plenty", "--out", target).returncode == 0
    first = target.read_text()
    assert json.loads(first)["growth"] == pytest.approx(1.0)
    again = run("predict", "scarce", "--out", target)
    assert again.returncode == 2
    assert "FM703" in again.stderr
    assert "--force" in again.stderr
    assert target.read_text() == first
    assert run("predict", "scarce", "--out", target, "--force").returncode == 0
    assert json.loads(target.read_text())["growth"] == pytest.approx(0.9)
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]
    text = run("predict", "plenty", "--out", "result.txt")
    assert text.stdout == ""
    assert (tmp_path / "result.txt").read_text().startswith("plenty: growth 1 1/h")


@pytest.mark.parametrize(("out", "code"), [(".", "FM702"), ("no/such/folder/x.json", "FM702")])
def test_a_place_that_cannot_be_written_is_refused_before_solving(run, out, code):
    done = run("predict", "plenty", "--out", out)
    assert done.returncode == 2
    assert code in done.stderr
    assert done.stdout == ""


def test_two_formats(run):
    assert run("predict", "plenty", "--json", "--csv").returncode == 2


def test_dry_run_checks_and_solves_nothing(run):
    done = run("compare", "plenty", "scarce", "--inhibit", "GLS=90%", "--dry-run")
    assert done.returncode == 0
    assert f"solve scarce + {GLS}" in done.stdout
    assert f"compare {TREATED} with plenty" in done.stdout
    assert run("predict", "plenty", "--inhibit", "GLSS=90%", "--dry-run").returncode == 2


def test_not_viable_is_done(run):
    done = run("predict", "scarce", "--set", STARVE)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].endswith(
        "not viable, growth 0. ATP_maintenance is short of 30 mmol/gDW/h."
    )


def test_contradictions_are_named_and_leave_nothing(run, tmp_path, conditions):
    done = run("predict", "scarce", "--set", CLASH, "--out", "x.json")
    assert done.returncode == 3
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert any(line.strip().startswith(f"{conditions}/scarce.yaml line 4, oxygen") for line in lines)
    assert any(line.strip().startswith(f"--set {CLASH}") for line in lines)
    assert not (tmp_path / "x.json").exists()
    found = json.loads(run("predict", "scarce", "--set", CLASH, "--json").stdout)
    assert found["outcome"] == "infeasible"
    assert found["fluxes"] is None
    assert len(found["diagnosis"]) == 2


def test_one_arm_without_an_answer(run, tmp_path):
    (tmp_path / "clash.yaml").write_text(
        "schema: fluxmodel.condition/1\nid: clash\nextends: {id: scarce, digest: null}\n"
        "bounds: {EX_o2_e: {upper: -5, unit: mmol/gDW/h}}\n"
    )
    done = run("compare", "plenty", "clash", "scarce", "--in", tmp_path)
    assert done.returncode == 4
    assert "clash against plenty: no answer, clash is infeasible." in done.stdout
    assert "scarce against plenty: growth -10 %" in done.stdout
    assert "clash.yaml line 4" in done.stderr
    alone = run("compare", "clash", "--inhibit", "GLS=90%", "--in", tmp_path)
    assert alone.returncode == 3


def test_checks(run, tmp_path, model_folder):
    done = command("check", "--model", model_folder, "--only", "mass", "--json", cwd=tmp_path)
    assert done.returncode == 1  # the toy makes ATP out of nothing on purpose
    assert json.loads(done.stdout)["counts"]
    real = command("check", "--only", "mass", "--only", "FM431", cwd=tmp_path)
    assert real.returncode == 0, real.stdout
    assert real.stdout.startswith("passed: 2 rules run, 0 errors")
    assert command("check", "--only", "masss", cwd=tmp_path).returncode == 2


def test_interrupted(run, tmp_path):
    code = (
        "import fluxmodel.questions.plan as p\n"
        "def stop(*a, **k): raise KeyboardInterrupt\n"
        "p.plan = stop\n"
        "from fluxmodel.cli.main import main; main()"
    )
    done = command("predict", "normoxia", cwd=tmp_path, code=code)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away(tmp_path):
    code = (
        "import sys, os\n"
        "sys.argv = ['fluxmodel', 'show', 'reactions']\n"
        "r, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w)\n"
        "from fluxmodel.cli.main import main; main()"
    )
    done = command(cwd=tmp_path, code=code)
    assert "Traceback" not in done.stderr


def test_colour_only_on_a_terminal_without_no_color(tmp_path):
    code = (
        "import sys; sys.stdout.isatty = lambda: True\n"
        "from fluxmodel.cli.screen import table\n"
        "sys.stdout.write(table(['a', 'b'], [['x', 'up']]))"
    )
    terminal = {"TERM": "xterm-256color"}
    assert "\x1b" in command(cwd=tmp_path, code=code, env=terminal).stdout
    assert "\x1b" not in command(cwd=tmp_path, code=code, env={**terminal, "NO_COLOR": "1"}).stdout


def test_debug_shows_where_it_came_from(run):
    assert "Traceback" in run("predict", "nowhere", "--debug").stderr
    assert "Traceback" not in run("predict", "nowhere").stderr


def test_show_list_export(run, tmp_path):
    shown = command("show", "GLUNm", cwd=tmp_path)
    assert shown.returncode == 0
    assert "GLS or GLS2" in shown.stdout
    assert json.loads(command("show", "gene", "GLS", "--json", cwd=tmp_path).stdout)["id"] == "GLS"
    unknown = command("show", "reaction", "GLUNn", cwd=tmp_path)
    assert (unknown.returncode, "GLUNm" in unknown.stderr) == (2, True)
    assert "normoxia" in command("list", cwd=tmp_path).stdout.split()
    assert "RPMI-1640" in command("list", "media", cwd=tmp_path).stdout.split()
    assert command("list", "medias", cwd=tmp_path).returncode == 2
    assert command("export", "sbml", "--out", "m.xml", cwd=tmp_path).returncode == 0
    assert "<sbml" in (tmp_path / "m.xml").read_text(encoding="utf-8")[:500]
    assert command("export", "sbml", "--out", "m.xml", cwd=tmp_path).returncode == 2
    assert command("export", "matlab", "--out", "m.mat", cwd=tmp_path).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell words")
def test_every_help_has_an_example_that_runs(tmp_path):
    """The examples are run as they stand, on the packaged model."""
    import shlex

    listed = command("--help", cwd=tmp_path).stdout
    names = re.findall(r"^  (\w+)  ", listed.split("Commands:")[1], re.M)
    assert len(names) >= 6
    for name in names:
        text = " ".join(command(name, "--help", cwd=tmp_path).stdout.split())
        example = re.search(r"Example: fluxmodel (.*?) (?:Arguments|Options):", text)
        assert example, name
        done = command(*shlex.split(example[1]), cwd=tmp_path)
        assert done.returncode == 0, (example[1], done.stderr)


@pytest.mark.parametrize("formalism", ["pool", "capacity", "eflux", "gimme"])
def test_every_formalism_answers(run, formalism):
    done = run("predict", "plenty", "--formalism", formalism)
    assert done.returncode == 0, done.stderr
    assert f"formalism {formalism}," in done.stdout
    fraction = 0.9 if formalism == "gimme" else 0.95
    assert f"at least {fraction} of its optimum" in done.stdout
    done = run("compare", "plenty", "scarce", "--inhibit", "GLS=90%", "--formalism", formalism, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert set(result["outcome"].values()) == {"optimal"}
    assert result["growth"][TREATED] < result["growth"]["plenty"]


def test_the_pool_is_reported_in_its_unit(run):
    done = run("predict", "normoxia", "--formalism", "pool", "--observable", "growth", toy=False)
    assert done.returncode == 0, done.stderr
    assert "the capacity of protein pool 0.012 g/gDW (" in done.stdout
