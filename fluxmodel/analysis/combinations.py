"""Two agents together, asked of every member of a cell: growth under combinations of doses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fluxmodel.analysis.doses import OneMember, Shifts
from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.formalism.problem import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats
from fluxmodel.pharmacology import Exposure

#: Places at which a curve is taken to turn an effect into the dose that has it.
_PLACES = 1001
#: Steps in which the effect that additive doses would have is enclosed.
_HALVINGS = 40
#: What amounts over needs have to add up to: 1, but for rounding.
_WHOLE = 1.0 - 1e-9


@dataclass(frozen=True, eq=False)
class MemberPairs:
    """What members say of two agents.

    Attributes
    ----------
    growth : ndarray, (members, combinations)
        1/h; 0 where a member is not viable.
    additive : ndarray, (members,)
        Share of growth that is lost if one agent were a dilution of the other (Loewe); NaN if not asked for.
    """

    growth: Floats
    additive: Floats

    def __len__(self) -> int:
        return len(self.growth)

    @classmethod
    def joined(cls, parts: Sequence[MemberPairs]) -> MemberPairs:
        """Parts of the members, put together in their order."""
        return cls(
            np.concatenate([p.growth for p in parts]),
            np.concatenate([p.additive for p in parts]),
        )


@dataclass(frozen=True, eq=False)
class PairAsked:
    """What members are asked about two agents; another process can be asked.

    Attributes
    ----------
    movable : Movable
        Of the catalysts of the exposure, in their order.
    limits : ndarray, (members, n_limited)
        Without the agents.
    exposure : Exposure
        Of two agents.
    doses : ndarray, (combinations, 2)
        In their units; the first is none of either.
    loewe : tuple of (float, float), optional
        The combination of which it is asked what additive doses would do.
    shifts : tuple of mapping
        Factors on potencies in each member; none if there are none.
    engine : str
    """

    movable: Movable
    limits: Floats
    exposure: Exposure
    doses: Floats
    loewe: tuple[float, float] | None = None
    shifts: Shifts = ()
    engine: str = "glpk"

    @classmethod
    def of(
        cls,
        problem: Problem,
        limits: Floats,
        exposure: Exposure,
        doses: Floats,
        loewe: tuple[float, float] | None = None,
        shifts: Shifts = (),
        engine: str = "glpk",
    ) -> PairAsked:
        """Ask the members of a problem in which the agents are absent."""
        movable = Movable.of(problem, exposure.catalysts)
        return cls(movable, limits, exposure, doses, loewe, shifts, engine)

    def __len__(self) -> int:
        return len(self.limits)

    def part(self, members: slice) -> PairAsked:
        """The same, asked of some members only."""
        return replace(self, limits=self.limits[members], shifts=self.shifts[members])

    def answer(self) -> MemberPairs:
        """What every member says."""
        growth, additive = np.full((len(self), len(self.doses)), np.nan), np.full(len(self), np.nan)
        with Responder(self.movable, self.engine) as responder:
            for m, limits in enumerate(self.limits):
                shifts = self.shifts[m] if self.shifts else None
                left = self.exposure.left(self.doses, shifts)
                for k, factors in enumerate(left):
                    scale = dict(zip(responder.catalysts, factors.tolist(), strict=True))
                    growth[m, k] = responder.at(limits, scale).growth
                if self.loewe is not None and growth[m, 0] > GROWTH_TOLERANCE:
                    additive[m] = self._additive(responder, limits, shifts, self.loewe)
        return MemberPairs(growth, additive)

    def _additive(
        self,
        responder: Responder,
        limits: Floats,
        shifts: FrozenMap[str, float] | None,
        doses: tuple[float, float],
    ) -> float:
        singles = [
            Inverse.of(OneMember(responder, limits, self.exposure.only(a.name), shifts))
            for a in self.exposure.agents
        ]
        return loewe_effect(singles, [s.amount(d) for s, d in zip(singles, doses, strict=True)])


@dataclass(frozen=True, eq=False)
class Inverse:
    """The curve of one agent in one member, from an effect to the amount that has it.

    Amounts are doses, or of a percentage what a Hill slope of 1 makes of it: inhibited over left.

    Attributes
    ----------
    shares : ndarray
        Of what the agent hits most, rising.
    effects : ndarray
        Greatest share of growth that is lost at any share up to each.
    law : tuple of (float, float) or None
        Potency and slope of a drug.
    """

    shares: Floats
    effects: Floats
    law: tuple[float, float] | None

    @classmethod
    def of(cls, one: OneMember) -> Inverse:
        """Take the curve of a member."""
        agent = one.exposure.agents[0].name
        shares = np.linspace(0.0, 1.0, _PLACES)
        growth = one.growth(one.exposure.doses(agent, shares, one.shifts))
        lost = 1.0 - growth / one.untreated
        return cls(shares, np.maximum.accumulate(lost), one.exposure.law(agent, one.shifts))

    def amount(self, dose: float) -> float:
        """The amount of a dose, in the unit of the agent."""
        if self.law is not None:
            return dose
        left = 1.0 - dose / 100.0
        return (1.0 - left) / left if left > 0 else float("inf")

    def needed(self, effect: float) -> float:
        """The least amount that has an effect: infinite if only all of it has, NaN if not even that."""
        if effect > self.effects[-1]:
            return float("nan")
        k = int(np.searchsorted(self.effects, effect))
        share = float(self.shares[k])
        if k > 0 and self.effects[k] > self.effects[k - 1]:
            low, high = self.effects[k - 1], self.effects[k]
            share = float(self.shares[k - 1] + (effect - low) / (high - low) / (_PLACES - 1))
        if share >= 1.0:
            return float("inf")
        odds = share / (1.0 - share)
        return odds if self.law is None else float(self.law[0] * odds ** (1.0 / self.law[1]))


def loewe_effect(singles: Sequence[Inverse], amounts: Sequence[float]) -> float:
    """The effect that amounts would have together if each agent were a dilution of the other.

    The effect at which the amounts, each over what it takes of that agent alone, add up to 1 [1]_.

    References
    ----------
    .. [1] Loewe S (1928), Ergebnisse der Physiologie 27, 47-187.

    Examples
    --------
    >>> half = Inverse(np.linspace(0, 1, _PLACES), np.linspace(0, 1, _PLACES), (10.0, 1.0))
    >>> round(loewe_effect([half, half], [10.0, 20.0]), 6)  # 30 of one: 30 / (10 + 30)
    0.75
    """

    def used(effect: float) -> float:
        total = 0.0
        for single, amount in zip(singles, amounts, strict=True):
            need = single.needed(effect)
            if np.isfinite(need):
                total += amount / need if need > 0 else (np.inf if amount > 0 else 0.0)
            elif np.isinf(need) and np.isinf(amount):
                total += 1.0
        return total

    low, high = 0.0, 1.0
    if used(high) >= _WHOLE:
        return 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if used(middle) >= _WHOLE:
            low = middle
        else:
            high = middle
    return low
