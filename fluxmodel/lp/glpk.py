"""GLPK through swiglpk: the default engine.

GLPK calls abort() on a wrong argument, so that nothing unchecked may reach it; it is not thread-safe,
so that a problem object stays in the thread that made it.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.engine import DUAL_TOLERANCE, PRIMAL_TOLERANCE, Method, require
from fluxmodel.lp.outcome import GLPK_RETURN, GLPK_STATUS, Outcome
from fluxmodel.lp.program import Program
from fluxmodel.lp.sparse import Floats


class GlpkEngine:
    """One glp_prob. See `fluxmodel.lp.engine.Engine` for what the methods do."""

    name = "glpk"

    def __init__(self, glp: Any, program: Program, spare: int, time_limit: float | None) -> None:
        self._glp = glp
        # the wrapper module adds a Python frame to every call; 65 against 100 ns matter in loops
        self._raw = getattr(getattr(glp, "swiglpk", glp), "_swiglpk", glp)
        self.version = str(glp.glp_version())
        self._thread = threading.get_ident()
        self._n, self._m, self._first_extra = program.n_columns, program.n_rows + spare, program.n_rows
        self._statuses = {getattr(glp, word): outcome for word, outcome in GLPK_STATUS.items()}
        self._returns = {getattr(glp, word): outcome for word, outcome in GLPK_RETURN.items()}
        self._words = {getattr(glp, word): word for word in (*GLPK_STATUS, *GLPK_RETURN)}
        self._detail, self._iterations = "", 0
        self._prob = glp.glp_create_prob()
        self._free = weakref.finalize(self, glp.glp_delete_prob, self._prob)
        self._parameters = self._make_parameters(time_limit)
        self._methods = {"primal": glp.GLP_PRIMAL, "dual": glp.GLP_DUALP}
        with self._silence():
            self._load(program)

    def _make_parameters(self, time_limit: float | None) -> Any:
        parameters = self._glp.glp_smcp()
        self._glp.glp_init_smcp(parameters)
        parameters.msg_lev = self._glp.GLP_MSG_OFF
        parameters.presolve = self._glp.GLP_OFF  # the presolver forgets the basis: 50 times slower warm
        parameters.tol_bnd, parameters.tol_dj = PRIMAL_TOLERANCE, DUAL_TOLERANCE
        if time_limit is not None:
            parameters.tm_lim = max(1, int(time_limit * 1000))
        return parameters

    def _load(self, program: Program) -> None:
        glp, prob = self._glp, self._prob
        if self._m:
            glp.glp_add_rows(prob, self._m)
        if self._n:
            glp.glp_add_cols(prob, self._n)
        rows, columns, values = program.matrix.triplets()
        if values.size:
            glp.glp_load_matrix(
                prob,
                int(values.size),
                self._ints(rows + 1),
                self._ints(columns + 1),
                self._doubles(values),
            )
        glp.glp_scale_prob(
            prob, glp.GLP_SF_AUTO
        )  # once: optlang does it before every solve, 70 % of its time
        self.reset_basis()

    # GLPK counts from 1: element 0 of its arrays is never read. One memmove instead of a call per number.
    def _ints(self, values: npt.NDArray[Any]) -> Any:
        array = self._glp.intArray(values.size + 1)
        source = np.concatenate([[0], values]).astype(np.intc)
        ctypes.memmove(int(array.this), source.ctypes.data, source.nbytes)
        return array

    def _doubles(self, values: Floats) -> Any:
        array = self._glp.doubleArray(values.size + 1)
        source = np.concatenate([[0.0], values])
        ctypes.memmove(int(array.this), source.ctypes.data, source.nbytes)
        return array

    @contextmanager
    def _silence(self) -> Iterator[None]:
        # scaling and basis construction print to the terminal whatever the message level is
        before = self._glp.glp_term_out(self._glp.GLP_OFF)
        try:
            yield
        finally:
            self._glp.glp_term_out(before)

    def _check(self) -> None:
        if not self._free.alive:
            raise InputError(Problem("FM112", "this session is closed", cure="open a new one"))
        if threading.get_ident() != self._thread:
            raise InputError(
                Problem(
                    "FM112", "a GLPK session was used from another thread", cure="one session per process"
                )
            )

    def _kind(self, lower: float, upper: float) -> int:
        glp = self._glp
        if lower == upper:
            return int(glp.GLP_FX)
        if lower == -np.inf:
            return int(glp.GLP_FR if upper == np.inf else glp.GLP_UP)
        return int(glp.GLP_LO if upper == np.inf else glp.GLP_DB)

    def set_columns(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        self._check()
        put, prob, kind = self._raw.glp_set_col_bnds, self._prob, self._kind
        for j, low, high in zip(indices, lower, upper, strict=True):
            put(prob, j + 1, kind(low, high), low, high)

    def set_rows(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        self._check()
        put, prob, kind = self._raw.glp_set_row_bnds, self._prob, self._kind
        for i, low, high in zip(indices, lower, upper, strict=True):
            put(prob, i + 1, kind(low, high), low, high)

    def set_extra(self, k: int, indices: Sequence[int], values: Sequence[float]) -> None:
        self._check()
        self._glp.glp_set_mat_row(
            self._prob,
            self._first_extra + k + 1,
            len(indices),
            self._ints(np.asarray(indices, dtype=np.int32) + 1),
            self._doubles(np.asarray(values, dtype=np.float64)),
        )

    def set_cost(self, indices: Sequence[int], values: Sequence[float]) -> None:
        self._check()
        put, prob = self._raw.glp_set_obj_coef, self._prob
        for j, value in zip(indices, values, strict=True):
            put(prob, j + 1, value)

    def set_sense(self, maximise: bool) -> None:
        self._check()
        self._glp.glp_set_obj_dir(self._prob, self._glp.GLP_MAX if maximise else self._glp.GLP_MIN)

    def run(self, method: Method, limit: int) -> Outcome:
        self._check()
        raw, prob = self._raw, self._prob
        self._parameters.meth, self._parameters.it_lim = self._methods[method], limit
        before = raw.glp_get_it_cnt(prob)
        code = raw.glp_simplex(prob, self._parameters)
        status = raw.glp_get_status(prob)
        self._iterations = raw.glp_get_it_cnt(prob) - before
        if code:  # a limit or a failure; the status may still look fine
            self._detail = self._words.get(code, f"return code {code}")
            return self._returns.get(code, Outcome.NUMERIC)
        self._detail = self._words.get(status, f"status {status}")
        return self._statuses.get(status, Outcome.NUMERIC)

    def iterations(self) -> int:
        return self._iterations

    def detail(self) -> str:
        return self._detail

    def objective(self) -> float:
        return float(self._raw.glp_get_obj_val(self._prob))

    def primal(self, indices: Sequence[int] | None = None) -> Floats:
        which = range(1, self._n + 1) if indices is None else [j + 1 for j in indices]
        return self._read(self._raw.glp_get_col_prim, which)

    # GLPK's dual value of a row or column is the derivative of the objective with respect to that
    # (auxiliary) variable, whatever the direction: the convention of this room as it stands.
    def row_duals(self, indices: Sequence[int] | None = None) -> Floats:
        which = range(1, self._m + 1) if indices is None else [i + 1 for i in indices]
        return self._read(self._raw.glp_get_row_dual, which)

    def column_duals(self) -> Floats:
        return self._read(self._raw.glp_get_col_dual, range(1, self._n + 1))

    def _read(self, get: Any, which: Sequence[int]) -> Floats:
        self._check()
        return np.fromiter(map(get, repeat(self._prob), which), np.float64, len(which))

    def ray(self) -> Floats | None:
        self._check()
        glp, raw, prob = self._glp, self._raw, self._prob
        basic = raw.glp_get_unbnd_ray(prob)  # the variable that the dual simplex could not bring to its bound
        if not (1 <= basic <= self._m + self._n and raw.glp_bf_exists(prob)):
            return None
        status = raw.glp_get_row_stat if basic <= self._m else raw.glp_get_col_stat
        if status(prob, basic if basic <= self._m else basic - self._m) != glp.GLP_BS:
            return None  # a ray of the primal simplex
        size = self._m + self._n
        index, value = glp.intArray(size + 1), glp.doubleArray(size + 1)
        n = glp.glp_eval_tab_row(prob, basic, index, value)
        which = np.ctypeslib.as_array((ctypes.c_int * (n + 1)).from_address(int(index.this)))[1:]
        factors = np.ctypeslib.as_array((ctypes.c_double * (n + 1)).from_address(int(value.this)))[1:]
        found = np.zeros(self._m)
        rows = which <= self._m
        found[which[rows] - 1] = -factors[rows]
        if basic <= self._m:
            found[basic - 1] = 1.0
        return found

    def save_basis(self) -> object | None:
        self._check()
        raw, prob = self._raw, self._prob
        rows = list(map(raw.glp_get_row_stat, repeat(prob), range(1, self._m + 1)))
        columns = list(map(raw.glp_get_col_stat, repeat(prob), range(1, self._n + 1)))
        return rows, columns

    def restore_basis(self, basis: object) -> None:
        self._check()
        assert isinstance(basis, tuple)
        raw, prob = self._raw, self._prob
        rows, columns = basis
        # a loop in C: a basis is restored for every small program of a scan
        deque(map(raw.glp_set_row_stat, repeat(prob), range(1, self._m + 1), rows), maxlen=0)
        deque(map(raw.glp_set_col_stat, repeat(prob), range(1, self._n + 1), columns), maxlen=0)
        # Where the basis did not change GLPK would go on with the factors it has updated so far, and the
        # last digits would depend on what was solved before. A failure here shows in the next run.
        self._raw.glp_factorize(prob)

    def reset_basis(self) -> None:
        self._check()
        with self._silence():
            self._glp.glp_std_basis(self._prob)

    def close(self) -> None:
        self._free()


def open_engine(program: Program, spare: int, variant: str, time_limit: float | None) -> GlpkEngine:
    """Open GLPK on `program` with `spare` empty rows after its own."""
    return GlpkEngine(require("swiglpk", "swiglpk"), program, spare, time_limit)
