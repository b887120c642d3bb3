"""Sets of genes that hit every survival: the mixed-integer program that picks the smallest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from fluxmodel.analysis.lethal.survival import Survival
from fluxmodel.lp import Extra, MilpOutcome, Program, Query, Sparse, Stage, not_all_of, solve_milp
from fluxmodel.network.gpr import Rule


class Cover:
    """The mixed-integer program over genes: a column per group of alike genes, and one per part of a rule.

    The columns of parts need not be whole: with whole genes, the most that such a column can be is 0 or 1,
    and nothing but the cuts pulls at it.

    Parameters
    ----------
    rules : sequence of Rule
        Those that `Survival.needed` counts.
    groups : mapping of gene to gene
        The one that stands for each of its group, see `fluxmodel.analysis.lethal.knockable.alike`.
    given : collection of str
        Genes that are lost anyway.
    most : int
        Largest size of a set.
    """

    def __init__(
        self, rules: Sequence[Rule], groups: Mapping[str, str], given: Collection[str], most: int
    ) -> None:
        self._group = groups
        self._heads = tuple(dict.fromkeys(groups.values()))
        self._column: dict[object, int] = {head: k for k, head in enumerate(self._heads)}
        self._entries: list[tuple[int, int, float]] = []
        self._names = [f"gene:{head}" for head in self._heads]
        self._n_rows = 0
        self._broken = [self._part(rule) for rule in rules]
        lost = {groups[g] for g in given if g in groups}
        counted = [k for k, head in enumerate(self._heads) if head not in lost]
        self._counted = frozenset(counted)
        n = len(self._names)
        low, high, cost = np.zeros(n), np.ones(n), np.zeros(n)
        low[[k for k in range(len(self._heads)) if k not in self._counted]] = 1.0
        cost[counted] = 1.0
        size = self._n_rows
        entries = [*self._entries, *((size, k, 1.0) for k in counted)]
        rows, columns, values = zip(*entries, strict=True)
        self._program = Program(
            tuple(self._names), (*(f"part:{k}" for k in range(size)), "size"),
            Sparse.from_triplets(rows, columns, values, (size + 1, n)),
            low, high, np.full(size + 1, -np.inf), np.append(np.zeros(size), float(most)),
            (Stage("size", cost, "min"),),
        )  # fmt: skip
        self._cuts: list[Extra] = []
        self._barred: set[int] = set()

    def _part(self, rule: Rule) -> int:
        """The column that can be 1 only if the rule is broken; whole where its genes are."""
        key: object = self._group[rule.gene] if rule.kind == "gene" else rule
        if key not in self._column:
            parts = list(dict.fromkeys(self._part(part) for part in rule.parts))
            self._column[key] = column = len(self._names)
            self._names.append(f"rule:{column}")
            if rule.kind == "or":  # every isozyme has to go
                for part in parts:
                    self._entries += [(self._n_rows, column, 1.0), (self._n_rows, part, -1.0)]
                    self._n_rows += 1
            else:  # one subunit is enough
                self._entries.append((self._n_rows, column, 1.0))
                self._entries += [(self._n_rows, part, -1.0) for part in parts]
                self._n_rows += 1
        return self._column[key]

    @property
    def free(self) -> tuple[str, ...]:
        """Genes that may be in a set, one of each group."""
        return self.genes(sorted(self._counted - self._barred))

    def genes(self, columns: Iterable[int]) -> tuple[str, ...]:
        """The genes of columns, one of each group."""
        return tuple(self._heads[k] for k in columns)

    def bar(self, gene: str) -> None:
        """Leave a gene and those alike out of all sets."""
        self._barred.add(self._column[gene])

    def require(self, survival: Survival) -> None:
        """Break a rule of a survival, or keep a gene that it is conditional on."""
        row = np.zeros(self._program.n_columns)
        for k in survival.needed:
            row[self._broken[k]] = 1.0
        spared = {self._column[self._group[g]] for g in survival.under if g in self._group} & self._counted
        row[list(spared)] -= 1.0
        self._cuts.append(Extra(row, lower=1.0 - len(spared)))

    def exclude(self, columns: Collection[int]) -> None:
        """Leave out what contains a set."""
        self._cuts.append(not_all_of(sorted(columns), self._program.n_columns))

    def pick(self, engine: str, seconds: float) -> tuple[MilpOutcome, tuple[int, ...]]:
        """The smallest set that meets every cut."""
        high = self._program.col_upper.copy()
        high[list(self._barred)] = 0.0
        query = Query(col_upper=high, extras=tuple(self._cuts))
        answer = solve_milp(
            self._program, range(len(self._heads)), query, engine, time_limit=max(seconds, 0.01)
        )
        if not answer.optimal:
            return answer.outcome, ()
        found = tuple(k for k in np.flatnonzero(answer.primal).tolist() if k in self._counted)
        return answer.outcome, found
