"""Loading: an id or a path becomes a checked condition, medium or cell.

Folders are searched in the order given, the packaged one last, so that a user's file wins over a packaged
one with the same id; two files with one id in the *same* folder are an error.

Codes: FM321 unknown field, FM342 `extends` in a circle, FM343 `extends` too deep, FM344 digest of the
parent differs, FM347 no such id, FM348 a file of another kind, FM349 several documents, none named.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from fluxmodel import data
from fluxmodel.condition.apply import apply_changes, contradictions
from fluxmodel.condition.cell import Cell
from fluxmodel.condition.extend import Origins, Raw, merge, origins_of
from fluxmodel.condition.folders import Entry, Kind, find, kind_of, scan
from fluxmodel.condition.medium import Medium
from fluxmodel.condition.members import Members, read_members
from fluxmodel.condition.model import Condition
from fluxmodel.condition.names import is_path
from fluxmodel.condition.problems import place_in, show, translate
from fluxmodel.condition.profile import outside
from fluxmodel.condition.reader import Document, Path_, dotted, read_documents, read_text, shown
from fluxmodel.errors import ConditionError, Problem, TableError, UnitError, Where, nearest
from fluxmodel.units import parse_quantity

Ref = str | PathLike[str]
T = TypeVar("T", Condition, Medium, Cell)

MAX_EXTENDS = 8  # chosen: a longer chain can no longer be read by a person
SCHEMAS: Mapping[str, type] = {"condition": Condition, "medium": Medium, "cell": Cell}


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(SCHEMAS[kind])


class Library:
    """The conditions, media and cells of some folders; reads each file at most once.

    Parameters
    ----------
    folders : sequence of path
        The user's folders, searched in this order.
    packaged : bool
        Also search the packaged conditions, after the others.
    """

    def __init__(self, folders: Sequence[Ref] = (), *, packaged: bool = True) -> None:
        if any(not str(f) for f in folders):
            cure = "name a folder; --in . is the one you are in"
            raise ConditionError(Problem("FM340", "an empty name of a folder, --in ''", cure=cure))
        self.folders = tuple(Path(f) for f in folders) + ((data.conditions(),) if packaged else ())
        self._entries: dict[Path, tuple[Entry, ...]] = {}
        self._files: dict[Path, tuple[Document, ...]] = {}
        self._checked: set[Path] = set()
        self._members: dict[Path, Members] = {}
        self._paths: dict[str, Path] = {}  # name shown in messages -> file, whatever the working folder

    def condition(self, ref: Ref) -> Condition:
        """The condition with an id, or in a file (``file.yaml`` or ``file.yaml#id``)."""
        return self._load(ref, "condition", Condition)

    def medium(self, ref: Ref) -> Medium:
        """The medium with an id, or in a file."""
        return self._load(ref, "medium", Medium)

    def cell(self, ref: Ref) -> Cell:
        """The cell with an id, or in a file."""
        return self._load(ref, "cell", Cell)

    def cell_text(self, ref: Ref) -> str | None:
        """The text of a cell's file; None if the file holds more than it, or extends another."""
        document = self._document(ref, "cell")
        file = self._paths[document.file]
        if len(self._documents(file)) > 1 or "extends" in document.data:
            return None
        return read_text(file)

    def members(self, ref: Ref) -> Members | None:
        """The ensemble of a cell; None if it names none.

        Raises
        ------
        ConditionError
            If the file is missing or is no ensemble.
        """
        cell = self.cell(ref)
        if cell.ensemble is None:
            return None
        # beside the file that names it: a cell that extends another one shares that one's ensemble
        written = cell.place("ensemble").file or self._document(ref, "cell").file
        file = self._paths[written].parent / cell.ensemble
        if file not in self._members:
            try:
                self._members[file] = read_members(file)
            except TableError as error:
                where = cell.place("ensemble")
                raise ConditionError(
                    Problem(p.code, f"ensemble {cell.ensemble}: {p.what}", where, p.cure)
                    for p in error.problems
                ) from None
        return self._members[file]

    def available(self, kind: Kind) -> tuple[str, ...]:
        """Every id of one kind, sorted."""
        return tuple(sorted({e.id for f in self.folders for e in self._scan(f) if e.kind == kind}))

    def _load(self, ref: Ref, kind: Kind, schema: type[T]) -> T:
        document = self._document(ref, kind)
        self._check_file(document)
        value, problems = self._read(document, schema)
        if problems or value is None:
            raise ConditionError(problems)
        return value

    # -- finding -----------------------------------------------------------------------------------

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

    def _document(self, ref: Ref, kind: Kind) -> Document:
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

    # -- reading -----------------------------------------------------------------------------------

    def _check_file(self, document: Document) -> None:
        """Check every document of the file, so that all its problems are reported at once."""
        key = self._paths[document.file]
        if key in self._checked:
            return
        problems: dict[str, Problem] = {}
        for other in self._documents(self._paths[document.file]):
            kind, problem = kind_of(other)
            found = [problem] if problem else self._read(other, SCHEMAS[kind])[1] if kind else []
            problems.update({str(p): p for p in found})
        if problems:
            raise ConditionError(
                sorted(problems.values(), key=lambda p: (p.where.file or "", p.where.line or 0))
            )
        self._checked.add(key)

    def _read(self, document: Document, schema: type[T]) -> tuple[T | None, list[Problem]]:
        """The checked value of a document, or its problems."""
        raw, origins = dict(document.data), origins_of(document)
        problems: list[Problem] = []
        if schema in (Condition, Cell):
            try:
                raw, origins = self._inherit(document, ())
            except ConditionError as error:  # the document's own fields are still worth checking
                problems += error.problems
        problems += _paths_in(document)
        raw = self._with_folders(raw, origins, problems)
        for name in ("origins", "where"):
            if name in raw:
                problems.append(
                    Problem("FM321", f"the field {name!r} is not known", place_in(origins, name), "delete it")
                )
                del raw[name]
        given = {**raw, "changes": _placed(raw["changes"], origins)} if "changes" in raw else raw
        try:
            value = _adapter(schema.__name__.lower()).validate_python({**given, "origins": origins})
        except ValidationError as error:
            own: list[Problem] = translate(error, raw, schema, lambda path: place_in(origins, dotted(path)))
            if problems:  # without the parent, its fields are not missing
                own = [p for p in own if p.code != "FM320"]
            if any(p.code == "FM344" for p in problems):  # said already, with the digest of the parent
                own = [p for p in own if p.code != "FM344"]
            return None, [*problems, *own]
        if isinstance(value, Condition) and not problems:
            written = document.data.get("changes")
            mine = value.changes[len(value.changes) - len(written) :] if isinstance(written, list) else ()
            problems += contradictions(mine)  # what is inherited may be set anew
            try:
                apply_changes(value)  # what contradicts itself is refused when read, not when used
            except ConditionError as error:
                problems += error.problems
        return (None, problems) if problems else (value, [])

    def _with_folders(self, raw: Raw, origins: Origins, problems: list[Problem]) -> Raw:
        """The fields, with the folder that the file of each profile is relative to."""

        def placed(spec: Any, path: str) -> Any:
            if not isinstance(spec, dict):
                return spec
            where = place_in(origins, f"{path}.file")
            folder = self._paths[where.file].parent if where.file in self._paths else Path()
            if "folder" in spec:
                place = place_in(origins, f"{path}.folder")
                cure = "delete it: the file is looked for beside this one"
                problems.append(Problem("FM321", "the field 'folder' is not known", place, cure))
            problems.extend(outside(spec.get("file"), folder, self.folders, where))
            return {**spec, "folder": folder}

        if "profile" in raw:
            raw = {**raw, "profile": placed(raw["profile"], "profile")}
        if isinstance(changes := raw.get("changes"), list):
            found = [
                {**c, "to": placed(c["to"], f"changes[{n}].to")}
                if isinstance(c, dict) and c.get("path") == "profile" and "to" in c
                else c
                for n, c in enumerate(changes)
            ]
            raw = {**raw, "changes": found}
        return raw

    def _inherit(self, document: Document, chain: tuple[str, ...]) -> tuple[Raw, Origins]:
        """The fields of a condition or a cell on top of those of its parents."""
        raw, origins = _oxygen_spelt_out(document), origins_of(document)
        extends = document.data.get("extends")
        if isinstance(extends, str):
            extends = {"id": extends}
        if not isinstance(extends, dict) or not isinstance(extends.get("id"), str):
            return raw, origins  # none, or wrong, which the schema reports
        parent_id, where = extends["id"], document.where("extends", "id")
        chain = (*chain, f"{document.data.get('id')} ({document.file} line {document.line})")
        if len(chain) > MAX_EXTENDS:
            what = f"`extends` is deeper than {MAX_EXTENDS}: {' -> '.join(chain)}"
            raise ConditionError(Problem("FM343", what, where, "write the fields out in one of them"))
        parent = self._parent(document, parent_id, where)
        name = f"{parent.data.get('id')} ({parent.file} line {parent.line})"
        if name in chain:
            circle = " -> ".join((*chain[chain.index(name) :], name))
            raise ConditionError(Problem("FM342", f"`extends` runs in a circle: {circle}", where, "break it"))
        above, above_origins = self._inherit(parent, chain)
        self._check_digest(document, parent, extends.get("digest"))
        return merge(above, above_origins, raw, origins)

    def _parent(self, document: Document, name: str, where: Where) -> Document:
        """A parent of the same kind, from the same file or from the folders, never from anywhere else."""
        kind: Kind = kind_of(document)[0] or "condition"
        here = [d for d in self._documents(self._paths[document.file]) if d.data.get("id") == name]
        here = [d for d in here if kind_of(d)[0] == kind]
        found = here[0] if len(here) == 1 else self._by_id(name, kind)
        if found is None:
            known = self.available(kind)
            cure = nearest(name, known) or f"known: {', '.join(known)}"
            what, cure = f"there is no {kind} called {name!r}", f"{cure}; --in FOLDER adds a folder"
            raise ConditionError(Problem("FM347", what, where, cure))
        return found

    def _check_digest(self, document: Document, parent: Document, wanted: Any) -> None:
        if not isinstance(wanted, str):
            return
        value, problems = self._read(parent, SCHEMAS[kind_of(parent)[0] or "condition"])
        if value is None:
            raise ConditionError(problems)
        if value.digest != wanted:
            changed = "has changed since this was written: its digest is"
            what = f"{show(wanted)!r} is not the digest of {parent.data.get('id')}, which {changed}"
            what += f" {value.digest}"
            cure = "check that the fields still fit, then write the new digest, or null"
            raise ConditionError(Problem("FM344", what, document.where("extends", "digest"), cure))


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


def _oxygen_spelt_out(document: Document) -> Raw:
    """The fields of a document; percent of oxygen alone as a mapping, so that it inherits the depth."""
    raw = dict(document.data)
    if isinstance(raw.get("oxygen"), str):
        with contextlib.suppress(UnitError):  # the schema reports it
            amount = parse_quantity(raw["oxygen"])
            if amount.unit == "percent":
                raw["oxygen"] = {"value": amount.value, "unit": amount.unit}
    return raw


def _paths_in(document: Document) -> list[Problem]:
    """Paths where a file needs an id: what a condition means must not depend on the working folder."""
    data = document.data
    medium = data["medium"] if isinstance(data.get("medium"), dict) else {}
    written: list[tuple[Path_, Any]] = [(("cell",), data.get("cell"))]
    written += [(("medium", name), medium.get(name)) for name in ("base", "serum")]
    changes = data.get("changes")
    for n, change in enumerate(changes if isinstance(changes, list) else ()):
        if isinstance(change, dict) and change.get("path") in ("cell", "medium.base", "medium.serum"):
            written.append((("changes", n, "to"), change.get("to")))
    cure = "write its id here, and give its folder with --in; the flags --cell and --medium take a path"
    return [
        Problem("FM325", f"{show(value)!r} is a path, not an id", document.where(*path), cure)
        for path, value in written
        if is_path(value)
    ]


def _placed(changes: Any, origins: Origins) -> Any:
    """The changes, each with the place where it was written."""
    if not isinstance(changes, list):
        return changes
    return [
        {**c, "where": place_in(origins, f"changes[{n}]")} if isinstance(c, dict) and "where" not in c else c
        for n, c in enumerate(changes)
    ]
