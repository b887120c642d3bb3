"""Solve one problem: outcome, growth, the canonical flux state, intervals of observables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType

import numpy as np

from fluxmodel.analysis.adjust import adjusted_program, kept_growth, price_of
from fluxmodel.analysis.binding import binding, conflict, forbidding
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.state import CRUMB, FluxState, Outcome, short_of
from fluxmodel.analysis.ways import UNKNOWN, Near, Pattern, Way, best_of, covering, near, solve_way
from fluxmodel.errors import NoOptimum
from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET, Problem
from fluxmodel.formalism.resolved import Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Outcome as Solved
from fluxmodel.lp import (
    Program,
    Ranges,
    RatioOutcome,
    RatioRange,
    Region,
    Sparse,
    Staged,
    Want,
    lexicographic,
    open_session,
    ranges_over,
    ratios_over,
)
from fluxmodel.lp.coupling import Goals, Reduction
from fluxmodel.lp.sparse import Floats

#: Growth below this is 0: the primal tolerance of the engines times the largest biomass coefficients.
GROWTH_TOLERANCE = 1e-9  # 1/h
#: Fluxes and ends of intervals below this are what rounding leaves of 0.
ROUNDING = 1e-12  # mmol/gDW/h
#: What is said of a direction that is closed so that others can stay open, and how to do without.
CHOSEN = "closed by thermodynamics, as one of several ways to leave no directions that exclude each other"
RULE_OFF = "--thermo off (thermo=False) lifts the rule"


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


def _ratio(end: RatioRange) -> Range:
    if end.min_outcome is RatioOutcome.OPTIMAL and end.max_outcome is RatioOutcome.OPTIMAL:
        return Range(end.minimum + 0.0, end.maximum + 0.0)
    least, most = end.denominator
    why = f"the denominator can be 0: it ranges over {least:.4g} to {most:.4g}"
    undefined = RatioOutcome.UNDEFINED in (end.min_outcome, end.max_outcome)
    return Range(None, None, why if undefined else str(end.max_outcome))


class Analyst:
    """Answers questions about one problem in one open engine session; use it as a context manager.

    Parameters
    ----------
    problem : Problem
    engine : str
        As in `fluxmodel.lp.open_session`.
    reference : mapping of reaction id to float, optional
        Fluxes of the cell's reference state: the point is then the state that is least adjusted from it,
        and the parsimonious one stands beside it.
    before : FluxState, optional
        The state before the treatment: the point is then the one nearest to it, its growth may be less than
        the highest, and it alone is the answer.
    """

    def __init__(
        self,
        problem: Problem,
        engine: str = "glpk",
        reference: Mapping[str, float] | None = None,
        before: FluxState | None = None,
    ) -> None:
        self.problem = problem
        self._reference = reference
        self._before = before
        self._engine = engine
        self._session = open_session(problem.program, engine)
        self._state: FluxState | None = None
        self._plain: Way | None = None
        self._best: Way | None = None
        self._ways: dict[Pattern, Way] = {}
        self._near: dict[float, Near] = {}

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
        patterns = self.problem.resolved.patterns
        wide = self._wide()
        found = self._state_of(wide)
        if not patterns or found.outcome not in (Outcome.OPTIMAL, Outcome.NONVIABLE):
            return found
        points = [v for v in (found.parsimonious, found.values) if v]
        good = found.outcome is Outcome.OPTIMAL and all(_respects(v, patterns) for v in points)
        if good and self.problem.kept == 1:
            return found  # the best of all states respects one pattern: no pattern can do better
        # of equals the first counts: a pattern that a point respects changes that point least
        order = sorted(patterns, key=lambda p: [not _respects(v, [p]) for v in points])
        self._best = best_of([self._way(p) for p in order])
        if good and self._best.equals(wide):
            return found
        return self._state_of(self._best)

    def _state_of(self, way: Way) -> FluxState:
        session, problem = self._session, self.problem
        staged = way.staged
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
            if way.closed and not lines:
                lines = (f"what is asked for needs directions that exclude each other: {RULE_OFF}",)
            return about(outcome, diagnosis=lines, relaxation=FrozenMap(ways))
        growth = staged.optimum(GROWTH)
        if way.closed:
            problem = problem.closing(way.closed, Origin("thermodynamics", CHOSEN))
        if self._before is not None and abs(growth.value) > GROWTH_TOLERANCE:
            before, biomass = self._before, problem.resolved.model.biomass
            program = adjusted_program(problem, before.fluxes, price_of(problem))
            nets, failed = self._point(program)
            if failed:
                return failed
            fluxes = FrozenMap(zip(problem.reactions, nets.tolist(), strict=True))
            reached = kept_growth(fluxes[biomass], before.fluxes[biomass], before.optimum, growth.value)
            return about(
                Outcome.OPTIMAL,
                reached if reached > GROWTH_TOLERANCE else 0.0,
                fluxes,
                FrozenMap(unmet),
                FrozenMap(unapplied),  # nothing binds: what limits the highest growth does not slow it
            )
        nets, failed = self._point(problem.point_program)
        adjusted = FrozenMap[str, float]()
        # a reference that does not grow cannot be scaled to another growth
        grows = (self._reference or {}).get(problem.resolved.model.biomass, 0.0) > GROWTH_TOLERANCE
        if self._reference is not None and grows and not failed and abs(growth.value) > GROWTH_TOLERANCE:
            parsimonious = nets
            nets, failed = self._point(adjusted_program(problem, self._reference))
            adjusted = FrozenMap(zip(problem.reactions, parsimonious.tolist(), strict=True))
        if failed:
            return failed
        optimum = growth.value if abs(growth.value) > GROWTH_TOLERANCE else 0.0
        return about(
            Outcome.OPTIMAL,
            optimum,
            FrozenMap(zip(problem.reactions, nets.tolist(), strict=True)),
            FrozenMap(unmet),
            FrozenMap(unapplied),
            binding(problem, growth.answer) if optimum else forbidding(problem, self._engine),
            parsimonious=adjusted,
        )

    def _point(self, program: Program) -> tuple[Floats, FluxState | None]:
        """The flux state that the last stages of a program pick, or why there is none."""
        with open_session(program, self._engine) as session:
            point = lexicographic(session, want=Want.NETS, start="cold")
            if point.outcome is Solved.OPTIMAL:
                return _tidy(point.answer.nets), None
            detail = f"growth was found, a flux state was not: {point.answer.detail}"
            outcome = Outcome(point.outcome.value)
            failed = FluxState(outcome, diagnosis=(detail,), engine=session.engine, version=session.version)
        return np.zeros(0), failed

    def _unmet(self, staged: Staged) -> tuple[dict[str, float], dict[str, float]]:
        """What is left unserved of demands, and what could not be applied of loads."""
        served = [s for s in staged.optima if s.name in (UNMET, LOADS)]
        if not served:
            return {}, {}
        primal = served[-1].answer.primal
        left = {name: max(0.0, float(primal[column])) for name, column in self.problem.slack_of.items()}
        demands = {d.name: d for d in self.problem.demands}
        needed = {name for name, d in demands.items() if not d.exact}
        size = {name: d.amount for name, d in demands.items()}
        return (
            {name: x for name, x in left.items() if name in needed},
            {name: x for name, x in left.items() if name not in needed and short_of(x, size.get(name, 0.0))},
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

            def sweep(region: Region, rows: Sequence[int]) -> dict[int, tuple[float, float]]:
                names = [str(k) for k in rows]
                goals = self._matrix([observables[k] for k in rows])
                got = ranges_over(self._session, region, goals=goals, names=names)
                return dict(zip(rows, _ends(got), strict=True))

            for k, ends in covering(self._region(fraction), plain, sweep).items():
                found[k] = Range(*ends)
        if ratios:
            reasons: dict[int, str] = {}

            def ratio(region: Region, rows: Sequence[int]) -> dict[int, tuple[float, float]]:
                tops = self._matrix([observables[k] for k in rows])
                bottoms = self._matrix([observables[k] for k in rows], denominator=True)
                got = map(_ratio, ratios_over(self._session, region, tops, bottoms))
                every = dict(zip(rows, got, strict=True))
                reasons.update({k: r.why for k, r in every.items() if r.why})
                return {k: r.interval or UNKNOWN for k, r in every.items()}

            for k, ends in covering(self._region(fraction), ratios, ratio).items():
                found[k] = Range(None, None, reasons[k]) if ends == UNKNOWN else Range(*ends)
        return tuple(found[k] for k in range(len(observables)))

    def all_ranges(self, fraction: float) -> dict[str, tuple[float, float]]:
        """Interval of every reaction; see `ranges`.

        Reactions that mass balance ties to another one take their interval from it.

        Raises
        ------
        NoOptimum
            If there is no optimum, or the interval of a reaction cannot be found.
        """
        where = self._region(fraction)
        region = where.outer
        if region is not None and region.outcome is not Solved.OPTIMAL:
            raise NoOptimum(region.outcome.value, (region.detail,) if region.detail else ())
        reduction = Reduction.of(self.problem.program)
        return covering(where, self.problem.reactions, partial(self._all_over, reduction))

    def _all_over(
        self, reduction: Reduction, region: Region, reactions: Sequence[str]
    ) -> dict[str, tuple[float, float]]:
        goals = Goals.of(np.array([reduction.goal(self.problem.vector({r: 1.0})) for r in reactions]))
        query = reduction.query(region.query)
        with open_session(reduction.program, self._engine, spare=len(query.extras)) as session:
            got = ranges_over(session, Region(Solved.OPTIMAL, query), goals=goals.matrix)
        ends = goals.ends(np.array(_ends(got)).reshape(-1, 2))
        return {r: (low, high) for r, (low, high) in zip(reactions, ends.tolist(), strict=True)}

    def _wide(self) -> Way:
        """The problem without any pattern."""
        if self._plain is None:
            self._plain = solve_way(self._session, self.problem, frozenset(), "cold")
        return self._plain

    def _way(self, pattern: Pattern) -> Way:
        """The problem under one pattern."""
        if pattern not in self._ways:
            self._ways[pattern] = solve_way(self._session, self.problem, pattern, "base")
        return self._ways[pattern]

    def _region(self, fraction: float) -> Near:
        if fraction not in self._near:
            patterns, best, ways = self.problem.resolved.patterns, self._wide(), None
            if patterns:
                values = self.state().values
                # what the state respects comes first: it shares most with the problem without patterns
                order = sorted(patterns, key=lambda p: not _respects(values, [p]))
                best = self._best or best
                ways = map(self._way, order)
            self._near[fraction] = near(self._session, self._wide(), ways, best, fraction)
        return self._near[fraction]

    def _matrix(self, observables: Sequence[Observable], denominator: bool = False) -> Sparse:
        rows = [
            self.problem.vector((o.denominator if denominator else o.numerator) or {}) for o in observables
        ]
        return Sparse.from_dense(np.array(rows))


def _respects(fluxes: Mapping[str, float], patterns: Iterable[Pattern]) -> bool:
    """Whether a flux state runs none of the directions of one pattern."""
    return any(all(sign * fluxes.get(r, 0.0) <= CRUMB for r, sign in pattern) for pattern in patterns)


def _ends(got: Ranges) -> list[tuple[float, float]]:
    return list(zip(_tidy(got.minimum).tolist(), _tidy(got.maximum).tolist(), strict=True))


def _tidy(values: Floats) -> Floats:
    """Without what rounding leaves of 0, and without -0.0."""
    kept: Floats = np.where(np.abs(values) < ROUNDING, 0.0, values) + 0.0
    return kept
