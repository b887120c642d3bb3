"""Flux per unit of capacity: relative turnover, and the saturation of carriers with what is outside."""

from __future__ import annotations

from collections.abc import Mapping

from fluxmodel.frozen import FrozenMap
from fluxmodel.network.kinetics import Turnover
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Catalyst
from fluxmodel.units import Quantity

_SIGNS: Mapping[str, tuple[int, ...]] = {"both": (1, -1), "forward": (1,), "backward": (-1,)}

#: What drives a carrier is not what it trades.
_IONS = ("na1_c", "h_c", "cl_c", "k_c")


def main_turnover(model: Model, catalyst: str) -> Turnover | None:
    """The row of kinetics.tsv that holds for all reactions of a catalyst; None if there is none."""
    for row in model.turnovers:
        if row.catalyst == catalyst and not row.reactions and row.direction == "both":
            return row
    return None


def saturations(
    model: Model, concentrations: Mapping[str, Quantity], unlimited: Mapping[str, str]
) -> FrozenMap[tuple[str, str, int], float]:
    """Saturation of each carrier by catalyst, reaction and direction: ``[S] / (Km + [S])``.

    The direction is the one that takes the species from outside; a species that is not in the medium
    saturates nothing, one without a limit saturates fully.

    Parameters
    ----------
    model : Model
    concentrations : mapping of species id to Quantity
        Of the finished medium.
    unlimited : mapping of species id to str
    """
    named = {(a.catalyst, a.reaction, a.metabolite): a.km for a in model.affinities}
    found: dict[tuple[str, str, int], float] = {}
    for row in model.affinities:
        outer = f"{row.metabolite}_e"
        for reaction in model.all_catalysts[row.catalyst].reactions:
            coefficient = model.reactions[reaction].stoichiometry.get(outer, 0.0)
            if not coefficient or (row.reaction or reaction) != reaction:
                continue
            if not row.reaction and (row.catalyst, reaction, row.metabolite) in named:
                continue  # a row of its own says it better
            share = 1.0
            if row.metabolite not in unlimited:
                amount = concentrations.get(row.metabolite)
                outside = 0.0 if amount is None else amount.magnitude("mM")
                share = outside / (row.km + outside)
            key = (row.catalyst, reaction, 1 if coefficient < 0 else -1)
            found[key] = found.get(key, 1.0) * share
    return FrozenMap(found)


def efficiencies(
    model: Model, catalyst: Catalyst, saturation: Mapping[tuple[str, str, int], float]
) -> FrozenMap[tuple[str, int], float]:
    """Flux per unit of capacity for every reaction and direction of a catalyst that is not 1.

    Parameters
    ----------
    model : Model
    catalyst : Catalyst
    saturation : mapping
        As `saturations` gives it.
    """
    main = main_turnover(model, catalyst.id)
    found: dict[tuple[str, int], float] = {}
    for row in model.turnovers:
        if main is None or row.catalyst != catalyst.id or row is main:
            continue
        for reaction in row.reactions or catalyst.reactions:
            for sign in _SIGNS[row.direction]:
                found[reaction, sign] = row.kcat / main.kcat
    for (name, reaction, sign), share in saturation.items():
        if name == catalyst.id:
            found[reaction, sign] = found.get((reaction, sign), 1.0) * share
    return FrozenMap(found)


def hub_of(model: Model, catalyst: Catalyst) -> str:
    """Inner species that every reaction of an exchanger trades against another one; empty if none.

    Examples
    --------
    >>> from fluxmodel.network import load_model
    >>> m = load_model()
    >>> hub_of(m, m.catalysts["SLC1A5"]), hub_of(m, m.catalysts["SLC38A2"])
    ('gln__L_c', '')
    """
    if len(catalyst.reactions) < 2:
        return ""
    traded: set[str] | None = None
    for id in catalyst.reactions:
        terms = model.reactions[id].stoichiometry
        inner = {m for m, c in terms.items() if m.endswith("_c") and c * terms.get(f"{m[:-2]}_e", 0.0) < 0}
        # a uniport trades with nothing: one species goes out, and no other one comes in
        others = {m for m in terms if m.endswith("_c") and m not in _IONS}
        if len(others) < 2:
            return ""
        traded = inner if traded is None else traded & inner
    traded = {m for m in traded or () if m not in _IONS}
    return next(iter(traded)) if len(traded) == 1 else ""
