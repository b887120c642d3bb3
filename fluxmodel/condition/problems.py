"""What pydantic found, said in the words of this package: where, which value, why, and the cure.

Codes: FM320 missing, FM321 unknown field, FM322 wrong kind of value, FM323 not one of the allowed words,
FM324 outside the allowed range, FM325 name that cannot be a name, FM326 unknown change verb,
FM327 statements that contradict each other; FM2xx come from the unit table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from fluxmodel.condition.reader import Path_, dotted
from fluxmodel.errors import InputError, Problem, Where, nearest

Locate = Callable[[Path_], Where]


def fail(code: str, what: str, cure: str = "") -> PydanticCustomError:
    """The error a validator raises; `translate` turns it into a Problem with this code."""
    # Pydantic formats the template with the context, so that braces in `what` stay text.
    return PydanticCustomError("fluxmodel", "{what}", {"code": code, "what": what, "cure": cure})


def fail_as(error: InputError) -> PydanticCustomError:
    """An error of the ground (units) for use inside a validator."""
    problem = error.problems[0]
    return fail(problem.code, problem.what, problem.cure)


def place_in(origins: Mapping[str, Where], path: str) -> Where:
    """Where `path` was written, or the nearest field around it, by a map of dotted paths."""
    here = path
    while here and here not in origins:
        here = here[: max(here.rfind("."), here.rfind("["), 0)]
    found = origins.get(here, Where())
    return Where(found.file, found.line, (found.field or here) + path[len(here) :] or None)


def unplaced(path: Path_) -> Where:
    """The place of a field of a value that was not read from a file."""
    return Where(field=dotted(path) or None)


def translate(error: ValidationError, raw: Any, schema: type, locate: Locate = unplaced) -> list[Problem]:
    """Every finding of `error` as a Problem.

    Parameters
    ----------
    error : ValidationError
        Raised while `raw` was validated.
    raw : object
        The data as it was given; needed to tell fields from the tags that pydantic puts between them.
    schema : type
        The class that `raw` was validated against; its fields are the names that can be suggested.
    locate : callable
        Path of a field -> its place.
    """
    found = []
    for item in error.errors(include_url=False):
        if item["type"] == "too_short" and item["input"]:
            continue  # it is short because its items were refused, each with its own finding
        path, known, inside = _walk(item["loc"], raw, schema)
        code, what, cure = _say(item, path, known, inside, _unit(raw, path))
        found.append(Problem(code, what, locate(path), cure))
    return found


def _walk(loc: Sequence[str | int], raw: Any, schema: Any) -> tuple[Path_, list[str], list[str]]:
    """The path of `loc` in the data, and the names that are known around and inside its end."""
    path: list[str | int] = []
    node: Any = raw
    here = _plain(schema)
    known = field_names(here)
    for n, part in enumerate(loc):
        last = n == len(loc) - 1
        if _holds(node, part):
            path.append(part)
            node, here = node[part], _below(here, part)
        elif part in VERBS and isinstance(node, Mapping):
            here = VERBS[str(part)]  # the tag of a change, not a field
        elif last and isinstance(part, str) and part != "[key]":
            path.append(part)  # a missing field
        if not last:
            known = field_names(here)
    return tuple(path), known, field_names(here)


def _unit(raw: Any, path: Path_) -> str:
    """The unit written beside a number, with a blank before it; empty if there is none."""
    node = raw
    for part in path[:-1]:
        if not _holds(node, part):
            return ""
        node = node[part]
    unit = node.get("unit") if isinstance(node, Mapping) else None
    return f" {unit}" if isinstance(unit, str) and unit != "1" else ""


def _holds(node: Any, part: str | int) -> bool:
    if isinstance(node, (list, tuple)):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, Mapping) and part in node


#: verb -> class of the change; filled by `fluxmodel.condition.changes`
VERBS: dict[str, type] = {}


def _plain(hint: Any) -> Any:
    """A type hint without Annotated and without ``| None``."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        arms = [_plain(arm) for arm in get_args(hint) if arm is not type(None)]
        return next((arm for arm in arms if is_dataclass(arm)), arms[0])
    return hint


def _below(here: Any, part: str | int) -> Any:
    """The type of a field, of a mapping's values or of a list's items."""
    if is_dataclass(here) and isinstance(here, type):
        return _plain(get_type_hints(here, include_extras=True).get(str(part), Any))
    inner = get_args(here)
    if get_origin(here) is tuple:
        return _plain(inner[0])
    return _plain(inner[1]) if len(inner) == 2 else Any


def field_names(schema: Any) -> list[str]:
    """Names under which the fields of a class are written in a file."""
    if not is_dataclass(schema):
        return []
    return [f.name.rstrip("_") for f in fields(schema) if f.name not in ("where", "origins", "folder")]


def show(value: Any) -> str:
    """A value as a message shows it, cut to a readable length."""
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{k}: {show(v)}" for k, v in list(value.items())[:6]) + "}"
    else:
        text = value if isinstance(value, str) else "nothing" if value is None else repr(value)
    text = re.sub(r"[^\S ]|[\x00-\x1f\x7f]", " ", text)
    return text if len(text) <= 80 else text[:77] + "..."


_KINDS = {
    "string_type": "text",
    "float_type": "a number (without quotes)",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping, {name: value, ...},",
    "mapping_type": "a mapping, {name: value, ...},",
    "dataclass_type": "a mapping, {field: value, ...},",
    "dataclass_exact_type": "a mapping, {field: value, ...},",
    "model_attributes_type": "a mapping, {field: value, ...},",
    "tuple_type": "a list, [a, b, ...],",
    "list_type": "a list, [a, b, ...],",
    "iterable_type": "a list, [a, b, ...],",
}


# kind of finding -> name of the limit in its context, sign
_RANGES = {
    "greater_than_equal": ("ge", ">="),
    "less_than_equal": ("le", "<="),
    "greater_than": ("gt", ">"),
    "less_than": ("lt", "<"),
}
# kind of finding -> what, cure
_LENGTHS = {
    "too_short": ("is an empty list", "name at least {min_length}"),
    "too_long": ("is too long a list", "at most {max_length}"),
    "string_too_short": ("is empty", "write at least {min_length} character"),
    "string_too_long": ("is too long a text", "at most {max_length} characters"),
}


def _say(
    item: ErrorDetails, path: Path_, known: Sequence[str], inside: Sequence[str], unit: str
) -> tuple[str, str, str]:
    """Code, what and cure of one finding."""
    kind, value, context = item["type"], show(item["input"]), item.get("ctx", {})
    name = str(path[-1]) if path else "?"
    if kind == "fluxmodel":
        return str(context["code"]), str(context["what"]), str(context["cure"])
    if kind == "missing":
        words = "TPM, log2 TPM or log2 fold change" if name == "quantity" else "..."  # never guessed
        return "FM320", f"the field {name!r} is missing", f"add `{name}: {words}`"
    if kind in (
        "unexpected_keyword_argument",
        "is_instance_of",
    ):  # the latter: `where`, which is not a file field
        if name in known:
            return "FM327", f"the field {name!r} is given already, under another name", "keep one of the two"
        cure = nearest(name, known) or (f"known here: {', '.join(known)}" if known else "delete it")
        return "FM321", f"the field {name!r} is not known", cure
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        verbs = ", ".join(VERBS)
        if kind == "union_tag_not_found":
            return "FM326", "a change without `do`", f"add `do:` with one of {verbs}"
        tag = str(context.get("tag", ""))
        return "FM326", f"there is no change called {tag!r}", f"{nearest(tag, VERBS)} known: {verbs}".strip()
    if kind == "literal_error":
        return "FM323", f"{value} is not allowed", f"write {context.get('expected', '')}"
    if kind == "finite_number":
        return "FM202", f"{value} is not a finite number", "write a finite number such as 0.5"
    if kind == "string_pattern_mismatch":
        return "FM325", f"{value!r} is not a usable name", "use letters, digits and _ . + - only"
    if kind in _RANGES:
        key, sign = _RANGES[kind]
        return "FM324", f"{value}{unit} is out of range", f"it must be {sign} {context[key]:g}{unit}"
    if kind in _LENGTHS:
        return "FM322", f"{name!r} {_LENGTHS[kind][0]}", _LENGTHS[kind][1].format(**context)
    if kind in _KINDS:
        needed, cure = _KINDS[kind], f"write {_KINDS[kind]}".rstrip(",")
        if kind.startswith("dataclass") and inside:
            cure = f"write {{{inside[0]}: ..., ...}}; known there: {', '.join(inside)}"
        if kind == "string_type":
            cure = "write text, in quotes if it looks like a number"
        return "FM322", f"{value} stands where {needed} is needed", cure
    # the words of the library underneath are about its types, not about cells
    return "FM322", f"{value} cannot be used for {name!r}", "docs/files.md shows how it is written"
