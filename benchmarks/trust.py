"""How far verdicts are to be trusted: headroom, other halves of the ensemble, other draws of all numbers."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

import fluxmodel as fx
from benchmarks.asking import SCENARIOS, SET, against, ask
from benchmarks.fits import save_cell
from benchmarks.tables import print_head, print_row
from fluxmodel.analysis.shares import shares
from fluxmodel.analysis.verdict import Constants
from fluxmodel.frozen import FrozenMap

#: Observables of the sensitivity table.
KEY = ("growth", "uptake(glc__D)", "uptake(gln__L)", "uptake(o2)", "secretion(lac__L)", "secretion(glu__L)",
       "flux(GLUNm)", "flux(PCm)", "flux(PDHm)", "flux(AKGDm)", "flux(ICDHyr)", "flux(ICDHyrm)",
       "flux(GTHS)")  # fmt: skip


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


def sensitivity(members: int) -> None:
    """All numbers drawn 200 times, the cell fitted again: in which share of draws a statement holds."""
    draws = max(200, members)
    found = fx.calibrate(None, "default", members=draws, leave_one_out=False)
    print_head("scenario", *KEY)
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        save_cell(found, "drawn", Path(folder))
        for name, base, more in SCENARIOS:
            control = fx.load_condition("normoxia").with_changes(SET("cell=drawn"), *base)
            arms = (control.replace(id="control"), control.with_changes(*more).replace(id="changed"))
            both = fx.compare(None, arms, [], KEY, members=draws, folders=[folder], sensitivity=True)
            cells = []
            for row in both.differences[0].rows:
                if row.agreement is None:
                    cells.append("-")
                    continue
                count["fragile" if row.agreement.fragile else "holds"] += 1
                mark = ", fragile" if row.agreement.fragile else ""
                cells.append(f"{row.agreement.verdict} {row.agreement.share:.0%}{mark}")
            print_row(name, *cells)
    holds, fragile = count["holds"], count["fragile"]
    print(f"\n{holds} statements hold in at least 80 % of {draws} draws, {fragile} are fragile")
    print("statements: what the members prove, or else what the point says; - where neither says anything\n")
