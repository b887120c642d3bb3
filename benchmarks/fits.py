"""What is shown of a calibration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import fluxmodel as fx
from fluxmodel.condition.members import write_members
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.calibration import RateRow
from fluxmodel.questions.cell_file import cell_yaml

O2 = "EX_o2_e"
#: Capacities that had to rise by this factor are named, the others counted.
NAMED = 2.0


def save_cell(found: fx.Calibration, id: str, folder: Path) -> None:
    """Write a calibrated cell and its ensemble, to be found in a folder of conditions."""
    cell = found.cell.replace(id=id, ensemble=f"{id}.ensemble.tsv")
    text = cell_yaml(replace(found, cell=cell))
    (folder / f"{id}.yaml").write_text(text, encoding="utf-8")
    (folder / str(cell.ensemble)).write_text(write_members(found.members), encoding="utf-8")


def of_members(found: fx.Calibration, reaction: str, sign: float = 1.0) -> Floats:
    """A flux of the reference state, by member."""
    known = found.members.fluxes.get(reaction)
    return np.zeros(len(found.members)) if known is None else sign * known[1:]


def per_glucose(found: fx.Calibration) -> Floats:
    """Lactate secreted per glucose taken up, by member."""
    return of_members(found, "EX_lac__L_e") / of_members(found, "EX_glc__D_e", -1.0)


def oxphos(found: fx.Calibration) -> str:
    """Share of the ATP synthase in all ATP, at the point and over members."""
    energy, share = found.energy, found.oxphos_share
    point = "-" if energy is None or energy.oxphos_share is None else f"{energy.oxphos_share:.0%}"
    return (
        point if share.low is None or share.high is None else f"{point} ({share.low:.0%} to {share.high:.0%})"
    )


def residuals(rate: RateRow) -> tuple[str, ...]:
    """What is left of a rate, with capacities and by mass balance alone, in standard errors."""
    return tuple(f"{x:+.2f}".replace("-0.00", "+0.00") for x in (rate.residual, rate.balance))


def raised(found: fx.Calibration) -> str:
    """Capacities that had to rise, isozymes with one factor together."""
    named = [a for a in found.audit if a.factor >= NAMED]
    by_factor: dict[str, list[str]] = {}
    for a in named:
        by_factor.setdefault(f"{a.factor:.1f}x", []).append(a.catalyst)
    said = [f"{'/'.join(names)} {factor}" for factor, names in by_factor.items()]
    rest = len(found.audit) - len(named)
    return f"penalty {found.penalty:.1f}; {', '.join(said) or 'none twofold'}; {rest} by less than {NAMED:g}x"
