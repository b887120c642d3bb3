"""How hard each limit presses on growth in every member of a cell."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.ensemble import Slack, slacks_of
from fluxmodel.analysis.marks import Marks
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET, Places, Problem
from fluxmodel.lp import Answer, Outcome, Program, Query, Session, Want, lexicographic, open_session
from fluxmodel.lp.sparse import Floats

_GOAL = Want.PRIMAL | Want.DUALS


@dataclass(frozen=True, eq=False)
class MemberPressure:
    """How hard each limit presses on growth in each member.

    Attributes
    ----------
    growth : ndarray, (members,)
        1/h; 0 where a member does not grow, NaN where there is no optimum.
    share : ndarray, (members, n_keys)
        Percent of growth per percent of the limit; NaN where the member does not grow.
    """

    growth: Floats
    share: Floats


@dataclass(frozen=True, eq=False)
class Pressed:
    """What the members are asked in one condition, of the program as it is: its duals belong to limits.

    Attributes
    ----------
    program : Program
    places : Places
        Where the capacities stand in it.
    limits : ndarray, (members, n_limited)
        As `fluxmodel.analysis.draws.member_limits` gives them.
    slacks : tuple of Slack
    engine : str
    """

    program: Program
    places: Places
    limits: Floats
    slacks: tuple[Slack, ...]
    engine: str = "glpk"

    @classmethod
    def of(cls, problem: Problem, limits: Floats, engine: str = "glpk") -> Pressed:
        """Ask the members of a problem."""
        return cls(problem.program, problem.places, limits, slacks_of(problem), engine)


def member_pressure(asked: Pressed, marks: Marks) -> MemberPressure:
    """The duals of every member, as shares of its growth; only bounds change between members.

    A degenerate optimum has several dual solutions, of which the engine gives one: a limit may be without
    a share though another of equal rank would have it. The sum over limits is the same in all of them.

    Parameters
    ----------
    asked : Pressed
    marks : Marks
        Of the same program.
    """
    n = len(asked.limits)
    growth, share = np.full(n, np.nan), np.full((n, len(marks.keys)), np.nan)
    with open_session(asked.program, asked.engine) as session:
        for m, limits in enumerate(asked.limits):
            growth[m], answer, query = best(session, asked, asked.places.under(asked.program, limits))
            if answer is not None and growth[m] > GROWTH_TOLERANCE:
                amount, _ = marks.pressure(asked.program, asked.places, limits, query, answer)
                share[m] = amount / growth[m]
    return MemberPressure(growth, share)


def best(session: Session, asked: Pressed, query: Query) -> tuple[float, Answer | None, Query]:
    """Optimal growth under some bounds, the answer with its duals, and the bounds that it was found under.

    No answer where a demand cannot be served (growth 0) or the inputs contradict each other (NaN).
    """
    program = asked.program
    upper = (program.col_upper if query.col_upper is None else query.col_upper).copy()
    upper[[slack.column for slack in asked.slacks]] = 0.0
    served = replace(query, col_upper=upper, cost=program.stage(GROWTH).cost, sense="max", want=_GOAL)
    answer = session.solve(served)
    if answer.outcome is Outcome.OPTIMAL:  # every demand is served: nothing was left to weigh
        return answer.objective, answer, served
    staged = lexicographic(session, query, through=GROWTH, want=_GOAL, start="last")
    last = [s for s in staged.optima if s.name in (UNMET, LOADS)]
    if last:
        primal = last[-1].answer.primal
        if any(slack.kills(primal) for slack in asked.slacks):
            return 0.0, None, query
    if staged.outcome is not Outcome.OPTIMAL:
        return float("nan"), None, query
    return staged.optimum(GROWTH).value, staged.optimum(GROWTH).answer, staged.query
