"""What each kind of axis of a phase plane moves: capacities, exchanges, bounds, the protein pool.

Codes: FM551 an unknown name, FM553 a range in which nothing changes, FM554 one bound on both axes, FM556 what
does not move here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fluxmodel.analysis.exchanges import exchange_of
from fluxmodel.analysis.inhibition import activity
from fluxmodel.analysis.limits import TRANSLATION
from fluxmodel.analysis.planes.axis import PERCENT, Axis
from fluxmodel.analysis.planes.dial import Dial, Pull, Side
from fluxmodel.analysis.planes.levels import still
from fluxmodel.analysis.supply import OXYGEN, unknown_reaction
from fluxmodel.condition import Cell, Condition, Inhibit, apply_changes, effective_oxygen, oxygen_limit
from fluxmodel.errors import DomainError, InputError, Where, nearest
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism.pool import ROW
from fluxmodel.formalism.problem import Problem
from fluxmodel.units import Quantity


def dials_of(
    axes: tuple[Axis, Axis], problem: Problem, condition: Condition, cell: Cell
) -> tuple[Dial, Dial]:
    """Both axes bound to a problem; one that is not affine has a dial that moves nothing.

    Raises
    ------
    DomainError
        With the problems of both.
    """
    made: list[Dial] = []
    problems: list[Finding] = []
    for axis in axes:
        try:
            made.append(dial_of(axis, problem, condition, cell) if axis.affine else still(axis))
        except InputError as error:
            problems += error.problems
    if problems:
        raise DomainError(problems)
    x, y = made
    if both := sorted(x.touches & y.touches):
        what = f"{axes[0].title} and {axes[1].title} both move {', '.join(name for _, name in both)}"
        cure = "vary two different things"
        raise DomainError(Finding("FM554", what, Where(axes[1].text), cure))
    return x, y


def dial_of(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    """One axis bound to a problem.

    Parameters
    ----------
    axis : Axis
        Affine.
    problem : Problem
    condition : Condition
        Of the problem.
    cell : Cell

    Raises
    ------
    DomainError
        FM551 an unknown name, FM553 nothing changes, FM556 it does not move here.
    """
    return _MAKERS[axis.kind](axis, problem, condition, cell)


def _activity(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    where = Where(axis.text)
    half = Inhibit(target=axis.name, by=Quantity(50, PERCENT), where=where)
    state = activity(problem.resolved.model, [half])
    if state.problems:
        raise DomainError(replace(p, where=where) for p in state.problems)
    return _capacities(axis, problem, tuple(state.residual), tuple(state.notes))


def _translation(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    return _capacities(axis, problem, (TRANSLATION,), ())


def _capacities(axis: Axis, problem: Problem, hit: Sequence[str], notes: tuple[str, ...]) -> Dial:
    where = Where(axis.text)
    limited = {x.catalyst for x in problem.limited}
    if missing := [name for name in hit if name not in limited]:
        what = f"nothing limits {', '.join(missing)} under formalism {problem.formalism}"
        cure = "--formalism capacity limits every catalyst that has a capacity in the cell"
        if problem.formalism == "capacity":
            cure = f"the cell gives it no capacity; {nearest(missing[0], limited) or 'name another one'}"
        raise DomainError(Finding("FM556", what, where, cure))
    absolute = axis.unit != PERCENT
    law = (0.0, 1.0) if absolute else (1.0, -0.01)
    return Dial(
        axis,
        frozenset(("capacity", name) for name in hit),
        axis.low,
        axis.high,
        capacities=tuple((name, *law) for name in hit),
        absolute=absolute,
        notes=notes,
    )


def _oxygen(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    where = Where(axis.text)
    found = exchange_of(problem.resolved.model, OXYGEN)
    if found is None:
        raise DomainError(Finding("FM556", "the model does not exchange oxygen", where))
    if axis.unit != PERCENT:
        return _exchange(axis, problem, OXYGEN, axis.low, axis.high, None)
    named = apply_changes(condition)
    if named.oxygen.stirred:
        what = "the medium is stirred: its supply does not depend on the percent of oxygen"
        cure = "give the highest uptake instead, such as 'oxygen=0..2 mmol/gDW/h'"
        raise DomainError(Finding("FM556", what, where, cure))
    one = oxygen_limit(named.replace(oxygen=replace(named.oxygen, value=1.0)), cell)
    assert one is not None
    supply = one.magnitude("mmol/gDW/h")
    low, high = (effective_oxygen(Quantity(p, PERCENT)).value for p in (axis.low, axis.high))
    if low == high:
        what = f"from {axis.low:g} to {axis.high:g} percent the medium holds the same"
        cure = "an incubator without oxygen control holds 18.6 percent: go below that"
        raise DomainError(Finding("FM553", what, where, cure))
    return _exchange(axis, problem, OXYGEN, supply * low, supply * high, supply)


def _uptake(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    return _exchange(axis, problem, axis.name, axis.low, axis.high, None)


def _exchange(
    axis: Axis, problem: Problem, species: str, start: float, end: float, supply: float | None
) -> Dial:
    """The highest uptake of a species, instead of what the medium or the supply allow."""
    model, where = problem.resolved.model, Where(axis.text)
    found = exchange_of(model, species)
    if found is None:
        known = [m.species.id for m in model.metabolites.values() if m.compartment == "e"]
        cure = nearest(species, known) or "`fluxmodel show metabolite ID` looks species up"
        raise DomainError(Finding("FM551", f"the model cannot exchange {species!r}", where, cure))
    id, factor = found
    bound, row = problem.resolved.bounds[id], model.reactions[id]
    origin = bound.lower_origin if factor > 0 else bound.upper_origin
    if origin.kind == "bounds":
        what = f"{id} has a bound of its own in the condition: {origin}"
        raise DomainError(Finding("FM556", what, where, f"leave it out, or vary lower({id})"))
    ((column, sign),) = problem.columns_of[id]
    side: Side = "lower" if factor * sign > 0 else "upper"
    static = row.lower if factor > 0 else row.upper
    pull = Pull(((column, -factor * sign),), "upper", 0.0, 1.0, ("column", column, side, sign * static))
    return Dial(axis, frozenset({("reaction", id)}), start, end, supply, own=(pull,))


def _bound(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    """A bound of a reaction beside those that it has."""
    where = Where(axis.text)
    if axis.name not in problem.columns_of:
        raise DomainError(replace(unknown_reaction(axis.name, problem.resolved.model, where), code="FM551"))
    side: Side = "upper" if axis.kind == "upper" else "lower"
    pull = Pull(problem.columns_of[axis.name], side, 0.0, 1.0)
    return Dial(axis, frozenset({(side, axis.name)}), axis.low, axis.high, own=(pull,))


def _pool(axis: Axis, problem: Problem, condition: Condition, cell: Cell) -> Dial:
    if ROW not in problem.program.rows:
        what = f"formalism {problem.formalism} has no protein pool"
        raise DomainError(Finding("FM556", what, Where(axis.text), "ask with --formalism pool"))
    row = problem.program.rows.index(ROW)
    rows, columns, values = problem.program.matrix.triplets()
    terms = tuple(zip(columns[rows == row].tolist(), values[rows == row].tolist(), strict=True))
    pull = Pull(terms, "upper", 0.0, 1.0, ("row", row, "upper", np.inf))
    return Dial(axis, frozenset({("pool", "")}), axis.low, axis.high, own=(pull,))


_MAKERS = {
    "activity": _activity,
    "translation": _translation,
    "oxygen": _oxygen,
    "uptake": _uptake,
    "upper": _bound,
    "lower": _bound,
    "pool": _pool,
}
