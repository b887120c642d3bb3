"""How a condition inherits: the parent's fields hold where the child is silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fluxmodel.condition.reader import Document, dotted
from fluxmodel.errors import Where

#: What one document says about itself; never inherited.
OWN = ("schema", "id", "title", "notes", "extends")

# A number, its unit and its source are one statement: a child that gives a value never borrows the unit.
_STATEMENT = frozenset({"value", "unit", "source", "error", "lower", "upper"})

Raw = dict[str, Any]
Origins = dict[str, Where]


def origins_of(document: Document) -> Origins:
    """Dotted path of every field -> its place; the empty path is the document."""
    return {"": Where(document.file, document.line)} | {
        dotted(path): Where(document.file, line, dotted(path) or None)
        for path, line in document.lines.items()
    }


def merge(parent: Raw, parent_origins: Origins, child: Raw, child_origins: Origins) -> tuple[Raw, Origins]:
    """Parent and child as one condition, with the place of every field.

    Mappings merge field by field; a quantity, a text or a list of the child replaces that of the parent,
    except `changes`, where the child's come behind the parent's.

    Examples
    --------
    >>> up = {"id": "a", "oxygen": {"value": 21, "unit": "percent", "depth": "2 mm"}}
    >>> raw, _ = merge(up, {}, {"id": "b", "oxygen": {"value": 1, "unit": "percent"}}, {})
    >>> raw["id"], raw["oxygen"]
    ('b', {'depth': '2 mm', 'value': 1, 'unit': 'percent'})
    """
    origins = dict(parent_origins)
    changes = [c for raw in (parent, child) for c in _as_list(raw.get("changes"))]
    shift = len(_as_list(parent.get("changes")))
    base = {k: v for k, v in parent.items() if k not in OWN and k != "changes"}
    raw = _overlay(base, {k: v for k, v in child.items() if k != "changes"}, "", origins)
    if "changes" in child and not isinstance(child["changes"], list):
        raw["changes"] = child["changes"]  # wrong, and reported by the schema
    elif changes:
        raw["changes"] = changes
    for name in OWN:
        _forget(origins, name)
    for path, where in child_origins.items():
        origins[re.sub(r"^changes\[(\d+)\]", lambda m: f"changes[{int(m[1]) + shift}]", path)] = where
    return raw, origins


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _overlay(old: Mapping[str, Any], new: Mapping[str, Any], path: str, origins: Origins) -> Raw:
    restated = not _STATEMENT.isdisjoint(new)
    merged: Raw = {}
    for key, value in old.items():
        if restated and key in _STATEMENT:
            _forget(origins, f"{path}.{key}")
        else:
            merged[key] = value
    for key, value in new.items():
        below = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _overlay(merged[key], value, below, origins)
        else:
            _forget(origins, below)
            merged[key] = value
    return merged


def _forget(origins: Origins, path: str) -> None:
    """Drop the places of a field and of all below it."""
    for known in [o for o in origins if o == path or o.startswith((f"{path}.", f"{path}["))]:
        del origins[known]
