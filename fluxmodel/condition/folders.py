"""Which condition, medium or cell stands in which file of the given folders.

Only the top-level ``schema:`` and ``id:`` lines are looked at here, so that finding one file among many
costs no parsing; the file found is then read and checked whole.

Codes: FM340 no such folder, FM341 id twice in one folder, FM345 no or unknown schema, FM346 version that
cannot be read, FM353 too many files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fluxmodel.condition.problems import show
from fluxmodel.condition.reader import Document, read_text, shown
from fluxmodel.errors import ConditionError, Problem, Where, nearest

Kind = Literal["condition", "medium", "cell"]
KINDS: tuple[Kind, ...] = ("condition", "medium", "cell")
FOREIGN = ("evidence",)  # schemas of other rooms that may share a file with ours
VERSION = 1  # readers accept this version and the one before; there is none before yet

MAX_LEVELS = 4  # chosen: conditions/project/series/arm is 3
MAX_FILES = 5_000  # chosen: a screen has hundreds; each file is opened, at about 0.1 ms
MAX_SEEN = 100_000  # chosen: names of any kind that are looked at, about 1 s
SHOWN = 5  # places of one id in a message
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})

_SCHEMA = re.compile(r"fluxmodel\.([A-Za-z_]+)/([0-9]+)")
_TOP = re.compile(r"""^(schema|id):[ ]+(["']?)([^"'#\s]+)\2[ ]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a folder: what it is, and where."""

    kind: str
    id: str
    schema: str
    file: Path
    line: int


def scan(folder: Path) -> tuple[Entry, ...]:
    """Every document with a schema and an id below `folder`, in the order of the file names.

    Subfolders are entered down to ``MAX_LEVELS``, but not hidden ones and not those that programs fill
    (``_SKIPPED``). Files that cannot be read, links in a circle, and links that lead out of the folder are
    passed over: they matter only when they are asked for by path.

    Raises
    ------
    ConditionError
        If the folder does not exist, or holds too many files to be a folder of conditions.
    """
    cure = "give --in the folder that holds your YAML files"
    try:
        if folder.is_file():
            cure = "give --in the folder that it is in, or name the file itself instead of an id"
            raise ConditionError(Problem("FM340", "this is a file, not a folder", Where(shown(folder)), cure))
        if not folder.is_dir():
            raise ConditionError(Problem("FM340", "there is no such folder", Where(shown(folder)), cure))
        root = folder.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        what = f"the folder cannot be read: {error}"
        raise ConditionError(Problem("FM340", what, Where(shown(folder)), cure)) from None
    found: list[Entry] = []
    for file in _yaml_files(folder):
        try:
            if not file.resolve().is_relative_to(root):
                continue
            text = read_text(file)
        except (ConditionError, OSError, RuntimeError, ValueError):
            continue
        found += _entries(text, file)
    return tuple(found)


def _yaml_files(folder: Path) -> list[Path]:
    """The YAML files below a folder, sorted; refused where there are too many to look through."""
    found: list[Path] = []
    seen = 0
    for here, folders, files in os.walk(folder):
        level = len(Path(here).relative_to(folder).parts)
        folders[:] = sorted(
            f for f in folders if level < MAX_LEVELS and not f.startswith(".") and f not in _SKIPPED
        )
        found += (Path(here, f) for f in files if f.endswith((".yaml", ".yml")))
        seen += len(files) + len(folders)
        if len(found) > MAX_FILES or seen > MAX_SEEN:
            many = f"{MAX_FILES:,} YAML files" if len(found) > MAX_FILES else f"{MAX_SEEN:,} files"
            what = f"more than {many} below this folder"
            cure = "give --in the folder that holds your conditions, media and cells, and little else"
            raise ConditionError(Problem("FM353", what, Where(shown(folder)), cure))
    return sorted(found)


def _entries(text: str, file: Path) -> Iterable[Entry]:
    line = 1
    for part in re.split(r"(?m)^(?=---)", text.replace("\r\n", "\n")):
        top = {m[1]: m[3] for m in _TOP.finditer(part)}
        if "schema" in top and "id" in top:
            match = _SCHEMA.fullmatch(top["schema"])
            yield Entry(match[1] if match else "", top["id"], top["schema"], file, line)
        line += part.count("\n")


def find(entries: Iterable[Entry], kind: Kind, name: str) -> Entry | None:
    """The document with that id among those of *one* folder.

    Raises
    ------
    ConditionError
        If two documents of the folder have the id.
    """
    hits = [e for e in entries if e.kind == kind and e.id == name]
    if len(hits) > 1:
        places = " and ".join(f"{shown(e.file)} (line {e.line})" for e in hits[:SHOWN])
        places += f" and {len(hits) - SHOWN} more" if len(hits) > SHOWN else ""
        cure = "rename one of them: an id must be unique in its folder"
        raise ConditionError(Problem("FM341", f"the {kind} {name!r} stands in {places}", cure=cure))
    return hits[0] if hits else None


def kind_of(document: Document) -> tuple[Kind | None, Problem | None]:
    """What a document is by its ``schema``; None for schemas of other rooms or with a Problem."""
    written: Any = document.data.get("schema")
    where = document.where("schema")
    names = [f"fluxmodel.{kind}/{VERSION}" for kind in KINDS]
    if written is None:
        cure = f"start with `schema:` and one of {', '.join(names)}"
        return None, Problem("FM345", "the field 'schema' is missing", where, cure)
    match = _SCHEMA.fullmatch(written) if isinstance(written, str) else None
    if match and match[1] in FOREIGN:
        return None, None
    kind = next((k for k in KINDS if match and match[1] == k), None)
    if match is None or kind is None:
        cure = nearest(show(written), names) or f"write one of {', '.join(names)}"
        return None, Problem("FM345", f"{show(written)} is not a schema", where, cure)
    if int(match[2]) != VERSION:
        what = f"version {match[2]} of fluxmodel.{kind} cannot be read: this package reads version {VERSION}"
        newer = int(match[2]) > VERSION
        cure = (
            "install a newer fluxmodel" if newer else f"write {names[KINDS.index(kind)]} and check the fields"
        )
        return None, Problem("FM346", what, where, cure)
    return kind, None
