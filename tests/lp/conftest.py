"""Every contract test runs on every engine."""

from __future__ import annotations

import pytest

ENGINES = ("glpk", "highs", "optlang:glpk")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Name of an engine."""
    return str(request.param)
