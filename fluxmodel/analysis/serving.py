"""Growth where demands come before it: as if all were served, and step by step only where they cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.state import short_of
from fluxmodel.formalism.problem import GROWTH, IDLE, LOADS, UNMET, Problem
from fluxmodel.lp import Answer, Outcome, Program, Query, Session, Want, lexicographic
from fluxmodel.lp.sparse import Floats


@dataclass(frozen=True, slots=True)
class Slack:
    """What of a demand is unserved: ``factor`` times a column, of an amount; a load need not be served."""

    column: int
    amount: float
    is_load: bool
    factor: float = 1.0

    def kills(self, primal: Floats) -> bool:
        """Whether too much of a demand is unserved at a point."""
        return not self.is_load and short_of(self.factor * float(primal[self.column]), self.amount)


def slacks_of(problem: Problem) -> tuple[Slack, ...]:
    """The slacks of a problem's program."""
    demands = (Slack(problem.slack_of[d.name], d.amount, d.exact) for d in problem.demands)
    idle = (Slack(c, 0.0, True) for name, c in problem.slack_of.items() if name.startswith(IDLE))
    return *demands, *idle


@dataclass(frozen=True, eq=False)
class Served:
    """Optimal growth under some bounds.

    Attributes
    ----------
    growth : float
        1/h; 0 where a demand cannot be served, NaN where the inputs contradict each other.
    query : Query
        The bounds under which it was found; those of the question without an answer.
    answer : Answer or None
        Of growth, with what was wanted; None without an optimum.
    whole : bool
        Whether every demand and load is served: then growth is concave in the bounds, and has duals.
    loads : float
        What of the loads cannot be applied, as the program weighs it.
    """

    growth: float
    query: Query
    answer: Answer | None = None
    whole: bool = False
    loads: float = 0.0

    @property
    def dead(self) -> bool:
        """Whether a demand cannot be served: not every cell that does not grow is dead."""
        return self.answer is None and self.growth == 0.0


def all_served(program: Program, slacks: Sequence[Slack], query: Query) -> Query:
    """The bounds under which every demand is served."""
    upper = (program.col_upper if query.col_upper is None else query.col_upper).copy()
    upper[[slack.column for slack in slacks]] = 0.0
    return replace(query, col_upper=upper)


def grow(session: Session, slacks: Sequence[Slack], query: Query, want: Want = Want.NOTHING) -> Served:
    """Optimal growth of a session's program under some bounds.

    Parameters
    ----------
    session : Session
        Of a program with the stages of a problem.
    slacks : sequence of Slack
        Of the same program.
    query : Query
        Its bounds; the cost is ignored.
    want : Want
        What to read where all is served; primal and dual values are always read elsewhere.
    """
    program = session.program
    served = replace(all_served(program, slacks, query), cost=None, sense=None)
    asked = replace(served, cost=program.stage(GROWTH).cost, sense="max", want=want)
    answer = session.solve(asked)
    if answer.outcome is Outcome.OPTIMAL:  # nothing was left to weigh
        return Served(tidy(answer.objective), served, answer, whole=True)
    every = Want.PRIMAL | Want.DUALS
    staged = lexicographic(session, query, through=GROWTH, want=every, start="last")
    last = [s for s in staged.optima if s.name in (UNMET, LOADS)]
    if last and any(slack.kills(last[-1].answer.primal) for slack in slacks):
        return Served(0.0, query)
    if staged.outcome is not Outcome.OPTIMAL:
        return Served(float("nan"), query)
    loads = last[-1].value if last and last[-1].name == LOADS else 0.0
    growth = staged.optimum(GROWTH)
    return Served(tidy(growth.value), staged.query, growth.answer, loads=loads)


def tidy(growth: float) -> float:
    """Growth, and 0 for what rounding leaves of 0."""
    return growth if abs(growth) > GROWTH_TOLERANCE else 0.0
