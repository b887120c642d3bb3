"""Gene deletions, single and double, against cobra in one process: ``python -m benchmarks.knockouts``.

Both get the same model (cobra's textbook model, and our network in normoxia under plain flux balance) in a
solver that is open and has solved it once, and are timed in CPU seconds from there to the growth of the last
deletion: what each gene closes is part of it, as far as rules are not looked up (cobra has the reactions of
each gene, too). What it takes to open ours is printed. Doubles are all
pairs of the textbook
model, and those of `GENES` genes of ours that matter. The median of the rounds is compared. Exit 1 if a
growth differs, or if a ratio is below what was promised.
"""

from __future__ import annotations

import gc
import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations
from typing import Any

from fluxmodel.analysis.losses import Gates
from fluxmodel.lp import Deleter, Deletion, Program, open_session
from fluxmodel.lp.coupling import Reduction
from fluxmodel.network import load_model
from fluxmodel.network.gpr import Rule, parse_rule
from fluxmodel.questions.inputs import Bench, Build
from tests.lp.models import cobra_model, to_program

#: Rounds, and how often each is repeated, since the shortest takes 3 ms; genes of our network of which all
#: pairs are asked.
ROUNDS, REPEATS, GENES = 7, 3, 60
#: cobra works with a tolerance of 1e-7.
AGREE = 1e-6
#: CPU seconds of cobra per CPU second of ours.
PROMISED = 10.0

Growth = dict[frozenset[str], float]


class Opened:
    """A model for both: cobra's, and our program in an open session, with what genes and reactions close.

    Attributes
    ----------
    model : cobra.Model
    opening : float
        CPU seconds that it took to look the genes up, to make the program smaller, to open the session and
        to solve it once.
    """

    def __init__(
        self, model: Any, program: Program, rules: Mapping[str, Rule], column: Mapping[str, int]
    ) -> None:
        self.model = model
        start = time.process_time()
        self.gates = Gates(rules)
        small = Reduction.of(program)
        self.column = {r: int(small.column[j]) for r, j in column.items() if small.factor[j]}
        self.session = open_session(small.program)
        Deleter(self.session)
        self.opening = time.process_time() - start
        model.slim_optimize()


def ours(opened: Opened, genes: list[str], pairs: bool) -> Growth:
    """Growth without each gene, or without each pair of genes; NaN where nothing is feasible."""
    gates, column, found = opened.gates, opened.column, Growth()

    @cache
    def closing(reactions: tuple[str, ...]) -> Deletion:  # most genes close nothing, or what another one does
        return Deletion.of(column[r] for r in reactions if r in column)

    def deletion(*lost: str) -> Deletion:
        return closing(gates.lost(lost))

    deleter = Deleter(opened.session)
    alone = {g: deletion(g) for g in genes}
    for g in genes:
        found[frozenset([g])] = deleter.find(alone[g], part=pairs).value
    together: dict[Deletion, float] = {}
    for a, b in combinations(genes, 2) if pairs else ():
        both = deletion(a, b)
        if both not in together:
            together[both] = deleter.find(both, (alone[a], alone[b])).value
        found[frozenset([a, b])] = together[both]
    return found


def theirs(model: Any, genes: list[str], pairs: bool) -> Growth:
    """The same by cobra."""
    from cobra.flux_analysis import double_gene_deletion, single_gene_deletion

    if pairs:
        table = double_gene_deletion(model, genes, processes=1)
    else:
        table = single_gene_deletion(model, genes, processes=1)
    return {frozenset(ids): g for ids, g in zip(table["ids"], table["growth"], strict=True)}


def textbook() -> Opened:
    """cobra's textbook model."""
    model = cobra_model("textbook")
    rules = {r.id: parse_rule(r.gene_reaction_rule) for r in model.reactions}
    return Opened(model, to_program(model), rules, {r.id: n for n, r in enumerate(model.reactions)})


def network() -> Opened:
    """Our network under plain flux balance, every demand served."""
    bench = Bench(load_model(), [], Build("fba", gene_rules_only=True, thermo=False))
    problem = bench.arm(bench.condition("normoxia")).problem
    upper = problem.program.col_upper.copy()
    upper[list(problem.slack_of.values())] = 0.0
    program = problem.program.replace(col_upper=upper, stages=(problem.program.stage("growth"),))
    rules = {r.id: r.rule for r in problem.resolved.model.reactions.values()}
    return Opened(
        problem.to_cobra(), program, rules, {r: parts[0][0] for r, parts in problem.columns_of.items()}
    )


def that_matter(growth: Growth, n: int) -> list[str]:
    """The first genes without which growth falls, then others, n in all."""
    best = max(g for g in growth.values() if not math.isnan(g))
    ranked = sorted(growth, key=lambda ids: not growth[ids] < best * (1 - 1e-6))
    return [next(iter(ids)) for ids in ranked[:n]]


def timed(run: Callable[[], Growth]) -> tuple[float, Growth]:
    """CPU seconds, and what was found; nobody pays for the garbage of the one before."""
    gc.collect()
    start = time.process_time()
    for _ in range(REPEATS):
        found = run()
    return (time.process_time() - start) / REPEATS, found


def difference(found: Growth, reference: Growth) -> float:
    """The largest difference; infinite where one of them has an optimum and the other has none."""
    worst = 0.0
    for genes, value in reference.items():
        if math.isnan(value) != math.isnan(found[genes]):
            return math.inf
        worst = max(worst, 0.0 if math.isnan(value) else abs(value - found[genes]))
    return worst


def compare(name: str, opened: Opened, genes: list[str], pairs: bool) -> bool:
    """Measure one kind of work, print it, and say whether it is as promised."""
    spent: list[tuple[float, float]] = []
    for _ in range(ROUNDS):  # side by side, so that a busy machine slows both
        own, found = timed(lambda: ours(opened, genes, pairs))
        other, reference = timed(lambda: theirs(opened.model, genes, pairs))
        spent.append((own, other))
    worst = difference(found, reference)
    ratio = statistics.median(t / o for o, t in spent)
    print(
        f"{name}, {'pairs of ' if pairs else ''}{len(genes)} genes: "
        f"ours {1e3 * statistics.median(o for o, _ in spent):.1f} ms, "
        f"cobra {1e3 * statistics.median(t for _, t in spent):.0f} ms CPU, ratio {ratio:.1f} "
        f"(promised {PROMISED:g}), largest difference {worst:.1e}"
    )
    return worst <= AGREE and ratio >= PROMISED


def main() -> None:
    """Measure, compare, judge."""
    small, large = textbook(), network()
    every = [g.id for g in small.model.genes]
    own = [g.id for g in large.model.genes]
    for name, opened in (("textbook", small), ("our network", large)):
        print(f"{name}: opening ours took {1e3 * opened.opening:.1f} ms CPU")
    good = [
        compare("textbook", small, every, False),
        compare("textbook", small, every, True),
        compare("our network", large, own, False),
        compare("our network", large, that_matter(ours(large, own, False), GENES), True),
    ]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
