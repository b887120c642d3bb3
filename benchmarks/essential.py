"""Essential nutrients under plain FBA, ours against the parent's on the same medium.

    python -m benchmarks.essential PARENT.xml.gz [--write docs/essential.md]

A nutrient is essential if growth without it is below 5 % of growth with it.  The parent's biomass
also asks for what no medium lists (lipoproteins and vitamins); those are given to it in traces.
Every difference must have a reason in `REASONS`: one without stops the run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fluxmodel.analysis.lp_solver import CheckSolver
from fluxmodel.condition import load_cell, load_condition, load_medium, mix, oxygen_limit, uptake_limits
from fluxmodel.lp import Program, Query, Sparse, open_session
from fluxmodel.network import Model, load_model, read_parent
from fluxmodel.network.parent import Parent

MEDIA = ("DMEM", "RPMI-1640", "HPLM", "HamsF12")
#: Share of growth below which a nutrient is essential; chosen, the parent's traces alone give 1-4 %.
ESSENTIAL = 0.05
EAGLE = [
    "arg__L", "cys", "gln__L", "his__L", "ile__L", "leu__L", "lys__L", "met__L", "phe__L", "thr__L", "trp__L",
    "tyr__L", "val__L",
]  # fmt: skip
PROFILES = (("PAH", "ASS1"), ("PAH", "ASS1", "CBS"), ("PAH", "ASS1", "CBS", "GLUL"))

#: What the parent's biomass needs beyond any medium, and how much of it is given (mmol/gDW/h): the
#: least that lets it grow at 0.02 /h, doubled.
TRACES = {
    "MAM01570e": 6e-8, "MAM03147e": 4.4e-7, "MAM01400e": 1.7e-6, "MAM01327e": 1.7e-6, "MAM01938e": 1.7e-6,
    "MAM01935e": 1.7e-6, "MAM02394e": 1.7e-6, "MAM01361e": 1.7e-6, "MAM01385e": 1.2e-5, "MAM02122e": 1.4e-5,
    "MAM02049e": 1.7e-6, "MAM01597e": 1.7e-6,
}  # fmt: skip

_VITAMIN = "cofactors are not part of our biomass: their amounts are far below 0.1 % of dry mass"
REASONS = {
    **dict.fromkeys(("fol", "pnto__R", "pydxn", "ribflv", "thm", "btn", "ncam", "b12", "lipoate"), _VITAMIN),
    "fe2": "no haem or iron-sulphur cluster in our biomass",
    "fe3": "no haem or iron-sulphur cluster in our biomass",
    "lnlc": "our phospholipids are written as 16:0/18:1; the essential fatty acids are left out",
    "chol": "PEMT makes choline in both; a difference is the small capacity of the route",
    "inost": "ISYNA1 makes inositol in both",
    "pi": "the parent takes phosphate from other phosphates that it imports",
}
REASONS["arg__L"] = "needs citrulline with ASS1 and ASL; OTC and CPS1 (liver, gut) are out of our scope"


def conditions(medium: str) -> tuple[Mapping[str, float | None], float]:
    """Uptake limits by species (None: unlimited) and of oxygen, in mmol/gDW/h."""
    condition = load_condition("normoxia")
    cell = load_cell(condition.cell)
    limits = uptake_limits(condition, mix(condition, load_medium(medium)), cell)
    oxygen = oxygen_limit(condition, cell)
    assert oxygen is not None
    bare = {s: None if q is None else q.magnitude("mmol/gDW/h") for s, q in limits.items()}
    return bare, oxygen.magnitude("mmol/gDW/h")


class Ours:
    """Growth of our network with given uptake limits, plain FBA."""

    def __init__(self, model: Model) -> None:
        self.model, self.solver = model, CheckSolver(model)
        self.nutrients = {r[3:-2]: r for r in model.exchanges}

    def growth(self, uptake: Mapping[str, float | None], lost: tuple[str, ...] = ()) -> float:
        """Largest growth, 1/h."""
        bounds = {}
        for species, id in self.nutrients.items():
            limit = uptake.get(species, 0.0)
            bounds[id] = (-1000.0 if limit is None else -limit, 1000.0)
        for id in self.model.lost_reactions(lost):
            bounds[id] = (0.0, 0.0)
        return self.solver.maximise({self.model.biomass: 1.0}, bounds) or 0.0


class Theirs:
    """The same for the parent."""

    def __init__(self, parent: Parent, model: Model) -> None:
        rows = {m: n for n, m in enumerate(parent.species)}
        ids = tuple(parent.reactions)
        triplets = [
            (rows[m], n, c) for n, r in enumerate(ids) for m, c in parent.reactions[r].stoichiometry.items()
        ]
        i, j, v = (np.array(x) for x in zip(*triplets, strict=True))
        matrix = Sparse.from_triplets(i, j, v, (len(rows), len(ids)))
        self.lower = np.array([parent.reactions[r].lower for r in ids])
        self.upper = np.array([parent.reactions[r].upper for r in ids])
        zero = np.zeros(len(rows))
        self.session = open_session(
            Program(ids, tuple(rows), matrix, self.lower, self.upper, zero, zero), "highs"
        )
        self.cost = np.array([1.0 if r == "MAR13082" else 0.0 for r in ids])
        self.exchange: dict[str, tuple[int, float]] = {}
        for n, r in enumerate(ids):
            stoichiometry = parent.reactions[r].stoichiometry
            if len(stoichiometry) == 1 and next(iter(stoichiometry)).endswith("e"):
                ((m, c),) = stoichiometry.items()
                self.exchange[m] = (n, c)
        self.nutrients: dict[str, str] = {}
        for m, s in parent.species.items():
            if m in self.exchange:
                for name in s.annotation.get("bigg.metabolite", ()):
                    self.nutrients.setdefault(name, m)
        for species in model.species.values():
            if species.parent and species.parent + "e" in self.exchange:
                self.nutrients[species.id] = species.parent + "e"

    def growth(self, uptake: Mapping[str, float | None]) -> float:
        """Largest growth, 1/h."""
        lower, upper = self.lower.copy(), self.upper.copy()
        given = {m: uptake.get(s, 0.0) for s, m in self.nutrients.items()} | TRACES
        for m, (n, c) in self.exchange.items():
            limit = given.get(m, 0.0)
            top = 1000.0 if limit is None else limit
            lower[n], upper[n] = (-top, 1000.0) if c < 0 else (-1000.0, top)
        answer = self.session.solve(Query(lower, upper, cost=self.cost, sense="max"))
        return answer.objective


def without(uptake: Mapping[str, float | None], species: str) -> dict[str, float | None]:
    """The same uptake limits with one nutrient gone."""
    return {s: u for s, u in uptake.items() if s != species}


def main(argv: list[str] | None = None) -> int:
    """Print the tables; 1 if a difference has no reason or Eagle's amino acids are not those."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("parent", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    model = load_model()
    ours, theirs = Ours(model), Theirs(read_parent(args.parent), model)
    lines, failed = ["# Essential nutrients", "", *__doc__.split("\n\n", 2)[2].strip().splitlines(), ""], []
    for medium in MEDIA:
        limits, oxygen = conditions(medium)
        uptake = {s: u for s, u in limits.items() if u is None or u > 0} | {"o2": oxygen}
        wild, parental = ours.growth(uptake), theirs.growth(uptake)
        rows = []
        for species in uptake:
            here = ours.growth(without(uptake, species)) / wild if species in ours.nutrients else None
            there = None
            if species in theirs.nutrients:
                there = theirs.growth(without(uptake, species)) / parental
            needed = [x is not None and x < ESSENTIAL for x in (here, there)]
            if needed[0] != needed[1] and REASONS.get(species) is None:
                failed.append(f"{medium}: {species} differs without a reason")
            if any(needed) or (here is not None and here < 0.99):
                said = ["-" if x is None else f"{max(x, 0.0):.2f}" for x in (here, there)]
                why = REASONS.get(species, "") if needed[0] != needed[1] else ""
                rows.append(f"| {species} | {said[0]} | {said[1]} | {why} |")
        said_ = f"Growth {wild:.4f} /h, parent {parental:.4f} /h (plain FBA, no serum)."
        head = "| without | growth, ours | growth, parent | reason of a difference |"
        lines += [f"## {medium}", "", said_, "", head, "|---|---|---|---|", *rows]
        lines += [""]
        for lost in PROFILES:
            whole = ours.growth(uptake, lost)
            needed_ = []
            for name in EAGLE:
                forms = ("cys__L", "cysi__L", "gthrd") if name == "cys" else (name,)
                left = {s: u for s, u in uptake.items() if s not in forms}
                if ours.growth(left, lost) < ESSENTIAL * whole:
                    needed_.append(name)
            lines.append(f"- without {', '.join(lost)}: {len(needed_)} of Eagle's 13: {', '.join(needed_)}")
            if lost == PROFILES[-1] and needed_ != EAGLE:
                failed.append(f"{medium}: Eagle's thirteen are {needed_}")
        lines.append("")
    text = "\n".join(lines)
    print(text)
    if args.write:
        args.write.write_text(text, encoding="utf-8", newline="\n")
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
