"""Drugs: what they act on exists, their sources too, and their names cannot be mistaken.

What one table can say about itself (units, ranges, doubled rows and names) is refused when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.errors import nearest
from fluxmodel.network.checks.base import Check, Context, Hit
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import Action, Drug, plain


def _actions(model: Model) -> Iterator[tuple[Drug, Action]]:
    for drug in model.inhibitors.values():
        yield from ((drug, action) for action in drug.actions)


def targets(ctx: Context) -> Iterator[Hit]:
    """Every target is a gene or catalyst of the model, or says that it is not; a medium holds species."""
    model = ctx.model
    known = [*model.genes, *model.all_catalysts]
    for drug, action in _actions(model):
        for target in action.targets:
            missing = target.kind == "" and target.name not in model.genes
            if missing and target.name not in model.all_catalysts:
                near = nearest(target.name, known)
                what = f"no gene or catalyst {target.name!r}"
                yield Hit(drug.name, f"{what}: {near}" if near else what, action.where)
            if target.kind == "other" and target.name in model.genes:
                yield Hit(drug.name, f"{target.name} is a gene of the model: without other:", action.where)
            if target.kind == "medium" and target.name not in model.species:
                yield Hit(drug.name, f"no species {target.name!r}", action.where)
        if action.competes_with and action.competes_with not in model.species:
            yield Hit(drug.name, f"competes with {action.competes_with!r}, which is no species", action.where)


def sources(ctx: Context) -> Iterator[Hit]:
    """Every row names rows of sources.tsv, and so does its slope unless that was chosen."""
    for drug, action in _actions(ctx.model):
        slope = [] if action.hill_source in ("", "chosen") else action.hill_source.split()
        for source in (*action.sources, *slope):
            if source not in ctx.model.sources:
                near = nearest(source, ctx.model.sources)
                what = f"unknown source {source!r}"
                yield Hit(drug.name, f"{what}: {near}" if near else what, action.where)


def names(ctx: Context) -> Iterator[Hit]:
    """No drug is called like a gene, catalyst or reaction."""
    model = ctx.model
    taken = {plain(n): n for n in (*model.genes, *model.catalysts, *model.reactions)}
    for drug in model.inhibitors.values():
        for name in drug.names:
            if plain(name) in taken:
                what = f"{name!r} is also a gene, catalyst or reaction ({taken[plain(name)]})"
                yield Hit(drug.name, what, drug.actions[0].where)


def unverified(ctx: Context) -> Iterator[Hit]:
    """Potencies that were recalled or chosen: every result built on one says so."""
    numbers = [(drug, action) for drug, action in _actions(ctx.model) if action.potency is not None]
    ctx.values["drugs"] = len(ctx.model.inhibitors)
    ctx.values["drugs.potencies_read"] = (sum(a.verified for _, a in numbers), len(numbers))
    for drug, action in numbers:
        if not action.verified:
            what = f"{action.measure} on {action.target_text} is unverified ({action.provenance})"
            yield Hit(drug.name, what, action.where)


CHECKS = (
    Check("FM462", "drug_target", "error", "name a gene or catalyst, or write other:NAME", targets),
    Check("FM463", "drug_source", "error", "name a row of sources.tsv", sources),
    Check("FM464", "drug_name", "error", "give the drug another name", names),
    Check("FM465", "drug_potency", "info", "read the source and change its provenance", unverified),
)
