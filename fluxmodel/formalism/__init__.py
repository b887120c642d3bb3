"""Formalisms: how a resolved condition becomes a linear program, by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from fluxmodel.errors import InputError, nearest
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Bound, Capacity, Demand, Origin, Resolved

__all__ = ["FORMALISMS", "Bound", "Capacity", "Demand", "Origin", "Problem", "Resolved", "build"]

#: Name -> module with a `build(resolved) -> Problem`; imported only when asked for.
FORMALISMS = {"fba": "fluxmodel.formalism.fba", "capacity": "fluxmodel.formalism.capacity"}


def build(resolved: Resolved, formalism: str = "fba") -> Problem:
    """The problem that a formalism makes of a resolved condition; pure.

    Parameters
    ----------
    resolved : Resolved
    formalism : str
        A name in ``FORMALISMS``.

    Returns
    -------
    Problem

    Raises
    ------
    InputError
        FM510 for an unknown formalism.
    """
    if formalism not in FORMALISMS:
        known = f"known: {', '.join(FORMALISMS)}"
        cure = f"{nearest(formalism, FORMALISMS)} {known}".strip()
        raise InputError(Finding("FM510", f"no formalism {formalism!r}", cure=cure))
    make: Callable[[Resolved], Problem] = import_module(FORMALISMS[formalism]).build
    return make(resolved)
