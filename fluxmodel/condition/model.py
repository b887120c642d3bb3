"""Condition: what surrounds the cell and what is done to it, as one frozen value."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from fluxmodel.condition.bounds import Bounds
from fluxmodel.condition.changes import AnyChange, Change
from fluxmodel.condition.fields import Flag, Number, Origin, Rule, Text
from fluxmodel.condition.names import FileRef, Id, Level, Name, Regulator, Serum, Species
from fluxmodel.condition.parent import Extends, parent
from fluxmodel.condition.problems import fail, place_in
from fluxmodel.condition.profile import ProfileSpec, none_or_spec
from fluxmodel.condition.quantities import (
    CellDensity,
    CellLayer,
    Concentration,
    Demand,
    Duration,
    Length,
    Measure,
    UptakeRate,
)
from fluxmodel.condition.values import Base, Frozen, value
from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity


@value
class MediumSpec(Base):
    """The medium: a base, a serum, and what is added, set or taken out.

    ``final = base * (1 - serum.volume) + serum + add``; then ``set`` replaces, then ``remove`` takes out.
    """

    base: FileRef = Field(description="id of a base medium, such as RPMI-1640")
    serum: Serum = Field(default=None, description="id of a supplement; none: without serum")
    add: Annotated[Mapping[Species, Concentration], Frozen] = Field(
        default_factory=FrozenMap, description="species -> concentration added to what is there [mM]"
    )
    set: Annotated[Mapping[Species, Concentration], Frozen] = Field(
        default_factory=FrozenMap,
        description="species -> final concentration, whatever base and serum bring [mM]",
    )
    remove: tuple[Species, ...] = Field(default=(), description="species left out of the finished medium")

    @model_validator(mode="after")
    def _check(self) -> Self:
        for a, b in (("add", "set"), ("add", "remove"), ("set", "remove")):
            if both := sorted(frozenset(getattr(self, a)) & frozenset(getattr(self, b))):
                what = f"{', '.join(both)} stands in both `{a}` and `{b}`"
                raise fail("FM327", what, "keep it in one of the two")
        return self


@value
class UptakeSpec(Base):
    """How the concentrations of the medium become limits of uptake."""

    rule: Rule = Field(
        default="depletion",
        description="depletion: what lasts for `hours` at `density`; fixed: only species in `limits` are "
        "taken up; none: no limit from the medium",
    )
    hours: Duration = Field(default=Quantity(24, "h", "chosen"), description="time the medium must last [h]")
    density: CellDensity = Field(
        default=Quantity(0.4e6, "cells/mL", "chosen: 0.05 mgDW/cm2 under 2.5 mm at 490 pg/cell"),
        description="mean cell density over that time [cells/mL or gDW/L]",
    )
    limits: Annotated[Mapping[Species, UptakeRate], Frozen] = Field(
        default_factory=FrozenMap,
        description="species -> highest uptake, positive, instead of what the rule gives [mmol/gDW/h]",
    )


@value
class Oxygen(Base):
    """Oxygen above the medium, and the layer of medium that it crosses."""

    value: Number = Field(ge=0, le=100, description="oxygen in the gas phase [percent]")
    unit: Literal["percent"] = Field(description="unit of value")
    source: Text | None = Field(default=None, description="citation, or 'chosen'")
    depth: Length = Field(default=Quantity(2.5, "mm", "chosen"), description="depth of the medium [mm]")
    density: CellLayer | None = Field(
        default=None,
        description="dry mass or cells per area [mg/cm2]; from uptake.density and depth if absent",
    )
    stirred: Flag = Field(
        default=False, description="true: no diffusion limit (shaken, perfused, respirometer)"
    )

    @property
    def amount(self) -> Quantity:
        """Oxygen in the gas phase, as a Quantity."""
        return Quantity(self.value, self.unit, self.source)


_PERCENT = Measure(("percent",), 0, 100)


def _oxygen(raw: Any) -> Any:
    """Percent alone, as text or Quantity, in the words of `Oxygen`."""
    if raw is None or isinstance(raw, (Mapping, Oxygen, bool, list, tuple)):
        return raw
    amount = _PERCENT.read(raw)
    return {"value": amount.value, "unit": amount.unit, "source": amount.source}


@value
class Condition(Base):
    """What surrounds the cell and what is done to it.

    Frozen; `replace` gives a new one. Ids of species, reactions, genes and drugs are not checked here:
    whoever resolves the condition against a model asks `place` for the line that an id stands on.

    Examples
    --------
    >>> c = Condition(id="x", medium=MediumSpec(base="DMEM"))
    >>> low = c.replace(oxygen=Oxygen(value=1, unit="percent"))
    >>> c.oxygen.value, low.oxygen.value
    (21.0, 1.0)
    """

    schema: Literal["fluxmodel.condition/1"] = Field(
        default="fluxmodel.condition/1", description="name and version of this schema"
    )
    id: Id = Field(description="name by which the condition is found")
    title: Text = Field(default="", description="one line for people")
    notes: Text = Field(default="", description="free text")
    extends: Annotated[Extends | None, BeforeValidator(parent)] = Field(
        default=None,
        description="parent (its id, or {id, digest}) whose fields hold where this file is silent",
    )
    cell: FileRef = Field(default="default", description="id of the cell")
    medium: MediumSpec = Field(description="base medium, serum, additions")
    uptake: UptakeSpec = Field(default_factory=UptakeSpec, description="how the medium limits uptake")
    oxygen: Annotated[Oxygen, BeforeValidator(_oxygen)] = Field(
        default_factory=lambda: Oxygen(value=21, unit="percent", source="chosen"), description="oxygen supply"
    )
    regulators: Annotated[Mapping[Regulator, Level], Frozen] = Field(
        default_factory=FrozenMap, description="regulator -> off, low, basal, high or 0 to 1"
    )
    profile: Annotated[ProfileSpec | None, BeforeValidator(none_or_spec)] = Field(
        default=None, description="measured expression relative to the cell's reference state; none: nothing"
    )
    objective: Name = Field(default="growth", description="what the cell is assumed to maximise")
    demands: Annotated[Mapping[Name, Demand], Frozen] = Field(
        default_factory=FrozenMap,
        description="maintenance, such as ATP_maintenance, GSH_turnover, oxidative_load, instead of the "
        "cell's [mmol/gDW/h, 1/h or percent]",
    )
    bounds: Annotated[Mapping[Id, Bounds], Frozen] = Field(
        default_factory=FrozenMap, description="reaction id -> bounds [mmol/gDW/h]"
    )
    changes: tuple[AnyChange, ...] = Field(default=(), description="what is done, in order")
    origins: Annotated[Mapping[str, Origin], Frozen] = field(
        default_factory=FrozenMap, compare=False, repr=False
    )

    labels = Base.labels | {"id", "extends"}

    def place(self, path: str) -> Where:
        """Where a field was written, or the nearest field around it.

        Parameters
        ----------
        path : str
            Such as ``medium.add.gln__L``, ``bounds.EX_o2_e`` or ``changes[0]``.
        """
        return place_in(self.origins, path)

    def replace(self, **changes: Any) -> Self:
        """A new condition with some fields changed and all of it checked; this one stays as it is.

        ``oxygen`` may be given as percent alone (``"1 percent"`` or a Quantity): depth, density and
        stirring then stay.

        Raises
        ------
        ConditionError
            If the new value would not be valid.

        Examples
        --------
        >>> c = Condition(id="x", medium=MediumSpec(base="DMEM"))
        >>> c.replace(oxygen=Quantity(1, "percent")).oxygen.value
        1.0
        """
        oxygen = changes.get("oxygen")
        if isinstance(oxygen, (str, Quantity)):
            with contextlib.suppress(PydanticCustomError):  # the field says it, with the rest
                changes["oxygen"] = self.oxygen.replace(**_oxygen(oxygen))
        return super().replace(**changes)

    def with_changes(self, *changes: Change) -> Self:
        """A new condition with `changes` behind those it has."""
        return self.replace(changes=(*self.changes, *changes))
