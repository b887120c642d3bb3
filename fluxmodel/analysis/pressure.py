"""How hard each limit presses on growth in every member of a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fluxmodel.analysis.marks import Marks
from fluxmodel.analysis.serving import Served, Slack, grow, slacks_of
from fluxmodel.formalism.problem import Places, Problem
from fluxmodel.lp import Program, Query, Session, Want, open_session
from fluxmodel.lp.sparse import Floats


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

    def grow(self, session: Session, query: Query) -> Served:
        """Optimal growth under some bounds, with primal and dual values."""
        return grow(session, self.slacks, query, Want.PRIMAL | Want.DUALS)


def member_pressure(asked: Pressed, marks: Marks) -> MemberPressure:
    """The duals of every member, as shares of its growth; only bounds change between members.

    A degenerate optimum has several dual solutions, of which the engine gives one: a limit may be without
    a share though another of equal rank would have it. The sum over limits is the same in all of them.
    Patterns of directions, a choice that has no duals, are left out.

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
            found = asked.grow(session, asked.places.under(asked.program, limits))
            growth[m] = found.growth
            if found.answer is not None and found.growth > 0:
                amount, _ = marks.pressure(asked.program, asked.places, limits, found.query, found.answer)
                share[m] = amount / growth[m]
    return MemberPressure(growth, share)
