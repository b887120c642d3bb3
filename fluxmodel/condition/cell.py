"""Cell: the reference state that conditions are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from typing_extensions import Self

from fluxmodel.condition.fields import Flag, FluxUnit, Number, Observable, Origin, Provenance, Text
from fluxmodel.condition.medium import Source
from fluxmodel.condition.names import Gene, Id, Level, Name, Regulator
from fluxmodel.condition.parent import Extends, parent
from fluxmodel.condition.problems import fail, place_in
from fluxmodel.condition.quantities import Demand, DryMass, GrowthRate
from fluxmodel.condition.values import Base, Frozen, value
from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity


@value
class Rate(Base):
    """A measured rate with its error."""

    value: Number = Field(description="mean, in `unit`")
    error: Number | None = Field(default=None, ge=0, description="standard error, in `unit`")
    unit: Literal[
        "mmol/gDW/h", "umol/gDW/h", "fmol/cell/h", "umol/1e6 cells/h", "nmol/1e6 cells/h",
        "nmol/1e6 cells/min", "amol/cell/s", "1/h", "1/d", "1",
    ] = Field(description="unit of value and error; 1 for a ratio")  # fmt: skip
    source: Text = Field(min_length=1, description="citation, or 'chosen'")
    provenance: Provenance | None = Field(default=None, description="where it differs from that of the file")
    note: Text | None = Field(default=None, description="free text")

    @property
    def amount(self) -> Quantity:
        """The mean as a Quantity."""
        return Quantity(self.value, self.unit, self.source)

    @property
    def spread(self) -> Quantity | None:
        """The error as a Quantity, if there is one."""
        return None if self.error is None else Quantity(self.error, self.unit, self.source)


@value
class Capacity(Base):
    """Highest flux that one catalyst can carry in the reference state."""

    value: Number = Field(ge=0, description="capacity [mmol/gDW/h]")
    unit: FluxUnit = Field(description="unit of value")
    source: Text = Field(min_length=1, description="citation, 'fitted' or 'chosen'")


@value
class GeneFold(Base):
    """Expression of one gene relative to another kind of cell."""

    value: Number = Field(ge=0, description="factor on its mRNA")
    unit: Literal["fold"] = Field(description="unit of value")
    source: Text = Field(min_length=1, description="citation, or 'chosen'")


@value
class Cell(Base):
    """A kind of cell: dry mass, measured rates, maintenance and the capacities of its catalysts.

    Examples
    --------
    >>> where = Source(citation="chosen", provenance="recalled")
    >>> c = Cell(id="x", name="x", provisional=True, dry_mass="400 pg/cell", source=where)
    >>> c.dry_mass.value, dict(c.capacities)
    (400.0, {})
    """

    schema: Literal["fluxmodel.cell/1"] = Field(
        default="fluxmodel.cell/1", description="name and version of this schema"
    )
    id: Id = Field(description="name by which the cell is found")
    extends: Annotated[Extends | None, BeforeValidator(parent)] = Field(
        default=None, description="cell (its id, or {id, digest}) whose fields hold where this file is silent"
    )
    name: Text = Field(min_length=1, description="one line for people")
    provisional: Flag = Field(description="true: chosen numbers, shown as such with every result")
    source: Source = Field(description="where the numbers come from")
    dry_mass: DryMass = Field(description="dry mass per cell [pg/cell]")
    reference: Id | None = Field(
        default=None, description="id of the condition in which the rates were measured and capacities hold"
    )
    rates: Annotated[Mapping[Observable, Rate], Frozen] = Field(
        default_factory=FrozenMap,
        description="observable, such as growth, uptake(glc__D) or secretion(lac__L) -> measured rate",
    )
    demands: Annotated[Mapping[Name, Demand], Frozen] = Field(
        default_factory=FrozenMap,
        description="maintenance, such as ATP_maintenance, GSH_turnover, oxidative_load "
        "[mmol/gDW/h, 1/h or percent]",
    )
    capacities: Annotated[Mapping[Name, Capacity], Frozen] = Field(
        default_factory=FrozenMap, description="catalyst id -> capacity; may be empty"
    )
    translation: GrowthRate | None = Field(
        default=None, description="highest growth rate that protein synthesis supports [1/h]; none: no limit"
    )
    ensemble: Name | None = Field(
        default=None,
        description="file beside this one with the members of the ensemble: capacities and reference fluxes",
    )
    expression: Annotated[Mapping[Gene, GeneFold], Frozen] = Field(
        default_factory=FrozenMap,
        description="gene -> mRNA relative to the cell that the capacities were fitted for [fold]",
    )
    regulators: Annotated[Mapping[Regulator, Level], Frozen] = Field(
        default_factory=FrozenMap,
        description="regulator -> its level where a condition says basal or nothing",
    )
    notes: Text = Field(default="", description="free text")
    origins: Annotated[Mapping[str, Origin], Frozen] = field(
        default_factory=FrozenMap, compare=False, repr=False
    )

    labels = Base.labels | {"id", "provisional", "extends"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, rate in self.rates.items():
            if rate.value < 0 and name.startswith(("uptake", "secretion")):
                other = "secretion" if name.startswith("uptake") else "uptake"
                cure = f"uptake and secretion are positive numbers: write it as {other}(...)"
                raise fail("FM324", f"rates: {name} = {rate.amount} is negative", cure)
        return self

    def place(self, path: str) -> Where:
        """Where a field, such as ``rates.growth``, was written, or the nearest one around it."""
        return place_in(self.origins, path)
