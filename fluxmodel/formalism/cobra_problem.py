"""A Problem as a cobra model, for use in cobra's own tools and as the reference in tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fluxmodel.formalism.problem import LOADS, UNMET, Problem

if TYPE_CHECKING:
    import cobra


def to_cobra(problem: Problem, unmet: float | Mapping[str, float] = 0.0) -> cobra.Model:
    """See `Problem.to_cobra`."""
    resolved, program = problem.resolved, problem.program
    model = resolved.model.to_cobra()
    for id, bound in problem.bounds.items():
        # contradictory bounds are an answer here, cobra would refuse to hold them
        model.reactions.get_by_id(id).bounds = (bound.lower, max(bound.upper, bound.lower))
    model.objective = resolved.objective
    interface = model.problem
    whole = {
        reaction: parts[0][0]
        for reaction, parts in problem.columns_of.items()
        if parts and program.columns[parts[0][0]] == reaction
    }
    single = set(whole.values())
    variables: dict[int, Any] = {}
    for column, name in enumerate(program.columns):
        if column in single:
            continue
        upper = float(program.col_upper[column])
        variables[column] = interface.Variable(
            name.replace(":", "__").replace("*", "rest"),
            lb=float(program.col_lower[column]),
            ub=None if math.isinf(upper) else upper,
        )
    extra: list[Any] = list(variables.values())
    for reaction, parts in problem.columns_of.items():
        if reaction not in whole:
            flux = model.reactions.get_by_id(reaction).flux_expression
            split = sum((sign * variables[column] for column, sign in parts), start=0)
            extra.append(interface.Constraint(flux - split, lb=0, ub=0, name=f"parts__{reaction}"))
    columns = {c: model.reactions.get_by_id(r).flux_expression for r, c in whole.items()}
    columns.update(variables)
    dense = program.matrix.transpose()
    for row, name in enumerate(program.rows):
        if not name.startswith(("capacity:", "demand:")):
            continue
        where, values = dense.column(row)
        expression = sum(float(v) * columns[int(c)] for c, v in zip(where, values, strict=True))
        lower, upper = float(program.row_lower[row]), float(program.row_upper[row])
        extra.append(
            interface.Constraint(
                expression,
                lb=None if math.isinf(lower) else lower,
                ub=None if math.isinf(upper) else upper,
                name=name.replace(":", "__").replace(" ", "_"),
            )
        )
    for stage in program.stages:
        if stage.name in (UNMET, LOADS):
            weight = {name: float(stage.cost[c]) for name, c in problem.slack_of.items() if stage.cost[c]}
            total = sum(w * variables[problem.slack_of[name]] for name, w in weight.items())
            if isinstance(unmet, Mapping):
                most = sum(w * unmet.get(name, 0.0) for name, w in weight.items())
            else:
                most = unmet
            extra.append(interface.Constraint(total, ub=most, name=f"{stage.name}__total"))
    model.add_cons_vars(extra)
    return model
