"""HiGHS through highspy: for large programs, and as the second opinion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.engine import DUAL_TOLERANCE, PRIMAL_TOLERANCE, Method, require
from fluxmodel.lp.outcome import HIGHS_STATUS, Outcome
from fluxmodel.lp.program import Program
from fluxmodel.lp.sparse import Floats

#: Values of the option simplex_strategy.
_STRATEGY = {"dual": 1, "primal": 4}


class HighsEngine:
    """One Highs object. See `fluxmodel.lp.engine.Engine` for what the methods do."""

    name = "highs"

    def __init__(
        self,
        highspy: Any,
        program: Program,
        spare: int,
        time_limit: float | None,
    ) -> None:
        self._module = highspy
        self._highs: Any = highspy.Highs()
        self.version = str(self._highs.version())
        self._n, self._first_extra = program.n_columns, program.n_rows
        self._detail, self._iterations, self._maximise = "", 0, False
        self._time_limit = time_limit
        options: dict[str, object] = {
            "output_flag": False,
            "presolve": "off",  # it forgets the basis
            "solver": "simplex",
            "threads": 1,  # parallel over conditions, never inside one LP
            "parallel": "off",
            "random_seed": 0,
            "primal_feasibility_tolerance": PRIMAL_TOLERANCE,
            "dual_feasibility_tolerance": DUAL_TOLERANCE,
        }
        for option, value in options.items():
            self._ok(self._highs.setOptionValue(option, value))
        self._load(program, spare)

    def _load(self, program: Program, spare: int) -> None:
        lp = self._module.HighsLp()
        free = np.full(spare, np.inf)
        lp.num_col_, lp.num_row_ = program.n_columns, program.n_rows + spare
        lp.col_cost_ = np.zeros(program.n_columns)
        lp.col_lower_, lp.col_upper_ = np.zeros(program.n_columns), np.zeros(program.n_columns)
        lp.row_lower_ = np.concatenate([np.zeros(program.n_rows), -free])
        lp.row_upper_ = np.concatenate([np.zeros(program.n_rows), free])
        lp.a_matrix_.format_ = self._module.MatrixFormat.kColwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
        lp.a_matrix_.start_ = program.matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = program.matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = np.array(program.matrix.data)
        self._ok(self._highs.passModel(lp))

    def _ok(self, status: Any) -> None:
        # a warning is not an error: HiGHS warns of matrix entries below 1e-9, for example
        if status == self._module.HighsStatus.kError:
            raise InputError(Problem("FM115", "HiGHS refused a change to the program"))

    @property
    def _open(self) -> Any:
        if self._highs is None:
            raise InputError(Problem("FM112", "this session is closed", cure="open a new one"))
        return self._highs

    def set_columns(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        which = np.asarray(indices, dtype=np.int32)
        self._ok(self._open.changeColsBounds(which.size, which, np.asarray(lower), np.asarray(upper)))

    def set_rows(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        highs = self._open
        for i, low, high in zip(indices, lower, upper, strict=True):
            self._ok(highs.changeRowBounds(i, low, high))

    def set_extra(self, k: int, indices: Sequence[int], values: Sequence[float]) -> None:
        highs, row = self._open, self._first_extra + k
        _, old, _ = highs.getRowEntries(row)
        new = dict.fromkeys((int(j) for j in old), 0.0) | dict(zip(indices, values, strict=True))
        for j, value in new.items():
            self._ok(highs.changeCoeff(row, j, value))

    def set_cost(self, indices: Sequence[int], values: Sequence[float]) -> None:
        new = dict(zip(indices, values, strict=True))  # HiGHS refuses a column that is named twice
        if new:
            which, cost = np.array(list(new), dtype=np.int32), np.array(list(new.values()), dtype=np.float64)
            self._ok(self._open.changeColsCost(which.size, which, cost))

    def set_sense(self, maximise: bool) -> None:
        self._maximise = maximise
        sense = self._module.ObjSense
        self._ok(self._open.changeObjectiveSense(sense.kMaximize if maximise else sense.kMinimize))

    def run(self, method: Method, limit: int) -> Outcome:
        if self._n == 0:
            # HiGHS takes a program without columns for empty and never looks at its rows
            return self._without_columns()
        outcome = self._run_once(method, limit)
        if outcome is Outcome.NUMERIC:
            # The dual cannot always tell unbounded from infeasible, and the primal gives up (kUnknown) on
            # some small degenerate programs: let the other one have its say, from
            # nothing, since the basis in which the first one was stuck is no good to it either.
            self._highs.clearSolver()
            outcome = self._run_once("primal" if method == "dual" else "dual", limit)
        return outcome

    def _run_once(self, method: Method, limit: int) -> Outcome:
        highs = self._open
        highs.setOptionValue("simplex_strategy", _STRATEGY[method])
        highs.setOptionValue("simplex_iteration_limit", limit)
        if self._time_limit is not None:
            # the clock of a Highs object runs over all its solves
            highs.setOptionValue("time_limit", highs.getRunTime() + self._time_limit)
        highs.run()
        status = highs.getModelStatus()
        self._iterations = int(highs.getInfo().simplex_iteration_count)
        self._detail = str(status.name)
        return HIGHS_STATUS.get(self._detail, Outcome.NUMERIC)

    def _without_columns(self) -> Outcome:
        lp = self._highs.getLp()
        feasible = all(low <= PRIMAL_TOLERANCE for low in lp.row_lower_) and all(
            high >= -PRIMAL_TOLERANCE for high in lp.row_upper_
        )
        self._detail, self._iterations = "no columns", 0
        return Outcome.OPTIMAL if feasible else Outcome.INFEASIBLE

    def iterations(self) -> int:
        return self._iterations

    def detail(self) -> str:
        return self._detail

    def objective(self) -> float:
        return float(self._highs.getInfo().objective_function_value) if self._n else 0.0

    def primal(self, indices: Sequence[int] | None = None) -> Floats:
        values = np.array(self._open.getSolution().col_value, dtype=np.float64)
        return values if indices is None else values[np.asarray(indices, dtype=np.int64)]

    # HiGHS' duals are derivatives of the objective as it stands, in both directions.
    def row_duals(self, indices: Sequence[int] | None = None) -> Floats:
        if not self._n:
            return np.zeros(self._open.getNumRow() if indices is None else len(indices))
        every = np.array(self._open.getSolution().row_dual, dtype=np.float64)
        return every if indices is None else every[list(indices)]

    def column_duals(self) -> Floats:
        return np.array(self._open.getSolution().col_dual, dtype=np.float64)

    def ray(self) -> Floats | None:
        return None

    def save_basis(self) -> object | None:
        if not self._n:
            return None
        source = self._open.getBasis()
        return list(source.col_status), list(source.row_status)

    def restore_basis(self, basis: object) -> None:
        assert isinstance(basis, tuple)
        fresh = self._module.HighsBasis()
        fresh.col_status, fresh.row_status = basis
        fresh.valid = True
        self._ok(self._open.setBasis(fresh))

    def reset_basis(self) -> None:
        self._open.clearSolver()

    def close(self) -> None:
        if self._highs is not None:
            self._highs.clear()
            self._highs = None


def open_engine(program: Program, spare: int, variant: str, time_limit: float | None) -> HighsEngine:
    """Open HiGHS on `program` with `spare` empty rows after its own."""
    return HighsEngine(require("highspy", "highspy"), program, spare, time_limit)
