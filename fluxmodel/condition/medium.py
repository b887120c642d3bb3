"""Medium: what a culture medium or a serum holds, species by species."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from typing_extensions import Self

from fluxmodel.condition.fields import Number, Origin, Provenance, Text
from fluxmodel.condition.names import Id, Species
from fluxmodel.condition.problems import fail, place_in
from fluxmodel.condition.quantities import Measure, Percent
from fluxmodel.condition.values import Base, Frozen, value
from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity


@value
class Source(Base):
    """Where the numbers of a file come from."""

    citation: Text = Field(min_length=1, description="paper, data sheet or 'chosen'")
    url: Text | None = Field(default=None, description="address")
    doi: Text | None = Field(default=None, description="DOI without https://doi.org/")
    provenance: Provenance = Field(description="read: seen in the source; recalled: shown as unverified")


@value
class Component(Base):
    """Concentration of one species."""

    value: Number = Field(ge=0, description="concentration, in `unit`")
    unit: Literal["M", "mM", "uM", "nM", "pM"] = Field(description="unit of value")
    source: Text | None = Field(default=None, description="where it differs from that of the file")
    provenance: Provenance | None = Field(default=None, description="where it differs from that of the file")
    note: Text | None = Field(default=None, description="free text")

    @property
    def amount(self) -> Quantity:
        """The concentration as a Quantity."""
        return Quantity(self.value, self.unit, self.source)


_AMOUNT = Measure(("mM", "M", "uM", "nM", "pM"), 0)


def _component(raw: Any) -> Any:
    """A concentration alone, as text or Quantity, in the words of `Component`."""
    if not isinstance(raw, (str, Quantity)):
        return raw
    amount = _AMOUNT.read(raw)
    return {"value": amount.value, "unit": amount.unit, "source": amount.source}


@value
class Medium(Base):
    """A base medium, or a supplement such as serum.

    The concentrations of a supplement are those in the *finished* medium. Whether the model knows a
    species is not checked here.

    Examples
    --------
    >>> where = Source(citation="chosen", provenance="recalled")
    >>> m = Medium(id="x", name="x", source=where, components={"glc__D": Component(value=5, unit="mM")})
    >>> print(m.components["glc__D"].amount)
    5 mM
    """

    schema: Literal["fluxmodel.medium/1"] = Field(
        default="fluxmodel.medium/1", description="name and version of this schema"
    )
    id: Id = Field(description="name by which the medium is found")
    name: Text = Field(min_length=1, description="one line for people")
    kind: Literal["base", "supplement"] = Field(
        default="base", description="base: a whole medium; supplement: only usable as serum"
    )
    source: Source = Field(description="where the numbers come from")
    volume: Percent | None = Field(
        default=None,
        description="supplements: share of the final volume, by which the base is diluted [percent]",
    )
    components: Annotated[Mapping[Species, Annotated[Component, BeforeValidator(_component)]], Frozen] = (
        Field(description="species -> concentration")
    )
    unlimited: Annotated[Mapping[Species, Text], Frozen] = Field(
        default_factory=FrozenMap, description="species supplied without a limit -> the reason"
    )
    notes: Text = Field(default="", description="free text")
    origins: Annotated[Mapping[str, Origin], Frozen] = field(
        default_factory=FrozenMap, compare=False, repr=False
    )

    labels = Base.labels | {"id"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if both := sorted(frozenset(self.components) & frozenset(self.unlimited)):
            what = f"{', '.join(both)} stands in both `components` and `unlimited`"
            raise fail("FM327", what, "keep it in one of the two")
        if self.volume is not None and self.kind == "base":
            raise fail("FM327", "a base medium with a volume", "delete `volume`, or write `kind: supplement`")
        if self.volume is not None and self.volume.value >= 100:
            raise fail(
                "FM324", f"a volume of {self.volume} leaves no base medium", "it must be < 100 percent"
            )
        return self

    def place(self, path: str) -> Where:
        """Where a field, such as ``components.gln__L``, was written, or the nearest one around it."""
        return place_in(self.origins, path)
