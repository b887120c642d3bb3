"""What limits growth, and what contradicts what: from duals and bounds back to the lines they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from fluxmodel.analysis.state import CRUMB, Binding, Kind
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import UNLIMITED, Origin
from fluxmodel.lp import Answer, BoundRef, Extra, Group, Outcome, Query, find_conflict
from fluxmodel.lp.sparse import Floats

#: A limit that moves the optimum by less than this share of itself does not limit it.
SHARE_TOLERANCE = 1e-6
_DUAL_TOLERANCE = 1e-9
USUAL_UNIT = "mmol/gDW/h"
#: Growth that is asked for to find out what forbids any, 1/h.
SOME_GROWTH = 1e-3
#: What it costs to blame a line: the network's own numbers are the last to be doubted.
_DEAR: dict[str, float] = {"table": 10.0, "medium": 3.0, "oxygen": 3.0}

_KINDS: dict[str, Kind] = {
    "medium": "nutrient",
    "uptake": "nutrient",
    "oxygen": "oxygen",
    "capacity": "capacity",
    "demand": "demand",
    "knock-out": "knock-out",
    "thermodynamics": "thermodynamics",
}


def binding(problem: Problem, answer: Answer) -> tuple[Binding, ...]:
    """The limits that the optimum feels, strongest first.

    Limits of 0 are left out unless they are capacities, oxygen or closed directions: of every nutrient that
    is not in the medium, a little would help.

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
        room = problem.program.col_upper[column] - value, value - problem.program.col_lower[column]
        upper = dual > 0 if max(room) <= 0 else abs(room[0]) < abs(room[1])
        bound = problem.bounds[reaction]
        origin = bound.upper_origin if upper == (sign > 0) else bound.lower_origin
        _add(found, problem, reaction, origin, value, dual, optimum)
    for row, dual in enumerate(answer.row_duals.tolist()):
        name = problem.program.rows[row]
        if abs(dual) <= _DUAL_TOLERANCE or name not in problem.row_origins:
            continue
        kind, _, what = name.partition(":")
        origins = problem.row_origins[name]
        if kind == "net":
            bound = problem.bounds[what]
            upper = dual > 0
            value = bound.upper if upper else bound.lower
            _add(found, problem, what, origins[1 if upper else 0], value, dual, optimum)
        else:
            upper = kind == "capacity"
            limit = float(problem.program.row_upper[row] if upper else problem.program.row_lower[row])
            text = "; ".join(str(o) for o in origins)
            share, unit = _share(dual, limit, optimum), problem.units.get(name, USUAL_UNIT)
            _keep(found, Binding(_KINDS[kind], what, limit, dual, share, text, unit))
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
    elif kind == "capacity":
        name = problem.catalyst_of.get(reaction, reaction)
    # relaxing a lower bound lowers it; a limit is a size, and its price is what one unit more would bring
    price = dual * (1.0 if value > 0 else -1.0) if value else abs(dual)
    unit = "1/h" if reaction == problem.resolved.model.biomass else USUAL_UNIT
    _keep(found, Binding(kind, name, abs(value), price, _share(price, abs(value), top), str(origin), unit))


def _keep(found: list[Binding], item: Binding) -> None:
    weak = item.share is not None and abs(item.share) <= SHARE_TOLERANCE
    if item.kind in ("capacity", "oxygen", "thermodynamics") or not (weak or item.limit == 0):
        found.append(item)


def _share(price: float, limit: float, optimum: float) -> float | None:
    return price * limit / optimum if optimum > 0 else None


def forbidding(problem: Problem, engine: str) -> tuple[Binding, ...]:
    """Why there is no growth: a smallest set of limits that forbids it, what the user did first.

    Parameters
    ----------
    problem : Problem
        Whose optimum is 0.
    engine : str
    """
    upper = _without_halves(problem)
    for demand in problem.demands:
        if not demand.exact:
            upper[problem.slack_of[demand.name]] = CRUMB
    extra = Extra(problem.vector({problem.resolved.objective: 1.0}), SOME_GROWTH, np.inf)
    stated = _Stated(problem)
    query = Query(col_upper=upper, extras=(extra,))
    found = find_conflict(problem.program, stated.groups(), query, engine=engine)
    if found.outcome is not Outcome.INFEASIBLE:
        return ()
    return tuple(stated.binding(name) for name in reversed(found.core))


def conflict(problem: Problem, engine: str) -> tuple[tuple[str, ...], dict[str, float]]:
    """The inputs that contradict each other, one line each, and the cheapest way out.

    Only what people state can be to blame: bounds of the tables that merely say "irreversible" or
    "unlimited" are part of the network. What the user said comes first: a smallest set of it that the
    rest forbids, then the lines of the rest that forbid it.

    Returns
    -------
    tuple of str
        A set that is contradictory whatever all others say, and is not without any one of its lines;
        empty if none could be named.
    dict of str to float
        By how much each line would have to give, largest first.
    """
    stated = _Stated(problem)
    program, upper = problem.program, _without_halves(problem)
    own = [g for g in stated.groups() if g.weight == 1.0]
    said = find_conflict(program, own, Query(col_upper=upper), engine=engine)
    if own and said.outcome is Outcome.INFEASIBLE and said.resolvable:
        dropped = [g.name for g in own if g.name not in said.core]
        groups = [g for g in stated.groups() if g.name not in dropped]
        found = find_conflict(program, groups, stated.without(dropped, upper), engine=engine)
        core = found.core if found.outcome is Outcome.INFEASIBLE else said.core
        return core, _sorted(said.amounts)
    found = find_conflict(
        problem.program, stated.groups(), Query(col_upper=_without_halves(problem)), engine=engine
    )
    if found.outcome is not Outcome.INFEASIBLE:
        return (), {}
    return found.core, _sorted(found.amounts)


def _sorted(amounts: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(amounts.items(), key=lambda item: -item[1]))


def _without_halves(problem: Problem) -> Floats:
    """Upper bounds of the columns; those of split reactions are left to the rows of their nets."""
    upper: Floats = problem.program.col_upper.copy()
    for reaction, parts in problem.columns_of.items():
        if problem.is_split(reaction):
            upper[[column for column, _ in parts]] = np.inf
    return upper


class _Stated:
    """Every limit that somebody stated, by the line it was stated in."""

    def __init__(self, problem: Problem) -> None:
        self._refs: dict[str, list[BoundRef]] = {}
        self._binding: dict[str, tuple[Origin, list[str], float]] = {}
        self._program = program = problem.program
        self._units: dict[str, str] = {}
        rows = {name: n for n, name in enumerate(program.rows)}
        for reaction, bound in problem.bounds.items():
            split = problem.is_split(reaction)
            index = rows.get(f"net:{reaction}", -1) if split else problem.columns_of[reaction][0][0]
            if index < 0:
                continue
            sides = (("lower", bound.lower, bound.lower_origin), ("upper", bound.upper, bound.upper_origin))
            for side, value, origin in sides:
                if origin.kind == "table" and (value == 0 or abs(value) >= UNLIMITED):
                    continue
                ref = BoundRef("row" if split else "col", index, "lower" if side == "lower" else "upper")
                self._add(origin, str(origin), ref, self._name(problem, reaction, origin), abs(value))
        for name, origins in problem.row_origins.items():
            if name.startswith("capacity:"):
                line = "; ".join(str(o) for o in origins)
                limit = float(program.row_upper[rows[name]])
                self._add(origins[0], line, BoundRef("row", rows[name], "upper"), name[9:], limit)
                self._units[line] = problem.units.get(name, USUAL_UNIT)

    @staticmethod
    def _name(problem: Problem, reaction: str, origin: Origin) -> str:
        if _KINDS.get(origin.kind) in ("nutrient", "oxygen"):
            return next(iter(problem.resolved.model.reactions[reaction].stoichiometry)).rpartition("_")[0]
        return problem.catalyst_of.get(reaction, reaction) if origin.kind == "capacity" else reaction

    def _add(self, origin: Origin, line: str, ref: BoundRef, name: str, limit: float) -> None:
        self._refs.setdefault(line, []).append(ref)
        known = self._binding.setdefault(line, (origin, [], limit))
        if name not in known[1]:
            known[1].append(name)

    def groups(self) -> list[Group]:
        """Those of the files first, so that they are the first to be left out of a conflict."""
        order = sorted(self._refs, key=lambda line: -self._weight(line))
        return [Group(line, tuple(self._refs[line]), self._weight(line)) for line in order]

    def without(self, lines: Iterable[str], upper: Floats) -> Query:
        """A query in which some lines were never said; `upper` are the upper bounds of the columns."""
        p = self._program
        bounds: dict[tuple[str, str], Floats] = {
            ("col", "lower"): p.col_lower.copy(),
            ("col", "upper"): upper.copy(),
            ("row", "lower"): p.row_lower.copy(),
            ("row", "upper"): p.row_upper.copy(),
        }
        for line in lines:
            for ref in self._refs[line]:
                bounds[ref.kind, ref.side][ref.index] = -np.inf if ref.side == "lower" else np.inf
        return Query(
            col_lower=bounds["col", "lower"],
            col_upper=bounds["col", "upper"],
            row_lower=bounds["row", "lower"],
            row_upper=bounds["row", "upper"],
        )

    def _weight(self, line: str) -> float:
        return _DEAR.get(self._binding[line][0].kind, 1.0)

    def binding(self, line: str) -> Binding:
        """The line as a limit without a price."""
        origin, names, limit = self._binding[line]
        name = origin.what if origin.kind == "knock-out" else ", ".join(names)
        unit = self._units.get(line, USUAL_UNIT)
        return Binding(_KINDS.get(origin.kind, "bound"), name, limit, 0.0, None, line, unit)
