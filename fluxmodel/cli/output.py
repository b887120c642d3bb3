"""Where results go: the screen, or a file that is written whole or not at all.

Codes: FM701 flags that exclude each other, FM702 the file cannot be written, FM703 the file exists,
FM707 standard output is closed.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fluxmodel.cli.guard import say
from fluxmodel.errors import InputError, Problem, Where

Format = Literal["text", "json", "csv"]
_SUFFIXES: Mapping[str, Format] = {".json": "json", ".csv": "csv"}


@dataclass(frozen=True, slots=True)
class Sink:
    """A format and a place, checked before anything is solved."""

    format: Format
    path: Path | None = None
    force: bool = False

    def write(self, text: str) -> None:
        """Print, or write the file in one step."""
        whole = text if text.endswith("\n") else text + "\n"
        if self.path is None:
            check_open()
            sys.stdout.write(whole)
            sys.stdout.flush()
            return
        write_atomically(self.path, whole, self.force)
        say(f"wrote {self.path}")


def open_sink(as_json: bool, as_csv: bool, out: Path | None, force: bool) -> Sink:
    """The sink that the flags ask for.

    Raises
    ------
    InputError
        If two formats are asked for, or the file cannot be written.
    """
    problems: list[Problem] = []
    if as_json and as_csv:
        cure = "ask twice, or take --json, which holds the table"
        problems.append(Problem("FM701", "--json and --csv exclude each other", cure=cure))
    chosen: Format = "json" if as_json else "csv" if as_csv else "text"
    try:
        if out is None:
            check_open()
        else:
            implied: Format = _SUFFIXES.get(out.suffix.lower(), "text")
            if "text" not in (chosen, implied) and chosen != implied:
                what = f"--{chosen} would write {chosen.upper()} into a file that ends in {out.suffix}"
                cure = f"leave --{chosen} out, or name the file .{chosen}"
                problems.append(Problem("FM701", what, Where(f"--out {out}"), cure))
            chosen = implied if chosen == "text" else chosen
        check_out(out, force)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return Sink(chosen, out, force)


def check_open() -> None:
    """Refuse to print where nothing can be printed."""
    if sys.stdout is None:
        cure = "open it, or name a file: --out FILE"
        raise InputError(Problem("FM707", "standard output is closed", cure=cure))


def check_out(out: Path | None, force: bool) -> None:
    """`check_writable` for a file that may have been left out; a --force that does nothing is told."""
    if out is not None:
        check_writable(out, force)
    elif force:
        say("note: --force does nothing without --out")


def check_writable(path: Path, force: bool) -> None:
    """Refuse a path that could not be written, before the work is done."""
    where = Where(f"--out {path}")
    target, found = _behind(path, where)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise InputError(Problem("FM702", "this is a folder", where, "name a file in it"))
    if found is not None and not stat.S_ISREG(found.st_mode):
        cure = "leave --out out and redirect the output with >"
        raise InputError(Problem("FM702", "this is a device or a pipe, not a file", where, cure))
    if found is not None and not force:
        raise InputError(Problem("FM703", "the file exists", where, "--force overwrites it"))
    folder = target.parent
    if not folder.is_dir():
        raise InputError(Problem("FM702", f"there is no folder {folder}", where, "make it first"))
    if not os.access(folder, os.W_OK) or (found is not None and not os.access(target, os.W_OK)):
        raise InputError(Problem("FM702", "no permission to write there", where, "choose another place"))


def _behind(path: Path, where: Where) -> tuple[Path, os.stat_result | None]:
    """The file that a path leads to, links followed, and what stands there now."""
    try:
        # first of all: /dev/stdout leads to what has no path of its own
        found = path.stat() if path.exists() else None
        target = path.resolve()
        if target.is_symlink():  # resolved in vain
            raise OSError(f"{path} is in a loop of links")
        return target, found
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        what = f"cannot be written: {error}"
        raise InputError(Problem("FM702", what, where, "choose another place")) from None


def write_atomically(path: Path, text: str, force: bool = False) -> None:
    """Write a text file whole: a reader never sees half of it, and a failure leaves the old one.

    A link stays a link: what it leads to is written. An existing file keeps its mode, and its owner
    where the system lets us.
    """
    temporary = ""
    try:
        target, _ = _behind(path, Where(f"--out {path}"))
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=target.parent, prefix=".fluxmodel.", delete=False
        ) as handle:
            temporary = handle.name
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        check_writable(path, force)  # something may have come into being while we were solving
        if target.exists():
            before = target.stat()
            if hasattr(os, "chown"):
                with suppress(PermissionError):
                    os.chown(temporary, before.st_uid, before.st_gid)
            Path(temporary).chmod(stat.S_IMODE(before.st_mode))
        else:
            Path(temporary).chmod(0o666 & ~_umask())
        os.replace(temporary, target)  # noqa: PTH105 - after the handle is closed, also on Windows
        temporary = ""
    except OSError as error:
        cure = "choose another place"
        raise InputError(
            Problem("FM702", f"cannot be written: {error}", Where(f"--out {path}"), cure)
        ) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def to_json(value: Mapping[str, Any]) -> str:
    """JSON text; what is not a finite number becomes null.

    Examples
    --------
    >>> to_json({"a": float("nan"), "b": [1.5, float("inf")]})
    '{"a": null, "b": [1.5, null]}\\n'
    """
    text = json.dumps(_finite(value), allow_nan=False, ensure_ascii=False)
    if len(text) > 80:
        text = json.dumps(_finite(value), allow_nan=False, ensure_ascii=False, indent=1)
    return text + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    return value


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """CSV text; a cell that a spreadsheet would take for a formula is made text.

    Examples
    --------
    >>> to_csv([{"a": "=1+1", "b": -1.5}, {"a": None, "b": True}], ["a", "b"])
    "a,b\\n'=1+1,-1.5\\n,yes\\n"
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
