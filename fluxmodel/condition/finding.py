"""Finding: an id or a path becomes the document that it names.

Folders are searched in the order given, so that a user's file wins over a packaged one with the same id; two
files with one id in the *same* folder are an error.

Codes: FM347 no such id, FM348 a file of another kind, FM349 several documents, none named.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from fluxmodel.condition.folders import Entry, Kind, find, kind_of, scan
from fluxmodel.condition.names import is_path
from fluxmodel.condition.problems import show
from fluxmodel.condition.reader import Document, read_documents, shown
from fluxmodel.errors import ConditionError, Problem, Where, nearest

Ref = str | PathLike[str]


class Finder:
    """The documents of some folders; reads each file at most once.

    Parameters
    ----------
    folders : sequence of path
        Searched in this order.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._entries: dict[Path, tuple[Entry, ...]] = {}
        self._files: dict[Path, tuple[Document, ...]] = {}
        self._paths: dict[str, Path] = {}  # name shown in messages -> file, whatever the working folder

    def available(self, kind: Kind) -> tuple[str, ...]:
        """Every id of one kind, sorted."""
        return tuple(sorted({e.id for f in self.folders for e in self._scan(f) if e.kind == kind}))

    def document(self, ref: Ref, kind: Kind) -> Document:
        """The document that `ref` names."""
        text = str(ref)
        if not isinstance(ref, str):
            return self._in_file(Path(ref), kind, "")
        stem, _, part = text.partition("#")
        if is_path(text):
            return self._in_named_file(stem, kind, part)
        found = self._by_id(text, kind)
        if found is None and _is_file(stem):
            return self._in_file(Path(stem), kind, part)
        if found is None:
            known = self.available(kind)
            cure = nearest(text, known) or (f"known: {', '.join(known)}" if known else "there are none yet")
            other = next((e for f in self.folders for e in self._scan(f) if e.id == text), None)
            if other is not None:
                cure = (
                    f"{shown(other.file)} line {other.line} gives this id to `schema: {other.schema}`; "
                    + cure
                )
            cure += f"; searched in {', '.join(shown(f) for f in self.folders)}; --in FOLDER adds another"
            raise ConditionError(Problem("FM347", f"there is no {kind} called {show(text)!r}", cure=cure))
        return found

    def parent(self, document: Document, name: str, where: Where) -> Document:
        """A parent of the same kind, from the same file or from the folders, never from anywhere else."""
        kind: Kind = kind_of(document)[0] or "condition"
        here = [d for d in self.beside(document) if d.data.get("id") == name]
        here = [d for d in here if kind_of(d)[0] == kind]
        found = here[0] if len(here) == 1 else self._by_id(name, kind)
        if found is None:
            known = self.available(kind)
            cure = nearest(name, known) or f"known: {', '.join(known)}"
            what, cure = f"there is no {kind} called {name!r}", f"{cure}; --in FOLDER adds a folder"
            raise ConditionError(Problem("FM347", what, where, cure))
        return found

    def path(self, name: str) -> Path | None:
        """The file that has this name in messages; None if no such file was read."""
        return self._paths.get(name)

    def path_of(self, document: Document) -> Path:
        """The file in which a document stands."""
        return self._paths[document.file]

    def beside(self, document: Document) -> tuple[Document, ...]:
        """Every document of the file in which one stands, itself included."""
        return self._documents(self.path_of(document))

    def _scan(self, folder: Path) -> tuple[Entry, ...]:
        if folder not in self._entries:
            self._entries[folder] = scan(folder)
        return self._entries[folder]

    def _documents(self, file: Path) -> tuple[Document, ...]:
        key = Path(os.path.abspath(file))  # noqa: PTH100 - unlike Path.resolve, never fails
        if key not in self._files:
            self._files[key] = read_documents(file)
            self._paths[shown(file)] = key
        return self._files[key]

    def _in_named_file(self, name: str, kind: Kind, part: str) -> Document:
        """A document of a file that is given by its path; if it is elsewhere, say where."""
        try:
            return self._in_file(Path(name), kind, part)
        except ConditionError as error:
            first = error.problems[0]
            if first.code != "FM302" or first.where.file != shown(Path(name)):
                raise
            wanted = Path(name).name
            there = {e.file: e.id for f in self.folders for e in self._scan(f) if e.file.name == wanted}
            if not there:
                raise
            places = " or ".join(f"{shown(file)} (id {id})" for file, id in list(there.items())[:3])
            cure = f"{first.cure}; did you mean {places}?"
            raise ConditionError(Problem(first.code, first.what, first.where, cure)) from None

    def _by_id(self, name: str, kind: Kind) -> Document | None:
        for folder in self.folders:
            entry = find(self._scan(folder), kind, name)
            if entry is not None:
                return self._in_file(entry.file, kind, name)
        return None

    def _in_file(self, file: Path, kind: Kind, name: str) -> Document:
        documents = self._documents(file)
        kinds = [kind_of(d) for d in documents]
        if problems := [p for _, p in kinds if p]:
            raise ConditionError(problems)
        ours = [d for d, (k, _) in zip(documents, kinds, strict=True) if k == kind]
        hits = [d for d in ours if not name or d.data.get("id") == name]
        where = Where(shown(file))
        if len(hits) == 1:
            return hits[0]
        ids = ", ".join(str(d.data.get("id")) for d in ours)
        if not ours:
            there = ", ".join(f"a {k}" for k, _ in kinds if k) or "nothing of ours"
            what = f"this file holds {there}, not a {kind}"
            raise ConditionError(Problem("FM348", what, where, _kind_cure(kind, [k for k, _ in kinds if k])))
        if not hits:
            what = f"there is no {kind} called {name!r} in this file"
            raise ConditionError(
                Problem("FM347", what, where, nearest(name, ids.split(", ")) or f"it holds {ids}")
            )
        if name:
            what = f"the {kind} {name!r} stands on lines {' and '.join(str(d.line) for d in hits)}"
            raise ConditionError(Problem("FM341", what, where, "rename one of them"))
        cure = f"name one: {shown(file)}#{ours[0].data.get('id')}"
        raise ConditionError(Problem("FM349", f"this file holds {ids}", where, cure))


def _is_file(name: str) -> bool:
    try:
        return bool(name) and name.isprintable() and Path(name).is_file()
    except (OSError, ValueError):
        return False


def _kind_cure(wanted: str, found: Sequence[str]) -> str:
    """Where a file of another kind is named."""
    flags = {"cell": "--cell", "medium": "--medium"}
    used = [f"a {k} is given with {flags[k]}" for k in dict.fromkeys(found) if k in flags]
    if "condition" in found:
        used.append("a condition is named behind the command")
    return "; ".join(used) or f"name a file that starts with `schema: fluxmodel.{wanted}/1`"
