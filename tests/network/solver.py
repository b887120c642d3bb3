"""The checks' solver protocol on scipy's HiGHS: slow, independent of fluxmodel.lp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array

from fluxmodel.network import Model


class ScipySolver:
    """Steady-state LPs over one model."""

    def __init__(self, model: Model) -> None:
        s = model.stoichiometry
        self.index = {r: n for n, r in enumerate(s.reactions)}
        self.matrix = csc_array((s.values, s.rows, s.starts), shape=(len(s.metabolites), len(s.reactions)))
        self.default = np.column_stack([s.lower, s.upper])
        self.solved = 0

    def _bounds(self, bounds: Mapping[str, tuple[float, float]]) -> np.ndarray:
        box = self.default.copy()
        for reaction, pair in bounds.items():
            box[self.index[reaction]] = pair
        return box

    def _best(self, cost: np.ndarray, box: np.ndarray) -> float | None:
        self.solved += 1
        zero = np.zeros(self.matrix.shape[0])
        found = linprog(-cost, A_eq=self.matrix, b_eq=zero, bounds=box, method="highs")
        if found.status == 2:
            return None
        assert found.status == 0, found.message
        return float(-found.fun)

    def maximise(self, cost: Mapping[str, float], bounds: Mapping[str, tuple[float, float]]) -> float | None:
        weights = np.zeros(len(self.index))
        for reaction, value in cost.items():
            weights[self.index[reaction]] = value
        return self._best(weights, self._bounds(bounds))

    def ranges(
        self, reactions: Sequence[str], bounds: Mapping[str, tuple[float, float]]
    ) -> dict[str, tuple[float, float]] | None:
        box = self._bounds(bounds)
        found = {}
        for reaction in reactions:
            weights = np.zeros(len(self.index))
            weights[self.index[reaction]] = 1.0
            high, low = self._best(weights, box), self._best(-weights, box)
            if high is None or low is None:
                return None
            found[reaction] = (-low, high)
        return found
