"""What limits growth, and what contradicts what: from duals and bounds back to the lines they came from."""

from __future__ import annotations

from typing import Literal

from fluxmodel.analysis.state import Binding
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Origin
from fluxmodel.lp import Answer, BoundRef, Group, Outcome, Query, find_conflict

#: A limit that moves the optimum by less than this share of itself does not limit it.
SHARE_TOLERANCE = 1e-6
_DUAL_TOLERANCE = 1e-9

_KINDS: dict[str, Literal["nutrient", "oxygen", "capacity", "demand", "bound"]] = {
    "medium": "nutrient",
    "uptake": "nutrient",
    "oxygen": "oxygen",
    "capacity": "capacity",
    "demand": "demand",
}


def binding(problem: Problem, answer: Answer) -> tuple[Binding, ...]:
    """The limits that the optimum feels, strongest first.

    Limits of 0 are left out unless they are capacities or oxygen: of every nutrient that is not in the
    medium, a little would help.

    Parameters
    ----------
    problem : Problem
    answer : Answer
        Of the stage ``growth``, with primal and dual values.
    """
    found: list[Binding] = []
    optimum = answer.objective
    for column, dual in enumerate(answer.reduced_costs.tolist()):
        if abs(dual) <= _DUAL_TOLERANCE or column not in problem.column_meaning:
            continue
        reaction, sign = problem.column_meaning[column]
        if problem.is_split(reaction):
            continue  # its bounds are those of the net row
        value = float(answer.primal[column])
        upper = abs(value - problem.program.col_upper[column]) < abs(
            value - problem.program.col_lower[column]
        )
        bound = problem.resolved.bounds[reaction]
        origin = bound.upper_origin if upper == (sign > 0) else bound.lower_origin
        _add(found, problem, reaction, origin, value, dual, optimum)
    for row, dual in enumerate(answer.row_duals.tolist()):
        name = problem.program.rows[row]
        if abs(dual) <= _DUAL_TOLERANCE or name not in problem.row_origins:
            continue
        kind, _, what = name.partition(":")
        origins = problem.row_origins[name]
        if kind == "net":
            bound = problem.resolved.bounds[what]
            upper = dual > 0
            value = bound.upper if upper else bound.lower
            _add(found, problem, what, origins[1 if upper else 0], value, dual, optimum)
        else:
            upper = kind == "capacity"
            limit = float(problem.program.row_upper[row] if upper else problem.program.row_lower[row])
            text = "; ".join(str(o) for o in origins)
            _keep(found, Binding(_KINDS[kind], what, limit, dual, _share(dual, limit, optimum), text))
    return tuple(sorted(found, key=lambda b: (-abs(b.share or 0.0), -abs(b.price), b.name)))


def _add(
    found: list[Binding],
    problem: Problem,
    reaction: str,
    origin: Origin,
    value: float,
    dual: float,
    top: float,
) -> None:
    kind = _KINDS.get(origin.kind, "bound")
    if kind == "demand":
        return  # a load that was opened: the demand's own row says it better
    row = problem.resolved.model.reactions[reaction]
    name = reaction
    if kind in ("nutrient", "oxygen"):
        name = next(iter(row.stoichiometry)).rpartition("_")[0]
    # relaxing a lower bound lowers it; a limit is a size, and its price is what one unit more would bring
    price = dual * (1.0 if value > 0 else -1.0) if value else abs(dual)
    _keep(found, Binding(kind, name, abs(value), price, _share(price, abs(value), top), str(origin)))


def _keep(found: list[Binding], item: Binding) -> None:
    weak = item.share is not None and abs(item.share) <= SHARE_TOLERANCE
    if item.kind in ("capacity", "oxygen") or not (weak or item.limit == 0):
        found.append(item)


def _share(price: float, limit: float, optimum: float) -> float | None:
    return price * limit / optimum if optimum > 0 else None


def conflict(problem: Problem, engine: str) -> tuple[str, ...]:
    """The inputs that contradict each other, one line each; empty if none could be named.

    Only what people state can be to blame: bounds of the tables that merely say "irreversible" or
    "unlimited" are part of the network.
    """
    groups: dict[str, list[BoundRef]] = {}
    program = problem.program
    rows = {name: n for n, name in enumerate(program.rows)}
    for reaction, bound in problem.resolved.bounds.items():
        split = problem.is_split(reaction)
        index = rows.get(f"net:{reaction}", -1) if split else problem.columns_of[reaction][0][0]
        if index < 0:
            continue
        for side, value, origin in (
            ("lower", bound.lower, bound.lower_origin),
            ("upper", bound.upper, bound.upper_origin),
        ):
            forced = value > 0 if side == "lower" else value < 0
            if origin.kind == "table" and not forced:
                continue
            ref = BoundRef("row" if split else "col", index, "lower" if side == "lower" else "upper")
            groups.setdefault(str(origin), []).append(ref)
    for name, origins in problem.row_origins.items():
        if name.startswith("capacity:"):
            refs = groups.setdefault("; ".join(str(o) for o in origins), [])
            refs.append(BoundRef("row", rows[name], "upper"))
    found = find_conflict(
        program, [Group(name, tuple(refs)) for name, refs in groups.items()], Query(), engine=engine
    )
    if found.outcome is not Outcome.INFEASIBLE:
        return ()
    return found.core
