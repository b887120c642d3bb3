"""A small read-only sparse matrix, so that this room needs numpy only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from fluxmodel.errors import InputError, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def frozen_floats(values: npt.ArrayLike) -> Floats:
    """A read-only float64 copy of `values` (no copy if it is read-only already and owns its memory)."""
    array = np.asarray(values, dtype=np.float64)
    if array.flags.writeable or array.base is not None:
        array = array.copy()
        array.flags.writeable = False
    return array


def frozen_ints(values: npt.ArrayLike) -> Ints:
    """A read-only int64 copy of `values`."""
    array: Ints = np.array(values, dtype=np.int64)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Sparse:
    """A matrix in compressed-column form with read-only arrays.

    Row indices are sorted and unique within each column and no stored value is zero, so that equal
    matrices have equal arrays.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    indptr, indices, data : ndarray
        Column starts (n_columns + 1), row of each entry, value of each entry.

    Examples
    --------
    >>> m = Sparse.from_triplets([0, 1, 1], [0, 0, 1], [2.0, 1.0, -1.0], (2, 2))
    >>> m.dot([1.0, 3.0]).tolist()
    [2.0, -2.0]
    >>> m.transpose().dot([1.0, 1.0]).tolist()
    [3.0, -1.0]
    """

    shape: tuple[int, int]
    indptr: Ints
    indices: Ints
    data: Floats
    #: Column of every entry; derived, kept because `dot` needs it each time.
    _column_of: Ints = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows, columns = (int(n) for n in self.shape)
        put = object.__setattr__
        put(self, "shape", (rows, columns))
        put(self, "indptr", frozen_ints(self.indptr))
        put(self, "indices", frozen_ints(self.indices))
        put(self, "data", frozen_floats(self.data))
        _check(self)
        put(self, "_column_of", frozen_ints(np.repeat(np.arange(columns), np.diff(self.indptr))))

    @classmethod
    def from_triplets(
        cls, rows: npt.ArrayLike, columns: npt.ArrayLike, values: npt.ArrayLike, shape: tuple[int, int]
    ) -> Sparse:
        """Build from (row, column, value) triplets; repeated places are added up.

        Raises
        ------
        InputError
            FM101 or FM102 if an index is outside `shape` or a value is not finite.
        """
        r = np.asarray(rows, dtype=np.int64).ravel()
        c = np.asarray(columns, dtype=np.int64).ravel()
        v = np.asarray(values, dtype=np.float64).ravel()
        if not r.size == c.size == v.size:
            raise InputError(Problem("FM101", f"{r.size} rows, {c.size} columns, {v.size} values: not alike"))
        n_rows, n_columns = shape
        if r.size and (r.min() < 0 or c.min() < 0 or r.max() >= n_rows or c.max() >= n_columns):
            raise InputError(Problem("FM101", f"an index lies outside the shape {tuple(shape)}"))
        places, inverse = np.unique(c * max(n_rows, 1) + r, return_inverse=True)
        total = np.bincount(inverse, weights=v, minlength=places.size)
        keep = total != 0.0  # NaN stays, and is refused below
        places, total = places[keep], total[keep]
        column = places // max(n_rows, 1)
        starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=n_columns))])
        return cls((n_rows, n_columns), starts, places % max(n_rows, 1), total)

    @classmethod
    def from_dense(cls, values: npt.ArrayLike) -> Sparse:
        """Build from a dense two-dimensional array."""
        dense = np.atleast_2d(np.asarray(values, dtype=np.float64))
        rows, columns = np.nonzero(dense)
        return cls.from_triplets(rows, columns, dense[rows, columns], (dense.shape[0], dense.shape[1]))

    @classmethod
    def identity(cls, n: int) -> Sparse:
        """The n x n identity."""
        return cls((n, n), np.arange(n + 1), np.arange(n), np.ones(n))

    def dot(self, x: npt.ArrayLike) -> Floats:
        """Matrix times vector."""
        weights = self.data * np.asarray(x, dtype=np.float64)[self._column_of]
        return np.bincount(self.indices, weights=weights, minlength=self.shape[0]).astype(np.float64)

    def transpose(self) -> Sparse:
        """The transposed matrix."""
        return Sparse.from_triplets(self._column_of, self.indices, self.data, (self.shape[1], self.shape[0]))

    def column(self, j: int) -> tuple[Ints, Floats]:
        """Row indices and values of column `j`."""
        part = slice(int(self.indptr[j]), int(self.indptr[j + 1]))
        return self.indices[part], self.data[part]

    def triplets(self) -> tuple[Ints, Ints, Floats]:
        """Rows, columns and values, in column order."""
        return self.indices, self._column_of, self.data

    def to_dense(self) -> Floats:
        """A dense copy."""
        dense = np.zeros(self.shape)
        dense[self.indices, self._column_of] = self.data
        return dense

    def content(self) -> dict[str, Any]:
        """What identifies the matrix, for a digest."""
        return {
            "shape": self.shape,
            "indptr": bytes_hex(self.indptr),
            "indices": bytes_hex(self.indices),
            "data": bytes_hex(self.data),
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sparse):
            return NotImplemented
        return (
            self.shape == other.shape
            and np.array_equal(self.indptr, other.indptr)
            and np.array_equal(self.indices, other.indices)
            and np.array_equal(self.data, other.data)
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.data.size))


def bytes_hex(array: Floats | Ints) -> str:
    """The array's numbers as little-endian hexadecimal text, the same on every machine.

    ``digest`` of a list of 10,000 floats takes 10 ms, this takes 0.1.
    """
    if array.dtype.kind == "f":
        return (array + 0.0).astype("<f8").tobytes().hex()  # + 0.0 turns -0.0 into 0.0
    return array.astype("<i8").tobytes().hex()


def _check(matrix: Sparse) -> None:
    rows, columns = matrix.shape
    starts, indices, data = matrix.indptr, matrix.indices, matrix.data
    if rows < 0 or columns < 0:
        raise InputError(Problem("FM101", f"a matrix cannot have the shape {matrix.shape}"))
    if starts.shape != (columns + 1,) or starts[0] != 0 or np.any(np.diff(starts) < 0):
        raise InputError(Problem("FM101", f"indptr does not describe {columns} columns"))
    if indices.ndim != 1 or data.shape != indices.shape or starts[-1] != indices.size:
        raise InputError(Problem("FM101", "indices and data do not have the length that indptr says"))
    if indices.size and (indices.min() < 0 or indices.max() >= rows):
        raise InputError(Problem("FM101", f"a row index lies outside 0..{rows - 1}"))
    # within a column, indices must rise; a step down is allowed only where a new column starts
    steps = np.diff(indices) <= 0
    steps[[s - 1 for s in starts[1:-1].tolist() if 0 < s < indices.size]] = False
    if np.any(steps):
        raise InputError(Problem("FM101", "row indices must rise within a column", cure="use from_triplets"))
    if not np.all(np.isfinite(data)):
        raise InputError(Problem("FM102", "a matrix entry is NaN or infinite"))
    if np.any(data == 0.0):
        raise InputError(Problem("FM101", "stored zeros are not allowed", cure="use from_triplets"))
