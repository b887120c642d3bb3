"""The verbs that change a condition: one class per verb, told apart by ``do``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from typing_extensions import Self

from fluxmodel.condition.bounds import ordered
from fluxmodel.condition.fields import FluxUnit, Number, Origin, Text
from fluxmodel.condition.names import Expressed, Gene, Id, Row, Target
from fluxmodel.condition.paths import read_setting, setting
from fluxmodel.condition.problems import VERBS, Locate, fail, show, translate
from fluxmodel.condition.quantities import Concentration, Fold, Percent, Share
from fluxmodel.condition.reader import dotted
from fluxmodel.condition.values import Base, value
from fluxmodel.errors import ConditionError, Where

NOWHERE = Where()


def _as_list(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@value
class SetField(Base):
    """``set``: give one field of the condition another value; later ones win."""

    do: Literal["set"] = "set"
    path: Text = Field(description="field, such as oxygen, medium.gln__L or regulators.HIF1A")
    to: Annotated[Any, WithJsonSchema({})] = Field(description="new value, written as in the field itself")
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    @field_validator("path")
    @classmethod
    def _path(cls, path: str) -> str:
        setting(path)
        return path

    @field_validator("to", mode="before")
    @classmethod
    def _to(cls, raw: Any, info: ValidationInfo) -> Any:
        # without a valid path there is nothing to read the value as; the path has its own problem
        return read_setting(info.data["path"], raw) if "path" in info.data else raw


@value
class Inhibit(Base):
    """``inhibit``: a gene or reaction by a percentage, or a drug at a dose."""

    do: Literal["inhibit"] = "inhibit"
    target: Target = Field(description="gene, reaction or drug")
    by: Percent | None = Field(default=None, description="share of the activity that is lost [percent]")
    dose: Concentration | None = Field(default=None, description="concentration of the drug")
    free: Share | None = Field(
        default=None, description="share of the dose that is not bound to protein [percent]; all if absent"
    )
    basis: Text | None = Field(default=None, description="where the number comes from, or 'chosen'")
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    labels = Base.labels | {"basis"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.by is None) == (self.dose is None):
            both = "both `by` and `dose`" if self.by else "neither `by` nor `dose`"
            cure = "give one: by: {value: 90, unit: percent}, or dose: {value: 100, unit: nM} for a drug"
            raise fail("FM327" if self.by else "FM320", f"{both} given for {self.target}", cure)
        if self.free is not None and self.dose is None:
            raise fail("FM327", f"`free` without `dose` given for {self.target}", "it is a share of a dose")
        return self


@value
class KnockOut(Base):
    """``knock_out``: genes whose products are absent; one that is named twice counts once."""

    do: Literal["knock_out"] = "knock_out"
    targets: Annotated[tuple[Gene, ...], BeforeValidator(_as_list), AfterValidator(_once)] = Field(
        min_length=1,
        validation_alias=AliasChoices("target", "targets"),
        description="one gene or several, knocked out together",
    )
    where: Origin = field(default=NOWHERE, compare=False, repr=False)


@value
class Open(Base):
    """``open``: a reaction that the model holds closed by default, such as AOX."""

    do: Literal["open"] = "open"
    target: Row = Field(description="reaction")
    lower: Number | None = Field(default=None, description="lowest flux [mmol/gDW/h]; the model's if absent")
    upper: Number | None = Field(default=None, description="highest flux [mmol/gDW/h]; the model's if absent")
    unit: FluxUnit | None = Field(default=None, description="needed with lower or upper")
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    @model_validator(mode="after")
    def _check(self) -> Self:
        ordered(self.lower, self.upper, self.unit, need_one=False)
        return self


@value
class AddReaction(Base):
    """``add_reaction``: a reaction that the model lacks; its balance is checked against the model."""

    do: Literal["add_reaction"] = "add_reaction"
    id: Id = Field(description="new reaction id")
    equation: Text = Field(description="such as akg_c + h_c --> succ_c; <=> if reversible")
    lower: Number | None = Field(
        default=None, description="lowest flux [mmol/gDW/h]; from the arrow if absent"
    )
    upper: Number | None = Field(
        default=None, description="highest flux [mmol/gDW/h]; from the arrow if absent"
    )
    unit: FluxUnit | None = Field(default=None, description="needed with lower or upper")
    genes: Text = Field(default="", description="gene rule, such as A and (B or C)")
    source: Text | None = Field(default=None, description="citation, or 'chosen'")
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(re.findall(r"<=>|-->|<--|->|=>", self.equation)) != 1:
            what = f"{show(self.equation)!r} is not an equation"
            raise fail("FM322", what, "write it with one arrow, --> or <=>")
        ordered(self.lower, self.upper, self.unit, need_one=False)
        return self


@value
class ScaleExpression(Base):
    """``scale_expression``: the expression of a gene times a factor (read here, not yet usable)."""

    do: Literal["scale_expression"] = "scale_expression"
    target: Expressed = Field(description="gene")
    by: Fold = Field(description="factor on its expression [fold]")
    where: Origin = field(default=NOWHERE, compare=False, repr=False)


Change = SetField | Inhibit | KnockOut | Open | AddReaction | ScaleExpression
AnyChange = Annotated[Change, Field(discriminator="do")]

VERBS.update(
    {
        "set": SetField,
        "inhibit": Inhibit,
        "knock_out": KnockOut,
        "open": Open,
        "add_reaction": AddReaction,
        "scale_expression": ScaleExpression,
    }
)

_ADAPTER: TypeAdapter[Change] = TypeAdapter(AnyChange)


def parse_change(raw: Mapping[str, Any], where: Where = NOWHERE, locate: Locate | None = None) -> Change:
    """One change out of the mapping that a file, a flag or an evidence row holds.

    Raises
    ------
    ConditionError
        With every problem of the change, at `where` or where `locate` puts the field.

    Examples
    --------
    >>> parse_change({"do": "inhibit", "target": "GLS", "by": {"value": 90, "unit": "percent"}}).by
    Quantity(value=90.0, unit='percent', source=None)
    """
    place = locate or (lambda path: Where(where.file, where.line, dotted(path) or where.field))
    try:
        return _ADAPTER.validate_python({**raw, "where": where} if "do" in raw else dict(raw))
    except ValidationError as error:
        raise ConditionError(translate(error, raw, object, place)) from None
