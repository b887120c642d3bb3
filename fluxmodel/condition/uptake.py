"""From concentrations and oxygen to limits of uptake: pure rules with their constants.

Codes: FM352 an argument outside the domain, FM354 a limit for what the medium does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fluxmodel.condition.cell import Cell
from fluxmodel.condition.mix import Mixture
from fluxmodel.condition.model import Condition
from fluxmodel.errors import DomainError, Problem, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of nature or of the laboratory, with its unit, range and source."""

    value: float
    unit: str
    low: float
    high: float
    source: str


_SOLUBILITY = (
    "chosen within: water at 37 C 10.56 (recalled) times a solubility factor of 0.89 (culture media) to 1 "
    "(factor read at mitoeagle.org, Solubility factor)"
)
_INCUBATOR = "air at 37 C, saturated with water, 5 % CO2: Wenger 2015, 10.2147/HP.S92198 (read)"

CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "o2_diffusion": Constant(2.8e-9, "m2/s", 2.1e-9, 3.3e-9, "water at 37 C (recalled)"),
        "o2_solubility": Constant(10.2, "uM/kPa", 9.3, 10.6, _SOLUBILITY),
        "atmosphere": Constant(101.325, "kPa", 80.0, 103.0, "sea level, by definition"),
        "air_percent": Constant(21.0, "percent", 20.9, 21.0, "what 'normoxia' is usually called"),
        "incubator_percent": Constant(18.6, "percent", 17.0, 18.7, _INCUBATOR),
        "dry_share": Constant(0.938, "1", 0.93, 0.94, "1 - 47/760 mmHg, water vapour at 37 C (recalled)"),
    }
)

_SECONDS_PER_HOUR = 3600.0


def _positive(**named: float) -> None:
    """Refuse arguments that are not > 0, all at once."""
    problems = [
        Problem("FM352", f"{name} = {number:g}", cure=f"{name} must be > 0")
        for name, number in named.items()
        if not number > 0
    ]
    if problems:
        raise DomainError(problems)


def biomass_density(density: Quantity, dry_mass: Quantity) -> Quantity:
    """Dry mass per volume of medium [gDW/L] from cells per volume and dry mass per cell.

    Examples
    --------
    >>> print(biomass_density(Quantity(0.4, "1e6 cells/mL"), Quantity(500, "pg/cell")))
    0.2 gDW/L
    """
    return density.to("gDW/L", dry_mass)


def depletion_bound(concentration: Quantity, density: Quantity, hours: Quantity) -> Quantity:
    """Highest mean uptake at which a nutrient lasts for a time.

    Parameters
    ----------
    concentration : Quantity
        At the start, >= 0.
    density : Quantity
        Mean dry mass per volume over that time [gDW/L], > 0.
    hours : Quantity
        The time, > 0.

    Returns
    -------
    Quantity
        concentration / (density * hours) [mmol/gDW/h].

    Raises
    ------
    DomainError
        If an argument is outside its domain.

    Examples
    --------
    >>> print(depletion_bound(Quantity(11.1, "mM"), Quantity(0.2, "gDW/L"), Quantity(24, "h")))
    2.3125 mmol/gDW/h
    """
    amount, mass, time = concentration.magnitude("mM"), density.magnitude("gDW/L"), hours.magnitude("h")
    _positive(density=mass, hours=time)
    if amount < 0:
        raise DomainError(Problem("FM352", f"concentration = {concentration}", cure="it must be >= 0"))
    return Quantity(amount / (mass * time), "mmol/gDW/h", "depletion rule")


def effective_oxygen(percent: Quantity) -> Quantity:
    """Oxygen that reaches the medium, from what the incubator is said to hold.

    "21 %" means an incubator without oxygen control, and holds 18.6 % (water vapour and CO2 take the
    rest); a controlled setting below that is taken as it is; above 21 % the gas is moistened.

    Examples
    --------
    >>> [effective_oxygen(Quantity(p, "percent")).value for p in (1, 21)]
    [1.0, 18.6]
    """
    value = percent.magnitude("percent")
    if not 0 <= value <= 100:
        raise DomainError(Problem("FM352", f"oxygen = {percent}", cure="it must be 0 to 100 percent"))
    if value > CONSTANTS["air_percent"].value:
        return Quantity(value * CONSTANTS["dry_share"].value, "percent")
    return Quantity(min(value, CONSTANTS["incubator_percent"].value), "percent")


def dissolved_oxygen(percent: Quantity) -> Quantity:
    """Oxygen dissolved in the medium in equilibrium with the gas [uM], at sea level and 37 C.

    Examples
    --------
    >>> round(dissolved_oxygen(Quantity(1, "percent")).value, 1)
    10.3
    """
    pressure = effective_oxygen(percent).magnitude("1") * CONSTANTS["atmosphere"].value
    return Quantity(CONSTANTS["o2_solubility"].value * pressure, "uM")


def cell_layer(density: Quantity, dry_mass: Quantity, depth: Quantity) -> Quantity:
    """Dry mass per area [mg/cm2] from a density in the medium above it, or from cells per area.

    Examples
    --------
    >>> print(cell_layer(Quantity(0.2, "gDW/L"), Quantity(500, "pg/cell"), Quantity(2.5, "mm")))
    0.05 mg/cm2
    """
    if density.dimension in ("dry mass per area", "cells per area"):
        return density.to("mg/cm2", dry_mass)
    # gDW/L = mg/cm3, so that times the depth in cm gives mg/cm2
    return Quantity(density.magnitude("gDW/L", dry_mass) * depth.magnitude("cm"), "mg/cm2")


def oxygen_supply(percent: Quantity, depth: Quantity, layer: Quantity) -> Quantity:
    """Highest oxygen uptake that diffusion through still medium allows.

    Parameters
    ----------
    percent : Quantity
        Oxygen in the gas phase.
    depth : Quantity
        Depth of the medium above the cells, > 0.
    layer : Quantity
        Dry mass per area [mg/cm2], > 0.

    Returns
    -------
    Quantity
        D c / (depth * layer) [mmol/gDW/h], with oxygen used up at the cells.

    Raises
    ------
    DomainError
        If an argument is outside its domain.

    References
    ----------
    .. [1] Metzen E et al. (1995), Respir Physiol 100, 101-106: Fick's law agrees with the measured
       pericellular pO2 of monolayers.

    Examples
    --------
    >>> still = oxygen_supply(Quantity(1, "percent"), Quantity(2.5, "mm"), Quantity(0.05, "mg/cm2"))
    >>> round(still.value, 3)
    0.083
    """
    metres, mass = depth.magnitude("m"), layer.magnitude("mg/cm2")
    _positive(depth=metres, layer=mass)
    grams_per_m2 = 10 * mass  # mg/cm2 = 10 g/m2
    mmol_per_m3 = dissolved_oxygen(percent).magnitude("mM") * 1e3
    per_second = CONSTANTS["o2_diffusion"].value * mmol_per_m3 / (metres * grams_per_m2)
    return Quantity(per_second * _SECONDS_PER_HOUR, "mmol/gDW/h", "diffusion through the medium")


def oxygen_limit(condition: Condition, cell: Cell) -> Quantity | None:
    """Highest oxygen uptake in a condition; None where the medium is stirred.

    At 0 % oxygen the limit is 0 even when stirred.
    """
    oxygen = condition.oxygen
    if oxygen.stirred:
        return None if oxygen.value > 0 else Quantity(0, "mmol/gDW/h", "no oxygen")
    density = condition.uptake.density if oxygen.density is None else oxygen.density
    return oxygen_supply(oxygen.amount, oxygen.depth, cell_layer(density, cell.dry_mass, oxygen.depth))


def idle_limits(condition: Condition, mixture: Mixture) -> list[Problem]:
    """Limits above 0 of species that the medium does not hold: without effect, so not what was meant.

    Returns
    -------
    list of Problem
        FM354, one for each, with the place of the limit; empty under the rule ``fixed``.
    """
    spec = condition.uptake
    if spec.rule == "fixed":
        return []
    held = {s for s, amount in mixture.concentrations.items() if amount.value > 0} | set(mixture.unlimited)
    problems = []
    for species, limit in spec.limits.items():
        if species not in held and limit.value > 0:
            what = f"uptake of {species} at most {limit}, but the medium holds no {species}"
            cure = f"add it to the medium, such as --set 'medium.{species}=1 mM', or set its uptake to 0"
            if near := nearest(species, held):
                cure += f"; {near}"
            problems.append(Problem("FM354", what, condition.place(f"uptake.limits.{species}"), cure))
    return problems


def uptake_limits(condition: Condition, mixture: Mixture, cell: Cell) -> FrozenMap[str, Quantity | None]:
    """Highest uptake of every species that can be taken up [mmol/gDW/h]; None: without a limit.

    A species that is absent from the result cannot be taken up. Oxygen is not in it: see `oxygen_limit`.
    A limit in ``uptake.limits`` replaces what the rule gives, but does not bring a species into the
    medium, except under the rule ``fixed``, where the limits are the medium.
    What is then without effect, `idle_limits` names.
    """
    spec = condition.uptake
    result: dict[str, Quantity | None] = dict.fromkeys(mixture.unlimited)
    if spec.rule == "depletion":
        density = biomass_density(spec.density, cell.dry_mass)
        for species, amount in mixture.concentrations.items():
            result[species] = depletion_bound(amount, density, spec.hours)
    elif spec.rule == "none":
        result.update({s: None for s, amount in mixture.concentrations.items() if amount.value > 0})
    empty = {species for species, amount in mixture.concentrations.items() if amount.value == 0}
    for species, limit in spec.limits.items():
        if spec.rule == "fixed" or (species in result and species not in empty):
            result[species] = limit.to("mmol/gDW/h")
    return FrozenMap(sorted(result.items()))
