"""Chemical formulas: what they hold, what they weigh, and whether a reaction keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from fluxmodel.errors import ModelError, Problem
from fluxmodel.frozen import FrozenMap

# IUPAC CIAAW standard atomic weights 2021 (abridged where an interval is given), g/mol
ATOMIC_WEIGHTS: Mapping[str, float] = FrozenMap(
    {
        "H": 1.008, "Li": 6.94, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999,
        "F": 18.998403, "Na": 22.989769, "Mg": 24.305, "Al": 26.981538, "Si": 28.085,
        "P": 30.973762, "S": 32.06, "Cl": 35.45, "K": 39.0983, "Ca": 40.078, "V": 50.9415,
        "Cr": 51.9961, "Mn": 54.938043, "Fe": 55.845, "Co": 58.933194, "Ni": 58.6934,
        "Cu": 63.546, "Zn": 65.38, "As": 74.921595, "Se": 78.971, "Br": 79.904, "Mo": 95.95,
        "Cd": 112.414, "I": 126.90447, "W": 183.84, "Hg": 200.592,
    }
)  # fmt: skip
GENERIC = frozenset({"R", "X"})  # a rest: it can be balanced, but it has no weight
BALANCE_TOLERANCE = 1e-6  # atoms or charges per turnover; sums of decimal coefficients round below it

_PART = re.compile(r"([A-Z][a-z]?)(\d*)")
_WHOLE = re.compile(r"(?:[A-Z][a-z]?\d*)+\Z")


def _refuse(text: str, why: str) -> ModelError:
    cure = "write element symbols with whole numbers, like C5H10N2O3"
    return ModelError(Problem("FM404", f"formula {text!r}: {why}", cure=cure))


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> FrozenMap[str, int]:
    """Atoms by element symbol; R and X stand for a rest that stays unchanged.

    Raises
    ------
    ModelError
        FM404 for anything but known element symbols with whole numbers.

    Examples
    --------
    >>> parse_formula("C5H10N2O3")
    FrozenMap({'C': 5, 'H': 10, 'N': 2, 'O': 3})
    """
    if not _WHOLE.match(text):
        raise _refuse(text, "not a formula")
    atoms: dict[str, int] = {}
    for symbol, count in _PART.findall(text):
        if symbol not in ATOMIC_WEIGHTS and symbol not in GENERIC:
            raise _refuse(text, f"{symbol} is not a known element")
        atoms[symbol] = atoms.get(symbol, 0) + (int(count) if count else 1)
    return FrozenMap(atoms)


def molar_mass(formula: str) -> float:
    """Molar mass in g/mol.

    Raises
    ------
    ModelError
        FM404 if the formula cannot be read or holds a rest (R, X), which has no mass.

    Examples
    --------
    >>> round(molar_mass("C6H12O6"), 3)
    180.156
    """
    atoms = parse_formula(formula)
    for symbol in atoms:
        if symbol in GENERIC:
            raise _refuse(formula, f"{symbol} is a rest and has no mass")
    return sum(ATOMIC_WEIGHTS[symbol] * count for symbol, count in atoms.items())


def element_sum(terms: Iterable[tuple[float, str]]) -> dict[str, float]:
    """Net atoms of ``(coefficient, formula)`` terms; elements in balance are left out.

    Examples
    --------
    >>> element_sum([(-1, "C3H4O3"), (1, "C3H6O3")])
    {'H': 2.0}
    """
    total: dict[str, float] = {}
    for coefficient, formula in terms:
        for symbol, count in parse_formula(formula).items():
            total[symbol] = total.get(symbol, 0.0) + coefficient * count
    return {symbol: net for symbol, net in sorted(total.items()) if abs(net) > BALANCE_TOLERANCE}
