"""Fluxes divided among the catalysts that can carry them, so that all are used alike, as far as that goes.

The highest use is made as low as it can be, then the highest of those that are still free, and so on: the
lexicographic minimum of uses, one small linear program for each level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fluxmodel.errors import NoOptimum
from fluxmodel.lp import Program, Query, Sparse, Stage, Want, open_session

#: A use is at its level where no more than this is left below it, relative to the level.
_AT = 1e-9
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Way:
    """A catalyst that can carry a reaction: on which of its two sides, and flux per unit of capacity."""

    reaction: str
    catalyst: str
    side: int
    efficiency: float


def divide(
    ways: Sequence[Way], fluxes: Mapping[str, float], limits: Mapping[str, float]
) -> tuple[float, ...]:
    """The flux that goes each way.

    A catalyst uses ``sum(flux / efficiency)`` of its limit, on that one of its two sides that uses more.

    Parameters
    ----------
    ways : sequence of Way
        Every reaction has at least one; efficiencies > 0.
    fluxes : mapping of reaction to float
        Absolute fluxes, > 0.
    limits : mapping of catalyst to float
        > 0.

    Examples
    --------
    >>> two = [Way("r", "a", 0, 1.0), Way("r", "b", 0, 1.0), Way("s", "b", 0, 1.0)]
    >>> [round(x, 6) for x in divide(two, {"r": 3.0, "s": 1.0}, {"a": 1.0, "b": 1.0})]
    [2.0, 1.0, 1.0]
    """
    found = [0.0] * len(ways)
    for group in _groups(ways):
        own = [ways[k] for k in group]
        if len({w.catalyst for w in own}) == 1:
            parts = [fluxes[w.reaction] for w in own]
        else:
            parts = _levelled(own, fluxes, limits)
        for k, part in zip(group, parts, strict=True):
            found[k] = part
    return tuple(found)


def _groups(ways: Sequence[Way]) -> list[list[int]]:
    """Ways that share reactions or catalysts, directly or through others."""
    leader: dict[str, str] = {}

    def root(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for way in ways:
        leader[root(f"r:{way.reaction}")] = root(f"c:{way.catalyst}")
    groups: dict[str, list[int]] = {}
    for k, way in enumerate(ways):
        groups.setdefault(root(f"c:{way.catalyst}"), []).append(k)
    return list(groups.values())


def _levelled(ways: Sequence[Way], fluxes: Mapping[str, float], limits: Mapping[str, float]) -> list[float]:
    """The ways of one group, level by level; the last column of the program is the level."""
    reactions = list(dict.fromkeys(w.reaction for w in ways))
    sides = list(dict.fromkeys((w.catalyst, w.side) for w in ways))
    n, m = len(ways), len(reactions)
    row_of = {s: m + i for i, s in enumerate(sides)}
    rows = [reactions.index(w.reaction) for w in ways] + [row_of[w.catalyst, w.side] for w in ways]
    columns = [*range(n), *range(n)]
    values = [1.0] * n + [1.0 / (w.efficiency * limits[w.catalyst]) for w in ways]
    matrix = Sparse.from_triplets(
        rows + list(row_of.values()),
        columns + [n] * len(sides),
        values + [-1.0] * len(sides),
        (m + len(sides), n + 1),
    )
    flux = np.array([fluxes[r] for r in reactions])
    goal = np.zeros(n + 1)
    goal[n] = 1.0
    # levels that are known; they are held while the next one is lowered
    fixed: dict[str, float] = {}
    primal = np.zeros(n + 1)
    while len(fixed) < len({w.catalyst for w in ways}):
        held = [(row_of[s], fixed[s[0]]) for s in sides if s[0] in fixed]
        dense = matrix.to_dense()
        upper = np.concatenate([flux, np.zeros(len(sides))])
        for row, level in held:
            dense[row, n] = 0.0
            upper[row] = level * (1 + _AT) + _LEAST
        program = Program(
            tuple(f"x{k}" for k in range(n + 1)),
            tuple(f"r{k}" for k in range(m + len(sides))),
            Sparse.from_dense(dense),
            np.zeros(n + 1),
            np.full(n + 1, np.inf),
            np.concatenate([flux, np.full(len(sides), -np.inf)]),
            upper,
            (Stage("level", goal, "min"),),
        )
        with open_session(program) as session:
            answer = session.solve(Query(want=Want.PRIMAL | Want.DUALS))
        if not answer.optimal:
            if not fixed:
                raise NoOptimum(answer.outcome.value, ("a flux could not be divided among its catalysts",))
            break  # only rounding can do that: what was found last is a division all the same
        primal = answer.primal
        level = float(primal[n])
        # a limit that the level presses on cannot be lowered further; if none shows, all at the level
        pressing = {s[0] for s in sides if s[0] not in fixed and abs(answer.row_duals[row_of[s]]) > _AT}
        use = dense[m:, :n] @ primal[:n]
        at_level = {
            s[0] for i, s in enumerate(sides) if s[0] not in fixed and use[i] >= level - _AT * max(1.0, level)
        }
        settled = pressing or at_level or {w.catalyst for w in ways} - set(fixed)
        fixed |= dict.fromkeys(settled, level)
    return [float(x) for x in primal[:n]]
