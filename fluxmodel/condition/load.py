"""Loading by id or path, in one call each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fluxmodel.condition.cell import Cell
from fluxmodel.condition.finding import Ref
from fluxmodel.condition.folders import KINDS, Kind
from fluxmodel.condition.library import Library
from fluxmodel.condition.medium import Medium
from fluxmodel.condition.model import Condition
from fluxmodel.errors import ConditionError, DomainError, Problem, nearest

_KIND_OF: dict[str, Kind] = {
    "condition": "condition",
    "conditions": "condition",
    "medium": "medium",
    "media": "medium",
    "cell": "cell",
    "cells": "cell",
}


def load_condition(ref: Ref, folders: Sequence[Ref] = ()) -> Condition:
    """Load a condition by id or path, with everything that it extends.

    Parameters
    ----------
    ref : str or path
        An id, or a YAML file; ``file.yaml#id`` picks one of several documents.
    folders : sequence of path
        Searched in order, before the packaged conditions; the first hit wins.

    Raises
    ------
    ConditionError
        With every problem of the file, each with its line.

    Examples
    --------
    >>> load_condition("hypoxia").oxygen.value
    1.0
    """
    return Library(folders).condition(ref)


def load_medium(ref: Ref, folders: Sequence[Ref] = ()) -> Medium:
    """Load a medium or supplement by id or path; see `load_condition`."""
    return Library(folders).medium(ref)


def load_cell(ref: Ref, folders: Sequence[Ref] = ()) -> Cell:
    """Load a cell by id or path; see `load_condition`.

    Examples
    --------
    >>> load_cell("default").provisional
    False
    """
    return Library(folders).cell(ref)


def available(kind: str, folders: Sequence[Ref] = ()) -> tuple[str, ...]:
    """Every id of one kind in the folders and the package, sorted.

    Parameters
    ----------
    kind : str
        ``condition``, ``medium`` or ``cell``; the plural (``conditions``, ``media``, ``cells``) will do.
    folders : sequence of path

    Raises
    ------
    DomainError
        If there is no such kind.

    Examples
    --------
    >>> "normoxia" in available("conditions")
    True
    """
    return Library(folders).available(_kind(kind))


def described(kind: str, folders: Sequence[Ref] = ()) -> Mapping[str, str]:
    """Every id of one kind, as `available`, with its name or title; what is wrong with a file stands there.

    Examples
    --------
    >>> described("cells")["xct_high"][:40]
    'As default, with much system xc- (SLC7A1'
    """
    library, one = Library(folders), _kind(kind)
    found: dict[str, str] = {}
    for id in library.available(one):
        try:
            found[id] = (
                library.condition(id).title
                if one == "condition"
                else (library.medium(id) if one == "medium" else library.cell(id)).name
            )
        except ConditionError as error:
            found[id] = f"cannot be used: {error.problems[0]}".splitlines()[0]
    return found


def _kind(kind: str) -> Kind:
    one = _KIND_OF.get(kind) if isinstance(kind, str) else None
    if one is None:
        cure = f"{nearest(str(kind), _KIND_OF)} known: {', '.join(KINDS)}".strip()
        raise DomainError(Problem("FM345", f"there is no kind {kind!r}", cure=cure))
    return one
