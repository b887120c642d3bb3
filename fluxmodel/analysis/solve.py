"""Solve one problem: outcome, growth, the canonical flux state, intervals of observables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType

import numpy as np

from fluxmodel.analysis.binding import binding, conflict, forbidding
from fluxmodel.analysis.coupling import compress, ties
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.state import FluxState, Outcome, short_of
from fluxmodel.errors import NoOptimum
from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET, Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Outcome as Solved
from fluxmodel.lp import (
    Query,
    RatioOutcome,
    Region,
    Sparse,
    Staged,
    Want,
    lexicographic,
    near_optimum,
    open_session,
    ranges_over,
    ratio_ranges,
)
from fluxmodel.lp.sparse import Floats

#: Growth below this is 0: the primal tolerance of the engines times the largest biomass coefficients.
GROWTH_TOLERANCE = 1e-9  # 1/h
#: Fluxes and ends of intervals below this are what rounding leaves of 0.
ROUNDING = 1e-12  # mmol/gDW/h


@dataclass(frozen=True, slots=True)
class Range:
    """Smallest and largest value of an observable; None, with a reason, where there is none."""

    low: float | None
    high: float | None
    why: str = ""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)


class Analyst:
    """Answers questions about one problem in one open engine session; use it as a context manager.

    Parameters
    ----------
    problem : Problem
    engine : str
        As in `fluxmodel.lp.open_session`.
    """

    def __init__(self, problem: Problem, engine: str = "glpk") -> None:
        self.problem = problem
        self._engine = engine
        self._session = open_session(problem.program, engine)
        self._state: FluxState | None = None
        self._regions: dict[float, Region] = {}

    def __enter__(self) -> Analyst:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def state(self) -> FluxState:
        """The flux state: served demands first, then growth, then the least flux, then the canonical one."""
        if self._state is None:
            self._state = self._solve()
        return self._state

    def _solve(self) -> FluxState:
        session, problem = self._session, self.problem
        staged = lexicographic(session, through=GROWTH, want=Want.PRIMAL | Want.DUALS, start="cold")
        about = partial(FluxState, engine=session.engine, version=session.version)
        unmet, unapplied = self._unmet(staged)
        amounts = {d.name: d.amount for d in problem.demands}
        if any(short_of(x, amounts[name]) for name, x in unmet.items()):
            return about(Outcome.NONVIABLE, 0.0, unmet=FrozenMap(unmet), unapplied=FrozenMap(unapplied))
        if staged.outcome is not Solved.OPTIMAL:
            outcome, detail = Outcome(staged.outcome.value), staged.answer.detail
            if outcome is not Outcome.INFEASIBLE:
                return about(outcome, diagnosis=(detail,) if detail else ())
            lines, ways = conflict(problem, self._engine)
            return about(outcome, diagnosis=lines, relaxation=FrozenMap(ways))
        growth = staged.optimum(GROWTH)
        with open_session(problem.point_program, self._engine) as other:
            point = lexicographic(other, want=Want.NETS, start="cold")
        if point.outcome is not Solved.OPTIMAL:
            detail = f"growth was found, a flux state was not: {point.answer.detail}"
            return about(Outcome(point.outcome.value), diagnosis=(detail,))
        nets = _tidy(point.answer.nets)
        optimum = growth.value if abs(growth.value) > GROWTH_TOLERANCE else 0.0
        return about(
            Outcome.OPTIMAL,
            optimum,
            FrozenMap(zip(problem.reactions, nets.tolist(), strict=True)),
            FrozenMap(unmet),
            FrozenMap(unapplied),
            binding(problem, growth.answer) if optimum else forbidding(problem, self._engine),
        )

    def _unmet(self, staged: Staged) -> tuple[dict[str, float], dict[str, float]]:
        """What is left unserved of demands, and what could not be applied of loads."""
        served = [s for s in staged.optima if s.name in (UNMET, LOADS)]
        if not served:
            return {}, {}
        primal = served[-1].answer.primal
        left = {d: max(0.0, float(primal[self.problem.slack_of[d.name]])) for d in self.problem.demands}
        return (
            {d.name: x for d, x in left.items() if not d.exact},
            {d.name: x for d, x in left.items() if d.exact and short_of(x, d.amount)},
        )

    def ranges(self, observables: Sequence[Observable], fraction: float) -> tuple[Range, ...]:
        """Interval of each observable where growth is at least a fraction of its optimum.

        Parameters
        ----------
        observables : sequence of Observable
        fraction : float
            In (0, 1].

        Returns
        -------
        tuple of Range
            In the order given; without numbers unless the outcome is OPTIMAL.
        """
        state = self.state()
        if state.outcome is not Outcome.OPTIMAL:
            return (Range(None, None, str(state.outcome)),) * len(observables)
        plain = [k for k, o in enumerate(observables) if not o.is_ratio]
        ratios = [k for k, o in enumerate(observables) if o.is_ratio]
        found: dict[int, Range] = {}
        if plain:
            goals = self._matrix([observables[k] for k in plain])
            region = self._region(fraction)
            got = ranges_over(self._session, region, goals=goals, names=[str(k) for k in plain])
            low, high = _tidy(got.minimum).tolist(), _tidy(got.maximum).tolist()
            found = {k: Range(low[n], high[n]) for n, k in enumerate(plain)}
        if ratios:
            tops = self._matrix([observables[k] for k in ratios])
            bottoms = self._matrix([observables[k] for k in ratios], denominator=True)
            ends = ratio_ranges(self._session, tops, bottoms, stage=GROWTH, fraction=fraction)
            for k, end in zip(ratios, ends, strict=True):
                if end.min_outcome is RatioOutcome.OPTIMAL and end.max_outcome is RatioOutcome.OPTIMAL:
                    found[k] = Range(end.minimum + 0.0, end.maximum + 0.0)
                else:
                    least, most = end.denominator
                    why = f"the denominator can be 0: it ranges over {least:.4g} to {most:.4g}"
                    undefined = RatioOutcome.UNDEFINED in (end.min_outcome, end.max_outcome)
                    found[k] = Range(None, None, why if undefined else str(end.max_outcome))
        return tuple(found[k] for k in range(len(observables)))

    def all_ranges(self, fraction: float) -> dict[str, tuple[float, float]]:
        """Interval of every reaction; see `ranges`.

        Reactions that mass balance ties to another one take their interval from it.

        Raises
        ------
        NoOptimum
            If there is no optimum, or the interval of a reaction cannot be found.
        """
        region = self._region(fraction)
        if region.outcome is not Solved.OPTIMAL:
            raise NoOptimum(region.outcome.value, (region.detail,) if region.detail else ())
        tied = ties(self.problem.program)
        small, place = compress(self.problem.program, region.query, tied)
        goals: list[dict[int, float]] = []
        numbers: dict[tuple[tuple[int, float], ...], int] = {}
        asked: dict[str, tuple[int, float]] = {}
        for reaction, parts in self.problem.columns_of.items():
            terms: dict[int, float] = {}
            for column, sign in parts:
                if tied[column].factor:
                    leader = place[tied[column].leader]
                    terms[leader] = terms.get(leader, 0.0) + sign * tied[column].factor
            factor = next(iter(terms.values())) if len(terms) == 1 else 1.0
            goal = {leader: value / factor for leader, value in terms.items()}
            key = tuple(goal.items())
            if key not in numbers:
                numbers[key] = len(goals)
                goals.append(goal)
            asked[reaction] = (numbers[key], factor)
        matrix = Sparse.from_triplets(
            [k for k, goal in enumerate(goals) for _ in goal],
            [c for goal in goals for c in goal],
            [v for goal in goals for v in goal.values()],
            (len(goals), small.n_columns),
        )
        with open_session(small, self._engine, spare=0) as session:
            got = ranges_over(session, Region(Solved.OPTIMAL, Query()), goals=matrix)
        low, high = _tidy(got.minimum).tolist(), _tidy(got.maximum).tolist()
        found = {}
        for reaction, (k, factor) in asked.items():
            ends = sorted((low[k] * factor, high[k] * factor))
            found[reaction] = (ends[0] + 0.0, ends[1] + 0.0)
        return found

    def _region(self, fraction: float) -> Region:
        if fraction not in self._regions:
            self._regions[fraction] = near_optimum(self._session, Query(), stage=GROWTH, fraction=fraction)
        return self._regions[fraction]

    def _matrix(self, observables: Sequence[Observable], denominator: bool = False) -> Sparse:
        rows = [
            self.problem.vector((o.denominator if denominator else o.numerator) or {}) for o in observables
        ]
        return Sparse.from_dense(np.array(rows))


def _tidy(values: Floats) -> Floats:
    """Without what rounding leaves of 0, and without -0.0."""
    kept: Floats = np.where(np.abs(values) < ROUNDING, 0.0, values) + 0.0
    return kept
