"""Pairs as a question: growth is that of predictions, excess follows from it, nonsense is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.errors import ConditionError, DomainError, InputError
from tests.cli.conftest import command

LITTLE = fx.set_field("medium.cysi__L=0.05 mM")


def growth_at(changes, members=0):
    return fx.predict(None, "normoxia", [LITTLE, *map(fx.inhibit, changes)], ["growth"], members=members)


@pytest.fixture(scope="module")
def pair():
    return fx.combine(None, ["normoxia"], ["SLC7A11=60%", "GCLC=95%"], [LITTLE], members=6).pairs[0]


def test_growth_is_that_of_predictions(pair):
    assert pair.untreated == pytest.approx(growth_at([]).growth)
    assert pair.first.growth == pytest.approx(growth_at(["SLC7A11=60%"]).growth, rel=1e-6)
    assert pair.second.growth == pytest.approx(growth_at(["GCLC=95%"]).growth, rel=1e-6)
    together = growth_at(["SLC7A11=60%", "GCLC=95%"], members=6)
    assert pair.growth == pytest.approx(together.growth_or_none, rel=1e-6, abs=1e-9)
    plain = growth_at([], members=6).members.growth
    assert pair.members.median == pytest.approx(np.median(together.members.growth / plain), rel=1e-6)


def test_the_surface_is_exact(pair):
    for i, a in enumerate(pair.doses[0]):
        j = (2 * i) % len(pair.doses[1])
        b = pair.doses[1][j]
        changes = [f"{n}={x!r}%" for n, x in (("SLC7A11", float(a)), ("GCLC", float(b))) if x > 0]
        assert pair.surface[i, j] == pytest.approx(growth_at(changes).growth_or_none, rel=1e-6, abs=1e-9)


def test_excess_follows_from_growth(pair):
    lost = [1 - g / pair.untreated for g in (pair.first.growth, pair.second.growth, pair.growth)]
    assert pair.excess_of("hsa").value == pytest.approx(lost[2] - max(lost[:2]))
    expected = lost[0] + lost[1] - lost[0] * lost[1]
    assert pair.excess_of("bliss").value == pytest.approx(lost[2] - expected)
    for e in pair.excess:
        if e.measure != "zip":
            assert 0 <= e.synergy + e.antagonism <= 1
            assert e.members.members == 6


def test_the_isobole_halves_growth(pair):
    finite = [(a, b) for a, b in pair.isobole if np.isfinite(b)]
    assert finite
    for a, b in finite[::3]:
        changes = [f"{n}={x!r}%" for n, x in (("SLC7A11", a), ("GCLC", b)) if x > 0]
        found = growth_at(changes).growth_or_none
        # growth jumps where a demand is not served any more: then the isobole stands at the jump
        above = [f"{n}={x * (1 - 1e-6)!r}%" for n, x in (("SLC7A11", a), ("GCLC", b)) if x > 0]
        half = pair.untreated / 2
        assert found <= half * (1 + 1e-5)
        assert growth_at(above).growth_or_none >= half * (1 - 1e-5)


def test_two_drugs_of_one_site_are_additive_by_loewe():
    """Erastin and sulfasalazine are told apart by the table; two that share a site are one diluted."""
    model = fx.load_model()
    sites = {}
    for drug in model.inhibitors.values():
        for action in drug.chosen("main"):
            if action.site and action.usable:
                sites.setdefault(action.site, []).append(drug.name)
    site, names = next((s, n) for s, n in sites.items() if len(n) > 1)
    found = fx.combine(model, ["normoxia"], names[:2], [LITTLE], members=2)
    (p,) = found.pairs
    assert p.excess_of("loewe").value == pytest.approx(0, abs=2e-3), site
    assert any("no dose of" in note for note in p.notes)


def test_every_pair_of_several_in_every_condition():
    found = fx.combine(None, ["normoxia", "hypoxia"], ["GLS", "PC=50%", "GOT2"], members=0)
    assert len(found.pairs) == 6
    assert {str(p.first) for p in found.pairs} == {"GLS 90%", "PC 50%"}
    assert set(found.table.measure) == {"bliss", "hsa", "loewe", "zip"}
    assert found.pairs[0].excess_of("bliss").verdict == "none at the point"
    assert len(found.surfaces) == 6 * 49


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (["GLS=90%"], "FM573"),
        (["GLS=90%", "GLS=50%"], "FM573"),
        (["GLS=90%", "CB-838=10 nM"], "FM506"),
        (["CB-839=10 nM", "telaglenastat=1 nM"], "FM516"),
        (["GLS=90%", "PC=0.5"], "FM332"),
        (["GLS=0%", "PC=50%"], "FM571"),
        (["CB-839=1e300 M", "PC"], "FM571"),
    ],
)
def test_what_cannot_be_combined_is_said(of, code):
    with pytest.raises(InputError, match=code):
        fx.combine(None, ["normoxia"], of, members=0)


def test_a_wrong_list():
    with pytest.raises(DomainError, match="FM524"):
        fx.combine(None, ["normoxia"], 3, members=0)
    with pytest.raises(ConditionError):
        fx.combine(None, ["normoxiaa"], ["GLS", "PC"], members=0)


def test_the_command(tmp_path):
    asked = ("combine", "normoxia", "--of", "SLC7A11=60%", "--of", "GLS", "--members", "4")
    asked += ("--set", "medium.cysi__L=0.05 mM")
    shown = command(*asked, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "SLC7A11 60% + GLS 90% leave" in shown.stdout.splitlines()[0]
    assert "binds with both" in shown.stdout
    data = json.loads(command(*asked, "--json", cwd=tmp_path).stdout)
    assert data["schema"] == "fluxmodel.combine/1"
    assert len(data["pairs"][0]["surface"]) == 7
    table = command(*asked, "--csv", cwd=tmp_path)
    assert table.stdout.startswith("condition,first,first_dose")
