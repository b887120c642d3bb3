"""The kinds of field that the schemas are made of, and the decorator that makes a frozen value."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import pydantic.dataclasses
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    InstanceOf,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue, SkipJsonSchema
from pydantic_core import CoreSchema, core_schema
from typing_extensions import Self, dataclass_transform

from fluxmodel.condition.problems import fail, fail_as, show, translate
from fluxmodel.condition.regulators import REGULATORS, regulator
from fluxmodel.digest import digest
from fluxmodel.errors import ConditionError, UnitError, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity, parse_quantity, unit, units_of

T = TypeVar("T")
V = TypeVar("V")


# Control characters but line feed and tab, and marks that turn the direction of text: in a name or a
# source they can only mislead, and printed as they are they steer the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain_text(text: str) -> str:
    """`text` itself, or a validator's error if it holds control characters."""
    if found := _CONTROL.search(text):
        what = f"{show(text)!r} holds the control character U+{ord(found[0]):04X}"
        raise fail("FM325", what, "delete it, and type the text anew")
    return text


@dataclass(frozen=True, slots=True)
class Measure:
    """Marks a Quantity field: its units, and the range of its value in the first of them."""

    units: tuple[str, ...]
    low: float = float("-inf")
    high: float = float("inf")
    open_low: bool = False
    hint: str = ""

    def check(self, quantity: Quantity) -> Quantity:
        """`quantity` itself, or an error that a validator can raise."""
        if quantity.unit not in self.units:
            what = f"{quantity} has the unit {quantity.unit}"
            raise fail("FM203", what, f"write one of {', '.join(self.units)}")
        value = quantity.magnitude(self.units[0])
        if value < self.low or value > self.high or (self.open_low and value <= self.low):
            sign = ">" if self.open_low else ">="
            allowed = [f"{sign} {self.low:g}"] if self.low > float("-inf") else []
            allowed += [f"<= {self.high:g}"] if self.high < float("inf") else []
            cure = f"it must be {' and '.join(allowed)} {self.units[0]}"
            raise fail("FM324", f"{quantity} is out of range", f"{cure}. {self.hint}" if self.hint else cure)
        return quantity

    def read(self, raw: Any) -> Quantity:
        """A Quantity out of ``{value, unit, source}``, text such as ``2 uM``, or a Quantity."""
        example = f"such as {{value: 1, unit: {self.units[0]}}}"
        if isinstance(raw, str):
            try:
                return self.check(parse_quantity(raw, self.units))
            except UnitError as error:
                raise fail_as(error) from None
        if isinstance(raw, Quantity):
            return self.check(raw)
        if self.units == ("percent",) and isinstance(raw, float) and 0 < raw <= 1:
            both = f"{raw:g} % or {100 * raw:g} %"
            cure = f"write {{value: {raw:g}, unit: percent}} or {{value: {100 * raw:g}, unit: percent}}"
            raise fail("FM205", f"{raw:g} has no unit: {both}?", cure)
        if not isinstance(raw, Mapping):
            cure = f"write the number and its unit, {example}"
            raise fail("FM205", f"{show(raw)} has no unit", cure)
        for name in raw:
            if name not in ("value", "unit", "source"):
                raise fail("FM321", f"the field {name!r} is not known", "known here: value, unit, source")
        for name in ("value", "unit"):
            if raw.get(name) is None:
                code = "FM205" if name == "unit" else "FM320"
                raise fail(code, f"{show(raw)} has no {name}", f"write the number and its unit, {example}")
        if not isinstance(source := raw.get("source"), (str, type(None))):
            raise fail("FM322", f"{show(source)} stands where text is needed", "write the source in quotes")
        plain_text(source or "")
        try:
            return self.check(Quantity(raw["value"], unit(str(raw["unit"]), self.units).name, source))
        except UnitError as error:
            raise fail_as(error) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        value: dict[str, Any] = {"type": "number"}
        if self.low == 0 or (len(self.units) == 1 and self.low > float("-inf")):  # 0 is 0 in every unit
            value["exclusiveMinimum" if self.open_low else "minimum"] = self.low
        if len(self.units) == 1 and self.high < float("inf"):
            value["maximum"] = self.high
        parts = {"value": value, "unit": {"enum": list(self.units)}, "source": {"type": "string"}}
        full = {
            "type": "object",
            "properties": parts,
            "required": ["value", "unit"],
            "additionalProperties": False,
        }
        return {"anyOf": [full, {"type": "string", "examples": [f"1 {self.units[0]}"]}]}


def _units(dimension: str, first: str) -> tuple[str, ...]:
    return (first, *(name for name in units_of(dimension) if name != first))


_SECRETION = (
    "Uptake is a positive number. A forced secretion is a lower bound on the exchange reaction: "
    "bounds: {EX_lac__L_e: {lower: 0.5, unit: mmol/gDW/h}}"
)
_DENSITIES = ("1e6 cells/mL", "cells/mL", "gDW/L")
_LAYERS = ("mg/cm2", "cells/cm2", "1e6 cells/cm2")

Percent = Annotated[Quantity, Measure(("percent",), 0, 100)]
Concentration = Annotated[Quantity, Measure(_units("concentration", "mM"), 0)]
Duration = Annotated[Quantity, Measure(_units("time", "h"), 0, open_low=True)]
Length = Annotated[Quantity, Measure(_units("length", "mm"), 0, open_low=True)]
UptakeRate = Annotated[Quantity, Measure(_units("flux", "mmol/gDW/h"), 0, hint=_SECRETION)]
DryMass = Annotated[Quantity, Measure(_units("dry mass per cell", "pg/cell"), 0, open_low=True)]
GrowthRate = Annotated[Quantity, Measure(_units("rate", "1/h"), 0, open_low=True)]
Fold = Annotated[Quantity, Measure(("fold",), 0)]


class _Either(Measure):
    """A field whose unit may come from several dimensions: the sign is checked, and percent end at 100."""

    def check(self, quantity: Quantity) -> Quantity:
        if quantity.unit in self.units:
            high = 100.0 if quantity.unit == "percent" else self.high
            return Measure((quantity.unit,), self.low, high, self.open_low).check(quantity)
        return Measure.check(self, quantity)


CellDensity = Annotated[Quantity, _Either(_DENSITIES, 0, open_low=True)]
CellLayer = Annotated[Quantity, _Either(_LAYERS, 0, open_low=True)]
Demand = Annotated[
    Quantity,
    _Either((*_units("flux", "mmol/gDW/h"), *units_of("rate"), "percent", *units_of("flux per cell")), 0),
]

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}", re.ASCII)
Id = Annotated[str, StringConstraints(strict=True, pattern=rf"^{_ID.pattern}$")]
# Field and not StringConstraints: pydantic 2.6 cannot apply the latter's `strict` before a validator
Text = Annotated[str, Field(strict=True, max_length=5000), AfterValidator(plain_text)]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+ ()-]{0,79}$")]
Observable = Annotated[str, Field(strict=True, min_length=1, max_length=200), AfterValidator(plain_text)]
Flag = Annotated[bool, Field(strict=True)]
Rule = Literal["depletion", "fixed", "none"]
FluxUnit = Literal["mmol/gDW/h"]
Provenance = Literal["read", "recalled"]
Origin = SkipJsonSchema[InstanceOf[Where]]

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


def is_id(text: str) -> bool:
    """Whether a condition, a medium or a cell can be called so.

    Examples
    --------
    >>> is_id("mine-2"), is_id("../mine"), is_id("")
    (True, False, False)
    """
    return _ID.fullmatch(text) is not None


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


def _freeze(items: Mapping[str, V]) -> FrozenMap[str, V]:
    return FrozenMap(items)


#: Put behind ``Mapping[...]`` in an Annotated field: the mapping is frozen after validation.
Frozen = AfterValidator(_freeze)


class Base:
    """What every value of this room can do."""

    def replace(self, **changes: Any) -> Self:
        """A new value with some fields changed and all of it checked; this one stays as it is.

        Raises
        ------
        ConditionError
            If the new value would not be valid.
        """
        new: Self = dataclasses.replace(self, **changes)  # type: ignore[type-var]
        return new

    #: Fields that say what a value is called or where it was written: they do not change a number.
    labels: ClassVar[frozenset[str]] = frozenset(
        {"where", "origins", "source", "provenance", "note", "notes", "title", "name"}
    )

    @property
    def digest(self) -> str:
        """Digest of the content: names, notes, sources and places do not count."""
        return digest(content(self))


def content(value: Any) -> Any:
    """`value` reduced to what can change a number, for digests."""
    if isinstance(value, Quantity):
        return {"value": value.value, "unit": value.unit}
    if isinstance(value, Base) and dataclasses.is_dataclass(value):
        names = [f.name for f in dataclasses.fields(value) if f.name not in value.labels]
        return {name: content(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {key: content(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [content(item) for item in value]
    return value


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(dataclasses.field, Field))
def value(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, keyword-only pydantic dataclass whose errors are ConditionErrors."""
    made: Any = pydantic.dataclasses.dataclass(
        frozen=True, kw_only=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    )(cls)
    init: Callable[..., None] = made.__init__

    def checked(self: Any, **given: Any) -> None:
        try:
            init(self, **given)
        except ValidationError as error:
            raise ConditionError(translate(error, given, cls)) from None

    checked.__wrapped__ = init  # type: ignore[attr-defined]
    made.__init__ = checked
    return made  # type: ignore[no-any-return]
