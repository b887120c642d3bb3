"""Growth without genes or reactions, member by member; only bounds change.

Growth is that of `fluxmodel.analysis.serving.grow`, under the patterns of directions that `Asker` respects.
Most deletions need neither: where every demand is served, growth is one linear program, and it is what it
should be as soon as its optimum respects a pattern, or is no lower than some upper end. What is left is asked
in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.ensemble import Asked, Asker, BoolArray
from fluxmodel.analysis.serving import all_served
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.state import short_of
from fluxmodel.analysis.ways import same
from fluxmodel.formalism.problem import LOADS, UNMET, Problem, closing_columns
from fluxmodel.lp import (
    Deleter,
    Deletion,
    Outcome,
    Program,
    Query,
    Want,
    lexicographic,
    open_session,
)
from fluxmodel.lp.sparse import Floats

#: A share of a demand that is unserved beyond any doubt of rounding: a cell dies of 1e-6 of it.
SURELY = 1e-3


@dataclass(frozen=True, eq=False)
class MemberGrowth:
    """What members say of deletions.

    Attributes
    ----------
    growth : ndarray, (members, 1 + deletions)
        1/h, first without any deletion; 0 of what is not viable, NaN where the inputs contradict each other.
    dead : ndarray of bool, (members, 1 + deletions)
        What is not viable: its demands cannot be served.
    """

    growth: Floats
    dead: BoolArray

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[MemberGrowth]) -> MemberGrowth:
        """Parts of the members, put together in their order."""
        return cls(np.concatenate([p.growth for p in parts]), np.concatenate([p.dead for p in parts]))


@dataclass(frozen=True, eq=False)
class KnockoutsAsked:
    """What members are asked about deletions; another process can be asked.

    Attributes
    ----------
    asked : Asked
        The members, without observables.
    deletions : tuple of Deletion
        Of the whole program; each once.
    parts : tuple of tuple of int
        The numbers of deletions that are parts of each.
    """

    asked: Asked
    deletions: tuple[Deletion, ...]
    parts: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(
        cls,
        problem: Problem,
        limits: Floats,
        deletions: Sequence[Deletion],
        engine: str = "glpk",
        parts: Sequence[Sequence[int]] = (),
    ) -> KnockoutsAsked:
        """Ask the members of a problem.

        Parameters
        ----------
        problem : Problem
        limits : ndarray, (members, n_limited)
            As `fluxmodel.analysis.draws.member_limits` gives them.
        deletions : sequence of Deletion
            As `fluxmodel.analysis.losses.Closing` gives them.
        engine : str
        parts : sequence of sequence of int, optional
            For each deletion the numbers of others that are parts of it.
        """
        asked = Asked.of(problem, limits, (), 1.0, engine)
        return cls(asked, tuple(deletions), tuple(map(tuple, parts)) or ((),) * len(deletions))

    def about(self, deletions: Sequence[Deletion], parts: Sequence[Sequence[int]]) -> KnockoutsAsked:
        """The same members asked about other deletions."""
        return replace(self, deletions=tuple(deletions), parts=tuple(map(tuple, parts)))

    def __len__(self) -> int:
        return len(self.asked)

    def part(self, members: slice) -> KnockoutsAsked:
        """The same, asked of some members only."""
        return replace(self, asked=self.asked.part(members))

    def answer(self) -> MemberGrowth:
        """Growth of every member without anything deleted, and under each deletion."""
        found = np.full((len(self), 1 + len(self.deletions)), np.nan)
        dead: BoolArray = np.zeros(found.shape, dtype=np.bool_)
        smaller = [self._smaller(d) for d in self.deletions]
        with open_session(self.asked.program, self.asked.engine) as session:
            asker = Asker(self.asked, session)
            for m in range(len(self)):
                _Member(self, asker, m, smaller).fill(found[m], dead[m])
        found[np.abs(found) <= GROWTH_TOLERANCE] = 0.0
        return MemberGrowth(found, dead)

    def _smaller(self, deletion: Deletion) -> Deletion | None:
        """A deletion of the program that is solved; None where a row of it is none there."""
        small = self.asked.reduction
        rows = np.searchsorted(small.rows, deletion.rows)
        if any(k == small.rows.size or small.rows[k] != i for k, i in zip(rows, deletion.rows, strict=True)):
            return None
        columns = (int(small.column[j]) for j in deletion.columns if small.factor[j])
        return Deletion.of(columns, rows.tolist())


class _Member:
    """The deletions of one member."""

    def __init__(
        self, question: KnockoutsAsked, asker: Asker, member: int, smaller: Sequence[Deletion | None]
    ) -> None:
        self._question, self._asker, self._member = question, asker, member
        self._asked = asked = question.asked
        self._query = asked.bounds(member)
        served = all_served(asked.program, asked.slacks, self._query)
        self._served = replace(served, cost=asked.goal, sense="max")
        low, high = self._query.col_lower, self._query.col_upper
        assert low is not None
        assert high is not None
        inside = (low <= 0) & (high >= 0)
        # what must run and is deleted may be tied to what must run and is not
        self._smaller = [d if d is not None and inside[list(d.columns)].all() else None for d in smaller]

    def fill(self, found: Floats, dead: BoolArray) -> None:
        """Fill in growth without any deletion, then under each, and what is not viable."""
        left = list(range(len(self._smaller)))
        _, best = self._asker.growth(self._query)
        found[0], dead[0] = best.growth, best.region is None and best.growth == 0
        if best.region is None:
            # a cell that dies without any deletion dies with it
            narrow = [1 + k for k in left if (d := self._smaller[k]) is not None and not d.rows]
            found[narrow], dead[narrow] = best.growth, dead[0]
            left = [k for k in left if 1 + k not in set(narrow)]
        else:
            left = self._served_ones(found, dead, left, top=best.growth)
        for k in left:
            grown = self._asker.growth(self._closed(k))[1]
            found[1 + k], dead[1 + k] = grown.growth, grown.region is None and grown.growth == 0

    def _served_ones(self, found: Floats, dead: BoolArray, which: list[int], top: float) -> list[int]:
        """Fill in what needs no more than a look at growth with every demand served; the rest."""
        asked, asker = self._asked, self._asker
        # under the pattern that was best without any deletion: what is as high as can be there is it
        pattern = asker.patterns[0] if asker.patterns else ()
        one = Deleter(asker.session, closing_columns(asked.program, self._served, pattern))
        if not same(one.base.value, top):
            return which
        reached = {k: value for k, value, _ in self._found(one, which)}
        for k, value in reached.items():
            ends = [top, *(found[1 + p] for p in self._question.parts[k])]
            if not pattern or same(value, min(e for e in ends if not np.isnan(e))):
                found[1 + k] = value
        self._dying(found, dead, [k for k in which if k not in reached])
        left = [k for k in reached if np.isnan(found[1 + k])]
        wide = Deleter(asker.session, self._served, asker.watched) if left else one
        for k, value, seen in self._found(wide, left):
            if same(value, reached[k]) or any(asker.respects(seen, p) for p in asker.patterns):
                found[1 + k] = value
        return [k for k in which if np.isnan(found[1 + k])]

    def _dying(self, found: Floats, dead: BoolArray, which: list[int]) -> None:
        """Fill in 0 for what leaves a large share of the demands unserved."""
        asked, program = self._asked, self._asked.program
        if not which or UNMET not in [s.name for s in program.stages]:
            return
        query = replace(self._query, cost=program.stage(UNMET).cost, sense="min")
        for k, share, _ in self._found(Deleter(self._asker.session, query), which):
            if share > SURELY * len(asked.slacks):
                found[1 + k], dead[1 + k] = 0.0, True

    def _found(self, deleter: Deleter, which: Sequence[int]) -> Iterator[tuple[int, float, Floats]]:
        """The deletions that have an optimum, with it and the watched columns."""
        every = self._question.parts
        needed = {p for k in which for p in every[k]}
        for k in which:
            deletion = self._smaller[k]
            if deletion is None:
                continue
            parts = [p for j in every[k] if (p := self._smaller[j]) is not None]
            got = deleter.find(deletion, parts, part=k in needed)
            if got.outcome is Outcome.OPTIMAL:
                yield k, got.value, got.seen

    def _closed(self, k: int) -> Query:
        """The bounds of the member under a deletion, from those of the whole program."""
        asked, deletion = self._asked, self._question.deletions[k]
        whole = asked.reduction.whole
        query = asked.places.under(whole, asked.limits[self._member])
        return asked.reduction.query(closed(whole, deletion, query))


def deficits(problem: Problem, deletions: Sequence[Deletion], engine: str = "glpk") -> list[dict[str, float]]:
    """What is left unserved of each demand at the point under deletions, mmol/gDW/h; empty if nothing is.

    Parameters
    ----------
    problem : Problem
    deletions : sequence of Deletion
        Of its program.
    engine : str
    """
    program = problem.program
    last = [s.name for s in program.stages if s.name in (UNMET, LOADS)]
    needed = {d.name: d.amount for d in problem.demands if not d.exact}
    found: list[dict[str, float]] = []
    with open_session(program, engine) as session:
        for deletion in deletions if last else ():
            staged = lexicographic(session, closed(program, deletion), through=last[-1], want=Want.PRIMAL)
            left: dict[str, float] = {}
            if staged.optima and staged.optima[0].name == UNMET:
                primal = staged.optima[-1].answer.primal
                left = {n: float(primal[problem.slack_of[n]]) for n in needed}
            found.append({n: x for n, x in left.items() if short_of(x, needed[n])})
    return found or [{} for _ in deletions]


def closed(program: Program, deletion: Deletion, query: Query = Query()) -> Query:  # noqa: B008
    """The bounds of a query with what a deletion closes at 0."""
    sides = []
    for own, given, which in (
        (program.col_lower, query.col_lower, deletion.columns),
        (program.col_upper, query.col_upper, deletion.columns),
        (program.row_lower, query.row_lower, deletion.rows),
        (program.row_upper, query.row_upper, deletion.rows),
    ):
        side = (own if given is None else given).copy()
        side[list(which)] = 0.0
        sides.append(side)
    return Query(*sides)
