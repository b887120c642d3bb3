"""Inhibitions and knock-outs: from genes to the catalysts that need them, and to their capacities.

Codes: FM502 unknown target, FM503 not a gene, FM504 no finite capacity, FM505 one isozyme of several
without known shares, FM506 a dose of what is no drug; drugs: `fluxmodel.analysis.dosing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fluxmodel.analysis.activity import Activity, Needing
from fluxmodel.analysis.dosing import Outside, treat
from fluxmodel.analysis.undosed import no_drug
from fluxmodel.condition import Cell, Change, Inhibit, KnockOut
from fluxmodel.errors import ModelError, Problem, Where, nearest
from fluxmodel.formalism.resolved import Capacity, Origin
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Catalyst
from fluxmodel.pharmacology import Drug, find

__all__ = ["Activity", "activity", "capacities", "has_rest", "not_a_gene"]


def activity(model: Model, changes: Iterable[Change], outside: Outside = Outside()) -> Activity:  # noqa: B008
    """What inhibitions and knock-outs leave of each catalyst.

    Parameters
    ----------
    model : Model
    changes : iterable of Change
    outside : Outside
        The medium, with whose species competitive drugs compete.
    """
    changes = tuple(changes)
    state = Activity()
    catalysts = model.all_catalysts
    genes: dict[str, Where] = {}
    for change in changes:
        if isinstance(change, KnockOut):
            for target in change.targets:
                if target in model.genes:
                    genes.setdefault(target, change.where)
                else:
                    state.problems.append(not_a_gene(target, model, change.where))
    for id in model.lost_reactions(genes):
        lost = [g for g in model.reactions[id].genes if g in genes]
        state.closed[id] = Origin("knock-out", f"{', '.join(lost)} knocked out", genes[lost[0]])
    for catalyst in catalysts.values():
        if catalyst.rule and not catalyst.rule.holds(genes.keys()):
            lost = [g for g in catalyst.rule.genes if g in genes]
            state.lost[catalyst.id] = Origin("knock-out", f"{', '.join(lost)} knocked out", genes[lost[0]])
    drugs: list[tuple[Drug, Inhibit]] = []
    for change in changes:
        if isinstance(change, Inhibit):
            drug = _drug(model, change)
            if drug is None:
                _inhibit(state, model, catalysts, change)
            else:
                drugs.append((drug, change))
    treat(state, model, drugs, outside)
    return state


def _drug(model: Model, change: Inhibit) -> Drug | None:
    """The drug that a change means; a gene, catalyst or reaction of that very name comes first."""
    name = change.target
    if name in model.genes or name in model.catalysts or name in model.reactions:
        return None
    return find(model.inhibitors, name)


def not_a_gene(target: str, model: Model, where: Where) -> Problem:
    """The problem of a name that is no gene; reactions are named as such."""
    if target in model.reactions:
        rule = model.reactions[target].rule
        what = f"{target!r} is a reaction, not a gene"
        cure = f"knock out its genes: {rule}" if rule else "close it with bounds: lower 0, upper 0"
    else:
        what = f"the model has no gene {target!r}"
        cure = model.suggest_gene(target) or "`fluxmodel show gene SYMBOL` looks genes up"
    return Problem("FM503", what, where, cure)


def _inhibit(state: Activity, model: Model, catalysts: Mapping[str, Catalyst], change: Inhibit) -> None:
    target, where = change.target, change.where
    if change.dose is not None or change.by is None:
        state.problems.append(no_drug(model, change))
        return
    residual = 1.0 - change.by.magnitude("1")
    origin = Origin("capacity", f"{target} inhibited by {change.by.value:g} %", where)
    if target in model.genes:
        hit = _of_gene(state, model, catalysts, target, where)
    elif target in model.catalysts:
        hit = [target]
    elif target in model.reactions:
        hit = [c.id for c in model.catalysts_of(target)] or [target]
        shared = {r for c in hit if c in catalysts for r in catalysts[c].reactions} - {target}
        if shared:
            state.notes.append(f"inhibiting {target} also inhibits what its catalyst shares: "
                               f"{', '.join(sorted(shared))}")  # fmt: skip
    else:
        drugs = [name for drug in model.inhibitors.values() for name in drug.names]
        names = [*model.genes, *model.catalysts, *model.reactions, *drugs]
        cure = model.suggest_gene(target) or nearest(target, names)
        cure = cure or "name a gene, catalyst or reaction, or a drug: `fluxmodel list drugs`"
        what = f"the model has no gene, catalyst, reaction or drug {target!r}"
        state.problems.append(Problem("FM502", what, where, cure))
        return
    for catalyst in hit:
        state.lower(catalyst, residual, origin)


def _of_gene(
    state: Activity, model: Model, catalysts: Mapping[str, Catalyst], gene: str, where: Where
) -> list[str]:
    """Catalysts that cannot work without the gene; what is only one isozyme of several is reported."""
    found = Needing.of(catalysts, [gene])
    if found.needing:
        state.notes += found.notes()
    else:
        state.problems.append(found.problem(where))
    return list(found.needing)


def capacities(
    model: Model, cell: Cell, state: Activity, gene_rules_only: bool = False
) -> tuple[tuple[Capacity, ...], frozenset[str]]:
    """The capacities in effect, and the reactions that an unlimited catalyst serves as well.

    Something is limited when something is done to it: an inhibited catalyst to what is left of its capacity,
    a knocked-out one to nothing. Either brings in the capacities of its sibling catalysts, since an isozyme
    without a limit would make up for everything. What a knock-out has taken cannot be inhibited any more,
    and 0 % takes nothing. `fluxmodel.analysis.use` then sees to it that no capacity is below the use.

    Parameters
    ----------
    model : Model
    cell : Cell
    state : Activity
    gene_rules_only : bool
        Knock-outs close the reactions that have lost their last isozyme, and do nothing else.
    """
    catalysts = model.all_catalysts
    inhibited = [k for k, left in state.residual.items() if left < 1 and k not in state.lost]
    active: dict[str, Capacity] = {}
    for id, left in state.residual.items():
        made = _limited(id, catalysts, cell, state, model) if left < 1 and id in inhibited else None
        if made is not None:
            active[id] = made
        elif left == 1 and id not in cell.capacities and id not in state.lost:
            state.problems.append(_no_capacity(id, cell, state.origins[id][0]))
    for id in (*inhibited, *(() if gene_rules_only else state.lost)):
        for reaction in catalysts[id].reactions if id in catalysts else ():
            for sibling in model.catalysts_of(reaction):
                known = sibling.id in active or sibling.id in state.lost
                if not known and sibling.id in cell.capacities:
                    active[sibling.id] = _capacity(sibling.id, sibling.reactions, cell, 1.0, ())
    closed = state.closed.keys()
    kept = tuple(
        replace(c, reactions=tuple(r for r in c.reactions if r not in closed)) for c in active.values()
    )
    limited = {r for c in kept for r in c.reactions}
    rest = {r for r in limited if has_rest(model, r, active.keys() | state.lost.keys())}
    return kept, frozenset(rest)


def _limited(
    id: str, catalysts: Mapping[str, Catalyst], cell: Cell, state: Activity, model: Model
) -> Capacity | None:
    reactions = catalysts[id].reactions if id in catalysts else (id,)
    residual, origins = state.residual[id], tuple(state.origins[id])
    if id in cell.capacities:
        return _capacity(id, reactions, cell, residual, origins)
    if residual == 0:  # nothing is left of it, whatever its capacity was
        return Capacity(id, reactions, 0.0, 0.0, origins)
    state.problems.append(_no_capacity(id, cell, origins[0]))
    return None


def _no_capacity(id: str, cell: Cell, origin: Origin) -> Problem:
    what = f"catalyst {id} has no finite capacity in cell {cell.id!r}, so there is nothing to take a share of"
    near = nearest(id, cell.capacities)
    some = sorted(cell.capacities)
    listed = f"{len(some)} catalysts have one: {', '.join(some[:8])}{' ...' if len(some) > 8 else ''}"
    cure = f"{near} {listed if some else 'no catalyst of this cell has one'}; 100 % needs none"
    return Problem("FM504", what, origin.where, cure.strip())


def _capacity(
    id: str, reactions: Iterable[str], cell: Cell, residual: float, origins: tuple[Origin, ...]
) -> Capacity:
    row = cell.capacities[id]
    own = Origin(
        "capacity", f"{id} carries at most {row.value:.4g} mmol/gDW/h", cell.place(f"capacities.{id}")
    )
    return Capacity(id, tuple(reactions), row.value, residual, (own, *origins))


def has_rest(model: Model, reaction: str, limited: Iterable[str]) -> bool:
    """Whether something that is neither limited nor lost can catalyse the reaction."""
    known = set(limited)
    catalysts = model.catalysts_of(reaction)
    if any(c.id not in known for c in catalysts):
        return True
    rule = model.reactions[reaction].rule
    if not catalysts or not rule or not catalysts[0].explicit:
        return False
    try:
        terms = rule.isozymes()
        covered = [t for c in catalysts for t in c.rule.isozymes()]
    except ModelError:  # too many to write out: the rows of catalysts.tsv are taken as complete
        return False
    return any(not any(c <= t for c in covered) for t in terms)
