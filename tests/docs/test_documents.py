"""What the documentation says is run: commands, Python, YAML, numbers, links."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from fluxmodel.network import load_model
from fluxmodel.network.schema import TABLES

REPO = Path(__file__).parents[2]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.S | re.M)


def _blocks() -> ModuleType:
    spec = util.spec_from_file_location("blocks", Path(__file__).parent / "blocks.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BLOCKS = _blocks()
DOCUMENTS = [*BLOCKS.documents(), REPO / "CHANGELOG.md", REPO / "CONTRIBUTING.md"]


@dataclass(frozen=True)
class Fence:
    """A fenced block of a document."""

    language: str
    info: str
    text: str


def fences(document: Path) -> list[Fence]:
    """Every fenced block, in order."""
    return [Fence(*found) for found in FENCE.findall(document.read_text(encoding="utf-8"))]


def names(paths: list[Path]) -> list[str]:
    """Ids of parametrised tests."""
    return [p.relative_to(REPO).as_posix() for p in paths]


def of(language: str) -> list[Path]:
    """Documents that hold blocks of a language."""
    return [d for d in DOCUMENTS if any(f.language == language for f in fences(d))]


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line in bash, with `fluxmodel` standing for this interpreter's."""
    python = f'fluxmodel() {{ {shlex.quote(sys.executable)} -m fluxmodel.cli.main "$@"; }}\n'
    path = os.pathsep.join(filter(None, (str(REPO), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", python + command],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "140"},
    )  # fmt: skip


def session(text: str) -> Iterator[tuple[str, str]]:
    """Commands of a console block, each with the output that the document shows."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


COMMANDS = [
    pytest.param(document, command, output, int(f.info.removeprefix(" exit=") or 0), id=f"{name}: {command}")
    for document, name in zip(DOCUMENTS, names(DOCUMENTS), strict=True)
    for f in fences(document)
    if f.language == "console"
    for command, output in session(f.text)
]


@pytest.mark.parametrize(("document", "command", "output", "code"), COMMANDS)
def test_commands_do_what_the_document_says(
    document: Path, command: str, output: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "models").symlink_to(REPO / "models", target_is_directory=True)
    for fence in fences(document):  # the files that the document shows
        if fence.language == "yaml" and (path := re.match(r"# file: (\S+)\n", fence.text)):
            target = tmp_path / path[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fence.text, encoding="utf-8")
    done = shell(command, tmp_path)
    printed = done.stdout + done.stderr
    assert done.returncode == code, printed
    assert "Traceback" not in printed
    if output:
        assert doctest.OutputChecker().check_output(output, printed, OPTIONS), printed


@pytest.mark.parametrize("document", of("python"), ids=names(of("python")))
def test_python_examples_run(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join(f.text for f in fences(document) if f.language == "python")
    test = doctest.DocTestParser().get_doctest(text, {}, document.name, str(document), 0)
    assert test.examples
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)
    assert not result.failed, "".join(report)


@pytest.mark.parametrize("document", BLOCKS.documents(), ids=names(BLOCKS.documents()))
def test_numbers_are_those_of_the_model(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.count("<!-- made: ") == len(BLOCKS.BLOCK.findall(text))
    assert BLOCKS.rewritten(text, load_model()) == text, "run: python tests/docs/blocks.py"


def test_the_main_job_of_the_readme_is_the_one_whose_answer_it_shows(tmp_path: Path) -> None:
    line = marked("ci:main")
    assert line.count("python3 -m venv .venv && ") == 1
    job = re.sub(r".*&& \.venv/bin/(?=fluxmodel )", "", line)
    done = shell(job, tmp_path)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())
    shown = next(f.text for f in fences(REPO / "README.md") if f.language == "text")
    assert shown.splitlines()[0] == done.stdout.splitlines()[0]


def test_the_test_line_of_the_readme_runs_this_suite() -> None:
    assert re.fullmatch(
        r'python3 -m venv \.venv && \.venv/bin/python -m pip install -q -e "\.\[test\]" '
        r"&& \.venv/bin/python -m pytest -q( -n 2)?",
        marked("ci:test"),
    )


def marked(name: str) -> str:
    """The one line of the README behind a marker, as .ci/run reads it."""
    command = ["bash", "-c", f". .ci/lib.sh; readme_line README.md {name}"]
    done = subprocess.run(command, cwd=REPO, capture_output=True, encoding="utf-8", check=True)
    assert len(done.stdout.splitlines()) == 1
    return done.stdout.strip()


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_links_lead_somewhere(document: Path) -> None:
    prose = FENCE.sub("", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        there = document.parent / path if path else document
        assert there.exists(), f"{document.name}: {target}"
        if anchor:
            heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), flags=re.M)
            assert anchor in {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in heads}, target


def test_every_column_of_every_table_is_described() -> None:
    text = (REPO / "docs" / "files.md").read_text(encoding="utf-8")
    for name, (columns, _) in TABLES.items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{name}.tsv`")]
        missing = [column for column in columns if f"`{column}`" not in row]
        assert not missing, f"{name}.tsv: {missing}"


def test_every_command_and_flag_is_described() -> None:
    typer = pytest.importorskip("typer")
    from fluxmodel.cli.main import app

    text = (REPO / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in typer.main.get_command(app).commands.items():
        if command.hidden:
            continue
        assert f"`{name}" in text
        for option in command.params:
            for flag in option.opts if not getattr(option, "hidden", False) else ():
                if flag.startswith("--") and flag not in ("--help", "--version"):
                    assert flag in text, f"fluxmodel {name} {flag}"
