"""The Model: every table, cross-checked, as one immutable value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fluxmodel.digest import digest
from fluxmodel.errors import ModelError, Problem, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.energetics import Concentration, Energy, Ratio
from fluxmodel.network.equation import parse_equation
from fluxmodel.network.formula import BALANCE_TOLERANCE, element_sum
from fluxmodel.network.gpr import parse_rule
from fluxmodel.network.kinetics import Affinity, Protein, Turnover
from fluxmodel.network.matrix import Stoichiometry, stoichiometry_of
from fluxmodel.network.rows import (
    UNLIMITED,
    BiomassItem,
    Catalyst,
    Gene,
    Header,
    LumpMember,
    Metabolite,
    Parameter,
    Reaction,
    Reason,
    ScopeRow,
    Source,
    Species,
    Waiver,
    bounds_problem,
)
from fluxmodel.pharmacology import Drug

if TYPE_CHECKING:
    import cobra


@dataclass(frozen=True, eq=False)
class Model:
    """A reduced metabolic network with its pedigree.

    Mappings are read-only, in table order; `digest` identifies the content, in which ``path`` takes no part.
    """

    header: Header
    species: Mapping[str, Species]
    metabolites: Mapping[str, Metabolite]
    genes: Mapping[str, Gene]
    reactions: Mapping[str, Reaction]
    catalysts: Mapping[str, Catalyst]
    biomass_items: tuple[BiomassItem, ...]
    lumps: tuple[LumpMember, ...]
    scope: tuple[ScopeRow, ...]
    reasons: Mapping[str, Reason]
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    waivers: tuple[Waiver, ...] = ()
    turnovers: tuple[Turnover, ...] = ()
    affinities: tuple[Affinity, ...] = ()
    proteins: Mapping[str, Protein] = field(default_factory=FrozenMap)
    energies: Mapping[str, Energy] = field(default_factory=FrozenMap)
    concentrations: Mapping[str, Concentration] = field(default_factory=FrozenMap)
    ratios: tuple[Ratio, ...] = ()
    inhibitors: Mapping[str, Drug] = field(default_factory=FrozenMap)
    path: Path | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        # models are keys of caches: comparing their tables would take longer than computing anew
        return self is other or (isinstance(other, Model) and self.digest == other.digest)

    def __repr__(self) -> str:
        size = (
            f"{len(self.reactions)} reactions, {len(self.metabolites)} metabolites, {len(self.genes)} genes"
        )
        return f"<Model {self.id} {self.version}: {size}>"

    @property
    def id(self) -> str:
        """Id of the model."""
        return self.header.id

    @property
    def version(self) -> str:
        """Version of the model's content, apart from the package's."""
        return self.header.version

    @property
    def objective(self) -> str:
        """Id of the reaction that is maximised."""
        return self.header.objective

    @property
    def biomass(self) -> str:
        """Id of the growth reaction (flux in 1/h)."""
        return self.header.biomass

    @property
    def maintenance(self) -> str:
        """Id of the ATP maintenance reaction."""
        return self.header.maintenance

    @property
    def compartments(self) -> Mapping[str, str]:
        """Compartment names by letter."""
        return self.header.compartments

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content: equal tables give an equal digest on every machine."""
        return digest(self)

    @cached_property
    def exchanges(self) -> tuple[str, ...]:
        """Ids of the exchange reactions, in table order."""
        return tuple(r.id for r in self.reactions.values() if r.kind == "exchange")

    @cached_property
    def _by_gene(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {symbol: [] for symbol in self.genes}
        for reaction in self.reactions.values():
            for symbol in reaction.genes:
                found.setdefault(symbol, []).append(reaction.id)
        return FrozenMap({symbol: tuple(ids) for symbol, ids in found.items()})

    @cached_property
    def _by_reaction(self) -> Mapping[str, tuple[Catalyst, ...]]:
        found: dict[str, list[Catalyst]] = {}
        for catalyst in self.catalysts.values():
            for reaction in catalyst.reactions:
                found.setdefault(reaction, []).append(catalyst)
        return FrozenMap({reaction: tuple(items) for reaction, items in found.items()})

    def reaction(self, id: str) -> Reaction:
        """The reaction `id`; unknown ids raise ModelError FM407 with the nearest names."""
        try:
            return self.reactions[id]
        except KeyError:
            what = f"the model has no reaction {id!r}"
            raise ModelError(Problem("FM407", what, cure=nearest(id, self.reactions))) from None

    def reactions_of(self, gene: str) -> tuple[str, ...]:
        """Ids of the reactions whose rule names `gene`, in table order.

        Raises
        ------
        ModelError
            FM406 if the model has no such gene.
        """
        try:
            return self._by_gene[gene]
        except KeyError:
            what = f"the model has no gene {gene!r}"
            raise ModelError(Problem("FM406", what, cure=self.suggest_gene(gene))) from None

    @cached_property
    def _symbol_of(self) -> Mapping[str, str]:
        """Gene symbol by every id of other databases, in capitals."""
        return FrozenMap(
            {
                id.upper().rpartition(":")[2]: symbol
                for symbol, gene in self.genes.items()
                for ids in gene.annotation.values()
                for id in ids
            }
        )

    def suggest_gene(self, name: str) -> str:
        """What to write instead of a gene symbol that the model does not have; empty if nothing is near.

        Knows the ids of other databases (Ensembl with or without a version, NCBI, UniProt, HGNC, ...),
        several symbols in one text, and names that are nearly right.

        Examples
        --------
        >>> from fluxmodel.network import load_model
        >>> load_model().suggest_gene("ENSG00000115419.13")
        'write GLS: that is its symbol here'
        """
        bare = name.strip().upper().rpartition(":")[2]
        for id in (bare, bare.partition(".")[0]):
            if symbol := self._symbol_of.get(id):
                return f"write {symbol}: that is its symbol here"
        parts = [part for part in re.split(r"[\s,;+&]+", name.strip()) if part]
        if len(parts) > 1 and all(part in self.genes for part in parts):
            return f"put commas between genes: {','.join(parts)}"
        return nearest(name, self.genes)

    def lost_reactions(self, genes: Iterable[str]) -> tuple[str, ...]:
        """Ids of the reactions that have no catalyst left without `genes`, in table order."""
        lost = frozenset(genes)
        touched = {r for g in sorted(lost) for r in self.reactions_of(g)}
        return tuple(r for r in self.reactions if r in touched and not self.reactions[r].rule.holds(lost))

    def catalysts_of(self, reaction: str) -> tuple[Catalyst, ...]:
        """Catalysts of a reaction: the rows of catalysts.tsv, or one that is its whole rule.

        A reaction without a gene rule has none: nothing is known that could limit it.
        """
        explicit = self._by_reaction.get(reaction)
        if explicit:
            return explicit
        row = self.reaction(reaction)
        if not row.rule:
            return ()
        return (Catalyst(row.id, row.rule, (row.id,), explicit=False, where=row.where),)

    @cached_property
    def all_catalysts(self) -> Mapping[str, Catalyst]:
        """Every catalyst by id: the rows of catalysts.tsv, and one per reaction whose rule stands alone."""
        return FrozenMap(
            {**self.catalysts, **{c.id: c for r in self.reactions for c in self.catalysts_of(r)}}
        )

    def imbalance(self, stoichiometry: Mapping[str, float]) -> dict[str, float]:
        """Net atoms by element, and net ``charge``, that a turnover makes; empty if balanced."""
        terms = [(c, self.metabolites[m]) for m, c in stoichiometry.items()]
        net = element_sum((c, m.formula) for c, m in terms)
        charge = sum(c * m.charge for c, m in terms)
        return {**net, "charge": charge} if abs(charge) > BALANCE_TOLERANCE else net

    @cached_property
    def stoichiometry(self) -> Stoichiometry:
        """The stoichiometric matrix and the default bounds as read-only arrays."""
        return stoichiometry_of(self.metabolites, self.reactions)

    def with_reaction(
        self,
        id: str,
        equation: str,
        *,
        bounds: tuple[float, float] | None = None,
        gpr: str = "",
        name: str = "",
        open: bool = True,
        balanced: bool = True,
    ) -> Model:
        """The same model with one reaction more.

        Parameters
        ----------
        id, equation, gpr, name : str
            As in reactions.tsv.
        bounds : tuple of float, optional
            mmol/gDW/h; by default 0 or -1000, as the arrow says, to 1000.
        open : bool
            Whether it is open by default.
        balanced : bool
            Refuse it (FM416) if it makes or loses atoms or charge; a reaction whose metabolites
            all stand on one side is a boundary and exempt.

        Raises
        ------
        ModelError
            With every problem found: id taken, equation or rule unreadable, unknown metabolite
            or gene, bounds against the arrow, imbalance.
        """
        problems: list[Problem] = []
        if id in self.reactions:
            problems.append(Problem("FM412", f"the model has a reaction {id!r} already"))
        parsed, rule = parse_equation(equation), parse_rule(gpr)
        low, high = bounds or (-UNLIMITED if parsed.reversible else 0.0, UNLIMITED)
        for m in parsed.stoichiometry:
            if m not in self.metabolites:
                cure = nearest(m, self.metabolites)
                problems.append(Problem("FM405", f"{id}: unknown metabolite {m!r}", cure=cure))
        for g in rule.genes:
            if g not in self.genes:
                problems.append(Problem("FM406", f"{id}: unknown gene {g!r}", cure=nearest(g, self.genes)))
        if why := bounds_problem(low, high, parsed.reversible):
            problems.append(Problem("FM411", f"{id}: {why}"))
        row = Reaction(id, name or id, parsed.stoichiometry, parsed.reversible, low, high, open, rule)
        if not problems and balanced and not row.boundary and (net := self.imbalance(parsed.stoichiometry)):
            parts = ", ".join(f"{k} {v:+g}" for k, v in net.items())
            cure = "add what is missing (often h or h2o) or correct a coefficient"
            problems.append(Problem("FM416", f"{id} is not balanced: {parts}", cure=cure))
        if problems:
            raise ModelError(problems)
        return self.with_reactions([row])

    def with_reactions(self, rows: Sequence[Reaction]) -> Model:
        """The same model with rows added or, under the same id, replaced; nothing is checked."""
        return replace(self, reactions=FrozenMap({**self.reactions, **{r.id: r for r in rows}}))

    def to_cobra(self) -> cobra.Model:
        """A cobra model with everything that cobra can hold."""
        from fluxmodel.network.cobra_model import to_cobra

        return to_cobra(self)
