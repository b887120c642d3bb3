"""Bounds that a condition puts on a reaction by hand."""

from __future__ import annotations

from pydantic import Field, model_validator
from typing_extensions import Self

from fluxmodel.condition.fields import FluxUnit, Number, Text
from fluxmodel.condition.problems import fail
from fluxmodel.condition.values import Base, value


def ordered(lower: float | None, upper: float | None, unit: str | None, need_one: bool) -> None:
    """Refuse bounds that cross, bounds without a unit and, if `need_one`, no bound at all."""
    if lower is not None and upper is not None and lower > upper:
        raise fail("FM327", f"lower {lower:g} is above upper {upper:g}", "exchange the two")
    if unit is None and (lower is not None or upper is not None):
        raise fail("FM205", "a bound without a unit", "add `unit: mmol/gDW/h`")
    if need_one and lower is None and upper is None:
        raise fail("FM320", "neither lower nor upper is given", "give at least one of them")


@value
class Bounds(Base):
    """Bounds put on a reaction by hand; an exchange is negative for uptake."""

    lower: Number | None = Field(
        default=None, description="lowest flux [mmol/gDW/h]; left as it is if absent"
    )
    upper: Number | None = Field(
        default=None, description="highest flux [mmol/gDW/h]; left as it is if absent"
    )
    unit: FluxUnit = Field(description="unit of both")
    source: Text | None = Field(default=None, description="citation, or 'chosen'")

    @model_validator(mode="after")
    def _check(self) -> Self:
        ordered(self.lower, self.upper, self.unit, need_one=True)
        return self
