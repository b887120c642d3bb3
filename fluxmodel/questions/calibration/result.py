"""What comes out of a calibration, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from fluxmodel.analysis.calibration import Ensemble, Fit, Prior
from fluxmodel.analysis.energy import Energy, energy_of
from fluxmodel.analysis.spread import Spread, spread
from fluxmodel.condition import Cell
from fluxmodel.condition.members import Members
from fluxmodel.frozen import FrozenMap
from fluxmodel.questions.provenance import thawed

#: A residual from this size on, in standard errors, is a contradiction.
CONTRADICTION = 1.0
#: Exchange of oxygen, and the quantiles of the headroom that are shown.
O2, QUANTILES = "EX_o2_e", (0.05, 0.25, 0.5, 0.75, 0.95)
#: A use below this is none, mmol/gDW/h.
UNUSED = 1e-9


@dataclass(frozen=True)
class RateRow:
    """One measured rate in a calibration.

    Attributes
    ----------
    name : str
    measured, error : float
        mmol/gDW/h; growth in 1/h.
    reached : float
        In the fit.
    residual : float
        In standard errors.
    balance : float
        What is left of the residual without any capacity: the rates contradict each other.
    left_out : float or None
        What comes out when this rate takes no part; None if it was not asked.
    unit : str
        Of the first three and the last.
    where : str
        File and line, as far as known.
    """

    name: str
    measured: float
    error: float
    reached: float
    residual: float
    balance: float
    left_out: float | None = None
    unit: str = "mmol/gDW/h"
    where: str = ""


@dataclass(frozen=True)
class AuditRow:
    """A capacity that had to rise: a hint at a wrong turnover, abundance or gene rule."""

    catalyst: str
    prior: float
    needed: float
    factor: float
    assumed: bool


@dataclass(frozen=True)
class Calibration:
    """A calibrated cell, and how the calibration went.

    Attributes
    ----------
    cell : Cell
        With capacities; its ensemble is `members`.
    members : Members
    rates : tuple of RateRow
    audit : tuple of AuditRow
        Largest factor first.
    misfit, penalty : float
        Sums of squares: over rates, and over the logarithms of raised capacities.
    ensemble : Ensemble
    prior : Prior
    fit : Fit
    """

    cell: Cell
    members: Members
    rates: tuple[RateRow, ...]
    audit: tuple[AuditRow, ...]
    misfit: float
    penalty: float
    ensemble: Ensemble
    prior: Prior
    fit: Fit
    notes: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=FrozenMap)
    base_text: str | None = field(default=None, repr=False)

    @property
    def grows(self) -> bool:
        """Whether a measured rate says how fast the cell grows; without one its growth means nothing."""
        return self.cell.translation is not None

    @property
    def within(self) -> int:
        """How many rates the fit reaches to within one standard error."""
        return sum(abs(r.residual) <= 1 + 1e-6 for r in self.rates)

    @property
    def energy(self) -> Energy | None:
        """Sources of ATP in the fitted state; None in a network without an ATP synthase."""
        return energy_of(self.fit.fluxes)

    @property
    def oxphos_share(self) -> Spread:
        """Share of the ATP synthase in all ATP, over the members."""
        states = [energy_of(self.members.reference(m)) for m in range(1, len(self.members) + 1)]
        shares = [np.nan if e is None or e.oxphos_share is None else e.oxphos_share for e in states]
        return spread(np.array(shares, dtype=float))

    def of_members(self, reaction: str, sign: float = 1.0) -> Spread:
        """A flux of the reference state over the members, mmol/gDW/h."""
        known = self.members.fluxes.get(reaction)
        return spread(np.zeros(len(self.members)) if known is None else sign * known[1:])

    @property
    def headroom(self) -> Mapping[str, float]:
        """Quantiles of capacity over use, over all members and all catalysts that a member uses.

        Catalysts that run whether they are needed or not have none by definition, and do not count.
        """
        counts = self.ensemble.use > UNUSED
        counts[:, self.prior.driven] = False
        ratios = self.ensemble.capacities[counts] / self.ensemble.use[counts]
        if not ratios.size:
            return FrozenMap()
        return FrozenMap({f"{100 * q:g} %": float(np.quantile(ratios, q)) for q in QUANTILES})

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON; the capacities themselves stand in the file of the cell."""
        energy, share = self.energy, self.oxphos_share
        return {
            "schema": "fluxmodel.calibration/1",
            "cell": self.cell.id,
            "reference": self.cell.reference,
            "members": len(self.members),
            "seed": self.ensemble.seed,
            "misfit": self.misfit,
            "penalty": self.penalty,
            "within_one_error": self.within,
            "rates": [asdict(r) for r in self.rates],
            "contradictions": [r.name for r in self.contradictions],
            "audit": [asdict(r) for r in self.audit],
            "oxphos": None
            if energy is None
            else {"share": energy.oxphos_share, "low": share.low, "high": share.high, **asdict(energy)},
            "o2_uptake": None
            if O2 not in self.fit.fluxes
            else {
                "value": -self.fit.fluxes[O2],
                "low": self.of_members(O2, -1.0).low,
                "high": self.of_members(O2, -1.0).high,
            },
            "headroom": dict(self.headroom),
            "notes": list(self.notes),
            "provenance": thawed(self.provenance),
        }

    @property
    def contradictions(self) -> tuple[RateRow, ...]:
        """Rates that no flux state reaches, whatever the capacities, worst first."""
        found = [r for r in self.rates if abs(r.balance) >= CONTRADICTION]
        return tuple(sorted(found, key=lambda r: -abs(r.balance)))
