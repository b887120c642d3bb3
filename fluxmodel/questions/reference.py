"""reference: the state that a cell's measured rates imply, and provisional capacities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike

from fluxmodel.analysis.reference import Reference, reference_state
from fluxmodel.condition import Library
from fluxmodel.errors import DomainError, InputError, Problem, nearest
from fluxmodel.questions.inputs import Bench, Build, ModelRef, as_model


def reference(
    model: ModelRef,
    cell: str,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    solver: str = "glpk",
    *,
    folders: Sequence[str | PathLike[str]] = (),
) -> Reference:
    """The reference state of a cell; see `fluxmodel.analysis.reference.reference_state`.

    Raises
    ------
    InputError
        If the cell names no reference condition, or a share names no catalyst of its reaction.
    """
    network = as_model(model)
    known = Library(folders).cell(cell)
    if known.reference is None:
        what = f"cell {cell!r} names no reference condition"
        raise DomainError(Problem("FM522", what, known.place("reference"), "add `reference: normoxia`"))
    problems = []
    for reaction, parts in (shares or {}).items():
        names = [c.id for c in network.catalysts_of(reaction)] if reaction in network.reactions else []
        for catalyst in parts:
            if catalyst not in names:
                cure = nearest(catalyst, names) or f"its catalysts: {', '.join(names) or 'none'}"
                problems.append(Problem("FM523", f"{catalyst!r} is no catalyst of {reaction!r}", cure=cure))
    if problems:
        raise InputError(problems)
    bench = Bench(network, folders, Build("fba"))
    arm = bench.arm(bench.condition(known.reference))
    return reference_state(arm.problem, known, shares, solver)
