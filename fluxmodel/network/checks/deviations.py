"""Where the tables say something else than the parent, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fluxmodel.errors import InputError, Where
from fluxmodel.network.equation import format_equation
from fluxmodel.network.formula import parse_formula
from fluxmodel.network.gpr import Rule, all_of, equivalent
from fluxmodel.network.model import Model
from fluxmodel.network.parent import Parent
from fluxmodel.network.rows import UNLIMITED, Reaction, Species

# Kinds that a reason code may cover (reasons.tsv), and `unknown`: a parent id that does not exist.
UNKNOWN = "unknown"
COEFFICIENT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference: of which row, of which kind, and what it is."""

    subject: str
    kind: str
    detail: str
    reasons: tuple[str, ...]
    where: Where


class Tracer:
    """Compares rows with the parent reactions and species that they name."""

    def __init__(self, model: Model, parent: Parent) -> None:
        self.model, self.parent = model, parent
        self.species: dict[str, list[str]] = {}
        for s in model.species.values():
            self.species.setdefault(s.parent, []).append(s.id)
        # our symbol for the parent's Ensembl id counts before the parent's own, which may be older
        ours = {e: g.symbol for g in model.genes.values() for e in g.annotation.get("ensembl", ())}
        self.symbols: Mapping[str, str] = {**parent.symbols, **ours}

    def all(self) -> Iterator[Deviation]:
        """Every deviation of every row, in table order."""
        for s in self.model.species.values():
            yield from (Deviation(s.id, kind, what, s.reasons, s.where) for kind, what in self.of_species(s))
        for r in self.model.reactions.values():
            yield from (Deviation(r.id, kind, what, r.reasons, r.where) for kind, what in self.of_reaction(r))

    def of_species(self, s: Species) -> Iterator[tuple[str, str]]:
        """Deviations of a species: identity, formula, charge, compartments."""
        if not s.parent:
            yield "addition", "has no species in the parent"
            return
        there = {c: self.parent.species.get(s.parent + c) for c in self.parent.compartments}
        present = {c: row for c, row in there.items() if row is not None}
        if not present:
            yield UNKNOWN, f"the parent has no species {s.parent}"
            return
        for c in s.compartments:
            if c not in present:
                yield "compartment", f"the parent has no {s.parent} in {c}"
        formulas = {row.formula for row in present.values()}
        if not any(_same_formula(s.formula, f) for f in formulas):
            yield "formula", f"{s.formula}, the parent has {_listed(formulas)}"
        charges = {row.charge for row in present.values()}
        if s.charge not in charges:
            yield "charge", f"{s.charge:+d}, the parent has {_listed({str(c) for c in charges})}"

    def of_reaction(self, r: Reaction) -> Iterator[tuple[str, str]]:
        """Deviations of a reaction: members, stoichiometry, gene rule, directions, default."""
        if r.kind == "exchange":
            return
        if not r.open:
            yield "closed", "is closed by default"
        if r.kind not in ("copied", "lump"):
            yield "addition", f"is a row of kind {r.kind}"
            return
        unknown = [m for m, _ in r.parent if m not in self.parent.reactions]
        if unknown:
            yield UNKNOWN, f"the parent has no reaction {', '.join(unknown)}"
            return
        if r.kind == "lump" or len(r.parent) > 1:
            yield "member", f"is a sum of {len(r.parent)} parent reactions"
        yield from self._stoichiometry(r)
        expected = all_of(self.parent.reactions[m].rule.renamed(self.symbols) for m, _ in r.parent)
        if not equivalent(r.rule, expected):
            yield "gpr", _rules(r.rule, expected)
        yield from self._directions(r)

    def expected(self, r: Reaction) -> dict[str, float]:
        """Net stoichiometry of the parent reactions of `r`, in our ids where there is one."""
        net: dict[str, float] = {}
        for member, factor in r.parent:
            for m, c in self.parent.reactions[member].stoichiometry.items():
                net[m] = net.get(m, 0.0) + factor * c
        result: dict[str, float] = {}
        for m, c in net.items():
            if abs(c) > COEFFICIENT_TOLERANCE:
                name = self._ours(m, r)
                result[name] = result.get(name, 0.0) + c
        return result

    def _ours(self, parent_id: str, r: Reaction) -> str:
        """Our metabolite for one of the parent's: the one that `r` uses, if several rows share it."""
        compartment = self.parent.species[parent_id].compartment
        ids = [f"{s}_{compartment}" for s in self.species.get(parent_id.removesuffix(compartment), ())]
        return next((m for m in ids if m in r.stoichiometry), ids[0] if ids else parent_id)

    def _stoichiometry(self, r: Reaction) -> Iterator[tuple[str, str]]:
        expected = self.expected(r)
        if not self._off(expected, r.stoichiometry):
            return
        said = f"{r.equation}, the parent has {format_equation(expected, r.reversible)}"
        if not self._off(expected, {m: -c for m, c in r.stoichiometry.items()}):
            # a transport turned round looks as if only its compartments differed
            yield "stoichiometry", f"runs the other way: {said}; turn the sign in `parent`"
            return
        moved = self._anywhere(expected) == self._anywhere(r.stoichiometry)
        yield ("compartment" if moved else "stoichiometry"), said

    def _off(self, a: Mapping[str, float], b: Mapping[str, float]) -> bool:
        return any(abs(a.get(m, 0.0) - b.get(m, 0.0)) > COEFFICIENT_TOLERANCE for m in a.keys() | b.keys())

    def _anywhere(self, stoichiometry: Mapping[str, float]) -> list[tuple[str, float]]:
        """Species with their coefficients, wherever they are: equal if only compartments differ."""
        return sorted((m.rpartition("_")[0], round(c, 9)) for m, c in stoichiometry.items())

    def _directions(self, r: Reaction) -> Iterator[tuple[str, str]]:
        ways = [
            (p.upper > 0, p.lower < 0) if factor > 0 else (p.lower < 0, p.upper > 0)
            for p, factor in ((self.parent.reactions[m], factor) for m, factor in r.parent)
        ]
        for name, ours, theirs in (
            ("forward", r.upper > 0, all(f for f, _ in ways)),
            ("backward", r.lower < 0, all(b for _, b in ways)),
        ):
            if ours and not theirs:
                yield "looser", f"may run {name}, which the parent forbids"
            if theirs and not ours:
                yield "stricter", f"may not run {name}, which the parent allows"
        # a bound between 0 and "unlimited" is a number of our own, not the parent's
        theirs_low = max(abs(self.parent.reactions[m].lower) for m, _ in r.parent)
        theirs_high = max(abs(self.parent.reactions[m].upper) for m, _ in r.parent)
        limit = max(theirs_low, theirs_high, 0.0) or UNLIMITED
        for bound in (r.lower, r.upper):
            if 0 < abs(bound) < min(limit, UNLIMITED):
                yield "capped", f"has the bound {bound:g}, the parent has {limit:g}"


def _same_formula(ours: str, theirs: str) -> bool:
    try:
        return parse_formula(ours) == parse_formula(theirs)
    except InputError:  # the parent has formulas that are none, such as an empty one
        return ours == theirs


def _listed(values: set[str]) -> str:
    return " or ".join(sorted(v or "nothing" for v in values))


def _rules(ours: Rule, theirs: Rule) -> str:
    more, fewer = set(ours.genes) - set(theirs.genes), set(theirs.genes) - set(ours.genes)
    parts = [f"adds {' '.join(sorted(more))}"] if more else []
    parts += [f"drops {' '.join(sorted(fewer))}"] if fewer else []
    parts = parts or ["combines the same genes otherwise"]
    return f"`{ours}` against the parent's `{theirs}`: {', '.join(parts)}"
