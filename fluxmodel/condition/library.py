"""Loading: an id or a path becomes a checked condition, medium or cell.

Codes: FM321 unknown field, FM340 an empty name of a folder, FM342 `extends` in a circle, FM343 `extends` too
deep, FM344 digest of the parent differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from fluxmodel import data
from fluxmodel.condition.apply import apply_changes, contradictions
from fluxmodel.condition.cell import Cell
from fluxmodel.condition.extend import Origins, Raw, merge, origins_of
from fluxmodel.condition.finding import Finder, Ref
from fluxmodel.condition.folders import Kind, kind_of
from fluxmodel.condition.medium import Medium
from fluxmodel.condition.members import Members, read_members
from fluxmodel.condition.model import Condition
from fluxmodel.condition.problems import place_in, show, translate
from fluxmodel.condition.reader import Document, dotted, read_text
from fluxmodel.condition.written import oxygen_spelt_out, paths_in, placed, with_folders
from fluxmodel.errors import ConditionError, Problem, TableError

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
        self._finder = Finder([Path(f) for f in folders] + ([data.conditions()] if packaged else []))
        self._checked: set[Path] = set()
        self._members: dict[Path, Members] = {}
        self._values: dict[tuple[Path, int], Condition | Medium | Cell] = {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where documents are looked up, in this order; the packaged conditions last."""
        return self._finder.folders

    def available(self, kind: Kind) -> tuple[str, ...]:
        """Every id of one kind, sorted."""
        return self._finder.available(kind)

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
        document = self._finder.document(ref, "cell")
        if len(self._finder.beside(document)) > 1 or "extends" in document.data:
            return None
        return read_text(self._finder.path_of(document))

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
        written = self._finder.path(cell.place("ensemble").file or "")
        file = (written or self._finder.path_of(self._finder.document(ref, "cell"))).parent / cell.ensemble
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

    def _load(self, ref: Ref, kind: Kind, schema: type[T]) -> T:
        document = self._finder.document(ref, kind)
        key = (self._finder.path_of(document), document.line)
        known = self._values.get(key)
        if isinstance(known, schema):
            return known
        self._check_file(document)
        value, problems = self._read(document, schema)
        if problems or value is None:
            raise ConditionError(problems)
        self._values[key] = value  # frozen, and the file is read once in any case
        return value

    def _check_file(self, document: Document) -> None:
        """Check every document of the file, so that all its problems are reported at once."""
        key = self._finder.path_of(document)
        if key in self._checked:
            return
        problems: dict[str, Problem] = {}
        for other in self._finder.beside(document):
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
        problems += paths_in(document)
        raw = with_folders(raw, origins, self._finder, problems)
        for name in ("origins", "where"):
            if name in raw:
                problems.append(
                    Problem("FM321", f"the field {name!r} is not known", place_in(origins, name), "delete it")
                )
                del raw[name]
        given = {**raw, "changes": placed(raw["changes"], origins)} if "changes" in raw else raw
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

    def _inherit(self, document: Document, chain: tuple[str, ...]) -> tuple[Raw, Origins]:
        """The fields of a condition or a cell on top of those of its parents."""
        raw, origins = oxygen_spelt_out(document), origins_of(document)
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
        parent = self._finder.parent(document, parent_id, where)
        name = f"{parent.data.get('id')} ({parent.file} line {parent.line})"
        if name in chain:
            circle = " -> ".join((*chain[chain.index(name) :], name))
            raise ConditionError(Problem("FM342", f"`extends` runs in a circle: {circle}", where, "break it"))
        above, above_origins = self._inherit(parent, chain)
        self._check_digest(document, parent, extends.get("digest"))
        return merge(above, above_origins, raw, origins)

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
