"""Whether growth over a plane is reached by flux states without loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fluxmodel.analysis.planes.dial import Dial, at_point
from fluxmodel.analysis.serving import grow, slacks_of
from fluxmodel.formalism.problem import GROWTH, Problem
from fluxmodel.lp import Outcome, Query, Want, open_session
from fluxmodel.lp.loopless import Inside, loopless_optimum, remove_loops
from fluxmodel.lp.sparse import Floats

#: Seconds for a program with a choice of directions.
PATIENCE = 10.0
#: Growth that is lost without loops counts from this on, relative to growth.
LOST = 1e-6


@dataclass(frozen=True)
class Looped:
    """A point at which bounds force loops.

    Attributes
    ----------
    at : (float, float)
        Bound parameters.
    growth : float
        With loops, 1/h.
    without : float or None
        Optimal growth without; None if there is none, or none was found in time.
    reactions : tuple of str
        What runs in loops.
    """

    at: tuple[float, float]
    growth: float
    without: float | None
    reactions: tuple[str, ...]

    @property
    def lowers(self) -> bool:
        """Whether growth without loops is lower, or not known."""
        return self.without is None or self.growth - self.without > LOST * self.growth


@dataclass(frozen=True)
class LoopCheck:
    """What was found at some points of a plane.

    Attributes
    ----------
    points : int
        Points with growth that were looked at.
    looped : tuple of Looped
        Those at which a linear program could not take all loops away, or failed; everywhere else the same
        growth is reached without any.
    """

    points: int
    looped: tuple[Looped, ...]

    @property
    def reached(self) -> int:
        """Points at which the same growth is reached without loops."""
        return self.points - sum(x.lowers for x in self.looped)


def inside_of(problem: Problem) -> Inside:
    """The reactions of a problem that exchange nothing: all but boundary and biomass."""
    model = problem.resolved.model
    rows = {name: n for n, name in enumerate(problem.program.rows)}
    inner = [
        column
        for id, parts in problem.columns_of.items()
        if not model.reactions[id].boundary and id != model.biomass
        for column, _ in parts
    ]
    return Inside.of(problem.program, [rows[m] for m in model.metabolites], inner)


def check_loops(
    problem: Problem,
    limits: Floats,
    dials: tuple[Dial, Dial],
    points: Sequence[tuple[float, float]],
    engine: str = "glpk",
) -> LoopCheck:
    """Look for loops at points of a plane, and for growth without them.

    The optimum that was found has its loops taken away by a linear program, which leaves growth and every
    exchange as they are. Where bounds force a loop, a program with a choice of directions says what growth
    is without any.

    Parameters
    ----------
    problem, limits, dials
        As in `fluxmodel.analysis.planes.plane.follow`.
    points : sequence of (float, float)
        Bound parameters.
    engine : str
    """
    inside, slacks, program = inside_of(problem), slacks_of(problem), problem.program
    looped, n = [], 0
    with open_session(program, engine, spare=len(program.stages) + 3) as session:
        for point in points:
            found = grow(session, slacks, at_point(problem, limits, dials, point), Want.PRIMAL | Want.DUALS)
            if found.answer is None or not found.whole or found.growth <= 0:
                continue
            n += 1
            without = remove_loops(program, found.answer.primal, inside, found.query, engine)
            if without.outcome is Outcome.OPTIMAL and not without.forced:
                continue
            best = _best(problem, inside, found.query) if not found.query.extras else None
            names = dict.fromkeys(problem.column_meaning[c][0] for c in without.forced)
            looped.append(Looped(point, found.growth, best, tuple(names)))
    return LoopCheck(n, tuple(looped))


def _best(problem: Problem, inside: Inside, query: Query) -> float | None:
    goal = problem.program.stage(GROWTH)
    outcome, value, _ = loopless_optimum(problem.program, goal, inside, query, PATIENCE)
    return value if outcome is Outcome.OPTIMAL else None
