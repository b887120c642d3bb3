"""What expression states, drugs and oxygen do to calibrated cells, as tables.

``python -m benchmarks.states SECTION...`` prints Markdown; without a section, all of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import fluxmodel as fx
from benchmarks.fits import save_cell
from benchmarks.tables import interval, print_head, print_row
from fluxmodel.analysis.shares import shares
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats

SET = fx.set_field
#: Glycolytic ATP is what phosphoglycerate and pyruvate kinase make; respiratory ATP is ATP synthase's.
GLYCOLYTIC = {"PGK": 1.0, "PYK": 1.0, "HEX1": -1.0, "PFK": -1.0}
RESPIRATORY = "ATPS4mi"
FOUR_CELLS = (
    ("default, 200 uM cystine", "default", 0.2),
    ("xCT-high, 200 uM cystine", "xct_high", 0.2),
    ("xCT-high, 10 uM cystine", "xct_high", 0.01),
    ("PC-high, 200 uM cystine", "pc_high", 0.2),
)
#: GLS inhibited, %.
DOSES = (0, 50, 75, 90, 95, 98, 99, 100)
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


def cells(members: int) -> None:
    """GLS inhibited in four cells."""
    rows: list[tuple[Row, Row | None]] = []
    for label, cell, cystine in FOUR_CELLS:
        for medium in ("RPMI-1640", "DMEM"):
            base = [SET(f"cell={cell}"), SET(f"medium.cysi__L={cystine} mM"), SET(f"medium.base={medium}")]
            name = f"{label}, {medium}"
            control = ask(name, "normoxia", base, members)
            rows.append((control, None))
            for by in (50, 95):
                treated = ask(f"{name}, GLS {by} %", "normoxia", [*base, fx.inhibit(f"GLS={by}%")], members)
                rows.append((treated, control))
    table(rows)


def gi50(members: int) -> None:
    """GLS inhibited step by step in four cells: at which dose growth has halved."""
    print_head(
        "cell, medium",
        *(f"growth at {d:g} %" for d in DOSES),
        "GI50: members that reach it",
        "GI50, % of GLS",
    )
    for label, cell, cystine in FOUR_CELLS:
        for medium in ("RPMI-1640", "DMEM"):
            base = [SET(f"cell={cell}"), SET(f"medium.cysi__L={cystine} mM"), SET(f"medium.base={medium}")]
            growth = np.array(
                [ask("", "normoxia", [*base, fx.inhibit(f"GLS={d}%")], members).growth for d in DOSES]
            )
            relative = growth / growth[0]
            halved = np.array([_halving(relative[:, m]) for m in range(relative.shape[1])])
            there = np.isfinite(halved)
            at = interval(halved[there]) if there.any() else "not reached"
            cells_ = (
                f"{np.median(x):.3f} ({np.percentile(x, 5):.3f} to {np.percentile(x, 95):.3f})"
                for x in relative
            )
            print_row(f"{label}, {medium}", *cells_, f"{there.mean():.0%}", at)
    print("\ngrowth relative to no inhibitor: median of the members, 5 to 95 %\n")


def _halving(growth: Floats) -> float:
    """The dose at which growth is half, between doses by straight lines; NaN where it never is."""
    below = np.flatnonzero(growth <= 0.5)
    if not below.size:
        return float("nan")
    k = int(below[0])
    return float(np.interp(0.5, [growth[k], growth[k - 1]], [DOSES[k], DOSES[k - 1]]))


def carriers(members: int) -> None:
    """SLC1A5 and SLC38A2 lost at falling glutamine."""
    rows: list[tuple[Row, Row | None]] = []
    for glutamine in (4, 2, 0.5, 0.2):
        base = [SET(f"medium.gln__L={glutamine} mM")]
        control = ask(f"{glutamine} mM Gln", "normoxia", base, members)
        rows.append((control, None))
        for label, genes in (
            ("SLC1A5 lost", ("SLC1A5",)),
            ("SLC38A2 lost", ("SLC38A2",)),
            ("both lost", ("SLC1A5", "SLC38A2")),
            ("mitochondrial variant lost", ("SLC1A5_var",)),
        ):
            lost = [fx.knock_out(g) for g in genes]
            rows.append((ask(f"{glutamine} mM, {label}", "normoxia", [*base, *lost], members), control))
    table(rows, ("EX_gln__L_e", "GLUNm", "AKGDm"))


def atf4(members: int) -> None:
    """ATF4 levels in rich and poor media."""
    rows: list[tuple[Row, Row | None]] = []
    for label, base in (
        ("replete", []),
        ("without Ser and Gly", [SET("medium.ser__L=0 mM"), SET("medium.gly=0 mM")]),
        ("without Asn", [SET("medium.asn__L=0 mM")]),
        ("0.2 mM Gln", [SET("medium.gln__L=0.2 mM")]),
        ("20 uM cystine", [SET("medium.cysi__L=0.02 mM")]),
        ("oxidative load 5 %", [SET("demands.oxidative_load=5 percent")]),
    ):
        control = ask(f"{label}, ATF4 basal", "normoxia", base, members)
        rows.append((control, None))
        for level in ("off", "low", "high"):
            row = ask(f"{label}, ATF4 {level}", "normoxia", [*base, SET(f"regulators.ATF4={level}")], members)
            rows.append((row, control))
    table(rows, ("GTHS", "CYSTGLUex", "PGCD", "ASNS1"))


def respiratory_share(fluxes: dict[str, float]) -> float:
    """Share of ATP that ATP synthase makes."""
    glycolysis = sum(c * fluxes.get(r, 0.0) for r, c in GLYCOLYTIC.items())
    own = fluxes.get(RESPIRATORY, 0.0)
    return own / (own + max(glycolysis, 0.0)) if own > 0 else 0.0


def hypoxia(members: int) -> None:
    """Oxygen, stirring, the HIF axis and serum."""
    heads = ("oxygen", "medium", "HIF", "serum", "growth", "lactate/glucose", "PDH", "OXPHOS of ATP",
             "IDH1", "IDH2", "binds")  # fmt: skip
    print_head(*heads)
    for percent in (21, 5, 1, 0.5):
        for stirred in ("false", "true"):
            for hif in ("basal", "high"):
                for serum in ("dialysed_FBS_10", "none"):
                    if percent == 21 and (hif == "high" or stirred == "true"):
                        continue
                    changes = [
                        SET(f"oxygen={percent} percent"), SET(f"oxygen.stirred={stirred}"),
                        SET(f"regulators.HIF1A={hif}"), SET(f"medium.serum={serum}"),
                    ]  # fmt: skip
                    row = ask("", "normoxia", changes, members)
                    f = dict(row.point.flux) if row.point.outcome is fx.Outcome.OPTIMAL else {}
                    ratio = f.get("EX_lac__L_e", 0) / -f.get("EX_glc__D_e", -1) if f else float("nan")
                    said = (
                        f"{percent} %",
                        "stirred" if stirred == "true" else "still",
                        hif,
                        serum,
                        f"{row.point.growth:.4f}, {interval(row.growth)}",
                        f"{ratio:.2f}",
                        f"{f.get('PDHm', 0):.3f}",
                        f"{respiratory_share(f):.0%}",
                        f"{f.get('ICDHyr', 0):.3f}",
                        f"{f.get('ICDHyrm', 0):.3f}",
                        row.binding,
                    )
                    print_row(*said)
    print()


def default(members: int) -> None:
    """The default cell: residuals, respiration, and what comes out without lactate and oxygen."""
    for label, without in (
        ("all rates", ()),
        ("without lactate and oxygen", ("secretion(lac__L)", "uptake(o2)")),
    ):
        found = fx.calibrate(None, "default", members=members, without=without, leave_one_out=not without)
        e = found.ensemble
        at = {r: e.fluxes[:, k] for k, r in enumerate(e.reactions)}
        share = np.array([respiratory_share({r: v[m] for r, v in at.items()}) for m in range(len(e))])
        print(f"**{label}**: misfit {found.misfit:.2f}, penalty {found.penalty:.1f}; "
              f"lactate/glucose {interval(at['EX_lac__L_e'] / -at['EX_glc__D_e'])}, "
              f"O2 {interval(-at['EX_o2_e'])}, OXPHOS of ATP {interval(share)}, "
              f"Glu secreted {interval(at['EX_glu__L_e'])}\n")  # fmt: skip
        print_head("rate", "measured", "error", "fit", "residual", "mass balance alone", "left out")
        for r in found.rates:
            out = "-" if r.left_out is None else f"{r.left_out:.4f}"
            numbers = (f"{x:.4f}" for x in (r.measured, r.error, r.reached))
            print_row(r.name, *numbers, f"{r.residual:+.2f}", f"{r.balance:+.2f}", out)
        print("\nraised: " + ", ".join(f"{a.catalyst} {a.factor:.1f}x" for a in found.audit[:15]) + "\n")


def headroom(members: int) -> None:
    """Capacity over use by draw, and the verdicts with capacities tight against conditional."""
    found = fx.calibrate(None, "default", members=members, leave_one_out=False)
    e = found.ensemble
    print("| catalyst | capacity over use, 5 / 50 / 95 % of the draws that use it | members that use it |")
    print("|---|---|---|")
    for name in ("GLS", "SLC1A5", "SLC38A2", "SLC7A11_SLC3A2", "PCm", "AKGDm", "PDHm", "HK2", "PFK", "ENO",
                 "LDHA", "ASNS1", "PGCD", "CAD", "METAT", "SLC1A5_var"):  # fmt: skip
        if name not in e.catalysts:
            continue
        k = e.catalysts.index(name)
        used = e.use[:, k] > 1e-6
        if used.any():
            q = np.percentile(e.capacities[used, k] / e.use[used, k], [5, 50, 95])
            print(f"| {name} | {q[0]:.2f} / {q[1]:.2f} / {q[2]:.1f} | {used.mean():.0%} |")
    used_all = e.use > 1e-6
    ratio = e.capacities[used_all] / e.use[used_all]
    q = np.percentile(ratio, [5, 25, 50, 75, 95])
    print(
        f"| all that are used | {q[0]:.2f} / {q[2]:.2f} / {q[4]:.0f} (quartiles {q[1]:.2f}, {q[3]:.1f}) | |\n"
    )
    growth = found.members.fluxes["BIOMASS"]
    uses = {c: np.concatenate([[found.fit.use[k]], e.use[:, k]]) for k, c in enumerate(e.catalysts)}
    tight = replace(found.members, capacities=FrozenMap(uses), translation=growth)
    print_head("scenario", "capacities conditional on use", "tight: each is its use")
    with tempfile.TemporaryDirectory() as folder:
        save_cell(found, "conditional", Path(folder))
        save_cell(replace(found, members=tight), "tight", Path(folder))
        for name, base, more in SCENARIOS:
            said = []
            for cell in ("conditional", "tight"):
                arms = [
                    ask("", "normoxia", [SET(f"cell={cell}"), *changes], members, folders=[folder])
                    for changes in (base, [*base, *more])
                ]
                said.append(against(arms[1], arms[0]))
            print_row(name, *said)
    print()


def disjoint(members: int) -> None:
    """Two disjoint halves of the ensemble, and the same seed twice: do they give the same verdicts?"""
    agree = total = repeated = 0
    constants = Constants()
    for name, base, more in SCENARIOS:
        a, b = (fx.predict(None, "normoxia", c, members=members) for c in (base, [*base, *more]))
        again = fx.predict(None, "normoxia", [*base, *more], members=members)
        assert a.members is not None
        assert b.members is not None
        assert again.members is not None
        repeated += int(np.array_equal(again.members.low, b.members.low, equal_nan=True))
        half = members // 2
        same = 0
        for k in range(len(a.rows)):
            words = []
            for part in (slice(0, half), slice(half, 2 * half)):
                low_a, high_a = a.members.low[part, k], a.members.high[part, k]
                low_b, high_b = b.members.low[part, k], b.members.high[part, k]
                if a.rows[k].is_growth:
                    low_a = high_a = a.members.growth[part]
                    low_b = high_b = b.members.growth[part]
                word, share = shares(low_a, high_a, low_b, high_b, constants).leading
                words.append((word if share >= constants.likely_share else "undetermined",
                              share >= constants.certain_share))  # fmt: skip
            same += words[0] == words[1]
        print(f"{name}: {same} of {len(a.rows)} verdict classes agree")
        agree, total = agree + same, total + len(a.rows)
    print(f"\nall: {agree} of {total}, {agree / total:.0%}; the same seed gave the same numbers in "
          f"{repeated} of {len(SCENARIOS)}\n")  # fmt: skip


SECTIONS: dict[str, Callable[[int], None]] = {
    "default": default,
    "headroom": headroom,
    "disjoint": disjoint,
    "cells": cells,
    "gi50": gi50,
    "carriers": carriers,
    "atf4": atf4,
    "hypoxia": hypoxia,
}


def main() -> int:
    """Print the sections that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("section", nargs="*", choices=[*SECTIONS, []], help="all if left out")
    parser.add_argument("--members", type=int, default=80)
    given = parser.parse_args()
    for name in given.section or SECTIONS:
        print(f"## {name}: {SECTIONS[name].__doc__}\n")
        SECTIONS[name](given.members)
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
