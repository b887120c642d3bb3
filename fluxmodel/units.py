"""Units: a closed table, values that carry their unit, and conversions that refuse to guess.

Codes: FM201 unknown unit, FM202 not a finite number, FM203 different dimensions, FM204 a dry mass is
missing, FM205 a number without a unit, FM206 text that is not a quantity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fluxmodel.errors import Problem, UnitError, nearest


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the unit table: ``1 name = factor * base unit of the dimension``."""

    name: str
    dimension: str
    factor: float


# dimension: {unit: factor}; the unit with factor 1.0 is the base of its dimension
_TABLE: dict[str, dict[str, float]] = {
    "flux": {"mmol/gDW/h": 1.0, "umol/gDW/h": 1e-3},
    "flux per cell": {
        "fmol/cell/h": 1.0,
        "umol/1e6 cells/h": 1e3,
        "nmol/1e6 cells/h": 1.0,
        "nmol/1e6 cells/min": 60.0,
        "amol/cell/s": 3.6,
    },
    "content": {"mmol/gDW": 1.0, "umol/gDW": 1e-3},
    "concentration": {"mM": 1.0, "M": 1e3, "uM": 1e-3, "nM": 1e-6, "pM": 1e-9},
    "ratio": {"1": 1.0, "percent": 1e-2},
    "fold change": {"fold": 1.0},
    "rate": {"1/h": 1.0, "1/s": 3600.0, "1/min": 60.0, "1/d": 1 / 24},
    "time": {"h": 1.0, "s": 1 / 3600, "min": 1 / 60, "d": 24.0},
    "dry mass per cell": {"pg/cell": 1.0, "ng/cell": 1e3},
    "cell density": {"cells/mL": 1.0, "1e6 cells/mL": 1e6},
    "biomass density": {"gDW/L": 1.0},
    "cells per area": {"cells/cm2": 1.0, "1e6 cells/cm2": 1e6},
    "dry mass per area": {"mg/cm2": 1.0},
    "length": {"mm": 1.0, "m": 1e3, "cm": 10.0, "um": 1e-3},
    "volume": {"L": 1.0, "mL": 1e-3, "uL": 1e-6},
    "molar energy": {"kJ/mol": 1.0},
}

UNITS: Mapping[str, Unit] = MappingProxyType(
    {name: Unit(name, dim, factor) for dim, units in _TABLE.items() for name, factor in units.items()}
)

# What a dry mass per cell (pg/cell) joins, in base units: (from, to) -> (exponent of the mass, factor).
# fmol/cell/h / (pg/cell) = 1e-15 mol / 1e-12 g = mmol/g; cells/mL * pg = 1e-12 g / 1e-3 L = 1e-9 g/L.
_BY_DRY_MASS: dict[tuple[str, str], tuple[int, float]] = {
    ("flux per cell", "flux"): (-1, 1.0),
    ("flux", "flux per cell"): (1, 1.0),
    ("cell density", "biomass density"): (1, 1e-9),
    ("biomass density", "cell density"): (-1, 1e9),
    ("cells per area", "dry mass per area"): (1, 1e-9),  # cells/cm2 * pg = 1e-12 g = 1e-9 mg
    ("dry mass per area", "cells per area"): (-1, 1e9),
}

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_QUANTITY = re.compile(rf"({_NUMBER})(?:\s*(%)|\s+(\S.*)|([^\s0-9.,+\-].*))?", re.ASCII)


def unit(name: str, among: Sequence[str] = ()) -> Unit:
    """The unit called `name`; ``%`` means percent, and ``µ`` may be written for ``u``.

    Parameters
    ----------
    name : str
    among : sequence of str
        Units that fit where the name was written: only these are suggested for an unknown name.

    Raises
    ------
    UnitError
        If the name is not in the table.

    Examples
    --------
    >>> unit("µM").name, unit("%").name
    ('uM', 'percent')
    """
    plain = "percent" if name.strip() == "%" else name.strip().replace("µ", "u").replace("μ", "u")
    if plain in UNITS:
        return UNITS[plain]
    cure = nearest(plain, among or UNITS)
    if not cure:
        cure = f"write one of {', '.join(among)}" if among else f"known units: {', '.join(UNITS)}"
    raise UnitError(Problem("FM201", f"unknown unit {name!r}", cure=cure))


def units_of(dimension: str) -> tuple[str, ...]:
    """Names of the units of one dimension.

    Examples
    --------
    >>> units_of("time")
    ('h', 's', 'min', 'd')
    """
    return tuple(u.name for u in UNITS.values() if u.dimension == dimension)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and, if known, where it comes from.

    Parameters
    ----------
    value : float
        Finite.
    unit : str
        A name of the unit table.
    source : str, optional
        Citation or "chosen"; not compared, so that equal quantities have equal digests.

    Raises
    ------
    UnitError
        If the value is not a finite number or the unit is unknown.

    Examples
    --------
    >>> Quantity(2, "µM")
    Quantity(value=2.0, unit='uM', source=None)
    >>> print(Quantity(2, "uM").to("mM"))
    0.002 mM
    """

    value: float
    unit: str
    source: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        # A number is needed here, not text or a bool: True would silently mean 1.
        if isinstance(self.value, (bool, str)) or not _is_finite(self.value):
            cure = "write a finite number such as 0.5"
            raise UnitError(Problem("FM202", f"{self.value!r} is not a finite number", cure=cure))
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "unit", unit(self.unit).name)

    @property
    def dimension(self) -> str:
        """Dimension of the unit, such as ``"concentration"``."""
        return UNITS[self.unit].dimension

    def to(self, name: str, dry_mass: Quantity | None = None) -> Quantity:
        """The same quantity in another unit.

        Parameters
        ----------
        name : str
            The unit wanted.
        dry_mass : Quantity, optional
            Dry mass per cell; needed between "per cell" and "per gDW".

        Raises
        ------
        UnitError
            If the dimensions differ, or a dry mass would be needed and is not given.

        Examples
        --------
        >>> print(Quantity(492.6, "fmol/cell/h").to("mmol/gDW/h", dry_mass=Quantity(492.6, "pg/cell")))
        1 mmol/gDW/h
        """
        here, there = UNITS[self.unit], unit(name)
        if here == there:
            return self
        base = self.value * here.factor
        if here.dimension != there.dimension:
            exponent, factor = _link(here, there)
            if dry_mass is None:
                what = f"{self.unit} becomes {there.name} only with a dry mass per cell"
                raise UnitError(Problem("FM204", what, cure='give one, such as Quantity(400, "pg/cell")'))
            mass = dry_mass.magnitude("pg/cell")
            if mass <= 0:
                what = f"a dry mass of {dry_mass} cannot be used"
                raise UnitError(Problem("FM202", what, cure="it must be > 0"))
            base = base * factor * (mass if exponent > 0 else 1 / mass)
        return replace(self, value=base / there.factor, unit=there.name)

    def magnitude(self, name: str, dry_mass: Quantity | None = None) -> float:
        """The number alone, in the unit `name`."""
        return self.to(name, dry_mass).value

    def __str__(self) -> str:
        return f"{self.value:.6g} {self.unit}" if self.unit != "1" else f"{self.value:.6g}"


def _is_finite(value: object) -> bool:
    try:
        return math.isfinite(value)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        return False


def _link(here: Unit, there: Unit) -> tuple[int, float]:
    """How a dry mass joins two dimensions, or an error that names both."""
    link = _BY_DRY_MASS.get((here.dimension, there.dimension))
    if link is None:
        what = f"{here.name} ({here.dimension}) cannot become {there.name} ({there.dimension})"
        cure = f"use one of {', '.join(units_of(there.dimension))}"
        raise UnitError(Problem("FM203", what, cure=cure))
    return link


def parse_quantity(text: str, among: Sequence[str] = ()) -> Quantity:
    """Read ``"2 uM"``, ``"90%"`` or ``"90 %"``; a number without a unit is refused.

    Parameters
    ----------
    text : str
    among : sequence of str
        Units that fit where the text was written: only these are suggested for an unknown one.

    Raises
    ------
    UnitError
        With a code for each way in which the text can be wrong.

    Examples
    --------
    >>> parse_quantity("100 nM")
    Quantity(value=100.0, unit='nM', source=None)
    >>> parse_quantity("90%").unit
    'percent'
    >>> parse_quantity("0.9")
    Traceback (most recent call last):
    fluxmodel.errors.UnitError: FM205: 0.9 has no unit
      write the unit behind the number, such as 2 mM, 90 % or 24 h
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        comma = re.fullmatch(r"[+-]?[0-9]+,[0-9]+(\D.*)?", text.strip())
        cure = "write a decimal point, not a comma" if comma else "write a number and a unit, such as 2 mM"
        raise UnitError(Problem("FM206", f"{text!r} is not a quantity", cure=cure))
    number, name = match[1], match[2] or match[3] or match[4]
    if name is None:
        cure = "write the unit behind the number, such as 2 mM, 90 % or 24 h"
        raise UnitError(Problem("FM205", f"{number} has no unit", cure=cure))
    if math.isinf(float(number)):
        raise UnitError(too_large(number))
    return Quantity(float(number), unit(name, among).name)


def too_large(digits: str) -> Problem:
    """A number that no float can hold, without printing all of it."""
    shown = digits if len(digits) <= 20 else f"{digits[:12]}... ({len(digits):,} characters)"
    return Problem("FM202", f"{shown} is too large for a number", cure="at most 1.7e308 can be written")
