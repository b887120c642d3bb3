"""predict: what one condition does to growth and fluxes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike

from fluxmodel.analysis.acute import AcuteAsked, internal
from fluxmodel.analysis.ensemble import Asked
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.sensitivity import PointsAsked
from fluxmodel.analysis.solve import Analyst, Range
from fluxmodel.analysis.state import FluxState, Outcome
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change
from fluxmodel.formalism import DEFAULT, Problem
from fluxmodel.formalism.problem import IDLE
from fluxmodel.questions.arm import Arm, Untreated
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.notes import notes_of
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.prediction import Prediction
from fluxmodel.questions.provenance import provenance
from fluxmodel.questions.reported import Reported

#: What an acute state is, for whoever reads its growth.
ACUTE = (
    "acute state: the one nearest to the state before the treatment, not the highest growth that is left; "
    "objective 'adjustment' asks for that, and for what limits it"
)
#: Human cells in culture hardly ever double in less, h: whoever sees a shorter time should know.
FASTEST_DOUBLING = 10.0


def predict(
    model: ModelRef,
    condition: ConditionRef,
    changes: Sequence[Change] = (),
    observables: Iterable[str] | None = None,
    fraction: float | None = None,
    solver: str = "glpk",
    *,
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    gene_rules_only: bool = False,
    members: int | None = None,
    seed: int = 1,
    objective: str = "adjustment",
    workers: int | None = None,
    thermo: bool = True,
) -> Prediction:
    """Predict growth and fluxes in one condition.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    condition : str, path or Condition
        An id, a YAML file or a value.
    changes : sequence of Change
        What is done on top of it, in order: ``fx.inhibit("GLS=90%")``, ``fx.set_field(...)``.
    observables : iterable of str, optional
        What to report; a default list if left out.
    fraction : float, optional
        Share of the optimal growth at which intervals are taken; the model's own if left out.
    solver : str
        ``glpk``, ``highs`` or ``optlang:NAME``.
    formalism : str
        How capacities become constraints: ``fba``, ``pool``, ``capacity``, ``eflux``,
        ``gimme`` or ``imat``.
    folders : sequence of path
        Where conditions, media and cells are looked up first.
    gene_rules_only : bool
        Knock-outs close the reactions that have lost their last isozyme and do nothing else, as gene deletion
        does elsewhere; otherwise a knock-out is an inhibition by 100 %, and the isozymes left have limits.
    members : int, optional
        How many members of the cell's ensemble are asked; all if left out, 0 for the point alone.
    seed : int
        Of what is drawn for the members.
    objective : {'adjustment', 'acute', 'growth'}
        What picks the flux state: at the optimum the least change from the cell's reference state (where the
        cell has one), or the least flux; ``acute``: after an inhibition or a knock-out the state nearest to
        the one before it, with a price on growth, which may then be less than the highest.
    workers : int, optional
        Processes for the members; as many as there are cores if left out. No number depends on it.
    thermo : bool
        Directions that no measured concentrations allow together are not taken together.

    Returns
    -------
    Prediction
        Also if the cell is not viable or the inputs contradict each other: see its ``outcome``.

    Raises
    ------
    InputError
        With every problem of the input.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> p = fx.predict(None, "normoxia", [fx.inhibit("GLS=90%")])
    >>> p.outcome.value, p.growth > 0
    ('optimal', True)
    """
    how = Settings(
        observables=observables,
        fraction=fraction,
        solver=solver,
        formalism=formalism,
        folders=folders,
        gene_rules_only=gene_rules_only,
        members=members,
        seed=seed,
        objective=objective,
        workers=workers,
        thermo=thermo,
    )
    return run_predict(plan(model, [condition], changes, how, single=True))


def run_predict(prepared: Plan, progress: Progress | None = None) -> Prediction:
    """Solve the one arm of a plan."""
    (whole,) = solve_arms(prepared, progress)
    return whole


def solve_arms(prepared: Plan, progress: Progress | None = None) -> list[Prediction]:
    """Solve every arm of a plan; the members of a cell are asked while the points of the next are found."""
    constants, solver, known = prepared.constants, prepared.solver, Untreated(prepared.solver)
    expected = sum(len(arm.members) for arm in prepared.arms) * (2 if prepared.sensitivity else 1)
    found: list[Prediction] = []
    asked: list[tuple[int, str]] = []  # the arm, and the field of its prediction that the answer goes to
    with Crew(expected, prepared.workers, progress) as crew:
        for k, arm in enumerate(prepared.arms):
            problem, own = known.settle(arm), arm.members
            question = asked_of(arm, problem, prepared.observables, constants, solver)
            if question is not None:
                crew.add(question)
                asked.append((k, "members"))
                if prepared.sensitivity and isinstance(question, Asked) and own.members is not None:
                    crew.add(PointsAsked.of(question, problem, own.members, own.follows))
                    asked.append((k, "points"))
            found.append(solve_problem(arm, problem, prepared.observables, constants, solver, known))
        for (k, name), answer in zip(asked, crew.answers(), strict=True):
            found[k] = replace(found[k], **{name: answer})
    return found


def asked_of(
    arm: Arm, problem: Problem, observables: Sequence[Observable], constants: Constants, solver: str
) -> Asked | AcuteAsked | None:
    """What the members of an arm are asked; None if there are none."""
    own = arm.members
    if own.limits is None or own.members is None:
        return None
    if not arm.acute:
        return Asked.of(problem, own.limits, observables, constants.fraction, solver)
    biomass = problem.resolved.model.biomass
    wanted = (*observables, Observable("growth", {biomass: 1.0}))
    points = Asked.of(problem, own.limits, wanted, 1.0, solver)
    now = PointsAsked.of(points, problem, own.members, own.follows)
    first = arm.before
    if first is None or first.members.limits is None:
        return AcuteAsked(now)
    fluxes = Asked.of(first.problem, first.members.limits, internal(first.problem), 1.0, solver)
    before = PointsAsked.of(fluxes, first.problem, own.members, first.members.follows)
    return AcuteAsked.of(now, problem, before)


def solve_arm(
    arm: Arm,
    observables: Sequence[Observable],
    constants: Constants,
    solver: str,
    known: Untreated,
) -> Prediction:
    """Solve one prepared condition; `known` holds the untreated states of the question."""
    return solve_problem(arm, known.settle(arm), observables, constants, solver, known)


def solve_problem(
    arm: Arm,
    problem: Problem,
    observables: Sequence[Observable],
    constants: Constants,
    solver: str,
    known: Untreated,
) -> Prediction:
    """Solve the problem that an arm has become."""
    # the interval must contain the point, which may lie below the optimum
    constants = replace(constants, fraction=min(constants.fraction, problem.kept))
    resolved = problem.resolved
    with Analyst(problem, solver, arm.members.target, known.before(arm)) as analyst:
        state = analyst.state()
        if arm.untreated is None:
            known.keep(problem, state)
        exact = _exact(state, observables, resolved.objective)
        others = [o for k, o in enumerate(observables) if k not in exact]
        ranges = iter(() if arm.acute else analyst.ranges(others, constants.fraction))
    optimal = state.outcome is Outcome.OPTIMAL
    rows = []
    for k, observable in enumerate(observables):
        # for people, who know enzymes by their genes; a sum of reactions has no single rule
        ids = [*observable.numerator, *(observable.denominator or ())]
        genes = resolved.model.reactions[ids[0]].genes if len(ids) == 1 else ()
        if k in exact:
            growth = resolved.objective == resolved.model.biomass
            rows.append(Reported(observable, exact[k], Range(exact[k], exact[k]), genes, is_growth=growth))
        else:
            value = observable.value(state.values, constants.near_zero) if optimal else None
            if arm.acute:  # the nearest state is one state
                why = "" if optimal else str(state.outcome)
                rows.append(Reported(observable, value, Range(value, value, why), genes))
                continue
            other = None
            if optimal and state.parsimonious:
                other = observable.value(state.parsimonious, constants.near_zero)
            rows.append(Reported(observable, value, next(ranges), genes, other))
    pedigree = provenance(arm.condition, problem, state, constants, arm.members.pedigree)
    told = (*notes_of(arm), *_notes(problem, state))
    if arm.before is not None and optimal:
        told += (ACUTE,)
    return Prediction(arm.label, tuple(rows), told, pedigree, state, problem, arm=arm, solver=solver)


def _notes(problem: Problem, state: FluxState) -> Iterator[str]:
    """What the numbers themselves call for."""
    if problem.kept < 1 and state.outcome is Outcome.OPTIMAL:
        yield (
            f"formalism {problem.formalism} takes fluxes and intervals where the objective is at least "
            f"{problem.kept:g} of its optimum; what is reported as growth is the optimum"
        )
    amounts = {d.name: d.amount for d in problem.demands}
    for name, left in state.unapplied.items():
        if name.startswith(IDLE):
            carrier = name.removeprefix(IDLE)
            yield f"{carrier} could carry {left:.3g} mmol/gDW/h more than the cell can supply it with"
            continue
        size = amounts[name]
        whole = f" of {size:.3g}" if size else ""
        yield (
            f"the load {name} cannot be applied: {left:.3g}{whole} mmol/gDW/h are left; "
            "a cell does not die of that"
        )
    growth = state.values.get(problem.resolved.model.biomass, 0.0)
    if growth > math.log(2) / FASTEST_DOUBLING:
        yield (
            f"doubling in {math.log(2) / growth:.1f} h is faster than human cells in culture: "
            "the bounds allow more than a cell can do"
        )


def _exact(state: FluxState, observables: Sequence[Observable], objective: str) -> dict[int, float]:
    """Multiples of the objective: their optimum is one number, whatever the flux state."""
    if state.outcome not in (Outcome.OPTIMAL, Outcome.NONVIABLE):
        return {}
    return {
        k: o.numerator[objective] * state.optimum + 0.0  # no -0.0
        for k, o in enumerate(observables)
        if not o.is_ratio and o.numerator.keys() == {objective}
    }
