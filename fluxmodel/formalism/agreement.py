"""The most reactions that can agree with their expression at once, and what all best choices share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fluxmodel.formalism.resolved import UNLIMITED
from fluxmodel.lp import (
    Extra,
    MilpAnswer,
    MilpOutcome,
    Outcome,
    Program,
    Query,
    Sparse,
    Stage,
    open_session,
    solve_milp,
)
from fluxmodel.lp.sparse import Floats

#: What a reaction should do: run, or not.
HIGH, LOW = 1, -1
#: Columns of a reaction and their signs, and what it should do.
Part = tuple[tuple[tuple[int, float], ...], int]
#: A flux this far inside of what counts as running, or of 0, is on that side of it: the engines' tolerance.
_NEAR = 1e-7


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was found.

    Attributes
    ----------
    agreeing : int
        Reactions that agree in the best choice.
    bound : float
        The most that could, as far as is proven.
    gap : float
        0 if the choice is proven to be a best one.
    shared : tuple of int or None
        For each reaction 1, -1 or 0 if it runs forwards, backwards or not in every best choice; None if
        choices differ, or time was up.
    unsettled : int
        Reactions of which the last is true.
    served : bool
        Whether demands and loads were served in every choice.
    problem : str
        Why there is no choice at all; empty if there is one.
    """

    agreeing: int
    bound: float
    gap: float
    shared: tuple[int | None, ...]
    unsettled: int
    served: bool
    problem: str = ""


@lru_cache(maxsize=32)
def agreement(
    program: Program, parts: tuple[Part, ...], slacks: tuple[int, ...], eps: float, seconds: float
) -> Agreement:
    """Find the most reactions that agree, and which of them do so in every best choice.

    Best choices are looked for that differ as much as can be from what all those before share, until none
    differs: a handful of programs settles all reactions.

    Parameters
    ----------
    program : Program
    parts : tuple of (columns with signs, HIGH or LOW)
    slacks : tuple of int
        Columns of what is left unserved; 0 if that can be.
    eps : float
        Least flux that counts as running.
    seconds : float
        For all of it.
    """
    search = _Search(program, parts, slacks, eps, seconds)
    if not search.feasible:
        return Agreement(0, 0.0, np.inf, (), 0, False, str(MilpOutcome.INFEASIBLE))
    first = search.ask()
    if not first.found:
        return Agreement(0, 0.0, np.inf, (), 0, search.served, str(first.outcome))
    best = round(first.objective)
    search.see(first)
    unsettled = 0 if search.differ(best, first.primal) and first.optimal else search.give_up()
    shared = tuple(search.common(k) for k in range(len(parts)))
    bound = float(np.floor(first.bound + _NEAR)) if np.isfinite(first.bound) else float(len(parts))
    return Agreement(best, bound, first.gap, shared, unsettled, search.served)


class _Search:
    """The mixed-integer program: switches of what should run, up and down, and of what should be off.

    A switch that is on narrows the bounds of its reaction; one that is off leaves those that follow from all
    other constraints, which linear programs find beforehand: a bound of 1000 in front of a switch is what
    makes such programs slow and inexact.
    """

    def __init__(
        self, program: Program, parts: tuple[Part, ...], slacks: tuple[int, ...], eps: float, seconds: float
    ) -> None:
        self.parts, self.eps = parts, eps
        self.served = bool(slacks)
        self.end = time.monotonic() + seconds
        self.seen: list[set[int | None]] = [set() for _ in parts]
        served = program.col_upper.copy()
        served[list(slacks)] = 0.0
        ranges = _ranges(program, parts, served)
        if ranges is None and slacks:
            self.served, served = False, program.col_upper
            ranges = _ranges(program, parts, served)
        self.feasible = ranges is not None
        self._pose(program.replace(col_upper=served), ranges or [(0.0, 0.0)] * len(parts))

    def _pose(self, program: Program, ranges: Sequence[tuple[float, float]]) -> None:
        eps, n, m = self.eps, program.n_columns, program.n_rows
        rows, columns, values = (list(a.tolist()) for a in program.matrix.triplets())
        low: list[float] = []
        high: list[float] = []
        possible: list[float] = []
        self.switches: list[tuple[int, ...]] = []
        for (own, level), (least, most) in zip(self.parts, ranges, strict=True):
            # running forwards: v >= eps; backwards: v <= -eps; off: v = 0
            ends = [(eps, most), (least, -eps)] if level == HIGH else [(0.0, 0.0)]
            can = [most >= eps, least <= -eps] if level == HIGH else [least <= 0 <= most]
            self.switches.append(tuple(n + len(possible) + k for k in range(len(ends))))
            for switch, (bottom, top) in zip(self.switches[-1], ends, strict=True):
                for edge, end, below in ((bottom, least, True), (top, most, False)):
                    if edge == end:
                        continue  # the switch asks for no more than holds anyway
                    rows += [m + len(low)] * (len(own) + 1)
                    columns += [*(c for c, _ in own), switch]
                    values += [*(s for _, s in own), end - edge]
                    low.append(end if below else -np.inf)
                    high.append(np.inf if below else end)
            possible += [float(x) for x in can]
        self.n = n + len(possible)
        self.cost: Floats = np.concatenate([np.zeros(n), np.ones(len(possible))])
        self.program = Program(
            (*program.columns, *(f"agrees:{k}" for k in range(len(possible)))),
            (*program.rows, *(f"switch:{k}" for k in range(len(low)))),
            Sparse.from_triplets(rows, columns, values, (m + len(low), self.n)),
            np.concatenate([program.col_lower, np.zeros(len(possible))]),
            np.concatenate([program.col_upper, possible]),
            np.concatenate([program.row_lower, low]),
            np.concatenate([program.row_upper, high]),
            (Stage("agreement", self.cost),),
        )

    def ask(self, *, differing: Sequence[int] = (), best: int = 0, start: Floats | None = None) -> MilpAnswer:
        """The best choice; or of the choices that are as good, the one in which fewest switches are on."""
        left = max(self.end - time.monotonic(), 0.01)
        whole = [c for own in self.switches for c in own]
        query = None
        if differing:
            cost = np.zeros(self.n)
            cost[list(differing)] = 1.0
            query = Query(cost=cost, sense="min", extras=(Extra(self.cost, lower=best - 0.5),))
        return solve_milp(self.program, whole, query, time_limit=left, start=start)

    def differ(self, best: int, point: Floats) -> bool:
        """See choices as good as the best until all differences are seen; whether that was proven."""
        while common := [
            self._switch(k, s) for k in range(len(self.parts)) if (s := self.common(k)) is not None
        ]:
            answer = self.ask(differing=common, best=best, start=point)
            if answer.found and round(answer.objective) < len(common):
                self.see(answer)
                continue
            return answer.optimal
        return True

    def give_up(self) -> int:
        """Take nothing for shared any more; the number of reactions that this leaves open."""
        left = [k for k in range(len(self.parts)) if self.common(k) is not None]
        for k in left:
            self.seen[k].add(None)
        return len(left)

    def see(self, answer: MilpAnswer) -> None:
        """Note what every reaction does in a choice."""
        x = answer.primal
        for k, (_, level) in enumerate(self.parts):
            on = [bool(x[c] > 0.5) for c in self.switches[k]]
            state = (1 if on[0] else -1 if on[1] else None) if level == HIGH else (0 if on[0] else None)
            self.seen[k].add(state)

    def common(self, k: int) -> int | None:
        """What a reaction does in all choices seen; None if they differ."""
        return next(iter(self.seen[k])) if len(self.seen[k]) == 1 else None

    def _switch(self, k: int, state: int) -> int:
        """The switch that is on where a reaction does something."""
        return self.switches[k][1 if state < 0 else 0]


def _ranges(program: Program, parts: tuple[Part, ...], upper: Floats) -> list[tuple[float, float]] | None:
    """Least and greatest flux of each reaction; None if there is no flux state at all."""
    entries = [(k, c, s) for k, (own, _) in enumerate(parts) for c, s in own]
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    goals = Sparse.from_triplets(rows, columns, values, (len(parts), program.n_columns))
    query = Query(col_upper=upper)
    with open_session(program) as session:
        if not session.solve(replace(query, cost=np.zeros(program.n_columns))).optimal:
            return None
        found = session.sweep(query, goals)
    ends = []
    for least, low, most, high in found:
        # a little wider than what was found, which is exact to the tolerance of the engine
        down = low - _NEAR * max(1.0, abs(low)) if least is Outcome.OPTIMAL else -UNLIMITED
        up = high + _NEAR * max(1.0, abs(high)) if most is Outcome.OPTIMAL else UNLIMITED
        ends.append((0.0 if abs(low) <= _NEAR else down, 0.0 if abs(high) <= _NEAR else up))
    return ends
