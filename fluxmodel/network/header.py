"""Reader of model.yaml: closed keys, no aliases, every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fluxmodel.errors import ModelError, Problem, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.rows import Header
from fluxmodel.network.schema import SCHEMA, TABLES_VERSION
from fluxmodel.tables import read_text

FILE = "model.yaml"
MAX_BYTES = 100_000  # the file has some thirty lines

_TEXTS = ("schema", "id", "name", "version", "licence", "objective", "biomass", "maintenance")
_KEYS = (*_TEXTS, "parent", "compartments", "created", "tables")
_PARENT = ("id", "version", "licence")


def _read_yaml(text: str) -> Any:
    # ruamel.yaml costs 60 ms to import, which a caller of equations and rules need not pay
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.events import AliasEvent

    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, AliasEvent):
                line = event.start_mark.line + 1
                raise ModelError(Problem("FM401", "YAML aliases are refused", Where(FILE, line)))
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = f"not readable as YAML: {getattr(error, 'problem', None) or error}"
        raise ModelError(Problem("FM401", what, Where(FILE, mark.line + 1 if mark else None))) from None


def read_header(folder: Path) -> Header:
    """Read ``model.yaml`` in `folder`.

    Raises
    ------
    ModelError
        FM401 with every key that is missing, unknown or of the wrong type.
    """
    data = _read_yaml(read_text(folder / FILE, MAX_BYTES))
    if not isinstance(data, Mapping):
        raise ModelError(Problem("FM401", "the file must hold keys and values", Where(FILE)))
    problems: list[Problem] = []

    def wrong(what: str, key: str, cure: str = "") -> None:
        problems.append(Problem("FM401", what, Where(FILE, field=key), cure))

    def texts(block: Mapping[str, Any], keys: tuple[str, ...], prefix: str = "") -> dict[str, str]:
        for key in keys:
            if key not in block:
                wrong("the key is missing", prefix + key)
            elif isinstance(block[key], bool) or not isinstance(block[key], (str, int, float)):
                wrong(f"{block[key]!r} is not text", prefix + key)
        return {key: str(block.get(key, "")) for key in keys}

    for key in data:
        if key not in _KEYS:
            wrong(f"unknown key {key!r}", str(key), nearest(str(key), _KEYS))
    top = texts(data, _TEXTS)
    if "schema" in data and data["schema"] != SCHEMA:
        wrong(f"schema {data['schema']!r} is not read here", "schema", f"this package reads {SCHEMA}")
    if data.get("tables", TABLES_VERSION) != TABLES_VERSION:
        wrong(f"tables version {data['tables']!r} is not read here", "tables", f"write {TABLES_VERSION}")
    parent = data.get("parent")
    if not isinstance(parent, Mapping):
        wrong("must hold id, version and licence", "parent")
        parent = dict.fromkeys(_PARENT, "")
    parents = texts(parent, _PARENT, "parent.")
    for key in parent:
        if key not in (*_PARENT, "url", "source"):
            wrong(f"unknown key {key!r}", f"parent.{key}", nearest(str(key), _PARENT))
    compartments = data.get("compartments")
    if not isinstance(compartments, Mapping) or not compartments:
        wrong("must map compartment letters to names", "compartments")
        compartments = {}
    elif bad := [k for k, v in compartments.items() if not (isinstance(k, str) and isinstance(v, str))]:
        wrong(f"letters and names must be text: {bad!r}", "compartments", "quote letters like 'n'")
    if problems:
        raise ModelError(problems)
    return Header(
        id=top["id"],
        name=top["name"],
        version=top["version"],
        parent=parents["id"],
        parent_version=parents["version"],
        parent_licence=parents["licence"],
        licence=top["licence"],
        objective=top["objective"],
        biomass=top["biomass"],
        maintenance=top["maintenance"],
        compartments=FrozenMap(compartments),
        parent_url=str(parent.get("url", "")),
        parent_source=str(parent.get("source", "")),
        created=str(data.get("created", "")),
    )
