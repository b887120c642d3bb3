"""Calibration and prediction against measured data that lie elsewhere, as tables.

``python -m benchmarks.measured SECTION... --data DIR`` prints Markdown; without a section, all of them.
Nothing of the data is part of the package: ``DIR/nci60_rates.tsv`` holds exchange rates of NCI-60 lines, as
in SysBioChalmers/EnzymeConstrained_humanModels, ``DIR/raw/copeland`` the tables of
oldhamlab/Copeland.2023.hypoxia.flux, and ``DIR/fibroblast_rnaseq.tsv``, if it is there, log2 fold changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import fluxmodel as fx
from benchmarks.fibroblasts import fibroblasts
from benchmarks.nci60 import nci60

SECTIONS: dict[str, Callable[[Path, int], None]] = {"nci60": nci60, "fibroblasts": fibroblasts}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sections that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("section", nargs="*", choices=[*SECTIONS, []], help="all if left out")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the measured data")
    parser.add_argument("--members", type=int, default=80, metavar="N")
    given = parser.parse_args(arguments)
    for name in given.section or SECTIONS:
        print(f"## {name}: {SECTIONS[name].__doc__}\n")
        try:
            SECTIONS[name](given.data, given.members)
        except fx.FluxmodelError as error:
            print(error, file=sys.stderr)
            return 2
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
