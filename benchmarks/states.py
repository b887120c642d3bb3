"""What expression states, drugs and oxygen do to calibrated cells, as tables.

``python -m benchmarks.states SECTION...`` prints Markdown; without a section, all of them. ``--write FILE``
puts all of it into a file, such as docs/states.md.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import fluxmodel as fx
from benchmarks import trust
from benchmarks.asking import SET, Row, ask, table
from benchmarks.tables import interval, print_head, print_row
from fluxmodel.lp.sparse import Floats

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


SECTIONS: dict[str, Callable[[int], None]] = {
    "default": default,
    "cells": cells,
    "gi50": gi50,
    "carriers": carriers,
    "atf4": atf4,
    "hypoxia": hypoxia,
    "headroom": trust.headroom,
    "disjoint": trust.disjoint,
    "sensitivity": trust.sensitivity,
}


HEAD = """# Tables of states

Made by `python -m benchmarks.states --write docs/states.md` with model {model} and {members} members,
seed 1. Shares are shares of the members; *certain* is 95 % and more, *likely* 80 %. Fluxes are those of the
point, mmol/gDW/h; exchanges are negative where something is taken up. *binds* is what limits growth at the
point, with percent of growth per percent of the limit. [capacities.md](capacities.md) says what was expected
and did not come out, and why.
"""


def main() -> int:
    """Print the sections that were asked for, or write all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("section", nargs="*", choices=[*SECTIONS, []], help="all if left out")
    parser.add_argument("--members", type=int, default=80)
    parser.add_argument("--write", type=Path, metavar="FILE", help="all sections, into a file")
    given = parser.parse_args()
    out = sys.stdout if given.write is None else io.StringIO()
    with contextlib.redirect_stdout(out):
        if given.write is not None:
            model = fx.load_model()
            print(HEAD.format(model=f"{model.id} {model.version}", members=given.members))
        for name in given.section or SECTIONS:
            start = time.perf_counter()
            print(f"## {name}: {SECTIONS[name].__doc__}\n")
            SECTIONS[name](given.members)
            sys.stdout.flush()
            print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    if isinstance(out, io.StringIO):
        given.write.write_text(out.getvalue().rstrip() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
