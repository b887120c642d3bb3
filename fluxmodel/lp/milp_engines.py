"""The engines behind `fluxmodel.lp.milp.solve_milp`: HiGHS, and whatever optlang reaches."""

from __future__ import annotations

import importlib
import math
from dataclasses import replace
from typing import Any

import numpy as np

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.engine import DUAL_TOLERANCE, PRIMAL_TOLERANCE, require
from fluxmodel.lp.milp import FEASIBILITY, INTEGRALITY, SAME, Limits, MilpOutcome, Posed, Said
from fluxmodel.lp.outcome import OPTLANG_STATUS, Outcome
from fluxmodel.lp.sparse import Floats, Sparse

#: HiGHS, names of HighsModelStatus; all others are limits if they left a point or a bound, else failures.
_HIGHS = {
    "kOptimal": MilpOutcome.OPTIMAL,
    "kModelEmpty": MilpOutcome.OPTIMAL,
    "kInfeasible": MilpOutcome.INFEASIBLE,
    "kUnbounded": MilpOutcome.UNBOUNDED,
    "kTimeLimit": MilpOutcome.LIMIT,
    "kIterationLimit": MilpOutcome.LIMIT,
    "kSolutionLimit": MilpOutcome.LIMIT,
    "kInterrupt": MilpOutcome.LIMIT,
    "kMemoryLimit": MilpOutcome.LIMIT,
}
#: What a linear relaxation says of the whole: no point of it means no point at all.
_RELAXED = {
    Outcome.INFEASIBLE: MilpOutcome.INFEASIBLE,
    Outcome.LIMIT: MilpOutcome.LIMIT,
    Outcome.NUMERIC: MilpOutcome.NUMERIC,
}
#: optlang, the strings of optlang.interface, of a program with whole numbers.
_STATUS = {text: MilpOutcome(outcome.value) for text, outcome in OPTLANG_STATUS.items()}
#: HiGHS, SolutionStatus of a feasible point.
_FEASIBLE_POINT = 2


def with_highs(posed: Posed, limits: Limits, start: Floats | None, variant: str) -> Said:
    """Branch and cut of HiGHS."""
    module = require("highspy", "highspy")
    highs: Any = module.Highs()
    options: dict[str, object] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "primal_feasibility_tolerance": PRIMAL_TOLERANCE,
        "dual_feasibility_tolerance": DUAL_TOLERANCE,
        "mip_feasibility_tolerance": INTEGRALITY,
        "mip_rel_gap": limits.gap,
        "mip_abs_gap": SAME,
    }
    if limits.seconds is not None:
        options["time_limit"] = limits.seconds
    for name, value in options.items():
        _ok(module, highs.setOptionValue(name, value))
    _ok(module, highs.passModel(_highs_model(module, posed)))
    if start is not None:
        solution = module.HighsSolution()
        solution.col_value = list(start)
        _ok(module, highs.setSolution(solution))
    highs.run()
    # what presolve does not decide, or takes for infeasible, is asked without it
    if highs.getModelStatus().name in ("kUnboundedOrInfeasible", "kInfeasible"):
        _ok(module, highs.setOptionValue("presolve", "off"))
        _ok(module, highs.clearSolver())
        highs.run()
    status, info = str(highs.getModelStatus().name), highs.getInfo()
    outcome = _HIGHS.get(status, MilpOutcome.NUMERIC)
    point = None
    bound = float(info.mip_dual_bound) if posed.integers.size else math.nan
    if outcome in (MilpOutcome.OPTIMAL, MilpOutcome.LIMIT):
        if int(info.primal_solution_status) == _FEASIBLE_POINT:
            point = np.array(highs.getSolution().col_value, dtype=np.float64)
            outcome = MilpOutcome.FEASIBLE if outcome is MilpOutcome.LIMIT else outcome
    else:
        bound = math.nan
    return Said(outcome, bound, point, status, str(highs.version()))


def _highs_model(module: Any, posed: Posed) -> Any:
    lp = module.HighsLp()
    m, n = posed.matrix.shape
    lp.num_col_, lp.num_row_ = n, m
    lp.col_cost_ = np.array(posed.cost)
    lp.col_lower_, lp.col_upper_ = (np.array(x) for x in posed.columns)
    lp.row_lower_, lp.row_upper_ = (np.array(x) for x in posed.rows)
    lp.sense_ = module.ObjSense.kMaximize if posed.maximise else module.ObjSense.kMinimize
    lp.a_matrix_.format_ = module.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = n, m
    lp.a_matrix_.start_ = posed.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = posed.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = np.array(posed.matrix.data)
    kinds = [module.HighsVarType.kContinuous] * n
    for j in posed.integers.tolist():
        kinds[j] = module.HighsVarType.kInteger
    lp.integrality_ = kinds
    return lp


def _ok(module: Any, status: Any) -> None:
    if status == module.HighsStatus.kError:
        raise InputError(Problem("FM115", "HiGHS refused a mixed-integer program"))


def with_optlang(posed: Posed, limits: Limits, start: Floats | None, variant: str) -> Said:
    """Branch and bound of the solver behind an optlang interface.

    optlang has no bound to report and takes an infeasible relaxation for a failure, so the relaxation is
    solved first: it tells the two apart, and bounds what is left open at a limit.
    """
    require("optlang", "optlang")
    module = require(f"optlang.{variant}_interface", f"the solver behind optlang's {variant} interface")
    version = str(importlib.import_module("optlang").__version__)
    model, variables, set_kinds = _optlang_model(module, posed)
    _configure(model.configuration, limits)
    relaxed = OPTLANG_STATUS.get(str(model.optimize()), Outcome.NUMERIC)
    if relaxed in _RELAXED:
        return Said(_RELAXED[relaxed], math.nan, None, f"the relaxation is {relaxed}", version)
    if relaxed is Outcome.UNBOUNDED:
        # with numbers that are rational, as all floats are, any point at all makes the whole unbounded too
        plain = with_optlang(replace(posed, cost=np.zeros_like(posed.cost)), limits, None, variant)
        outcome = MilpOutcome.UNBOUNDED if plain.point is not None else plain.outcome
        return Said(outcome, math.nan, None, f"the relaxation is {relaxed}", version)
    bound = float(model.objective.value)
    set_kinds()
    status = str(model.optimize())
    outcome = _STATUS.get(status, MilpOutcome.NUMERIC)
    if status == "undefined" and _proven_infeasible(module, posed, limits):
        outcome = MilpOutcome.INFEASIBLE
    if outcome not in (MilpOutcome.OPTIMAL, MilpOutcome.LIMIT):
        return Said(outcome, math.nan, None, status, version)
    values = [variable.primal for variable in variables]
    point = None if any(x is None for x in values) else np.array(values, dtype=np.float64)
    if outcome is MilpOutcome.OPTIMAL:  # solved to the end: the point is its own bound
        return Said(outcome, math.nan, point, status, version)
    if point is None or not _is_whole(posed, point):
        return Said(outcome, bound, None, status, version)
    return Said(MilpOutcome.FEASIBLE, bound, point, status, version)


def _proven_infeasible(module: Any, posed: Posed, limits: Limits) -> bool:
    """Whether even the point that violates the rows least violates them.

    A tree without a point is "undefined" to some interfaces, as is a failure; a program that always has a
    point tells the two apart.
    """
    m, n = posed.matrix.shape
    rows, columns, values = posed.matrix.triplets()
    every = np.arange(m)
    elastic = Posed(
        np.concatenate([np.zeros(n), np.ones(2 * m)]),
        False,
        (
            np.concatenate([posed.columns[0], np.zeros(2 * m)]),
            np.concatenate([posed.columns[1], np.full(2 * m, np.inf)]),
        ),
        posed.rows,
        Sparse.from_triplets(
            np.concatenate([rows, every, every]),
            np.concatenate([columns, n + every, n + m + every]),
            np.concatenate([values, np.ones(m), -np.ones(m)]),
            (m, n + 2 * m),
        ),
        posed.integers,
    )
    model, _, set_kinds = _optlang_model(module, elastic)
    _configure(model.configuration, limits)
    model.optimize()
    set_kinds()
    return str(model.optimize()) == "optimal" and float(model.objective.value) > FEASIBILITY


def _is_whole(posed: Posed, point: Floats) -> bool:
    """Whether what is left at a limit is a point, and not the relaxation where the search stood."""
    x = point[posed.integers]
    return bool(np.all(np.abs(x - np.round(x)) <= INTEGRALITY * np.maximum(1.0, np.abs(x)))) and posed.holds(
        point
    )


def _configure(settings: Any, limits: Limits) -> None:
    settings.presolve = False
    if limits.seconds is not None:
        settings.timeout = max(1, round(limits.seconds))
    wanted = {"feasibility": PRIMAL_TOLERANCE, "optimality": DUAL_TOLERANCE, "integrality": INTEGRALITY}
    for name, value in wanted.items():
        # not every interface has all; those that have none keep their own
        if hasattr(settings.tolerances, name):
            setattr(settings.tolerances, name, value)


def _optlang_model(module: Any, posed: Posed) -> tuple[Any, list[Any], Any]:
    """The relaxation, its variables, and what makes the integer ones whole."""
    model = module.Model()
    pairs = zip(*(x.tolist() for x in posed.columns), strict=True)
    variables = [
        module.Variable(f"x{j}", lb=_finite(low), ub=_finite(high)) for j, (low, high) in enumerate(pairs)
    ]
    pairs = zip(*(x.tolist() for x in posed.rows), strict=True)
    constraints = [
        module.Constraint(0, lb=_finite(low), ub=_finite(high), name=f"r{i}")
        for i, (low, high) in enumerate(pairs)
    ]
    model.add(variables)
    model.add(constraints, sloppy=True)
    model.objective = module.Objective(0, direction="max" if posed.maximise else "min")
    model.update()
    rows = posed.matrix.transpose()
    for i, constraint in enumerate(constraints):
        columns, values = rows.column(i)
        if columns.size:
            pairs_of = zip(columns.tolist(), values.tolist(), strict=True)
            constraint.set_linear_coefficients({variables[j]: v for j, v in pairs_of})
    used = np.flatnonzero(posed.cost).tolist()
    if used:
        model.objective.set_linear_coefficients({variables[j]: float(posed.cost[j]) for j in used})

    def set_kinds() -> None:
        for j in posed.integers.tolist():
            variables[j].type = "integer"
        model.update()

    return model, variables, set_kinds


def _finite(bound: float) -> float | None:
    return float(bound) if math.isfinite(bound) else None
