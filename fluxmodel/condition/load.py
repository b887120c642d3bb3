"""Loading by id or path, in one call each."""

from __future__ import annotations

from collections.abc import Sequence

from fluxmodel.condition.cell import Cell
from fluxmodel.condition.folders import Kind
from fluxmodel.condition.library import Library, Ref
from fluxmodel.condition.medium import Medium
from fluxmodel.condition.model import Condition


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
    True
    """
    return Library(folders).cell(ref)


def available(kind: Kind, folders: Sequence[Ref] = ()) -> tuple[str, ...]:
    """Every id of one kind (condition, medium, cell) in the folders and the package, sorted.

    Examples
    --------
    >>> "normoxia" in available("condition")
    True
    """
    return Library(folders).available(kind)
