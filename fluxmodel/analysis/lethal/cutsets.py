"""Smallest sets of genes whose loss stops growth: hitting sets of survivals, with a proof.

A set of genes is lethal if it breaks a rule of every state that grows. States are too many to list, so they
come one at a time [1]_: a mixed-integer program picks the smallest set that hits every survival known so far;
a linear program says whether the cell survives it all the same, and by what. If it does, that is one survival
more; if not, the set is lethal, and no smaller one can be, since it would have been picked. What has been
found is excluded with all that contains it, and the next smallest is looked for. No large constant stands
between fluxes and switches: the binary columns are genes, and survivals are facts about linear programs.

References
----------
.. [1] Moreno-Centeno E, Karp RM (2013), Operations Research 61, 453-468 (implicit hitting sets); Klamt S,
   Gilles ED (2004), Bioinformatics 20, 226-234 (minimal cut sets); Apaolaza I et al. (2017), Nature
   Communications 8, 459 (genetic minimal cut sets).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import combinations

from fluxmodel.analysis.lethal.cover import Cover
from fluxmodel.analysis.lethal.knockable import Knockable, alike
from fluxmodel.analysis.lethal.survival import Survivors
from fluxmodel.analysis.serving import Served, grow
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.errors import NoOptimum
from fluxmodel.lp import MilpOutcome, Outcome, Session, open_session


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lethal sets are looked for, and when the search ends.

    Parameters
    ----------
    given : tuple of str
        Genes that are lost anyway; they do not count.
    share : float
        Growth below this share of that with all genes is no growth.
    max_size, max_sets : int
    seconds : float
    include_essential : bool
        Whether what is lethal by itself counts: genes that are lethal alone, and sets that are lethal without
        what is given.
    """

    given: tuple[str, ...] = ()
    share: float = 0.1
    max_size: int = 3
    max_sets: int = 20
    seconds: float = 60.0
    include_essential: bool = False


@dataclass(frozen=True, slots=True)
class LethalSet:
    """Genes that are lethal together, and with what is given.

    Attributes
    ----------
    genes : tuple of str
        One of each group.
    groups : tuple of tuple of str
        Genes that can stand for each of them, itself included: parts of the same complexes.
    growth : float
        With the set and what is given lost, 1/h.
    alone : float
        With the set alone lost, 1/h.
    spared : float
        The least growth with any part of the set, and what is given, lost.
    """

    genes: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    growth: float
    alone: float
    spared: float


@dataclass(frozen=True, slots=True)
class CutSets:
    """What a search for lethal sets has found.

    Attributes
    ----------
    untreated, given : float
        Growth with all genes, and without those that are given, 1/h.
    sets : tuple of LethalSet
        Smaller ones first; no one contains another.
    proven : int
        Up to this size, every lethal set is listed.
    stopped : {'', 'time', 'sets', 'numeric'}
        What ended the search before the largest size was settled.
    essential : tuple of str
        Genes that are lethal alone, and so were left out.
    apart : int
        Sets that were left out because they are lethal without what is given, too.
    survivals : int
        How many the proof rests on.
    seconds : float
    """

    untreated: float
    given: float
    sets: tuple[LethalSet, ...]
    proven: int
    stopped: str
    essential: tuple[str, ...]
    apart: int
    survivals: int
    seconds: float


def cut_sets(
    knockable: Knockable,
    wanted: Wanted,
    engine: str = "glpk",
    milp: str = "highs",
    progress: Callable[[int, int], None] | None = None,
) -> CutSets:
    """Look for the smallest lethal sets of genes, one after the other.

    Parameters
    ----------
    knockable : Knockable
    wanted : Wanted
    engine, milp : str
        For the linear programs, and for the choice of sets.
    progress : callable, optional
        Called with the number of sets found, and the most that are wanted.
    """
    with open_session(knockable.program, engine) as session:
        return _Search(knockable, wanted, session, milp, progress).run()


class _Search:
    """One search in one session."""

    def __init__(
        self,
        knockable: Knockable,
        wanted: Wanted,
        session: Session,
        milp: str,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._k, self._wanted, self._session, self._milp = knockable, wanted, session, milp
        self._progress = progress
        self._start = time.monotonic()
        lost = knockable.lost.union(wanted.given)
        groups = alike((*knockable.rules, *knockable.catalysts))
        self._cover = Cover(knockable.rules, groups, lost, wanted.max_size)
        self._members: dict[str, list[str]] = {}
        for gene, head in groups.items():
            self._members.setdefault(head, []).append(gene)
        self._untreated = Survivors(knockable, session, 0.0).growth(()).growth
        self._survivors = Survivors(knockable, session, wanted.share * self._untreated)
        self._essential: list[str] = []
        self._sets: list[LethalSet] = []
        self._apart = self._known = 0

    def run(self) -> CutSets:
        """All of it."""
        given = self._survivors.growth(self._wanted.given)
        if not (self._untreated > GROWTH_TOLERANCE and self._grows(given)):
            return self._result(given.growth, proven=0, stopped="")
        self._survivors.learn(self._wanted.given)
        self._learn((), given)
        if not self._wanted.include_essential:
            self._bar()
        size, stopped = 0, "time"
        while (left := self._wanted.seconds - (time.monotonic() - self._start)) > 0:
            outcome, picked = self._cover.pick(self._milp, left)
            if outcome is MilpOutcome.INFEASIBLE:
                return self._result(given.growth, self._wanted.max_size, "")
            if outcome is not MilpOutcome.OPTIMAL:
                stopped = "numeric" if outcome is MilpOutcome.NUMERIC else "time"
                break
            size = len(picked)
            if len(self._sets) >= self._wanted.max_sets:
                stopped = "sets"
                break
            genes = self._cover.genes(picked)
            served = self._survivors.growth((*genes, *self._wanted.given))
            if self._grows(served):
                self._learn(genes, served)
            else:
                self._cover.exclude(picked)
                self._keep(genes, served)
        # whatever is smaller than what was picked last was settled before it
        return self._result(given.growth, max(size - 1, 0), stopped)

    def _grows(self, served: Served) -> bool:
        return served.growth >= self._survivors.least

    def _learn(self, genes: tuple[str, ...], served: Served) -> None:
        self._known += 1
        self._cover.require(self._survivors.of((*genes, *self._wanted.given), served))

    def _bar(self) -> None:
        """Leave out genes that are lethal alone."""
        served = self._survivors.growth(())
        survival = self._survivors.of((), served)
        for gene in self._cover.free:
            lost = self._k.lost | {gene}
            spared = not survival.under and all(self._k.rules[r].holds(lost) for r in survival.needed)
            if not spared and not self._grows(self._survivors.growth((gene,))):
                self._essential += self._members[gene]
                self._cover.bar(gene)

    def _keep(self, genes: tuple[str, ...], served: Served) -> None:
        """Keep a lethal set, with what its parts do; what is lethal without the given is only counted."""
        given = self._wanted.given
        alone = self._asked_anew(genes) if given else served.growth
        if given and not self._wanted.include_essential and not alone >= self._survivors.least:
            self._apart += 1
            return
        parts = (part for n in range(len(genes)) for part in combinations(genes, n))
        spared = min(self._asked_anew((*part, *given)) for part in parts)
        growth = self._asked_anew((*genes, *given))
        groups = tuple(tuple(self._members[gene]) for gene in genes)
        self._sets.append(LethalSet(genes, groups, growth, alone, spared))
        if self._progress is not None:
            self._progress(len(self._sets), self._wanted.max_sets)

    def _asked_anew(self, lost: Collection[str]) -> float:
        """Growth without some genes, from a cold start: nothing that the search has learned is used.

        Without them the inputs may contradict each other, such as a flux that must run: that is no growth.
        """
        query = self._k.without(lost)
        first = self._session.solve(query, start="cold")
        growth = grow(self._session, self._k.slacks, query).growth
        if growth == growth:
            return growth
        if first.outcome is not Outcome.INFEASIBLE:
            raise NoOptimum(str(first.outcome), (f"growth without {', '.join(sorted(lost))}",))
        return 0.0

    def _result(self, given: float, proven: int, stopped: str) -> CutSets:
        return CutSets(
            self._untreated,
            given,
            tuple(self._sets),
            proven,
            stopped,
            tuple(self._essential),
            self._apart,
            self._known,
            time.monotonic() - self._start,
        )
