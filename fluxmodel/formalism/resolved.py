"""Resolved: a condition bound to a model, in numbers, each with the place it comes from.

It stands here and not in `fluxmodel.analysis`, which makes it, because every formalism reads it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import Binder

#: A bound of the tables from this size on, mmol/gDW/h, means that there is none.
UNLIMITED = 1000.0

OriginKind = Literal[
    "table",
    "medium",
    "oxygen",
    "uptake",
    "bounds",
    "opened",
    "knock-out",
    "capacity",
    "demand",
    "added",
    "expression",
    "thermodynamics",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a number is what it is: what was said, and where.

    Examples
    --------
    >>> print(Origin("oxygen", "oxygen 1 percent", Where("conditions/x.yaml", 14, "oxygen")))
    conditions/x.yaml line 14, oxygen: oxygen 1 percent
    """

    kind: OriginKind
    what: str
    where: Where = Where()  # noqa: RUF009 - frozen

    def __str__(self) -> str:
        place = str(self.where)
        return f"{place}: {self.what}" if place else self.what


@dataclass(frozen=True, slots=True)
class Bound:
    """Bounds of a reaction's net flux (mmol/gDW/h), and the origin of each."""

    lower: float
    upper: float
    lower_origin: Origin
    upper_origin: Origin


def closed(bound: Bound, sign: int, origin: Origin) -> Bound:
    """The bounds of a reaction that does not run in one direction.

    Examples
    --------
    >>> table, rule = Origin("table", "a"), Origin("thermodynamics", "b")
    >>> found = closed(Bound(-1.0, 1.0, table, table), 1, rule)
    >>> found.lower, found.upper, found.upper_origin.what
    (-1.0, 0.0, 'b')
    """
    if sign > 0:
        return Bound(bound.lower, min(bound.upper, 0.0), bound.lower_origin, origin)
    return Bound(max(bound.lower, 0.0), bound.upper, origin, bound.upper_origin)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one catalyst can carry: its capacity, and the share that is left.

    Parameters
    ----------
    catalyst : str
    reactions : tuple of str
        The reactions that share the capacity.
    value : float
        Capacity before anything changes it, mmol/gDW/h.
    residual : float
        Share of it that inhibitions leave, in [0, 1].
    origins : tuple of Origin
        The capacity's, then those of everything that changes it.
    basis : {'cell', 'untreated use'}
        Whether `value` is the cell's, or what the catalyst carries in the same condition untreated.
    expression : float
        What the expression state makes of it, as a ratio to the cell's reference state.
    efficiency : mapping of (reaction, sign) to float
        Flux per unit of capacity, forwards (1) and backwards (-1); 1 where it is not named.
    hub : str
        Inner species that every reaction trades against another one; empty if there is none.
    driven : bool
        It carries what it can, needed or not, as far as that takes nothing from what the cell needs to live.
    """

    catalyst: str
    reactions: tuple[str, ...]
    value: float
    residual: float = 1.0
    origins: tuple[Origin, ...] = ()
    basis: Literal["cell", "untreated use"] = "cell"
    expression: float = 1.0
    efficiency: Mapping[tuple[str, int], float] = field(default_factory=FrozenMap)
    hub: str = ""
    driven: bool = False

    @property
    def limit(self) -> float:
        """Highest total flux, mmol/gDW/h."""
        return self.value * self.expression * self.residual

    @property
    def factor(self) -> float:
        """What expression and inhibitors make of the cell's capacity."""
        return self.expression * self.residual

    @property
    def origin(self) -> Origin:
        """All origins as one."""
        if not self.origins:
            return Origin("capacity", f"{self.catalyst} carries at most {self.limit:.4g} mmol/gDW/h")
        first, *others = self.origins
        return Origin("capacity", "; ".join([first.what, *(str(o) for o in others)]), first.where)

    def efficiency_of(self, reaction: str, sign: int) -> float:
        """Flux per unit of capacity in one direction of a reaction."""
        return self.efficiency.get((reaction, sign), 1.0)


@dataclass(frozen=True, slots=True)
class Demand:
    """A rate that has to be served, with a slack: ``sum(terms) + unmet >= amount``.

    ``exact`` demands are loads: applied as far as they can be and never exceeded, because a free sink of
    electrons would be an alternative oxidase. A cell dies of a demand it cannot serve, never of a load
    that cannot be applied.
    """

    name: str
    terms: Mapping[str, float]
    amount: float
    exact: bool
    origin: Origin


@dataclass(frozen=True)
class Resolved:
    """A model under one condition, as numbers with origins.

    Attributes
    ----------
    model : Model
        With the reactions that the condition adds.
    bounds : mapping of reaction id to Bound
        Every reaction of the model.
    capacities : tuple of Capacity
        Catalysts that are limited in this condition.
    lost : mapping of catalyst id to Origin
        Catalysts that are absent.
    cell_capacities : mapping of catalyst id to float
        Of the cell, mmol/gDW/h; isozymes divide the flux of their reaction by them.
    gene_rules_only : bool
        Whether knock-outs act by the gene rules alone, as gene deletion does elsewhere.
    rest : frozenset of str
        Reactions with a limited catalyst that another, unlimited one serves as well.
    limits : tuple of Capacity
        Every catalyst that has a capacity in the cell.
    unlimited : frozenset of str
        Reactions that a catalyst without a capacity serves.
    costs : mapping of catalyst id to float
        Protein that a flux takes at the main turnover of its catalyst, g h/mmol.
    abundance : mapping of catalyst id to float
        In the reference state, pmol per mg of protein; without those of which no protein was measured.
    pool : float
        Protein that there is for all catalysts together, g/gDW, as far as it works at its turnover.
    demands : tuple of Demand
    objective : str
        Reaction that is maximised.
    thermo : bool
        Whether thermodynamics limits directions.
    patterns : tuple of frozenset of (reaction, sign)
        Sets of directions to close, one of which is closed in every flux state; none if nothing is to be
        closed beyond `bounds`.
    notes : tuple of str
        What the user should know about how this was resolved.
    ignored : tuple of str
        Components of the medium that the model does not exchange.
    unverified : tuple of str
        Inputs whose numbers were recalled, not read.
    inputs : mapping of str to str
        Ids and digests of what it was made from.
    sites : mapping of catalyst id to tuple of tuple of Binder
        The drugs at each site of the catalysts that drugs at a dose hit.
    """

    model: Model
    bounds: Mapping[str, Bound]
    capacities: tuple[Capacity, ...] = ()
    lost: Mapping[str, Origin] = field(default_factory=FrozenMap)
    cell_capacities: Mapping[str, float] = field(default_factory=FrozenMap)
    gene_rules_only: bool = False
    rest: frozenset[str] = frozenset()
    limits: tuple[Capacity, ...] = ()
    unlimited: frozenset[str] = frozenset()
    costs: Mapping[str, float] = field(default_factory=FrozenMap)
    abundance: Mapping[str, float] = field(default_factory=FrozenMap)
    pool: float = math.inf
    demands: tuple[Demand, ...] = ()
    objective: str = ""
    thermo: bool = False
    patterns: tuple[frozenset[tuple[str, int]], ...] = ()
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=FrozenMap)
    sites: Mapping[str, tuple[tuple[Binder, ...], ...]] = field(default_factory=FrozenMap)
