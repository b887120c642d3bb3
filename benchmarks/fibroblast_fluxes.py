"""What was measured on lung fibroblasts, and which reactions each measured flux is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import measured_data as data
from benchmarks.scoring import Change, Number
from fluxmodel.errors import Where

CELL, REFERENCE, FILE = "fibroblast_measured", "fibroblast_rates", "lf_fluxes.csv"
CONTROL, LOW_OXYGEN = ("21%", "None"), ("0.5%", "None")
DMSO, BAY = ("21%", "DMSO"), ("21%", "BAY")


@dataclass(frozen=True)
class Flux:
    """A measured flux as a sum of model reactions.

    Parameters
    ----------
    terms : mapping of reaction to coefficient
    backwards : bool
        Count what runs against the direction of each reaction only.
    """

    terms: Mapping[str, float]
    backwards: bool = False

    def of(self, fluxes: Mapping[str, float]) -> float:
        """Its value in a flux state."""
        if self.backwards:
            return sum(c * max(0.0, -fluxes[r]) for r, c in self.terms.items())
        return sum(c * fluxes[r] for r, c in self.terms.items())


#: 13C fluxes -> model. Compartments that the map of the tracer study does not tell apart are summed.
TRACED: Mapping[str, Flux] = {
    "HK": Flux({"HEX1": 1}),
    "GAPDH net": Flux({"GAPD": 1}),
    "LDH net": Flux({"LDH_L": 1}),
    "PYRT": Flux({"PYRt2m": 1}),
    "PDH": Flux({"PDHm": 1}),
    "PC": Flux({"PCm": 1}),
    "PEPCK": Flux({"PEPCKm": 1, "PEPCK_re": 1}),
    "ME1": Flux({"ME2": 1}),
    "ME2": Flux({"ME1m": 1, "ME2m": 1}),
    "CS": Flux({"CSm": 1}),
    "ACL": Flux({"ACITL": 1}),
    "IDH net": Flux({"ICDHxm": 1, "ICDHyrm": 1, "ICDHyr": 1}),
    "IDH reductive": Flux({"ICDHyrm": 1, "ICDHyr": 1}, backwards=True),
    "OGDH": Flux({"AKGDm": 1}),
    "GLS net": Flux({"GLUNm": 1}),
    "GOT net": Flux({"ASPTAm": -1, "ASPTA": -1}),
    "GPT1 net": Flux({"ALATA_L": 1}),
    "GPT2 net": Flux({"ALATA_Lm": 1}),
    "G6PD": Flux({"G6PDH2r": 1}),
    "TK1 net": Flux({"TKT1": 1}),
    "PST": Flux({"PGCD": 1}),
    "SHT net": Flux({"GHMT2r": 1, "GHMT2rm": 1}),
}

_EXCHANGE = "scored as a measured exchange"
_CHAIN = "in one chain with"
#: 13C fluxes without a row of their own, and why.
UNMAPPED: Mapping[str, str] = {
    **dict.fromkeys(("BIOMASS", "GLUT", "PYRR", "MCT net", "ALAR", "GLNR", "GLUR net", "ASPR", "SERR", "CYSR",
                     "GLYR"), _EXCHANGE),
    **dict.fromkeys(("PGI net", "PFK", "ALDO net", "TPI net"), f"{_CHAIN} HK"),
    **dict.fromkeys(("ENO", "PK"), f"{_CHAIN} GAPDH"),
    **dict.fromkeys(("TA net", "TK2 net"), f"{_CHAIN} TK1"),
    **dict.fromkeys(("SDH net", "FH net"), f"{_CHAIN} OGDH"),
    "MDH net": "its malate includes what ACL makes there, oxaloacetate in the model",
    "GLDH net": "every route from glutamate to 2-oxoglutarate, transaminases included",
    "FAO": "at its lower bound",
    "LIPS": "lipids without a fixed composition",
    "SD": "the model has no serine dehydratase",
    "CYST net": "runs from cysteine to serine, which no enzyme does",
    "GLYS": "the glycine cleavage system of the model runs one way only",
    **dict.fromkeys(("cPYR", "mPYR", "sPYR"), "mixing of pools in the sample, no flux"),
}  # fmt: skip


def unmapped(ids: Sequence[str]) -> dict[str, list[str]]:
    """Fluxes of a map that have no row, by reason."""
    found: dict[str, list[str]] = {}
    for id in ids:
        if id in TRACED:
            continue
        exchanged = "there and back, which a net flux does not show" if id.endswith(" exch") else "unknown"
        found.setdefault(UNMAPPED.get(id, exchanged), []).append(id)
    return found


def reductive(net: Number, exchange: Number) -> Number:
    """Flux against the direction of a net flux, from the net and the exchange flux of a tracer study.

    Examples
    --------
    >>> reductive(Number(20, 1), Number(4, 1)).value, reductive(Number(-3, 1), Number(4, 1)).value
    (4, 7)
    """
    return Number(exchange.value + max(0, -net.value), max(exchange.error, net.error))


def traced_numbers(flux_map: Mapping[str, Number], file: str) -> dict[str, Number]:
    """The fluxes of a map that have a row.

    Raises
    ------
    InputError
        If one of them is not there.
    """
    wanted = [*(id for id in TRACED if id != "IDH reductive"), "IDH exch", "BIOMASS"]
    missing = [id for id in wanted if id not in flux_map]
    if missing:
        what = f"no flux {', '.join(missing)}"
        raise data.refuse(what, Where(file, None, "id"), f"it has {', '.join(flux_map)}")
    found = {id: flux_map[id] for id in TRACED if id != "IDH reductive"}
    return {**found, "IDH reductive": reductive(flux_map["IDH net"], flux_map["IDH exch"])}


@dataclass(frozen=True)
class Row:
    """A measured change of a flux, and what it is in the model."""

    name: str
    change: Change
    flux: Flux


@dataclass(frozen=True)
class Arm:
    """One arm of the study against its control: measured exchanges and 13C fluxes."""

    name: str
    title: str
    exchanges: tuple[Row, ...]
    traced: tuple[Row, ...]
    growth: Mapping[str, float] = field(default_factory=dict)


def oriented(before: Number, after: Number, flux: Flux) -> tuple[Change, Flux]:
    """A change counted in the direction that the flux has where it starts."""
    if before.value >= 0 or flux.backwards:
        return Change(before, after), flux
    turned = Flux({r: -c for r, c in flux.terms.items()})
    return Change(Number(-before.value, before.error), Number(-after.value, after.error)), turned


def exchange_flux(name: str) -> Flux:
    """A measured exchange, secretion positive."""
    return Flux({"BIOMASS" if name == data.GROWTH else f"EX_{data.SPECIES[name]}_e": 1})


def read_arm(
    folder: Path, exchanges: Mapping[tuple[str, str], Mapping[str, Number]], name: str, title: str,
    keys: tuple[tuple[str, str], tuple[str, str]], files: tuple[str, str],
) -> Arm:  # fmt: skip
    """An arm and its control from the table of exchanges and two flux maps."""
    before, after = (data.arm_of(exchanges, *key, FILE) for key in keys)
    outside = [Row(n, *oriented(before[n], after[n], exchange_flux(n))) for n in before if n in after]
    maps = [data.read_flux_map(folder / file) for file in files]
    old, new = (traced_numbers(m, file) for m, file in zip(maps, files, strict=True))
    inside = [Row(n, *oriented(old[n], new[n], TRACED[n])) for n in TRACED]
    growth = {
        "exchanges": after[data.GROWTH].value / before[data.GROWTH].value,
        "13C": maps[1]["BIOMASS"].value / maps[0]["BIOMASS"].value,
    }
    return Arm(name, title, tuple(outside), tuple(inside), growth)
