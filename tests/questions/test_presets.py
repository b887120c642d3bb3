"""The cells that the package brings: each is the default cell in all but what it says."""

from __future__ import annotations

from dataclasses import fields, replace
from statistics import median

import pytest

from fluxmodel.condition import Cell, available, described, load_cell
from fluxmodel.network import load_model
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.notes import notes_of

PRESETS = [name for name in available("cell") if name != "default"]
#: What a preset may say of itself; everything else is that of the default cell.
OWN = {"id", "name", "notes", "source", "provisional", "extends", "expression", "regulators", "origins"}
#: Catalysts that must rise or fall; further ones may only where a regulator moves its targets.
MOVED = {
    "fibroblast": {"PHETHPTOX2": -1},
    "glul_high": {"GLNS": 1},
    "keap1_mutant": {"SLC7A11_SLC3A2": 1, "G6PDH2r": 1, "GLUCYS": 1, "FAS160": -1},
    "luminal": {"GLNS": 1, "GLS": -1, "SLC7A11_SLC3A2": -1, "PGCD": -1, "PSERT": -1, "PSP_L": -1},
    "pc_high": {"PCm": 1},
    "vhl_null": {"ENO": 1, "SLC2A1": 1, "AKGDm": -1, "PDHm": -1},
    "xct_high": {"SLC7A11_SLC3A2": 1},
    "xct_low": {"SLC7A11_SLC3A2": -1},
}


@pytest.fixture(scope="module")
def bench():
    return Bench(load_model(), (), Build("capacity", members=0))


def arm(bench, cell):
    return bench.arm(bench.condition("normoxia").replace(cell=cell))


def test_every_preset_is_expected():
    assert set(PRESETS) == set(MOVED)
    assert all(line and "cannot" not in line for line in described("cell").values())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_where_it_comes_from(name):
    cell, default = load_cell(name), load_cell("default")
    assert cell.extends.id == "default"
    assert cell.provisional
    assert cell.expression or cell.regulators
    assert all("chosen" in row.source or "read" in row.source for row in cell.expression.values())
    assert "ange" in cell.notes or name == "fibroblast"
    assert len(cell.name) < 120
    for field in fields(Cell):
        if field.name not in OWN:
            assert getattr(cell, field.name) == getattr(default, field.name), field.name


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_changes_what_it_says_and_nothing_else(bench, name):
    mine, default = (arm(bench, cell).problem.resolved for cell in (name, "default"))
    ratios = {c.catalyst: c.expression for c in mine.limits}
    diluted = median(ratios.values())
    assert diluted == pytest.approx(1, abs=0.06)
    changed = {c: r for c, r in ratios.items() if abs(r / diluted - 1) > 1e-6 and c != "translation"}
    for catalyst, sign in MOVED[name].items():
        assert sign * (changed[catalyst] - 1) > 0.1, catalyst
    if not load_cell(name).regulators:
        assert set(changed) == set(MOVED[name])
    assert all(c.expression == 1 for c in default.limits)
    plain = [replace(c, expression=1, origins=()) for c in default.limits]
    assert [replace(c, expression=1, origins=()) for c in mine.limits] == plain
    for attribute in ("bounds", "demands", "objective", "rest", "unlimited", "pool", "costs", "abundance"):
        assert getattr(mine, attribute) == getattr(default, attribute), attribute


def test_a_condition_overrides_the_level_of_a_preset(bench):
    hypoxia = bench.condition("hypoxia")
    one, two = (bench.arm(hypoxia.replace(cell=c)).problem.resolved.limits for c in ("default", "vhl_null"))
    assert [c.expression for c in one] == [c.expression for c in two]


def test_presets_share_the_members_of_the_default_cell():
    bench = Bench(load_model(), (), Build(members=2))
    default, low = (arm(bench, cell) for cell in ("default", "xct_low"))
    where = [c.catalyst for c in default.problem.limited].index("SLC7A11_SLC3A2")
    assert (low.members.limits[:, where] < 0.6 * default.members.limits[:, where]).all()


def test_a_preset_that_fba_does_not_see_is_said_to_be():
    bench = Bench(load_model(), (), Build("fba"))
    assert any("not used by formalism fba: PC of cell pc_high" in n for n in notes_of(arm(bench, "pc_high")))
    assert any("'pc_high' is provisional: the expression" in n for n in notes_of(arm(bench, "pc_high")))
