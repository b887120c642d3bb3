"""What is asked of a session, and what comes back."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace

import numpy as np

from fluxmodel.errors import InputError, NoOptimum, Problem
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program, Sense, bounds_array
from fluxmodel.lp.sparse import Floats, frozen_floats


class Want(enum.Flag):
    """What to read back besides outcome and objective value.

    Reading is not free: 600 primal values through SWIG take as long as a warm solve.

    Examples
    --------
    >>> Want.PRIMAL in (Want.PRIMAL | Want.DUALS)
    True
    """

    NOTHING = 0
    PRIMAL = enum.auto()
    NETS = enum.auto()
    DUALS = enum.auto()


@dataclass(frozen=True, eq=False)
class Extra:
    """A row that is not in the program: ``lower <= coefficients . x <= upper``.

    Parameters
    ----------
    coefficients : array_like, (n_columns,)
    lower, upper : float
        May be infinite.
    """

    coefficients: Floats
    lower: float = -np.inf
    upper: float = np.inf

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficients", frozen_floats(self.coefficients))
        lower, upper = bounds_array([self.lower, self.upper]).tolist()
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)
        if not np.all(np.isfinite(self.coefficients)) or np.isnan([lower, upper]).any():
            raise InputError(Problem("FM102", "an extra row has a NaN, or an infinite coefficient"))


@dataclass(frozen=True, eq=False)
class Query:
    """A complete, absolute question: nothing is remembered from the query before.

    Parameters
    ----------
    col_lower, col_upper, row_lower, row_upper : array_like, optional
        Bounds; None means the program's own.
    cost : array_like, optional
        Objective; None means that of the program's first stage (zero if it has none).
    sense : {'max', 'min'}, optional
        Direction; None means that of the program's first stage ('max' if it has none).
    extras : tuple of Extra
        Rows to add; at most as many as the session has spare.
    want : Want
        What to read back.

    Examples
    --------
    >>> Query(col_upper=[1.0, float("nan")])
    Traceback (most recent call last):
    fluxmodel.errors.InputError: FM102: col_upper of a query contains NaN
      use inf for no bound
    """

    col_lower: Floats | None = None
    col_upper: Floats | None = None
    row_lower: Floats | None = None
    row_upper: Floats | None = None
    cost: Floats | None = None
    sense: Sense | None = None
    extras: tuple[Extra, ...] = ()
    want: Want = Want.NOTHING

    def __post_init__(self) -> None:
        problems = []
        for name in ("col_lower", "col_upper", "row_lower", "row_upper"):
            value = getattr(self, name)
            if value is not None:
                array = bounds_array(value)
                object.__setattr__(self, name, array)
                if np.isnan(array).any():
                    problems.append(
                        Problem("FM102", f"{name} of a query contains NaN", cure="use inf for no bound")
                    )
        if self.cost is not None:
            object.__setattr__(self, "cost", frozen_floats(self.cost))
            if not np.all(np.isfinite(self.cost)):
                problems.append(Problem("FM102", "the cost of a query contains NaN or an infinite number"))
        if self.sense not in (None, "max", "min"):
            problems.append(Problem("FM104", f"sense {self.sense!r}", cure="'max' or 'min'"))
        object.__setattr__(self, "extras", tuple(self.extras))
        if problems:
            raise InputError(problems)

    def widened(self, program: Program, n_columns: int) -> Query:
        """The same bounds for a program that has more columns and rows behind the first ones.

        Parameters
        ----------
        program : Program
            Its bounds hold for what is new.
        n_columns : int
            Columns that these bounds are of.
        """

        def joined(own: Floats | None, whole: Floats, start: int) -> Floats | None:
            return None if own is None else np.concatenate([own, whole[start:]])

        n_rows = len(next((r for r in (self.row_lower, self.row_upper) if r is not None), program.row_lower))
        return replace(
            self,
            col_lower=joined(self.col_lower, program.col_lower, n_columns),
            col_upper=joined(self.col_upper, program.col_upper, n_columns),
            row_lower=joined(self.row_lower, program.row_lower, n_rows),
            row_upper=joined(self.row_upper, program.row_upper, n_rows),
        )


@dataclass(frozen=True, eq=False)
class Values:
    """The numbers of an optimum; what was not wanted is None."""

    objective: float
    primal: Floats | None = None
    nets: Floats | None = None
    row_duals: Floats | None = None
    extra_duals: Floats | None = None
    reduced_costs: Floats | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """How a query ended. Values exist only if it ended OPTIMAL.

    Dual values have one sign convention on every engine: the derivative of the optimum, in the sense
    asked, with respect to the active bound. ``row_duals[i]`` is d optimum / d (active bound of row i),
    ``reduced_costs[j]`` is d optimum / d (active bound of column j). Raising an uptake limit that binds
    in a maximisation gives a positive number. In a degenerate optimum duals are not unique, but they
    always add up to the objective (strong duality).

    Attributes
    ----------
    outcome : Outcome
    iterations : int
        Simplex iterations; -1 if the engine does not say.
    engine, version : str
        Who answered.
    detail : str
        The engine's own words when it was not an optimum.

    Examples
    --------
    >>> Answer(Outcome.INFEASIBLE, 3, "glpk", "5.0").objective
    Traceback (most recent call last):
    fluxmodel.errors.NoOptimum: no optimal solution: infeasible
    """

    outcome: Outcome
    iterations: int
    engine: str
    version: str
    detail: str = ""
    values: Values | None = field(default=None, repr=False)

    @property
    def optimal(self) -> bool:
        """Whether there are values."""
        return self.outcome is Outcome.OPTIMAL

    @property
    def objective(self) -> float:
        """Value of the objective."""
        return self._values().objective

    @property
    def primal(self) -> Floats:
        """Value of each column."""
        return _wanted(self._values().primal, "PRIMAL")

    @property
    def nets(self) -> Floats:
        """Value of each net."""
        return _wanted(self._values().nets, "NETS")

    @property
    def row_duals(self) -> Floats:
        """d optimum / d active bound, for each row of the program."""
        return _wanted(self._values().row_duals, "DUALS")

    @property
    def extra_duals(self) -> Floats:
        """d optimum / d active bound, for each extra row of the query."""
        return _wanted(self._values().extra_duals, "DUALS")

    @property
    def reduced_costs(self) -> Floats:
        """d optimum / d active bound, for each column."""
        return _wanted(self._values().reduced_costs, "DUALS")

    def _values(self) -> Values:
        if self.values is None or self.outcome is not Outcome.OPTIMAL:
            raise NoOptimum(self.outcome.value, (self.detail,) if self.detail else ())
        return self.values


def _wanted(array: Floats | None, flag: str) -> Floats:
    if array is None:
        raise InputError(Problem("FM113", "this was not read back", cure=f"ask with want=Want.{flag}"))
    return array
