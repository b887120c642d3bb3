"""Test reactions and test states: what is added to the model, and what is opened, to probe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from fluxmodel.network.checks.base import Bounds
from fluxmodel.network.equation import parse_equation
from fluxmodel.network.model import Model
from fluxmodel.network.rows import UNLIMITED, Reaction

DRAIN = "TEST_drain_"  # drains one metabolite
SPEND = "TEST_spend_"  # spends one energy-rich compound

# What spends an energy or redox carrier, by species; built in every compartment that has them all.
# Electrons leave the model here, so that the redox rows are deliberately not charge-balanced.
CARRIERS: Mapping[str, str] = {
    "ATP": "atp + h2o --> adp + pi + h",
    "GTP": "gtp + h2o --> gdp + pi + h",
    "CTP": "ctp + h2o --> cdp + pi + h",
    "UTP": "utp + h2o --> udp + pi + h",
    "NADH": "nadh --> nad + h",
    "NADPH": "nadph --> nadp + h",
    "UQH2": "q10h2 --> q10 + 2 h",
    "acetyl-CoA": "accoa + h2o --> ac + coa + h",
    "succinyl-CoA": "succoa + h2o --> succ + coa + h",
    "GSH": "2 gthrd --> gthox + 2 h",
}
REQUIRED = ("ATP", "GTP", "NADH", "NADPH", "UQH2", "acetyl-CoA", "GSH", "pmf")
PMF = ("h_i", "h_m")  # the proton-motive force is the proton's way from i to m

# Species that may be taken up in the leak tests: none of them carries energy, reduced carbon or a
# precursor. Written without their compartment.
INORGANIC = frozenset(
    {
        "h2o", "h", "o2", "co2", "hco3", "h2co3", "nh4", "nh3", "pi", "so4",
        "na1", "k", "cl", "ca2", "mg2", "fe2", "fe3",
    }
)  # fmt: skip


def spends(model: Model) -> dict[str, str]:
    """Ids of the spending reactions that can be built, with the carrier each one spends."""
    return {r.id: name for r, name in _spends(model)}


def _spends(model: Model) -> list[tuple[Reaction, str]]:
    found = []
    for name, text in CARRIERS.items():
        equation = parse_equation(text)
        for c in model.compartments:
            stoichiometry = {f"{s}_{c}": k for s, k in equation.stoichiometry.items()}
            if all(m in model.metabolites for m in stoichiometry):
                label = name.replace("-", "_")
                found.append((_row(f"{SPEND}{label}_{c}", stoichiometry), name))
    if all(m in model.metabolites for m in PMF):
        found.append((_row(f"{SPEND}pmf", {PMF[0]: -1.0, PMF[1]: 1.0}), "pmf"))
    return found


def _row(id: str, stoichiometry: Mapping[str, float]) -> Reaction:
    return Reaction(id, id, stoichiometry, False, 0.0, UNLIMITED, open=False, kind="demand")


def with_probes(model: Model) -> Model:
    """The model with a drain for each metabolite and a spender for each carrier, all closed."""
    drains = [_row(DRAIN + m, {m: -1.0}) for m in model.metabolites]
    return model.with_reactions([*drains, *(r for r, _ in _spends(model))])


def relaxed(model: Model) -> dict[str, tuple[float, float]]:
    """Bounds of the rows that force a flux (loads), so that it is no longer forced."""
    return {
        r.id: (min(r.bounds[0], 0.0), max(r.bounds[1], 0.0))
        for r in model.reactions.values()
        if r.bounds[0] > 0 or r.bounds[1] < 0
    }


def sealed(model: Model) -> dict[str, tuple[float, float]]:
    """Nothing enters, nothing leaves, nothing is forced."""
    shut = {r.id: (0.0, 0.0) for r in model.reactions.values() if r.boundary or r.kind == "biomass"}
    return {**relaxed(model), **shut}


def inorganic(model: Model, without: Iterable[str] = ()) -> dict[str, tuple[float, float]]:
    """Sealed, but for the exchanges of water, protons, gases and salts."""
    allowed = INORGANIC - set(without)
    free = {
        r: (-UNLIMITED, UNLIMITED)
        for r in model.exchanges
        if all(model.metabolites[m].species.id in allowed for m in model.reactions[r].stoichiometry)
    }
    return {**sealed(model), **free}


def all_open(model: Model) -> dict[str, tuple[float, float]]:
    """Every exchange open both ways, nothing forced."""
    return {**relaxed(model), **dict.fromkeys(model.exchanges, (-UNLIMITED, UNLIMITED))}


def closed_rows_open(model: Model) -> dict[str, tuple[float, float]]:
    """Rows that are closed by default, with the bounds that they have when open."""
    return {r.id: (min(r.lower, 0.0), max(r.upper, 0.0)) for r in model.reactions.values() if not r.open}


def merged(*bounds: Bounds) -> Bounds:
    """Bounds laid over one another; the last one counts."""
    return dict(chain.from_iterable(b.items() for b in bounds))
