"""inhibitors.tsv: its columns, and from its rows to drugs.

Codes: FM425 a number of a drug that cannot be used; FM426 a row or a name that stands there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fluxmodel.errors import Problem, TableError, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.pharmacology.drugs import (
    ASSAYS,
    GROWTH,
    ISR_NODES,
    KINDS,
    MEASURES,
    Action,
    Drug,
    Target,
    plain,
)
from fluxmodel.tables import Column, Row, number, one_of, read_table, words
from fluxmodel.units import Quantity, units_of

MODES = ("activity", "competitive", "transporter", "degrader", "isr_node", "depletes", "other")
_UNITS = units_of("concentration")


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _targets(text: str) -> tuple[Target, ...]:
    """Targets with blanks between them; ``-`` where nothing of metabolism is hit."""
    if text == "-":
        return ()
    found = []
    for word in text.split():
        kind, colon, name = word.partition(":")
        if not colon:
            kind, name = "", word
        elif kind not in KINDS or not name:
            raise ValueError(f"before the colon stands one of {', '.join(KINDS)}")
        if kind == "isr" and name not in ISR_NODES:
            raise ValueError(f"nodes of the integrated stress response: {', '.join(ISR_NODES)}")
        found.append(Target(kind, name))
    return tuple(found)


def _positive(text: str) -> float:
    value = number(text)
    if value <= 0:
        raise ValueError("must be above 0")
    return value


_TEXT = Column(required=False)
_NUMBER = Column(_positive, required=False, default=None)

INHIBITORS: Mapping[str, Column] = {
    "drug": Column(),
    "aliases": Column(_names, required=False, default=()),
    "target": Column(_targets),
    "role": Column(one_of("main", "off_target")),
    "mode": Column(one_of(*MODES)),
    "competes_with": _TEXT,
    "site": _TEXT,
    "potency": _NUMBER,
    "low": _NUMBER,
    "high": _NUMBER,
    "range": Column(one_of("source", "chosen"), required=False),
    "unit": Column(one_of(*_UNITS), required=False),
    "measure": Column(one_of(*MEASURES, GROWTH), required=False),
    "assay": Column(one_of(*ASSAYS), required=False),
    "system": _TEXT,
    "hill": _NUMBER,
    "hill_source": _TEXT,
    "provenance": Column(one_of("read", "recalled", "chosen")),
    "source": Column(words),
    "note": _TEXT,
}
_WITH_POTENCY = ("low", "high", "range", "unit", "measure", "assay", "hill", "hill_source")
_POTENCY_ONLY = ("low", "high", "range", "unit", "measure", "hill", "hill_source")


def read_drugs(path: Path) -> FrozenMap[str, Drug]:
    """Read a table of drugs.

    Parameters
    ----------
    path : Path
        ``inhibitors.tsv``, with the columns of `INHIBITORS`.

    Returns
    -------
    mapping of str to Drug
        By name, in the order of the table.

    Raises
    ------
    TableError
        Everything that is wrong, with file and line.
    """
    problems: list[Problem] = []
    drugs = drugs_of(read_table(path, INHIBITORS), problems)
    if problems:
        raise TableError(problems)
    return drugs


def drugs_of(rows: Iterable[Row], problems: list[Problem]) -> FrozenMap[str, Drug]:
    """Drugs out of the rows of a table; what is wrong with these is added to `problems`."""
    found: dict[str, Drug] = {}
    seen: dict[tuple[object, ...], int] = {}
    owner: dict[str, tuple[str, int]] = {}
    told: set[tuple[str, str]] = set()  # a drug has several rows, a clash of names is one problem
    for row in rows:
        name = row["drug"]
        problems += _wrong_numbers(row)
        key = (name, row["target"], row["assay"], row["measure"], row["system"])
        if key in seen:
            what = f"{name} on {_text(row['target'])} in one assay stands on line {seen[key]} already"
            problems.append(Problem("FM426", what, row.where("target"), "keep one of them"))
        seen.setdefault(key, row.line)
        for each in (name, *row["aliases"]):
            held, line = owner.setdefault(plain(each), (name, row.line))
            if held != name and (name, each) not in told:
                told.add((name, each))
                column = "drug" if each == name else "aliases"
                what = f"{each!r} is a name of {held} on line {line} already"
                problems.append(
                    Problem("FM426", what, row.where(column), "a name means one drug; case and hyphens aside")
                )
        drug = found.get(name, Drug(name, (), ()))
        new = tuple(a for a in row["aliases"] if a not in drug.aliases)
        found[name] = replace(drug, aliases=drug.aliases + new, actions=(*drug.actions, _action(row)))
    return FrozenMap(found)


def _text(targets: tuple[Target, ...]) -> str:
    return " ".join(map(str, targets)) or "-"


def _wrong_numbers(row: Row) -> list[Problem]:
    """What does not fit together in the numbers of one row."""
    problems: list[Problem] = []

    def wrong(column: str, what: str, cure: str) -> None:
        problems.append(Problem("FM425", what, row.where(column), cure))

    potency, low, high = row["potency"], row["low"], row["high"]
    if potency is None:
        given = [name for name in _POTENCY_ONLY if row[name]]
        if given:
            wrong("potency", f"{', '.join(given)} without a potency", "give the number, or leave these empty")
        return problems
    missing = [name for name in _WITH_POTENCY if not row[name]]
    if missing:
        wrong(
            "potency", f"a potency without {', '.join(missing)}", "a hill of 1 is chosen where none is known"
        )
    if low is not None and high is not None and not low <= potency <= high:
        wrong(
            "potency",
            f"{potency:g} does not lie between low {low:g} and high {high:g}",
            "correct one of them",
        )
    return problems


def _action(row: Row) -> Action:
    def amount(name: str) -> Quantity | None:
        known: Any = row[name]
        return None if known is None or not row["unit"] else Quantity(known, row["unit"])

    return Action(
        targets=row["target"],
        role=row["role"],
        mode=row["mode"],
        competes_with=row["competes_with"],
        site=row["site"],
        potency=amount("potency"),
        low=amount("low"),
        high=amount("high"),
        range=row["range"],
        measure=row["measure"],
        assay=row["assay"],
        system=row["system"],
        hill=row["hill"] or 1.0,
        hill_source=row["hill_source"],
        provenance=row["provenance"],
        sources=row["source"],
        note=row["note"],
        where=Where(row.file, row.line),
    )
