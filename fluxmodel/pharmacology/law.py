"""From a dose to the share of an activity that is left.

Codes: FM520 an argument outside its domain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from fluxmodel.errors import DomainError, Problem


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A drug at a site: its free concentration, what it takes to halve the activity, and the slope.

    Parameters
    ----------
    dose, potency : float
        Concentrations in one unit, dose >= 0 and potency > 0.
    hill : float
        Hill slope, > 0.

    Raises
    ------
    DomainError
        FM520.
    """

    dose: float
    potency: float
    hill: float = 1.0

    def __post_init__(self) -> None:
        _check("dose", self.dose, 0.0)
        for name in ("potency", "hill"):
            _check(name, getattr(self, name), 0.0, open_low=True)

    @property
    def strength(self) -> float:
        """``(dose / potency) ** hill``: inhibited over uninhibited; infinite where no float can hold it.

        Examples
        --------
        >>> Occupancy(300, 100).strength, Occupancy(300, 100, hill=2).strength
        (3.0, 9.0)
        """
        try:
            return float((self.dose / self.potency) ** self.hill)
        except OverflowError:
            return math.inf


def residual_activity(dose: float, potency: float, hill: float = 1.0, free: float = 1.0) -> float:
    """Fraction of an activity that is left at a dose.

    Parameters
    ----------
    dose : float
        Concentration, >= 0.
    potency : float
        Free concentration that leaves half of the activity, in the unit of the dose, > 0.
    hill : float
        Hill slope, > 0.
    free : float
        Fraction of the dose that is not bound to protein, above 0 and at most 1.

    Returns
    -------
    float
        In [0, 1]; 0.5 where the free dose is the potency.

    Raises
    ------
    DomainError
        FM520 for an argument outside its domain.

    References
    ----------
    .. [1] Hill AV (1910), J Physiol 40, iv-vii.

    Examples
    --------
    >>> residual_activity(25, 25), residual_activity(75, 25), residual_activity(75, 25, free=1/3)
    (0.5, 0.25, 0.5)
    """
    _check("free", free, 0.0, 1.0, open_low=True)
    return exclusive([Occupancy(free * dose, potency, hill)])


def exclusive(drugs: Iterable[Occupancy]) -> float:
    """Fraction of an activity left by drugs of which one at a time can bind: doses over potencies add up.

    Returns
    -------
    float
        ``1 / (1 + sum of (dose / potency) ** hill)``.

    References
    ----------
    .. [1] Chou TC, Talalay P (1984), Adv Enzyme Regul 22, 27-55.

    Examples
    --------
    >>> exclusive([Occupancy(25, 25), Occupancy(10, 5)])
    0.25
    """
    return 1.0 / (1.0 + math.fsum(d.strength for d in drugs))


def independent(drugs: Iterable[Occupancy]) -> float:
    """Fraction of an activity left by drugs that bind apart: what each leaves is multiplied.

    References
    ----------
    .. [1] Bliss CI (1939), Ann Appl Biol 26, 585-615.

    Examples
    --------
    >>> independent([Occupancy(25, 25), Occupancy(15, 5)])
    0.125
    """
    return math.prod(exclusive([d]) for d in drugs)


def half_inhibition(ki: float, substrate: float, km: float) -> float:
    """What halves the rate of an enzyme in the presence of the substrate that a drug competes with.

    Parameters
    ----------
    ki : float
        Inhibition constant, > 0.
    substrate, km : float
        Concentration of the substrate, >= 0, and its Michaelis constant, > 0, in one unit.

    Returns
    -------
    float
        ``ki * (1 + substrate / km)``, in the unit of `ki`.

    References
    ----------
    .. [1] Cheng Y, Prusoff WH (1973), Biochem Pharmacol 22, 3099-3108.

    Examples
    --------
    >>> half_inhibition(55, 2, 0.5)
    275.0
    """
    _check("ki", ki, 0.0, open_low=True)
    _check("substrate", substrate, 0.0)
    _check("km", km, 0.0, open_low=True)
    return ki * (1.0 + substrate / km)


def _check(name: str, value: float, low: float, high: float = math.inf, open_low: bool = False) -> None:
    """Refuse what is not a finite number of the domain."""
    if not math.isfinite(value) or value < low or value > high or (open_low and value == low):
        allowed = f"{'above' if open_low else 'at least'} {low:g}"
        allowed += f" and at most {high:g}" if math.isfinite(high) else ""
        raise DomainError(Problem("FM520", f"{name} = {value:g}", cure=f"it must be {allowed}"))
