"""The parent model (Human-GEM): what it says about its reactions, species and genes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fluxmodel.errors import ModelError, Problem, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.equation import format_equation
from fluxmodel.network.gpr import Rule
from fluxmodel.network.sbml_reader import read_sbml
from fluxmodel.network.sbml_values import SbmlGene, SbmlReaction, SbmlSpecies


@dataclass(frozen=True)
class Parent:
    """A genome-scale model to trace to; gene rules are over symbols.

    Ids are the file's own: ``MAR04394``, and ``MAM01975c`` with the compartment as last letter.
    """

    id: str
    name: str
    compartments: Mapping[str, str]
    species: Mapping[str, SbmlSpecies]
    reactions: Mapping[str, SbmlReaction]
    genes: Mapping[str, SbmlGene]
    subsystems: Mapping[str, str]

    def __repr__(self) -> str:
        return f"<Parent {self.name}: {len(self.reactions)} reactions, {len(self.species)} species>"

    @cached_property
    def symbols(self) -> Mapping[str, str]:
        """Gene symbol by the file's own gene id."""
        return FrozenMap({g.id: g.name or g.id for g in self.genes.values()})

    def rule(self, reaction: str) -> Rule:
        """Gene rule of a reaction over symbols."""
        return self.reaction(reaction).rule.renamed(self.symbols)

    def reaction(self, id: str) -> SbmlReaction:
        """The reaction `id`; an unknown one raises ModelError FM419 with the nearest ids."""
        try:
            return self.reactions[id]
        except KeyError:
            what = f"{self.name} has no reaction {id!r}"
            raise ModelError(Problem("FM419", what, cure=nearest(id, self.reactions))) from None

    def equation(self, reaction: str) -> str:
        """Equation of a reaction in the file's own ids."""
        r = self.reaction(reaction)
        return format_equation(r.stoichiometry, r.lower < 0)


def read_parent(path: str | Path) -> Parent:
    """Read Human-GEM's SBML, ``.xml`` or ``.xml.gz``; about 3 s.

    Raises
    ------
    ModelError
        FM417 if the file cannot be read, FM419 if it holds no reactions with ids like MAR04394.
    """
    m = read_sbml(path)
    if not any(r.startswith("MAR") for r in m.reactions):
        cure = "download Human-GEM 1.19's model/Human-GEM.xml"
        what = f"{m.id or 'the file'} is not Human-GEM: no reaction id starts with MAR"
        raise ModelError(Problem("FM419", what, Where(str(path)), cure))
    return Parent(m.id, m.name, m.compartments, m.species, m.reactions, m.genes, m.subsystems)
