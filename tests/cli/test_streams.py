"""Pipes without readers, closed streams, interrupts, and files that are not files."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys

import pytest

from fluxmodel.cli.output import check_writable, open_sink, write_atomically
from fluxmodel.errors import InputError
from tests.cli.conftest import REPO, command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX streams and files")


def bash(line, folder):
    python = f'fluxmodel() {{ {shlex.quote(sys.executable)} -m fluxmodel "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", python + line], cwd=folder, env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["list"], ["show", "reactions"]])
def test_a_reader_that_has_gone_is_no_failed_check(tmp_path, words):
    code = (
        f"import sys, os; sys.argv = ['fluxmodel', *{words!r}]\n"
        "r, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w)\n"
        "from fluxmodel.cli.main import main; main()"
    )
    done = command(cwd=tmp_path, code=code)
    assert (done.returncode, done.stderr) == (0, "")


def test_closed_stdout(tmp_path):
    done = bash("fluxmodel list >&-", tmp_path)
    assert done.returncode == 2
    assert "FM707" in done.stderr
    assert "--out" in done.stderr
    assert "Traceback" not in done.stderr
    done = bash("fluxmodel predict normoxia >&-", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    done = bash("fluxmodel predict normoxia --dry-run --out x.json >&-", tmp_path)
    assert (done.returncode, (tmp_path / "x.json").exists()) == (0, True)


@pytest.mark.parametrize("words", ["list nothing", "predict normoxia --nonsense", "predict nowhere"])
def test_closed_stderr_puts_no_error_on_stdout(tmp_path, words):
    done = bash(f"fluxmodel {words} 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_full_disk_is_no_traceback(tmp_path):
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full")
    done = bash("fluxmodel list >/dev/full", tmp_path)
    assert done.returncode == 2
    assert "FM706" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("No space left") == 1
    done = bash("fluxmodel --help >/dev/full", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize("how", ["raise KeyboardInterrupt", "exec('raise KeyboardInterrupt')"])
def test_interrupted_while_importing(tmp_path, how):
    """Interrupted at the first import of typer, which is a tenth of a second of nothing but imports."""
    code = (
        "import sys, importlib.abc\n"
        "class Stop(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == 'typer': {how}\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from fluxmodel.cli.main import main; main()"
    )
    done = command("--help", cwd=tmp_path, code=code)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert "interrupted" in done.stderr


def test_python_m(tmp_path):
    assert bash("fluxmodel --version", tmp_path).stdout.startswith("fluxmodel ")


def test_links_stay_links(tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "t.json", tmp_path / "l.json"
    target.write_text("old")
    link.symlink_to(target)
    write_atomically(link, "new", force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert [p.name for p in target.parent.iterdir()] == ["t.json"]


def test_a_loop_of_links_is_refused(tmp_path):
    link = tmp_path / "l.json"
    link.symlink_to(link)
    with pytest.raises(InputError, match="FM702"):
        write_atomically(link, "new", force=True)


def test_a_reader_of_errors_that_has_gone_does_not_change_the_exit_code(tmp_path):
    code = (
        "import sys, os; sys.argv = ['fluxmodel', 'predict', 'nope']\n"
        "r, w = os.pipe(); os.dup2(w, 2); os.close(r); os.close(w)\n"
        "from fluxmodel.cli.main import main; main()"
    )
    env = {**os.environ, "PYTHONPATH": str(REPO)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_an_existing_file_keeps_its_mode(tmp_path, mode):
    target = tmp_path / "t.json"
    target.write_text("old")
    target.chmod(mode)
    write_atomically(target, "new", force=True)
    assert stat.S_IMODE(target.stat().st_mode) == mode


def test_what_is_not_a_file_is_refused(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, type(pipe)("/dev/null")):
        for write in (check_writable, lambda p, force: write_atomically(p, "x", force)):
            with pytest.raises(InputError, match="not a file"):
                write(path, True)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]  # noqa: PTH208
    done = bash("fluxmodel predict normoxia --dry-run --out /dev/stdout --force", tmp_path)
    assert (done.returncode, "device or a pipe" in done.stderr) == (2, True)


def test_formats_that_disagree_with_the_file(tmp_path, capsys):
    with pytest.raises(InputError, match=r"ends in \.csv"):
        open_sink(True, False, tmp_path / "t.csv", False)
    with pytest.raises(InputError, match=r"ends in \.json"):
        open_sink(False, True, tmp_path / "t.JSON".lower(), False)
    assert open_sink(True, False, tmp_path / "t.txt", False).format == "json"
    open_sink(False, False, None, True)
    assert "--force does nothing" in capsys.readouterr().err
