"""Whether the tables, readable one by one, make a model together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from fluxmodel.errors import Problem, Where, nearest
from fluxmodel.network.energetics import Concentration, Energy, Ratio, energy_problems
from fluxmodel.network.kinetics import Affinity, Protein, Turnover, kinetic_problems
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Reaction, bounds_problem

_CODES = {"metabolite": "FM405", "gene": "FM406", "reaction": "FM407", "reason": "FM408", "source": "FM409"}
_TABLE_OF = {
    "metabolite": "metabolites", "gene": "genes", "reaction": "reactions", "reason": "reasons",
    "source": "sources",
}  # fmt: skip


def _in(where: Where, field: str) -> Where:
    return Where(where.file, where.line, field)


class _Names:
    """Looks names up in the other tables; a table that could not be read is not asked."""

    def __init__(self, model: Model, unread: frozenset[str]) -> None:
        self.known: dict[str, Collection[str]] = {
            "metabolite": model.metabolites,
            "gene": model.genes,
            "reaction": model.reactions,
            "reason": model.reasons,
            "source": model.sources,
        }
        self.unread = unread

    def unknown(self, kind: str, names: Iterable[str], where: Where, field: str) -> Iterator[Problem]:
        known = self.known[kind]
        if _TABLE_OF[kind] in self.unread:
            return
        for name in names:
            if name not in known:
                cure = nearest(name, known) or f"add it to {_TABLE_OF[kind]}.tsv"
                yield Problem(_CODES[kind], f"unknown {kind} {name!r}", _in(where, field), cure)


def cross_check(model: Model, unread: frozenset[str] = frozenset()) -> list[Problem]:
    """Every contradiction between the tables of `model`.

    Parameters
    ----------
    model : Model
        Possibly incomplete: equations that could not be parsed are empty.
    unread : frozenset of str
        Tables (and ``model`` for model.yaml) that could not be read; what refers to them is not
        judged.
    """
    names = _Names(model, unread)
    checks: tuple[tuple[frozenset[str], Callable[[Model, _Names], Iterable[Problem]]], ...] = (
        (frozenset({"model", "reactions"}), _header),
        (frozenset({"model"}), _compartments),
        (frozenset({"reactions", "metabolites"}), _unused),
        (frozenset(), _species),
        (frozenset(), _genes),
        (frozenset(), _reactions),
        (frozenset({"lumps", "reactions"}), _lumps),
        (frozenset(), _catalysts),
        (frozenset({"biomass", "reactions"}), _biomass),
        (frozenset(), _scope),
        (frozenset(), _parameters),
        (frozenset(), _waivers),
    )
    return [p for needs, check in checks if not needs & unread for p in check(model, names)]


def _header(model: Model, names: _Names) -> Iterator[Problem]:
    for field in ("objective", "biomass", "maintenance"):
        yield from names.unknown("reaction", [getattr(model, field)], Where("model.yaml"), field)


def _compartments(model: Model, names: _Names) -> Iterator[Problem]:
    for s in model.species.values():
        where = _in(s.where, "compartments")
        for c in s.compartments:
            if c not in model.compartments:
                cure = f"model.yaml has {', '.join(model.compartments)}"
                yield Problem("FM410", f"unknown compartment {c!r}", where, cure)


def _unused(model: Model, names: _Names) -> Iterator[Problem]:
    used = {m for r in model.reactions.values() for m in r.stoichiometry}
    for m in model.metabolites.values():
        # an unknown compartment is reported as such
        if m.id not in used and (m.compartment in model.compartments or not model.compartments):
            cure = f"remove {m.compartment!r} or add the reaction that is missing"
            what = f"no reaction uses {m.id}"
            yield Problem("FM415", what, _in(m.species.where, "compartments"), cure)


def _species(model: Model, names: _Names) -> Iterator[Problem]:
    made: dict[str, str] = {}
    for s in model.species.values():
        yield from names.unknown("reason", s.reasons, s.where, "reason")
        yield from names.unknown("source", s.sources, s.where, "source")
        for m in (f"{s.id}_{c}" for c in s.compartments):
            if m in made:
                what = f"metabolite {m} is made by {made[m]} already"
                yield Problem("FM412", what, _in(s.where, "compartments"))
            made[m] = s.id


def kinetics_check(model: Model) -> Iterator[Problem]:
    """What kinetics, affinities and proteins say of catalysts and genes that the model does not have.

    To be asked of a model without other problems: what one of these hides would look unknown.
    """
    names = _Names(model, frozenset())
    reactions_of = {c.id: c.reactions for c in model.all_catalysts.values()}
    yield from kinetic_problems(
        model.turnovers,
        model.affinities,
        model.proteins.values(),
        reactions_of,
        model.genes,
        model.species,
    )
    rows: list[Turnover | Affinity | Protein] = [
        *model.turnovers,
        *model.affinities,
        *model.proteins.values(),
    ]
    for row in rows:
        yield from names.unknown("source", row.sources, row.where, "source")


def energy_check(model: Model) -> Iterator[Problem]:
    """What the tables of energies, concentrations and ratios say of what the model does not have.

    To be asked of a model without other problems.
    """
    names = _Names(model, frozenset())
    stoichiometry = {r.id: r.stoichiometry for r in model.reactions.values()}
    yield from energy_problems(
        model.energies.values(), model.concentrations, model.ratios, stoichiometry, model.metabolites
    )
    rows: list[Energy | Concentration | Ratio] = [
        *model.energies.values(),
        *model.concentrations.values(),
        *model.ratios,
    ]
    for row in rows:
        yield from names.unknown("source", row.sources, row.where, "source")


def _genes(model: Model, names: _Names) -> Iterator[Problem]:
    for g in model.genes.values():
        yield from names.unknown("source", g.sources, g.where, "source")


def _reactions(model: Model, names: _Names) -> Iterator[Problem]:
    for r in model.reactions.values():
        yield from names.unknown("metabolite", r.stoichiometry, r.where, "equation")
        yield from names.unknown("gene", r.genes, r.where, "gpr")
        yield from names.unknown("reason", r.reasons, r.where, "reason")
        yield from names.unknown("source", r.sources, r.where, "source")
        # an empty equation is an unreadable one, reported already: its arrow is not known
        if r.stoichiometry and (why := bounds_problem(r.lower, r.upper, r.reversible)):
            yield Problem("FM411", why, _in(r.where, "lower"))
        if why := _kind_problem(r):
            yield Problem("FM413", why, _in(r.where, "kind"))


def _kind_problem(r: Reaction) -> str:
    if r.kind in ("copied", "lump") and not r.parent:
        return f"a {r.kind} reaction must name its parent reaction"
    if r.kind == "addition" and r.parent:
        return "an addition has no parent reaction; call it copied, or empty the cell"
    if r.kind == "exchange" and r.stoichiometry and len(r.stoichiometry) != 1:
        return "an exchange has exactly one metabolite"
    if r.boundary and r.kind in ("copied", "lump", "addition"):
        return "all metabolites stand on one side: that is an exchange or a demand"
    return ""


def _lumps(model: Model, names: _Names) -> Iterator[Problem]:
    listed: dict[str, dict[str, float]] = {}
    for row in model.lumps:
        yield from names.unknown("reaction", [row.lump], row.where, "lump")
        members = listed.setdefault(row.lump, {})
        if row.member in members:
            yield Problem("FM412", f"{row.member} is listed twice for {row.lump}", _in(row.where, "member"))
        members[row.member] = row.coefficient
    for r in model.reactions.values():
        if (r.kind == "lump" or r.id in listed) and dict(r.parent) != listed.get(r.id, {}):
            what = f"the members of lump {r.id} differ between reactions.tsv and lumps.tsv"
            differ = sorted(set(r.parent) ^ set(listed.get(r.id, {}).items()))
            cure = "make equal: " + ", ".join(f"{m}:{c:g}" for m, c in differ)
            yield Problem("FM413", what, _in(r.where, "parent"), cure)


def _catalysts(model: Model, names: _Names) -> Iterator[Problem]:
    explicit = {r for c in model.catalysts.values() for r in c.reactions}
    for c in model.catalysts.values():
        yield from names.unknown("reaction", c.reactions, c.where, "reactions")
        yield from names.unknown("gene", c.rule.genes, c.where, "gpr")
        yield from names.unknown("source", c.sources, c.where, "source")
        if len(set(c.reactions)) < len(c.reactions):
            yield Problem("FM412", "a reaction is listed twice", _in(c.where, "reactions"))
        if c.id in model.reactions and c.id not in explicit:
            # that reaction's whole rule is a catalyst under the reaction's id
            what = f"{c.id!r} is also the implicit catalyst of reaction {c.id}"
            yield Problem("FM412", what, _in(c.where, "id"), "give the catalyst another id")


def _biomass(model: Model, names: _Names) -> Iterator[Problem]:
    net: dict[str, dict[str, float]] = {}
    for item in model.biomass_items:
        yield from names.unknown("reaction", [item.reaction], item.where, "reaction")
        yield from names.unknown("metabolite", [item.metabolite], item.where, "metabolite")
        yield from names.unknown("source", item.sources, item.where, "source")
        sums = net.setdefault(item.reaction, {})
        sums[item.metabolite] = sums.get(item.metabolite, 0.0) + item.coefficient
    for r in model.reactions.values():
        expected: Mapping[str, Any] = {m: c for m, c in net.get(r.id, {}).items() if c}
        if (r.kind == "biomass" or expected) and dict(r.stoichiometry) != expected:
            what = f"the equation of {r.id} is not the sum of its rows in biomass.tsv"
            yield Problem("FM414", what, _in(r.where, "equation"), "write @biomass as its equation")
        elif r.kind == "biomass" and not expected:
            yield Problem("FM414", f"biomass.tsv has no row for {r.id}", _in(r.where, "equation"))


def _scope(model: Model, names: _Names) -> Iterator[Problem]:
    for row in model.scope:
        yield from names.unknown("source", row.sources, row.where, "source")
        if row.decision != "out":
            yield from names.unknown("reaction", [row.reaction], row.where, "reaction")
            yield from names.unknown("gene", row.genes, row.where, "genes")


def _parameters(model: Model, names: _Names) -> Iterator[Problem]:
    for p in model.parameters.values():
        # "chosen on ..." is a statement of its own; anything else names rows of sources.tsv
        if not p.source:
            yield Problem("FM409", "a parameter needs a source", _in(p.where, "source"), "or: chosen")
        elif p.source.split()[0].rstrip(":;,") != "chosen":
            yield from names.unknown("source", p.source.split(), p.where, "source")
        if (p.low is not None and p.value < p.low) or (p.high is not None and p.value > p.high):
            what = f"{p.value:g} lies outside its range {p.low}..{p.high}"
            yield Problem("FM411", what, _in(p.where, "value"))


def _waivers(model: Model, names: _Names) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for w in model.waivers:
        yield from names.unknown("source", w.sources, w.where, "source")
        if (w.code, w.subject) in seen:
            yield Problem("FM412", f"{w.code} is waived twice for {w.subject}", _in(w.where, "subject"))
        seen.add((w.code, w.subject))
