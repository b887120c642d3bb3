"""Where results go: the screen, or a file that is written whole or not at all.

Codes: FM701 flags that exclude each other, FM702 the file cannot be written, FM703 the file exists.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
        if self.path is None:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
            sys.stdout.flush()
            return
        write_atomically(self.path, text if text.endswith("\n") else text + "\n", self.force)
        print(f"wrote {self.path}", file=sys.stderr)


def open_sink(as_json: bool, as_csv: bool, out: Path | None, force: bool) -> Sink:
    """The sink that the flags ask for.

    Raises
    ------
    InputError
        If two formats are asked for, or the file cannot be written.
    """
    if as_json and as_csv:
        cure = "ask twice, or take --json, which holds the table"
        raise InputError(Problem("FM701", "--json and --csv exclude each other", cure=cure))
    chosen: Format = "json" if as_json else "csv" if as_csv else "text"
    if out is None:
        return Sink(chosen)
    if chosen == "text":
        chosen = _SUFFIXES.get(out.suffix.lower(), "text")
    check_writable(out, force)
    return Sink(chosen, out, force)


def check_writable(path: Path, force: bool) -> None:
    """Refuse a path that could not be written, before the work is done."""
    where = Where(f"--out {path}")
    if path.is_dir():
        raise InputError(Problem("FM702", "this is a folder", where, "name a file in it"))
    if path.exists() and not force:
        raise InputError(Problem("FM703", "the file exists", where, "--force overwrites it"))
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InputError(Problem("FM702", f"there is no folder {folder}", where, "make it first"))
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise InputError(Problem("FM702", "no permission to write there", where, "choose another place"))


def write_atomically(path: Path, text: str, force: bool = False) -> None:
    """Write a text file whole: a reader never sees half of it, and a failure leaves the old one."""
    folder = path.absolute().parent
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=folder, prefix=f".{path.name}.", delete=False
        ) as handle:
            temporary = handle.name
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        if path.exists() and not force:  # it came into being while we were solving
            raise InputError(
                Problem("FM703", "the file exists", Where(f"--out {path}"), "--force overwrites it")
            )
        os.replace(temporary, path)  # noqa: PTH105 - after the handle is closed, also on Windows
        temporary = ""
    except OSError as error:
        raise InputError(Problem("FM702", f"cannot be written: {error}", Where(f"--out {path}"))) from None
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
