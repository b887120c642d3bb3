"""The proteome of the reference state by catalyst: how much there is of it, and what a flux through it costs.

Complexes weigh what their subunits weigh, each counted once (how often a subunit stands in a complex is
not in the tables). Isozymes of one rule weigh the mean by abundance: that is the mixture the cell holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, median

import numpy as np

from fluxmodel.analysis.efficiency import main_turnover
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.gpr import Rule
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Catalyst

#: Complexes up to this size count by their scarcest subunit, larger ones by the median subunit.
SMALL_COMPLEX = 3
#: Abundance of a protein that was not measured, pmol per mg of protein: a tenth are scarcer than it.
MISSING_QUANTILE = 0.1
#: Turnover of a catalyst without a row, 1/s.
UNKNOWN_KCAT = 14.0
#: Mass of a protein in a model without masses, kDa: that of about 450 residues.
UNKNOWN_MASS = 50.0
#: Protein that works at its turnover, g/gDW; parameters.tsv overrides it.
POOL = 0.012
SECONDS = 3600.0


@dataclass(frozen=True)
class Proteome:
    """Numbers by catalyst; both are functions of the model alone.

    Attributes
    ----------
    costs : mapping of catalyst id to float
        g h/mmol; every catalyst.
    abundance : mapping of catalyst id to float
        pmol per mg of protein; only where a protein was measured.
    """

    costs: Mapping[str, float]
    abundance: Mapping[str, float]


@lru_cache(maxsize=4)
def proteome_of(model: Model) -> Proteome:
    """Costs and abundances of all catalysts of a model.

    Examples
    --------
    >>> from fluxmodel.network import load_model
    >>> found = proteome_of(load_model())
    >>> round(found.costs["GLS"], 6), "HK3" in found.abundance
    (0.004436, False)
    """
    known = known_abundance(model)
    masses = {g: p.mass for g, p in model.proteins.items()}
    usual = median(masses.values()) if masses else UNKNOWN_MASS
    least = scarce(known)
    costs, abundance = {}, {}
    for id, catalyst in model.all_catalysts.items():
        row = main_turnover(model, id)
        kcat = row.kcat if row else UNKNOWN_KCAT
        costs[id] = rule_mass(catalyst.rule, masses, known, usual) / (SECONDS * kcat)
        amount = _amount(catalyst.rule, known)
        if amount is not None:
            abundance[id] = max(amount, least)
    return Proteome(FrozenMap(costs), FrozenMap(abundance))


def pool_of(model: Model) -> float:
    """Protein for all catalysts together, g/gDW."""
    known = model.parameters.get("pool.protein")
    return POOL if known is None else known.value


def known_abundance(model: Model) -> dict[str, float]:
    """Abundance by gene, pmol per mg of protein, where it was measured."""
    return {g: p.abundance for g, p in model.proteins.items() if p.abundance is not None}


def scarce(known: Mapping[str, float]) -> float:
    """What a protein that was not measured is taken to have, pmol per mg of protein."""
    return float(np.quantile(sorted(known.values()), MISSING_QUANTILE)) if known else 1.0


def rule_mass(rule: Rule, masses: Mapping[str, float], known: Mapping[str, float], usual: float) -> float:
    """Mass of what a gene rule describes, kDa (which is g/mmol).

    Parameters
    ----------
    rule : Rule
    masses : mapping of gene to float
        kDa.
    known : mapping of gene to float
        Abundances; isozymes weigh alike unless all of them are known.
    usual : float
        Mass of a protein without one.

    Examples
    --------
    >>> from fluxmodel.network.gpr import parse_rule
    >>> kDa = {"A": 40.0, "B": 60.0, "C": 10.0}
    >>> rule_mass(parse_rule("(A or B) and C"), kDa, {}, 50.0)
    60.0
    >>> rule_mass(parse_rule("A or B"), kDa, {"A": 3.0, "B": 1.0}, 50.0)
    45.0
    """
    if rule.kind == "gene":
        return masses.get(rule.gene, usual)
    parts = [rule_mass(part, masses, known, usual) for part in rule.parts]
    if rule.kind != "or":
        return sum(parts) or usual
    amounts = [_amount(part, known) or 0.0 for part in rule.parts]
    if not all(amounts):
        return fmean(parts)
    return sum(m * a for m, a in zip(parts, amounts, strict=True)) / sum(amounts)


def _amount(rule: Rule, known: Mapping[str, float], floor: float = 0.0) -> float | None:
    """Abundance of what a rule describes; None if no protein of it was measured."""
    if rule.kind == "gene":
        # the lowest tenth of a proteome is not told from what is not found
        return max(known[rule.gene], floor) if rule.gene in known else None
    amounts = [_amount(part, known, floor) for part in rule.parts]
    found = [a for a in amounts if a is not None]
    if not found:
        return None
    if rule.kind == "and":
        return min(found) if len(rule.parts) <= SMALL_COMPLEX else median(found)
    return max(found) if _shared(rule) else sum(found)


def complex_abundance(catalyst: Catalyst, known: Mapping[str, float], floor: float) -> tuple[float, bool]:
    """Abundance of a catalyst, and whether any of its proteins was measured.

    Isozymes add up, and so do alternatives of one subunit; alternatives that share a protein count once. A
    complex counts by its scarcest subunit, one of more than three by its median subunit. A subunit that was
    not measured is left out where others were; none counts for less than `floor`.
    """
    amount = _amount(catalyst.rule, known, floor)
    return (floor, False) if amount is None else (amount, True)


def complex_spread(
    catalyst: Catalyst, known: Mapping[str, float], floor: float, spreads: Mapping[str, float], usual: float
) -> float:
    """Standard deviation of the logarithm of a catalyst's abundance, after what its abundance hangs on.

    That of the scarcest subunit of a small complex, the median of those of a larger one, and of isozymes the
    mean by abundance, as if all of them rose and fell together. Proteins that were not measured have no say.

    Parameters
    ----------
    catalyst : Catalyst
    known : mapping of gene to float
        Abundances, pmol per mg of protein.
    floor : float
        What a protein has at least.
    spreads : mapping of gene to float
        Of ln abundance; those of other genes are `usual`.
    usual : float

    Examples
    --------
    >>> from fluxmodel.network.gpr import parse_rule
    >>> made = Catalyst("X", parse_rule("(A or B) and C"), ("r",))
    >>> amounts, spreads = {"A": 3.0, "B": 1.0, "C": 9.0}, {"A": 1.1}
    >>> round(complex_spread(made, amounts, 0.1, spreads, 0.7), 2)  # A or B, as C is in excess
    1.0
    >>> complex_spread(made, {**amounts, "C": 2.0}, 0.1, spreads, 0.7)
    0.7
    """
    return _spread(catalyst.rule, known, floor, spreads, usual)


def _spread(
    rule: Rule, known: Mapping[str, float], floor: float, spreads: Mapping[str, float], usual: float
) -> float:
    if rule.kind == "gene":
        return spreads.get(rule.gene, usual)
    parts = [(a, part) for part in rule.parts if (a := _amount(part, known, floor)) is not None]
    if not parts:
        return usual
    amounts = [a for a, _ in parts]
    each = [_spread(part, known, floor, spreads, usual) for _, part in parts]
    if rule.kind == "and":
        return each[amounts.index(min(amounts))] if len(rule.parts) <= SMALL_COMPLEX else median(each)
    if _shared(rule):
        return each[amounts.index(max(amounts))]
    return sum(a * s for a, s in zip(amounts, each, strict=True)) / sum(amounts)


def _shared(rule: Rule) -> bool:
    """Whether parts of a rule have a protein in common."""
    return len({g for part in rule.parts for g in part.genes}) < sum(len(part.genes) for part in rule.parts)
