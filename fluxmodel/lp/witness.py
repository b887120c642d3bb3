"""Ends of intervals that a vertex shows and a bound proves: they need no linear program of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fluxmodel.lp.sparse import Floats, Ints, Sparse

#: How near to its bound, relative to 1 or to the bound, an end counts as reached: the primal tolerance.
_REACHED = 1e-9


class Witnesses:
    """The bounds that columns set to linear functionals, and the vertices at which they were seen reached.

    Parameters
    ----------
    goals : Sparse, (n_goals, n_columns)
    lower, upper : ndarray, (n_columns,)
    watched : sequence of int
        Columns whose values are kept with each end.

    Attributes
    ----------
    columns : list of int
        What has to be read of a vertex: the columns of the goals, and those watched.

    Examples
    --------
    >>> w = Witnesses(Sparse.from_dense([[1.0, 1.0]]), np.zeros(2), np.array([3.0, 4.0]), ())
    >>> seen = w.show(np.array([0.0, 0.0]))
    >>> w.end(0, 0), w.end(0, 1)
    ((0.0, array([], dtype=float64)), None)
    """

    def __init__(self, goals: Sparse, lower: Floats, upper: Floats, watched: Sequence[int]) -> None:
        rows, columns, values = goals.triplets()
        self._rows, self._values, self._n = rows, values, goals.shape[0]
        used = np.unique(np.concatenate([columns, np.asarray(watched, dtype=np.int64)])).astype(np.int64)
        self.columns: list[int] = used.tolist()
        self._at: Ints = np.searchsorted(used, columns)
        self._watched: Ints = np.searchsorted(used, np.asarray(watched, dtype=np.int64))
        up = values > 0
        self._bounds = np.column_stack([
            self._sum(values * np.where(up, lower[columns], upper[columns])),
            self._sum(values * np.where(up, upper[columns], lower[columns])),
        ])  # fmt: skip
        self._near = _REACHED * np.maximum(1.0, np.abs(self._bounds))
        self._open = np.isfinite(self._bounds)
        self._points: dict[tuple[int, int], Floats] = {}

    def _sum(self, terms: Floats) -> Floats:
        found: Floats = np.bincount(self._rows, terms, self._n).astype(np.float64)
        return found

    def show(self, point: Floats) -> Floats:
        """Look at a vertex, given as the values of `columns`; returns those of the watched ones."""
        values = self._sum(self._values * point[self._at])
        reached = self._open & (np.abs(values[:, None] - self._bounds) <= self._near)
        watched: Floats = point[self._watched]
        if reached.any():
            for goal, side in zip(*(x.tolist() for x in np.nonzero(reached)), strict=True):
                self._points[goal, side] = watched
                self._open[goal, side] = False
        return watched

    def end(self, goal: int, side: int) -> tuple[float, Floats] | None:
        """The least (side 0) or greatest (side 1) value of a goal and where it is, if that is known."""
        point = self._points.get((goal, side))
        return None if point is None else (float(self._bounds[goal, side]), point)
