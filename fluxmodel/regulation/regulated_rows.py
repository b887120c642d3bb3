"""Reading regulated.tsv: the numbers of every law that regulates a capacity, checked.

The laws themselves stand in `fluxmodel.regulation.regulated`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from fluxmodel.errors import DomainError, Problem, TableError, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.regulation.axes_rows import PROVENANCES
from fluxmodel.regulation.drawing import spread_draw
from fluxmodel.tables import Column, Row, number, one_of, read_table

NOWHERE = Where()
#: parameters of each law
LAWS: Mapping[str, tuple[str, ...]] = FrozenMap(
    {"kinase_phosphatase": ("a_ref",), "degradation": ("k", "n", "p"), "axis": ("log2_at_full",)}
)
#: what can be computed from the others, and is only checked: law -> names
_DERIVED: Mapping[str, tuple[str, ...]] = FrozenMap({"kinase_phosphatase": ("r",)})
_SUM = 1e-6  # how far the weights of a table may be from 1
_ROUNDED = 1e-3  # relative; a derived number of a table has four digits
#: what must not be 0, and what it is at least when it is drawn
_POSITIVE, _LEAST = ("a_ref", "n"), 0.01
_RANGES = {"a_ref": (0.0, 1.0), "k": (0.0, math.inf), "n": (0.0, math.inf), "p": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the table, with the range in which it lies."""

    kind: str
    name: str
    value: float
    low: float
    high: float
    unit: str = "1"
    source: str = ""
    provenance: str = ""
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Regulated:
    """A capacity and the law that regulates it.

    Parameters
    ----------
    target : str
        Reaction or catalyst whose capacity is multiplied.
    law : str
        ``kinase_phosphatase``, ``degradation`` or ``axis``.
    numbers : tuple of Number
        Kind ``weight``: share of each regulator in the reference; ``parameter``: of the law; others, such as
        ``ki_dca``, are for those who compute what is inhibited.
    use : bool
        Whether the model uses it; one that is off is an alternative to be tried.

    Raises
    ------
    DomainError
        FM615 if the numbers do not make the law.

    Examples
    --------
    >>> weight, share = Number("weight", "PDK1", 1, 1, 1), Number("parameter", "a_ref", 0.25, 0.1, 0.5)
    >>> pdh = Regulated("PDHm", "kinase_phosphatase", (weight, share))
    >>> pdh.regulators, dict(pdh.of("parameter"))
    (('PDK1',), {'a_ref': 0.25})
    """

    target: str
    law: str
    numbers: tuple[Number, ...]
    use: bool = True

    def __post_init__(self) -> None:
        if wrong := _faults(self):
            raise DomainError([Problem("FM615", f"{self.target}: {what}", cure=cure) for what, cure in wrong])

    def of(self, kind: str) -> FrozenMap[str, float]:
        """Values of one kind by name."""
        return FrozenMap({n.name: n.value for n in self.numbers if n.kind == kind})

    @property
    def regulators(self) -> tuple[str, ...]:
        """What regulates the target: genes, or axes for the law ``axis``."""
        return tuple(self.of("weight"))

    def with_values(self, kind: str, values: Mapping[str, float]) -> Regulated:
        """The same law with other values of one kind, such as those of another cell or a draw.

        Weights are divided by their sum; a number that follows from the changed ones is dropped.

        Raises
        ------
        DomainError
            FM619 for a name that is not there or weights without a sum, FM615 for a value that the law cannot
        have.
        """
        derived = _DERIVED.get(self.law, ()) if kind == "parameter" else ()
        kept = tuple(n for n in self.numbers if n.kind != kind or n.name not in derived)
        known = {n.name: n.value for n in kept if n.kind == kind}
        if unknown := [name for name in values if name not in known]:
            what = f"{self.target} has no {kind} {', '.join(unknown)}"
            raise DomainError(refuse(what, f"names: {', '.join(known) or 'none'}"))
        merged = {**known, **values}
        total = math.fsum(merged.values()) if kind == "weight" else 1.0
        if not 0 < total < math.inf:
            what = f"weights of {self.target} add up to {total:g}"
            raise DomainError(refuse(what, "they must be >= 0, and not all 0"))
        numbers = (replace(n, value=merged[n.name] / total) if n.kind == kind else n for n in kept)
        return replace(self, numbers=tuple(numbers))

    def draw(self, rng: np.random.Generator) -> Regulated:
        """The same law with its parameters drawn from their ranges: 5 and 95 % points are `low` and `high`.

        Weights and what follows from other numbers are left as they are. What would lie beyond what the law
        allows is moved to its end.

        Examples
        --------
        >>> weight = Number("weight", "HIF1A", 1, 1, 1)
        >>> size = Number("parameter", "log2_at_full", -0.5, -1, 0)
        >>> law = Regulated("translation", "axis", (weight, size))
        >>> -1.5 < law.draw(np.random.default_rng(1)).of("parameter")["log2_at_full"] < 0.5
        True
        """
        drawn = {}
        for n in self.numbers:
            if n.kind == "parameter" and n.name not in _DERIVED.get(self.law, ()):
                low, high = _RANGES.get(n.name, (-math.inf, math.inf))
                least = _LEAST if n.name in _POSITIVE else low
                value = spread_draw(rng, np.array([n.value]), np.array([n.low]), np.array([n.high]))[0]
                drawn[n.name] = float(min(max(value, least), high))
        return self.with_values("parameter", drawn) if drawn else self


def _faults(row: Regulated) -> list[tuple[str, str]]:
    """What is wrong with the numbers of a law, each with its cure."""
    if row.law not in LAWS:
        return [(f"unknown law {row.law!r}", f"laws: {', '.join(LAWS)}")]
    weights, number = row.of("weight"), row.of("parameter")
    found: list[tuple[str, str]] = []
    needed = LAWS[row.law]
    if missing := [name for name in needed if name not in number]:
        found.append((f"the law {row.law} lacks {', '.join(missing)}", f"it needs {', '.join(needed)}"))
    if extra := sorted(set(number) - {*needed, *_DERIVED.get(row.law, ())}):
        found.append((f"the law {row.law} has no {', '.join(extra)}", f"it has {', '.join(needed)}"))
    if not abs(math.fsum(weights.values()) - 1) <= _SUM or min(weights.values(), default=-1) < 0:
        what = f"weights {', '.join(f'{n} {v:g}' for n, v in weights.items()) or 'are missing'}"
        found.append((what, "they must be >= 0 and add up to 1"))
    for name, (low, high) in _RANGES.items():
        # an active share of 0 in the reference leaves nothing to be relative to
        if name in number and not (low <= number[name] <= high and (number[name] > 0 or name in "kp")):
            found.append((f"{name} = {number[name]:g}", f"it must be from {low:g} to {high:g}"))
    a_ref, r = number.get("a_ref", 0.0), number.get("r")
    if r is not None and a_ref > 0 and abs(r - (1 / a_ref - 1)) > _ROUNDED * max(r, 1):
        found.append((f"r = {r:g}, but a_ref = {a_ref:g} gives {1 / a_ref - 1:g}", "leave r out"))
    return found


def refuse(what: str, cure: str) -> Problem:
    """A number that a law cannot take."""
    return Problem("FM619", what, cure=cure)


_SCHEMA = {
    "target": Column(),
    "law": Column(one_of(*LAWS)),
    "kind": Column(),
    "name": Column(),
    "value": Column(number),
    "low": Column(number),
    "high": Column(number),
    "unit": Column(),
    "use": Column(one_of("on", "off")),
    "source": Column(),
    "provenance": Column(one_of(*PROVENANCES)),
    "note": Column(required=False),
}


def read_regulated(folder: Path) -> tuple[Regulated, ...]:
    """Read ``regulated.tsv`` of a model folder: one value per target and law, in the order of the file.

    Raises
    ------
    TableError
        Everything that is wrong: FM010-FM020 for its form, FM615 for numbers that do not make a law.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in read_table(folder / "regulated.tsv", _SCHEMA):
        groups.setdefault((row["target"], row["law"]), []).append(row)
    problems: list[Problem] = []
    found: list[Regulated] = []
    for (target, law), rows in groups.items():
        if wrong := _check_rows(rows):
            problems += wrong
            continue
        try:
            numbers = tuple(_number(row) for row in rows)
            found.append(Regulated(target, law, numbers, rows[0]["use"] == "on"))
        except DomainError as error:
            problems += error.at(rows[0].where("value")).problems
    if problems:
        raise TableError(problems)
    return tuple(found)


def _number(row: Row) -> Number:
    fields = ("kind", "name", "value", "low", "high", "unit", "source", "provenance", "note")
    return Number(**{name: row[name] for name in fields}, where=row.where())


def _check_rows(rows: list[Row]) -> list[Problem]:
    """What is wrong with the rows of one target and law, one by one and beside each other."""
    problems = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if not row["low"] <= row["value"] <= row["high"]:
            what = f"{row['value']:g} does not lie between low {row['low']:g} and high {row['high']:g}"
            cure = "order them low <= value <= high"
            problems.append(Problem("FM615", what, row.where("value"), cure))
        if (name := (row["kind"], row["name"])) in seen:
            what = f"{name[0]} {name[1]} stands on line {seen[name]} already"
            problems.append(Problem("FM615", what, row.where("name"), "keep one of them"))
        seen.setdefault(name, row.line)
        if row["use"] != rows[0]["use"]:
            what = f"{row['use']}, but line {rows[0].line} of the same law says {rows[0]['use']}"
            problems.append(Problem("FM615", what, row.where("use"), "a law is on or off as a whole"))
    return problems
