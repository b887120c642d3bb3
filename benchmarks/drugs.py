"""What drugs, their doses and pairs of them do, as tables, and whether the curves are exact.

``python -m benchmarks.drugs SECTION...`` prints Markdown; without a section, all of them. ``--write FILE``
puts all of it into a file, such as docs/drugs.md.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import fluxmodel as fx
from benchmarks.tables import print_head, print_row
from fluxmodel.analysis.doses import OneMember
from fluxmodel.analysis.ensemble import Asked
from fluxmodel.analysis.response import Movable, Responder
from fluxmodel.condition import Change
from fluxmodel.questions.graded import Graded, agent, graded
from fluxmodel.questions.plan import Checked, Settings

SET = fx.set_field
#: Agents whose curves are compared with programs of their own: sharp, flat, bent, and lethal ones.
CURVES = (
    "CB-839",
    "SLC38A2",
    "erastin",
    "benzylserine",
    "TVB-2640",
    "brequinar",
    "IACS-010759",
    "R162",
    "HK2",
)
#: What is around the cells when CB-839 is given.
AROUND: tuple[tuple[str, list[Change]], ...] = (
    ("as it is", []),
    ("4 mM Glu outside", [SET("medium.glu__L=4 mM")]),
    ("4 mM Glu, importer lost", [SET("medium.glu__L=4 mM"), fx.knock_out("SLC1A3")]),
    ("4 mM dimethyl-2-oxoglutarate", [SET("medium.dmakg=4 mM")]),
)
#: Cells and media in which GLS was asked before: one in which it does nothing, and one in which it can.
CELLS: tuple[tuple[str, list[Change]], ...] = (
    ("default, RPMI", []),
    ("xCT-high, DMEM, 200 uM cystine",
     [SET("cell=xct_high"), SET("medium.base=DMEM"), SET("medium.cysi__L=0.2 mM")]),
)  # fmt: skip
#: Pairs: what is lost of each, and where they are asked.
PAIRS: tuple[tuple[str, str], ...] = (
    ("benzylserine", "MSO"),
    ("GLS", "PC"),
    ("NADH2_u10mi", "GOT1"),
    ("LDHA", "LDHB"),
    ("BSO", "TXNRD1"),
    ("MPC1_MPC2", "GLUD1"),
    ("GLS", "SLC7A11"),
)
STRENGTHS = ("90%", "99%", "100%")
CONDITIONS = ("normoxia", "hypoxia")


def _graded(condition: str, changes: Sequence[Change], name: str, members: int) -> Graded:
    checked = Checked.of(None, changes, Settings(observables=["growth"], members=members))
    change, _ = agent(checked.model, name)
    (found,) = graded(checked, [checked.bench.condition(condition)], [change], "glpk")
    return found


def brute(members: int) -> None:
    """Curves against 200 programs each, in the point and the first members."""
    print_head(
        "agent", "condition", "members", "pieces", "programs", "greatest difference of growth, relative"
    )
    for name in CURVES:
        for condition in CONDITIONS:
            g = _graded(condition, [SET("medium.cysi__L=0.05 mM")], name, min(members, 5))
            agent_name = g.exposure.agents[0].name
            doses = g.exposure.doses(agent_name, np.linspace(0, 1, 200))
            worst, pieces, asked = 0.0, 0, 0
            with Responder(Movable.of(g.problem, g.exposure.catalysts)) as responder:
                for limits in g.limits:
                    one = OneMember(responder, limits, g.exposure)
                    many = g.left_of(np.tile(limits, (200, 1)), g.exposure.left(doses[:, None]))
                    direct = Asked.of(g.problem, many, (), 1.0).answer().growth
                    gap = np.abs(one.growth(doses) - direct).max() / max(direct.max(), 1e-12)
                    worst = max(worst, float(gap))
                    pieces, asked = pieces + len(one.course.pieces), asked + one.course.asked
            n = len(g.limits)
            print_row(agent_name, condition, str(n), f"{pieces / n:.1f}", f"{asked / n:.1f}", f"{worst:.1e}")
    print()


def cb839(members: int) -> None:
    """CB-839 with and without glutamate, its importer, and cell-permeable 2-oxoglutarate."""
    flux = ("flux(GLUNm)", "secretion(glu__L)", "flux(AKGDm)")
    fluxes = [*(f"{f} untreated, members" for f in flux), *(f"{f} at 1 uM" for f in flux)]
    reached = ("GI50", "members that reach it", "growth at 10 uM, % (members)")
    print_head("cell", "condition", "around", *reached, *fluxes, "binds at 1 uM")
    for cell, own in CELLS:
        for condition in CONDITIONS:
            for label, changes in AROUND:
                found = fx.dose_response(
                    None, [condition], "CB-839", "0, 1 uM, 10 uM", [*own, *changes],
                    observables=flux, members=members,
                )  # fmt: skip
                c = found.curves[0]
                none, one, ten = c.rows
                r = c.gi50
                ends = "" if r.members.low is None else f" at {r.members.low:.3g} to {r.members.high:.3g} nM"
                print_row(
                    cell,
                    condition,
                    label,
                    "none" if r.dose is None else f"{r.dose:.3g} nM",
                    f"{r.share or 0:.0%}{ends}",
                    f"{100 * (ten.ratio or 0):.4g} ({_range(ten.members.low, ten.members.high, 100)})",
                    *(_range(i.members_low, i.members_high) for i in none.intervals),
                    *(_range(i.members_low, i.members_high) for i in one.intervals),
                    ", ".join(map(str, next(p for p in c.pieces if p.end >= 1000).binds))
                    if c.pieces
                    else "-",
                )
    print()


def _range(low: float | None, high: float | None, factor: float = 1.0) -> str:
    return "-" if low is None or high is None else f"{factor * low:.3g} to {factor * high:.3g}"


def excess(members: int) -> None:
    """Excess of pairs over independent action, with the share of members that has it."""
    print_head("pair", "lost of each", "condition", "growth, % (alone)", "Bliss", "HSA", "Loewe", "ZIP",
               "members, Bliss", "synergy in", "antagonism in", "verdict", "binds with both")  # fmt: skip
    for pair in PAIRS:
        for strength in STRENGTHS:
            given = [f"{name}={strength}" for name in pair]
            for p in fx.combine(None, CONDITIONS, given, members=members).pairs:
                e = {x.measure: x for x in p.excess}
                alone = [100 * g.growth / p.untreated for g in (p.first, p.second)]
                print_row(
                    " + ".join(pair),
                    strength,
                    p.condition,
                    f"{100 * p.growth / p.untreated:.3g} ({alone[0]:.3g}, {alone[1]:.3g})",
                    *(_signed(e[m].value) for m in ("bliss", "hsa", "loewe", "zip")),
                    f"{_signed(e['bliss'].members.low)} to {_signed(e['bliss'].members.high)}",
                    f"{e['bliss'].synergy or 0:.0%}",
                    f"{e['bliss'].antagonism or 0:.0%}",
                    e["bliss"].verdict,
                    ", ".join(map(str, p.binds)) or "not viable",
                )
    print()


def _signed(x: float | None) -> str:
    return "-" if x is None else f"{x if abs(x) >= 5e-4 else 0.0:+.2g}"


def screen(members: int) -> None:
    """All pairs of the drug table in two conditions."""
    start = time.perf_counter()
    found = fx.screen(None, CONDITIONS, members=members)
    took = time.perf_counter() - start
    agents = len({r.first for r in found.rows} | {r.second for r in found.rows})
    size = f"{len(found.rows)} rows, {agents} agents that differ, {len(found.left_out)} drugs left out"
    print(f"{size}: {took:.1f} s\n")
    print_head(
        "pair", "condition", "growth, % (alone)", "excess", "members", "synergy in", "verdict", "reason"
    )
    for r in found.rows:
        if max(r.synergy or 0, r.antagonism or 0, abs(r.excess or 0)) < 0.05:
            continue
        alone = [100 * g / r.untreated for g in (r.growth_first, r.growth_second)]
        print_row(
            f"{r.first} + {r.second}",
            r.condition,
            f"{100 * r.growth / r.untreated:.3g} ({alone[0]:.3g}, {alone[1]:.3g})",
            _signed(r.excess),
            f"{_signed(r.members.low)} to {_signed(r.members.high)}",
            f"{r.synergy or 0:.0%}",
            r.verdict,
            r.reason or "-",
        )
    print()


SECTIONS: dict[str, Callable[[int], None]] = {
    "brute": brute,
    "cb839": cb839,
    "excess": excess,
    "screen": screen,
}


HEAD = """# Drugs, doses and pairs

Made by `python -m benchmarks.drugs --write docs/drugs.md` with model {model} and {members} members, seed 1.
What the measures are says [doses.md](doses.md); which of these answers are wrong, and why,
[limits.md](limits.md#what-losses-and-pairs-get-wrong). Ranges are 5 to 95 % of the members; *binds* is what
limits growth at the point, with percent of growth per percent of the limit.
"""


def main() -> None:
    """Print the sections that are asked for, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="all if left out")
    parser.add_argument("--members", type=int, default=80)
    parser.add_argument("--write", type=Path, help="file to write everything to")
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(contextlib.redirect_stdout(io.StringIO())) if given.write else sys.stdout
        model = fx.load_model()
        print(HEAD.format(model=f"{model.id} {model.version}", members=given.members))
        for name in given.sections or SECTIONS:
            section = SECTIONS[name]
            print(f"## {(section.__doc__ or name).splitlines()[0].rstrip('.')}\n")
            section(given.members)
    if given.write:
        assert isinstance(out, io.StringIO)
        given.write.write_text(out.getvalue().rstrip("\n") + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
