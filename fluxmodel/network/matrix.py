"""The stoichiometric matrix and default bounds as read-only arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fluxmodel.network.rows import Metabolite, Reaction


@dataclass(frozen=True, eq=False)
class Stoichiometry:
    """The stoichiometric matrix in compressed sparse columns (read-only arrays).

    Rows are ``metabolites``, columns ``reactions``, both in table order.
    """

    metabolites: tuple[str, ...]
    reactions: tuple[str, ...]
    starts: NDArray[np.int32]
    rows: NDArray[np.int32]
    values: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def stoichiometry_of(
    metabolites: Mapping[str, Metabolite], reactions: Mapping[str, Reaction]
) -> Stoichiometry:
    """Columns of `reactions` over rows of `metabolites`, rows ascending within a column."""
    index = {m: n for n, m in enumerate(metabolites)}
    starts: list[int] = [0]
    rows: list[int] = []
    values: list[float] = []
    for reaction in reactions.values():
        column = sorted((index[m], c) for m, c in reaction.stoichiometry.items())
        rows.extend(n for n, _ in column)
        values.extend(c for _, c in column)
        starts.append(len(rows))
    bounds = [r.bounds for r in reactions.values()]
    return Stoichiometry(
        tuple(metabolites),
        tuple(reactions),
        _read_only(starts, np.int32),
        _read_only(rows, np.int32),
        _read_only(values, np.float64),
        _read_only([b[0] for b in bounds], np.float64),
        _read_only([b[1] for b in bounds], np.float64),
    )


def _read_only(values: Sequence[float], dtype: Any) -> NDArray[Any]:
    array = np.asarray(values, dtype=dtype)
    array.flags.writeable = False
    return array
