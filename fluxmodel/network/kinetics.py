"""What limits a catalyst: turnover numbers, affinities for what is outside, masses and abundances.

The tables are optional: a model without them has a network, and no prior for the capacities of a cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fluxmodel.errors import Problem, Where, nearest
from fluxmodel.tables import Column, Row, number, one_of, words

Direction = Literal["both", "forward", "backward"]

_TEXT = Column(required=False)
_WORDS = Column(words, required=False, default=())
_PROVENANCE = Column(one_of("read", "recalled", "chosen", "derived"))


def positive(text: str) -> float:
    """A finite number above 0."""
    value = number(text)
    if value <= 0:
        raise ValueError("must be above 0")
    return value


_POSITIVE = Column(positive)

KINETICS: Mapping[str, Column] = {
    "catalyst": Column(),
    "reactions": _WORDS,
    "direction": Column(one_of("both", "forward", "backward")),
    "kcat": _POSITIVE,
    "low": _POSITIVE,
    "high": _POSITIVE,
    "spread": _POSITIVE,
    "source": _WORDS,
    "provenance": _PROVENANCE,
    "note": _TEXT,
}
AFFINITIES: Mapping[str, Column] = {
    "catalyst": Column(),
    "reaction": _TEXT,
    "metabolite": Column(),
    "km": _POSITIVE,
    "low": _POSITIVE,
    "high": _POSITIVE,
    "source": _WORDS,
    "provenance": _PROVENANCE,
    "note": _TEXT,
}
PROTEINS: Mapping[str, Column] = {
    "gene": Column(),
    "mass": _POSITIVE,
    "abundance": Column(number, required=False, default=None),
    "source": _WORDS,
    "provenance": _PROVENANCE,
    "note": _TEXT,
}


@dataclass(frozen=True, slots=True)
class Turnover:
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
    sources: tuple[str, ...] = ()
    provenance: str = "recalled"
    note: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Affinity:
    """Michaelis constant of a carrier for a species outside the cell, mM."""

    catalyst: str
    reaction: str
    metabolite: str
    km: float
    low: float
    high: float
    sources: tuple[str, ...] = ()
    provenance: str = "recalled"
    note: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Protein:
    """Mass of a gene's protein, kDa, and its abundance, pmol per mg of protein; None if not measured."""

    gene: str
    mass: float
    abundance: float | None
    sources: tuple[str, ...] = ()
    provenance: str = "recalled"
    note: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)


def renamed(kind: Any, row: Row) -> Any:
    """A row type whose fields are the columns, except that `source` holds several."""
    values = dict(row.values)
    if "source" in values:
        values["sources"] = values.pop("source")
    return kind(**values, where=row.where())


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
        if not row.low <= row.kcat <= row.high:
            what = f"kcat {row.kcat:g} of {row.catalyst} is not within {row.low:g} to {row.high:g}"
            yield Problem("FM423", what, row.where, "widen the range or correct the number")
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
        if not affinity.low <= affinity.km <= affinity.high:
            within = f"{affinity.low:g} to {affinity.high:g}"
            what = f"Km {affinity.km:g} of {affinity.catalyst} is not within {within}"
            yield Problem("FM423", what, affinity.where, "widen the range or correct the number")
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
