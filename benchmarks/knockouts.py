"""Gene deletions, single and double, against cobra in one process: ``python -m benchmarks.knockouts``.

Both get the same model, unsolved (cobra's textbook model, and our network in normoxia under plain flux
balance), and are timed in CPU seconds from there to the growth of the last deletion: what each gene closes,
making the program smaller and opening the solver are part of ours. Doubles are all pairs of the textbook
model, and those of `GENES` genes of ours that matter. The median of the rounds is compared. Exit 1 if a
growth differs, or if a ratio is below what was promised.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from fluxmodel.analysis.coupling import Reduction
from fluxmodel.analysis.losses import Gates
from fluxmodel.lp import Deleter, Deletion, Program, open_session
from fluxmodel.network import load_model
from fluxmodel.network.gpr import Rule, parse_rule
from fluxmodel.questions.inputs import Bench, Build
from tests.lp.models import cobra_model, to_program

#: Rounds; genes of our network of which all pairs are asked.
ROUNDS, GENES = 5, 60
#: cobra works with a tolerance of 1e-7.
AGREE = 1e-6
#: CPU seconds of cobra per CPU second of ours, by model and for pairs. The 137 single genes of the textbook
#: model take 5 ms, half of which opens and solves the model once.
PROMISED = {
    ("textbook", False): 3.0,
    ("textbook", True): 10.0,
    ("our network", False): 6.0,
    ("our network", True): 10.0,
}

Growth = dict[frozenset[str], float]


@dataclass(frozen=True)
class Opened:
    """A model for both: cobra's, and a program with the rule and the column of each reaction."""

    model: Any
    program: Program
    rules: Mapping[str, Rule]
    column: Mapping[str, int]


def ours(opened: Opened, genes: list[str], pairs: bool) -> Growth:
    """Growth without each gene, or without each pair of genes; NaN where nothing is feasible."""
    gates, small, found = Gates(opened.rules), Reduction.of(opened.program), Growth()
    column = {r: int(small.column[j]) for r, j in opened.column.items() if small.factor[j]}

    def deletion(*lost: str) -> Deletion:
        return Deletion.of(column[r] for r in gates.lost(lost) if r in column)

    with open_session(small.program) as session:
        deleter = Deleter(session)
        alone = {g: deletion(g) for g in genes}
        for g in genes:
            found[frozenset([g])] = deleter.find(alone[g]).value
        for a, b in combinations(genes, 2) if pairs else ():
            both = deletion(a, b)
            found[frozenset([a, b])] = deleter.find(both, (alone[a], alone[b])).value
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
    """CPU seconds, and what was found."""
    start = time.process_time()
    found = run()
    return time.process_time() - start, found


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
    worst, promised = difference(found, reference), PROMISED[name, pairs]
    ratio = statistics.median(t / o for o, t in spent)
    print(
        f"{name}, {'pairs of ' if pairs else ''}{len(genes)} genes: "
        f"ours {1e3 * statistics.median(o for o, _ in spent):.1f} ms, "
        f"cobra {1e3 * statistics.median(t for _, t in spent):.0f} ms CPU, ratio {ratio:.1f} "
        f"(promised {promised:g}), largest difference {worst:.1e}"
    )
    return worst <= AGREE and ratio >= promised


def main() -> None:
    """Measure, compare, judge."""
    small, large = textbook(), network()
    every = [g.id for g in small.model.genes]
    own = [g.id for g in large.model.genes]
    good = [
        compare("textbook", small, every, False),
        compare("textbook", small, every, True),
        compare("our network", large, own, False),
        compare("our network", large, that_matter(ours(large, own, False), GENES), True),
    ]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
