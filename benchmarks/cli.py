"""How long the first answer takes from a cold shell: ``python -m benchmarks.cli``.

Median of 11 runs of each command, each in a process of its own: ``compare`` without an ensemble and over 80
members, the calibration of the default cell, and ``--help``. Exit 1 if a run fails or a median is above its
limit.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 11
#: command -> seconds that the median may take on 2 cores
LIMITS = {
    ("compare", "normoxia", "hypoxia", "--members", "0"): 3.0,
    ("compare", "normoxia", "hypoxia", "--inhibit", "GLS=90%", "--members", "0"): 3.0,
    ("compare", "normoxia", "hypoxia", "--members", "80"): 5.0,
    ("calibrate", "default", "--members", "80"): 15.0,
    ("--help",): 0.3,
}


def once(arguments: tuple[str, ...]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "fluxmodel.cli.main", *arguments], capture_output=True, text=True, check=False
    )
    elapsed = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"fluxmodel {' '.join(arguments)} ended with {done.returncode}\n{done.stderr}")
    return elapsed


def main() -> None:
    """Measure, print, judge."""
    slow = False
    for arguments, limit in LIMITS.items():
        times = sorted(once(arguments) for _ in range(RUNS))
        median = statistics.median(times)
        slow |= median > limit
        print(
            f"fluxmodel {' '.join(arguments)}: median of {RUNS} {median:.2f} s "
            f"({times[0]:.2f} to {times[-1]:.2f}), limit {limit:g} s"
        )
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
