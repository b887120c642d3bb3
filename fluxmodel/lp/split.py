"""Columns of either sign as the difference of two non-negative ones, so that |v| is linear."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.program import Program, Stage
from fluxmodel.lp.sparse import Floats, Sparse

#: What is appended to the name of a column to name its reverse half.
REVERSE = ":reverse"


def split_free(program: Program, *, every: bool = False) -> Program:
    """Split each column that can be negative into a forward and a reverse column, both >= 0.

    The nets stay what they were. Forward columns come first, in their old order and under their old
    names; then the reverse ones, named ``id:reverse``.

    Parameters
    ----------
    program : Program
    every : bool
        Split all columns, so that the layout does not depend on the bounds.

    Examples
    --------
    >>> p = Program(["a", "b"], ["x"], Sparse.from_dense([[1, -1]]), [0, -5], [9, 5], [0], [0])
    >>> s = split_free(p)
    >>> s.columns, s.col_upper.tolist(), s.net_matrix.to_dense().tolist()
    (('a', 'b', 'b:reverse'), [9.0, 5.0, 5.0], [[1.0, 0.0, 0.0], [0.0, 1.0, -1.0]])
    """
    which = np.arange(program.n_columns) if every else np.flatnonzero(program.col_lower < 0)
    lower, upper = program.col_lower, program.col_upper
    names = [program.columns[j] + REVERSE for j in which.tolist()]
    return Program(
        (*program.columns, *names),
        program.rows,
        _mirror(program.matrix, which),
        np.concatenate([np.maximum(lower, 0.0), np.maximum(-upper[which], 0.0)]),
        np.concatenate([np.maximum(upper, 0.0), np.maximum(-lower[which], 0.0)]),
        program.row_lower,
        program.row_upper,
        tuple(
            Stage(
                s.name,
                np.concatenate([s.cost, -s.cost[which]]),
                s.sense,
                s.relative_slack,
                s.absolute_slack,
            )
            for s in program.stages
        ),
        program.nets,
        _mirror(program.net_matrix, which),
    )


def parsimonious(
    program: Program, weights: npt.ArrayLike | None = None, *, name: str = "parsimonious"
) -> Program:
    """Add a last stage that minimises the weighted sum of absolute column values.

    Columns that can be negative are split first (`split_free`).

    Parameters
    ----------
    program : Program
    weights : array_like, (n_columns,), optional
        Finite and >= 0; 1 for each column if left out.
    name : str
        Name of the stage.

    Raises
    ------
    InputError
        FM105 if a weight is negative or not finite.

    Examples
    --------
    >>> p = Program(["a", "b"], ["x"], Sparse.from_dense([[1, -1]]), [0, -5], [9, 5], [0], [0])
    >>> parsimonious(p).stages[-1].cost.tolist()
    [1.0, 1.0, 1.0]
    """
    w = np.ones(program.n_columns) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (program.n_columns,) or not np.all(np.isfinite(w)) or np.any(w < 0):
        raise InputError(
            Problem(
                "FM105",
                "weights must be finite, >= 0 and one per column",
                cure=f"{program.n_columns} columns",
            )
        )
    split = split_free(program)
    reverse = np.flatnonzero(program.col_lower < 0)
    stage = Stage(name, np.concatenate([w, w[reverse]]), "min")
    return split.replace(stages=(*split.stages, stage))


def _mirror(matrix: Sparse, which: npt.NDArray[np.int64]) -> Sparse:
    """The matrix with the negatives of some columns appended."""
    rows, columns, values = matrix.triplets()
    place = np.full(matrix.shape[1], -1)
    place[which] = np.arange(which.size) + matrix.shape[1]
    again = place[columns] >= 0
    data: Floats = np.concatenate([values, -values[again]])
    return Sparse.from_triplets(
        np.concatenate([rows, rows[again]]),
        np.concatenate([columns, place[columns[again]]]),
        data,
        (matrix.shape[0], matrix.shape[1] + which.size),
    )
