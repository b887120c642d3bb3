"""validate: claims against predictions that compare and predict give, and what stands beside them."""

from __future__ import annotations

import csv
import json

import pytest

import fluxmodel as fx
from fluxmodel.errors import DomainError, InputError
from fluxmodel.evidence import read_evidence
from fluxmodel.questions.plan import Settings
from fluxmodel.questions.validation.asking import Panel, Way, ways_of
from fluxmodel.questions.validation.ledger import COLUMNS
from tests.cli.conftest import command

HEAD = """\
schema: fluxmodel.evidence/1
id: mine
rows:
"""
ROW = """\
  - id: {id}
    source: {{citation: "{paper}", provenance: read}}
    category: {category}
    confidence: A
    split: {split}
    arms:
      control: {{condition: normoxia}}
      starved: {{from: control, changes: [{{do: set, path: medium.gln__L, to: {{value: 0, unit: mM}}}}]}}
      both: {{from: starved, changes: [{{do: inhibit, target: GLUL, by: {{value: 100, unit: percent}}}}]}}
      glul: {{from: control, changes: [{{do: inhibit, target: GLUL, by: {{value: 100, unit: percent}}}}]}}
      odd: {{from: control, changes: [{{do: knock_out, target: NOSUCHGENE}}]}}
      high: {{from: control, changes: [{{do: set, path: regulators.ATF4, to: high}},
                                       {{do: set, path: cell, to: xct_high}}]}}
    claims:
"""
CLAIMS = {
    "growth, of: both, against: control, verdict: down": "right_certain",
    "growth, of: both, against: control, verdict: down, ratio_above: 0.1": "wrong_certain",
    "growth, of: both, against: control, verdict: down, ratio_below: 0.9": "right_certain",
    "growth, of: both, against: control, verdict: up": "wrong_certain",
    "growth, of: glul, against: control, verdict: unchanged": "right_certain",
    "uptake(glc__D), of: control, verdict: above, than: 0.001": "right_certain",
    "uptake(glc__D), of: control, verdict: below, than: 0.001": "wrong_certain",
    "growth, of: both, against: glul, per: {of: starved, against: control}, verdict: down": "right_certain",
    "growth, of: odd, against: control, verdict: down": "error",
}


def text(claims, id="row", split="fit", paper="a paper", category="c"):
    body = ROW.format(id=id, split=split, paper=paper, category=category)
    for n, (claim, _) in enumerate(claims.items()):
        body += f"      - {{id: c{n}, observable: {claim}}}\n"
    return body


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    place = tmp_path_factory.mktemp("evidence") / "mine.yaml"
    one = dict(list(CLAIMS.items())[:1])
    place.write_text(
        HEAD + text(CLAIMS) + text(one, "unseen", "test", "another paper", "d"), encoding="utf-8"
    )
    return place


@pytest.fixture(scope="module")
def board(file):
    return fx.validate(None, [file], members=4)


def test_claims_come_out_as_they_must(board):
    found = {f"{n}": c.standing for n, c in enumerate(board.claims)}
    assert found == {f"{n}": s for n, s in enumerate(CLAIMS.values())}
    assert board.score.claims == len(CLAIMS)
    assert board.totals["error"] == 1
    assert "NOSUCHGENE" in board.claims[-1].why


def test_values_are_those_of_predict(board):
    growth = board.claims[0]
    control = fx.predict(None, "normoxia", members=0)
    assert growth.against == pytest.approx(control.growth)
    assert growth.value == 0
    effect = board.claims[7]
    without = fx.predict(None, "normoxia", [fx.inhibit("GLUL=100%")], members=0)
    assert effect.against == pytest.approx(without.growth / control.growth)


def test_every_baseline_and_null_stands_beside_it(board):
    said = board.to_dict()
    others = {"capacity, acute, expression off", "capacity, adapted", "pool", "fba"}
    assert set(said["baselines"]) == others
    assert set(said["nulls"]) == {"no change", "growth down if inhibited", "majority of the category"}
    assert set(said["gains"]) == set(said["baselines"]) | set(said["nulls"])
    assert sum(said["totals"].values()) == len(CLAIMS)
    assert others <= set(said["rows"][0])
    json.dumps(said)


def test_processes_do_not_change_what_comes_out(file, board):
    rows = "".join(text(dict(list(CLAIMS.items())[:2]), f"r{n}") for n in range(9))
    many = file.with_name("many.yaml")
    many.write_text(HEAD + rows, encoding="utf-8")
    one, two = (
        fx.validate(None, [many], members=2, baselines=False, workers=n).to_dict()["rows"] for n in (1, 2)
    )
    assert one == two
    assert len(one) == 18


def test_files_that_change_are_read_again_in_the_same_process(file):
    """Panels are kept for the rows of one run, not for the next one."""
    mine = file.with_name("changing.yaml")
    found = []
    for said in ("basal", "high"):
        folder = file.with_name("folder")
        folder.mkdir(exist_ok=True)
        where = folder / "own.yaml"
        lines = "schema: fluxmodel.condition/1\nid: own\nextends: normoxia\n"
        where.write_text(f"{lines}regulators: {{HIF1A: {said}}}\n", encoding="utf-8")
        one = dict(list(CLAIMS.items())[5:6])
        mine.write_text((HEAD + text(one)).replace("condition: normoxia", "condition: own"), encoding="utf-8")
        board = fx.validate(None, [mine], members=0, baselines=False, folders=[folder])
        found.append(board.claims[0].value)
    assert found[0] != pytest.approx(found[1], rel=0.01)


def test_only_what_is_scored_asks_members():
    ways = ways_of("capacity", "acute", baselines=True)
    assert [w.scored for w in ways] == [True, False, False, False, False]
    panels = [Panel(None, Settings(members=3), w) for w in ways[:2]]
    assert [p._how.members for p in panels] == [3, 0]


def test_without_the_expression_state_regulators_and_presets_say_nothing(file):
    row = read_evidence(file).rows[0]
    how = Settings(members=0)
    on = Panel(None, how, Way("on", "capacity")).condition(row, "high")
    off = Panel(None, how, Way("off", "capacity", expression=False)).condition(row, "high")
    a, b, plain = (fx.predict(None, c, members=0) for c in (on, off, "normoxia"))
    assert b.growth == pytest.approx(plain.growth)
    assert dict(b.fluxes) == pytest.approx(dict(plain.fluxes), abs=1e-9)
    assert dict(a.fluxes) != pytest.approx(dict(plain.fluxes), abs=1e-4)


def test_looks_at_test_rows_are_written_down(file, tmp_path):
    ledger = tmp_path / "ledger.tsv"
    fx.validate(None, [file], members=0, baselines=False, ledger=ledger)
    assert not ledger.exists()  # the default split has no test rows
    for split in ("test", "all"):
        fx.validate(None, [file], split, members=0, baselines=False, ledger=ledger)
    with ledger.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle, delimiter="\t"))
    assert tuple(lines[0]) == COLUMNS
    assert [(x["split"], x["claims"], x["right"]) for x in lines] == [("test", "1", "1"), ("all", "10", "6")]
    other = tmp_path / "other.tsv"
    other.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(InputError, match="FM355"):
        fx.validate(None, [file], "test", members=0, baselines=False, ledger=other)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"split": "tset"}, "did you mean test"),
        ({"rows": ["rwo"]}, "did you mean row"),
        ({"evidence": ["nothing"]}, "FM347"),
    ],
)
def test_what_cannot_be_asked(file, given, message):
    with pytest.raises((DomainError, InputError), match=message):
        fx.validate(None, **{"evidence": [file], "members": 0, "baselines": False, **given})


def test_a_row_in_two_files_is_refused(file, tmp_path):
    copy = tmp_path / "copy.yaml"
    copy.write_text(file.read_text(encoding="utf-8").replace("id: mine", "id: copy"), encoding="utf-8")
    with pytest.raises(InputError, match="the row row stands in mine and in copy"):
        fx.validate(None, [file, copy], members=0)


def test_the_command_shows_what_is_wrong_and_writes_csv(file, tmp_path):
    done = command("validate", "--evidence", file, "--members", 0, "--no-baselines", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "of 9 claims right" in done.stdout
    assert "row.c3" in done.stdout
    assert "row.c0 " not in done.stdout  # right
    done = command("validate", "--evidence", file, "--members", 0, "--no-baselines", "--csv", cwd=tmp_path)
    lines = list(csv.DictReader(done.stdout.splitlines()))
    assert [x["standing"] for x in lines][-1] == "error"
    assert len(lines) == len(CLAIMS)
