"""Full flux variability analysis against cobra, in one process: ``python -m benchmarks.fva``.

Both get the same problem (our network in normoxia, 95 % of optimal growth) as an open, unsolved model, and
are timed in CPU seconds from there to the last interval. The median of the rounds is compared. Exit 1 if the
numbers differ, or if the ratio is below what was promised.
"""

from __future__ import annotations

import statistics
import sys
import time

from fluxmodel.analysis.solve import Analyst
from fluxmodel.network import load_model
from fluxmodel.questions.inputs import Bench, Build

FRACTION, ROUNDS = 0.95, 5
#: Two engines agree on interval ends to about this (notes/engine.md), relative above 1.
AGREE = 1e-6
#: CPU seconds of cobra per CPU second of ours.
PROMISED = 6.0


def main() -> None:
    """Measure, compare, judge."""
    from cobra.flux_analysis import flux_variability_analysis

    bench = Bench(load_model(), [], Build("fba", thermo=False))  # cobra knows no choice of directions
    problem = bench.arm(bench.condition("normoxia")).problem
    reference = problem.to_cobra(1e-9)
    ours: list[float] = []
    theirs: list[float] = []
    worst = 0.0
    for _ in range(ROUNDS):  # side by side, so that a busy machine slows both
        start = time.process_time()
        with Analyst(problem) as analyst:
            found = analyst.all_ranges(FRACTION)
        ours.append(time.process_time() - start)
        start = time.process_time()
        table = flux_variability_analysis(reference, fraction_of_optimum=FRACTION, processes=1)
        theirs.append(time.process_time() - start)
        for name, (low, high) in found.items():
            for a, b in ((low, table.at[name, "minimum"]), (high, table.at[name, "maximum"])):
                worst = max(worst, abs(a - b) / max(1.0, abs(b)))
    ratio = statistics.median(t / o for o, t in zip(ours, theirs, strict=True))
    print(
        f"{len(found)} reactions: ours {1e3 * statistics.median(ours):.0f} ms, "
        f"cobra {1e3 * statistics.median(theirs):.0f} ms CPU, ratio {ratio:.1f} (promised {PROMISED:g}), "
        f"largest difference {worst:.1e}"
    )
    sys.exit(1 if worst > AGREE or ratio < PROMISED else 0)


if __name__ == "__main__":
    main()
