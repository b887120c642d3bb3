"""Phase planes against a warm grid of 41 x 41 programs, in one process: ``python -m benchmarks.planes``.

Both answer for the same rectangle: a plane its exact surface, the grid its 1681 values, one warm session
each, with the same bounds. CPU seconds are compared side by side, the median of the rounds. Then a picture of
201 x 201 points from the surface. Exit 1 if values differ, or if a ratio or the picture is below what was
promised.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from fluxmodel.analysis.planes.axis import parse_axes
from fluxmodel.analysis.planes.dial import at_point, moving
from fluxmodel.analysis.planes.dials import dials_of
from fluxmodel.analysis.serving import all_served, slacks_of
from fluxmodel.formalism.problem import GROWTH
from fluxmodel.lp import Query, open_session
from fluxmodel.lp.moving import Mover
from fluxmodel.lp.planes import surface
from fluxmodel.network import load_model
from fluxmodel.questions.explain import point_limits
from fluxmodel.questions.inputs import Bench, Build

CASES = (
    ("fba", "normoxia", "uptake(glc__D)=0..1", "oxygen=0..2 mmol/gDW/h"),
    ("capacity", "normoxia", "uptake(glc__D)=0..1", "oxygen=0..2 mmol/gDW/h"),
    ("capacity", "hypoxia", "GLS=0..100%", "oxygen=0..3%"),
    ("capacity", "normoxia", "SLC7A11=0..100%", "uptake(gln__L)=0..0.5"),
)
POINTS, PICTURE, ROUNDS = 41, 201, 3
#: Relative to the greatest growth.
AGREE = 1e-6
#: CPU seconds of the grid per CPU second of the surface; CPU seconds of a picture.
PROMISED, QUICK = 2.0, 0.3


def main() -> None:
    """Measure, compare, judge."""
    model, failed = load_model(), False
    for formalism, condition, x, y in CASES:
        bench = Bench(model, [], Build(formalism, members=0))
        arm = bench.arm(bench.condition(condition))
        problem, goal = arm.problem, arm.problem.program.stage(GROWTH)
        limits = point_limits(problem) if problem.limited else np.zeros(0)
        dials = dials_of(parse_axes(x, y), problem, arm.condition, arm.cell)
        slacks = slacks_of(problem)
        ratios = []
        for _ in range(ROUNDS):  # side by side, so that a busy machine slows both
            start = time.process_time()
            levered, free = moving(problem, limits, dials)
            with Mover(levered, goal, all_served(problem.program, slacks, free)) as mover:
                found = surface(mover, levered.x, levered.y)
            ours = time.process_time() - start
            xs, ys = (np.linspace(d.start, d.end, POINTS) for d in dials)
            queries = {
                (a, b): all_served(problem.program, slacks, at_point(problem, limits, dials, (a, b)))
                for a in xs.tolist()
                for b in ys.tolist()
            }
            start = time.process_time()
            values = []
            with open_session(problem.program, spare=4) as session:
                for q in queries.values():
                    asked = Query(q.col_lower, q.col_upper, q.row_lower, q.row_upper, goal.cost, goal.sense)
                    answer = session.solve(asked)
                    values.append(answer.objective if answer.optimal else np.nan)
            grid = time.process_time() - start
            ratios.append(grid / ours)
        points = np.array(list(queries))
        direct, own = np.array(values), found(points[:, 0], points[:, 1])
        both = np.isfinite(direct) & np.isfinite(own)
        worst = float(np.abs(own - direct)[both].max() / np.nanmax(direct))
        start = time.process_time()
        found(*np.meshgrid(*(np.linspace(d.start, d.end, PICTURE) for d in dials)))
        picture = time.process_time() - start
        ratio = statistics.median(ratios)
        failed |= worst > AGREE or ratio < PROMISED or picture > QUICK or not found.exact
        print(
            f"{formalism} {condition} {x} {y}: {len(found.planes)} faces by {found.asked} programs, "
            f"{1e3 * ours:.0f} ms CPU, {POINTS}x{POINTS} warm {1e3 * grid:.0f} ms, ratio {ratio:.1f} "
            f"(promised {PROMISED:g}), largest difference {worst:.1e}, {PICTURE}x{PICTURE} in "
            f"{1e3 * picture:.0f} ms"
        )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
