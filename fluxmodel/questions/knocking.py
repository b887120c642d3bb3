"""One question about knock-outs, checked and ready: its rows come one by one.

Codes: FM533 nothing to knock out, FM534 a name twice, FM535 neither genes nor reactions; FM501, FM503 unknown
names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from fluxmodel.analysis.inhibition import not_a_gene
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.supply import unknown_reaction
from fluxmodel.errors import DomainError, Problem, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.questions.arguments import items, text
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.knocked import Knockout, Knockouts
from fluxmodel.questions.knocked_rows import BLOCK, Ready, Singles, What
from fluxmodel.questions.notes import notes_of
from fluxmodel.questions.plan import Plan

KINDS = ("genes", "reactions")


class Run:
    """One question, checked; its rows come one by one.

    Parameters
    ----------
    plans : sequence of Plan
        One for each condition.
    targets : iterable of str, optional
        All of the model if left out.
    kind : {'genes', 'reactions'}
    pairs : bool
    """

    def __init__(
        self, plans: Sequence[Plan], targets: Iterable[str] | None, kind: str = "genes", pairs: bool = False
    ) -> None:
        self.pairs = pairs
        twice = [p.arms[0].label for p in plans]
        twice = sorted({name for name in twice if twice.count(name) > 1})
        if twice:
            cure = "name it once; a changed copy needs an id of its own: condition.replace(id=...)"
            raise DomainError(Problem("FM534", f"{name} is named twice", cure=cure) for name in twice)
        self.plans, self.workers = plans, plans[0].workers
        named = targets_of(plans, targets, kind_of(kind))
        self.what = What(named, kind, plans[0].solver, plans[0].constants)
        self.growth: dict[str, float | None] = {}
        #: Rows that will come in all.
        n = len(named)
        self.expected = len(plans) * (n + (n * (n - 1) // 2 if pairs else 0))

    @cached_property
    def ready(self) -> list[Ready]:
        """The conditions, ready to lose genes; what they do untreated may have to be solved for it."""
        known = Untreated(self.plans[0].solver)
        return [Ready.of(p, known) for p in self.plans]

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the conditions, and about names that close nothing."""
        told = [note for p in self.plans for arm in p.arms for note in notes_of(arm)]
        if self.what.kind == "genes":
            idle = [t for t in self.what.targets if not self.ready[0].losses.gates(t)]
            if idle:
                told.append(f"{', '.join(idle)}: no reaction of the model needs it, nothing is lost with it")
        return tuple(dict.fromkeys(told))

    def rows(self, members: Progress | None = None, found: Progress | None = None) -> Iterator[Knockout]:
        """The rows as they come.

        Parameters
        ----------
        members, found : callable, optional
            Called with the number of members, and of pairs, that are done and to do.
        """
        singles: list[Singles] = []
        asked = [Singles.asking(r, self.what) for r in self.ready]
        with Crew(sum(len(q) for q in asked), self.workers, members) as crew:
            for ready, question, answer in zip(self.ready, asked, crew.stream(asked), strict=True):
                own = Singles(ready, self.what, question, answer)
                self.growth[ready.label] = None if np.isnan(own.base[0]) else float(own.base[0])
                singles.append(own)
                yield from own.rows()
        if not self.pairs:
            return
        n = len(self.what.targets) * (len(self.what.targets) - 1) // 2
        done, total = 0, n * len(singles)
        for own in singles:
            # a crew for each: it is done with the pairs of one condition before the next begins
            with Crew(len(own.question) * max(1, n // BLOCK), self.workers) as crew:
                for row in own.pairs(crew):
                    yield row
                    done += 1
                    if found is not None:
                        found(done, total)


def collected(
    run: Run, members: Progress | None = None, found: Progress | None = None, keep: bool = False
) -> Knockouts:
    """All rows of a question.

    Parameters
    ----------
    run : Run
    members, found : callable, optional
        As in `Run.rows`.
    keep : bool
        Where it is interrupted, what has come is the answer.
    """
    rows: list[Knockout] = []
    complete = True
    try:
        for row in run.rows(members, found):
            rows.append(row)
    except KeyboardInterrupt:
        if not keep or not rows:
            raise
        complete = False
    return Knockouts(tuple(rows), FrozenMap(run.growth), run.what.kind, run.notes, complete)


def kind_of(kind: str) -> str:
    """Genes or reactions, and nothing else."""
    if text("kind", kind, "give 'genes' or 'reactions'") not in KINDS:
        raise DomainError(Problem("FM535", f"kind = {kind!r}", cure="give 'genes' or 'reactions'"))
    return kind


def targets_of(plans: Sequence[Plan], names: Iterable[str] | None, kind: str) -> tuple[str, ...]:
    """The names to knock out, checked against the model of every condition."""
    models = [arm.problem.resolved.model for p in plans for arm in p.arms]
    if names is None:
        first = models[0]
        # an added reaction is not there in every condition
        every = [set(m.genes if kind == "genes" else m.reactions) for m in models]
        shared = set.intersection(*every)
        found = tuple(n for n in (first.genes if kind == "genes" else first.reactions) if n in shared)
        if kind == "reactions":
            boundary = {r.id for r in first.reactions.values() if r.boundary} | {first.biomass}
            return tuple(n for n in found if n not in boundary)
        return tuple(g for g in found if first.reactions_of(g))
    said = items("genes", names, str, "give symbols, such as ['GLS', 'PC'], or ids of reactions")
    if not said:
        cure = "name some, or leave the list out for all of the model"
        raise DomainError(Problem("FM533", f"no {kind} are named: nothing to knock out", cure=cure))
    problems: dict[str, Problem] = {}
    for name in dict.fromkeys(said):
        if said.count(name) > 1:
            what = f"{name!r} is named {said.count(name)} times"
            problems[name] = Problem("FM534", what, cure="name it once; pairs are made of different ones")
        for model in models:
            if kind == "genes" and name not in model.genes:
                no = not_a_gene(name, model, Where())
                if name in model.reactions:
                    no = replace(no, cure=f"--reactions (kind='reactions') takes ids; or {no.cure}")
                problems.setdefault(f"unknown {name}", no)
            elif kind == "reactions" and name not in model.reactions:
                problems.setdefault(f"unknown {name}", unknown_reaction(name, model, Where()))
    if problems:
        raise DomainError(problems.values())
    return tuple(said)
