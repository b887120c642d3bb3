"""Losses: what a model loses with some genes, and which columns and rows of a problem that closes.

A knock-out takes the catalysts that cannot do without its genes, and the reactions that have no catalyst
left. In a problem that is built already these are bounds: nothing is built anew for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fluxmodel.analysis.inhibition import has_rest
from fluxmodel.formalism.builder import REST
from fluxmodel.formalism.problem import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp import Deletion
from fluxmodel.network.gpr import Rule
from fluxmodel.network.model import Model


class Gates:
    """Gene rules by name, looked up by gene: which of them no longer hold without some genes.

    Parameters
    ----------
    rules : mapping of str to Rule
        What has no rule needs no gene, and is never lost.

    Examples
    --------
    >>> from fluxmodel.network.gpr import parse_rule
    >>> gates = Gates({"GLUNm": parse_rule("GLS or GLS2"), "CI": parse_rule("A and B"), "X": Rule()})
    >>> [gates.lost(g) for g in (["GLS"], ["GLS", "GLS2"], ["A", "GLS"], ["Z"])]
    [(), ('GLUNm',), ('CI',), ()]
    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = {name: rule for name, rule in rules.items() if rule}
        self._place = {name: n for n, name in enumerate(self._rules)}
        self._by_gene: dict[str, list[str]] = {}
        for name, rule in self._rules.items():
            for gene in rule.genes:
                self._by_gene.setdefault(gene, []).append(name)
        self._alone: dict[str, tuple[str, ...]] = {}
        for name, rule in self._rules.items():
            for gene in rule.needed():
                self._alone[gene] = (*self._alone.get(gene, ()), name)

    def gated(self, gene: str) -> tuple[str, ...]:
        """The names whose rules know a gene."""
        return tuple(self._by_gene.get(gene, ()))

    def lost(self, genes: Iterable[str]) -> tuple[str, ...]:
        """The names whose rules do not hold without some genes, in the order of the rules."""
        every = tuple(dict.fromkeys(genes))
        if len(every) == 1:
            return self._alone.get(every[0], ())
        found: set[str] = set()
        seen: dict[str, int] = {}
        for gene in every:
            found.update(self._alone.get(gene, ()))
            for name in self._by_gene.get(gene, ()):
                seen[name] = seen.get(name, 0) + 1
        # what only one of the genes gates is lost with that one, or not at all
        found.update(
            n for n, k in seen.items() if k > 1 and n not in found and not self._rules[n].holds(every)
        )
        return tuple(sorted(found, key=self._place.__getitem__))


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost together.

    Attributes
    ----------
    reactions : tuple of str
        Reactions without a catalyst.
    catalysts : tuple of str
        Catalysts that are absent.
    """

    reactions: tuple[str, ...] = ()
    catalysts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reactions or self.catalysts)


class Losses:
    """What a model loses with genes; looked up once, asked often.

    Parameters
    ----------
    model : Model
    already : iterable of str
        Genes that are lost in any case: what they take with any other gene is counted to that one.

    Examples
    --------
    >>> from fluxmodel.network import load_model
    >>> losses = Losses(load_model())
    >>> losses.of(["GLS"])
    Loss(reactions=(), catalysts=('GLS',))
    >>> losses.of(["GLS", "GLS2"]).reactions
    ('GLUNm',)
    """

    def __init__(self, model: Model, already: Iterable[str] = ()) -> None:
        self._already = tuple(dict.fromkeys(already))
        self._reactions = Gates({r.id: r.rule for r in model.reactions.values()})
        self._catalysts = Gates({c.id: c.rule for c in model.all_catalysts.values()})

    def of(self, genes: Iterable[str]) -> Loss:
        """What is lost with some genes, and those that are lost already."""
        every = (*genes, *self._already)
        return Loss(self._reactions.lost(every), self._catalysts.lost(every))

    def gates(self, gene: str) -> bool:
        """Whether a gene takes part in any rule."""
        return bool(self._reactions.gated(gene) or self._catalysts.gated(gene))


@dataclass(frozen=True, eq=False)
class Closing:
    """Which columns and rows of a problem a loss closes.

    Parameters
    ----------
    problem : Problem
    """

    problem: Problem

    @cached_property
    def _ways(self) -> Mapping[str, tuple[int, ...]]:
        """Catalyst -> the columns that it alone carries."""
        found: dict[str, list[int]] = {}
        for column, way in self._carriers.items():
            found.setdefault(way, []).append(column)
        for x in self.problem.limited:
            if not x.rows:
                found.setdefault(x.catalyst, []).append(x.column)
        return FrozenMap({k: tuple(v) for k, v in found.items()})

    @cached_property
    def _carriers(self) -> Mapping[int, str]:
        """Column of a reaction that is divided among catalysts -> its catalyst."""
        names = self.problem.program.columns
        return FrozenMap(
            {
                column: names[column].removeprefix(f"{reaction}@").rpartition(":")[0]
                for reaction, parts in self.problem.columns_of.items()
                for column, _ in parts
                if names[column] != reaction
            }
        )

    @cached_property
    def _driven(self) -> Mapping[str, int]:
        """Catalyst that carries what it can -> the row that says so."""
        return FrozenMap({x.catalyst: x.rows[0] for x in self.problem.limited if x.driven})

    @cached_property
    def _forced(self) -> Mapping[str, int]:
        """Rows that may not be 0, by name: a lost reaction does not run, whatever was asked of it."""
        p = self.problem.program
        which = np.flatnonzero((p.row_lower > 0) | (p.row_upper < 0)).tolist()
        return FrozenMap({p.rows[n]: n for n in which})

    def of(self, loss: Loss) -> Deletion:
        """The columns and rows whose bounds become 0."""
        columns: set[int] = set()
        rows: set[int] = set()
        for reaction in loss.reactions:
            columns.update(column for column, _ in self.problem.columns_of[reaction])
            if (net := self._forced.get(f"net:{reaction}")) is not None:
                rows.add(net)
        for catalyst in loss.catalysts:
            columns.update(self._ways.get(catalyst, ()))
            if catalyst in self._driven:
                rows.add(self._driven[catalyst])
        for reaction in self._without_rest(frozenset(loss.catalysts)):
            columns.update(
                c for c, _ in self.problem.columns_of[reaction] if self._carriers.get(c) == REST.name
            )
        return Deletion.of(columns, rows)

    def _without_rest(self, lost: frozenset[str]) -> list[str]:
        """Reactions that nothing without a limit serves any more."""
        resolved = self.problem.resolved
        model = resolved.model
        if self.problem.formalism == "capacity":
            known = {c.catalyst for c in resolved.limits} | lost
            return [r for r in resolved.unlimited if all(c.id in known for c in model.catalysts_of(r))]
        known = {c.catalyst for c in resolved.capacities} | lost
        return [r for r in resolved.rest if not has_rest(model, r, known)]
