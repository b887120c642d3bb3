"""What solving a problem gives: an outcome, growth, one flux state, and what limits it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fluxmodel.errors import NoOptimum
from fluxmodel.frozen import FrozenMap

#: Demands left unserved by more than this, summed, make a state NONVIABLE; a hundredth of the smallest
#: demand that was ever needed (trace precursors), and ten thousand times the tolerance of the engines.
UNMET_TOLERANCE = 1e-6  # mmol/gDW/h


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


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that growth feels.

    Attributes
    ----------
    kind : {'nutrient', 'oxygen', 'capacity', 'demand', 'bound'}
    name : str
        Species, catalyst, demand or reaction.
    limit : float
        Size of the limit, mmol/gDW/h.
    price : float
        Change of the optimum per unit by which the limit is relaxed (demands: per unit of demand).
    share : float or None
        ``price * limit / optimum``: percent of growth per percent of the limit.
    origin : str
        Where the limit was stated.
    """

    kind: Literal["nutrient", "oxygen", "capacity", "demand", "bound"]
    name: str
    limit: float
    price: float
    share: float | None
    origin: str


@dataclass(frozen=True)
class FluxState:
    """The answer to one problem; fluxes exist only if it is OPTIMAL.

    Attributes
    ----------
    outcome : Outcome
    optimum : float
        Of the objective; 0 if NONVIABLE.
    values : mapping of reaction id to float
        The canonical parsimonious point; empty without an optimum.
    unmet : mapping of demand name to float
        What is left unserved of each demand.
    binding : tuple of Binding
        What limits growth, strongest first.
    diagnosis : tuple of str
        The conflicting inputs if INFEASIBLE.
    engine, version : str
    """

    outcome: Outcome
    optimum: float = 0.0
    values: Mapping[str, float] = field(default_factory=FrozenMap)
    unmet: Mapping[str, float] = field(default_factory=FrozenMap)
    binding: tuple[Binding, ...] = ()
    diagnosis: tuple[str, ...] = ()
    engine: str = ""
    version: str = ""

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
            raise NoOptimum(self.outcome.value, self.diagnosis or deficits)
