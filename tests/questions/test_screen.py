"""The screen: growth is that of predictions, few programs are asked, what is done is kept."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.analysis.screening import Singles, spares
from fluxmodel.errors import DomainError, InputError
from fluxmodel.questions.plan import Settings
from fluxmodel.questions.screening import Run, collected
from tests.cli.conftest import command

SOME = ["2-DG", "Oligomycin", "CB-839", "SLC7A11", "GCLC", "TVB-2640"]


@pytest.fixture(scope="module")
def found():
    return fx.screen(None, ["normoxia"], SOME, "85%", members=3)


def test_growth_is_that_of_predictions(found):
    assert len(found.rows) == 15
    for row in found.rows:
        changes = [fx.inhibit(f"{name}=85%") for name in (row.first, row.second)]
        said = fx.predict(None, "normoxia", changes, ["growth"], members=0)
        assert row.growth == pytest.approx(said.growth_or_none, rel=1e-6, abs=1e-9), row.first + row.second


def test_excess_is_that_of_combine(found):
    row = next(r for r in found.rows if {r.first, r.second} == {"SLC7A11", "GCLC"})
    pair = fx.combine(None, ["normoxia"], ["SLC7A11=85%", "GCLC=85%"], members=3).pairs[0]
    e = pair.excess_of("bliss")
    assert row.excess == pytest.approx(e.value, abs=1e-6)
    assert (row.synergy, row.antagonism, row.verdict) == (e.synergy, e.antagonism, e.verdict)
    assert row.members.median == pytest.approx(e.members.median, abs=1e-6)


def test_pairs_that_count_come_first_with_a_reason(found):
    assert {found.rows[0].first, found.rows[0].second} == {"2-DG", "Oligomycin"}
    assert found.rows[0].verdict.endswith("synergy")
    assert found.rows[0].reason
    shares = [max(r.synergy, r.antagonism) for r in found.rows]
    assert shares == sorted(shares, reverse=True)


def test_every_drug_is_asked_or_left_out_with_a_reason():
    model = fx.load_model()
    run = Run.of(model, ["normoxia"], None, "90%", (), Settings(observables=["growth"], members=0))
    asked = [n for name in run.agents.names for n in name.split("/")]
    assert sorted([*asked, *(n for n, _ in run.agents.left_out)]) == sorted(model.inhibitors)
    assert all(why for _, why in run.agents.left_out)
    assert len(set(run.agents.hits)) == len(run.agents.hits)


def test_rows_come_one_by_one_and_an_interruption_keeps_them():
    first = next(iter(fx.iter_screen(None, ["normoxia"], SOME, members=0)))
    assert (first.first, first.second) == ("2-DG", "Oligomycin")
    run = Run.of(None, ["normoxia"], SOME, "90%", (), Settings(observables=["growth"], members=0))

    def stop(done, total):
        assert total == 15
        if done == 4:
            raise KeyboardInterrupt

    kept = collected(run, stop, keep=True)
    assert len(kept.rows) == 4
    assert not kept.complete
    with pytest.raises(KeyboardInterrupt):
        collected(run, stop)


def test_numbers_do_not_depend_on_workers():
    one, two = (
        [r.record() for r in fx.iter_screen(None, ["hypoxia"], SOME, members=25, workers=n)] for n in (1, 2)
    )
    assert one == two


def test_what_needs_no_program():
    """By hand: the second is dead; the third takes nothing that the first needs, until it needs more."""
    left = np.array([[0.1, 1.0], [1.0, 0.1], [1.0, 0.5]])
    needs = np.array([[[0.1, 0.05], [np.inf, np.inf], [0.3, 0.5]]])
    dead = np.array([[False, True, False]])
    singles = Singles(np.array([1.0]), np.array([[0.9, 0.0, 0.8]]), dead, needs)
    known = singles.known(left, 0, np.array([1, 2]))
    assert known.tolist() == [[0.0, 0.9]]
    greedy = Singles(np.array([1.0]), np.array([[0.9, 0.0, 0.8]]), dead & False, needs + 0.5)
    assert np.isnan(greedy.known(left, 0, np.array([1, 2]))).all()  # no growth is not death: a load may go
    for a, b in combinations(range(2), 2):
        assert spares(needs[:, a], left[a], left[a] * left[b]).tolist() == [True]


@pytest.mark.parametrize(
    ("of", "strength", "code"),
    [
        (["GLS"], "90%", "FM574"),
        (["GLS", "GLSS"], "90%", "FM502"),
        (["GLS", "ISRIB"], "90%", "FM512"),
        (["CB-839", "BPTES"], "90%", "FM574"),  # both hit GLS alone: one agent
        (SOME, "0.9", "FM575"),
        (SOME, "-5%", "FM575"),
        (SOME, "1 nM", "FM575"),
        (["GLS=90%", "PC"], "90%", "FM574"),
    ],
)
def test_what_cannot_be_screened_is_said(of, strength, code):
    with pytest.raises(InputError, match=code):
        fx.screen(None, ["normoxia"], of, strength, members=0)


def test_without_members_the_point_decides():
    found = fx.screen(None, ["normoxia"], ["2-DG", "Oligomycin", "CB-839"], members=0)
    assert [r.verdict for r in found.counting] == ["synergy at the point"]


def test_a_cell_that_does_not_grow_is_called_so(tmp_path):
    starved = ("--set", "demands.ATP_maintenance=50 mmol/gDW/h", "--members", "0", "--quiet")
    shown = command("screen", "normoxia", "--of", "GLS", "--of", "PC", *starved, cwd=tmp_path)
    assert "does not grow anyway in normoxia" in shown.stdout
    shown = command("knockout", "normoxia", "--genes", "GLS", *starved, cwd=tmp_path)
    assert "does not grow anyway" in shown.stdout


def test_wrong_arguments():
    for strength in (90, None):
        with pytest.raises(DomainError, match="FM524"):
            fx.screen(None, ["normoxia"], SOME, strength, members=0)
    with pytest.raises(DomainError, match="FM524"):
        fx.screen(None, ["normoxia"], 3, members=0)


def test_the_command(tmp_path):
    asked = ("screen", "normoxia", "--of", "2-DG", "--of", "Oligomycin", "--of", "CB-839", "--members", "4")
    shown = command(*asked, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("1 of 3 pairs do more or less than independently: 2-DG + Oligomycin")
    data = json.loads(command(*asked, "--json", cwd=tmp_path).stdout)
    assert data["schema"] == "fluxmodel.screen/1"
    assert len(data["rows"]) == 3
    assert command(*asked, "--csv", cwd=tmp_path).stdout.startswith("condition,first,second")
