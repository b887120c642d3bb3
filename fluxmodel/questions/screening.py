"""How a screen runs: which agents differ, which pairs need a program, and what the members say of each.

Codes: FM574 agents of which nothing can be asked, FM575 a strength that cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.inhibition import activity
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.response import Movable
from fluxmodel.analysis.screening import Block, BlockAsked, Singles, SinglesAsked
from fluxmodel.analysis.solve import GROWTH_TOLERANCE, Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.analysis.synergy import bliss
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change, Inhibit
from fluxmodel.errors import DomainError, InputError, UnitError, Where
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import Problem
from fluxmodel.lp.sparse import Floats, Ints
from fluxmodel.network.model import Model
from fluxmodel.questions.arguments import items, wrong
from fluxmodel.questions.arm import Arm, Untreated
from fluxmodel.questions.combine import judged
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.graded import binding_under
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.notes import notes_of
from fluxmodel.questions.plan import Checked, Settings
from fluxmodel.questions.screened import Screen, Screened
from fluxmodel.units import Quantity, parse_quantity

#: A block ends with so many pairs, or with so many programs to solve.
PAIRS, PROGRAMS = 20_000, 400
#: So many agents are asked alone before the pairs among those that are known come.
AGENTS = 8


@dataclass(frozen=True)
class Agents:
    """What is screened: agents that hit the same are one.

    Attributes
    ----------
    names : tuple of str
    hits : tuple of tuple of str
        The catalysts of each.
    left_out : tuple of (str, str)
        What cannot be asked, and why.
    """

    names: tuple[str, ...]
    hits: tuple[tuple[str, ...], ...]
    left_out: tuple[tuple[str, str], ...]

    def changes(self, k: int, strength: Quantity) -> Inhibit:
        """One of them as a change of a condition."""
        return Inhibit(target=self.names[k].split("/")[0], by=strength)


def collected(run: Run, progress: Progress | None = None, keep: bool = False) -> Screen:
    """All rows of a run, ranked, with reasons.

    Parameters
    ----------
    run : Run
    progress : callable, optional
        Called with the number of rows found and to find.
    keep : bool
        Whether an interruption ends it with what is there.
    """
    rows: list[Screened] = []
    complete = False
    try:
        for row in run.rows():
            rows.append(row)
            if progress is not None:
                progress(len(rows), run.expected)
        complete = True
    except KeyboardInterrupt:
        if not keep:
            raise
    found = Screen.of(
        rows,
        strength=run.strength.value,
        left_out=run.agents.left_out,
        complete=complete,
        notes=run.notes,
        unverified=run.unverified,
    )
    return replace(found, rows=tuple(run.explained(found)))


@dataclass(frozen=True)
class Run:
    """A screen that is checked and built.

    Attributes
    ----------
    arms : tuple of Arm
    agents : Agents
    strength : Quantity
    constants : Constants
    solver : str
    workers : int or None
    """

    arms: tuple[Arm, ...]
    agents: Agents
    strength: Quantity
    constants: Constants
    solver: str
    workers: int | None

    @classmethod
    def of(
        cls,
        model: ModelRef,
        conditions: Sequence[ConditionRef],
        of: Iterable[str] | None,
        strength: str,
        changes: Sequence[Change],
        how: Settings,
    ) -> Run:
        """Check everything and build the arms; nothing is solved.

        Raises
        ------
        InputError
        """
        share = read_strength(strength)
        checked = Checked.of(model, changes, how)
        bench, network = checked.bench, checked.model
        names = None if of is None else items("of", of, str, "give names, such as ['CB-839', 'PC']")
        wanted = checked.conditions(conditions)
        arms = bench.arms([(c, checked.changes, bench.name(c)) for c in wanted])
        able = set.intersection(*({x.catalyst for x in arm.problem.limited} for arm in arms))
        agents = agents_of(network, names, able, share)
        return cls(tuple(arms), agents, share, checked.constants, how.solver, how.workers)

    @property
    def expected(self) -> int:
        """Rows in all."""
        n = len(self.agents.names)
        return len(self.arms) * n * (n - 1) // 2

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known about the conditions."""
        return tuple(dict.fromkeys(n for a in self.arms for n in notes_of(a)))

    @property
    def unverified(self) -> tuple[str, ...]:
        """What was not read."""
        return tuple(dict.fromkeys(n for a in self.arms for n in a.problem.resolved.unverified))

    @property
    def _catalysts(self) -> tuple[str, ...]:
        return tuple(sorted({c for own in self.agents.hits for c in own}))

    def _left(self) -> Floats:
        rest = 1.0 - self.strength.magnitude("1")
        catalysts = self._catalysts
        return np.array([[rest if c in own else 1.0 for c in catalysts] for own in self.agents.hits])

    def rows(self) -> Iterator[Screened]:
        """Pairs of the first condition, then those of the next."""
        known = Untreated(self.solver)
        left, n = self._left(), len(self.agents.names)
        members = sum(1 + len(a.members) for a in self.arms)
        with Crew(members * n, self.workers) as crew:
            for arm in self.arms:
                problem = known.feasible(arm)
                limits = point_limits(problem)[None]
                if arm.members.limits is not None:
                    limits = np.concatenate([limits, arm.members.limits])
                movable = Movable.of(problem, self._catalysts)
                singles: Singles | None = None
                for start in range(0, n, AGENTS):
                    asked = SinglesAsked(movable, limits, left[start : start + AGENTS], self.solver)
                    more: Singles
                    (more,) = crew.stream([asked])
                    singles = more if singles is None else singles.beside(more)
                    second = range(max(1, start), min(start + AGENTS, n))
                    for pairs, growth in self._blocks(crew, movable, limits, left, singles, second):
                        for (a, b), own in zip(pairs.tolist(), growth.T, strict=True):
                            yield self._row(arm.label, singles, a, b, own)

    def _blocks(
        self,
        crew: Crew,
        movable: Movable,
        limits: Floats,
        left: Floats,
        singles: Singles,
        second: range,
    ) -> Iterator[tuple[Ints, Floats]]:
        """Pairs with their growth, (members, pairs), in blocks; programs only where they are needed."""
        waiting: list[Ints] = []
        found: list[Floats] = []
        for b in second:
            others = np.arange(b)
            waiting.append(np.column_stack([others, np.full(b, b)]))
            found.append(singles.known(left, b, others))
            size = sum(f.shape[1] for f in found)
            unknown = sum(int(np.isnan(f).sum()) for f in found)
            if b == second[-1] or size >= PAIRS or unknown >= PROGRAMS:
                pairs, growth = np.concatenate(waiting), np.concatenate(found, axis=1)
                waiting, found = [], []
                yield pairs, self._asked(crew, movable, limits, left, pairs, growth)

    def _asked(
        self, crew: Crew, movable: Movable, limits: Floats, left: Floats, pairs: Ints, growth: Floats
    ) -> Floats:
        """Growth of a block, with what was not known asked of the members that do not know it."""
        unknown = np.isnan(growth)
        rows, columns = unknown.any(axis=1), unknown.any(axis=0)
        if rows.any():
            both = left[pairs[columns, 0]] * left[pairs[columns, 1]]
            part = np.ix_(rows, columns)
            answer: Block
            (answer,) = crew.stream([BlockAsked(movable, limits[rows], both, growth[part], self.solver)])
            growth[part] = answer.growth
        return growth

    def _row(self, label: str, singles: Singles, a: int, b: int, growth: Floats) -> Screened:
        untreated = singles.untreated
        with np.errstate(divide="ignore", invalid="ignore"):
            lost = [1.0 - g / untreated for g in (singles.growth[:, a], singles.growth[:, b], growth)]
        excess = np.where(untreated > GROWTH_TOLERANCE, bliss(*lost), np.nan)
        e = judged("bliss", excess, self.constants)
        return Screened(
            condition=label,
            first=self.agents.names[a],
            second=self.agents.names[b],
            untreated=float(untreated[0]),
            growth_first=float(singles.growth[0, a]),
            growth_second=float(singles.growth[0, b]),
            growth=float(growth[0]),
            excess=e.value,
            members=e.members,
            synergy=e.synergy,
            antagonism=e.antagonism,
            verdict=e.verdict,
        )

    def explained(self, found: Screen) -> Iterator[Screened]:
        """The rows with reasons for those that count."""
        counting = {id(r) for r in found.counting}
        problems = {a.label: Untreated(self.solver).settle(a) for a in self.arms} if counting else {}
        place = {name: k for k, name in enumerate(self.agents.names)}
        left = self._left()
        for row in found.rows:
            if id(row) not in counting:
                yield row
                continue
            both = left[place[row.first]] * left[place[row.second]]
            yield replace(row, reason=self._reason(problems[row.condition], both))

    def _reason(self, problem: Problem, left: Floats) -> str:
        """What cannot be served with both at the point, or what then limits growth."""
        limits = point_limits(problem)
        place = {x.catalyst: k for k, x in enumerate(problem.limited)}
        limits[[place[c] for c in self._catalysts]] *= left
        query = problem.under(limits)
        program = problem.program.replace(
            col_lower=query.col_lower, col_upper=query.col_upper, row_upper=query.row_upper,
            **({} if query.row_lower is None else {"row_lower": query.row_lower}),
        )  # fmt: skip
        with Analyst(replace(problem, program=program), self.solver) as analyst:
            state = analyst.state()
        if state.outcome is Outcome.NONVIABLE:
            short = [name for name, x in state.unmet.items() if x > 0]
            return f"cannot serve {', '.join(short)}"
        (binds,) = binding_under(problem, limits[None], self.solver)
        return f"limited by {', '.join(map(str, binds))}" if binds else ""


def agents_of(model: Model, names: Sequence[str] | None, able: set[str], strength: Quantity) -> Agents:
    """The agents of a screen, those that hit the same put together.

    Parameters
    ----------
    model : Model
    names : sequence of str, optional
        Every drug of the model if left out: what cannot be asked of them is left out; of names that
        were given it is an error.
    able : set of str
        Catalysts that have a capacity.
    strength : Quantity

    Raises
    ------
    InputError
        With every name that cannot be asked; FM574 if fewer than two are left.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    left_out: list[tuple[str, str]] = []
    problems: list[Finding] = []
    for name in model.inhibitors if names is None else dict.fromkeys(names):
        where = Where(f"--of {name}")
        if "=" in name:
            cure = "name it alone: what every agent takes is said once, --strength 90%"
            problems.append(Finding("FM574", f"{name}: an amount for one agent", where, cure))
            continue
        state = activity(model, [Inhibit(target=name, by=strength, where=where)])
        hit = tuple(sorted(c for c in state.residual if c in able))
        if state.problems or not hit:
            what = "; ".join(p.what for p in state.problems) or "nothing of what it hits has a capacity"
            left_out.append((name, what))
            cure = "name a gene, catalyst or reaction that has a capacity, or a drug that acts on one"
            problems += state.problems or [Finding("FM574", what, where, cure)]
        else:
            found.setdefault(hit, []).append(name)
    if names is not None and problems:
        raise InputError(problems)
    if len(found) < 2:
        cure = "name two at least that differ in what they hit"
        alike = "; ".join(" and ".join(own) for own in found.values() if len(own) > 1)
        what = f"there is no pair: {alike} hit the same" if alike else "there is no pair"
        raise DomainError(Finding("FM574", what, cure=cure))
    return Agents(tuple("/".join(own) for own in found.values()), tuple(found), tuple(left_out))


def read_strength(text: str) -> Quantity:
    """A percentage above 0 and at most 100.

    Raises
    ------
    DomainError
        FM575.

    Examples
    --------
    >>> print(read_strength("90%"))
    90 percent
    """
    if not isinstance(text, str):
        raise wrong("strength", text, "give a text such as '90%'")
    where, cure = Where(f"--strength {text}"), "give a percentage above 0 and at most 100, such as 90%"
    try:
        found = parse_quantity(text, ("percent",))
    except UnitError as error:
        raise DomainError(Finding("FM575", p.what, where, cure) for p in error.problems) from None
    if found.dimension != "ratio" or not 0 < found.magnitude("1") <= 1:
        raise DomainError(Finding("FM575", f"a strength of {found}", where, cure))
    return found.to("percent")
