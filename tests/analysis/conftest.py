"""Fixtures: the toy cell on disk and as values, and a way to solve it."""

from __future__ import annotations

import pytest

from fluxmodel.network import load_model
from fluxmodel.questions.inputs import Bench, Build
from tests.analysis import toy


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    return toy.write_model(tmp_path_factory.mktemp("toy") / "model")


@pytest.fixture(scope="session")
def conditions(tmp_path_factory):
    return toy.write_conditions(tmp_path_factory.mktemp("toy") / "conditions")


@pytest.fixture(scope="session")
def model(model_folder):
    return load_model(model_folder)


@pytest.fixture(scope="session")
def arm(model, conditions):
    """``arm("plenty", change, ...)``: a condition of the toy, resolved and built."""
    bench = Bench(model, [conditions], Build("fba"))
    return lambda ref, *changes: bench.arm(bench.condition(ref), changes)
