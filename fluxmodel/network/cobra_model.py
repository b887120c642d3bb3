"""Model to cobra.Model: ids, bounds, rules, annotations, SBO terms, subsystems as groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fluxmodel.network.formula import element_sum
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Gene, Reaction, Species

if TYPE_CHECKING:
    import cobra

SBO_METABOLITE = "SBO:0000247"
SBO_GENE = "SBO:0000243"
SBO_METABOLIC = "SBO:0000176"
SBO_TRANSPORT = "SBO:0000655"
SBO_SYMPORT = "SBO:0000659"
SBO_ANTIPORT = "SBO:0000660"
SBO_EXCHANGE = "SBO:0000627"
SBO_DEMAND = "SBO:0000628"
SBO_BIOMASS = "SBO:0000629"
SBO_MAINTENANCE = "SBO:0000630"
SBO_SUBSYSTEM = "SBO:0000633"

# our column -> namespace of identifiers.org (MIRIAM), which is also what memote looks for
SPECIES_NAMESPACES: Mapping[str, str] = {
    "kegg": "kegg.compound", "chebi": "chebi", "bigg": "bigg.metabolite", "hmdb": "hmdb",
    "metanetx": "metanetx.chemical", "inchikey": "inchikey", "inchi": "inchi",
    "pubchem": "pubchem.compound", "seed": "seed.compound", "reactome": "reactome", "biocyc": "biocyc",
}  # fmt: skip
REACTION_NAMESPACES: Mapping[str, str] = {
    "kegg": "kegg.reaction", "rhea": "rhea", "bigg": "bigg.reaction", "metanetx": "metanetx.reaction",
    "ec": "ec-code", "reactome": "reactome", "biocyc": "biocyc", "seed": "seed.reaction",
}  # fmt: skip
GENE_NAMESPACES: Mapping[str, str] = {
    "ensembl": "ensembl", "ncbigene": "ncbigene", "uniprot": "uniprot", "hgnc": "hgnc",
    "kegg": "kegg.genes", "refseq": "refseq", "ccds": "ccds", "ncbiprotein": "ncbiprotein",
}  # fmt: skip

_Annotation = dict[str, str | list[str]]
_WHOLE_EC = re.compile(r"\d+\.\d+\.\d+\.\d+\Z")


def _annotation(sbo: str, ids: Mapping[str, tuple[str, ...]], namespaces: Mapping[str, str]) -> _Annotation:
    return {"sbo": sbo, **{namespaces[column]: list(values) for column, values in ids.items()}}


def species_annotation(species: Species) -> _Annotation:
    """Annotation of a metabolite in cobra's form."""
    return _annotation(SBO_METABOLITE, species.annotation, SPECIES_NAMESPACES)


def gene_annotation(gene: Gene) -> _Annotation:
    """Annotation of a gene; one with an HGNC id carries its symbol as well."""
    found = _annotation(SBO_GENE, gene.annotation, GENE_NAMESPACES)
    return {**found, "hgnc.symbol": [gene.symbol]} if "hgnc" in found else found


def reaction_annotation(model: Model, reaction: Reaction) -> _Annotation:
    """Annotation of a reaction; complete EC numbers are BRENDA's ids as well."""
    found = _annotation(reaction_sbo(model, reaction), reaction.annotation, REACTION_NAMESPACES)
    whole = [ec for ec in reaction.annotation.get("ec", ()) if _WHOLE_EC.match(ec)]
    return {**found, "brenda": whole} if whole else found


def reaction_sbo(model: Model, reaction: Reaction) -> str:
    """The SBO term of a reaction: the table's, or the one that follows from what it does."""
    if reaction.sbo:
        return reaction.sbo
    if reaction.id == model.maintenance:
        return SBO_MAINTENANCE
    if reaction.kind == "exchange":
        return SBO_EXCHANGE
    if reaction.kind == "biomass":
        return SBO_BIOMASS
    if reaction.boundary:
        return SBO_DEMAND
    if not moves_matter(model, reaction):
        return SBO_METABOLIC
    carried = carried_species(model, reaction)
    if len(carried) < 2 or not all(carried.values()):
        return SBO_TRANSPORT
    return SBO_SYMPORT if len(set(carried.values())) == 1 else SBO_ANTIPORT


def moves_matter(model: Model, reaction: Reaction) -> bool:
    """Whether atoms cross between compartments."""
    sides: dict[str, list[tuple[float, str]]] = {}
    for m, c in reaction.stoichiometry.items():
        metabolite = model.metabolites[m]
        sides.setdefault(metabolite.compartment, []).append((c, metabolite.formula))
    return len(sides) > 1 and any(element_sum(terms) for terms in sides.values())


def carried_species(model: Model, reaction: Reaction) -> dict[str, tuple[str, str]]:
    """Species that a pure transport moves, each with (from, to); empty if it does chemistry too."""
    ends: dict[str, dict[str, float]] = {}
    for m, c in reaction.stoichiometry.items():
        metabolite = model.metabolites[m]
        ends.setdefault(metabolite.species.id, {})[metabolite.compartment] = c
    moves = {}
    for species, places in ends.items():
        if len(places) != 2 or abs(sum(places.values())) > 1e-9:
            return {}
        source, target = sorted(places, key=lambda place: places[place])
        moves[species] = (source, target)
    return moves


def to_cobra(model: Model) -> cobra.Model:
    """Everything that cobra can hold, with default bounds and the model's objective.

    Returns
    -------
    cobra.Model
        Gene ids are HGNC symbols; `notes` of a reaction carry its parent reactions, reason codes
        and sources.

    Examples
    --------
    >>> from fluxmodel.network import load_model
    >>> load_model().to_cobra().slim_optimize() > 0
    True
    """
    import cobra  # 2 s: only when it is asked for

    result = cobra.Model(model.id, name=model.header.name)
    metabolites = {}
    for m in model.metabolites.values():
        item = cobra.Metabolite(m.id, m.formula, m.name, m.charge, m.compartment)
        item.annotation = species_annotation(m.species)
        if m.species.parent:
            item.notes["parent"] = m.species.parent + m.compartment
        metabolites[m.id] = item
    result.add_metabolites(list(metabolites.values()))
    result.compartments = dict(model.compartments)
    result.genes += [cobra.Gene(symbol, name=gene.name or symbol) for symbol, gene in model.genes.items()]
    for item in result.genes:
        item._model = result
        item.annotation = gene_annotation(model.genes[item.id])
    reactions = []
    for r in model.reactions.values():
        item = cobra.Reaction(r.id, r.name, r.subsystem, *r.bounds)
        item.add_metabolites({metabolites[m]: c for m, c in r.stoichiometry.items()})
        item.gene_reaction_rule = str(r.rule)
        item.annotation = reaction_annotation(model, r)
        item.notes.update(_notes(r))
        reactions.append(item)
    result.add_reactions(reactions)
    result.objective = model.objective
    groups: dict[str, list[cobra.Reaction]] = {}
    for item in result.reactions:
        if item.subsystem:
            groups.setdefault(item.subsystem, []).append(item)
    for n, (name, members) in enumerate(groups.items(), start=1):
        group = cobra.core.Group(f"subsystem_{n}", name, members, kind="partonomy")
        group.annotation = {"sbo": SBO_SUBSYSTEM}
        result.add_groups([group])
    result.annotation = {"sbo": "SBO:0000624", "taxonomy": "9606"}
    result.notes = {
        "version": model.version,
        "parent": f"{model.header.parent} {model.header.parent_version} ({model.header.parent_licence})",
        "licence": model.header.licence,
        "digest": model.digest,
    }
    return result


def _notes(r: Reaction) -> dict[str, str]:
    parent = " ".join(f"{m}:{c:g}" for m, c in r.parent)
    notes = {"kind": r.kind, "parent": parent, "reason": " ".join(r.reasons), "source": " ".join(r.sources)}
    if not r.open:
        notes["bounds when open"] = f"{r.lower:g} {r.upper:g}"
    return {key: value for key, value in notes.items() if value}
