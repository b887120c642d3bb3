"""What a document says, before its schema reads it: made to stand alone, and with the place of each part."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from fluxmodel.condition.extend import Origins, Raw
from fluxmodel.condition.finding import Finder
from fluxmodel.condition.names import is_path
from fluxmodel.condition.problems import place_in, show
from fluxmodel.condition.profile import outside
from fluxmodel.condition.reader import Document, Path_
from fluxmodel.errors import Problem, UnitError
from fluxmodel.units import parse_quantity


def oxygen_spelt_out(document: Document) -> Raw:
    """The fields of a document; percent of oxygen alone as a mapping, so that it inherits the depth."""
    raw = dict(document.data)
    if isinstance(raw.get("oxygen"), str):
        with contextlib.suppress(UnitError):  # the schema reports it
            amount = parse_quantity(raw["oxygen"])
            if amount.unit == "percent":
                raw["oxygen"] = {"value": amount.value, "unit": amount.unit}
    return raw


def paths_in(document: Document) -> list[Problem]:
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


def placed(changes: Any, origins: Origins) -> Any:
    """The changes, each with the place where it was written."""
    if not isinstance(changes, list):
        return changes
    return [
        {**c, "where": place_in(origins, f"changes[{n}]")} if isinstance(c, dict) and "where" not in c else c
        for n, c in enumerate(changes)
    ]


def with_folders(raw: Raw, origins: Origins, finder: Finder, problems: list[Problem]) -> Raw:
    """The fields, with the folder that the file of each profile is relative to."""

    def beside(spec: Any, path: str) -> Any:
        if not isinstance(spec, dict):
            return spec
        where = place_in(origins, f"{path}.file")
        file = finder.path(where.file or "")
        folder = Path() if file is None else file.parent
        if "folder" in spec:
            place = place_in(origins, f"{path}.folder")
            cure = "delete it: the file is looked for beside this one"
            problems.append(Problem("FM321", "the field 'folder' is not known", place, cure))
        problems.extend(outside(spec.get("file"), folder, finder.folders, where))
        return {**spec, "folder": folder}

    if "profile" in raw:
        raw = {**raw, "profile": beside(raw["profile"], "profile")}
    if isinstance(changes := raw.get("changes"), list):
        found = [
            {**c, "to": beside(c["to"], f"changes[{n}].to")}
            if isinstance(c, dict) and c.get("path") == "profile" and "to" in c
            else c
            for n, c in enumerate(changes)
        ]
        raw = {**raw, "changes": found}
    return raw
