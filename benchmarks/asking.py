"""Conditions asked over the members of a cell, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import fluxmodel as fx
from benchmarks.tables import interval, print_head, print_row
from fluxmodel.analysis.shares import shares
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change
from fluxmodel.lp.sparse import Floats

SET = fx.set_field
SHOWN = ("EX_o2_e", "EX_lac__L_e", "AKGDm", "PCm", "PDHm", "GLUNm")


#: What is asked of two ways of making members: name, what both arms have, what is done.
SCENARIOS: tuple[tuple[str, list[Change], list[Change]], ...] = (
    ("GLS 50 %", [], [fx.inhibit("GLS=50%")]),
    ("GLS 95 %", [], [fx.inhibit("GLS=95%")]),
    ("SLC1A5 lost", [], [fx.knock_out("SLC1A5")]),
    ("SLC38A2 lost", [], [fx.knock_out("SLC38A2")]),
    ("LDHA lost", [], [fx.knock_out("LDHA")]),
    ("1 % oxygen, HIF on", [], [SET("oxygen=1 percent"), SET("regulators.HIF1A=high")]),
    ("no Ser, Gly", [], [SET("medium.ser__L=0 mM"), SET("medium.gly=0 mM")]),
    ("20 uM cystine", [], [SET("medium.cysi__L=0.02 mM")]),
    ("ATF4 high", [], [SET("regulators.ATF4=high")]),
)


@dataclass(frozen=True)
class Row:
    """One condition: the point, and its members."""

    name: str
    point: fx.Prediction
    growth: Floats

    @property
    def binding(self) -> str:
        """What limits growth at the point, with percent of growth per percent."""
        return ", ".join(f"{b.name} {b.share or 0:.2f}" for b in self.point.binding[:3]) or "-"


def ask(
    name: str,
    condition: str,
    changes: Sequence[Change] = (),
    members: int = 80,
    folders: Sequence[str] = (),
) -> Row:
    """Predict one condition over the members of its cell."""
    point = fx.predict(None, condition, changes, ["growth"], members=members, folders=folders)
    growth = point.members.growth if point.members is not None else np.array([point.growth])
    return Row(name, point, growth)


def against(row: Row, base: Row) -> str:
    """The verdict on growth, with the shares of members."""
    said = shares(base.growth, base.growth, row.growth, row.growth, Constants())
    word, share = said.leading
    sure = "certain" if share >= 0.95 else "likely" if share >= 0.8 else "undetermined"
    return (
        f"{word} in {share:.0%}: {sure}"
        if sure != "undetermined"
        else (f"undetermined: down {said.down:.0%}, up {said.up:.0%}, unchanged {said.unchanged:.0%}")
    )


def table(rows: Sequence[tuple[Row, Row | None]], extra: Sequence[str] = SHOWN) -> None:
    """Print rows of conditions, each against its base."""
    print_head("condition", "growth, point", "members, 5 to 95 %", "against", *extra, "binds")
    for row, base in rows:
        fluxes = row.point.flux if row.point.outcome is fx.Outcome.OPTIMAL else {}
        cells = [f"{fluxes[r]:.3f}" if r in fluxes else "-" for r in extra]
        verdict = against(row, base) if base is not None else "base"
        said = [row.name, f"{row.point.growth:.4f}", interval(row.growth), verdict, *cells, row.binding]
        print_row(*said)
    print()
