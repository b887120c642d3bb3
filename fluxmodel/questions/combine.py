"""combine: what do two agents do together that neither does alone?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from os import PathLike

import numpy as np

from fluxmodel.analysis.combinations import MemberPairs, PairAsked
from fluxmodel.analysis.doses import OneMember
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.spread import spread
from fluxmodel.analysis.synergy import COUNTS, bliss, highest_single, zip_excess
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change, Inhibit
from fluxmodel.errors import DomainError, Problem
from fluxmodel.lp.sparse import Floats
from fluxmodel.network.model import Model
from fluxmodel.questions.arguments import items
from fluxmodel.questions.combination import Combination, Combinations, Excess, Given
from fluxmodel.questions.graded import Graded, agent, binding, graded, in_unit, unit_of
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.plan import Checked, Settings

#: Share that an agent without a dose takes of what it hits most.
USUAL = 0.9
#: Doses of the surface, as shares of the highest: of a drug, and of a percentage.
DILUTIONS = (0.0, 1 / 30, 0.1, 0.2, 1 / 3, 2 / 3, 1.0)
STEPS = (0.0, 1 / 3, 2 / 3, 7 / 9, 8 / 9, 17 / 18, 1.0)
#: Places of the isobole between nothing of the first agent and all that halves growth.
ISOBOLE = 9

_AGENTS = "give two or more, such as ['GLS=90%', 'CB-839=100 nM']"


def combine(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    of: Iterable[str],
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> Combinations:
    """Pairs of agents together: growth, and its excess over what the two would do independently.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    conditions : sequence of str, path or Condition
    of : iterable of str
        Two agents or more, with a dose, a percentage or neither: ``CB-839=100 nM``, ``PC=90%``, ``GOT1``;
        then a dose is taken that leaves a tenth of what is hit most. Every pair of them is asked.
    changes : sequence of Change
        What is done in every condition.
    solver, folders, members, seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Combinations

    Raises
    ------
    InputError
        With every problem of the input.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.combine(None, ["normoxia"], ["HK2=90%", "ATPS4mi=90%"], members=4)
    >>> pair = found.pairs[0]
    >>> str(pair.first), pair.excess_of("bliss").value > 0
    ('HK2 90%', True)
    """
    how = Settings(
        observables=["growth"], solver=solver, folders=folders, members=members, seed=seed, workers=workers
    )
    return run_combine(model, conditions, of, changes, how)


def run_combine(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    of: Iterable[str],
    changes: Sequence[Change],
    how: Settings,
    progress: Progress | None = None,
) -> Combinations:
    """Ask about pairs with settings that are gathered; see `combine`."""
    checked = Checked.of(model, changes, how)
    texts = items("of", of, str, _AGENTS)
    if len(texts) < 2:
        raise DomainError(Problem("FM573", f"{len(texts)} agent: nothing to combine", cure=_AGENTS))
    agents = [agent(checked.model, text) for text in texts]
    if twice := {
        str(a.target) for n, (a, _) in enumerate(agents) for b, _ in agents[:n] if a.target == b.target
    }:
        what = f"{', '.join(sorted(twice))} together with itself"
        raise DomainError(Problem("FM573", what, cure="name two that differ"))
    arms = checked.conditions(conditions)
    cases = [
        _Case(g, pair, checked.model, how.solver)
        for pair in combinations(agents, 2)
        for g in graded(checked, arms, [a for a, _ in pair], how.solver)
    ]
    with Crew(sum(len(c.g.limits) + 1 for c in cases), how.workers, progress) as crew:
        for case in cases:
            crew.add(case.members())
        answers: list[MemberPairs] = crew.answers()
    constants = checked.constants
    return Combinations(
        tuple(case.found(answer, constants) for case, answer in zip(cases, answers, strict=True))
    )


class _Case:
    """Two agents in one condition: the doses, what is asked, and what is made of the answers."""

    def __init__(self, g: Graded, pair: Sequence[tuple[Inhibit, bool]], model: Model, solver: str) -> None:
        self.g, self.solver = g, solver
        self.units = tuple(unit_of(model, a) for a, _ in pair)
        self.told = [
            f"no dose of {a.name} was given: one that leaves a tenth of what it hits most was taken"
            for a, (_, stated) in zip(g.exposure.agents, pair, strict=True)
            if not stated
        ]
        self.doses = tuple(
            _dose(change, g, k) if stated else float(g.exposure.doses(g.exposure.agents[k].name, USUAL))
            for k, (change, stated) in enumerate(pair)
        )
        self.grids = tuple(
            dose * np.array(DILUTIONS if a.is_drug else STEPS)
            for a, dose in zip(g.exposure.agents, self.doses, strict=True)
        )

    def members(self) -> PairAsked:
        a, b = self.doses
        four = np.array([[0.0, 0.0], [a, 0.0], [0.0, b], [a, b]])
        g = self.g
        return PairAsked.of(g.problem, g.limits, g.exposure, four, (a, b), g.shifts, self.solver)

    def found(self, answer: MemberPairs, constants: Constants) -> Combination:
        g = self.g
        surface = self._surface()
        effects = _effects(answer.growth)
        untreated = float(answer.growth[0, 0])
        grows = answer.growth[1:, 0] > GROWTH_TOLERANCE
        ratio = np.where(grows, 1.0 - effects[1:, 3], np.nan)
        units = self.units
        given = [
            Given(agent.name, float(in_unit(np.array([dose]), agent, unit)[0]), unit, float(growth))
            for agent, dose, unit, growth in zip(
                g.exposure.agents, self.doses, units, answer.growth[0, 1:3], strict=True
            )
        ]
        (one, two), (a, b) = g.exposure.agents, self.doses
        states = binding(g, np.array([[a, b], [a, 0.0], [0.0, b]]), self.solver)
        return Combination(
            g.arm.label,
            given[0],
            given[1],
            untreated,
            float(answer.growth[0, 3]),
            spread(ratio),
            float(np.mean(answer.growth[1:, 3][grows] == 0)) if grows.any() else None,
            tuple(self._excess(answer, effects, surface, constants)),
            (in_unit(self.grids[0], one, units[0]), in_unit(self.grids[1], two, units[1])),
            surface,
            tuple(self._isobole(untreated)),
            states[0],
            (states[1], states[2]),
            (*g.notes, *self.told),
            g.unverified,
        )

    def _surface(self) -> Floats:
        """Growth at the point over the grid."""
        g = self.g
        places = np.array([[x, y] for x in self.grids[0] for y in self.grids[1]])
        found = (
            PairAsked.of(g.problem, g.limits[:1], g.exposure, places, engine=self.solver).answer().growth[0]
        )
        surface: Floats = found.reshape(len(self.grids[0]), len(self.grids[1]))
        return surface

    def _excess(
        self, answer: MemberPairs, effects: Floats, surface: Floats, constants: Constants
    ) -> list[Excess]:
        a, b, both = effects[:, 1], effects[:, 2], effects[:, 3]
        found = [
            judged(name, values, constants)
            for name, values in (
                ("bliss", bliss(a, b, both)),
                ("hsa", highest_single(a, b, both)),
                ("loewe", both - answer.additive),
            )
        ]
        if surface[0, 0] > GROWTH_TOLERANCE:
            first, second = (
                _amounts(grid, agent.is_drug)
                for grid, agent in zip(self.grids, self.g.exposure.agents, strict=True)
            )
            zipped = zip_excess(first, second, 1.0 - surface / surface[0, 0])
            found.append(judged("zip", zipped[-1:, -1], constants))
        else:
            found.append(judged("zip", np.array([np.nan]), constants))
        return found

    def _isobole(self, untreated: float) -> list[tuple[float, float]]:
        """Doses of the first, and the dose of the second that then halves growth."""
        if not untreated > GROWTH_TOLERANCE:
            return []
        g, found = self.g, []
        first, second = g.exposure.agents
        with Responder(Movable.of(g.problem, g.exposure.catalysts), self.solver) as responder:
            top = OneMember(responder, g.limits[0], g.exposure.only(first.name)).reaches(untreated / 2)
            end = top if np.isfinite(top) else self.doses[0]
            shares = np.linspace(0.0, float(g.exposure.shares(first.name, end)), ISOBOLE)
            for dose in g.exposure.doses(first.name, shares):
                left = g.exposure.left([[dose, 0.0]])
                rest = OneMember(
                    responder, g.left_of(g.limits[:1], left)[0], g.exposure.beside(first.name, float(dose))
                )
                needed = 0.0 if rest.untreated <= untreated / 2 else rest.reaches(untreated / 2)
                found.append(
                    (
                        float(in_unit(np.array([dose]), first, self.units[0])[0]),
                        float(in_unit(np.array([needed]), second, self.units[1])[0]),
                    )
                )
        return found


def _dose(change: Inhibit, g: Graded, k: int) -> float:
    quantity = change.dose if change.dose is not None else change.by
    assert quantity is not None
    return quantity.magnitude(g.exposure.agents[k].unit)


def _amounts(grid: Floats, is_drug: bool) -> Floats:
    """Doses, or what a Hill slope of 1 makes of percentages."""
    if is_drug:
        return grid
    left = np.maximum(1.0 - grid / 100.0, 1e-6)
    found: Floats = (1.0 - left) / left
    return found


def _effects(growth: Floats) -> Floats:
    """Shares of untreated growth that are lost; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = 1.0 - growth / growth[:, :1]
    found[~(growth[:, 0] > GROWTH_TOLERANCE)] = np.nan
    return found


def _word(excess: float) -> str:
    return "synergy" if excess >= COUNTS else "antagonism" if excess <= -COUNTS else "none"


def judged(measure: str, values: Floats, constants: Constants) -> Excess:
    """An excess of the point and of the members behind it."""
    point = float(values[0]) if np.isfinite(values[0]) else None
    known = values[1:][np.isfinite(values[1:])]
    if not known.size:
        at_point = "undetermined" if point is None else f"{_word(point)} at the point"
        return Excess(measure, point, spread(values[1:]), None, None, at_point)
    up, down = float(np.mean(known >= COUNTS)), float(np.mean(known <= -COUNTS))
    shares = {"synergy": up, "antagonism": down, "none": 1.0 - up - down}
    word, share = max(shares.items(), key=lambda item: item[1])
    if share < constants.likely_share:
        verdict = "undetermined"
    else:
        verdict = word if share >= constants.certain_share else f"likely {word}"
    return Excess(measure, point, spread(values[1:]), up, down, verdict)
