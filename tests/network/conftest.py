"""Fixtures: the toy model, whole and on disk."""

from __future__ import annotations

import pytest

from fluxmodel.network import write_sbml
from tests.network import toy


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The toy, with its SBML file."""
    folder = tmp_path_factory.mktemp("toy")
    built = toy.build(folder)
    write_sbml(built, folder / "model.xml")
    return built


@pytest.fixture(scope="session")
def parent(model):
    return toy.parent(model)
