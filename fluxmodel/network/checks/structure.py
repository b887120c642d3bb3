"""What the shape of the network shows without an LP: dead ends, duplicates, unused genes."""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.network.checks.base import Check, Context, Hit
from fluxmodel.network.formula import parse_formula
from fluxmodel.network.rows import Reaction

_Shape = tuple[tuple[str, float], ...]


def dead_ends(ctx: Context) -> Iterator[Hit]:
    """Every metabolite can be made and used, counting closed rows as open."""
    made: set[str] = set()
    used: set[str] = set()
    for r in ctx.model.reactions.values():
        for m, c in r.stoichiometry.items():
            if r.upper > 0:
                (made if c > 0 else used).add(m)
            if r.lower < 0:
                (used if c > 0 else made).add(m)
    for id, metabolite in ctx.model.metabolites.items():
        if id not in made or id not in used:
            lacks = "made nor used" if id not in made | used else "used" if id in made else "made"
            yield Hit(id, f"is never {lacks}", metabolite.species.where)


def _shape(r: Reaction) -> tuple[_Shape, float]:
    """Stoichiometry up to a factor, and the factor's sign."""
    items = sorted(r.stoichiometry.items())
    scale = items[0][1] if items else 1.0
    return tuple((m, round(c / scale, 9)) for m, c in items), scale


def _directions(r: Reaction, sign: float) -> set[int]:
    forward, backward = r.upper > 0, r.lower < 0
    if sign < 0:
        forward, backward = backward, forward
    return {n for n, open_ in ((1, forward), (-1, backward)) if open_}


def duplicate_reactions(ctx: Context) -> Iterator[Hit]:
    """No two reactions do the same, unless a reason code says that they are to be kept apart."""
    excused = {code for code, reason in ctx.model.reasons.items() if "duplicate" in reason.covers}
    seen: dict[_Shape, list[tuple[Reaction, set[int]]]] = {}
    for r in ctx.model.reactions.values():
        shape, sign = _shape(r)
        ways = _directions(r, sign)
        for other, theirs in seen.get(shape, ()):
            if ways & theirs and not (excused & set(r.reasons) and excused & set(other.reasons)):
                yield Hit(r.id, f"has the stoichiometry of {other.id} and a direction in common", r.where)
        seen.setdefault(shape, []).append((r, ways))


def duplicate_species(ctx: Context) -> Iterator[Hit]:
    """No compound stands in two rows: same parent, InChIKey or MetaNetX id, and same atoms and charge."""
    seen: dict[tuple[object, ...], str] = {}
    for s in ctx.model.species.values():
        ids = [("parent", s.parent)] if s.parent else []
        ids += [(db, id) for db in ("inchikey", "metanetx") for id in s.annotation.get(db, ())]
        for database, id in ids:
            key = (database, id, parse_formula(s.formula), s.charge)
            if key in seen:
                yield Hit(s.id, f"has the {database} {id} of {seen[key]}", s.where)
            seen.setdefault(key, s.id)


def unused_genes(ctx: Context) -> Iterator[Hit]:
    """Every gene stands in a rule."""
    for g in ctx.model.genes.values():
        if not ctx.model.reactions_of(g.symbol):
            yield Hit(g.symbol, "stands in no gene rule", g.where)


CHECKS = (
    Check("FM433", "dead_end", "error", "add the missing reaction, or drop the metabolite", dead_ends),
    Check(
        "FM434", "duplicate_reaction", "error",
        "merge them, or give both a reason code that covers `duplicate`", duplicate_reactions,
    ),
    Check("FM435", "duplicate_species", "warning", "merge the rows, or correct the id", duplicate_species),
    Check("FM436", "unused_gene", "warning", "put it into a rule or drop the row", unused_genes),
)  # fmt: skip
