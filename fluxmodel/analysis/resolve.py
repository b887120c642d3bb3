"""Resolve: bind a condition to a model and a cell, in numbers, each with its origin.

Every problem of the condition against this model is reported at once, with file and line.

Codes: FM501-FM507, FM512, FM515-FM516 targets and drugs, FM508-FM509 demands, FM511 objective, FM513 medium.
"""

from __future__ import annotations

from collections.abc import Mapping

from fluxmodel.analysis.demands import demands
from fluxmodel.analysis.dosing import Outside
from fluxmodel.analysis.efficiency import saturations
from fluxmodel.analysis.expression import expression_of
from fluxmodel.analysis.inhibition import activity, capacities
from fluxmodel.analysis.limits import cell_limits
from fluxmodel.analysis.proteome import pool_of, proteome_of
from fluxmodel.analysis.supply import (
    knock_out,
    medium_problems,
    table_bounds,
    with_condition_bounds,
    with_medium,
)
from fluxmodel.analysis.thermo import close_directions
from fluxmodel.condition import (
    AddReaction,
    Cell,
    Condition,
    Medium,
    apply_changes,
    idle_limits,
    mix,
    oxygen_limit,
    uptake_limits,
)
from fluxmodel.errors import ConditionError, InputError, Problem, nearest
from fluxmodel.formalism.resolved import Resolved
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model
from fluxmodel.regulation import Profile
from fluxmodel.units import Quantity


def resolve(
    model: Model,
    condition: Condition,
    base: Medium,
    serum: Medium | None,
    cell: Cell,
    gene_rules_only: bool = False,
    profile: Profile | None = None,
    thermo: bool = True,
) -> Resolved:
    """Bind a condition to a model; a function of the condition alone.

    Capacities are those of the cell; `fluxmodel.analysis.use` raises them to the use in the untreated state.

    Parameters
    ----------
    model : Model
    condition : Condition
        With every change that is asked for; ``set`` changes are applied here.
    base : Medium
        The medium that the condition names.
    serum : Medium, optional
        The supplement that it names.
    cell : Cell
        The cell that it names.
    gene_rules_only : bool
        Knock-outs act by the gene rules alone, as gene deletion does elsewhere: isozymes have no limit.
    profile : Profile, optional
        Measured expression relative to the cell's reference.
    thermo : bool
        Directions that no concentrations allow together are not taken together.

    Returns
    -------
    Resolved

    Raises
    ------
    ConditionError
        With everything in the condition that does not fit the model.
    """
    stated, condition = condition, apply_changes(condition)
    problems: list[Problem] = []
    notes: list[str] = []
    model = _added(model, condition, problems)
    bounds = table_bounds(model)
    mixture = mix(condition, base, serum)
    listed = [*base.components, *base.unlimited]
    listed += [*serum.components, *serum.unlimited] if serum else []
    problems += medium_problems(condition, model, listed)
    limits: Mapping[str, Quantity | None] = {}
    try:
        limits = uptake_limits(condition, mixture, cell)
    except ConditionError as error:  # a name that the model lacks has its better reason already
        places = {p.where for p in problems}
        problems += [p for p in error.problems if p.where not in places]
    else:
        places = {p.where for p in problems}
        problems += [p for p in idle_limits(condition, mixture) if p.where not in places]
    ignored = with_medium(bounds, model, condition, mixture, limits, oxygen_limit(condition, cell))
    with_condition_bounds(bounds, model, condition, problems, notes)
    outside = Outside(mixture.concentrations, mixture.unlimited)
    state = activity(model, condition.changes, outside)
    limited, rest = capacities(model, cell, state, gene_rules_only)
    saturation = saturations(model, mixture.concentrations, mixture.unlimited)
    expression = expression_of(model, condition, cell, profile, problems)
    every, unlimited = cell_limits(model, cell, state, saturation, expression.ratios())
    wanted = demands(model, condition, cell, bounds, problems)
    knock_out(bounds, state.closed)
    patterns = close_directions(bounds, model, notes) if thermo else ()
    problems += state.problems
    notes += state.notes
    objective = _objective(model, condition, problems)
    if problems:
        raise ConditionError(problems)
    if cell.provisional:
        folds = bool(cell.extends and (cell.expression or cell.regulators))
        what = "the expression that sets it apart is" if folds else "its capacities are"
        notes.append(f"cell {cell.id!r} is provisional: {what} chosen, not calibrated")
    return Resolved(
        model=model,
        bounds=FrozenMap(bounds),
        capacities=limited,
        lost=FrozenMap(state.lost),
        cell_capacities=FrozenMap({k: row.value for k, row in cell.capacities.items()}),
        gene_rules_only=gene_rules_only,
        rest=rest,
        limits=every,
        unlimited=unlimited,
        costs=proteome_of(model).costs,
        abundance=proteome_of(model).abundance,
        pool=pool_of(model),
        demands=wanted,
        objective=objective,
        thermo=thermo and bool(model.energies),
        patterns=patterns,
        notes=tuple(notes),
        ignored=ignored,
        unverified=(*_unverified(base, serum, cell), *state.unverified),
        inputs=FrozenMap(
            {
                "model": model.id,
                "model_version": model.version,
                "model_digest": model.digest,
                "condition": condition.id,
                "condition_digest": stated.digest,
                "medium": condition.medium.base,
                "medium_digest": mixture.digest,
                "cell": cell.id,
                "cell_digest": cell.digest,
                **({} if profile is None else {"profile_digest": profile.digest}),
            }
        ),
        sites=FrozenMap(state.sites),
    )


def _added(model: Model, condition: Condition, problems: list[Problem]) -> Model:
    """The model with the reactions that the condition adds."""
    for change in condition.changes:
        if not isinstance(change, AddReaction):
            continue
        try:
            new = model.with_reaction(change.id, change.equation, gpr=change.genes)
            row = new.reactions[change.id]
            low = row.lower if change.lower is None else change.lower
            high = row.upper if change.upper is None else change.upper
            if (low, high) != (row.lower, row.upper):
                new = model.with_reaction(change.id, change.equation, bounds=(low, high), gpr=change.genes)
            model = new
        except InputError as error:
            problems += error.at(change.where).problems
    return model


def _objective(model: Model, condition: Condition, problems: list[Problem]) -> str:
    name = condition.objective
    if name == "growth":
        return model.objective
    if name not in model.reactions:
        where = condition.place("objective")
        cure = nearest(name, ["growth", *model.reactions]) or "write growth or a reaction id"
        problems.append(Problem("FM511", f"there is no objective {name!r}", where, cure))
    return name


def _unverified(base: Medium, serum: Medium | None, cell: Cell) -> tuple[str, ...]:
    """Which inputs rest on recalled numbers."""
    found = []
    for medium in (base, *([serum] if serum else [])):
        recalled = [s for s, c in medium.components.items()
                    if (c.provenance or medium.source.provenance) == "recalled"]  # fmt: skip
        if recalled:
            found.append(f"medium {medium.id}: {len(recalled)} of {len(medium.components)} concentrations")
    if cell.source.provenance == "recalled":
        found.append(f"cell {cell.id}")
    return tuple(found)
