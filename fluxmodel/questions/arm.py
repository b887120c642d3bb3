"""One condition of a question, ready to be solved, and the untreated state that it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fluxmodel.analysis.expression import Expression
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import FluxState, Outcome
from fluxmodel.analysis.use import untreated_use, with_use
from fluxmodel.condition import Cell, Condition
from fluxmodel.condition.members import Members
from fluxmodel.errors import NoOptimum
from fluxmodel.formalism import Problem, build
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats
from fluxmodel.regulation import Profile


@dataclass(frozen=True, slots=True, eq=False)
class CellMembers:
    """What the ensemble of the cell gives to an arm; its length is the number of members that are asked.

    Parameters
    ----------
    limits : ndarray, (members, n_limited), optional
        What every member of the cell can carry, if the formalism uses it.
    reference : mapping of reaction id to float, optional
        The reference state of the cell, if the point is to be the least adjusted one.
    pedigree : mapping, optional
        Number of members, their digest and the seed.
    told : tuple of str
        What became of the wish for members.
    members : Members, optional
        Those that are asked, with the reference state of each.
    follows : mapping of reaction id to float
        What expression makes of the target of each flux.
    """

    limits: Floats | None = None
    reference: Mapping[str, float] | None = None
    pedigree: Mapping[str, object] | None = None
    told: tuple[str, ...] = ()
    members: Members | None = None
    follows: Mapping[str, float] = FrozenMap()

    @property
    def target(self) -> Mapping[str, float] | None:
        """The reference state as it would be if every flux followed the amount of its enzymes."""
        if self.reference is None or not self.follows:
            return self.reference
        return FrozenMap({r: v * self.follows.get(r, 1.0) for r, v in self.reference.items()})

    def __len__(self) -> int:
        return 0 if self.limits is None else len(self.limits)


@dataclass(frozen=True, slots=True)
class Arm:
    """One condition of a question, ready to be solved.

    Parameters
    ----------
    label : str
    condition : Condition
    problem : Problem
        With the capacities of the cell, as far as nothing is solved; `Untreated.settle` makes the one
        that is solved.
    cell : Cell
    expression : Expression
        What regulators and single genes make of the catalysts.
    members : CellMembers
    untreated : Problem, optional
        The same condition without inhibitions and knock-outs, if something is limited by them.
    profile : Profile, optional
        What was measured of the expression.
    acute : bool
        Whether the point alone is the answer, and after a treatment the one nearest to the state before.
    before : Arm, optional
        The same condition without treatments, if it has some and is asked for the acute state.
    """

    label: str
    condition: Condition
    problem: Problem
    cell: Cell
    expression: Expression
    members: CellMembers
    untreated: Problem | None = None
    profile: Profile | None = None
    acute: bool = False
    before: Arm | None = None


class Untreated:
    """Untreated states of the conditions of one question, each solved once.

    Parameters
    ----------
    solver : str
    """

    def __init__(self, solver: str) -> None:
        self._solver = solver
        self._states: dict[str, FluxState] = {}
        self._points: dict[str, FluxState] = {}

    def before(self, arm: Arm) -> FluxState | None:
        """The state before the treatments of an arm; None if there are none, or if it does not grow."""
        before = arm.before
        if before is None:
            return None
        key = before.problem.program.digest()
        if key not in self._points:
            with Analyst(before.problem, self._solver, before.members.target) as analyst:
                self._points[key] = analyst.state()
        state = self._points[key]
        grows = state.outcome is Outcome.OPTIMAL and state.fluxes[before.problem.resolved.model.biomass] > 0
        return state if grows and state.optimum > 0 else None

    def keep(self, problem: Problem, state: FluxState) -> None:
        """Remember the state of a problem that was solved anyway."""
        self._states[problem.program.digest()] = state

    def feasible(self, arm: Arm) -> Problem:
        """As `settle`, of a condition that does not contradict itself.

        Raises
        ------
        NoOptimum
            With the inputs that conflict, and ways out.
        """
        problem = self.settle(arm)
        with Analyst(problem, self._solver) as analyst:
            state = analyst.state()
        if state.outcome not in (Outcome.OPTIMAL, Outcome.NONVIABLE):
            raise NoOptimum(f"{arm.label}: {state.outcome}", (*state.diagnosis, *state.ways_out))
        return problem

    def settle(self, arm: Arm) -> Problem:
        """The problem of an arm in which no capacity is below the use in the untreated state."""
        if arm.untreated is None:
            return arm.problem
        if arm.untreated.program.digest() not in self._states:
            with Analyst(arm.untreated, self._solver) as analyst:
                self.keep(arm.untreated, analyst.state())
        state = self._states[arm.untreated.program.digest()]
        resolved = arm.problem.resolved
        raised = with_use(resolved, untreated_use(state, resolved))
        return arm.problem if raised == resolved else build(raised, arm.problem.formalism)
