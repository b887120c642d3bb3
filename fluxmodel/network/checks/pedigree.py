"""Annotations, sources and reasons: where each row comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fluxmodel.errors import Where
from fluxmodel.network.checks.base import Check, Context, Hit
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Annotation
from fluxmodel.network.schema import GENE_IDS, REACTION_IDS, SPECIES_IDS

_Row = tuple[str, Where, tuple[str, ...], tuple[str, ...]]  # subject, place, sources, reasons


def annotation(ctx: Context) -> Iterator[Hit]:
    """Every species, gene and internal reaction has an id in a database."""
    model = ctx.model
    groups: tuple[tuple[str, tuple[str, ...], list[tuple[str, Where, Annotation]]], ...] = (
        ("metabolite", SPECIES_IDS, [(s.id, s.where, s.annotation) for s in model.species.values()]),
        ("gene", GENE_IDS, [(g.symbol, g.where, g.annotation) for g in model.genes.values()]),
        (
            "reaction",
            REACTION_IDS,
            [
                (r.id, r.where, r.annotation)
                for r in model.reactions.values()
                if r.kind in ("copied", "lump", "addition")
            ],
        ),
    )
    for kind, databases, rows in groups:
        with_any = sum(bool(a) for _, _, a in rows)
        ctx.values[f"annotation.{kind}"] = (with_any, len(rows))
        for database in databases:
            ctx.values[f"annotation.{kind}.{database}"] = (sum(database in a for _, _, a in rows), len(rows))
        for subject, where, ids in rows:
            if not ids:
                yield Hit(subject, f"the {kind} has no id in any database", where)


def _rows(model: Model) -> Iterable[_Row]:
    yield from ((s.id, s.where, s.sources, s.reasons) for s in model.species.values())
    yield from ((r.id, r.where, r.sources, r.reasons) for r in model.reactions.values())
    yield from ((g.symbol, g.where, g.sources, ()) for g in model.genes.values())
    yield from ((c.id, c.where, c.sources, ()) for c in model.catalysts.values())
    yield from ((f"{b.reaction}:{b.metabolite}", b.where, b.sources, ()) for b in model.biomass_items)
    yield from ((f"{s.family}:{s.reaction}", s.where, s.sources, ()) for s in model.scope)


def unsourced(ctx: Context) -> Iterator[Hit]:
    """Every row names a source."""
    for subject, where, sources, _ in _rows(ctx.model):
        if not sources:
            yield Hit(subject, "names no source", where)


def undocumented(ctx: Context) -> Iterator[Hit]:
    """A reason that needs a source has one that was read, looked up or chosen.

    The parent's own citation does not count: it cannot vouch for a deviation from the parent.
    """
    good = total = 0
    for subject, where, sources, reasons in _rows(ctx.model):
        needing = [code for code in reasons if ctx.model.reasons[code].needs_source]
        if not needing:
            continue
        total += 1
        others = [s for s in sources if s != ctx.model.header.parent_source]
        if all(ctx.model.sources[s].provenance == "recalled" for s in others):
            yield Hit(subject, f"reason {' '.join(needing)} rests on no source that was read", where)
        else:
            good += 1
    ctx.values["sources.reasons_read"] = (good, total)


def recalled(ctx: Context) -> Iterator[Hit]:
    """Rows that rest on recalled sources alone: unverified, listed so that they are read one day."""
    rows = 0
    for subject, where, sources, _ in _rows(ctx.model):
        if sources and all(ctx.model.sources[s].provenance == "recalled" for s in sources):
            rows += 1
            yield Hit(subject, f"rests on recalled sources alone ({' '.join(sources)})", where)
    ctx.values["sources.unverified_rows"] = rows
    provenances = [s.provenance for s in ctx.model.sources.values()]
    ctx.values["sources.by_provenance"] = {p: provenances.count(p) for p in sorted(set(provenances))}


CHECKS = (
    Check("FM450", "annotation", "warning", "look it up in KEGG, ChEBI, MetaNetX, Rhea or HGNC", annotation),
    Check("FM451", "source", "error", "name a row of sources.tsv", unsourced),
    Check("FM452", "reason_source", "warning", "name a source that was read", undocumented),
    Check("FM453", "recalled", "info", "read the source and change its provenance", recalled),
)
