"""What an SBML file says, as frozen values, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fluxmodel.network.gpr import Rule
from fluxmodel.network.rows import Annotation


@dataclass(frozen=True, slots=True)
class SbmlSpecies:
    """A species as it stands in the file; ids come without their ``M_``."""

    id: str
    name: str
    compartment: str
    formula: str
    charge: int | None
    annotation: Annotation
    sbo: str = ""


@dataclass(frozen=True, slots=True)
class SbmlReaction:
    """A reaction as it stands in the file; ids come without their ``R_``."""

    id: str
    name: str
    stoichiometry: Mapping[str, float]
    lower: float
    upper: float
    rule: Rule
    annotation: Annotation
    sbo: str = ""


@dataclass(frozen=True, slots=True)
class SbmlGene:
    """A gene product as it stands in the file; ids come without their ``G_``."""

    id: str
    name: str
    annotation: Annotation
    sbo: str = ""


@dataclass(frozen=True)
class SbmlModel:
    """What an SBML file says, in file order."""

    id: str
    name: str
    compartments: Mapping[str, str]
    species: Mapping[str, SbmlSpecies]
    reactions: Mapping[str, SbmlReaction]
    genes: Mapping[str, SbmlGene]
    objective: Mapping[str, float]
    subsystems: Mapping[str, str]
