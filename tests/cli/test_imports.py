"""The command line starts fast because it imports late."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import command

HEAVY = ("cobra", "pandas", "matplotlib", "scipy", "optlang", "sympy")
#: seconds; a help text that takes longer is felt
HELP_LIMIT = 0.3

WATCH = """
import atexit, json, sys
def tell(): print('\\n' + json.dumps(sorted(m for m in sys.modules if '.' not in m)), file=sys.stderr)
atexit.register(tell)
from fluxmodel.cli.main import main; main()
"""


def modules(*args, cwd):
    done = command(*args, cwd=cwd, code=WATCH)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("args", [["--help"], ["compare", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(tmp_path, args):
    loaded = modules(*args, cwd=tmp_path)
    # typer itself may bring pydantic and rich; what counts is what would be felt
    assert not loaded & {*HEAVY, "numpy"}


def test_compare_imports_nothing_that_it_does_not_need(tmp_path):
    loaded = modules("compare", "normoxia", "hypoxia", "--knockout", "GLS", cwd=tmp_path)
    assert "numpy" in loaded
    assert not loaded & set(HEAVY)


def test_help_is_quick(tmp_path):
    code = (
        "import sys, time; start = time.perf_counter(); sys.argv = ['fluxmodel', '--help']\n"
        "from fluxmodel.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(time.perf_counter() - start, file=sys.stderr)"
    )
    times = [float(command(cwd=tmp_path, code=code).stderr.splitlines()[-1]) for _ in range(5)]
    assert min(times) < HELP_LIMIT


def test_importing_the_package_imports_nothing(tmp_path):
    code = "import sys, fluxmodel; print(sorted(m for m in sys.modules if '.' not in m))"
    loaded = command(cwd=tmp_path, code=code).stdout
    assert not any(f"'{name}'" in loaded for name in (*HEAVY, "numpy", "pydantic", "typer"))
