"""What catalysts carry in a flux state: the flux of a reaction is shared out among its catalysts."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.use import catalyst_use


def test_the_flux_of_a_reaction_is_shared_out(model):
    use = catalyst_use(model, {"GLUNm": 0.5}, {"GLUNm": {"GLS": 3, "GLS2": 1}})
    assert (use["GLS"], use["GLS2"]) == pytest.approx((0.375, 0.125))
    assert set(use) == set(model.all_catalysts)


def test_evenly_if_nothing_is_said_and_whichever_way_it_runs(model):
    use = catalyst_use(model, {"GLNt": -1.0}, {})
    assert {k: v for k, v in use.items() if v} == {"SLC1A5": 0.5, "SLC38A2": 0.5}


def test_catalysts_without_a_share_carry_nothing(model):
    use = catalyst_use(model, {"GLUNm": 0.5}, {"GLUNm": {"GLS": 0.2}})
    assert (use["GLS"], use["GLS2"]) == (0.5, 0.0)
