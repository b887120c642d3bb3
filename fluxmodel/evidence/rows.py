"""Published findings as arms and claims: what was done, and what was seen.

A row is one paper's finding. Its arms are conditions, each from a file or from another arm with changes; its
claims are what is scored, one by one. What a paper says that the model cannot say stands in `left_out`, or,
for the whole row, in `not_representable`: with the reason, so that it can be argued with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, model_validator
from typing_extensions import Self

from fluxmodel.condition.changes import AnyChange
from fluxmodel.condition.fields import Number, Observable, Origin, Provenance, Text
from fluxmodel.condition.names import FileRef, Id
from fluxmodel.condition.problems import fail
from fluxmodel.condition.values import Base, Frozen, value
from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap

Said = Literal["up", "down", "unchanged", "above", "below"]
Split = Literal["fit", "test"]
Confidence = Literal["A", "B", "C", "contested"]
Kind = Literal["phenotype", "negative_control"]

NOWHERE = Where()


@value
class Citation(Base):
    """Where a finding was published, and who has read it there."""

    citation: Text = Field(min_length=1, description="paper")
    doi: Text | None = Field(default=None, description="DOI without https://doi.org/")
    provenance: Provenance = Field(description="read: the claim was seen at `read_at`; recalled: unverified")
    read_at: Text | None = Field(default=None, description="where it was read")
    doi_provenance: Provenance | None = Field(
        default=None, description="where it differs from that of the claim"
    )

    @property
    def paper(self) -> str:
        """What tells papers apart: the DOI, or the citation where there is none."""
        return self.doi or " ".join(self.citation.split())


@value
class ArmSpec(Base):
    """One arm of a comparison: a condition, or another arm of the row, and what is changed on top."""

    condition: FileRef | None = Field(default=None, description="id of a condition")
    from_: Id | None = Field(
        default=None,
        validation_alias=AliasChoices("from", "from_"),
        description="id of another arm of the row, instead of a condition",
    )
    changes: tuple[AnyChange, ...] = Field(default=(), description="what is done on top, in order")
    note: Text = Field(default="", description="why it is written so")
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    labels = Base.labels | {"note"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.condition is None) == (self.from_ is None):
            which = "both `condition` and `from`" if self.condition else "neither `condition` nor `from`"
            raise fail("FM327", f"{which} given", "an arm starts from one of them")
        return self


@value
class Per(Base):
    """The untreated arms of an interaction: each arm of the claim counts relative to its own."""

    of: Id = Field(description="untreated arm of `of`")
    against: Id = Field(description="untreated arm of `against`")


@value
class Claim(Base):
    """One thing that was seen.

    ``up``, ``down`` and ``unchanged`` compare arm `of` with arm `against`; ``above`` and ``below`` compare
    the value in arm `of` with a number.
    """

    id: Id = Field(description="name of the claim in its row")
    observable: Observable = Field(description="growth, flux(ID), uptake(MET), secretion(MET), or a ratio")
    of: Id = Field(description="arm in which it was seen")
    against: Id | None = Field(default=None, description="arm it is compared with")
    per: Per | None = Field(
        default=None,
        description="each relative to its own untreated arm: does the effect differ? growth only",
    )
    verdict: Said = Field(description="what was seen")
    than: Number | None = Field(default=None, description="for above and below: the number")
    ratio_above: Number | None = Field(
        default=None, ge=0, description="the ratio of the arms must lie above this as well"
    )
    ratio_below: Number | None = Field(
        default=None, ge=0, description="the ratio of the arms must lie below this as well"
    )
    published: Text = Field(default="", description="what was measured, in the words and units of the source")
    proxy: Text | None = Field(
        default=None, description="why another observable stands for what was measured; counted apart"
    )
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    labels = Base.labels | {"published", "proxy"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        absolute = self.verdict in ("above", "below")
        if absolute and (self.than is None or self.against is not None):
            raise fail("FM327", f"`{self.verdict}` compares with a number", "give `than`, and no `against`")
        if not absolute and (self.against is None or self.than is not None):
            raise fail("FM327", f"`{self.verdict}` compares two arms", "give `against`, and no `than`")
        if self.against == self.of:
            raise fail("FM327", f"{self.of} is compared with itself", "name another arm")
        if self.per is not None and (absolute or self.observable != "growth"):
            raise fail("FM327", "`per` with something else than growth of two arms", "delete it")
        if absolute and (self.ratio_above is not None or self.ratio_below is not None):
            raise fail("FM327", "a ratio of arms where there is one arm", "delete it")
        return self

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms that it needs."""
        named = [self.of, self.against, *((self.per.of, self.per.against) if self.per else ())]
        return tuple(dict.fromkeys(a for a in named if a is not None))


@value
class Row(Base):
    """One published finding."""

    id: Id = Field(description="name of the row")
    kind: Kind = Field(
        default="phenotype", description="negative_control: published as unchanged or not essential"
    )
    source: Citation = Field(description="where it was published")
    category: Id = Field(description="such as GLS-inhibition")
    confidence: Confidence = Field(description="A: consensus, B, C: single paper, or contested")
    panel: Id = Field(default="core", description="core, extra, or what you call it")
    split: Split | None = Field(default=None, description="fit: may be looked at while building; test: not")
    system: Text = Field(default="", description="cells in which it was seen")
    notes: Text = Field(default="", description="what decides how it is read")
    not_representable: Text | None = Field(
        default=None, description="why no claim of it can be asked of the model; then it has no arms"
    )
    arms: Annotated[Mapping[Id, ArmSpec], Frozen] = Field(
        default_factory=FrozenMap, description="name -> condition and changes"
    )
    claims: tuple[Claim, ...] = Field(default=(), description="what is scored")
    left_out: Annotated[Mapping[Text, Text], Frozen] = Field(
        default_factory=FrozenMap, description="what else was seen -> why it cannot be asked"
    )
    where: Origin = field(default=NOWHERE, compare=False, repr=False)

    labels = Base.labels | {"system", "panel", "confidence", "category", "left_out", "split"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.not_representable is not None:
            if self.arms or self.claims:
                raise fail("FM327", "a row that is not representable has arms", "delete them or the reason")
            return self
        if not self.claims:
            raise fail("FM320", "no claims", "write what was seen, or `not_representable: reason`")
        known = ", ".join(self.arms)
        for claim in self.claims:
            for name in claim.arms:
                if name not in self.arms:
                    raise fail("FM330", f"claim {claim.id} names the arm {name!r}", f"arms: {known}")
        twice = [c.id for n, c in enumerate(self.claims) if c.id in [d.id for d in self.claims[:n]]]
        if twice:
            raise fail("FM327", f"two claims are called {twice[0]}", "a claim needs a name of its own")
        for name in self.arms:
            self.lineage(name)
        return self

    @property
    def representable(self) -> bool:
        """Whether anything of it can be asked."""
        return self.not_representable is None

    def lineage(self, name: str) -> tuple[ArmSpec, ...]:
        """The arms from the one that names a condition to the one asked for."""
        found: list[ArmSpec] = []
        seen: list[str] = []
        here: str | None = name
        while here is not None:
            if here in seen:
                raise fail("FM342", f"arms start from each other: {' -> '.join((*seen, here))}", "break it")
            if here not in self.arms:
                raise fail("FM330", f"arm {seen[-1]} starts from {here!r}", f"arms: {', '.join(self.arms)}")
            seen.append(here)
            found.append(self.arms[here])
            here = self.arms[here].from_
        return tuple(reversed(found))


@value
class Evidence(Base):
    """Rows of one file, or of several.

    Examples
    --------
    >>> from fluxmodel.evidence import load_evidence
    >>> e = load_evidence("phenotypes")
    >>> e.row("gls_inh_akg_rescue").claims[0].verdict
    'down'
    """

    schema: Literal["fluxmodel.evidence/1"] = Field(
        default="fluxmodel.evidence/1", description="name and version of this schema"
    )
    id: Id = Field(description="name by which the evidence is found")
    title: Text = Field(default="", description="one line for people")
    notes: Text = Field(default="", description="free text")
    rows: tuple[Row, ...] = Field(min_length=1, description="published findings")
    origins: Annotated[Mapping[str, Origin], Frozen] = field(
        default_factory=FrozenMap, compare=False, repr=False
    )

    labels = Base.labels | {"id"}

    @model_validator(mode="after")
    def _check(self) -> Self:
        ids = [row.id for row in self.rows]
        if twice := [i for n, i in enumerate(ids) if i in ids[:n]]:
            raise fail(
                "FM327", f"two rows are called {', '.join(twice[:5])}", "a row needs a name of its own"
            )
        return self

    def row(self, id: str) -> Row:
        """The row with an id."""
        return next(row for row in self.rows if row.id == id)

    def where(self, split: str = "all") -> tuple[Row, ...]:
        """The rows of a split; ``all`` takes those as well that are in none."""
        return tuple(row for row in self.rows if split in ("all", row.split))

    def claims(self, split: str = "all") -> Iterator[tuple[Row, Claim]]:
        """Every claim that can be asked, with its row."""
        return ((row, claim) for row in self.where(split) for claim in row.claims)
