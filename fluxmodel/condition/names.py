"""The fields that name something: ids and files, species, genes, reactions, regulators and their levels."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, StringConstraints, TypeAdapter, WithJsonSchema

from fluxmodel.condition.problems import fail, show
from fluxmodel.condition.regulators import REGULATORS, regulator
from fluxmodel.errors import nearest

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}", re.ASCII)
Id = Annotated[str, StringConstraints(strict=True, pattern=rf"^{_ID.pattern}$")]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+ ()-]{0,79}$")]


def is_id(text: str) -> bool:
    """Whether a condition, a medium or a cell can be called so.

    Examples
    --------
    >>> is_id("mine-2"), is_id("../mine"), is_id("")
    (True, False, False)
    """
    return _ID.fullmatch(text) is not None


_SPECIES = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,79}", re.ASCII)


def _species(raw: Any) -> str:
    text = raw if isinstance(raw, str) else str(raw)
    bare = re.sub(r"(_[cemi]|\[[cemi]\])$", "", text)
    if bare != text:
        raise fail(
            "FM325", f"{text!r} names a compartment", f"a medium holds species, not exchanges: write {bare}"
        )
    if text.startswith("EX_") or not _SPECIES.fullmatch(text):
        raise fail(
            "FM325",
            f"{show(raw)!r} is not a species id",
            "write it as in glc__D, gln__L, pyr (BiGG, no compartment)",
        )
    if text == "o2":
        raise fail(
            "FM327",
            "oxygen is not part of the medium",
            "write `oxygen: {value: 21, unit: percent}` in the condition",
        )
    return text


def _named(cure: str) -> Callable[[Any], str]:
    """A validator of the name of something that is changed."""

    def read(raw: Any) -> str:
        text = raw.strip() if isinstance(raw, str) else ""
        if not text or len(text) > 80 or text[0] in "=+-@" or not text.isprintable() or "=" in text:
            raise fail("FM325", f"{show(raw)!r} is not a target", cure)
        return text

    return read


def _no_regulator(text: str) -> str:
    """Refuse a regulator where a gene of metabolism is needed: it is a level, not a catalyst."""
    known, _ = regulator(text)
    if known:
        cure = f"set its level: --set regulators.{known}=off (in a file, regulators: {{{known}: off}})"
        raise fail("FM325", f"{text} is a regulator, not a gene or reaction of metabolism", cure)
    return text


_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9._-]*", re.ASCII)


def several(text: str) -> list[str]:
    """The names in a text that holds more than one, with blanks, commas or semicolons between them.

    Examples
    --------
    >>> several("GLS GLS2"), several("GLS"), several("2,4-DNP")
    (['GLS', 'GLS2'], [], [])
    """
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    return parts if len(parts) > 1 and all(_SYMBOL.fullmatch(part) for part in parts) else []


def _gene(raw: Any) -> str:
    text = _named("name a gene, such as GLS")(raw)
    if parts := several(text):
        cure = f"put commas between genes: {','.join(parts)} (in a file, targets: [{', '.join(parts)}])"
        raise fail("FM325", f"{text!r} is not one gene", cure)
    return _no_regulator(text)


def _inhibited(raw: Any) -> str:
    return _no_regulator(_named("name a gene, a reaction or a drug, such as GLS or CB-839")(raw))


def _regulator(raw: Any) -> str:
    known, cure = regulator(raw) if isinstance(raw, str) else ("", "")
    if known != raw:
        cure = cure or nearest(str(raw), REGULATORS) or f"known: {', '.join(REGULATORS)}"
        raise fail("FM325", f"there is no regulator {show(raw)!r}", cure)
    return known


def _level(raw: Any) -> str | float:
    words = ("off", "low", "basal", "high")
    if isinstance(raw, str) and raw in words:
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and 0 <= raw <= 1:
        return float(raw)
    raise fail(
        "FM324", f"{show(raw)} is not a regulator level", f"write {', '.join(words)} or a number from 0 to 1"
    )


Species = Annotated[str, BeforeValidator(_species)]
Regulator = Annotated[str, BeforeValidator(_regulator), WithJsonSchema({"enum": list(REGULATORS)})]
Target = Annotated[str, BeforeValidator(_inhibited)]
Gene = Annotated[str, BeforeValidator(_gene)]
Row = Annotated[str, BeforeValidator(_named("name a reaction, such as AOX"))]
Expressed = Annotated[str, BeforeValidator(_named("name a gene, such as ASNS"))]
Level = Annotated[
    str | float,
    PlainValidator(_level),
    WithJsonSchema(
        {"anyOf": [{"enum": ["off", "low", "basal", "high"]}, {"type": "number", "minimum": 0, "maximum": 1}]}
    ),
]


def _no_serum(raw: Any) -> Any:
    return None if raw == "none" else raw


def is_path(text: Any) -> bool:
    """Whether a reference is a file (``cells/mine.yaml``, ``mine.yaml#id``) and not an id."""
    if not isinstance(text, str):
        return False
    return "/" in text or "\\" in text or text.partition("#")[0].endswith((".yaml", ".yml"))


def _ref(raw: Any) -> Any:
    """An id, or the path of a file, which a flag may give; files hold ids only, see `Library`."""
    if isinstance(raw, os.PathLike):
        raw = os.fspath(raw)
    if not isinstance(raw, str):
        return raw
    if len(raw) > 4096 or not raw.isprintable() or not (is_id(raw) or is_path(raw)):
        cure = "write an id (letters, digits and _ . + - only), or the path of a YAML file"
        raise fail("FM325", f"{show(raw)!r} is neither an id nor a file", cure)
    return raw


#: An id, or the path of a file where the value does not come from a file.
FileRef = Annotated[
    str, Field(strict=True), BeforeValidator(_ref), WithJsonSchema(TypeAdapter(Id).json_schema())
]
#: The id of a supplement, or none (written ``none`` or ``null``).
Serum = Annotated[FileRef | None, BeforeValidator(_no_serum)]
