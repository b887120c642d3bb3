"""The repository speaks of itself alone: no path of a machine, no host of a registry, nothing beside it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
OWN = Path(__file__).name
BINARY = {".gz", ".png", ".pdf"}
LARGEST = 5_000_000

ANYWHERE = re.compile(
    r"(?<![\w.:/-])/(?:work|root|home|Users|opt|mnt)/\w"  # an absolute path of one machine
    r"|[A-Z]:\\Users"
    r"|pypi\.org|pythonhosted\.org|/simple/|artifactory|nexus|index-url"
    r"|BEGIN (?:RSA |OPENSSH )?PRIVATE KEY"
)
#: Files that ship are read without anything beside them; .ci and tests may look for the parent model there.
SHIPPED = ("fluxmodel/", "models/", "conditions/", "docs/", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
BESIDE = re.compile(r"\bshared/|\bnotes/\w+\.md|(?:scouting|science) notes|\bdesign\.md|design section")


def files() -> list[Path]:
    """What git knows or would add; without git, what a source distribution holds."""
    command = ("git", "ls-files", "-co", "--exclude-standard", "-z")
    done = subprocess.run(command, cwd=REPO, capture_output=True, encoding="utf-8", check=False)
    if done.returncode == 0 and done.stdout:
        return [path for name in done.stdout.split("\0") if name and (path := REPO / name).is_file()]
    skip = re.compile(r"(^|/)(\.git|\.venv|__pycache__|\.[a-z_]+_cache|\.hypothesis)(/|$)")
    found = (Path(folder) / name for folder, _, names in os.walk(REPO) for name in names)
    return [path for path in found if not skip.search(path.relative_to(REPO).as_posix())]


def texts() -> list[tuple[str, str]]:
    """Name and text of every file but this one."""
    kept = [p for p in files() if p.suffix not in BINARY and p.name != OWN]
    return [(p.relative_to(REPO).as_posix(), p.read_text(encoding="utf-8")) for p in kept]


@pytest.fixture(scope="module")
def everything() -> list[tuple[str, str]]:
    return texts()


def hits(pattern: re.Pattern[str], items: list[tuple[str, str]]) -> list[str]:
    """Places where a pattern is found."""
    return [
        f"{name}:{n}: {found[0]}"
        for name, text in items
        for n, line in enumerate(text.splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def test_no_machine_paths_and_no_registry_hosts(everything: list[tuple[str, str]]) -> None:
    assert hits(ANYWHERE, everything) == []


def test_what_ships_refers_to_nothing_beside_it(everything: list[tuple[str, str]]) -> None:
    assert hits(BESIDE, [item for item in everything if item[0].startswith(SHIPPED)]) == []


@pytest.mark.parametrize(
    "line", ["see /home/me/x.tsv", "pip --index-url x", "https://" + "pypi" + ".org/simple/x", "at (/root/x)"]
)
def test_the_pattern_finds_what_it_should(line: str) -> None:
    assert ANYWHERE.search(line)


def test_files_are_small_and_end_lines_with_lf(everything: list[tuple[str, str]]) -> None:
    assert [p.name for p in files() if p.stat().st_size > LARGEST] == []
    assert [name for name, text in everything if "\r" in text] == []


def test_scripts_can_be_run() -> None:
    for name in ("run", "nightly"):
        path = REPO / ".ci" / name
        assert os.access(path, os.X_OK)
        assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
