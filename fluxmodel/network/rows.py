"""What one row of each model table says, as frozen values.

``where`` is the place of the row in its file; it takes no part in comparison or digests.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.equation import format_equation
from fluxmodel.network.formula import molar_mass, parse_formula
from fluxmodel.network.gpr import NO_RULE, Rule

ReactionKind = Literal["copied", "lump", "addition", "exchange", "demand", "biomass"]
Decision = Literal["in", "closed", "out"]
Provenance = Literal["read", "recalled", "database", "chosen"]
Annotation = Mapping[str, tuple[str, ...]]

NO_ANNOTATION: Annotation = FrozenMap()
NOWHERE = Where()
UNLIMITED = 1000.0  # mmol/gDW/h; the tables' word for "no bound of its own"


@dataclass(frozen=True, slots=True)
class Header:
    """What model.yaml says."""

    id: str
    name: str
    version: str
    parent: str
    parent_version: str
    parent_licence: str
    licence: str
    objective: str
    biomass: str
    maintenance: str
    compartments: Mapping[str, str]
    parent_url: str = ""
    parent_source: str = ""  # id in sources.tsv: it vouches for what is copied, not for a deviation
    created: str = ""


@dataclass(frozen=True, slots=True)
class Species:
    """A compound, wherever it is: formula, charge, and its identity in the parent."""

    id: str
    name: str
    formula: str
    charge: int
    compartments: tuple[str, ...]
    parent: str = ""
    reasons: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    annotation: Annotation = NO_ANNOTATION
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Metabolite:
    """A species in one compartment; its id is ``<species>_<compartment>``."""

    id: str
    species: Species
    compartment: str

    @property
    def name(self) -> str:
        """Name of the species."""
        return self.species.name

    @property
    def formula(self) -> str:
        """Chemical formula of the species."""
        return self.species.formula

    @property
    def charge(self) -> int:
        """Charge of the species."""
        return self.species.charge

    @property
    def elements(self) -> Mapping[str, int]:
        """Atoms by element."""
        return parse_formula(self.species.formula)

    @property
    def mass(self) -> float:
        """Molar mass in g/mol."""
        return molar_mass(self.species.formula)


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene, by HGNC symbol; heterologous genes have no Ensembl id."""

    symbol: str
    name: str = ""
    annotation: Annotation = NO_ANNOTATION
    sources: tuple[str, ...] = ()
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction with its stoichiometry, bounds (mmol/gDW/h), gene rule and pedigree.

    ``lower`` and ``upper`` hold when it is open; `bounds` says what holds by default.
    ``parent`` lists ``(parent reaction, coefficient)``; the coefficient's sign is the orientation.
    """

    id: str
    name: str
    stoichiometry: Mapping[str, float]
    reversible: bool
    lower: float
    upper: float
    open: bool = True
    rule: Rule = NO_RULE
    subsystem: str = ""
    kind: ReactionKind = "addition"
    parent: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    annotation: Annotation = NO_ANNOTATION
    sbo: str = ""
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)

    @property
    def bounds(self) -> tuple[float, float]:
        """Lower and upper bound by default: 0, 0 if the row is closed."""
        return (self.lower, self.upper) if self.open else (0.0, 0.0)

    @property
    def equation(self) -> str:
        """The equation as text."""
        return format_equation(self.stoichiometry, self.reversible)

    @property
    def genes(self) -> tuple[str, ...]:
        """Genes of the rule."""
        return self.rule.genes

    @property
    def boundary(self) -> bool:
        """Whether matter enters or leaves the model here (all metabolites on one side)."""
        signs = {c > 0 for c in self.stoichiometry.values()}
        return len(signs) == 1


@dataclass(frozen=True, slots=True)
class Catalyst:
    """An enzyme, complex or carrier whose one capacity serves all its `reactions`.

    One that ``runs`` by ``gradient`` carries what it can, needed or not; most run on demand.
    """

    id: str
    rule: Rule
    reactions: tuple[str, ...]
    shared: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    explicit: bool = True
    runs: str = "demand"
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BiomassItem:
    """One ingredient of a biomass reaction; a negative coefficient is consumed."""

    reaction: str
    metabolite: str
    coefficient: float
    unit: str
    group: str
    sources: tuple[str, ...] = ()
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LumpMember:
    """One parent reaction in the sum that makes a lump."""

    lump: str
    member: str
    coefficient: float
    name: str = ""
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """What the model has to be able to answer: a reaction, the genes that gate it, a decision."""

    family: str
    reaction: str
    genes: tuple[str, ...]
    decision: Decision
    test: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """A code for deviating from the parent, and the kinds of deviation it explains."""

    code: str
    covers: tuple[str, ...]
    needs_source: bool
    meaning: str
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from, and whether it was read, recalled, looked up or chosen."""

    id: str
    citation: str
    doi: str = ""
    url: str = ""
    provenance: Provenance = "read"
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number with its unit, range and source."""

    id: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    source: str = ""
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that is accepted, with the reason why."""

    code: str
    subject: str
    reason: str
    sources: tuple[str, ...] = ()
    where: Where = field(default=NOWHERE, compare=False, repr=False)


def bounds_problem(low: float, high: float, reversible: bool) -> str:
    """Why the bounds do not fit together or to the arrow; empty if they do."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"bounds {low:g}, {high:g} must be finite; write 1000 for unlimited"
    if low > high:
        return f"the lower bound {low:g} is above the upper bound {high:g}"
    if low < 0 and not reversible:
        return f"the lower bound {low:g} needs a reversible arrow <=>"
    if low >= 0 and reversible:
        return f"the arrow <=> needs a lower bound below 0, not {low:g}"
    return ""
