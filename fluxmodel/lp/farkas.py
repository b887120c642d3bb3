"""A proof that nothing is feasible: one sum of the rows that no point within the bounds can meet.

A simplex that stops with "infeasible" has found such a sum, as the row of its tableau that it cannot mend.
Taken from the basis it is only as good as the basis; checked against the matrix and the bounds it is a proof,
and nothing has to be solved a second time [1]_.

References
----------
.. [1] Farkas J (1902), Journal fuer die reine und angewandte Mathematik 124, 1-27.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fluxmodel.lp.engine import PRIMAL_TOLERANCE
from fluxmodel.lp.sparse import Floats, Sparse

#: Coefficients below this, relative to the largest, are rounding of 0 where a bound is infinite.
_ROUNDING = 1e-11
Bounds = tuple[Floats, Floats]


def refutes(
    transposed: Sparse,
    extras: Sequence[Floats],
    columns: Bounds,
    rows: Bounds,
    multipliers: Floats,
) -> bool:
    """Whether a sum of rows proves that nothing is feasible.

    Every point has ``sum_i y_i (row_i) - sum_j (A' y)_j x_j = 0``. If that cannot be 0 within the bounds of
    rows and columns, there is no point.

    Parameters
    ----------
    transposed : Sparse, (n_columns, n_rows)
    extras : sequence of ndarray, (n_columns,)
        Coefficients of the rows behind those of the matrix.
    columns, rows : tuple of (ndarray, ndarray)
        Lower and upper bounds; rows with the extra ones.
    multipliers : ndarray, (n_rows + n_extras,)

    Examples
    --------
    >>> m = Sparse.from_dense([[1, -1]]).transpose()
    >>> inside, balance = (np.array([0.0, 2.0]), np.array([1.0, 3.0])), (np.zeros(1), np.zeros(1))
    >>> refutes(m, [], inside, balance, np.array([1.0]))
    True
    >>> refutes(m, [], (np.array([0.0, 1.0]), np.array([1.0, 3.0])), balance, np.array([1.0]))
    False
    """
    n = transposed.shape[1]
    of_columns = transposed.dot(multipliers[:n])
    for k, extra in enumerate(extras):
        of_columns = of_columns + multipliers[n + k] * extra
    factors = np.concatenate([multipliers, -of_columns])
    low, high = np.concatenate([rows[0], columns[0]]), np.concatenate([rows[1], columns[1]])
    size = float(np.abs(factors).max(initial=0.0))
    if not np.isfinite(size) or size == 0.0:
        return False
    least, most = np.where(factors > 0, low, high), np.where(factors > 0, high, low)
    noise = np.abs(factors) <= _ROUNDING * size
    bounded = np.isfinite(least) & np.isfinite(most)
    used = np.where(noise & ~bounded, 0.0, factors)
    margin = PRIMAL_TOLERANCE * size
    at_least = float(np.sum(used[used != 0] * least[used != 0]))
    at_most = float(np.sum(used[used != 0] * most[used != 0]))
    return at_least > margin or at_most < -margin
