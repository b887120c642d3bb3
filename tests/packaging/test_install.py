"""What is installed is complete: from a wheel in an empty folder, and from an editable checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
FOLDERS = ("fluxmodel", "models", "conditions", "tests", "benchmarks", "docs", ".ci")
PIP = (sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check")
COUNT = "import fluxmodel as fx; print(fx.__file__); print(len(fx.load_model().reactions))"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Output of a command that must succeed; nothing but `environment` tells it where packages are."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_TARGET", "PIP_PREFIX"))}
    line = [str(c) for c in command]
    done = subprocess.run(
        line, cwd=cwd, env=kept | environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def rows(folder: Path) -> int:
    """Rows of reactions.tsv in a model folder, without its header."""
    return len((folder / "reactions.tsv").read_text(encoding="utf-8").strip().splitlines()) - 1


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout that a test may edit."""
    target = tmp_path_factory.mktemp("copy") / "checkout"
    target.mkdir()
    skip = shutil.ignore_patterns("__pycache__", ".*_cache", "*.egg-info")
    for name in FOLDERS:
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, target / name, ignore=skip)
    for file in REPO.iterdir():
        if file.is_file():
            shutil.copy2(file, target / file.name)
    return target


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, checkout)
    run(*PIP, *build, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_data_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("models", "conditions"):
        there = {f"fluxmodel/_data/{p.relative_to(REPO).as_posix()}" for p in (REPO / folder).rglob("*.*")}
        assert there
        assert there <= names
    assert "fluxmodel/py.typed" in names
    assert {n.split("/")[0].split("-")[0] for n in names} == {"fluxmodel"}
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_a_wheel_runs_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    run(*PIP, "install", "--no-deps", "--no-index", "--target", site, wheel, cwd=empty)
    where, count = run(sys.executable, "-c", COUNT, cwd=empty, PYTHONPATH=str(site)).splitlines()
    assert Path(where).is_relative_to(site)
    assert int(count) == rows(REPO / "models" / "atf4_gln")


def test_an_edited_table_is_seen_in_an_editable_install(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("editables", reason="part of the extra `test`")
    venv.create(tmp_path / "venv", with_pip=False)
    paths = sysconfig.get_paths(vars={"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")})
    python = Path(paths["scripts"]) / "python"
    # the dependencies of this environment, behind everything that is installed in the new one
    dependencies = "\n".join(dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))))
    (Path(paths["purelib"]) / "zz_dependencies.pth").write_text(dependencies + "\n", encoding="utf-8")
    install = ("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", checkout)
    run(*PIP, "--python", python, *install, cwd=tmp_path)

    where, before = run(python, "-c", COUNT, cwd=tmp_path).splitlines()
    assert Path(where).is_relative_to(checkout)
    table = checkout / "models" / "atf4_gln" / "reactions.tsv"
    head, *lines = table.read_text(encoding="utf-8").splitlines()
    exchange = next(line for line in lines if line.startswith("EX_"))
    table.write_text(
        "\n".join([head, *lines, exchange.replace("EX_", "EX_copy_of_", 1)]) + "\n", encoding="utf-8"
    )
    _, after = run(python, "-c", COUNT, cwd=tmp_path).splitlines()
    assert int(after) == int(before) + 1


def test_the_source_distribution_can_be_built_from(checkout: Path, tmp_path: Path) -> None:
    build = (sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", tmp_path)
    run(*build, cwd=checkout)
    (made,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in (
        "pyproject.toml", "README.md", "LICENSE", "fluxmodel/data.py", "models/atf4_gln/reactions.tsv",
        "conditions/normoxia.yaml", "tests/conftest.py", "docs/cli.md", ".ci/run",
    ):  # fmt: skip
        assert needed in names
    for unwanted in (".venv", ".git/", "__pycache__", ".hypothesis"):
        assert not [n for n in names if unwanted in n]
