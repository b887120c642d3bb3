"""An axis of a phase plane as people write it: ``GLS=0..100%``, ``oxygen=0..21%``, ``uptake(gln__L)=0..0.5``.

Codes: FM550 text that is no axis, FM551 another name, FM552 a unit, FM553 a range, FM554 one thing twice,
FM555 nothing that moves bounds in proportion.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fluxmodel.condition import REGULATORS
from fluxmodel.condition.regulators import regulator
from fluxmodel.errors import DomainError, InputError, Problem, UnitError, Where
from fluxmodel.units import UNITS, unit, units_of

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_AXIS = re.compile(rf"\s*([^=]+?)\s*=\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*(.*?)\s*", re.ASCII)
_CALL = re.compile(r"(\w+)\s*\(\s*([^()\s]+)\s*\)", re.ASCII)
FLUX, PERCENT, POOLED = "mmol/gDW/h", "percent", "g/gDW"
_EXAMPLES = "GLS=0..100%, oxygen=0..21%, 'uptake(gln__L)=0..0.5', ATF4=0..1 or 'medium(gln__L)=0..2 mM'"


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be an axis.

    Parameters
    ----------
    units : mapping of str to (least, most)
        Base units, with the physical range in each.
    bare : str
        The unit of a number without one; empty if that is refused.
    meant : str
        What a number without a unit might mean.
    affine : bool
        Whether bounds are affine in it.
    """

    units: Mapping[str, tuple[float, float]]
    bare: str = ""
    meant: str = ""
    affine: bool = True


_ANY = (-math.inf, math.inf)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "activity": Kind({PERCENT: (0, 100)}, meant="how much of the activity is lost, 0..100%"),
        "oxygen": Kind(
            {PERCENT: (0, 100), FLUX: (0, math.inf)},
            meant="percent of the gas, 0..21%, or the highest uptake, '0..2 mmol/gDW/h'",
        ),
        "translation": Kind(
            {PERCENT: (0, 100), "1/h": (0, math.inf)},
            meant="how much of it is lost, 0..100%, or the growth that it supports, '0..0.06 1/h'",
        ),
        "pool": Kind({POOLED: (0, math.inf)}, POOLED),
        "uptake": Kind({FLUX: (0, math.inf)}, FLUX),
        "upper": Kind({FLUX: _ANY}, FLUX),
        "lower": Kind({FLUX: _ANY}, FLUX),
        "regulator": Kind({"1": (0, 1)}, "1", affine=False),
        "medium": Kind({"mM": (0, math.inf)}, meant="a concentration, such as '0..2 mM'", affine=False),
    }
)
_CALLED = ("uptake", "upper", "lower", "medium")
_WORDS = ("oxygen", "translation", "pool")


@dataclass(frozen=True, slots=True)
class Axis:
    """What is varied, and how far.

    Attributes
    ----------
    text : str
        As it was written.
    kind : str
        A name in ``KINDS``.
    name : str
        Gene, catalyst, reaction, drug, species or regulator; the kind itself if it has no name.
    low, high : float
        In `unit`; of an activity, how much of it is lost.
    unit : str
        ``percent``, ``mmol/gDW/h``, ``mM``, ``1/h``, ``g/gDW`` or ``1``.
    """

    text: str
    kind: str
    name: str
    low: float
    high: float
    unit: str

    @property
    def affine(self) -> bool:
        """Whether bounds are affine in it."""
        return KINDS[self.kind].affine

    @property
    def title(self) -> str:
        """What it is called, without its range.

        Examples
        --------
        >>> parse_axis("GLS=0..100%").title, parse_axis("uptake(gln__L)=0..0.5").title
        ('GLS', 'uptake(gln__L)')
        """
        return f"{self.kind}({self.name})" if self.kind in _CALLED else self.name

    @property
    def label(self) -> str:
        """What it is called, with its unit.

        Examples
        --------
        >>> parse_axis("GLS=0..100%").label, parse_axis("ATF4=0..1").label
        ('GLS inhibited [%]', 'ATF4')
        """
        lost = " inhibited" if self.kind in ("activity", "translation") and self.unit == PERCENT else ""
        shown = {"1": "", PERCENT: " [%]"}.get(self.unit, f" [{self.unit}]")
        return f"{self.title}{lost}{shown}"


def parse_axis(text: str) -> Axis:
    """Read what is varied, and from where to where.

    Parameters
    ----------
    text : str
        ``TARGET=0..100%`` (a gene, catalyst, reaction or drug loses that much of its activity),
        ``oxygen=0..21%`` or ``oxygen=0..2 mmol/gDW/h``, ``uptake(SPECIES)=0..0.5`` (mmol/gDW/h),
        ``upper(REACTION)=0..1``, ``lower(REACTION)=-1..0``, ``translation=0..100%`` or ``0..0.06 1/h``,
        ``pool=0..0.3`` (g/gDW), ``ATF4=0..1``, ``medium(SPECIES)=0..2 mM``.

    Raises
    ------
    DomainError
        FM550 if it is none of these, FM552 for a unit, FM553 for a range.

    Examples
    --------
    >>> axis = parse_axis("oxygen=0..21%")
    >>> axis.kind, axis.low, axis.high, axis.unit
    ('oxygen', 0.0, 21.0, 'percent')
    >>> parse_axis("medium(gln__L)=0..500 uM").high
    0.5
    >>> parse_axis("GLS=0..1")
    Traceback (most recent call last):
    fluxmodel.errors.DomainError: FM552: GLS=0..1: the range has no unit
      say how much of the activity is lost, 0..100%
    """
    if not isinstance(text, str):
        cure = f"write it as text: {_EXAMPLES}"
        raise DomainError(Problem("FM550", f"an axis is {text!r}, of type {type(text).__name__}", cure=cure))
    where = Where("".join(c if c.isprintable() else repr(c)[1:-1] for c in text.strip()))
    match = _AXIS.fullmatch(text)
    if match is None:
        cure = f"write NAME=LOW..HIGH and the unit: {_EXAMPLES}"
        raise DomainError(Problem("FM550", "not an axis of a plane", where, cure))
    kind, name = _named(match[1], where)
    known = KINDS[kind]
    base, factor = _unit(match[4], known, where)
    low, high = (float(match[k]) * factor for k in (2, 3))
    found = list(_out_of_range(low, high, known.units[base], base, kind, name, where))
    if found:
        raise DomainError(found)
    return Axis(text.strip(), kind, name, low + 0.0, high + 0.0, base)


def _named(text: str, where: Where) -> tuple[str, str]:
    """Kind and name of what is left of the equals sign."""
    if (call := _CALL.fullmatch(text)) is not None:
        if call[1] not in _CALLED:
            cure = f"write one of {', '.join(f'{c}(...)' for c in _CALLED)}"
            raise DomainError(Problem("FM550", f"{call[1]}(...) is not an axis of a plane", where, cure))
        return call[1], call[2]
    if text in _WORDS:
        return text, text
    if text in REGULATORS:
        return "regulator", text
    if (meant := regulator(text)[1]) and text not in REGULATORS:
        raise DomainError(Problem("FM551", f"{text} is a regulator under another name", where, meant))
    if any(c in text for c in "()"):
        raise DomainError(Problem("FM550", f"{text!r} is no name", where, f"such as {_EXAMPLES}"))
    return "activity", text


def _unit(text: str, known: Kind, where: Where) -> tuple[str, float]:
    """The base unit of a range, and what its numbers are multiplied with."""
    if not text:
        if known.bare:
            return known.bare, 1.0
        cure = f"say {known.meant}"
        raise DomainError(Problem("FM552", "the range has no unit", where, cure))
    if text in known.units:
        return text, 1.0
    wanted = " or ".join("%" if u == PERCENT else "no unit" if u == "1" else u for u in known.units)
    try:
        given = unit(text)
    except UnitError:
        raise DomainError(Problem("FM552", f"unknown unit {text!r}", where, f"write {wanted}")) from None
    for base in known.units:
        if base in UNITS and given.name in units_of(UNITS[base].dimension) and base != "1":
            if given.name == "1":
                break
            return base, given.factor / UNITS[base].factor
    raise DomainError(Problem("FM552", f"the unit {given.name} does not fit", where, f"write {wanted}"))


def _out_of_range(
    low: float, high: float, ends: tuple[float, float], base: str, kind: str, name: str, where: Where
) -> list[Problem]:
    least, most = ends
    shown = "" if base == "1" else f" {base}"
    found = []
    if not (math.isfinite(low) and math.isfinite(high)):
        found.append(Problem("FM553", "the range is not finite", where, "write two finite numbers"))
    elif low >= high:
        what = "the range is empty" if low == high else "the range is reversed"
        cure = "give two different ends" if low == high else f"write {high:g}..{low:g}"
        found.append(Problem("FM553", what, where, cure))
    if min(low, high) < least:
        cure = f"it starts at {least:g}{shown} or above"
        if kind in ("uptake", "oxygen"):
            cure += "; uptake is a positive number"
        found.append(Problem("FM553", f"{min(low, high):g}{shown} is below {least:g}", where, cure))
    if max(low, high) > most:
        what = f"{max(low, high):g}{shown} is above {most:g}"
        found.append(Problem("FM553", what, where, f"it ends at {most:g}{shown} or below"))
    return found


def parse_axes(x: str, y: str) -> tuple[Axis, Axis]:
    """Read both axes; the problems of both at once.

    Raises
    ------
    InputError
        FM554 if they are the same, FM555 if bounds are affine in neither.

    Examples
    --------
    >>> [axis.kind for axis in parse_axes("GLS=0..100%", "oxygen=0..21%")]
    ['activity', 'oxygen']
    """
    made: list[Axis] = []
    problems: list[Problem] = []
    for text in (x, y):
        try:
            made.append(parse_axis(text))
        except InputError as error:
            problems += error.problems
    if problems:
        raise DomainError(problems)
    first, second = made
    if (first.kind, first.name) == (second.kind, second.name):
        what = f"both axes are {first.title}"
        raise DomainError(Problem("FM554", what, Where(second.text), "vary two different things"))
    if not (first.affine or second.affine):
        what = f"neither {first.title} nor {second.title} moves bounds in proportion"
        cure = "one of both has to: an activity, oxygen, an uptake, a bound, translation or the pool"
        raise DomainError(Problem("FM555", what, cure=cure))
    return first, second
