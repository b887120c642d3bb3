"""pyproject.toml, the pinned lowest versions, the changelog and the citation say the same."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REPO = Path(__file__).parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIRED = [Requirement(r) for r in PROJECT["dependencies"]]


def test_lowest_versions_are_the_lower_bounds() -> None:
    wanted = REQUIRED + [Requirement(r) for r in PROJECT["optional-dependencies"]["test"]]
    pins = {}
    for line in (REPO / ".ci" / "lowest.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            pins[canonicalize_name(pin.name)] = pin
    assert set(pins) == {canonicalize_name(r.name) for r in wanted}
    for requirement in wanted:
        (low,) = [s.version for s in requirement.specifier if s.operator == ">="]
        (pinned,) = [s.version for s in pins[canonicalize_name(requirement.name)].specifier]
        assert [int(n) for n in re.findall(r"\d+", pinned)] >= [int(n) for n in re.findall(r"\d+", low)]
        assert pinned.startswith(low), f"{requirement}: lowest.txt has {pinned}"


def imports(path: Path) -> Iterator[str]:
    """Top-level names that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="Python 3.10 does not know what every package provides"
)
def test_every_import_is_a_declared_dependency() -> None:
    providers = packages_distributions()
    declared = {canonicalize_name(r.name) for r in REQUIRED}
    declared |= {"pydantic-core", "click"}  # parts of pydantic and typer, in step with them
    for path in (REPO / "fluxmodel").rglob("*.py"):
        for name in set(imports(path)) - set(sys.stdlib_module_names) - {"fluxmodel"}:
            found = {canonicalize_name(d) for d in providers.get(name, ())}
            assert found & declared, f"{path.relative_to(REPO)} imports {name}, which is not declared"


def test_the_version_is_the_same_everywhere() -> None:
    number = PROJECT["version"]
    log = (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\]", log, flags=re.M)
    assert headings[0] == "Unreleased"
    assert number in headings
    assert f"\nversion: {number}\n" in (REPO / "CITATION.cff").read_text(encoding="utf-8")


def test_the_installed_version_is_the_one_of_pyproject() -> None:
    try:
        assert version("fluxmodel") == PROJECT["version"], "install again: pip install -e ."
    except PackageNotFoundError:
        pytest.skip("fluxmodel is run from the checkout without being installed")


def test_supported_pythons_are_named() -> None:
    named = {c.rpartition(" ")[2] for c in PROJECT["classifiers"] if ":: Python :: 3." in c}
    assert named == {"3.10", "3.11", "3.12", "3.13"}
    assert PROJECT["requires-python"] == ">=3.10,<3.14"


@pytest.mark.parametrize("name", ["swiglpk", "python-libsbml", "cobra"])
def test_copyleft_dependencies_are_named_in_the_readme(name: str) -> None:
    assert name in (REPO / "README.md").read_text(encoding="utf-8")
