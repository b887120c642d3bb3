"""explain: what limits growth in one condition, and what moved the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike

import numpy as np

from fluxmodel.analysis.binding import SHARE_TOLERANCE
from fluxmodel.analysis.marks import Key, Marks, capacity_key
from fluxmodel.analysis.moved import NEAR, Use, in_effect, moved, uses
from fluxmodel.analysis.pressure import Pressed, member_pressure
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.state import Binding, Outcome
from fluxmodel.condition import Change
from fluxmodel.errors import DomainError
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import DEFAULT, Problem
from fluxmodel.formalism.problem import UNMET
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Query, Want, lexicographic, open_session
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.explanation import Explanation, Limit, NearLimit
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.predict import solve_arm
from fluxmodel.questions.prediction import Prediction

#: By how much the strongest limit is relaxed to see what that brings.
MORE = 1.1
#: A limit that binds in less of the members, and not at the point, is left out.
FEW_MEMBERS = 0.05
#: What binds in a member moves its growth by at least this percentage per percent.
LEAST_SHARE = 1e-3
#: A limit of 0 that growth would feel: nothing less would do of a nutrient that is not in the medium.
_CLOSED = ("catalyst", "oxygen", "knock-out", "protein synthesis")


def explain(
    model: ModelRef,
    condition: ConditionRef,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    gene_rules_only: bool = False,
    members: int | None = None,
    seed: int = 1,
    objective: str = "adjustment",
    thermo: bool = True,
) -> Explanation:
    """Explain growth in one condition: what binds, which gene moved which capacity, and how near death is.

    Parameters
    ----------
    model, condition, changes, solver, formalism, folders, gene_rules_only, members, seed, objective, thermo
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Explanation
        Of a cell that is not viable, or of a contradiction: what it lacks, or which inputs clash.

    Raises
    ------
    InputError
        With every problem of the input.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> e = fx.explain(None, "normoxia", [fx.inhibit("GLS=90%")], members=0)
    >>> e.limits[0].kind, [m.catalyst for m in e.moved if m.inhibitors < 1]
    ('protein synthesis', ['GLS'])
    """
    how = Settings(
        observables=["growth"],
        solver=solver,
        formalism=formalism,
        folders=folders,
        gene_rules_only=gene_rules_only,
        members=members,
        seed=seed,
        objective=objective,
        thermo=thermo,
    )
    return run_explain(plan(model, [condition], changes, how, single=True))


def run_explain(prepared: Plan) -> Explanation:
    """Solve the one arm of a plan, and explain it."""
    (arm,) = prepared.arms
    known = Untreated(prepared.solver)
    return explained(solve_arm(arm, prepared.observables, prepared.constants, prepared.solver, known))


def explained(found: Prediction) -> Explanation:
    """Explain a prediction.

    Raises
    ------
    DomainError
        FM566 for an acute state after a treatment: it is not at the highest growth, so nothing limits that.
    """
    if found.arm is not None and found.arm.before is not None:
        what = "an acute state keeps near the state before the treatment: no limit holds its growth down"
        cure = "ask what limits the highest growth: objective='adjustment' (--objective adjustment)"
        raise DomainError(Finding("FM566", what, cure=cure))
    problem, fluxes = found.problem, dict(found.flux) if found.outcome is Outcome.OPTIMAL else None
    used = None if fluxes is None else uses(problem, fluxes)
    limits, growing, asked = _limits(found, used)
    shares = {
        i.name: i.share or 0.0 for i in limits if i.binds and i.kind in ("catalyst", "protein synthesis")
    }
    expression = None if found.arm is None else found.arm.expression
    # other formalisms read expression in their own ways, or not at all
    seen = problem.formalism == "capacity"
    parts = expression.parts() if expression is not None and seen else FrozenMap()
    near = [
        NearLimit(
            capacity_key(c.catalyst)[0],
            c.catalyst,
            genes_of(problem, c.catalyst),
            c.limit * use.saturation,
            use.of(c),
            c.catalyst in shares,
        )
        for c, use in ((c, used[c.catalyst]) for c in in_effect(problem) if used is not None)
        if c.limit > 0 and use.of(c) > NEAR
    ]
    return Explanation(
        found.label,
        found.outcome,
        found.growth_or_none,
        found.objective,
        limits,
        moved(problem, parts, shares, used),
        tuple(sorted(near, key=lambda n: (-n.share_used, n.name))),
        found.viability,
        asked,
        growing,
        _relaxed(problem, found, limits),
        found.diagnosis,
        FrozenMap(found.relaxation),
        found.deficits,
        found.notes,
        found.provenance,
    )


def genes_of(problem: Problem, name: str) -> tuple[str, ...]:
    """The genes of a catalyst; none of what is no catalyst."""
    catalyst = problem.resolved.model.all_catalysts.get(name)
    return tuple(catalyst.rule.genes) if catalyst is not None else ()


def point_limits(problem: Problem) -> Floats:
    """What each limited catalyst can carry at the point, in the order of ``problem.limited``."""
    own = {c.catalyst: c.limit for c in problem.resolved.limits}
    return np.array([own[x.catalyst] for x in problem.limited], dtype=float)


def _limits(found: Prediction, used: Mapping[str, Use] | None) -> tuple[tuple[Limit, ...], int, int]:
    """The limits that bind at the point or in the members; how many members grow, and how many there are."""
    problem = found.problem
    if found.outcome not in (Outcome.OPTIMAL, Outcome.NONVIABLE):
        return (), 0, 0
    marks, point = Marks.of(problem), point_limits(problem)
    asked = Pressed.of(problem, point[None, :], found.solver)
    optimum, amount, price = _pressed(found, marks, asked)
    growing, n = 0, 0
    often, median = np.zeros(len(marks.keys)), np.full(len(marks.keys), np.nan)
    if found.arm is not None and (limits := found.arm.members.limits) is not None:
        said = member_pressure(replace(asked, limits=limits), marks)
        n, grows = len(said.growth), said.growth > GROWTH_TOLERANCE
        growing = int(grows.sum())
        felt = np.abs(said.share[grows]) > LEAST_SHARE
        often = felt.mean(axis=0) if growing else often
        for k in np.flatnonzero(often).tolist():
            median[k] = float(np.median(said.share[grows][felt[:, k], k]))
    rows = []
    for k, key in enumerate(marks.keys):
        size = float(marks.sizes[k])
        binds = abs(amount[k]) > max(SHARE_TOLERANCE * abs(optimum), 1e-9)
        binds = bool(binds or (size == 0 and key[0] in _CLOSED and price[k] > SHARE_TOLERANCE))
        if binds or often[k] >= FEW_MEMBERS:
            use = _use(key, size, binds, problem, used, found)
            if key[0] == "oxidative load":  # a share of another flux has no size of its own
                size = size or use or 0.0
            share = float(amount[k]) / optimum if optimum else None
            rows.append(
                Limit(
                    *key,
                    genes_of(problem, key[1]) if key[0] == "catalyst" else (),
                    size,
                    use,
                    marks.units[k],
                    float(price[k]) if binds else 0.0,
                    (share if binds else 0.0) if share is not None else None,
                    binds,
                    float(often[k]) if n else None,
                    None if np.isnan(median[k]) else float(median[k]),
                    marks.origins[k],
                )
            )
    rows = rows or [_forbidding(b) for b in found.binding]
    return tuple(sorted(rows, key=_strongest)), growing, n


def _strongest(row: Limit) -> tuple[float, float, float, str]:
    share = abs(row.share) if row.share is not None else abs(row.price)
    return -share, -(row.in_members or 0.0), -abs(row.price), row.name


def _forbidding(b: Binding) -> Limit:
    """One of the limits that together forbid growth; it has no price."""
    kind = capacity_key(b.name)[0] if b.kind == "capacity" else b.kind
    return Limit(kind, b.name, (), b.limit, None, b.unit, 0.0, None, True, None, None, b.origin)


def _pressed(found: Prediction, marks: Marks, asked: Pressed) -> tuple[float, Floats, Floats]:
    """Optimum, and what each limit contributes to it at the point.

    Of a cell that is not viable, the contributions are to what is served of its demands, and there is no
    optimum to compare them with.
    """
    problem, nothing = found.problem, np.zeros(len(marks.keys))
    with open_session(problem.program, found.solver) as session:
        if found.outcome is Outcome.OPTIMAL:
            grown = asked.grow(session, Query())
            if grown.answer is None or grown.growth <= 0:
                return 0.0, nothing, nothing
            bounds = asked.places, asked.limits[0], grown.query
            return grown.growth, *marks.pressure(asked.program, *bounds, grown.answer)
        staged = lexicographic(session, through=UNMET, want=Want.PRIMAL | Want.DUALS, start="cold")
        answer = staged.optimum(UNMET).answer
        return 0.0, *marks.pressure(asked.program, asked.places, asked.limits[0], Query(), answer, sign=-1.0)


def _use(
    key: Key,
    limit: float,
    binds: bool,
    problem: Problem,
    used: Mapping[str, Use] | None,
    found: Prediction,
) -> float | None:
    """How much of a limit is in use at the point, in its unit."""
    kind, name = key
    if used is None:
        return None
    if name in used:
        return used[name].used
    if kind in ("nutrient", "oxygen"):
        model = problem.resolved.model
        ids = [r for r in model.exchanges if f"{name}_e" in model.reactions[r].stoichiometry]
        return abs(found.flux[ids[0]]) if ids else None
    if kind in ("bound", "knock-out"):
        return abs(found.flux[name]) if name in found.flux else None
    if kind in ("demand", "oxidative load"):
        demand = next(d for d in problem.demands if d.name == name)
        return sum(c * found.flux[r] for r, c in demand.terms.items() if c > 0)
    return limit if binds else None


def _relaxed(problem: Problem, found: Prediction, limits: Sequence[Limit]) -> float | None:
    """Growth with 10 % more of the strongest limit, solved anew; None where that cannot be said."""
    top = next((i for i in limits if i.binds and i.share is not None and i.share > 0), None)
    if found.outcome is not Outcome.OPTIMAL or top is None:
        return None
    return growth_with(problem, (top.kind, top.name), MORE, found.solver)


def growth_with(problem: Problem, key: Key, factor: float, engine: str = "glpk") -> float | None:
    """Optimal growth if one limit were larger by a factor; None for a load that is a share of a flux.

    Parameters
    ----------
    problem : Problem
    key : tuple of (kind, name)
        As in `Limit`.
    factor : float
    engine : str
    """
    marks, point = Marks.of(problem), point_limits(problem)
    query = marks.relaxed(problem, point, key, factor)
    if query is None:
        return None
    asked = Pressed.of(problem, point[None, :], engine)
    with open_session(problem.program, engine) as session:
        return asked.grow(session, query).growth
