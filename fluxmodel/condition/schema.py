"""One JSON Schema per file format, for editors and for other programs."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from fluxmodel.condition.changes import KnockOut
from fluxmodel.condition.folders import KINDS, VERSION
from fluxmodel.condition.library import SCHEMAS
from fluxmodel.condition.problems import VERBS
from fluxmodel.condition.regulators import REGULATORS
from fluxmodel.errors import DomainError, Problem, nearest


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file format.

    Parameters
    ----------
    kind : str
        ``condition``, ``medium`` or ``cell``.

    Raises
    ------
    DomainError
        If there is no such format.

    Examples
    --------
    >>> json_schema("medium")["title"]
    'fluxmodel.medium/1'
    """
    if kind not in SCHEMAS:
        cure = f"{nearest(kind, KINDS)} known: {', '.join(KINDS)}".strip()
        raise DomainError(Problem("FM345", f"there is no schema called {kind!r}", cure=cure))
    body = TypeAdapter(SCHEMAS[kind]).json_schema(by_alias=True)
    body["required"] = ["schema", *body.get("required", ())]
    if kind == "condition":  # what a parent gives need not be written
        body["required"] = [name for name in body["required"] if name != "medium"]
        body["anyOf"] = [{"required": ["medium"]}, {"required": ["extends"]}]
        _spell_out_verbs(body["$defs"])
        extends = body["properties"]["extends"]
        extends["anyOf"] = [{"type": "string"}, *extends["anyOf"]]
        oxygen = body["properties"]["oxygen"]
        percent = {"type": "string", "examples": ["1 percent"]}
        body["properties"]["oxygen"] = {
            "description": oxygen.pop("description"), "anyOf": [dict(oxygen), percent]
        }  # fmt: skip
        body["properties"]["regulators"]["propertyNames"] = {"enum": list(REGULATORS)}
        body["$defs"]["MediumSpec"]["required"] = []
        body["$defs"]["Oxygen"]["required"] = []
    if kind == "medium":
        amounts = body["properties"]["components"]
        text = {"type": "string", "examples": ["1 mM"]}
        amounts["additionalProperties"] = {"anyOf": [amounts["additionalProperties"], text]}
    body["title"] = f"fluxmodel.{kind}/{VERSION}"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}


def _spell_out_verbs(definitions: dict[str, Any]) -> None:
    """What the classes accept beyond their types: `do` is needed, one target may stand without a list."""
    for cls in VERBS.values():
        verb = definitions[cls.__name__]
        verb["required"] = ["do", *(n for n in verb.get("required", ()) if n != "target")]
        if "target" in verb["properties"] and cls is not KnockOut:
            verb["required"].append("target")
    verb = definitions[KnockOut.__name__]
    several = verb["properties"]["target"]
    either = {"description": several.pop("description"), "anyOf": [{"type": "string"}, several]}
    verb["properties"] |= {"target": either, "targets": either}
    verb["anyOf"] = [{"required": ["target"]}, {"required": ["targets"]}]
