"""The command line in a process of its own, on the toy cell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.conftest import conditions, model_folder

__all__ = ["conditions", "model_folder"]

REPO = Path(__file__).parents[2]


def command(*args, cwd, env=None, code="from fluxmodel.cli.main import main; main()"):
    """Run it; a plain environment, so that neither colour nor width depend on who runs the tests."""
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(REPO), **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def run(tmp_path, model_folder, conditions):
    """``run("predict", "plenty", ...)`` on the toy; ``toy=False`` for the packaged model."""

    def start(name, *args, toy=True, **more):
        place = ["--model", model_folder, "--in", conditions] if toy else []
        return command(name, *args, *place, cwd=tmp_path, **more)

    return start
