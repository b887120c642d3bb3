"""What tables of measured constants share: numbers above 0, and where each row comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fluxmodel.errors import Where
from fluxmodel.tables import Column, number, one_of, words


def positive(text: str) -> float:
    """A finite number above 0."""
    value = number(text)
    if value <= 0:
        raise ValueError("must be above 0")
    return value


#: Columns of many tables.
TEXT, WORDS, POSITIVE = Column(required=False), Column(words, required=False, default=()), Column(positive)
#: The columns from which the fields of `Sourced` are read.
SOURCED: Mapping[str, Column] = {
    "source": WORDS,
    "provenance": Column(one_of("read", "recalled", "chosen", "derived")),
    "note": TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A row with its sources and how they are known; ``where`` takes no part in comparison or digests."""

    sources: tuple[str, ...] = ()
    provenance: str = "recalled"
    note: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)
