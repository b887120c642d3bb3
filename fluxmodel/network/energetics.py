"""Reaction energies, concentrations and ratios: what decides which way a reaction may run.

The tables are optional: without them every reaction runs whichever way its bounds let it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fluxmodel.errors import Problem, nearest
from fluxmodel.network.sourced import POSITIVE, SOURCED, TEXT, Sourced, positive
from fluxmodel.tables import Column, number

#: These species are in the energy of a reaction already: its pH and the proton-motive force.
IN_THE_ENERGY = ("h", "h2o")


def shared_errors(text: str) -> tuple[tuple[str, float, float], ...]:
    """Errors that several reactions have in common: ``idh:1:2.5 transhydrogenase:-1:0.8``.

    Examples
    --------
    >>> shared_errors("idh:1:2.5 transhydrogenase:-1:0.8")
    (('idh', 1.0, 2.5), ('transhydrogenase', -1.0, 0.8))
    """
    found = []
    for word in text.split():
        parts = word.split(":")
        if len(parts) != 3 or not parts[0]:
            raise ValueError(f"write {word!r} as error:coefficient:sd")
        found.append((parts[0], number(parts[1]), positive(parts[2])))
    return tuple(found)


THERMO: Mapping[str, Column] = {
    "reaction": Column(),
    "dg0": Column(number),
    "sd": POSITIVE,
    "errors": Column(shared_errors, required=False, default=()),
    "ph": TEXT,
    "ionic_strength": Column(number, required=False, default=None),
    **SOURCED,
}
CONCENTRATIONS: Mapping[str, Column] = {
    "metabolite": Column(), "low": POSITIVE, "high": POSITIVE, **SOURCED
}  # fmt: skip
RATIOS: Mapping[str, Column] = {
    "numerator": Column(), "denominator": Column(), "low": POSITIVE, "high": POSITIVE, **SOURCED
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Energy(Sourced):
    """Transformed standard energy of a reaction as it is written, kJ/mol, at 1 M of everything but protons.

    Parameters
    ----------
    reaction : str
    dg0, sd : float
    errors : tuple of (error, coefficient, sd)
        Errors shared with other reactions, which take the place of `sd` where several reactions are judged
        together; empty if the error is the reaction's own.
    ph : str
        On the side or sides of the reaction.
    ionic_strength : float or None
        mol/L.
    """

    reaction: str
    dg0: float
    sd: float
    errors: tuple[tuple[str, float, float], ...] = ()
    ph: str = ""
    ionic_strength: float | None = None


@dataclass(frozen=True, slots=True)
class Concentration(Sourced):
    """Range of a metabolite's concentration in its compartment, mM."""

    metabolite: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ratio(Sourced):
    """Range of the ratio of two concentrations."""

    numerator: str
    denominator: str
    low: float
    high: float


def in_quotient(stoichiometry: Mapping[str, float]) -> dict[str, float]:
    """What of a reaction stands in its mass-action ratio: all but protons and water.

    Examples
    --------
    >>> in_quotient({"mal__L_m": -1, "nad_m": -1, "oaa_m": 1, "nadh_m": 1, "h_m": 1})
    {'mal__L_m': -1, 'nad_m': -1, 'oaa_m': 1, 'nadh_m': 1}
    """
    return {m: c for m, c in stoichiometry.items() if m.rpartition("_")[0] not in IN_THE_ENERGY}


def energy_problems(
    energies: Iterable[Energy],
    concentrations: Mapping[str, Concentration],
    ratios: Iterable[Ratio],
    reactions: Mapping[str, Mapping[str, float]],
    metabolites: Collection[str],
) -> Iterator[Problem]:
    """What does not fit together in the three tables.

    Parameters
    ----------
    energies, ratios : iterable of rows
    concentrations : mapping of metabolite id to Concentration
    reactions : mapping of reaction id to stoichiometry
        Every reaction of the model.
    metabolites : collection of str
        Of the model.
    """
    for row in concentrations.values():
        if row.metabolite not in metabolites:
            cure = nearest(row.metabolite, metabolites)
            yield Problem("FM405", f"unknown metabolite {row.metabolite!r}", row.where, cure)
        yield from _empty(row.metabolite, row)
    pairs: set[frozenset[str]] = set()
    for ratio in ratios:
        name = f"{ratio.numerator} / {ratio.denominator}"
        for id in (ratio.numerator, ratio.denominator):
            if id not in concentrations:
                cure = nearest(id, concentrations) or "add it to concentrations.tsv"
                yield Problem("FM424", f"{id!r} has no concentration", ratio.where, cure)
        yield from _empty(name, ratio)
        pair = frozenset((ratio.numerator, ratio.denominator))
        if pair in pairs or len(pair) == 1:
            yield Problem("FM412", f"{name} is no new ratio", ratio.where, "keep one row for a pair")
        pairs.add(pair)
    spreads: dict[str, float] = {}
    for energy in energies:
        if energy.reaction not in reactions:
            cure = nearest(energy.reaction, reactions)
            yield Problem("FM407", f"unknown reaction {energy.reaction!r}", energy.where, cure)
            continue
        lacking = [m for m in in_quotient(reactions[energy.reaction]) if m not in concentrations]
        if lacking:
            what = f"{energy.reaction}: no concentration of {', '.join(lacking)}"
            yield Problem("FM424", what, energy.where, "add it to concentrations.tsv")
        for name, _, sd in energy.errors:
            if spreads.setdefault(name, sd) != sd:
                what = f"error {name!r} has an sd of {spreads[name]:g} and of {sd:g}"
                yield Problem("FM424", what, energy.where, "one error has one sd")


def _empty(name: str, row: Concentration | Ratio) -> Iterator[Problem]:
    if row.low > row.high:
        yield Problem("FM423", f"{name}: {row.low:g} to {row.high:g} is no range", row.where, "low <= high")
