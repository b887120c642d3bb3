"""Formalisms: how a resolved condition becomes a linear program, by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from fluxmodel.errors import InputError, nearest
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Bound, Capacity, Demand, Origin, Resolved

__all__ = [
    "AT_OPTIMUM",
    "DEFAULT",
    "FORMALISMS",
    "Bound",
    "Capacity",
    "Demand",
    "Origin",
    "Problem",
    "Resolved",
    "build",
]

#: Name -> module with a `build(resolved) -> Problem`; imported only when asked for.
FORMALISMS = {
    "fba": "fluxmodel.formalism.fba",
    "pool": "fluxmodel.formalism.pool",
    "capacity": "fluxmodel.formalism.capacity",
    "eflux": "fluxmodel.formalism.eflux",
    "gimme": "fluxmodel.formalism.gimme",
    "imat": "fluxmodel.formalism.imat",
}
#: Where the flux state of a formalism lies below the optimum: the formalism that has the same feasible set
#: and optimum, in which the use of catalysts at the optimum is found.
AT_OPTIMUM = {"gimme": "fba"}

#: What is used when nobody names one.
DEFAULT = "capacity"


def build(resolved: Resolved, formalism: str = DEFAULT) -> Problem:
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
