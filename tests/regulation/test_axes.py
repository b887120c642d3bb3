"""Axes: the tables, the levels, the fold changes and the draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import DomainError, TableError
from fluxmodel.regulation import Axes, Basal, Target, read_axes

HEAD = "regulator\tgene\tsign\tclass\tlog2fc\tlow\thigh\tbasis\tsource\tprovenance\tnote"
ROWS = [
    "ATF4\tASNS\t+\tdirect\t2.5\t1.0\t3.5\tprior\tx2019\tchosen\t",
    "ATF4\tSLC7A11\t+\tdirect\t2.0\t1.0\t3.0\tmeasured\tx2019\tread\t",
    "NRF2\tSLC7A11\t+\tdirect\t1.5\t0.5\t2.5\tprior\tx2019\tchosen\t",
    "HIF1A\tPDK1\t+\tdirect\t3.0\t2.0\t4.0\tprior\tx2019\tchosen\t",
    "MYC\tPRODH\t-\tindirect\t-1.0\t-2.0\t-0.1\tprior\tx2019\tchosen\tx",
]
BASAL = [
    "regulator\tbasal\tlow\thigh\tsource\tnote",
    "ATF4\t0.2\t0.1\t0.4\tchosen\t",
    "NRF2\t0.3\t0.1\t0.5\tchosen\t",
    "HIF1A\t0\t0\t0.1\tchosen\t",
    "MYC\t0.5\t0.3\t0.7\tchosen\t",
]


def write(folder, axes=(HEAD, *ROWS), basal=BASAL):
    (folder / "axes.tsv").write_text("\n".join(axes) + "\n", encoding="utf-8")
    (folder / "basal.tsv").write_text("\n".join(basal) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def axes(tmp_path):
    return read_axes(write(tmp_path))


LEVELS = st.dictionaries(
    st.sampled_from(["ATF4", "NRF2", "HIF1A", "MYC"]),
    st.one_of(st.floats(0, 1), st.sampled_from(["off", "low", "basal", "high"])),
)
SAMPLE = Axes(
    (
        Target("ATF4", "ASNS", 1, "direct", 2.5, 1.0, 3.5),
        Target("ATF4", "SLC7A11", 1, "direct", 3.0, 1.0, 3.5),
        Target("NRF2", "SLC7A11", 1, "direct", 2.5, 0.5, 3.5),
        Target("MYC", "PRODH", -1, "direct", -1.0, -2.0, -0.1),
    ),
    {n: Basal(n, v) for n, v in [("ATF4", 0.2), ("NRF2", 0.3), ("HIF1A", 0.0), ("MYC", 0.5)]},
)


def test_reading_keeps_every_cell(axes):
    first, last = axes.targets[0], axes.targets[-1]
    assert first == Target("ATF4", "ASNS", 1, "direct", 2.5, 1.0, 3.5, "prior", "x2019", "chosen", "")
    assert (last.sign, last.log2fc, last.note, last.where.line) == (-1, -1.0, "x", 6)
    assert axes.basal["ATF4"] == Basal("ATF4", 0.2, 0.1, 0.4, "chosen", "")
    assert axes.regulators == ("ATF4", "NRF2", "HIF1A", "MYC")
    assert axes.genes == ("ASNS", "SLC7A11", "PDK1", "PRODH")
    assert hash(axes) == hash(Axes(axes.targets, dict(axes.basal)))


def test_levels_in_words(axes):
    words = {"ATF4": "off", "NRF2": "low", "HIF1A": "high", "MYC": "basal"}
    assert dict(axes.activity(words)) == {"ATF4": 0.0, "NRF2": 0.15, "HIF1A": 1.0, "MYC": 0.5}


def test_what_is_not_said_is_basal(axes):
    assert dict(axes.activity({})) == {"ATF4": 0.2, "NRF2": 0.3, "HIF1A": 0.0, "MYC": 0.5}
    assert axes.activity({"ATF4": np.float64(0.7)})["ATF4"] == 0.7


def test_fold_changes_by_hand(axes):
    changes = axes.fold_changes({"ATF4": 0.6, "NRF2": "off", "MYC": 1})
    # ATF4 halfway from 0.2 to 1; NRF2 at -0.3 / 0.7
    assert changes["ASNS"].log2 == pytest.approx(1.25)
    assert changes["SLC7A11"].log2 == pytest.approx(1.0 - 1.5 * 0.3 / 0.7)
    assert dict(changes["SLC7A11"].parts) == pytest.approx({"ATF4": 1.0, "NRF2": -1.5 * 0.3 / 0.7})
    assert changes["PRODH"].log2 == -1.0
    assert not any(c.clipped for c in changes.values())
    assert "PDK1" not in changes


def test_sums_are_clipped_and_say_so():
    change = SAMPLE.fold_changes({"ATF4": "high", "NRF2": "high"})["SLC7A11"]
    assert (change.log2, change.clipped) == (4.0, True)
    assert sum(part for _, part in change.parts) == 5.5
    down = SAMPLE.fold_changes({"ATF4": 1, "NRF2": 1}, log2fc=[0, -5, -5, 0])["SLC7A11"]
    assert (down.log2, down.clipped) == (-4.0, True)


def test_other_strengths_replace_those_of_the_table():
    changes = SAMPLE.fold_changes({"ATF4": "high"}, log2fc=np.array([0.5, 0.25, 9, 9]))
    assert {g: c.log2 for g, c in changes.items()} == {"ASNS": 0.5, "SLC7A11": 0.25}


@given(LEVELS)
def test_nothing_changes_at_basal(levels):
    basal = dict.fromkeys(levels, "basal")
    assert not SAMPLE.fold_changes(basal)
    assert not SAMPLE.fold_changes({n: SAMPLE.basal[n].value for n in levels})


@given(LEVELS)
def test_activities_and_fold_changes_stay_in_range(levels):
    assert all(0 <= a <= 1 for a in SAMPLE.activity(levels).values())
    assert all(-4 <= c.log2 <= 4 for c in SAMPLE.fold_changes(levels).values())


@given(LEVELS, st.sampled_from(SAMPLE.regulators), st.floats(0, 1), st.floats(0, 1))
def test_a_more_active_regulator_moves_its_targets_its_way(levels, name, a, b):
    less, more = sorted((a, b))
    low, high = (SAMPLE.fold_changes({**levels, name: level}) for level in (less, more))
    for target in SAMPLE.targets:
        if target.regulator == name:
            here = low[target.gene].log2 if target.gene in low else 0.0
            there = high[target.gene].log2 if target.gene in high else 0.0
            assert target.sign * (there - here) >= -1e-12


def test_words_are_ordered():
    ladder = [SAMPLE.activity({"ATF4": w})["ATF4"] for w in ("off", "low", "basal", "high")]
    assert ladder == sorted(set(ladder))


@pytest.mark.parametrize("level", [-0.1, 1.1, float("nan"), float("inf"), True, "full", "0.5", "HIGH", None])
def test_a_level_outside_the_range_is_refused(level):
    with pytest.raises(DomainError, match=r"FM613.*ATF4"):
        SAMPLE.activity({"ATF4": level})


def test_every_bad_level_is_named_at_once():
    with pytest.raises(DomainError) as caught:
        SAMPLE.fold_changes({"ATF5": 1, "MYC": 2, "NRF2": "on"})
    assert [p.code for p in caught.value.problems] == ["FM612", "FM613", "FM613"]
    assert "did you mean ATF4?" in str(caught.value)


@pytest.mark.parametrize("given", [[1.0], [[1.0, 2, 3, 4]], [1, 2, 3, float("nan")]])
def test_strengths_that_do_not_fit_are_refused(given):
    with pytest.raises(DomainError, match="FM614"):
        SAMPLE.fold_changes({"ATF4": 1}, log2fc=given)


def test_draws_have_the_ends_of_the_table():
    rng = np.random.default_rng(0)
    draws = np.array([SAMPLE.draw(rng) for _ in range(20_000)])
    for n, target in enumerate(SAMPLE.targets):
        ends = np.quantile(draws[:, n], [0.05, 0.5, 0.95])
        assert ends == pytest.approx([target.low, target.log2fc, target.high], abs=0.06)
        assert (target.sign * draws[:, n] >= 0).all()
    assert (draws[:, 3] == 0).any()  # the tail that is cut


def test_a_draw_may_change_sign_where_the_range_does():
    axes = Axes((Target("ATF4", "X", 1, "weak", 0.2, -0.5, 1.0),), {"ATF4": Basal("ATF4", 0.2)})
    rng = np.random.default_rng(0)
    assert np.mean([axes.draw(rng)[0] < 0 for _ in range(2000)]) > 0.1


def test_the_same_seed_draws_the_same():
    a, b = (SAMPLE.draw(np.random.default_rng(3)) for _ in range(2))
    assert a.tolist() == b.tolist()


def test_problems_of_both_files_come_at_once(tmp_path):
    axes = [HEAD, ROWS[0].replace("2.5", "much"), ROWS[1].replace("read", "heard")]
    with pytest.raises(TableError) as caught:
        read_axes(write(tmp_path, axes, [*BASAL, BASAL[1], "SREBP\tx\t0\t1\tchosen\t"]))
    found = {(p.where.file, p.where.line, p.where.field) for p in caught.value.problems}
    assert found == {
        ("axes.tsv", 2, "log2fc"),
        ("axes.tsv", 3, "provenance"),
        ("basal.tsv", 6, "regulator"),
        ("basal.tsv", 7, "basal"),
    }


def test_problems_between_rows_come_at_once(tmp_path):
    axes = [
        HEAD,
        ROWS[0],
        ROWS[0],
        ROWS[1].replace("+", "-"),
        ROWS[2].replace("NRF2", "NRF3"),
        ROWS[3].replace("\t4.0\t", "\t2.5\t"),
    ]
    with pytest.raises(TableError) as caught:
        read_axes(write(tmp_path, axes, [*BASAL, "SREBP\t1\t0\t1\tchosen\t"]))
    found = [(p.code, p.where.line, p.where.field) for p in caught.value.problems]
    assert sorted(found) == [
        ("FM610", 4, "sign"),
        ("FM610", 6, "basal"),
        ("FM610", 6, "log2fc"),
        ("FM611", 3, "gene"),
        ("FM611", 5, "regulator"),
    ]
    assert "did you mean NRF2" in str(caught.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(TableError, match=r"FM011: axes.tsv") as caught:
        read_axes(tmp_path)
    assert len(caught.value.problems) == 2


def test_values_made_by_hand_are_checked_too():
    with pytest.raises(DomainError) as caught:
        Axes((Target("NRF2", "X", 1, "direct", 1, 0, 2),), {"ATF4": Basal("ATF4", 1.0)})
    assert [p.code for p in caught.value.problems] == ["FM610", "FM611"]
