"""Conditions with agents whose doses vary: what they are without them, and what the agents do there.

Codes: FM570 an agent that cannot be read, FM571 doses that cannot be, FM572 an agent that nothing limits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.exposure import agent_of, exposure_of
from fluxmodel.analysis.marks import Marks
from fluxmodel.analysis.pressure import Pressed, member_pressure
from fluxmodel.condition import Condition, Inhibit
from fluxmodel.errors import DomainError, InputError, Problem, UnitError, Where
from fluxmodel.formalism import Problem as Solved
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import Agent, Exposure, find
from fluxmodel.pharmacology.sites import drawn
from fluxmodel.questions.arguments import items
from fluxmodel.questions.arm import Arm, Untreated
from fluxmodel.questions.changes import inhibit
from fluxmodel.questions.dose_response import Binds
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import Wanted
from fluxmodel.questions.plan import Checked
from fluxmodel.units import Quantity, parse_quantity, units_of

#: Shares of what an agent hits most at which growth is shown if no doses are named, percent.
SHARES = (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 100.0)
#: Doses that are shown of a drug if none are named, in units of its potency.
MULTIPLES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
#: What binds moves growth by at least this percentage per percent; so many are named.
LEAST_SHARE, NAMED = 0.01, 3
#: No solution holds more of anything.
MOST = Quantity(100, "M")
_AMOUNTS = ("percent", *units_of("concentration"))


@dataclass(frozen=True, eq=False)
class Graded:
    """One condition in which doses of agents vary.

    Attributes
    ----------
    arm : Arm
        Without the agents.
    treated : Arm
        With some dose of each: its notes and its unverified numbers are those of any dose.
    exposure : Exposure
    problem : Problem
        Of the arm, settled.
    limits : ndarray, (1 + members, n_limited)
        What the catalysts can carry without the agents, of the point and of the members.
    shifts : tuple of mapping
        Factors on potencies: 1 at the point, drawn from their ranges in the members.
    """

    arm: Arm
    treated: Arm
    exposure: Exposure
    problem: Solved
    limits: Floats
    shifts: tuple[FrozenMap[str, float], ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known about it, that of the agents included."""
        own = [*self.treated.problem.resolved.notes, *self.arm.members.told]
        drugs = [a.name for a in self.exposure.agents if a.is_drug]
        known = {b.drug for d in drugs for b in self.exposure.binders(d) if b.ranged}
        own += [f"no range of the potency of {d} is known: it is the same in every member"
                for d in drugs if d not in known]  # fmt: skip
        return tuple(dict.fromkeys(own))

    def left_of(self, limits: Floats, left: Floats) -> Floats:
        """What the catalysts can carry when agents leave a part of some: both (n, n_limited).

        Parameters
        ----------
        limits : ndarray, (n, n_limited)
        left : ndarray, (n, n_catalysts)
            Of the catalysts of the exposure.
        """
        place = {x.catalyst: k for k, x in enumerate(self.problem.limited)}
        found: Floats = limits.copy()
        found[:, [place[c] for c in self.exposure.catalysts]] *= left
        return found

    @property
    def unverified(self) -> tuple[str, ...]:
        """What its numbers rest on that was not read."""
        return self.treated.problem.resolved.unverified


def graded(
    checked: Checked, conditions: Sequence[Condition], agents: Sequence[Inhibit], solver: str
) -> list[Graded]:
    """Conditions without and with agents.

    Parameters
    ----------
    checked : Checked
        With the changes that hold in every condition.
    conditions : sequence of Condition
    agents : sequence of Inhibit
        Each at some dose above 0.
    solver : str

    Raises
    ------
    InputError
        With every problem of every condition.
    """
    bench = checked.bench
    wanted: list[Wanted] = []
    for condition in conditions:
        name = bench.name(condition)
        wanted += [(condition, changes, name) for changes in (checked.changes, (*checked.changes, *agents))]
    arms = bench.arms(wanted)
    known = Untreated(solver)
    return [
        _graded(arm, treated, agents, known, bench.how.seed)
        for arm, treated in zip(arms[::2], arms[1::2], strict=True)
    ]


def _graded(arm: Arm, treated: Arm, agents: Sequence[Inhibit], known: Untreated, seed: int) -> Graded:
    exposure = exposure_of(treated.problem.resolved, agents)
    if not exposure.catalysts:
        names = ", ".join(a.name for a in exposure.agents)
        what = f"nothing of what {names} acts on has a capacity in {arm.label}"
        raise DomainError(Problem("FM572", what, cure="ask with formalism capacity and a calibrated cell"))
    problem = known.feasible(arm)
    limits = point_limits(problem)[None]
    shifts: list[FrozenMap[str, float]] = [FrozenMap()]
    if arm.members.limits is not None and arm.members.members is not None:
        limits = np.concatenate([limits, arm.members.limits])
        actions = exposure.actions()
        shifts += [FrozenMap(drawn(actions, [seed, number])) for number in arm.members.members.numbers]
    return Graded(arm, treated, exposure, problem, limits, tuple(shifts))


def agent(model: Model, text: str, doses: Sequence[Quantity] = ()) -> tuple[Inhibit, bool]:
    """What is given: ``GLS``, ``CB-839``, or either with an amount, ``GLS=90%``, ``CB-839=100 nM``.

    Parameters
    ----------
    model : Model
    text : str
    doses : sequence of Quantity
        Those that will be asked: a drug whose doses are percentages acts on its main targets alone.

    Returns
    -------
    Inhibit
        At the amount, or at one that stands for any.
    bool
        Whether the amount was stated.
    """
    name = text.strip()
    where = Where(f"--of {name}")
    if "=" in text:
        try:
            change = replace(inhibit(text), where=where)
        except InputError as error:
            raise type(error)(replace(p, where=where) for p in error.problems) from None
        amount = change.dose if change.dose is not None else change.by
        if amount is None or not amount.value > 0 or not _possible(amount):
            cure = "give an amount above 0, such as 10 nM or 90%"
            raise DomainError(
                Problem("FM571", f"{amount} of {change.target} cannot be combined", where, cure)
            )
        return change, True
    if not name:
        raise DomainError(Problem("FM570", "an agent without a name", cure="name a gene, a drug, a reaction"))
    drug = None if name in model.genes or name in model.all_catalysts else find(model.inhibitors, name)
    percent = all(q.dimension == "ratio" for q in doses) if doses else drug is None
    if percent:
        return Inhibit(target=name, by=Quantity(50, "percent"), where=where), False
    return Inhibit(target=name, dose=Quantity(1, "nM"), where=where), False


def unit_of(model: Model, change: Inhibit) -> str:
    """The unit in which doses of an agent are shown: that of its potency, or percent."""
    if not agent_of(model, change).is_drug:
        return "percent"
    drug = find(model.inhibitors, change.target)
    assert drug is not None
    known = [a.potency.unit for a in drug.chosen("main") if a.usable and a.potency is not None]
    return known[0] if known else "uM"


def read_doses(texts: str | Iterable[str]) -> tuple[Quantity, ...]:
    """Doses: ``"0 nM, 10 nM, 1 uM"``, or several such texts.

    Raises
    ------
    DomainError
        FM571 with every dose that cannot be, and why.

    Examples
    --------
    >>> [str(q) for q in read_doses("0, 10 nM, 1 uM")]
    ['0 nM', '10 nM', '1 uM']
    """
    given = items("doses", texts, str, "give a text such as '10 nM, 1 uM'")
    parts = [part.strip() for text in given for part in re.split(r"[,;]", text) if part.strip()]
    found: list[Quantity | None] = []
    problems: list[Problem] = []
    for part in parts:
        where = Where(f"--doses {part}")
        try:
            q = None if re.fullmatch(r"0+(\.0*)?", part) else parse_quantity(part, _AMOUNTS)
        except UnitError as error:
            problems += [Problem(p.code, p.what, where, p.cure) for p in error.problems]
            continue
        if q is not None and (q.dimension not in ("concentration", "ratio") or not _possible(q)):
            cure = f"give concentrations from 0 on to {MOST}, such as 10 nM, or percentages from 0 to 100"
            problems.append(Problem("FM571", f"a dose of {part} cannot be", where, cure))
        found.append(q)
    kinds = {q.dimension for q in found if q is not None}
    if len(kinds) > 1:
        problems.append(
            Problem("FM571", "concentrations and percentages cannot be mixed", cure="give either")
        )
    if not problems and not kinds:
        problems.append(Problem("FM571", "there is no dose above 0", cure="give some, such as '10 nM, 1 uM'"))
    if problems:
        raise DomainError(problems)
    some = next(q for q in found if q is not None)
    return tuple(Quantity(0, some.unit) if q is None else q for q in found)


def _possible(q: Quantity) -> bool:
    most = Quantity(100, "percent") if q.dimension == "ratio" else MOST
    return q.value >= 0 and q.magnitude(most.unit) <= most.value


def default_doses(exposure: Exposure, agent: Agent) -> Floats:
    """The doses that are shown if none are named, in the unit of the exposure: mM or percent."""
    law = exposure.law(agent.name)
    return np.array(SHARES) if law is None else _round(np.array(MULTIPLES) * law[0])


def _round(values: Floats) -> Floats:
    """Numbers of two digits: nobody pipettes more."""
    return np.array([0.0 if v == 0 else float(f"{v:.2g}") for v in values])


def in_unit(values: Floats, agent: Agent, unit: str) -> Floats:
    """Doses of an exposure in the unit that is shown."""
    if not agent.is_drug:
        return values
    factor = Quantity(1, "mM").magnitude(unit)
    return np.array([v * factor if math.isfinite(v) else v for v in values])


def given_doses(quantities: Sequence[Quantity], agent: Agent) -> Floats:
    """Doses as they were asked for, in the unit of the exposure, sorted.

    Raises
    ------
    InputError
        FM571 for percentages of an agent that takes concentrations, or the reverse.
    """
    wrong = [q for q in quantities if (q.dimension == "ratio") == agent.is_drug]
    if wrong:
        kind = "concentrations, such as 100 nM" if agent.is_drug else "percentages, such as 90 %"
        raise InputError(Problem("FM571", f"a dose of {wrong[0]} of {agent.name}", cure=f"give {kind}"))
    return np.array(sorted({q.magnitude("mM" if agent.is_drug else "percent") for q in quantities}))


def binding(g: Graded, doses: Floats, solver: str = "glpk") -> list[tuple[Binds, ...]]:
    """What binds at the point at some combinations of doses, (n, n_agents), the strongest first."""
    limits = g.left_of(np.tile(g.limits[0], (len(doses), 1)), g.exposure.left(doses))
    return binding_under(g.problem, limits, solver)


def binding_under(problem: Solved, limits: Floats, solver: str = "glpk") -> list[tuple[Binds, ...]]:
    """What binds under some capacities, (n, n_limited), the strongest first."""
    marks = Marks.of(problem)
    shares = member_pressure(Pressed.of(problem, limits, solver), marks).share
    return [
        tuple(
            Binds(kind, name, float(row[n]))
            for n in np.argsort(-np.nan_to_num(row))[:NAMED].tolist()
            for kind, name in [marks.keys[n]]
            if row[n] > LEAST_SHARE
        )
        for row in shares
    ]
