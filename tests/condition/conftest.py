"""Folders of YAML files for the tests of the condition room."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from fluxmodel.condition import Library

DATA = Path(__file__).parent / "data"

GOOD = """\
schema: fluxmodel.condition/1
id: good
medium: {base: example, serum: none}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a YAML file into the test's folder."""

    def to_file(text: str, name: str = "c.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8", newline="\n")
        return path

    return to_file


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The test's folder and the example media, without the packaged conditions."""
    return Library([tmp_path, DATA], packaged=False)
