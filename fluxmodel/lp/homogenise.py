"""The Charnes-Cooper program: a region times a non-negative scale, cut where the denominator is one."""

from __future__ import annotations

import numpy as np

from fluxmodel.lp.program import Program
from fluxmodel.lp.query import Extra, Query
from fluxmodel.lp.sparse import Floats, Ints, Sparse


def homogenise(program: Program, query: Query, a: Floats, b: Floats) -> tuple[Program, Floats, Extra]:
    """Substitute ``y = t v`` with ``t >= 0`` and ``b . y = 1``.

    Every bound ``v_j <= u`` becomes ``y_j - u t <= 0``. Then ``a . y`` is the ratio.

    Parameters
    ----------
    program : Program
    query : Query
        Bounds and extra rows of the region.
    a, b : ndarray, (n_columns,)
        Numerator and denominator.

    Returns
    -------
    Program
        Columns y and t.
    ndarray
        The cost of the ratio.
    Extra
        The row ``b . y = 1``.
    """
    n = program.n_columns
    eye = Sparse.identity(n)
    extra = Sparse.from_dense(np.array([e.coefficients for e in query.extras]).reshape(-1, n))
    blocks = [
        (program.matrix, _own(query.row_lower, program.row_lower), _own(query.row_upper, program.row_upper)),
        (eye, _own(query.col_lower, program.col_lower), _own(query.col_upper, program.col_upper)),
        (
            extra,
            np.array([e.lower for e in query.extras], dtype=np.float64),
            np.array([e.upper for e in query.extras], dtype=np.float64),
        ),
    ]
    rows: list[Ints] = []
    columns: list[Ints] = []
    values: list[Floats] = []
    lower: list[Floats] = []
    upper: list[Floats] = []
    count = 0
    for matrix, low, high in blocks:
        r, c, v = matrix.triplets()
        # one row for each finite bound: activity - bound * t on the right side of zero
        for bound, side_lower, side_upper in ((low, 0.0, np.inf), (high, -np.inf, 0.0)):
            used = np.isfinite(bound)
            place = np.cumsum(used) - 1 + count
            keep = used[r]
            size = int(used.sum())
            rows += [place[r[keep]], place[used]]
            columns += [c[keep], np.full(size, n, dtype=np.int64)]
            values += [v[keep], -bound[used]]
            lower.append(np.full(size, side_lower))
            upper.append(np.full(size, side_upper))
            count += size
    free = np.full(n, np.inf)
    homogeneous = Program(
        (*(f"y{j}" for j in range(n)), "t"),
        tuple(f"r{i}" for i in range(count)),
        Sparse.from_triplets(
            np.concatenate(rows), np.concatenate(columns), np.concatenate(values), (count, n + 1)
        ),
        np.append(-free, 0.0),
        np.append(free, np.inf),
        np.concatenate(lower),
        np.concatenate(upper),
    )
    return homogeneous, np.append(a, 0.0), Extra(np.append(b, 0.0), 1.0, 1.0)


def _own(asked: Floats | None, own: Floats) -> Floats:
    return own if asked is None else asked
