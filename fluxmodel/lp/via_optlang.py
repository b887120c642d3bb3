"""Whatever solver optlang can reach: ``optlang:glpk``, ``optlang:gurobi``, ``optlang:cplex``, ...

Slower than the direct engines, and without a basis to save; kept for solvers that a user has already.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.engine import DUAL_TOLERANCE, PRIMAL_TOLERANCE, Method, require
from fluxmodel.lp.outcome import OPTLANG_STATUS, Outcome
from fluxmodel.lp.program import Program
from fluxmodel.lp.sparse import Floats


class OptlangEngine:
    """One optlang Model. See `fluxmodel.lp.engine.Engine` for what the methods do."""

    def __init__(
        self,
        interface: Any,
        variant: str,
        program: Program,
        spare: int,
        time_limit: float | None,
    ) -> None:
        self.name = f"optlang:{variant}"
        self.version = str(importlib.import_module("optlang").__version__)
        self._interface, self._program, self._spare = interface, program, spare
        self._time_limit = time_limit
        self._status = ""
        self._col = (np.zeros(program.n_columns), np.zeros(program.n_columns))
        free = np.full(spare, np.inf)
        self._row = (
            np.concatenate([np.zeros(program.n_rows), -free]),
            np.concatenate([np.zeros(program.n_rows), free]),
        )
        self._cost = np.zeros(program.n_columns)
        self._maximise = False
        self._extras: list[dict[int, float]] = [{} for _ in range(spare)]
        self._build()

    def _build(self) -> None:
        """Make the model from what is stored; building anew is how optlang forgets its basis."""
        module, program = self._interface, self._program
        n, m = program.n_columns, program.n_rows + self._spare
        self._model: Any = module.Model()
        self._variables = [
            module.Variable(f"x{j}", lb=_finite(self._col[0][j]), ub=_finite(self._col[1][j]))
            for j in range(n)
        ]
        self._constraints = [
            module.Constraint(0, lb=_finite(self._row[0][i]), ub=_finite(self._row[1][i]), name=f"r{i}")
            for i in range(m)
        ]
        self._model.add(self._variables)
        self._model.add(self._constraints, sloppy=True)
        self._model.objective = module.Objective(0, direction="max" if self._maximise else "min")
        self._model.update()
        rows = program.matrix.transpose()
        for i in range(program.n_rows):
            columns, values = rows.column(i)
            self._coefficients(
                self._constraints[i], dict(zip(columns.tolist(), values.tolist(), strict=True))
            )
        for k, extra in enumerate(self._extras):
            self._coefficients(self._constraints[program.n_rows + k], extra)
        used = np.flatnonzero(self._cost)
        self._coefficients(
            self._model.objective, dict(zip(used.tolist(), self._cost[used].tolist(), strict=True))
        )
        self._configure()

    def _configure(self) -> None:
        settings = self._model.configuration
        settings.presolve = False
        if self._time_limit is not None:
            settings.timeout = max(1, round(self._time_limit))
        for name, value in (("feasibility", PRIMAL_TOLERANCE), ("optimality", DUAL_TOLERANCE)):
            # not every interface has both; those that have neither keep their own
            if hasattr(settings.tolerances, name):
                setattr(settings.tolerances, name, value)

    def _coefficients(self, target: Any, values: dict[int, float]) -> None:
        if values:
            target.set_linear_coefficients({self._variables[j]: float(v) for j, v in values.items()})

    def set_columns(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        for j, low, high in zip(indices, lower, upper, strict=True):
            self._col[0][j], self._col[1][j] = low, high
            self._variables[j].set_bounds(_finite(low), _finite(high))

    def set_rows(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        for i, low, high in zip(indices, lower, upper, strict=True):
            self._row[0][i], self._row[1][i] = low, high
            constraint = self._constraints[i]
            # one at a time, in an order that never lets them cross
            constraint.lb = None
            constraint.ub = _finite(high)
            constraint.lb = _finite(low)

    def set_extra(self, k: int, indices: Sequence[int], values: Sequence[float]) -> None:
        new = dict(zip(indices, values, strict=True))
        self._coefficients(
            self._constraints[self._program.n_rows + k], dict.fromkeys(self._extras[k], 0.0) | new
        )
        self._extras[k] = new

    def set_cost(self, indices: Sequence[int], values: Sequence[float]) -> None:
        for j, value in zip(indices, values, strict=True):
            self._cost[j] = value
        self._coefficients(self._model.objective, dict(zip(indices, values, strict=True)))

    def set_sense(self, maximise: bool) -> None:
        self._maximise = maximise
        self._model.objective.direction = "max" if maximise else "min"

    def run(self, method: Method, limit: int) -> Outcome:
        settings = self._model.configuration
        if hasattr(type(settings), "lp_method") and method in getattr(settings, "lp_methods", ()):
            settings.lp_method = method
        self._status = str(self._model.optimize())
        return OPTLANG_STATUS.get(self._status, Outcome.NUMERIC)

    def iterations(self) -> int:
        return -1

    def detail(self) -> str:
        return self._status

    def objective(self) -> float:
        return float(self._model.objective.value or 0.0)

    def primal(self, indices: Sequence[int] | None = None) -> Floats:
        values = self._model.primal_values
        which = range(len(self._variables)) if indices is None else indices
        return np.array([values[f"x{j}"] for j in which], dtype=np.float64)

    def row_duals(self, indices: Sequence[int] | None = None) -> Floats:
        values, which = (
            self._model.shadow_prices,
            range(len(self._constraints)) if indices is None else indices,
        )
        return np.array([values[f"r{i}"] for i in which], dtype=np.float64)

    def column_duals(self) -> Floats:
        values = self._model.reduced_costs
        return np.array([values[f"x{j}"] for j in range(len(self._variables))], dtype=np.float64)

    def ray(self) -> Floats | None:
        return None

    def save_basis(self) -> object | None:
        return None

    def restore_basis(self, basis: object) -> None:
        """Never called: there is no saved basis."""

    def reset_basis(self) -> None:
        self._build()

    def close(self) -> None:
        self._model = None


def _finite(bound: float) -> float | None:
    return float(bound) if np.isfinite(bound) else None


def _need_duals(interface: Any, variant: str) -> None:
    """Refuse an interface that leaves out what is asked of it later; a program of one row tells.

    Raises
    ------
    InputError
        FM118: there are interfaces that solve, but have no shadow prices or reduced costs.
    """
    try:
        model = interface.Model()
        columns = [interface.Variable(name, lb=0, ub=1) for name in ("x", "y")]
        row = interface.Constraint(0, ub=2, name="r")
        model.add(columns)
        model.add([row], sloppy=True)
        model.objective = interface.Objective(0, direction="max")
        model.update()
        row.set_linear_coefficients(dict.fromkeys(columns, 1.0))
        model.objective.set_linear_coefficients(dict.fromkeys(columns, 1.0))
        model.optimize()
        complete = {"x", "y"} <= set(model.reduced_costs) and {"r"} <= set(model.shadow_prices)
    except (NotImplementedError, AttributeError) as error:
        raise InputError(_without_duals(variant, str(error) or type(error).__name__)) from error
    if not complete:
        raise InputError(_without_duals(variant, "they come back empty"))


def _without_duals(variant: str, why: str) -> Problem:
    what = f"optlang:{variant} cannot give duals (shadow prices and reduced costs): {why}"
    return Problem("FM118", what, cure="use glpk, highs or optlang:glpk")


def open_engine(program: Program, spare: int, variant: str, time_limit: float | None) -> OptlangEngine:
    """Open the optlang interface `variant` on `program` with `spare` empty rows after its own.

    Raises
    ------
    InputError
        FM110 if it is not installed, FM118 if it cannot give duals.
    """
    require("optlang", "optlang")
    interface = require(f"optlang.{variant}_interface", f"the solver behind optlang's {variant} interface")
    _need_duals(interface, variant)
    return OptlangEngine(interface, variant, program, spare, time_limit)
