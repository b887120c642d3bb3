"""Lexicographic solving: one goal after the other, each held while the next is pursued.

A goal that is to be held exactly is not held by a row ``cost . x >= optimum``: within the engine's
tolerance such a row lets a trace precursor, whose cost is 1e-6 of growth, move a flux by 1e-3. Instead
the optimal face itself is taken. By complementary slackness a feasible point is optimal if and only if
every bound with a non-zero dual value is active, so those columns and rows are fixed where they are.
That adds no row, needs no tolerance on the optimum, and the last basis stays feasible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program, Sense, Stage
from fluxmodel.lp.query import Answer, Extra, Query, Want
from fluxmodel.lp.session import Session, Start
from fluxmodel.lp.sparse import Floats

#: A dual value beyond this, relative to the largest cost, is not zero: above the dual tolerance of the
#: engines, and what it can lose on a flux of 1000 is below the 1e-6 to which results are compared.
FACE_TOLERANCE = 1e-9
#: How near to a bound, relative, a value is "at" it: far above the primal tolerance, far below a flux.
AT_BOUND = 1e-6
#: By how much, relative, a held goal may have slipped at the end before the result is called NUMERIC.
HOLD_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class StageOptimum:
    """One solved stage: its name, its optimum, and the full answer with primal and dual values.

    The dual values of a stage are derivatives of *its* optimum with the earlier stages held.
    """

    name: str
    value: float
    answer: Answer


@dataclass(frozen=True, eq=False)
class Staged:
    """The result of lexicographic solving.

    Attributes
    ----------
    answer : Answer
        Of the last stage that was solved; of the one that failed if one did.
    optima : tuple of StageOptimum
        The stages that were solved, in order.
    query : Query
        The bounds and extra rows that hold all stages but the last.
    """

    answer: Answer
    optima: tuple[StageOptimum, ...]
    query: Query

    @property
    def outcome(self) -> Outcome:
        """OPTIMAL if every stage was."""
        return self.answer.outcome

    def optimum(self, name: str) -> StageOptimum:
        """The stage of that name; KeyError if it was not solved."""
        for stage in self.optima:
            if stage.name == name:
                return stage
        raise KeyError(name)


def lexicographic(
    session: Session,
    query: Query | None = None,
    *,
    want: Want = Want.NETS,
    through: str | None = None,
    start: Start = "base",
) -> Staged:
    """Solve the stages of the session's program in order.

    Parameters
    ----------
    session : Session
    query : Query, optional
        Bounds and extra rows that replace the program's own. Its cost, sense and want are ignored.
    want : Want
        What to read of the last stage; earlier stages always bring primal and dual values.
    through : str, optional
        The last stage to solve; all of them if left out.
    start : {'base', 'last', 'cold'}
        Basis for the first stage. From the base basis a result does not depend on what the session
        was asked before.

    Returns
    -------
    Staged

    Examples
    --------
    >>> from fluxmodel.lp import Program, Sparse, Stage, open_session
    >>> m = Sparse.from_dense([[1, -1, -1]])
    >>> p = Program(["in", "a", "b"], ["x"], m, [0, 0, 0], [10, 8, 8], [0], [0],
    ...             [Stage("total", [0, 1, 1]), Stage("least a", [0, 1, 0], "min")])
    >>> with open_session(p) as session:
    ...     staged = lexicographic(session)
    >>> [(s.name, s.value) for s in staged.optima], staged.answer.nets.tolist()
    ([('total', 10.0), ('least a', 2.0)], [10.0, 2.0, 8.0])
    """
    program = session.program
    held = replace(query or Query(), cost=None, sense=None, want=Want.NOTHING)
    if not program.stages:
        answer = session.solve(replace(held, want=want), start=start)
        return Staged(answer, (), held)
    last = len(program.stages) - 1 if through is None else program.stage_index(through)
    optima: list[StageOptimum] = []
    for k, stage in enumerate(program.stages[: last + 1]):
        # the last one is read in full too where there are goals whose holding must be checked
        wanted = want | (Want.PRIMAL if last else Want.NOTHING) if k == last else Want.PRIMAL | Want.DUALS
        asked = replace(held, cost=stage.cost, sense=stage.sense, want=wanted)
        answer = session.solve(asked, start=start if k == 0 else "last")
        if not answer.optimal:
            break
        optima.append(StageOptimum(stage.name, answer.objective, answer))
        if k < last:
            held = hold(program, held, stage, answer)
    else:
        answer = _check_held(program, optima, answer)
    return Staged(answer, tuple(optima), held)


def hold(program: Program, query: Query, stage: Stage, answer: Answer) -> Query:
    """The query with the stage's optimum held: exactly by its face, or within its slack by a row.

    Parameters
    ----------
    program : Program
    query : Query
        The bounds under which the stage was solved.
    stage : Stage
    answer : Answer
        OPTIMAL, with primal and dual values.
    """
    if not stage.exact:
        slack = stage.absolute_slack + stage.relative_slack * abs(answer.objective)
        return hold_at(query, stage.cost, stage.sense, answer.objective, slack)
    tolerance = FACE_TOLERANCE * max(float(np.abs(stage.cost).max(initial=0.0)), np.finfo(float).tiny)
    sign = 1.0 if stage.sense == "max" else -1.0
    x = answer.primal
    col = _own(query.col_lower, program.col_lower), _own(query.col_upper, program.col_upper)
    row = _own(query.row_lower, program.row_lower), _own(query.row_upper, program.row_upper)
    col_lower, col_upper = _fix(*col, x, sign * answer.reduced_costs, tolerance)
    row_lower, row_upper = _fix(*row, program.matrix.dot(x), sign * answer.row_duals, tolerance)
    low = np.array([extra.lower for extra in query.extras])
    high = np.array([extra.upper for extra in query.extras])
    activity = np.array([extra.coefficients @ x for extra in query.extras])
    low, high = _fix(low, high, activity, sign * answer.extra_duals, tolerance)
    extras = tuple(
        replace(extra, lower=a, upper=b)
        for extra, a, b in zip(query.extras, low.tolist(), high.tolist(), strict=True)
    )
    return replace(
        query,
        col_lower=col_lower,
        col_upper=col_upper,
        row_lower=row_lower,
        row_upper=row_upper,
        extras=extras,
    )


def hold_at(query: Query, cost: Floats, sense: Sense, optimum: float, slack: float) -> Query:
    """The query with an extra row that keeps ``cost . x`` within `slack` of `optimum`."""
    row = Extra(cost, lower=optimum - slack) if sense == "max" else Extra(cost, upper=optimum + slack)
    return replace(query, extras=(*query.extras, row))


def _own(asked: Floats | None, own: Floats) -> Floats:
    return own if asked is None else asked


def _fix(lower: Floats, upper: Floats, at: Floats, pull: Floats, tolerance: float) -> tuple[Floats, Floats]:
    """Close the bounds that the optimum presses against; `pull` > 0 presses upwards.

    The value must really be at the bound: a dual value of the wrong sign is noise, and fixing a
    basic variable would cut the face.
    """
    up = (pull > tolerance) & (np.abs(at - upper) <= AT_BOUND * (1.0 + np.abs(upper)))
    down = (pull < -tolerance) & (np.abs(at - lower) <= AT_BOUND * (1.0 + np.abs(lower)))
    return np.where(up, upper, lower), np.where(down, lower, upper)


def _check_held(program: Program, optima: list[StageOptimum], answer: Answer) -> Answer:
    """The answer, or NUMERIC in its place if an earlier goal has slipped."""
    for done in optima[:-1]:
        stage = program.stage(done.name)
        slack = stage.absolute_slack + stage.relative_slack * abs(done.value)
        lost = float(stage.cost @ answer.primal) - done.value
        lost = -lost if stage.sense == "max" else lost
        if lost > slack + HOLD_TOLERANCE * max(1.0, abs(done.value)):
            detail = f"stage {done.name!r} was solved to {done.value!r} and slipped by {lost!r}"
            return replace(answer, outcome=Outcome.NUMERIC, values=None, detail=detail)
    return answer
