"""How much ATP a mole of fuel gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fluxmodel.network.checks.base import Check, Context, Hit
from fluxmodel.network.checks.probes import inorganic, merged
from fluxmodel.network.rows import UNLIMITED

ATP = "TEST_spend_ATP_c"


@dataclass(frozen=True, slots=True)
class Yield:
    """ATP per fuel, and the range that a model has to hit.

    A row ``check.<name>`` of parameters.tsv overrides the range with its ``low`` and ``high``.
    """

    name: str
    fuel: str
    oxygen: bool
    low: float
    high: float


# 31-33 per glucose is what MitoCore, redHUMAN, Recon2.2, Recon3D and Human-GEM give (measured); 2 is
# glycolysis; 21-23 per glutamine follows from complete oxidation to CO2 and NH4 with the same P/O ratios
# (9 NADH-equivalents, chosen).
YIELDS = (
    Yield("atp_per_glucose", "glc__D", True, 31.0, 33.0),
    Yield("atp_per_glucose_anoxic", "glc__D", False, 2.0, 2.0),
    Yield("atp_per_glutamine", "gln__L", True, 21.0, 23.0),
)
TOLERANCE = 1e-4  # mol/mol


def yields(ctx: Context) -> Iterator[Hit]:
    """ATP per fuel lies in its range, with one mole of fuel, water, gases and salts as only uptake."""
    model = ctx.model
    exchange_of = {m: r for r in model.exchanges for m in model.reactions[r].stoichiometry}
    secretion = dict.fromkeys(model.exchanges, (0.0, UNLIMITED))
    for test in YIELDS:
        fuel = exchange_of.get(f"{test.fuel}_e")
        if fuel is None or "atp_c" not in model.metabolites:
            yield Hit(test.name, f"cannot be tested: no exchange of {test.fuel} or no atp_c")
            continue
        closed = inorganic(model, without=() if test.oxygen else ("o2",))
        free = {r: b for r, b in closed.items() if b[0] < 0 and r in secretion}
        gas = {} if test.oxygen else {r: (0.0, 0.0) for m, r in exchange_of.items() if m == "o2_e"}
        state = merged(closed, secretion, free, gas, {fuel: (-1.0, 0.0), ATP: (0.0, UNLIMITED)})
        found = ctx.maximum({ATP: 1.0}, state)
        low, high = ctx.limits(f"check.{test.name}", test.low, test.high)
        ctx.values[f"yield.{test.name}"] = round(found, 4)
        if not low - TOLERANCE <= found <= high + TOLERANCE:
            yield Hit(test.name, f"{found:.4f} mol/mol, expected {low:g} to {high:g}")


CHECKS = (
    Check(
        "FM444", "yield", "error", "look for a free proton, redox or phosphate shuttle, or a blocked one",
        yields, ("solver",),
    ),
)  # fmt: skip
