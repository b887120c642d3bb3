"""show: look a reaction, gene, metabolite, drug, medium, condition, cell or parameter up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

from fluxmodel.analysis.exchanges import exchange_of
from fluxmodel.condition import Library, apply_changes, mix, oxygen_limit, uptake_limits
from fluxmodel.errors import InputError, Problem, Where, nearest
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import acting_on, find
from fluxmodel.questions.changes import change_label
from fluxmodel.questions.drugs import drug_facts
from fluxmodel.questions.inputs import ModelRef, as_model

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known about one thing.

    Attributes
    ----------
    kind, id : str
    facts : tuple of (str, str)
        Label and text.
    """

    kind: str
    id: str
    facts: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, object]:
        """The facts for JSON."""
        return {"schema": "fluxmodel.shown/1", "kind": self.kind, "id": self.id, "facts": dict(self.facts)}


def show(
    model: ModelRef, what: str, id: str | None = None, *, folders: Sequence[str | PathLike[str]] = ()
) -> tuple[Shown, ...]:
    """Look something up.

    Parameters
    ----------
    model : Model or path
    what : str
        A kind (reaction, gene, metabolite, catalyst, parameter, drug, condition, medium, cell), or an id that
        is looked for in all of them.
    id : str, optional
        The id, if `what` is a kind; a kind alone lists its ids.

    Returns
    -------
    tuple of Shown

    Raises
    ------
    InputError
        FM530 with the nearest names if there is nothing of that name.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> fx.show(None, "reaction", "GLUNm")[0].id
    'GLUNm'
    """
    network, library = as_model(model), Library(folders)
    names = _names(network, library)
    kind = what.removesuffix("s") if what.removesuffix("s") in names else what
    if kind in names:
        if id is None:
            return (Shown(kind, "all", (("ids", ", ".join(names[kind])),)),)
        key = _key(kind, id, network)
        if key not in names[kind]:
            known = _drug_names(network) if kind == "drug" else names[kind]
            raise _unknown(id, known, f"no {kind} {id!r}")
        return (Shown(kind, key, tuple(_FACTS[kind](network, library, key))),)
    if id is not None:
        raise _unknown(what, names, f"{what!r} is not a kind of thing", f"known: {', '.join(names)}")
    hits = []
    for each, known in names.items():
        key = _key(each, what, network)
        if key in known:
            hits.append(Shown(each, key, tuple(_FACTS[each](network, library, key))))
    if not hits:
        everything = [*(name for known in names.values() for name in known), *_drug_names(network)]
        raise _unknown(what, everything, f"nothing is called {what!r}")
    return tuple(hits)


def _names(model: Model, library: Library) -> dict[str, list[str]]:
    return {
        "reaction": list(model.reactions),
        "gene": list(model.genes),
        "metabolite": list(model.species),
        "catalyst": list(model.catalysts),
        "parameter": list(model.parameters),
        "drug": list(model.inhibitors),
        "condition": list(library.available("condition")),
        "medium": list(library.available("medium")),
        "cell": list(library.available("cell")),
    }


def _unknown(name: str, known: Sequence[str] | Mapping[str, object], what: str, cure: str = "") -> InputError:
    return InputError(
        Problem("FM530", what, Where(), nearest(name, known) or cure or "`fluxmodel show KIND` lists")
    )


def _key(kind: str, name: str, model: Model) -> str:
    """The id that a name means: a species also with its compartment, a drug by any of its names."""
    if kind == "metabolite" and name in model.metabolites:
        return model.metabolites[name].species.id
    drug = find(model.inhibitors, name) if kind == "drug" else None
    return name if drug is None else drug.name


def _drug_names(model: Model) -> list[str]:
    return [name for drug in model.inhibitors.values() for name in drug.names]


def _annotation(pairs: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{k} {' '.join(v)}" for k, v in pairs.items())


def _reaction(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    row = model.reactions[id]
    yield "name", row.name
    yield "equation", row.equation
    yield "bounds", f"{row.lower:g} to {row.upper:g} mmol/gDW/h{'' if row.open else ', closed by default'}"
    yield "gene rule", str(row.rule) or "none"
    catalysts = [c.id for c in model.catalysts_of(id) if c.explicit]
    if catalysts:
        yield "catalysts", ", ".join(catalysts)
    yield "kind", row.kind
    if row.subsystem:
        yield "subsystem", row.subsystem
    if row.parent:
        yield "parent", " ".join(f"{m}:{c:g}" for m, c in row.parent)
    if row.reasons:
        yield (
            "deviations",
            "; ".join(
                f"{code}: {model.reasons[code].meaning}" if code in model.reasons else code
                for code in row.reasons
            ),
        )
    if row.annotation:
        yield "annotation", _annotation(row.annotation)
    yield from _sources(model, row.sources)
    if row.note:
        yield "note", row.note
    yield "stands in", str(row.where)


def _sources(model: Model, ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for id in ids:
        if id in model.sources:
            s = model.sources[id]
            yield "source", f"{s.citation} {s.doi or s.url} [{s.provenance}]".replace("  ", " ")


def _gene(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    row = model.genes[id]
    yield "name", row.name or id
    yield "reactions", ", ".join(model.reactions_of(id)) or "none"
    yield "knock-out closes", ", ".join(model.lost_reactions([id])) or "nothing (isozymes)"
    catalysts = [c.id for c in model.catalysts.values() if id in c.rule.genes]
    if catalysts:
        yield "catalysts", ", ".join(catalysts)
    if drugs := list(acting_on(model.inhibitors, id)):
        yield "drugs", ", ".join(drugs)
    if row.annotation:
        yield "annotation", _annotation(row.annotation)
    if row.note:
        yield "note", row.note


def _metabolite(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    row = model.species[id]
    yield "name", row.name
    yield "formula", f"{row.formula}, charge {row.charge:+d}"
    yield "compartments", ", ".join(f"{c} ({model.compartments[c]})" for c in row.compartments)
    exchange = exchange_of(model, id)
    yield "exchange", exchange[0] if exchange else "none: it can be neither taken up nor secreted"
    for c in row.compartments:
        metabolite = f"{id}_{c}"
        users = [r.id for r in model.reactions.values() if metabolite in r.stoichiometry]
        made = [r for r in users if model.reactions[r].stoichiometry[metabolite] > 0]
        yield f"made in {c}", ", ".join(made) or "-"
        yield f"used in {c}", ", ".join(r for r in users if r not in made) or "-"
    if row.annotation:
        yield "annotation", _annotation(row.annotation)


def _catalyst(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    row = model.catalysts[id]
    yield "gene rule", str(row.rule)
    yield "reactions", ", ".join(row.reactions)
    if row.shared:
        yield "one capacity because", row.shared


def _parameter(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    row = model.parameters[id]
    yield "value", f"{row.value:g} {row.unit}"
    if row.low is not None and row.high is not None:
        yield "range", f"{row.low:g} to {row.high:g}"
    yield "source", row.source
    if row.note:
        yield "note", row.note


def _medium(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    medium = library.medium(id)
    yield "name", medium.name
    yield "kind", medium.kind
    yield "source", f"{medium.source.citation} [{medium.source.provenance}]"
    for species, component in medium.components.items():
        known = "" if exchange_of(model, species) else "  (not in the model)"
        yield species, f"{component.amount}{known}"
    for species, reason in medium.unlimited.items():
        yield species, f"unlimited: {reason}"


def _condition(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    stated = library.condition(id)
    condition = apply_changes(stated)
    cell = library.cell(condition.cell)
    serum = None if condition.medium.serum is None else library.medium(condition.medium.serum)
    mixture = mix(condition, library.medium(condition.medium.base), serum)
    if condition.title:
        yield "title", condition.title
    yield "digest", stated.digest
    yield "cell", cell.id
    yield "medium", condition.medium.base + (f" + {condition.medium.serum}" if serum else "")
    supply = oxygen_limit(condition, cell)
    yield "oxygen", f"{condition.oxygen.amount}" + ("" if supply is None else f", supplies {supply}")
    if condition.regulators:
        yield "regulators", ", ".join(f"{k} {v}" for k, v in condition.regulators.items())
    if condition.profile:
        yield "profile", str(condition.profile)
    for change in stated.changes:
        yield "change", change_label(change)
    for species, limit in uptake_limits(condition, mixture, cell).items():
        if exchange_of(model, species):
            yield f"uptake({species})", "unlimited" if limit is None else f"at most {limit}"


def _cell(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    cell = library.cell(id)
    yield "name", cell.name
    yield "source", f"{cell.source.citation} [{cell.source.provenance}]"
    yield "provisional", "yes: chosen numbers" if cell.provisional else "no"
    if cell.extends:
        yield "extends", cell.extends.id
    for gene, row in cell.expression.items():
        yield f"expression {gene}", f"x{row.value:g} ({row.source})"
    if cell.regulators:
        yield "regulators", ", ".join(f"{k} {v}" for k, v in cell.regulators.items())
    yield "dry mass", str(cell.dry_mass)
    for name, rate in cell.rates.items():
        yield name, f"{rate.amount}" + (f" +- {rate.spread}" if rate.spread else "")
    for name, amount in cell.demands.items():
        yield f"demand {name}", str(amount)
    yield "capacities", f"{len(cell.capacities)} catalysts"


_FACTS: Mapping[str, Callable[[Model, Library, str], Iterator[tuple[str, str]]]] = {
    "reaction": _reaction,
    "gene": _gene,
    "metabolite": _metabolite,
    "catalyst": _catalyst,
    "parameter": _parameter,
    "drug": drug_facts,
    "condition": _condition,
    "medium": _medium,
    "cell": _cell,
}
