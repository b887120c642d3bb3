"""Survivals: what a cell that still grows has to keep, as little of it as possible.

A flux state that grows runs some columns, each kept open by a gene rule. Whatever kills the cell has to
break one of these rules: the state would go on otherwise. The fewer rules, the more a survival says, so
rules are closed one after the other as long as something still grows without them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.lethal.knockable import Knockable
from fluxmodel.analysis.serving import Served, grow
from fluxmodel.formalism.problem import GROWTH, LOADS, UNMET
from fluxmodel.lp import Program, Session, Want
from fluxmodel.lp.sparse import Floats

#: What it costs to leave a whole demand unserved, in units of the growth that counts as survival. A price
#: that is too low only leaves a rule in a survival that could do without.
_PRICE, _LEAST = 100.0, 1e-4
#: Below this a column does not run: what rounding leaves of 0. Whether it can be done without is asked.
_RUNS = 1e-11


@dataclass(frozen=True, slots=True)
class Survival:
    """A state that grows although genes are lost.

    Attributes
    ----------
    needed : frozenset of int
        Rules of `Knockable` that it needs.
    under : frozenset of str
        Genes without which it is known to be the best that loads allow; empty if it serves every load,
        because it holds without any condition then.
    """

    needed: frozenset[int]
    under: frozenset[str]


class Survivors:
    """Finds survivals in one session.

    Parameters
    ----------
    knockable : Knockable
    session : Session
        Of its program.
    least : float
        Growth that counts as survival, 1/h.
    """

    def __init__(self, knockable: Knockable, session: Session, least: float) -> None:
        self.least = least
        self._k, self._session = knockable, session
        self._every = frozenset(range(len(knockable.rules)))
        self._vital: frozenset[int] = frozenset()
        self._seen = np.zeros(len(knockable.rules), dtype=np.int64)
        self._open_slack = [slack.column for slack in knockable.slacks]
        self._goal = _elastic(session.program, least)

    def growth(self, lost: Collection[str]) -> Served:
        """Growth without some genes."""
        return grow(self._session, self._k.slacks, self._k.without(lost), Want.PRIMAL)

    def learn(self, given: Collection[str]) -> None:
        """Find the rules without which nothing grows once some genes are lost: no need to try them again."""
        served = self.growth(given)
        if served.answer is None or not served.whole:
            return  # a cell that drops loads with one loss can take up others with the next
        self._vital = frozenset(
            k for k in self._used(served.answer.primal) if self._point(served, {k}) is None
        )

    def of(self, lost: Collection[str], served: Served) -> Survival:
        """A survival, as small as can be had by leaving out one rule after the other.

        Parameters
        ----------
        lost : collection of str
            Genes.
        served : Served
            What `growth` found without them; it grows.
        """
        assert served.answer is not None
        alive = self._used(served.answer.primal)
        if not self._grows(served, alive):  # something that hardly runs is needed
            alive = self._k.used(served.answer.primal, 0.0) | self._k.always
        kept, tried = self._k.always | self._vital, set[int]()
        shown = alive
        while left := alive - tried - kept:
            # what many survivals need already is left out first, so that they differ
            k = max(left, key=lambda k: (self._seen[k], -k))
            tried.add(k)
            point = self._point(served, (self._every - alive) | {k})
            if point is not None:
                alive &= self._used(point)
        if alive != shown and not self._grows(served, alive):  # rounding, all of it taken together
            alive = shown
        self._seen[list(alive)] += 1
        return Survival(alive, frozenset() if served.whole else frozenset(lost))

    def _used(self, point: Floats) -> frozenset[int]:
        return self._k.used(point, _RUNS) | self._k.always

    def _grows(self, served: Served, alive: Collection[int]) -> bool:
        """Whether something grows, in every digit, with all closed that is not alive."""
        bounds = self._k.closing(served.query, self._every.difference(alive))
        growth = self._session.program.stage(GROWTH).cost
        answer = self._session.solve(replace(bounds, cost=growth, sense="max", want=Want.NOTHING))
        return answer.optimal and answer.objective >= self.least

    def _point(self, served: Served, closed: Collection[int]) -> Floats | None:
        """A state that grows with some rules closed; None if none was found.

        Where every demand was served, they get their slack back at a price: the program is never infeasible
        then, and a warm simplex tells in one go what takes three where infeasibility has to be proven.
        """
        bounds = self._k.closing(served.query, closed)
        growth = self._session.program.stage(GROWTH).cost
        cost = growth
        if served.whole and bounds.col_upper is not None:
            high = bounds.col_upper.copy()
            high[self._open_slack] = self._session.program.col_upper[self._open_slack]
            bounds, cost = replace(bounds, col_upper=high), self._goal
        answer = self._session.solve(replace(bounds, cost=cost, sense="max", want=Want.PRIMAL))
        if not answer.optimal:
            return None
        point = answer.primal
        if served.whole and float(point[self._open_slack].max(initial=0.0)) > _RUNS:
            return None
        return point if float(growth @ point) >= self.least else None


def _elastic(program: Program, least: float) -> Floats:
    """Growth, less what unserved demands cost: more than growth is worth, in most cells."""
    cost: Floats = program.stage(GROWTH).cost.copy()
    for stage in program.stages:
        if stage.name in (UNMET, LOADS):
            cost -= _PRICE * max(least, _LEAST) * stage.cost
    return cost
