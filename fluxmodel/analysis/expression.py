"""From regulators, a user's profile and single genes to what each catalyst can do, relative to the cell."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from fluxmodel.analysis.limits import TRANSLATION
from fluxmodel.analysis.proteome import SMALL_COMPLEX, known_abundance, scarce
from fluxmodel.condition import Cell, Condition, ScaleExpression
from fluxmodel.errors import ModelError, Problem
from fluxmodel.formalism.resolved import Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Catalyst
from fluxmodel.regulation import (
    Axes,
    Profile,
    Regulated,
    dilution,
    factor,
    fold,
    protein_ratio,
    read_axes,
    read_regulated,
)

#: Protein per mRNA: exponent, and its spread over the ensemble; parameters.tsv overrides them.
BETA, BETA_SPREAD = 0.6, 0.2
#: What the exponent can be, whatever is drawn.
BETA_ENDS = (0.1, 1.2)
#: All of the protein, in units of pmol per mg times kDa.
WHOLE = 1e6
#: A ratio this near to 1 says nothing.
_NOTHING = 1e-9
_NO_PARTS: Mapping[str, tuple[tuple[str, float], ...]] = FrozenMap()


@dataclass(frozen=True)
class Expression:
    """The expression state of a condition; `ratios` makes factors on capacities of it.

    Parameters
    ----------
    model : Model
    axes : Axes, optional
    regulated : tuple of Regulated
    levels : mapping of regulator to level
        0 to 1, or off, low, basal, high.
    scaled : mapping of gene to (log2, Origin)
        Single genes whose expression is changed by hand.
    profile : Profile, optional
        What a user measured.
    """

    model: Model
    axes: Axes | None = None
    regulated: tuple[Regulated, ...] = ()
    levels: Mapping[str, float | str] = field(default_factory=FrozenMap)
    scaled: Mapping[str, tuple[float, Origin]] = field(default_factory=FrozenMap)
    profile: Profile | None = None

    @property
    def beta(self) -> float:
        """Protein per mRNA: exponent at the point."""
        known = self.model.parameters.get("expression.beta")
        return BETA if known is None else known.value

    def parts(self, log2fc: Floats | None = None) -> Mapping[str, tuple[tuple[str, float], ...]]:
        """What moved each gene, and by how much (log2 of its mRNA).

        Parameters
        ----------
        log2fc : ndarray, optional
            Fold changes of the axes' targets at full activity, instead of the table's.
        """
        found: dict[str, list[tuple[str, float]]] = {}
        if self.axes is not None:
            for gene, change in self.axes.fold_changes(self.levels, log2fc).items():
                found.setdefault(gene, []).extend(change.parts)
                if change.clipped:
                    rest = change.log2 - sum(v for _, v in change.parts)
                    found[gene].append(("clipped", rest))
        if self.profile is not None:
            for gene, value in self.profile.log2.items():
                found.setdefault(gene, []).append(("profile", value))
            for gene in self.profile.absent:
                found.setdefault(gene, []).append(("profile: absent", -math.inf))
        for gene, (value, origin) in self.scaled.items():
            found.setdefault(gene, []).append((str(origin), value))
        return FrozenMap({g: tuple(v) for g, v in found.items()})

    def ratios(
        self, beta: float | None = None, log2fc: Floats | None = None
    ) -> Mapping[str, tuple[float, tuple[Origin, ...]]]:
        """What the state makes of each catalyst: ratio to the cell's capacity, and why; 1 is left out.

        Expressed protein is charged to a pool of fixed size: where some genes rise, all others give way.

        Parameters
        ----------
        beta : float, optional
            Protein per mRNA, exponent.
        log2fc : ndarray, optional
            As in `parts`.
        """
        power = self.beta if beta is None else beta
        parts = self.parts(log2fc)
        if not parts and not self.regulated:
            return FrozenMap()
        log2 = {g: max(-math.inf, sum(v for _, v in p)) for g, p in parts.items()}
        share = self._dilution(log2, power)
        found: dict[str, tuple[float, tuple[Origin, ...]]] = {}
        touched = self._touched(log2)
        for catalyst in self.model.all_catalysts.values():
            ratio = share
            why: list[Origin] = []
            if catalyst.id in touched:
                ratio *= protein_ratio(folded(self.model, catalyst, log2), power)
                why = _origins(catalyst, parts, power)
            if abs(ratio - 1) > _NOTHING:
                if not why:
                    why = [Origin("expression", f"diluted to {share:.3g} by what is expressed more")]
                found[catalyst.id] = (ratio, tuple(why))
        self._regulate(found, log2, power)
        return FrozenMap(found)

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """The ratios of `ratios` with every uncertain number drawn: protein per mRNA, fold changes, laws."""
        beta = float(np.clip(self.beta + BETA_SPREAD * rng.standard_normal(), *BETA_ENDS))
        log2fc = None if self.axes is None else self.axes.draw(rng)
        # each law has its own stream: what is drawn for one must not hang on how many others there are
        streams = rng.spawn(len(self.regulated))
        laws = tuple(row.draw(own) for row, own in zip(self.regulated, streams, strict=True))
        drawn = replace(self, regulated=laws)
        return {name: ratio for name, (ratio, _) in drawn.ratios(beta, log2fc).items()}

    def _touched(self, genes: Collection[str]) -> set[str]:
        return {c.id for c in self.model.all_catalysts.values() if any(g in genes for g in c.rule.genes)}

    def _dilution(self, log2: Mapping[str, float], power: float) -> float:
        proteins = [(g, p.mass * p.abundance) for g, p in self.model.proteins.items() if p.abundance]
        if not proteins:
            return 1.0
        ratios = [protein_ratio(log2.get(g, 0.0), power) for g, _ in proteins]
        masses = [m for _, m in proteins]
        # pmol/mg times kDa is 1e-6 g/g: all other proteins, mostly not of metabolism, give way as well
        rest = max(0.0, WHOLE - sum(masses))
        return dilution([*masses, rest], [*ratios, 1.0])

    def _regulate(
        self, found: dict[str, tuple[float, tuple[Origin, ...]]], log2: Mapping[str, float], power: float
    ) -> None:
        shifts = FrozenMap() if self.axes is None else self.axes.shifts(self.levels)
        protein = {g: power * v for g, v in log2.items()}
        for row in self.regulated:
            if not row.use or (row.target != TRANSLATION and row.target not in self.model.all_catalysts):
                continue
            by = {g: protein[g] for g in row.regulators if g in protein}
            ratio = factor(row, by, shifts=shifts)
            if abs(ratio - 1) <= _NOTHING:
                continue
            said = ", ".join(f"{g} x{2**v:.3g}" for g, v in by.items()) or ", ".join(row.regulators)
            origin = Origin("expression", f"{row.law.replace('_', '/')} by {said}: x{ratio:.3g}")
            known, why = found.get(row.target, (1.0, ()))
            found[row.target] = (known * ratio, (*why, origin))


def folded(model: Model, catalyst: Catalyst, log2: Mapping[str, float]) -> float:
    """Log2 of what a catalyst amounts to relative to the reference, from the fold changes of its genes.

    A subunit of a small complex that is in excess limits nothing until it is the scarcest one: xCT follows
    SLC7A11, as long as there is enough of its partner. For the rest see `fluxmodel.regulation.fold`.

    Examples
    --------
    >>> from fluxmodel.network import load_model
    >>> m = load_model()
    >>> folded(m, m.catalysts["SLC7A11_SLC3A2"], {"SLC7A11": 1.0})
    1.0
    """
    complexes = _isozymes(catalyst)
    weights, values = [], {}
    for k, subunits in enumerate(complexes):
        amounts = _amounts(model, subunits)
        least = min(amounts.values())
        weights.append(least)
        own = log2
        if 1 < len(subunits) <= SMALL_COMPLEX:
            own = {g: log2.get(g, 0.0) + math.log2(amounts[g] / least) for g in subunits}
        values[str(k)] = fold([subunits], own)
    return fold([{k} for k in values], values, weights)


@lru_cache(maxsize=4096)
def _amounts(model: Model, subunits: frozenset[str]) -> Mapping[str, float]:
    """Abundance of the subunits of a complex, pmol per mg of protein.

    One that was not measured is taken to be as scarce as the scarcest of the others, a low one if none was.
    """
    known = {g: p.abundance for g in subunits if (p := model.proteins.get(g)) is not None and p.abundance}
    least = min(known.values(), default=None)
    rest = _scarce(model) if least is None else least
    return FrozenMap({g: known.get(g, rest) for g in subunits})


@lru_cache(maxsize=4)
def _scarce(model: Model) -> float:
    return scarce(known_abundance(model))


@lru_cache(maxsize=1024)
def _isozymes(catalyst: Catalyst) -> tuple[frozenset[str], ...]:
    try:
        return tuple(catalyst.rule.isozymes())
    except ModelError:  # too many to write out: all genes as one complex
        return (frozenset(catalyst.rule.genes),)


def _origins(
    catalyst: Catalyst, parts: Mapping[str, tuple[tuple[str, float], ...]], power: float
) -> list[Origin]:
    """One origin per gene: which regulator moved it by how much."""
    found = []
    for gene in catalyst.rule.genes:
        if gene in parts:
            said = ", ".join(f"{name} {value:+.2g}" for name, value in parts[gene])
            total = protein_ratio(sum(v for _, v in parts[gene]), power)
            found.append(Origin("expression", f"{gene} x{total:.3g} ({said} log2 mRNA)"))
    return found


@lru_cache(maxsize=4)
def tables(folder: Path | None) -> tuple[Axes | None, tuple[Regulated, ...]]:
    """The axes and regulated capacities of a model's folder; nothing where it has none."""
    if folder is None or not (folder / "axes.tsv").is_file():
        return None, ()
    regulated = read_regulated(folder) if (folder / "regulated.tsv").is_file() else ()
    return read_axes(folder), regulated


def expression_of(
    model: Model, condition: Condition, cell: Cell, profile: Profile | None, problems: list[Problem]
) -> Expression:
    """The expression state that a condition asks of a cell; genes that the model lacks go to `problems`."""
    axes, regulated = tables(model.path)
    scaled: dict[str, tuple[float, Origin]] = {}
    known = {*model.genes, *(g for row in regulated for g in row.regulators)}
    for gene, row in cell.expression.items():
        where = cell.place(f"expression.{gene}")
        if gene not in known:
            cure = model.suggest_gene(gene) or "`fluxmodel show gene SYMBOL` looks genes up"
            problems.append(Problem("FM503", f"the model has no gene {gene!r}", where, cure))
            continue
        log2 = math.log2(row.value) if row.value > 0 else -math.inf
        scaled[gene] = (log2, Origin("expression", f"cell {cell.id}", where))
    for change in condition.changes:
        if not isinstance(change, ScaleExpression):
            continue
        gene, by = change.target, change.by.value
        if gene not in known:
            cure = model.suggest_gene(gene) or "`fluxmodel show gene SYMBOL` looks genes up"
            problems.append(Problem("FM503", f"the model has no gene {gene!r}", change.where, cure))
            continue
        before = scaled[gene][0] if gene in scaled else 0.0
        total = before + (math.log2(by) if by > 0 else -math.inf)
        scaled[gene] = (total, Origin("expression", "scaled", change.where))
    levels = levels_of(condition, cell)
    return Expression(model, axes, regulated, levels, FrozenMap(scaled), profile)


def levels_of(condition: Condition, cell: Cell) -> FrozenMap[str, float | str]:
    """The levels of regulators: "basal" is what is usual for the cell."""
    levels = dict(condition.regulators)
    for regulator, level in cell.regulators.items():
        if levels.get(regulator, "basal") == "basal":
            levels[regulator] = level
    return FrozenMap(levels)
