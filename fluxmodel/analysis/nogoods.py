"""Smallest sets of directions that no concentrations allow, found by linear programs over ln c."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from fluxmodel.errors import ModelError, Problem, Where
from fluxmodel.lp import Program, Query, Session, Sparse, Want, open_session
from fluxmodel.lp.sparse import Floats

Sign = tuple[str, int]
Pairs = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

#: Points that are looked at before sets of directions are asked for, and their seed. They save programs and
#: change no result: whatever they do not show to be feasible is asked.
_POINTS, _SEED = 300, 0
#: What counts as holding a limit, kJ/mol: far above the primal tolerance, far below the margin.
_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Quotients:
    """Energies as linear functions of bounded columns (ln c, errors).

    Attributes
    ----------
    columns : tuple of (name, (low, high))
    ratios : tuple of (numerator, denominator, low, high)
        Bounds of the difference of two columns.
    energies : tuple of (reaction, constant, terms)
        kJ/mol; terms are pairs of column and coefficient.
    margin : float
        Highest energy of a reaction that runs, below 0, kJ/mol.
    """

    columns: tuple[tuple[str, tuple[float, float]], ...]
    ratios: tuple[tuple[str, str, float, float], ...]
    energies: tuple[tuple[str, float, tuple[tuple[str, float], ...]], ...]
    margin: float

    def program(self) -> Program:
        """Feasible columns; the rows after the ratios are the energies without their constants."""
        place = {name: n for n, (name, _) in enumerate(self.columns)}
        n, entries = len(self.ratios), []
        for row, (top, bottom, _, _) in enumerate(self.ratios):
            entries += [(row, place[top], 1.0), (row, place[bottom], -1.0)]
        for row, (_, _, terms) in enumerate(self.energies, n):
            entries += [(row, place[name], c) for name, c in terms]
        names = [f"ratio:{a}/{b}" for a, b, _, _ in self.ratios] + [r for r, _, _ in self.energies]
        rows, columns, values = zip(*entries, strict=True)
        low, high = zip(*(bounds for _, bounds in self.columns), strict=True)
        free = np.full(len(self.energies), np.inf)
        return Program(
            tuple(place),
            tuple(names),
            Sparse.from_triplets(rows, columns, values, (len(names), len(place))),
            np.array(low),
            np.array(high),
            np.concatenate([[r[2] for r in self.ratios], -free]),
            np.concatenate([[r[3] for r in self.ratios], free]),
        )

    def touching(self) -> list[set[str]]:
        """Columns of each energy, and those that a ratio ties to them."""
        tied: dict[str, set[str]] = {}
        for top, bottom, _, _ in self.ratios:
            tied.setdefault(top, set()).add(bottom)
            tied.setdefault(bottom, set()).add(top)
        return [
            {name for name, _ in terms}.union(*(tied.get(name, ()) for name, _ in terms))
            for _, _, terms in self.energies
        ]


class _Search:
    """Asks one session which directions can hold together, and remembers what held at every point it saw."""

    def __init__(self, table: Quotients, signs: Sequence[Sign], session: Session) -> None:
        place = {reaction: n for n, (reaction, _, _) in enumerate(table.energies)}
        self.session, self.margin, self.signs = session, table.margin, signs
        self.energy = np.array([place[r] for r, _ in signs])
        self.sign = np.array([float(s) for _, s in signs])
        self.first = len(table.ratios)
        self.constant = np.array([g for _, g, _ in table.energies])[self.energy] * self.sign
        program = session.program
        dense = np.zeros((program.n_rows, program.n_columns))
        rows, columns, values = program.matrix.triplets()
        dense[rows, columns] = values
        self.matrix = dense[self.first + self.energy] * self.sign[:, None]
        self.held = np.zeros((0, len(signs)), dtype=np.float32)

    def allowed(self, members: Sequence[int], cost: Floats | None = None) -> bool:
        """Whether some concentrations let all of these directions run; `cost` says which to prefer."""
        program = self.session.program
        low, high = program.row_lower.copy(), program.row_upper.copy()
        for k in members:
            row, limit = self.first + self.energy[k], -self.margin - self.constant[k]
            if self.sign[k] > 0:
                high[row] = limit
            else:
                low[row] = -limit
        # pushed to where the directions hold best: such a point serves others too
        goal = self.matrix[list(members)].sum(axis=0) if cost is None else cost
        query = Query(row_lower=low, row_upper=high, cost=goal, sense="min", want=Want.PRIMAL)
        answer = self.session.solve(query, start="base")
        if answer.optimal:
            holds = self.matrix @ answer.primal + self.constant <= -self.margin + _TOLERANCE
            self.held = np.concatenate([self.held, holds[None].astype(np.float32)])
        return answer.optimal

    def unseen(self, members: Sequence[int], others: Sequence[int]) -> Pairs:
        """Pairs of `others` that were never seen to hold together with all of `members`."""
        rows = (self.held[:, list(members)] > 0).all(axis=1)
        part = self.held[rows][:, list(others)]
        found: Pairs = part.T @ part == 0
        return found


@lru_cache(maxsize=16)
def nogoods(table: Quotients, signs: tuple[Sign, ...]) -> tuple[frozenset[Sign], ...]:
    """Every smallest set of one, two or three directions that cannot hold together, smaller ones first.

    Of three, at least two pairs must share a metabolite, an error or a ratio.

    Parameters
    ----------
    table : Quotients
    signs : tuple of (reaction, sign)
        The directions to choose from.
    """
    with open_session(table.program(), "glpk", spare=0) as session:
        found = _found(table, _Search(table, signs, session))
        return tuple(frozenset(signs[k] for k in members) for members in found)


def _found(table: Quotients, search: _Search) -> Iterable[tuple[int, ...]]:
    signs, energy = search.signs, search.energy
    if not search.allowed([]):
        what = "no concentrations lie within the ranges of concentrations.tsv and ratios.tsv"
        raise ModelError(Problem("FM424", what, Where("ratios.tsv"), "widen the range of a ratio"))
    able = []
    for k in range(len(signs)):
        if search.allowed([k]):
            able.append(k)
        else:
            yield (k,)
    random = np.random.default_rng(_SEED)
    for _ in range(_POINTS):
        search.allowed([], random.standard_normal(search.matrix.shape[1]))
    pairs = search.unseen([], range(len(signs)))
    apart = np.zeros_like(pairs)  # pairs that cannot hold together, or are no two reactions
    apart[energy[:, None] == energy[None, :]] = True
    for a, b in combinations(able, 2):
        if pairs[a, b] and not apart[a, b] and not search.allowed([a, b]):
            apart[a, b] = apart[b, a] = True
            yield a, b
    columns = table.touching()
    touching = np.array([[bool(columns[a] & columns[b]) for b in energy] for a in energy])
    tried: set[tuple[int, ...]] = set()
    for centre in able:
        near = [k for k in able if touching[centre, k] and not apart[centre, k]]
        missing = search.unseen([centre], near)
        for i, j in combinations(range(len(near)), 2):
            members = tuple(sorted((centre, near[i], near[j])))
            if not missing[i, j] or apart[near[i], near[j]] or members in tried:
                continue
            tried.add(members)
            if not (search.held[:, members] > 0).all(axis=1).any() and not search.allowed(members):
                yield members


def sums(table: Quotients, signs: Sequence[Sign]) -> tuple[float, float]:
    """Least and greatest sum of energies in these directions, kJ/mol."""
    own = {reaction: (g, dict(terms)) for reaction, g, terms in table.energies}
    place = {name: n for n, (name, _) in enumerate(table.columns)}
    cost, constant = np.zeros(len(place)), 0.0
    for reaction, sign in signs:
        constant += sign * own[reaction][0]
        for name, c in own[reaction][1].items():
            cost[place[name]] += sign * c
    with open_session(table.program(), "glpk", spare=0) as session:
        low = session.solve(Query(cost=cost, sense="min")).objective
        high = session.solve(Query(cost=cost, sense="max")).objective
    return constant + low, constant + high
