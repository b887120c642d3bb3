"""The reference state fits the measured rates, and capacities are what it uses."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.reference import FLOOR, HEADROOM, capacity_block, catalyst_use
from fluxmodel.condition import Library
from fluxmodel.condition.reader import parse_documents
from fluxmodel.errors import InputError
from fluxmodel.questions.reference import reference


@pytest.fixture(scope="module")
def found(model, conditions):
    return reference(model, "toycell", {"GLUNm": {"GLS": 3, "GLS2": 1}}, folders=[conditions])


def test_rates_are_reached(found):
    for mean, _, reached in found.rates.values():
        assert reached == pytest.approx(mean, rel=1e-6)


def test_the_flux_of_a_reaction_is_shared_out(found, model):
    assert found.use["GLS"] == pytest.approx(0.375)
    assert found.use["GLS2"] == pytest.approx(0.125)
    assert catalyst_use(model, {"GLNt": -1.0}, {}) == {
        **dict.fromkeys(found.use, 0.0), "SLC1A5": 0.5, "SLC38A2": 0.5,
    }  # fmt: skip


def test_capacity_is_use_with_headroom_or_the_floor(found):
    assert found.capacities["GLS"] == pytest.approx(HEADROOM * 0.375)
    assert found.capacities["BYPASS"] == FLOOR
    assert set(found.capacities) == set(found.use)


def test_the_block_is_what_a_cell_file_reads(found, conditions, tmp_path):
    text = (conditions / "toycell.yaml").read_text().split("capacities:")[0] + capacity_block(found)
    parse_documents(text, "x.yaml")
    (tmp_path / "toycell.yaml").write_text(text)
    cell = Library([tmp_path], packaged=False).cell("toycell")
    assert cell.capacities["GLS"].value == pytest.approx(found.capacities["GLS"], rel=1e-3)


def test_a_share_must_name_a_catalyst(model, conditions):
    with pytest.raises(InputError, match="FM523"):
        reference(model, "toycell", {"GLUNm": {"GLS3": 1}}, folders=[conditions])
