"""Which condition, medium or cell stands in which file of the given folders.

Only the top-level ``schema:`` and ``id:`` lines are looked at here, so that finding one file among many
costs no parsing; the file found is then read and checked whole.

Codes: FM340 no such folder, FM341 id twice in one folder, FM345 no or unknown schema, FM346 version that
cannot be read.
"""

from __future__ import annotations

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

    Files that cannot be read, and links that lead out of the folder, are passed over: they matter only
    when they are asked for by path.

    Raises
    ------
    ConditionError
        If the folder does not exist.
    """
    if not folder.is_dir():
        cure = "give --in the folder that holds your YAML files"
        raise ConditionError(Problem("FM340", "there is no such folder", Where(shown(folder)), cure))
    root = folder.resolve()
    found: list[Entry] = []
    for file in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".yml")):
        if not file.resolve().is_relative_to(root):
            continue
        try:
            text = read_text(file)
        except ConditionError:
            continue
        found += _entries(text, file)
    return tuple(found)


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
        places = " and ".join(f"{shown(e.file)} (line {e.line})" for e in hits)
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
