"""Viability beside growth: how far a state is from being unable to serve maintenance, or to detoxify.

Two margins, each the ratio of the most that the state can serve to what it has to serve, without growth.
Below 1 the cell dies of it.

The pool of glutathione is not a variable of a steady state, its turnover is: a pool that is lost at a
constant rate per molecule is, at rest, as large as what makes it. Glutathione peroxidase 4 has no Km for
glutathione (its mechanism is ping-pong), so that its rate falls with the pool. What it can carry is therefore
its capacity times the share of the glutathione turnover that is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fluxmodel.analysis.demands import KINDS
from fluxmodel.analysis.state import FluxState, Outcome, short_of
from fluxmodel.formalism.problem import LOADS, UNMET, Problem
from fluxmodel.formalism.resolved import Demand
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Outcome as Solved
from fluxmodel.lp import Program, Query, Sparse, Stage, Want, lexicographic, open_session
from fluxmodel.lp.sparse import Floats

ATP_MARGIN, FERROPTOSIS_MARGIN = "atp_margin", "ferroptosis_margin"
PEROXIDATION, TURNOVER = "lipid_peroxidation", "GSH_turnover"
#: A reaction of the table that may carry this much has no limit, mmol/gDW/h.
_NO_LIMIT = 1000.0
_MOST = "most"


@dataclass(frozen=True)
class Viability:
    """How far a cell is from dying, apart from how fast it grows.

    Attributes
    ----------
    atp_margin : float or None
        Largest ATP maintenance that the state can serve at growth 0, divided by the demand. Loads are given
        up for it: with a demand above it, the outcome of the condition is NONVIABLE.
    ferroptosis_margin : float or None
        Largest load of lipid peroxide that can be reduced at growth 0 with maintenance served, divided by the
        load. Below 1 the load cannot be detoxified.
    deficits : mapping of demand name to float
        What is left unserved, mmol/gDW/h.
    why : mapping of margin to str
        Why a margin is None.
    amounts : mapping of str to float
        What the margins are made of, mmol/gDW/h: ``atp``, ``atp_demand``, ``peroxide``, ``peroxide_load``.

    Examples
    --------
    >>> Viability(4.0, None, {}, {"ferroptosis_margin": "no load"}).to_dict()["atp_margin"]
    4.0
    """

    atp_margin: float | None
    ferroptosis_margin: float | None
    deficits: Mapping[str, float] = field(default_factory=FrozenMap)
    why: Mapping[str, str] = field(default_factory=FrozenMap)
    amounts: Mapping[str, float] = field(default_factory=FrozenMap)

    def to_dict(self) -> dict[str, Any]:
        """The margins for JSON."""
        return {
            ATP_MARGIN: self.atp_margin,
            FERROPTOSIS_MARGIN: self.ferroptosis_margin,
            "deficits": dict(self.deficits),
            "why": dict(self.why),
            "amounts": dict(self.amounts),
        }


def viability(
    problem: Problem,
    state: FluxState,
    engine: str = "glpk",
    reference: Mapping[str, float] | None = None,
) -> Viability:
    """The margins of one state; a linear program each.

    The load of lipid peroxide is a share of respiration: of that in the cell's reference state, or of what
    the oxygen supply allows if that is less. A cell that grows less, and so respires less at the point, is
    not safer for it.

    Parameters
    ----------
    problem : Problem
    state : FluxState
        Its solution.
    engine : str
    reference : mapping of reaction id to float, optional
        Fluxes of the cell's reference state; those of `state` if left out.
    """
    amounts = {d.name: d.amount for d in problem.demands}
    deficits = FrozenMap({k: x for k, x in state.unmet.items() if short_of(x, amounts[k])})
    why: dict[str, str] = {}
    parts: dict[str, float] = {}
    if state.outcome not in (Outcome.OPTIMAL, Outcome.NONVIABLE):
        said = f"the inputs have no solution: {state.outcome}"
        return Viability(None, None, deficits, FrozenMap({ATP_MARGIN: said, FERROPTOSIS_MARGIN: said}))
    atp = _atp(problem, engine, parts, why)
    peroxide = _peroxide(problem, state, engine, reference, parts, why)
    return Viability(atp, peroxide, deficits, FrozenMap(why), FrozenMap(parts))


def _atp(problem: Problem, engine: str, parts: dict[str, float], why: dict[str, str]) -> float | None:
    maintenance = problem.resolved.model.maintenance
    demand = sum(d.amount for d in problem.demands if maintenance in d.terms)
    if demand <= 0:
        why[ATP_MARGIN] = "the condition demands no ATP for maintenance"
        return None
    # as in the solving: a load is applied only as far as it takes nothing from what the cell needs to live
    needed = {d.name for d in problem.demands if not d.exact}
    loads = tuple(name for name in problem.slack_of if name not in needed)
    most = _most(problem, problem.program, problem.vector({maintenance: 1.0}), loads, engine)
    if most is None:
        why[ATP_MARGIN] = "there is no state without growth"
        return None
    parts.update(atp=most, atp_demand=demand)
    return most / demand


def _peroxide(
    problem: Problem,
    state: FluxState,
    engine: str,
    reference: Mapping[str, float] | None,
    parts: dict[str, float],
    why: dict[str, str],
) -> float | None:
    found = [d for d in problem.demands if d.name == PEROXIDATION]
    if not found:
        why[FERROPTOSIS_MARGIN] = "the condition has no load of lipid peroxide"
        return None
    load = _load(problem, found[0], state, reference)
    if load is None or load <= 0:
        why[FERROPTOSIS_MARGIN] = (
            "the load is a share of respiration, and there is none"
            if load is not None
            else "the load is a share of respiration, and no state says how much the cell respires"
        )
        return None
    program = _challenged(problem, found[0])
    goal = np.zeros(program.n_columns)
    goal[-1] = 1.0
    most = _most(problem, program, goal, (TURNOVER, PEROXIDATION), engine)
    if most is None:
        why[FERROPTOSIS_MARGIN] = "there is no state without growth"
        return None
    parts.update(peroxide=most, peroxide_load=load)
    return most / load


def _load(
    problem: Problem, demand: Demand, state: FluxState, reference: Mapping[str, float] | None
) -> float | None:
    """The load of lipid peroxide, mmol/gDW/h; None where it is a share of what is not known."""
    load, model = demand.amount, problem.resolved.model
    supply = sum(
        -bound.lower
        for id, bound in problem.bounds.items()
        if id in model.exchanges and any(m.startswith("o2_") for m in model.reactions[id].stoichiometry)
    )
    for reaction, coefficient in demand.terms.items():
        if coefficient >= 0:
            continue
        fluxes = reference if reference is not None else state.values
        if not fluxes:
            return None
        terms = model.reactions[reaction].stoichiometry
        oxygen = sum(-c for m, c in terms.items() if m.startswith("o2_"))
        flux = fluxes.get(reaction, 0.0)
        load -= coefficient * (min(flux, supply / oxygen) if oxygen > 0 else flux)
    return load


def _challenged(problem: Problem, demand: Demand) -> Program:
    """The program with a column that brings in peroxide, so that not the lipid it is made of limits it."""
    model, p = problem.resolved.model, problem.program
    loaded = [r for r, c in demand.terms.items() if c > 0]
    made = {m: c for m, c in model.reactions[loaded[0]].stoichiometry.items() if c > 0}
    names = {name: row for row, name in enumerate(p.rows)}
    rows, columns, values = (a.tolist() for a in p.matrix.triplets())
    n, m = p.n_columns, p.n_rows
    for metabolite, coefficient in made.items():
        rows.append(names[metabolite])
        columns.append(n)
        values.append(coefficient)
    coupled: list[str] = []
    turnover = next((d for d in problem.demands if d.name == TURNOVER and d.amount > 0), None)
    if turnover is not None:
        pool = KINDS[TURNOVER].pool
        for id, limit in _reducers(problem, made, pool).items():
            row = problem.vector({id: 1.0})
            row -= limit / turnover.amount * problem.vector(turnover.terms)
            rows += [m + len(coupled)] * int(np.count_nonzero(row))
            columns += np.flatnonzero(row).tolist()
            values += row[row != 0].tolist()
            coupled.append(f"pool:{id}")
    k = len(coupled)
    return Program(
        (*p.columns, "challenge"),
        (*p.rows, *coupled),
        Sparse.from_triplets(rows, columns, values, (m + k, n + 1)),
        np.append(p.col_lower, 0.0),
        np.append(p.col_upper, np.inf),
        np.append(p.row_lower, np.full(k, -np.inf)),
        np.append(p.row_upper, np.zeros(k)),
        tuple(Stage(s.name, np.append(s.cost, 0.0), s.sense) for s in p.stages),
        p.nets,
        Sparse.from_triplets(*p.net_matrix.triplets(), (len(p.nets), n + 1)),
    )


def _reducers(problem: Problem, peroxide: Mapping[str, float], pool: str) -> dict[str, float]:
    """Reactions that reduce the peroxide with the pool, and what each can carry."""
    model, found = problem.resolved.model, {}
    limits = {r: c.limit * c.efficiency_of(r, 1) for c in problem.resolved.limits for r in c.reactions}
    for id, row in model.reactions.items():
        used = [m for m, c in row.stoichiometry.items() if c < 0]
        if any(m in peroxide for m in used) and any(m.rpartition("_")[0] == pool for m in used):
            most = min(limits.get(id, np.inf), problem.bounds[id].upper)
            if most < _NO_LIMIT:
                found[id] = most
    return found


def _most(
    problem: Problem, program: Program, goal: Floats, given_up: tuple[str, ...], engine: str
) -> float | None:
    """The most of a goal at growth 0, with all demands served that are not given up, as far as can be."""
    lower, upper = program.col_lower.copy(), program.col_upper.copy()
    for column, _ in problem.columns_of[problem.resolved.model.biomass]:
        lower[column], upper[column] = min(lower[column], 0.0), 0.0
    free = [problem.slack_of[name] for name in given_up if name in problem.slack_of]
    held = upper.copy()
    held[[c for c in problem.slack_of.values() if c not in free]] = 0.0
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    if program is not problem.program:
        row = program.rows.index(f"demand:{PEROXIDATION}")
        row_lower[row], row_upper[row] = -np.inf, np.inf  # what is brought in takes its place
    with open_session(program, engine) as session:
        answer = session.solve(
            Query(lower, held, row_lower, row_upper, cost=goal, sense="max", want=Want.NOTHING)
        )
        if answer.outcome is Solved.OPTIMAL:
            return max(0.0, answer.objective)
    stages = []
    for stage in program.stages:
        if stage.name in (UNMET, LOADS):
            cost = stage.cost.copy()
            cost[free] = 0.0
            if cost.any():
                stages.append(Stage(stage.name, cost, stage.sense))
    staged = program.replace(stages=(*stages, Stage(_MOST, goal, "max")))
    bounds = Query(col_lower=lower, col_upper=upper, row_lower=row_lower, row_upper=row_upper)
    with open_session(staged, engine) as session:
        found = lexicographic(session, bounds, want=Want.PRIMAL | Want.DUALS, start="cold")
    return max(0.0, found.optimum(_MOST).value) if found.outcome is Solved.OPTIMAL else None
