"""The columns of every model table, and the closed vocabularies in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fluxmodel.network.energetics import CONCENTRATIONS, RATIOS, THERMO
from fluxmodel.network.kinetics import AFFINITIES, KINETICS, PROTEINS
from fluxmodel.network.sourced import TEXT, WORDS
from fluxmodel.pharmacology import INHIBITORS
from fluxmodel.tables import Column, integer, number, one_of, words

SCHEMA = "fluxmodel.model/1"
TABLES_VERSION = 1
BIOMASS_EQUATION = "@biomass"  # the equation is the sum of the rows of biomass.tsv

SPECIES_IDS = (
    "kegg", "chebi", "bigg", "hmdb", "metanetx", "inchikey", "inchi", "pubchem", "seed", "reactome", "biocyc",
)  # fmt: skip
GENE_IDS = ("ensembl", "ncbigene", "uniprot", "hgnc", "kegg", "refseq", "ccds", "ncbiprotein")
REACTION_IDS = ("kegg", "rhea", "bigg", "metanetx", "ec", "reactome", "biocyc", "seed")

# Kinds of deviation from the parent that a reason code may explain (column `covers` of reasons.tsv).
# `direction` is all of `stricter`, `looser` and `capped`; `duplicate` explains rows of equal stoichiometry.
DEVIATIONS = (
    "stoichiometry", "gpr", "direction", "stricter", "looser", "capped", "formula", "charge", "compartment",
    "member", "addition", "closed", "duplicate",
)  # fmt: skip

_ID = re.compile(r"[A-Za-z0-9_]+\Z")
_SYMBOL = re.compile(r"[A-Za-z0-9_.\-]+\Z")


def identifier(text: str) -> str:
    """An id that SBML can hold."""
    if not _ID.match(text):
        raise ValueError("only letters, digits and _ make an id")
    return text


def symbol(text: str) -> str:
    """A gene symbol."""
    if not _SYMBOL.match(text) or text.lower() in ("and", "or"):
        raise ValueError("only letters, digits and _ . - make a gene symbol")
    return text


def _each(allowed: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    accept = one_of(*allowed)
    return lambda text: tuple(accept(word) for word in text.split())


def _yes_no(text: str) -> bool:
    return one_of("yes", "no")(text) == "yes"


def members(text: str) -> tuple[tuple[str, float], ...]:
    """Parent reactions with their coefficients: ``MAR03895:1 MAR03897:-2``."""
    found = []
    for word in text.split():
        name, colon, coefficient = word.partition(":")
        if not (name and colon):
            raise ValueError(f"write {word!r} as id:coefficient")
        value = number(coefficient)
        if value == 0:
            raise ValueError(f"{word!r} has coefficient 0")
        found.append((name, value))
    return tuple(found)


def _genes(text: str) -> tuple[str, ...]:
    return tuple(symbol(word) for word in re.split(r"[\s,;]+", text) if word)


_NEEDED_TEXT = Column()


def _ids(names: tuple[str, ...]) -> dict[str, Column]:
    return dict.fromkeys(names, WORDS)


METABOLITES: Mapping[str, Column] = {
    "id": Column(identifier),
    "name": _NEEDED_TEXT,
    "formula": _NEEDED_TEXT,
    "charge": Column(integer),
    "compartments": Column(words),
    "parent": TEXT,
    "reason": WORDS,
    "source": WORDS,
    **_ids(SPECIES_IDS),
    "note": TEXT,
}
GENES: Mapping[str, Column] = {
    "symbol": Column(symbol),
    "name": TEXT,
    **_ids(GENE_IDS),
    "source": WORDS,
    "note": TEXT,
}
REACTIONS: Mapping[str, Column] = {
    "id": Column(identifier),
    "name": _NEEDED_TEXT,
    "equation": _NEEDED_TEXT,
    "lower": Column(number),
    "upper": Column(number),
    "default": Column(one_of("open", "closed")),
    "gpr": TEXT,
    "subsystem": TEXT,
    "kind": Column(one_of("copied", "lump", "addition", "exchange", "demand", "biomass")),
    "parent": Column(members, required=False, default=()),
    "reason": WORDS,
    "source": WORDS,
    **_ids(REACTION_IDS),
    "sbo": TEXT,
    "note": TEXT,
}
LUMPS: Mapping[str, Column] = {
    "lump": _NEEDED_TEXT,
    "member": _NEEDED_TEXT,
    "coefficient": Column(number),
    "name": TEXT,
    "note": TEXT,
}
CATALYSTS: Mapping[str, Column] = {
    "id": Column(symbol),
    "gpr": _NEEDED_TEXT,
    "reactions": Column(words),
    "shared": TEXT,
    "runs": Column(one_of("demand", "gradient"), required=False, default="demand"),
    "source": WORDS,
    "note": TEXT,
}
BIOMASS: Mapping[str, Column] = {
    "reaction": _NEEDED_TEXT,
    "metabolite": _NEEDED_TEXT,
    "coefficient": Column(number),
    "unit": _NEEDED_TEXT,
    "group": TEXT,
    "source": WORDS,
    "note": TEXT,
}
SCOPE: Mapping[str, Column] = {
    "family": _NEEDED_TEXT,
    "reaction": TEXT,
    "genes": Column(_genes, required=False, default=()),
    "decision": Column(one_of("in", "closed", "out")),
    "test": TEXT,
    "source": WORDS,
    "note": TEXT,
}
REASONS: Mapping[str, Column] = {
    "code": _NEEDED_TEXT,
    "covers": Column(_each(DEVIATIONS), required=False, default=()),
    "needs_source": Column(_yes_no),
    "meaning": _NEEDED_TEXT,
}
SOURCES: Mapping[str, Column] = {
    "id": _NEEDED_TEXT,
    "citation": _NEEDED_TEXT,
    "doi": TEXT,
    "url": TEXT,
    "provenance": Column(one_of("read", "recalled", "database", "chosen")),
    "note": TEXT,
}
PARAMETERS: Mapping[str, Column] = {
    "id": _NEEDED_TEXT,
    "value": Column(number),
    "unit": _NEEDED_TEXT,
    "low": Column(number, required=False, default=None),
    "high": Column(number, required=False, default=None),
    "source": TEXT,
    "note": TEXT,
}
WAIVERS: Mapping[str, Column] = {
    "code": _NEEDED_TEXT,
    "subject": _NEEDED_TEXT,
    "reason": _NEEDED_TEXT,
    "source": WORDS,
}

# file stem -> columns, unique key
TABLES: Mapping[str, tuple[Mapping[str, Column], str | None]] = {
    "metabolites": (METABOLITES, "id"),
    "genes": (GENES, "symbol"),
    "reactions": (REACTIONS, "id"),
    "lumps": (LUMPS, None),
    "catalysts": (CATALYSTS, "id"),
    "biomass": (BIOMASS, None),
    "scope": (SCOPE, None),
    "reasons": (REASONS, "code"),
    "sources": (SOURCES, "id"),
    "parameters": (PARAMETERS, "id"),
    "waivers": (WAIVERS, None),
    "kinetics": (KINETICS, None),
    "affinities": (AFFINITIES, None),
    "proteins": (PROTEINS, "gene"),
    "thermo": (THERMO, "reaction"),
    "concentrations": (CONCENTRATIONS, "metabolite"),
    "ratios": (RATIOS, None),
    "inhibitors": (INHIBITORS, None),
}
OPTIONAL = frozenset(
    {"waivers", "kinetics", "affinities", "proteins", "thermo", "concentrations", "ratios", "inhibitors"}
)
