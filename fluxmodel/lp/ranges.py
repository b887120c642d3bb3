"""Flux variability: the least and greatest value of every net near the optimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from fluxmodel.errors import InputError, NoOptimum, Problem
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Stage
from fluxmodel.lp.query import Query, Want
from fluxmodel.lp.session import Session
from fluxmodel.lp.solve import hold, hold_at, lexicographic
from fluxmodel.lp.sparse import Floats, Sparse, frozen_floats


@dataclass(frozen=True, eq=False)
class Region:
    """The points whose goal is near its optimum, and how near that is.

    Attributes
    ----------
    outcome : Outcome
        Of finding the optimum; there is no region unless it is OPTIMAL.
    query : Query
        Bounds and extra rows of the region.
    optimum, threshold : float
        The optimum and how far the goal may fall behind it; NaN where nothing was asked of a goal.
    detail : str
        The engine's words if there is no region.
    """

    outcome: Outcome
    query: Query
    optimum: float = float("nan")
    threshold: float = float("nan")
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Ranges:
    """The interval of each goal over a region.

    An end whose LP is unbounded is infinite; if any other end has no optimum, or there is no region,
    reading the numbers raises.

    Attributes
    ----------
    names : tuple of str
        The goals.
    min_outcomes, max_outcomes : tuple of Outcome
        How the LP of each end went.
    region : Region
        What the intervals are over.
    """

    names: tuple[str, ...]
    min_outcomes: tuple[Outcome, ...]
    max_outcomes: tuple[Outcome, ...]
    region: Region
    _minimum: Floats = field(repr=False)
    _maximum: Floats = field(repr=False)

    @property
    def outcome(self) -> Outcome:
        """OPTIMAL if every number exists (infinite ends included), else the first other outcome."""
        if self.region.outcome is not Outcome.OPTIMAL:
            return self.region.outcome
        fine = (Outcome.OPTIMAL, Outcome.UNBOUNDED)
        return next((o for o in (*self.min_outcomes, *self.max_outcomes) if o not in fine), Outcome.OPTIMAL)

    @property
    def minimum(self) -> Floats:
        """Least values, -inf where unbounded."""
        self._demand()
        return self._minimum

    @property
    def maximum(self) -> Floats:
        """Greatest values, inf where unbounded."""
        self._demand()
        return self._maximum

    def _demand(self) -> None:
        if self.outcome is Outcome.OPTIMAL:
            return
        fine = (Outcome.OPTIMAL, Outcome.UNBOUNDED)
        lines = [
            f"least {n}: {o}" for n, o in zip(self.names, self.min_outcomes, strict=True) if o not in fine
        ]
        lines += [
            f"greatest {n}: {o}" for n, o in zip(self.names, self.max_outcomes, strict=True) if o not in fine
        ]
        if self.region.outcome is not Outcome.OPTIMAL:
            lines = [self.region.detail] if self.region.detail else []
        raise NoOptimum(self.outcome.value, lines[:10])


def near_optimum(
    session: Session, query: Query | None = None, *, stage: str | None = None, fraction: float = 1.0
) -> Region:
    """The points at which a goal reaches a fraction of its optimum.

    The goal is the cost of `query` if it has one, else a stage of the program: the earlier stages are
    held as the program says, the named one is relaxed, the later ones are left out. A goal may fall
    behind its optimum z by ``(1 - fraction) * abs(z)``, in whichever direction is worse, so that
    negative optima and minimisations mean the same as positive maxima.

    Parameters
    ----------
    session : Session
    query : Query, optional
        Bounds, extra rows, and maybe a cost and a sense.
    stage : str, optional
        Which stage is relaxed. It may be left out if the program has exactly one stage, or none (then
        the region is the whole feasible set).
    fraction : float
        In [0, 1].

    Raises
    ------
    InputError
        FM121 for a bad fraction, FM120 if the stage is unknown or must be named.
    """
    if not 0.0 <= fraction <= 1.0:
        raise InputError(Problem("FM121", f"fraction {fraction!r}", cure="a fraction lies in [0, 1]"))
    asked, program = query or Query(), session.program
    if asked.cost is not None:
        goal = Stage("query", asked.cost, asked.sense or "max")
        held = replace(asked, cost=None, sense=None, want=Want.NOTHING)
        answer = session.solve(replace(asked, sense=goal.sense, want=Want.PRIMAL | Want.DUALS))
    elif not program.stages:
        return Region(Outcome.OPTIMAL, asked)  # whether it is empty shows in the first LP
    else:
        if stage is None and len(program.stages) > 1:
            names = ", ".join(s.name for s in program.stages)
            raise InputError(Problem("FM120", "which stage is to be relaxed?", cure=f"one of: {names}"))
        goal = program.stage(stage) if stage is not None else program.stages[0]
        staged = lexicographic(session, asked, want=Want.PRIMAL | Want.DUALS, through=goal.name)
        held, answer = staged.query, staged.answer
    if not answer.optimal:
        return Region(answer.outcome, held, detail=answer.detail)
    z = answer.objective
    slack = (1.0 - fraction) * abs(z)
    if slack == 0.0:
        held = hold(program, held, replace(goal, relative_slack=0.0, absolute_slack=0.0), answer)
    else:
        held = hold_at(held, goal.cost, goal.sense, z, slack)
    return Region(Outcome.OPTIMAL, held, z, z - slack if goal.sense == "max" else z + slack)


def flux_ranges(
    session: Session,
    query: Query | None = None,
    *,
    stage: str | None = None,
    fraction: float = 1.0,
    goals: Sparse | None = None,
    names: Sequence[str] | None = None,
) -> Ranges:
    """Least and greatest value of each net (or of other linear functionals) near the optimum.

    Parameters
    ----------
    session, query, stage, fraction
        The region: see `near_optimum`.
    goals : Sparse, (n_goals, n_columns), optional
        The functionals; the program's nets if left out.
    names : sequence of str, optional
        Their names; numbers if left out with `goals`.

    Returns
    -------
    Ranges

    Examples
    --------
    >>> from fluxmodel.lp import Program, Stage, open_session
    >>> m = Sparse.from_dense([[1, -1, -1]])
    >>> p = Program(["in", "a", "b"], ["x"], m, [0, 0, 0], [10, 8, 8], [0], [0],
    ...             [Stage("total", [1, 0, 0])])
    >>> with open_session(p) as session:
    ...     r = flux_ranges(session, fraction=0.9)
    >>> r.minimum.tolist(), r.maximum.tolist()
    ([9.0, 1.0, 1.0], [10.0, 8.0, 8.0])
    """
    region = near_optimum(session, query, stage=stage, fraction=fraction)
    return ranges_over(session, region, goals=goals, names=names)


def ranges_over(
    session: Session, region: Region, *, goals: Sparse | None = None, names: Sequence[str] | None = None
) -> Ranges:
    """The intervals over a region that is known already; see `flux_ranges`."""
    if goals is None:
        goals, labels = session.program.net_matrix, session.program.nets
        if names is not None:
            raise InputError(Problem("FM101", "names without goals", cure="give both or neither"))
    else:
        labels = tuple(names) if names is not None else tuple(str(k) for k in range(goals.shape[0]))
    if goals.shape != (len(labels), session.program.n_columns):
        raise InputError(
            Problem("FM101", f"goals are {goals.shape}, not {(len(labels), session.program.n_columns)}")
        )
    if region.outcome is not Outcome.OPTIMAL:
        nothing = frozen_floats(np.full(len(labels), np.nan))
        failed = (region.outcome,) * len(labels)
        return Ranges(labels, failed, failed, region, nothing, nothing)
    ends = session.sweep(region.query, goals)
    low = [-np.inf if o is Outcome.UNBOUNDED else v for o, v, _, _ in ends]
    high = [np.inf if o is Outcome.UNBOUNDED else v for _, _, o, v in ends]
    return Ranges(
        labels,
        tuple(end[0] for end in ends),
        tuple(end[2] for end in ends),
        region,
        frozen_floats(low),
        frozen_floats(high),
    )
