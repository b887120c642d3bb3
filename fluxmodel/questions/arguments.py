"""Arguments as people hand them over: one thing where a list belongs, or something else altogether.

Codes: FM524 an argument of the wrong type, FM525 a number that is too small.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from os import PathLike
from typing import Any

from fluxmodel.errors import DomainError, Problem


def wrong(name: str, value: object, cure: str) -> DomainError:
    """The error of an argument that is something else than it should be."""
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    what = f"argument {name} = {shown} is of type {type(value).__name__}"
    return DomainError(Problem("FM524", what, cure=cure))


def items(name: str, value: Any, kind: type | tuple[type, ...], cure: str) -> tuple[Any, ...]:
    """The items of an argument; a single one may come without a list.

    Examples
    --------
    >>> items("observables", "growth", str, "name them"), items("observables", ["a", "b"], str, "name them")
    (('growth',), ('a', 'b'))
    >>> items("observables", 3, str, "name them")
    Traceback (most recent call last):
    fluxmodel.errors.DomainError: FM524: argument observables = 3 is of type int
      name them
    """
    if isinstance(value, kind):
        return (value,)
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise wrong(name, value, cure)
    found = tuple(value)
    for n, item in enumerate(found):
        if not isinstance(item, kind):
            raise wrong(f"{name}[{n}]", item, cure)
    return found


def text(name: str, value: Any, cure: str) -> str:
    """An argument that is a text."""
    if not isinstance(value, str):
        raise wrong(name, value, cure)
    return value


def whole(name: str, value: Any, least: int, cure: str) -> int:
    """A whole number of at least `least`.

    Examples
    --------
    >>> whole("members", 3, 0, "how many")
    3
    >>> whole("members", -1, 0, "how many")
    Traceback (most recent call last):
    fluxmodel.errors.DomainError: FM525: argument members = -1 is below 0
      how many
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise wrong(name, value, cure)
    if value < least:
        raise DomainError(Problem("FM525", f"argument {name} = {value} is below {least}", cure=cure))
    return int(value)


def folders_of(value: Any) -> tuple[str | PathLike[str], ...]:
    """Folders; one may come without a list."""
    return items("folders", value, (str, PathLike), "give paths of folders, such as ['conditions']")
