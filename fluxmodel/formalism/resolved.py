"""Resolved: a condition bound to a model, in numbers, each with the place it comes from.

It stands here and not in `fluxmodel.analysis`, which makes it, because every formalism reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fluxmodel.errors import Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model

OriginKind = Literal[
    "table", "medium", "oxygen", "uptake", "bounds", "opened", "knock-out", "capacity", "demand", "added"
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


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one catalyst can carry: its capacity, and the share that is left.

    Parameters
    ----------
    catalyst : str
    reactions : tuple of str
        The reactions that share the capacity.
    value : float
        Capacity before anything lowers it, mmol/gDW/h.
    residual : float
        Share of it that is left, in [0, 1].
    basis : {'cell', 'untreated use'}
        Whether `value` is the cell's, or what the catalyst carries in the same condition untreated.
    origins : tuple of Origin
        The capacity's, then those of everything that lowers it.
    """

    catalyst: str
    reactions: tuple[str, ...]
    value: float
    residual: float = 1.0
    origins: tuple[Origin, ...] = ()
    basis: Literal["cell", "untreated use"] = "cell"

    @property
    def limit(self) -> float:
        """Highest total flux, mmol/gDW/h."""
        return self.value * self.residual


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
    demands : tuple of Demand
    objective : str
        Reaction that is maximised.
    notes : tuple of str
        What the user should know about how this was resolved.
    ignored : tuple of str
        Components of the medium that the model does not exchange.
    unverified : tuple of str
        Inputs whose numbers were recalled, not read.
    inputs : mapping of str to str
        Ids and digests of what it was made from.
    """

    model: Model
    bounds: Mapping[str, Bound]
    capacities: tuple[Capacity, ...] = ()
    lost: Mapping[str, Origin] = field(default_factory=FrozenMap)
    cell_capacities: Mapping[str, float] = field(default_factory=FrozenMap)
    gene_rules_only: bool = False
    rest: frozenset[str] = frozenset()
    demands: tuple[Demand, ...] = ()
    objective: str = ""
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=FrozenMap)
