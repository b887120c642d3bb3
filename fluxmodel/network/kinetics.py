"""What limits a catalyst: turnover numbers, affinities for what is outside, masses and abundances.

The tables are optional: a model without them has a network, and no prior for the capacities of a cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fluxmodel.errors import Problem, nearest
from fluxmodel.network.sourced import POSITIVE, SOURCED, TEXT, WORDS, Sourced, positive
from fluxmodel.tables import Column, number, one_of

Direction = Literal["both", "forward", "backward"]

KINETICS: Mapping[str, Column] = {
    "catalyst": Column(),
    "reactions": WORDS,
    "direction": Column(one_of("both", "forward", "backward")),
    "kcat": POSITIVE,
    "low": POSITIVE,
    "high": POSITIVE,
    "spread": POSITIVE,
    **SOURCED,
}
AFFINITIES: Mapping[str, Column] = {
    "catalyst": Column(),
    "reaction": TEXT,
    "metabolite": Column(),
    "km": POSITIVE,
    "low": POSITIVE,
    "high": POSITIVE,
    **SOURCED,
}
PROTEINS: Mapping[str, Column] = {
    "gene": Column(),
    "mass": POSITIVE,
    "abundance": Column(number, required=False, default=None),
    "spread": Column(positive, required=False, default=None),
    **SOURCED,
}


@dataclass(frozen=True, slots=True)
class Turnover(Sourced):
    """Turnover number of a catalyst, or of some of its reactions.

    Parameters
    ----------
    catalyst : str
    reactions : tuple of str
        What it holds for; empty for all reactions of the catalyst.
    direction : {'both', 'forward', 'backward'}
        Of the reaction as it is written.
    kcat, low, high : float
        1/s, per complex.
    spread : float
        Standard deviation of ln kcat.
    """

    catalyst: str
    reactions: tuple[str, ...]
    direction: Direction
    kcat: float
    low: float
    high: float
    spread: float


@dataclass(frozen=True, slots=True)
class Affinity(Sourced):
    """Michaelis constant of a carrier for a species outside the cell, mM."""

    catalyst: str
    reaction: str
    metabolite: str
    km: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Protein(Sourced):
    """Mass of a gene's protein, and how much of it reference cells have.

    Parameters
    ----------
    gene : str
    mass : float
        kDa.
    abundance : float or None
        pmol per mg of protein; None if not measured.
    spread : float or None
        Standard deviation of ln abundance between lines, where it is more than what is usual.
    """

    gene: str
    mass: float
    abundance: float | None
    spread: float | None = None


def kinetic_problems(
    turnovers: Iterable[Turnover],
    affinities: Iterable[Affinity],
    proteins: Iterable[Protein],
    reactions_of: Mapping[str, Collection[str]],
    genes: Collection[str],
    species: Collection[str],
) -> Iterator[Problem]:
    """What does not fit together in the three tables.

    Parameters
    ----------
    turnovers, affinities, proteins : iterable of rows
    reactions_of : mapping of catalyst id to collection of str
        Every catalyst of the model.
    genes, species : collection of str
        Of the model.
    """
    whole: dict[str, Turnover] = {}
    for row in turnovers:
        yield from _catalyst(row, row.reactions, reactions_of)
        yield from _outside("kcat", row.kcat, row)
        if not row.reactions and row.direction == "both":
            if row.catalyst in whole:
                what = f"{row.catalyst} has two rows for all of its reactions"
                yield Problem("FM412", what, row.where, "name the reactions of one of them")
            whole[row.catalyst] = row
    for affinity in affinities:
        yield from _catalyst(affinity, [affinity.reaction] if affinity.reaction else [], reactions_of)
        if affinity.metabolite not in species:
            cure = nearest(affinity.metabolite, species)
            yield Problem("FM405", f"unknown species {affinity.metabolite!r}", affinity.where, cure)
        yield from _outside("Km", affinity.km, affinity)
    for protein in proteins:
        if protein.gene not in genes:
            cure = nearest(protein.gene, genes)
            yield Problem("FM406", f"unknown gene {protein.gene!r}", protein.where, cure)
        if protein.abundance is not None and protein.abundance < 0:
            what = f"{protein.gene}: abundance {protein.abundance:g} is negative"
            yield Problem("FM423", what, protein.where)


def _catalyst(
    row: Turnover | Affinity, named: Iterable[str], reactions_of: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    if row.catalyst not in reactions_of:
        cure = nearest(row.catalyst, reactions_of)
        yield Problem("FM422", f"unknown catalyst {row.catalyst!r}", row.where, cure)
        return
    for reaction in named:
        if reaction not in reactions_of[row.catalyst]:
            what = f"{row.catalyst} does not catalyse {reaction!r}"
            yield Problem("FM422", what, row.where, nearest(reaction, reactions_of[row.catalyst]))


def _outside(name: str, value: float, row: Turnover | Affinity) -> Iterator[Problem]:
    if not row.low <= value <= row.high:
        what = f"{name} {value:g} of {row.catalyst} is not within {row.low:g} to {row.high:g}"
        yield Problem("FM423", what, row.where, "widen the range or correct the number")
