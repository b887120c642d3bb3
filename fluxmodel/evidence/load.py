"""Loading: an id or a path becomes checked evidence.

Codes: FM321 unknown field, FM345 another schema, FM346 another version, FM347 no such id, FM354 no document
of evidence or several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from fluxmodel import data
from fluxmodel.condition.extend import origins_of
from fluxmodel.condition.names import is_path
from fluxmodel.condition.problems import place_in, show, translate
from fluxmodel.condition.reader import Document, Path_, dotted, read_documents, shown
from fluxmodel.errors import ConditionError, Problem, Where, nearest
from fluxmodel.evidence.rows import Evidence

Ref = str | PathLike[str]
SCHEMA = "fluxmodel.evidence/1"
#: Fields that are filled in with the place of a mapping, and may not be written.
_FILLED = ("where", "origins")


def packaged() -> Path:
    """Folder of the packaged evidence."""
    return data.conditions() / "evidence"


def available_evidence() -> tuple[str, ...]:
    """Ids of the packaged evidence, sorted."""
    return tuple(sorted(p.stem for p in packaged().glob("*.yaml")))


@cache
def _adapter() -> TypeAdapter[Evidence]:
    return TypeAdapter(Evidence)


def load_evidence(ref: Ref) -> Evidence:
    """Load evidence by id or path.

    Parameters
    ----------
    ref : str or path
        The id of packaged evidence, or a YAML file in the format ``fluxmodel.evidence/1``.

    Raises
    ------
    ConditionError
        With every problem of the file, each with its line.

    Examples
    --------
    >>> len(load_evidence("phenotypes").rows)
    77
    """
    return read_evidence(_file(ref))


def _file(ref: Ref) -> Path:
    text = str(ref)
    if not isinstance(ref, str) or is_path(text):
        return Path(ref)
    known = available_evidence()
    if text not in known:
        if Path(text).is_file():
            return Path(text)
        cure = "; ".join(filter(None, (nearest(text, known), f"known: {', '.join(known)}, or a YAML file")))
        raise ConditionError(Problem("FM347", f"there is no evidence called {show(text)!r}", cure=cure))
    return packaged() / f"{text}.yaml"


def read_evidence(file: Path) -> Evidence:
    """The evidence in a file that holds one document of it."""
    documents = read_documents(file)
    ours = [d for d in documents if str(d.data.get("schema", "")).startswith("fluxmodel.evidence/")]
    if len(ours) != 1:
        what = f"{len(ours)} documents of evidence in this file, of {len(documents)}"
        cure = f"one document, that starts with `schema: {SCHEMA}`"
        raise ConditionError(Problem("FM354", what, Where(shown(file)), cure))
    (document,) = ours
    if document.data["schema"] != SCHEMA:
        what = f"{show(document.data['schema'])} cannot be read: this package reads {SCHEMA}"
        raise ConditionError(
            Problem("FM346", what, document.where("schema"), f"write {SCHEMA} and check the fields")
        )
    return _read(document)


def _read(document: Document) -> Evidence:
    origins = origins_of(document)
    problems = [
        Problem("FM321", f"the field {path[-1]!r} is not known", document.where(*path), "delete it")
        for path in document.lines
        if path and path[-1] in _FILLED and not _inside_named(path)
    ]
    if problems:
        raise ConditionError(problems)
    raw = _placed(document)
    try:
        return _adapter().validate_python({**raw, "origins": origins})
    except ValidationError as error:
        raise ConditionError(
            translate(error, raw, Evidence, lambda path: place_in(origins, dotted(path)))
        ) from None


def _inside_named(path: Path_) -> bool:
    """Whether a path ends in a name that people choose: an arm, or what was left out."""
    return len(path) > 1 and path[-2] in ("arms", "left_out")


def _placed(document: Document) -> dict[str, Any]:
    """The fields of a document, with the place of every row, arm, claim and change."""
    raw = dict(document.data)
    rows = raw.get("rows")
    if not isinstance(rows, list):
        return raw
    raw["rows"] = [_with_place(row, document, ("rows", n)) for n, row in enumerate(rows)]
    for n, row in enumerate(raw["rows"]):
        for path, parent, key in _parts(row):
            parent[key] = _with_place(parent[key], document, ("rows", n, *path))
            if isinstance(parent[key], dict) and isinstance(parent[key].get("changes"), list):
                changes = parent[key]["changes"]
                parent[key]["changes"] = [
                    _with_place(c, document, ("rows", n, *path, "changes", k)) for k, c in enumerate(changes)
                ]
    return raw


def _parts(row: Any) -> Iterator[tuple[Path_, Any, Any]]:
    """The arms and claims of a row: path, what holds it, and its key there; both are copied first."""
    if not isinstance(row, dict):
        return
    if isinstance(row.get("arms"), dict):
        row["arms"] = dict(row["arms"])
        yield from ((("arms", name), row["arms"], name) for name in list(row["arms"]))
    if isinstance(row.get("claims"), list):
        row["claims"] = list(row["claims"])
        yield from ((("claims", k), row["claims"], k) for k in range(len(row["claims"])))


def _with_place(raw: Any, document: Document, path: Sequence[str | int]) -> Any:
    return {**raw, "where": document.where(*path)} if isinstance(raw, Mapping) else raw
