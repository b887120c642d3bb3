"""The fixtures of the toy cell, and ways to change its numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fluxmodel.analysis.solve import Analyst
from fluxmodel.formalism import Capacity, build
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import load_model
from fluxmodel.network.rows import Parameter
from tests.analysis.conftest import arm, conditions, model, model_folder

__all__ = ["arm", "conditions", "model", "model_folder"]


@pytest.fixture(scope="session")
def packaged():
    return load_model()


@pytest.fixture(scope="session")
def plenty(arm):
    """The toy in its rich condition, resolved, without anything that is known of its proteins."""
    return replace(arm("plenty").problem.resolved, costs={}, abundance={})


@pytest.fixture(scope="session")
def with_parameters():
    """``with_parameters(model, {"pool.protein": 0.004})``: the model with other numbers."""

    def change(model, numbers):
        rows = {k: Parameter(k, v, "1") for k, v in numbers.items()}
        return replace(model, parameters=FrozenMap({**model.parameters, **rows}))

    return change


@pytest.fixture(scope="session")
def expressed():
    """``expressed(resolved, GLS=2.0)``: the same with expression ratios of catalysts."""

    def change(resolved, **ratios):
        kept = [c for c in resolved.limits if c.catalyst not in ratios]
        catalysts = resolved.model.all_catalysts
        made = [Capacity(k, catalysts[k].reactions, 1.0, expression=x) for k, x in ratios.items()]
        return replace(resolved, limits=(*kept, *made))

    return change


@pytest.fixture(scope="session")
def solved():
    """``solved(resolved, "pool")``: the flux state that a formalism gives a resolved condition."""

    def solve(resolved, formalism):
        with Analyst(build(resolved, formalism)) as analyst:
            return analyst.state()

    return solve
