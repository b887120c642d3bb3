"""The reference state of a cell: the least flux under its measured rates, and capacities read off it.

Provisional: it gives inhibited catalysts something to be inhibited of until cells are calibrated. The rates
are all that goes in; phenotypes never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fluxmodel.analysis.observable import parse_observable
from fluxmodel.condition import Cell
from fluxmodel.errors import NoOptimum
from fluxmodel.formalism.problem import PARSIMONIOUS, Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Outcome, Program, Sparse, Stage, Want, canonical_stage, lexicographic, open_session
from fluxmodel.lp.split import parsimonious
from fluxmodel.network.model import Model

#: Spare capacity over the use in the reference, and what a catalyst without use can still carry. Both are
#: chosen; `parameters.tsv` overrides them.
HEADROOM, FLOOR = 1.4, 0.005
#: Error of a rate that states none, relative; and the least error of any rate, mmol/gDW/h.
RELATIVE_ERROR, LEAST_ERROR = 0.15, 0.0015
#: A flux below this is 0: the primal tolerance of the engines.
CRUMB = 1e-9


@dataclass(frozen=True)
class Reference:
    """A cell's reference state.

    Attributes
    ----------
    fluxes : mapping of reaction id to float
        Net fluxes, mmol/gDW/h.
    rates : mapping of observable to (float, float, float)
        Measured, error and reached, in mmol/gDW/h (growth in 1/h).
    use : mapping of catalyst id to float
        Flux that each catalyst carries.
    capacities : mapping of catalyst id to float
        Use times headroom, at least the floor.
    """

    fluxes: Mapping[str, float]
    rates: Mapping[str, tuple[float, float, float]]
    use: Mapping[str, float]
    capacities: Mapping[str, float]


def measured(cell: Cell, model: Model) -> dict[str, tuple[Mapping[str, float], float, float]]:
    """The cell's rates as functionals of fluxes: terms, mean and error; ratios are left out."""
    found = {}
    for text, rate in cell.rates.items():
        observable = parse_observable(text, model)
        if observable.is_ratio:
            continue
        unit = "1/h" if observable.unit == "1/h" else "mmol/gDW/h"
        mean = rate.amount.magnitude(unit, cell.dry_mass)
        error = RELATIVE_ERROR * abs(mean)
        if rate.spread is not None:
            error = rate.spread.magnitude(unit, cell.dry_mass)
        least = 0.01 * abs(mean) if unit == "1/h" else LEAST_ERROR
        found[text] = (observable.numerator, mean, max(error, least))
    return found


def reference_state(
    problem: Problem,
    cell: Cell,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    engine: str = "glpk",
) -> Reference:
    """The flux state that fits a cell's measured rates with the least flux, and the use of catalysts in it.

    Misfits are counted in standard errors and summed; among the best fits the least total flux is
    taken, ties broken by the canonical costs.

    Parameters
    ----------
    problem : Problem
        The reference condition, without inhibitions.
    cell : Cell
    shares : mapping of reaction id to mapping of catalyst id to float, optional
        How the flux of a reaction is divided among its catalysts; evenly if left out.
    engine : str

    Returns
    -------
    Reference

    Raises
    ------
    NoOptimum
        If the reference condition has no solution.
    """
    model = problem.resolved.model
    rates = measured(cell, model)
    program = _with_rates(problem, rates)
    with open_session(program, engine) as session:
        staged = lexicographic(session, want=Want.NETS, start="cold")
    if staged.outcome is not Outcome.OPTIMAL:
        raise NoOptimum(staged.outcome.value, (f"reference of cell {cell.id!r}: {staged.answer.detail}",))
    nets = staged.answer.nets.tolist()
    # what the engine cannot tell from 0 is no use of a catalyst
    fluxes = {r: v if abs(v) > CRUMB else 0.0 for r, v in zip(problem.reactions, nets, strict=True)}
    reached = {
        text: (mean, error, sum(c * fluxes[r] for r, c in terms.items()))
        for text, (terms, mean, error) in rates.items()
    }
    use = catalyst_use(model, fluxes, shares or {})
    headroom, floor = (_parameter(model, name, value) for name, value in
                       (("cell.headroom", HEADROOM), ("cell.floor", FLOOR)))  # fmt: skip
    capacities = {k: max(floor, headroom * v) for k, v in use.items()}
    return Reference(FrozenMap(fluxes), FrozenMap(reached), FrozenMap(use), FrozenMap(capacities))


def _parameter(model: Model, name: str, value: float) -> float:
    return model.parameters[name].value if name in model.parameters else value


def _with_rates(problem: Problem, rates: Mapping[str, tuple[Mapping[str, float], float, float]]) -> Program:
    """The program with two slack columns per rate; stages unmet, misfit, parsimonious, canonical."""
    p = problem.program
    n, m, k = p.n_columns, p.n_rows, len(rates)
    rows, columns, values = (a.tolist() for a in p.matrix.triplets())
    target, weight = [], np.zeros(n + 2 * k)
    for i, (terms, mean, error) in enumerate(rates.values()):
        vector = problem.vector(terms)
        for column in np.flatnonzero(vector).tolist():
            rows.append(m + i), columns.append(column), values.append(float(vector[column]))
        for slack, sign in ((n + 2 * i, 1.0), (n + 2 * i + 1, -1.0)):
            rows.append(m + i), columns.append(slack), values.append(sign)
            weight[slack] = 1.0 / error
        target.append(mean)
    nets, net_columns, signs = p.net_matrix.triplets()
    wide = Program(
        (*p.columns, *(f"misfit:{text}{sign}" for text in rates for sign in "+-")),
        (*p.rows, *(f"rate:{text}" for text in rates)),
        Sparse.from_triplets(rows, columns, values, (m + k, n + 2 * k)),
        np.concatenate([p.col_lower, np.zeros(2 * k)]),
        np.concatenate([p.col_upper, np.full(2 * k, np.inf)]),
        np.concatenate([p.row_lower, target]),
        np.concatenate([p.row_upper, target]),
        (
            *(Stage(s.name, np.concatenate([s.cost, np.zeros(2 * k)]), s.sense) for s in p.stages[:-1]),
            Stage("misfit", weight, "min"),
        ),
        p.nets,
        Sparse.from_triplets(nets, net_columns, signs, (len(p.nets), n + 2 * k)),
    )
    cost = np.zeros(n + 2 * k)
    for reaction, parts in problem.columns_of.items():
        for column, _ in parts:
            cost[column] = problem.weights.get(reaction, 1.0)
    split = parsimonious(wide, cost, name=PARSIMONIOUS)
    return split.replace(stages=(*split.stages, canonical_stage(split)))


def catalyst_use(
    model: Model, fluxes: Mapping[str, float], shares: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Flux that each catalyst carries: the sum over its reactions of its share of the absolute flux."""
    use = dict.fromkeys(model.all_catalysts, 0.0)
    for reaction, flux in fluxes.items():
        catalysts = model.catalysts_of(reaction)
        if not catalysts:
            continue
        given = shares.get(reaction, {})
        total = sum(given.get(c.id, 0.0) for c in catalysts)
        for catalyst in catalysts:
            share = given.get(catalyst.id, 0.0) / total if total > 0 else 1 / len(catalysts)
            use[catalyst.id] += share * abs(flux)
    return use


def provisional_capacities(
    problem: Problem,
    cell: Cell,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    engine: str = "glpk",
) -> Mapping[str, float]:
    """Capacity of every catalyst, mmol/gDW/h, from the reference state; see `reference_state`."""
    return reference_state(problem, cell, shares, engine).capacities


def capacity_block(reference: Reference) -> str:
    """The ``capacities`` field of a cell file.

    Examples
    --------
    >>> r = Reference({}, {}, {"GLS": 0.05}, {"GLS": 0.07})
    >>> print(capacity_block(r), end="")
    capacities:
      GLS: {value: 0.07, unit: mmol/gDW/h, source: "provisional: use 0.05 in the reference state"}
    """
    lines = ["capacities:"]
    for id in sorted(reference.capacities):
        value, used = reference.capacities[id], reference.use[id]
        note = (
            f"use {used:.3g} in the reference state" if used > 0 else "floor: unused in the reference state"
        )
        lines.append(f'  {id}: {{value: {value:.4g}, unit: mmol/gDW/h, source: "provisional: {note}"}}')
    return "\n".join(lines) + "\n"
