"""The adaptor by which the network's checks ask for linear programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fluxmodel.lp import Outcome, Program, Query, Region, Sparse, open_session, ranges_over
from fluxmodel.lp.sparse import Floats
from fluxmodel.network.checks import Bounds
from fluxmodel.network.model import Model


class CheckSolver:
    """Steady-state linear programs over a model with bounds that override its own.

    Parameters
    ----------
    model : Model
    engine : str
        As in `fluxmodel.lp.open_session`.
    """

    def __init__(self, model: Model, engine: str = "glpk") -> None:
        s = model.stoichiometry
        columns = np.repeat(np.arange(len(s.reactions)), np.diff(s.starts))
        shape = (len(s.metabolites), len(s.reactions))
        zero = np.zeros(len(s.metabolites))
        matrix = Sparse.from_triplets(s.rows, columns, s.values, shape)
        self._program = Program(s.reactions, s.metabolites, matrix, s.lower, s.upper, zero, zero)
        self._index = {r: n for n, r in enumerate(s.reactions)}
        self._session = open_session(self._program, engine)

    def maximise(self, cost: Mapping[str, float], bounds: Bounds) -> float | None:
        """Largest sum of ``cost * flux``; None if no flux satisfies the bounds."""
        vector = np.zeros(self._program.n_columns)
        for reaction, coefficient in cost.items():
            vector[self._index[reaction]] = coefficient
        lower, upper = self._bounds(bounds)
        # from the base basis, so that a check does not depend on the checks before it
        answer = self._session.solve(Query(lower, upper, cost=vector, sense="max"), start="base")
        return None if answer.outcome is Outcome.INFEASIBLE else answer.objective

    def ranges(self, reactions: Sequence[str], bounds: Bounds) -> Bounds | None:
        """Smallest and largest flux of each reaction; None if no flux satisfies the bounds."""
        lower, upper = self._bounds(bounds)
        picked = [self._index[r] for r in reactions]
        goals = Sparse.from_triplets(
            np.arange(len(picked)), picked, np.ones(len(picked)), (len(picked), self._program.n_columns)
        )
        region = Region(Outcome.OPTIMAL, Query(lower, upper))
        found = ranges_over(self._session, region, goals=goals, names=reactions)
        if found.outcome is Outcome.INFEASIBLE:
            return None
        ends = zip(found.minimum.tolist(), found.maximum.tolist(), strict=True)
        return dict(zip(reactions, ends, strict=True))

    def _bounds(self, bounds: Bounds) -> tuple[Floats, Floats]:
        lower, upper = self._program.col_lower.copy(), self._program.col_upper.copy()
        for reaction, (low, high) in bounds.items():
            lower[self._index[reaction]], upper[self._index[reaction]] = low, high
        return lower, upper
