"""The knock-outs of one condition: what each closes, what is asked about that, and the rows it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from fluxmodel.analysis.knockouts import KnockoutsAsked, MemberGrowth, deficits
from fluxmodel.analysis.losses import Closing, Loss, Losses
from fluxmodel.analysis.parallel import Crew
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.spread import spread
from fluxmodel.analysis.state import Outcome
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import KnockOut
from fluxmodel.formalism import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Deletion
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.knocked import ESSENTIAL, HALVED, Knockout, essentiality
from fluxmodel.questions.plan import Plan

#: Pairs that are asked for together: so few that they come soon, so many that their parts cost little.
BLOCK = 2000
_Row = tuple[tuple[str, str], Deletion]


@dataclass(frozen=True, slots=True)
class What:
    """What is knocked out, in every condition.

    Attributes
    ----------
    targets : tuple of str
    kind : {'genes', 'reactions'}
    solver : str
    constants : Constants
    """

    targets: tuple[str, ...]
    kind: str
    solver: str
    constants: Constants


@dataclass(frozen=True, eq=False)
class Ready:
    """One condition, ready to lose genes.

    Attributes
    ----------
    label : str
    problem : Problem
    limits : ndarray, (1 + members, n_limited)
        What the catalysts can carry, first at the point.
    already : tuple of str
        Genes that are lost in any case.
    """

    label: str
    problem: Problem
    limits: Floats
    already: tuple[str, ...]

    @classmethod
    def of(cls, prepared: Plan, known: Untreated) -> Ready:
        """The one arm of a plan."""
        (arm,) = prepared.arms
        problem = known.feasible(arm)
        own = {c.catalyst: c.limit for c in problem.resolved.limits}
        point = np.array([own[x.catalyst] for x in problem.limited], dtype=float)[None]
        limits = arm.members.limits
        gone = (c.targets for c in arm.condition.changes if isinstance(c, KnockOut))
        return cls(
            arm.label,
            problem,
            point if limits is None else np.concatenate([point, limits]),
            tuple(g for targets in gone for g in targets),
        )

    @cached_property
    def losses(self) -> Losses:
        """What it loses with genes."""
        return Losses(self.problem.resolved.model, self.already)

    @cached_property
    def closing(self) -> Closing:
        """What that closes."""
        return Closing(self.problem)

    def loss(self, targets: Sequence[str], kind: str) -> Loss:
        """What is lost with genes or reactions."""
        return self.losses.of(targets) if kind == "genes" else Loss(tuple(targets))


class Singles:
    """The single knock-outs of one condition, and what is needed to ask for pairs of them."""

    def __init__(self, ready: Ready, what: What, question: KnockoutsAsked, answer: MemberGrowth) -> None:
        self.ready, self.what, self.question = ready, what, question
        self.base = answer.growth[:, 0]
        self._known: dict[Deletion, tuple[Floats, bool]] = {Deletion(): (self.base, bool(answer.dead[0, 0]))}
        for k, deletion in enumerate(question.deletions, 1):
            self._known[deletion] = answer.growth[:, k], bool(answer.dead[0, k])
        self._alone = {(t,): self._deletion((t,)) for t in what.targets}
        self._lacking: dict[Deletion, Mapping[str, float]] = {}

    @staticmethod
    def asking(ready: Ready, what: What) -> KnockoutsAsked:
        """Every set that one target closes, once."""
        every = (ready.closing.of(ready.loss((t,), what.kind)) for t in what.targets)
        distinct = [d for d in dict.fromkeys(every) if d]
        return KnockoutsAsked.of(ready.problem, ready.limits, distinct, what.solver)

    def _deletion(self, targets: Sequence[str]) -> Deletion:
        return self.ready.closing.of(self.ready.loss(targets, self.what.kind))

    def rows(self) -> Iterator[Knockout]:
        """One row for each target."""
        dead = [d for d in dict.fromkeys(self._alone.values()) if self._known[d][1]]
        if not (dead and self._known[Deletion()][1]):
            lacking = deficits(self.ready.problem, dead, self.what.solver)
            self._lacking.update(zip(dead, lacking, strict=True))
        for targets, deletion in self._alone.items():
            yield self._row(targets, deletion)

    def growth(self, target: str) -> Floats:
        """Growth without one target, (1 + members,)."""
        return self._known[self._alone[target,]][0]

    def pairs(self, crew: Crew) -> Iterator[Knockout]:
        """One row for each pair, block by block."""
        waiting: list[list[_Row]] = []

        def questions() -> Iterator[KnockoutsAsked]:
            for rows, question in self._blocks():
                waiting.append(rows)
                yield question

        for number, answer in enumerate(crew.stream(questions())):
            asked = crew.asked[number]
            assert isinstance(asked, KnockoutsAsked)
            for k, deletion in enumerate(asked.deletions, 1):
                self._known.setdefault(deletion, (answer.growth[:, k], bool(answer.dead[0, k])))
            for targets, deletion in waiting[number]:
                yield self._row(targets, deletion)
            waiting[number] = []

    def _blocks(self) -> Iterator[tuple[list[_Row], KnockoutsAsked]]:
        """Pairs, and the question about those of them that nobody has asked for yet."""
        rows: list[_Row] = []
        new: dict[Deletion, tuple[Deletion, Deletion]] = {}
        asked: set[Deletion] = set(self._known)
        for a, b in combinations(self.what.targets, 2):
            both = self._deletion((a, b))
            rows.append(((a, b), both))
            if both not in asked:
                asked.add(both)
                new[both] = self._alone[a,], self._alone[b,]
            if len(new) >= BLOCK or len(rows) >= 25 * BLOCK:
                yield rows, self._about(new)
                rows, new = [], {}
        if rows:
            yield rows, self._about(new)

    def _about(self, new: Mapping[Deletion, tuple[Deletion, Deletion]]) -> KnockoutsAsked:
        parts = list(dict.fromkeys(d for both in new.values() for d in both if d))
        number = {d: k for k, d in enumerate(parts)}
        return self.question.about(
            [*parts, *new], [*(() for _ in parts), *([number[d] for d in both if d] for both in new.values())]
        )

    def _row(self, targets: tuple[str, ...], deletion: Deletion) -> Knockout:
        growth, dead = self._known[deletion]
        constants = self.what.constants
        left = ratios(growth, self.base)
        point = None if np.isnan(left[0]) else float(left[0])
        essential, halved = (_share(left[1:], below) for below in (ESSENTIAL, HALVED))
        loss = self.ready.loss(targets, self.what.kind)
        verdict = essentiality(essential, None if point is None else point < ESSENTIAL, constants)
        synthetic, lethal = None, ""
        if len(targets) == 2:
            alone = np.array([ratios(self._known[self._alone[t,]][0], self.base) for t in targets])
            both = np.where(np.isfinite(left), (left < ESSENTIAL) & (alone >= ESSENTIAL).all(axis=0), np.nan)
            known = both[1:][np.isfinite(both[1:])]
            synthetic = float(known.mean()) if known.size else None
            said = essentiality(synthetic, bool(both[0] == 1) if point is not None else None, constants)
            lethal = said if said in ("essential", "likely essential") else ""
            if dead and lethal and deletion not in self._lacking:
                (self._lacking[deletion],) = deficits(self.ready.problem, [deletion], self.what.solver)
        outcome = (
            Outcome.INFEASIBLE if np.isnan(growth[0]) else Outcome.NONVIABLE if dead else Outcome.OPTIMAL
        )
        return Knockout(
            self.ready.label,
            targets,
            tuple(dict.fromkeys((*loss.catalysts, *loss.reactions))),
            outcome,
            None if np.isnan(growth[0]) else float(growth[0]),
            point,
            FrozenMap(self._lacking.get(deletion, {})),
            spread(left[1:]),
            essential,
            halved,
            verdict,
            synthetic,
            lethal,
        )


def ratios(growth: Floats, base: Floats) -> Floats:
    """What is left of growth; NaN where there is none without a knock-out."""
    grows = base > GROWTH_TOLERANCE
    found: Floats = np.where(grows, growth / np.where(grows, base, 1.0), np.nan)
    return found


def _share(ratios: Floats, below: float) -> float | None:
    known = ratios[np.isfinite(ratios)]
    return float((known < below).mean()) if known.size else None
