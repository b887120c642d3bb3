"""What the loss of genes closes in a program: columns and capacities by the gene rule that keeps them open.

Bounds of a built program change, nothing is resolved or built anew, so that hundreds of knock-outs can be
asked of one session. The numbers are those of a condition with the same genes knocked out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.serving import Slack, slacks_of
from fluxmodel.formalism.builder import REST
from fluxmodel.formalism.capacity import NAME as CAPACITY
from fluxmodel.formalism.problem import Places, Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Program, Query
from fluxmodel.lp.sparse import Floats
from fluxmodel.network.gpr import Rule, all_of, any_of, equivalent


@dataclass(frozen=True, eq=False)
class Knockable:
    """A program, and which gene rule keeps each of its parts open; it can go to another process.

    Attributes
    ----------
    program : Program
    slacks : tuple of Slack
    places : Places
        Where capacities stand.
    limits : ndarray, (n_limited,)
        What the catalysts can carry at the point, mmol/gDW/h.
    rules : tuple of Rule
        Distinct rules of columns.
    columns : tuple of tuple of int
        The columns that each rule keeps open.
    nets : tuple of tuple of int
        Rows that bound the sum of such columns, by rule: a closed reaction need not reach them.
    catalysts : tuple of Rule
        Of each limited catalyst; the empty one where no gene is needed.
    driven : frozenset of int
        Columns of catalysts that carry what they can, needed or not: their capacity goes with them.
    lost : frozenset of str
        Genes that the condition itself knocks out.
    """

    program: Program
    slacks: tuple[Slack, ...]
    places: Places
    limits: Floats
    rules: tuple[Rule, ...]
    columns: tuple[tuple[int, ...], ...]
    nets: tuple[tuple[int, ...], ...]
    catalysts: tuple[Rule, ...]
    driven: frozenset[int]
    lost: frozenset[str] = frozenset()

    @classmethod
    def of(cls, problem: Problem, lost: Collection[str] = ()) -> Knockable:
        """Look up what the genes of a problem keep open.

        Parameters
        ----------
        problem : Problem
            Of formalism ``capacity``, where every catalyst goes with its genes; or ``fba``, where a reaction
            goes with its last isozyme and the isozymes that are left have no limit.
        lost : collection of str
            Genes that are knocked out in it already.
        """
        resolved, model = problem.resolved, problem.resolved.model
        rows = {name: row for row, name in enumerate(problem.program.rows)}
        known = {c.id: c.rule for c in model.all_catalysts.values()}
        own = {x.column: x.catalyst for x in problem.limited if not x.rows} | dict(problem.carriers)
        limited = {x.catalyst for x in problem.limited} or {c.catalyst for c in resolved.capacities}
        driven = {x.catalyst for x in problem.limited if x.driven}
        columns: dict[Rule, list[int]] = {}
        nets: dict[Rule, list[int]] = {}
        drives: set[int] = set()
        for reaction, parts in problem.columns_of.items():
            whole = model.reactions[reaction].rule
            others = [c.rule for c in model.catalysts_of(reaction) if c.id not in limited]
            for column, _ in parts:
                carrier = own.get(column, "")
                rule = any_of(others) if carrier == REST.name else known.get(carrier, Rule())
                if problem.formalism != CAPACITY and carrier != REST.name:
                    rule = whole  # deletion closes reactions, and takes nothing from their catalysts
                elif not equivalent(both := all_of((whole, rule)), rule):
                    rule = both
                if rule:
                    columns.setdefault(rule, []).append(column)
                if carrier in driven:
                    drives.add(column)
            if whole and (net := rows.get(f"net:{reaction}")) is not None:
                nets.setdefault(whole, []).append(net)
        rules = (*columns, *(rule for rule in nets if rule not in columns))
        capacity = {c.catalyst: c.limit for c in resolved.limits}
        return cls(
            problem.program,
            slacks_of(problem),
            problem.places,
            np.array([capacity[x.catalyst] for x in problem.limited], dtype=np.float64),
            rules,
            tuple(tuple(columns.get(rule, ())) for rule in rules),
            tuple(tuple(nets.get(rule, ())) for rule in rules),
            tuple(known.get(x.catalyst, Rule()) for x in problem.limited),
            frozenset(drives),
            frozenset(lost),
        )

    def without(self, genes: Collection[str], limits: Floats | None = None) -> Query:
        """The bounds of the program if genes were lost.

        Parameters
        ----------
        genes : collection of str
        limits : ndarray, (n_limited,), optional
            What the catalysts can carry with all genes; those of the point if left out.
        """
        lost = self.lost.union(genes)
        carried = (self.limits if limits is None else limits).copy()
        for k, rule in enumerate(self.catalysts):
            if not rule.holds(lost):
                carried[k] = 0.0
        query = self.places.under(self.program, carried)
        return self.closing(query, [k for k, rule in enumerate(self.rules) if not rule.holds(lost)])

    def closing(self, query: Query, rules: Iterable[int]) -> Query:
        """The same bounds with everything closed that needs any of some rules."""
        broken = list(rules)
        if not broken:
            return query
        p = self.program
        low, high = (
            (own if asked is None else asked).copy()
            for own, asked in ((p.col_lower, query.col_lower), (p.col_upper, query.col_upper))
        )
        columns = [c for k in broken for c in self.columns[k]]
        low[columns] = high[columns] = 0.0
        rows = [row for k in broken for row in self.nets[k]]
        if not rows:
            return replace(query, col_lower=low, col_upper=high)
        bottom, top = (
            (own if asked is None else asked).copy()
            for own, asked in ((p.row_lower, query.row_lower), (p.row_upper, query.row_upper))
        )
        bottom[rows], top[rows] = np.minimum(bottom[rows], 0.0), np.maximum(top[rows], 0.0)
        return replace(query, col_lower=low, col_upper=high, row_lower=bottom, row_upper=top)

    def used(self, point: Floats, least: float) -> frozenset[int]:
        """The rules of what runs at a point."""
        runs = np.abs(point) > least
        return frozenset(k for k, own in enumerate(self.columns) if runs[list(own)].any())

    @property
    def always(self) -> frozenset[int]:
        """The rules of what runs whether it is needed or not."""
        return frozenset(k for k, own in enumerate(self.columns) if not self.driven.isdisjoint(own))


def alike(rules: Iterable[Rule]) -> Mapping[str, str]:
    """Each gene of some rules, and the first of those that can stand for it.

    Genes can stand for each other if each is a direct part of the same complexes and of nothing else: the
    loss of any one of them does what the loss of any other, or of all, does.

    Parameters
    ----------
    rules : iterable of Rule

    Examples
    --------
    >>> from fluxmodel.network.gpr import parse_rule
    >>> found = alike([parse_rule("(A and B and C) or D"), parse_rule("C")])
    >>> dict(found)
    {'A': 'A', 'B': 'A', 'C': 'C', 'D': 'D'}
    """
    parents: dict[str, dict[object, None]] = {}

    def walk(rule: Rule, parent: object) -> None:
        if rule.kind == "gene":
            # the loss of a whole rule, or of one isozyme, is that of this gene alone
            alone = not isinstance(parent, Rule) or parent.kind == "or"
            parents.setdefault(rule.gene, {})[(rule.gene, parent) if alone else parent] = None
        for part in rule.parts:
            walk(part, rule)

    for n, rule in enumerate(rules):
        walk(rule, n)
    first: dict[frozenset[object], str] = {}
    return FrozenMap({gene: first.setdefault(frozenset(own), gene) for gene, own in parents.items()})
