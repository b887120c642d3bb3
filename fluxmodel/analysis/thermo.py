"""Directions: which ways reactions may run together, given their energies and measured concentrations.

``DG' = DG'0 + RT sum_i s_i ln c_i + e``, with every ln c in its measured range, ratios in theirs, and the
error e within some standard deviations, one error for reactions that share their chemistry. A reaction runs
forward only where DG' <= -margin, backward only where DG' >= margin. A *nogood* is a smallest set of
directions that no concentrations allow together; a *pattern* is a smallest set of directions to close so that
none is left.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from fluxmodel.analysis.nogoods import Quotients, Sign, nogoods, sums
from fluxmodel.formalism.resolved import Bound, Origin, closed
from fluxmodel.network.energetics import in_quotient
from fluxmodel.network.model import Model

#: Gas constant, kJ/mol/K.
GAS_CONSTANT = 8.314462618e-3
#: Used where `parameters.tsv` does not say otherwise: temperature (K), standard deviations that an error may
#: have, and how far from equilibrium a net flux has to be (kJ/mol).
TEMPERATURE, SDS, MARGIN = 310.15, 2.0, 0.5
#: More patterns than this are not solved one by one: nogoods that would lead beyond it are left out.
MOST_PATTERNS = 16

Pattern = frozenset[Sign]


@dataclass(frozen=True)
class Directions:
    """What thermodynamics says of the directions that bounds leave open.

    Attributes
    ----------
    nogoods : tuple of frozenset of (reaction, sign)
        Smallest sets of up to three directions that no concentrations allow together.
    patterns : tuple of frozenset of (reaction, sign)
        Every smallest set of directions whose closing leaves no nogood; empty if there is no nogood.
    left_out : tuple of frozenset of (reaction, sign)
        Nogoods that the patterns do not rule out, because there would be too many patterns.
    """

    nogoods: tuple[Pattern, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    left_out: tuple[Pattern, ...] = ()


def directions(model: Model, bounds: Mapping[str, Bound]) -> Directions:
    """Nogoods and patterns of a model under bounds.

    A nogood counts if the bounds leave every one of its directions open: its subsets are allowed, so nothing
    that is allowed under fewer bounds is lost.

    Parameters
    ----------
    model : Model
    bounds : mapping of reaction id to Bound
    """
    if not model.energies:
        return Directions()
    open_ = {s for r in model.energies for s in _open(r, bounds[r].lower, bounds[r].upper)}
    rows = (model.reactions[r] for r in model.energies)
    # asked of what the table leaves open, so that one search serves every condition
    every = open_.union(*(_open(row.id, row.lower, row.upper) for row in rows))
    searched = nogoods(quotients(model), tuple(_sorted(model, every)))
    found = [n for n in searched if n <= open_]
    patterns: tuple[Pattern, ...] = ()
    left_out: list[Pattern] = []
    used: list[Pattern] = []
    for nogood in found:
        wider = hitting_sets([*used, nogood], tuple(model.energies))
        if len(wider) > MOST_PATTERNS:
            left_out.append(nogood)
        else:
            used.append(nogood)
            patterns = wider
    return Directions(tuple(found), patterns, tuple(left_out))


def _open(reaction: str, lower: float, upper: float) -> list[Sign]:
    return [(reaction, sign) for sign, most in ((1, upper), (-1, -lower)) if most > 0]


def sign_patterns(model: Model, bounds: Mapping[str, Bound]) -> tuple[Pattern, ...]:
    """The patterns of `directions`."""
    return directions(model, bounds).patterns


def close_directions(
    bounds: dict[str, Bound], model: Model, notes: list[str] | None = None
) -> tuple[Pattern, ...]:
    """Close in `bounds` what every pattern closes; return the patterns of what remains to be chosen.

    Parameters
    ----------
    bounds : dict of reaction id to Bound
    model : Model
    notes : list of str, optional
        Gets what the user should know.
    """
    found = directions(model, bounds)
    always = frozenset.intersection(*found.patterns) if found.patterns else Pattern()
    for reaction, sign in _sorted(model, always):
        blamed = next(n for n in found.nogoods if (reaction, sign) in n)
        origin = Origin("thermodynamics", why(model, blamed), model.energies[reaction].where)
        bounds[reaction] = closed(bounds[reaction], sign, origin)
    rest = [n for n in found.nogoods if n not in found.left_out and not n & always]
    if notes is not None:
        if always:
            notes.append(f"thermodynamics closes {told(model, [{s} for s in _sorted(model, always)])}")
        if rest:
            notes.append(f"thermodynamics never lets run together {told(model, rest)}")
        if found.left_out:
            notes.append(f"thermodynamics is not applied to {told(model, found.left_out)}: too many choices")
    return tuple(p - always for p in found.patterns) if rest else ()


def hitting_sets(sets: Iterable[Pattern], order: Collection[str]) -> tuple[Pattern, ...]:
    """Every smallest set that has something in common with each of the sets [1]_.

    Parameters
    ----------
    sets : iterable of frozenset of (reaction, sign)
    order : collection of str
        Reactions; what comes first in it comes first in the result.

    References
    ----------
    .. [1] Berge C (1989), Hypergraphs, chapter 2.

    Examples
    --------
    >>> a, b, c = ("A", 1), ("B", 1), ("C", -1)
    >>> found = hitting_sets([frozenset([a, b]), frozenset([b, c])], ["A", "B", "C"])
    >>> [sorted(s) for s in found]
    [[('B', 1)], [('A', 1), ('C', -1)]]
    """
    found: set[Pattern] = {frozenset()}
    for one in sets:
        wider = {p for p in found if p & one}
        wider |= {p | {sign} for p in found if not p & one for sign in one}
        found = {p for p in wider if not any(q < p for q in wider)}
    place = {reaction: n for n, reaction in enumerate(order)}
    return tuple(sorted(found - {frozenset()}, key=lambda p: (len(p), sorted((place[r], -s) for r, s in p))))


def why(model: Model, nogood: Collection[Sign]) -> str:
    """Why directions exclude each other: the energy of a single one, or that of their sum.

    Parameters
    ----------
    model : Model
    nogood : collection of (reaction, sign)
    """
    table = quotients(model)
    signs = _sorted(model, nogood)
    low, high = sums(table, signs)
    if len(signs) == 1:
        sign = signs[0][1]
        low, high = sorted((sign * low, sign * high))
        limit = f"at most {-table.margin:g}" if sign > 0 else f"at least {table.margin:g}"
        return (
            f"{words(signs)}: its DG' is {low:.1f} to {high:.1f} kJ/mol at the concentrations of the tables, "
            f"and would have to be {limit}"
        )
    most = -table.margin * len(signs)
    text = f"{words(signs)}: their DG' add up to {low:.1f} to {high:.1f} kJ/mol"
    if low > most:
        return f"{text}, and would have to add up to at most {most:g}"
    return f"{text}, but no concentrations in the tables let each be at most {-table.margin:g}"


def words(signs: Collection[Sign]) -> str:
    """Directions as people say them.

    Examples
    --------
    >>> words([("MALtm", 1), ("MDH", -1)])
    'MALtm forward with MDH backward'
    """
    return " with ".join(f"{r} {'forward' if s > 0 else 'backward'}" for r, s in signs)


def told(model: Model, found: Iterable[Collection[Sign]]) -> str:
    """Nogoods in one line, in the order of the table."""
    return "; ".join(words(_sorted(model, n)) for n in found)


def _sorted(model: Model, signs: Collection[Sign]) -> list[Sign]:
    place = {reaction: n for n, reaction in enumerate(model.energies)}
    return sorted(signs, key=lambda s: (place[s[0]], -s[1]))


def quotients(model: Model) -> Quotients:
    """The energies of a model as linear functions of ln c and of the errors."""
    value = {
        name: model.parameters[name].value if name in model.parameters else default
        for name, default in (
            ("thermo.temperature", TEMPERATURE), ("thermo.sds", SDS), ("thermo.margin", MARGIN)
        )
    }  # fmt: skip
    rt, sds = GAS_CONSTANT * value["thermo.temperature"], value["thermo.sds"]
    columns = {m: (math.log(c.low / 1e3), math.log(c.high / 1e3)) for m, c in model.concentrations.items()}
    energies = []
    for row in model.energies.values():
        terms = {m: rt * c for m, c in in_quotient(model.reactions[row.reaction].stoichiometry).items()}
        for name, coefficient, sd in row.errors or ((f"own {row.reaction}", 1.0, row.sd),):
            terms[f"error {name}"] = coefficient
            columns[f"error {name}"] = (-sds * sd, sds * sd)
        energies.append((row.reaction, row.dg0, tuple(terms.items())))
    ratios = tuple((r.numerator, r.denominator, math.log(r.low), math.log(r.high)) for r in model.ratios)
    return Quotients(tuple(columns.items()), ratios, tuple(energies), value["thermo.margin"])
