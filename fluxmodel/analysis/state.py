"""What solving a problem gives: an outcome, growth, one flux state, and what limits it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fluxmodel.errors import NoOptimum
from fluxmodel.frozen import FrozenMap

#: A demand of which more than this share is left unserved makes a state NONVIABLE.
UNMET_TOLERANCE = 1e-6
#: What an engine can tell from 0, mmol/gDW/h: its primal tolerance.
CRUMB = 1e-9


def short_of(unmet: float, amount: float) -> bool:
    """Whether what is left unserved of a demand is more than rounding.

    Examples
    --------
    >>> short_of(5e-7, 5e-7), short_of(1e-10, 1.0), short_of(1e-5, 1.0), short_of(1e-10, 1e-10)
    (True, False, True, True)
    """
    return unmet > min(max(UNMET_TOLERANCE * amount, CRUMB), amount / 2 if amount > 0 else CRUMB)


class Outcome(str, enum.Enum):
    """How a question about a cell can end.

    Attributes
    ----------
    OPTIMAL
        An optimal flux state; the only outcome that has fluxes.
    NONVIABLE
        Demands such as maintenance cannot be served: growth is 0, the deficits are reported.
    INFEASIBLE
        The inputs contradict each other.
    UNBOUNDED, LIMIT, NUMERIC
        As in `fluxmodel.lp.Outcome`.
    """

    OPTIMAL = "optimal"
    NONVIABLE = "nonviable"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"
    NUMERIC = "numeric"

    def __str__(self) -> str:
        return self.value


Kind = Literal["nutrient", "oxygen", "capacity", "demand", "bound", "knock-out", "thermodynamics"]


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that the objective feels: growth, unless the condition says otherwise.

    Without growth, these are limits that together forbid it; they have no price.

    Attributes
    ----------
    kind : {'nutrient', 'oxygen', 'capacity', 'demand', 'bound', 'knock-out', 'thermodynamics'}
    name : str
        Species, catalyst, demand or reaction; of a knock-out, what was knocked out.
    limit : float
        Size of the limit, in `unit`.
    price : float
        Change of the optimum per unit by which the limit is relaxed (demands: per unit of demand).
    share : float or None
        ``price * limit / optimum``: percent of growth per percent of the limit; None without growth.
    origin : str
        Where the limit was stated.
    unit : str
        Of `limit`.
    """

    kind: Kind
    name: str
    limit: float
    price: float
    share: float | None
    origin: str
    unit: str = "mmol/gDW/h"


@dataclass(frozen=True)
class FluxState:
    """The answer to one problem; fluxes exist only if it is OPTIMAL.

    Attributes
    ----------
    outcome : Outcome
    optimum : float
        Of the objective; 0 if NONVIABLE.
    values : mapping of reaction id to float
        The point: parsimonious, or least adjusted from the cell's reference; empty without an optimum.
    unmet : mapping of demand name to float
        What is left unserved of each demand, mmol/gDW/h.
    unapplied : mapping of load to float
        What could not be applied of each load, mmol/gDW/h: no reason to die.
    binding : tuple of Binding
        What limits growth, strongest first.
    diagnosis : tuple of str
        The conflicting inputs if INFEASIBLE.
    relaxation : mapping of str to float
        The cheapest way out of the conflict: by how much each input would have to give, largest first,
        mmol/gDW/h.
    engine, version : str
    parsimonious : mapping of reaction id to float
        The parsimonious point, where `values` are the state that is least adjusted from the reference.
    """

    outcome: Outcome
    optimum: float = 0.0
    values: Mapping[str, float] = field(default_factory=FrozenMap)
    unmet: Mapping[str, float] = field(default_factory=FrozenMap)
    unapplied: Mapping[str, float] = field(default_factory=FrozenMap)
    binding: tuple[Binding, ...] = ()
    diagnosis: tuple[str, ...] = ()
    relaxation: Mapping[str, float] = field(default_factory=FrozenMap)
    engine: str = ""
    version: str = ""
    parsimonious: Mapping[str, float] = field(default_factory=FrozenMap)

    @property
    def fluxes(self) -> Mapping[str, float]:
        """Net fluxes by reaction.

        Raises
        ------
        NoOptimum
            Unless the outcome is OPTIMAL.
        """
        self.require()
        return self.values

    def require(self) -> None:
        """Raise `NoOptimum` unless the outcome is OPTIMAL."""
        if self.outcome is not Outcome.OPTIMAL:
            deficits = [f"{name}: {x:.4g} mmol/gDW/h unserved" for name, x in self.unmet.items() if x > 0]
            raise NoOptimum(self.outcome.value, (*self.diagnosis, *self.ways_out) or deficits)

    @property
    def ways_out(self) -> tuple[str, ...]:
        """The cheapest relaxation in words, one line each."""
        return tuple(
            f"{'and this by' if n else 'it would fit if this gave way by'} {amount:.3g} mmol/gDW/h: {line}"
            for n, (line, amount) in enumerate(self.relaxation.items())
        )
