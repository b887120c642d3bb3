"""One fit: the fluxes that agree with measured rates, and the capacities that have to rise for it.

minimise  sum_i ((v_i - m_i) / sigma_i)^2  +  sum_k (ln(1 + u_k) / tau_k)^2  +  lambda sum |v|

over flux states in which catalyst k carries at most c0_k (1 + u_g + u_k). The misfit is piecewise linear;
the penalty is concave, and found by reweighted linear programs: a tenfold rise costs what a lognormal prior
says, which a quadratic penalty overstates fifteenfold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from fluxmodel.analysis.calibration.prior import Prior
from fluxmodel.errors import NoOptimum
from fluxmodel.formalism.problem import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Outcome, Program, Query, Sparse, Stage, Want, open_session
from fluxmodel.lp.sparse import Floats

#: Ends of the linear pieces of the squared misfit, in standard errors.
PIECES = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, np.inf)
#: Rounds of reweighting; slope of the penalty in the first, times tau^-2.
ROUNDS, FIRST_SLOPE = 5, 0.74
#: Weight of the total flux: it only decides among equally good fits.
TIE_BREAK = 0.01
#: A penalty that gets better by less than this is done.
ENOUGH = 1e-3


@dataclass(frozen=True, slots=True)
class Fitting:
    """A measured rate as a functional of fluxes: terms, mean and standard error."""

    terms: Mapping[str, float]
    mean: float
    error: float


@dataclass(frozen=True, eq=False)
class Fit:
    """A flux state that fits the rates, and what it costs.

    Attributes
    ----------
    fluxes : mapping of reaction id to float
        Net fluxes, mmol/gDW/h.
    reached : mapping of rate to float
        What the fit makes of each measured rate.
    use : ndarray, (n,)
        What each catalyst of the prior carries, in units of its capacity.
    raised : ndarray, (n,)
        u_k: by which factor above 1 the capacity had to rise, isozyme group included.
    misfit, penalty : float
        Sums of squares, the former over rates.
    """

    fluxes: Mapping[str, float]
    reached: Mapping[str, float]
    use: Floats
    raised: Floats
    misfit: float
    penalty: float
    residuals: Mapping[str, float] = field(default_factory=FrozenMap)


class Fitter:
    """Fits one problem to rates, again and again with other priors and rates.

    Parameters
    ----------
    problem : Problem
        Of formalism ``capacity`` with a row for every catalyst, capacities as the prior has them.
    prior : Prior
    rates : mapping of str to Fitting
    engine : str
    """

    def __init__(
        self, problem: Problem, prior: Prior, rates: Mapping[str, Fitting], engine: str = "glpk"
    ) -> None:
        self.problem, self.prior, self.rates, self.engine = problem, prior, dict(rates), engine
        place = {name: k for k, name in enumerate(prior.catalysts)}
        #: catalysts of the prior that the problem limits, and the rows of each
        self._limited = [(place[x.catalyst], x.rows) for x in problem.limited if x.catalyst in place]
        self._members: dict[int, list[int]] = {}
        for k, _ in self._limited:
            self._members.setdefault(prior.groups[k], []).append(k)
        self._groups = [g for g, members in self._members.items() if len(members) > 1]
        self._layout()

    def _layout(self) -> None:
        """Columns: fluxes, own rises (mmol/gDW/h), group rises (ratio), misfits above and below."""
        p = self.problem.program
        n, pieces, rates = p.n_columns, len(PIECES), len(self.rates)
        self._own = {k: n + j for j, (k, _) in enumerate(self._limited)}
        first = n + len(self._limited)
        self._group = {g: first + j for j, g in enumerate(self._groups)}
        self._above = first + len(self._groups)
        self._below = self._above + pieces * rates
        self._n = self._below + pieces * rates
        rows, columns, values = (list(a.tolist()) for a in p.matrix.triplets())

        def put(row: int, column: int, value: float) -> None:
            rows.append(row)
            columns.append(column)
            values.append(value)

        shared: list[tuple[int, int]] = []  # entries of group columns: their value is a capacity
        for k, own_rows in self._limited:
            for row in own_rows:
                put(row, self._own[k], -1.0)
                if (column := self._group.get(self.prior.groups[k])) is not None:
                    shared.append((len(values), k))
                    put(row, column, -1.0)
        for i, rate in enumerate(self.rates.values()):
            row, vector = p.n_rows + i, self.problem.vector(rate.terms)
            for column in np.flatnonzero(vector).tolist():
                put(row, column, float(vector[column]))
            for piece in range(pieces):
                for start, sign in ((self._above, -1.0), (self._below, 1.0)):
                    put(row, start + pieces * i + piece, sign)
        self._rows, self._columns = np.array(rows), np.array(columns)
        self._values = np.array(values)
        self._shared = np.array(shared, dtype=np.int64).reshape(-1, 2).T
        cost = np.zeros(n)
        for reaction, parts in self.problem.columns_of.items():
            for column, _ in parts:
                cost[column] = self.problem.weights.get(reaction, 1.0)
        self._flux_cost = cost

    def fit(
        self,
        capacity: Floats | None = None,
        means: Mapping[str, float] | None = None,
        flux_weights: Floats | None = None,
        without: str = "",
    ) -> Fit:
        """Fit once.

        Parameters
        ----------
        capacity : ndarray, (n,), optional
            Capacities to start from; the medians of the prior if left out.
        means : mapping of rate to float, optional
            Rates instead of the measured ones.
        flux_weights : ndarray, optional
            Factors on the weights of columns in the tie-breaking total flux.
        without : str
            A rate that takes no part.

        Raises
        ------
        NoOptimum
            If no flux state serves the demands of the condition, whatever the capacities.
        """
        c0 = self.prior.median if capacity is None else capacity
        m = {name: (means or {}).get(name, r.mean) for name, r in self.rates.items()}
        program = self._program(c0, m)
        slopes = self._first_slopes(c0)
        best: Fit | None = None
        with open_session(program, self.engine) as session:
            cost = self._cost(slopes, flux_weights, without)
            for round_ in range(ROUNDS):
                asked = Query(cost=cost, sense="min", want=Want.PRIMAL)
                answer = session.solve(asked, start="cold" if round_ == 0 else "last")
                if answer.outcome is not Outcome.OPTIMAL:
                    detail = f"no flux state serves the demands: {answer.detail}"
                    raise NoOptimum(answer.outcome.value, (detail,))
                found = self._read(answer.primal, c0, m, without)
                gain = np.inf if best is None else best.misfit + best.penalty - found.misfit - found.penalty
                if gain > 0:
                    best = found
                if gain < ENOUGH:
                    break
                cost = self._cost(self._slopes(answer.primal, c0), flux_weights, without)
        assert best is not None
        return best

    def _program(self, c0: Floats, means: Mapping[str, float]) -> Program:
        p = self.problem.program  # without patterns of directions: the least total flux makes no circles
        values = self._values.copy()
        if self._shared.size:
            values[self._shared[0]] = -c0[self._shared[1]]
        upper = np.full(self._n, np.inf)
        upper[: p.n_columns] = p.col_upper
        upper[list(self.problem.slack_of.values())] = 0.0  # in the reference every demand is served
        widths = np.diff((0.0, *PIECES))
        for i, rate in enumerate(self.rates.values()):
            for start in (self._above, self._below):
                upper[start + len(PIECES) * i : start + len(PIECES) * (i + 1)] = widths * rate.error
        row_upper = p.row_upper.copy()
        for k, rows in self._limited:
            row_upper[list(rows)] = c0[k]
        target = np.array(list(means.values()))
        names = (*p.columns, *(f"fit:{j}" for j in range(self._n - p.n_columns)))
        shape = (p.n_rows + len(means), self._n)
        return Program(
            names,
            (*p.rows, *(f"rate:{name}" for name in means)),
            Sparse.from_triplets(self._rows, self._columns, values, shape),
            np.concatenate([p.col_lower, np.zeros(self._n - p.n_columns)]),
            upper,
            np.concatenate([p.row_lower, target]),
            np.concatenate([row_upper, target]),
            (Stage("fit", np.zeros(self._n), "min"),),
        )

    def _cost(self, slopes: dict[int, float], flux_weights: Floats | None, without: str) -> Floats:
        cost = np.zeros(self._n)
        n = self.problem.program.n_columns
        cost[:n] = TIE_BREAK * self._flux_cost * (1.0 if flux_weights is None else flux_weights)
        for column, slope in slopes.items():
            cost[column] = slope
        ends = np.array([0.0, *PIECES[:-1], 2 * PIECES[-2]])
        secants = ends[1:] + ends[:-1]  # (b^2 - a^2) / (b - a)
        for i, (name, rate) in enumerate(self.rates.items()):
            for start in (self._above, self._below):
                place = slice(start + len(PIECES) * i, start + len(PIECES) * (i + 1))
                cost[place] = 0.0 if name == without else secants / rate.error
        return cost

    def _first_slopes(self, c0: Floats) -> dict[int, float]:
        found = {}
        for k, column in self._own.items():
            found[column] = FIRST_SLOPE / self._own_spread(k) ** 2 / c0[k]
        for g, column in self._group.items():
            found[column] = FIRST_SLOPE / self._group_spread(g) ** 2
        return found

    def _slopes(self, x: Floats, c0: Floats) -> dict[int, float]:
        found = {}
        for k, column in self._own.items():
            u = max(0.0, float(x[column])) / c0[k]
            found[column] = max(_slope(u), 1e-3) / self._own_spread(k) ** 2 / c0[k]
        for g, column in self._group.items():
            u = max(0.0, float(x[column]))
            found[column] = max(_slope(u), 1e-3) / self._group_spread(g) ** 2
        return found

    def _own_spread(self, k: int) -> float:
        """In a group the turnover's error is the group's; alone, it is the catalyst's own."""
        alone = self.prior.groups[k] not in self._group
        return float(self.prior.spread[k] if alone else self.prior.abundance_spread[k])

    def _group_spread(self, g: int) -> float:
        return float(np.mean([self.prior.turnover_spread[k] for k in self._members[g]]))

    def _read(self, x: Floats, c0: Floats, means: Mapping[str, float], without: str) -> Fit:
        p, problem = self.problem.program, self.problem
        flux = x[: p.n_columns]
        nets = p.net_matrix.dot(flux)
        fluxes = FrozenMap(zip(problem.reactions, nets.tolist(), strict=True))
        reached = {n: sum(c * fluxes[r] for r, c in rate.terms.items()) for n, rate in self.rates.items()}
        residuals = {n: (reached[n] - means[n]) / self.rates[n].error for n in self.rates}
        activity = p.matrix.dot(flux)
        use, raised = np.zeros(len(c0)), np.zeros(len(c0))
        penalty = 0.0
        for k, rows in self._limited:
            use[k] = max((float(activity[r]) for r in rows), default=0.0)
            own = max(0.0, float(x[self._own[k]])) / c0[k]
            penalty += (np.log1p(own) / self._own_spread(k)) ** 2
            shared = self._group.get(self.prior.groups[k])
            raised[k] = own + (0.0 if shared is None else max(0.0, float(x[shared])))
        for g, column in self._group.items():
            penalty += (np.log1p(max(0.0, float(x[column]))) / self._group_spread(g)) ** 2
        misfit = sum(z * z for n, z in residuals.items() if n != without)
        return Fit(fluxes, FrozenMap(reached), use, raised, misfit, penalty, FrozenMap(residuals))


def _slope(u: float) -> float:
    """Derivative of ln(1 + u)^2; FIRST_SLOPE where that is 0, so that rises from nothing stay dear."""
    return 2 * np.log1p(u) / (1 + u) if u > 1e-3 else FIRST_SLOPE
