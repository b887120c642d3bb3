"""Routes around a block: what compare says rises, and what predict says a gene is worth under it."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.analysis.shares import shares
from fluxmodel.analysis.verdict import Constants
from fluxmodel.errors import DomainError
from fluxmodel.questions.resistance import fluxes_of
from fluxmodel.questions.routes import STRENGTH
from tests.cli.conftest import command


@pytest.fixture(scope="module")
def blocked():
    """Complex IV is lost: respiration is gone, and glycolysis is what is left."""
    return fx.resistance(None, "normoxia", fx.knock_out("COX5A"), members=4)


def test_backups_are_worth_more_under_the_block_in_members(blocked):
    block, c = fx.knock_out("COX5A"), Constants()
    found = {b.gene: b for b in blocked.backups}
    assert {"GAPDH", "PGK1", "TPI1"} <= found.keys()  # LDHB stands in for LDHA
    assert not {"GLS", "COX5B", "DHFR"} & found.keys()

    def growth(*changes):
        said = fx.predict(None, "normoxia", list(changes), ["growth"], members=4, workers=1)
        return np.concatenate([[said.growth_or_none], said.members.growth])

    plain, alone = growth(), growth(block)
    for gene in ("GAPDH", "FH", "GLS", "DHFR", "SLC25A10"):
        with_gene, both = growth(fx.knock_out(gene)) / plain, growth(block, fx.knock_out(gene)) / alone
        more = (both[1:] * c.min_ratio < 1) & (both[1:] * c.min_ratio < with_gene[1:])
        assert (gene in found) == (np.mean(more) >= c.likely_share), gene
        if gene in found:
            row = found[gene]
            assert (row.alone, row.blocked) == (pytest.approx(with_gene[0]), pytest.approx(both[0], abs=1e-8))
            assert row.share == np.mean(more)
            assert row.certain == (row.share >= c.certain_share)


def test_what_rises_is_what_compare_says():
    block = fx.inhibit("SLC7A11=60%")
    found = fx.resistance(None, "normoxia", block, members=4)
    said = fx.compare(None, ["normoxia"], [block], fluxes_of(fx.load_model()), members=4)
    (difference,) = said.differences
    expected = {}
    for k, row in enumerate(difference.rows):
        name = row.observable.text.removeprefix("flux(").removesuffix(")")
        if name == "growth" or row.after is None or row.after == 0:
            continue
        a, b = (arm.members for arm in said.arms)
        both = shares(a.low[:, k], a.high[:, k], b.low[:, k], b.high[:, k], Constants())
        proven = both.up if row.after > 0 else both.down
        if proven >= 0.8:
            expected[name] = "rises" if proven >= 0.95 else "likely rises"
    ours = {r: route.verdict for route in found.routes for r, _, _ in route.reactions}
    assert {r for r, v in ours.items() if v != "rises at the point"} >= expected.keys()
    for route in found.routes:
        for _, before, after in route.reactions:
            assert after != 0
            if route.verdict == "rises at the point":
                assert abs(after) > abs(before) or after * before < 0


def test_a_route_that_must_carry_what_is_blocked(model, conditions):
    """With 1.2 glucose the toy burns pyruvate and grows at 29.2 / 32; unburnt, it leaves as lactate."""
    short = fx.set_field("medium.glc__D=1.2 mM")
    found = fx.resistance(
        model, "plenty", fx.knock_out("MPC1"), [short], folders=[conditions], formalism="fba"
    )
    assert found.growth == (pytest.approx(29.2 / 32), pytest.approx(0.4 / 20))
    by_reaction = {r: (route, after) for route in found.routes for r, _, after in route.reactions}
    for reaction in ("LDH_L", "LACt", "EX_lac__L_e"):
        assert by_reaction[reaction][0].verdict == "rises"
        assert by_reaction[reaction][1] == pytest.approx(2.4 - 0.02)
    assert by_reaction["LDH_L"][0].genes == ("LDHA", "LDHB")
    assert "OXP" not in by_reaction
    assert [(b.gene, b.blocked, b.rises) for b in found.backups] == [("SLC16A1", 0.0, "rises")]
    assert set(found.table["reaction"]) == by_reaction.keys()


def test_a_block_that_kills_leaves_no_routes():
    found = fx.resistance(None, "hypoxia", fx.knock_out("GAPDH"), members=2)
    assert found.growth[1] == 0
    assert not found.backups
    assert any("no routes around it" in n for n in found.notes)


def test_nothing_blocked_is_refused():
    with pytest.raises(DomainError, match="FM536"):
        fx.resistance(None, "normoxia", [])
    with pytest.raises(DomainError, match="FM536"):
        fx.resistance(None, "normoxia", fx.set_field("oxygen=1 percent"))


def test_the_command(tmp_path, blocked):
    ask = ("knockout", "normoxia", "--routes", "--knockout", "COX5A", "--members", "4")
    data = json.loads(command(*ask, "--json", cwd=tmp_path).stdout)
    assert [b["gene"] for b in data["backups"]] == [b.gene for b in blocked.backups]
    assert {r["verdict"] for r in data["routes"]} <= set(STRENGTH)
    shown = command(*ask, "--quiet", cwd=tmp_path).stdout.splitlines()
    assert shown[0].startswith("normoxia + COX5A knocked out: growth 0.01331 1/h, 0.0272 without the block")
    assert shown[1].startswith("worth more under the block: ")
    wrong = command("knockout", "normoxia", "hypoxia", "--routes", "--pairs", cwd=tmp_path)
    assert wrong.returncode == 2
    for part in ("FM536: --routes: nothing is blocked", "2 conditions are named", "leave them out"):
        assert part in wrong.stderr
