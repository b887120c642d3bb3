"""The fields that hold a number with its unit: which units fit, and in what range the number lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from fluxmodel.condition.fields import plain_text
from fluxmodel.condition.problems import fail, fail_as, show
from fluxmodel.errors import UnitError
from fluxmodel.units import Quantity, parse_quantity, unit, units_of


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
Share = Annotated[Quantity, Measure(("percent",), 0, 100, open_low=True)]
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
