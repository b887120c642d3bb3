"""Reading axes.tsv and basal.tsv: their rows, and what has to hold between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fluxmodel.errors import Problem, TableError, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.tables import Column, Row, number, one_of, read_table

NOWHERE = Where()
PROVENANCES = ("read", "recalled", "database", "chosen")
_SIGNS = {"+": 1, "+1": 1, "1": 1, "-": -1, "-1": -1}


def _sign(text: str) -> int:
    """1 for a gene that the regulator induces, -1 for one that it represses."""
    if text not in _SIGNS:
        raise ValueError("write + or -")
    return _SIGNS[text]


@dataclass(frozen=True, slots=True)
class Target:
    """One gene under one regulator: what full activity does to its expression.

    Parameters
    ----------
    regulator, gene : str
    sign : int
        1 if it is induced, -1 if it is repressed.
    evidence : str
        Class of the evidence (column ``class``), which sets the prior where nothing was measured.
    log2fc, low, high : float
        Log2 fold change from basal to full activity, and its 5 % and 95 % ends.
    """

    regulator: str
    gene: str
    sign: int
    evidence: str
    log2fc: float
    low: float
    high: float
    basis: str = ""
    source: str = ""
    provenance: str = ""
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Basal:
    """How active a regulator is in the reference, in [0, 1), and the range in which that lies."""

    regulator: str
    value: float
    low: float = 0.0
    high: float = 1.0
    source: str = ""
    note: str = ""
    where: Where = field(default=NOWHERE, compare=False, repr=False)


_AXES = {
    "regulator": Column(),
    "gene": Column(),
    "sign": Column(_sign),
    "class": Column(),
    "log2fc": Column(number),
    "low": Column(number),
    "high": Column(number),
    "basis": Column(required=False),
    "source": Column(),
    "provenance": Column(one_of(*PROVENANCES)),
    "note": Column(required=False),
}
_BASAL = {
    "regulator": Column(),
    "basal": Column(number),
    "low": Column(number),
    "high": Column(number),
    "source": Column(),
    "note": Column(required=False),
}


def read_rows(folder: Path) -> tuple[tuple[Target, ...], FrozenMap[str, Basal]]:
    """Targets and basal activities of a model folder, checked against each other.

    Raises
    ------
    TableError
        Everything that is wrong in both files: FM010-FM020 for their form, FM610 for a range that does not
        fit, FM611 for rows that do not fit together.
    """
    problems: list[Problem] = []
    rows: list[tuple[Row, ...]] = []
    for name, schema, key in (("axes.tsv", _AXES, None), ("basal.tsv", _BASAL, "regulator")):
        try:
            rows.append(read_table(folder / name, schema, key))
        except TableError as error:
            problems.extend(error.problems)
            rows.append(())
    if problems:
        raise TableError(problems)
    targets, basal = tuple(_target(r) for r in rows[0]), tuple(_basal(r) for r in rows[1])
    problems = [p for t in targets for p in _check_target(t)]
    problems += [p for b in basal for p in _check_basal(b)]
    problems += _check_pairs(targets, [b.regulator for b in basal])
    if problems:
        raise TableError(problems)
    return targets, FrozenMap({b.regulator: b for b in basal})


def _target(row: Row) -> Target:
    values = dict(row.values)
    return Target(evidence=values.pop("class"), where=row.where(), **values)


def _basal(row: Row) -> Basal:
    values = dict(row.values)
    return Basal(value=values.pop("basal"), where=row.where(), **values)


def _at(where: Where, name: str) -> Where:
    return Where(where.file, where.line, name)


def _check_target(row: Target) -> list[Problem]:
    problems = []
    name = f"{row.regulator} on {row.gene}"
    if not row.low <= row.log2fc <= row.high:
        what = f"{name}: {row.log2fc:g} does not lie between low {row.low:g} and high {row.high:g}"
        problems.append(Problem("FM610", what, _at(row.where, "log2fc"), "order them low <= log2fc <= high"))
    if row.log2fc * row.sign < 0:
        what = f"{name}: sign {'+' if row.sign > 0 else '-'}, but log2fc {row.log2fc:g}"
        cure = "a repressed gene has sign - and a negative log2fc"
        problems.append(Problem("FM610", what, _at(row.where, "sign"), cure))
    return problems


def _check_basal(row: Basal) -> list[Problem]:
    if 0 <= row.low <= row.value <= row.high < 1:
        return []
    what = f"{row.regulator}: basal {row.value:g}, low {row.low:g}, high {row.high:g}"
    # at a basal activity of 1 there is no way up, and the slope L / (1 - a_basal) has no value
    cure = "they must be ordered 0 <= low <= basal <= high < 1"
    return [Problem("FM610", what, _at(row.where, "basal"), cure)]


def _check_pairs(targets: Sequence[Target], regulators: Sequence[str]) -> list[Problem]:
    problems = []
    seen: dict[tuple[str, str], int | None] = {}
    for row in targets:
        pair = (row.regulator, row.gene)
        if pair in seen:
            what = f"{row.gene} stands under {row.regulator} on line {seen[pair]} already"
            problems.append(Problem("FM611", what, _at(row.where, "gene"), "keep one of them"))
        seen.setdefault(pair, row.where.line)
        if row.regulator not in regulators:
            what = f"{row.regulator!r} has no basal activity"
            cure = nearest(row.regulator, regulators) or "give it a row in basal.tsv"
            problems.append(Problem("FM611", what, _at(row.where, "regulator"), cure))
    return problems
