"""cobra's packaged models as Programs; cobra is the reference here and nowhere in the room itself."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from fluxmodel.lp import Program, Sparse, Stage


@cache
def cobra_model(name: str) -> Any:
    """A packaged cobra model (never downloaded)."""
    from cobra.io import load_model

    return load_model(name)


def to_program(model: Any) -> Program:
    """The FBA program of a cobra model, reactions as free or bounded columns."""
    place = {m.id: i for i, m in enumerate(model.metabolites)}
    triplets = [(place[m.id], j, v) for j, r in enumerate(model.reactions) for m, v in r.metabolites.items()]
    rows, columns, values = zip(*triplets, strict=True)
    m, n = len(model.metabolites), len(model.reactions)
    return Program(
        [r.id for r in model.reactions],
        [x.id for x in model.metabolites],
        Sparse.from_triplets(rows, columns, values, (m, n)),
        [r.lower_bound for r in model.reactions],
        [r.upper_bound for r in model.reactions],
        np.zeros(m),
        np.zeros(m),
        [Stage("growth", [r.objective_coefficient for r in model.reactions], "max")],
    )
