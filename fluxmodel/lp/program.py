"""A linear program as a frozen value: matrix, bounds, lexicographic stages, and the nets one reads."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from fluxmodel.digest import digest
from fluxmodel.errors import InputError, Problem
from fluxmodel.lp.sparse import Floats, Sparse, bytes_hex, frozen_floats

Sense = Literal["max", "min"]

#: At or beyond this a bound is no bound. HiGHS takes 1e20 for infinity; GLPK would take it for a number,
#: so the line is drawn here, once, for all engines.
INFINITE = 1e20


def bounds_array(values: npt.ArrayLike) -> Floats:
    """A read-only float64 array in which whatever is beyond `INFINITE` is infinite."""
    array = np.asarray(values, dtype=np.float64)
    huge = (np.abs(array) >= INFINITE) & np.isfinite(array)
    if huge.any():
        array = np.where(huge, np.copysign(np.inf, array), array)
    return frozen_floats(array)


@dataclass(frozen=True, eq=False)
class Stage:
    """One goal in a lexicographic order of goals.

    Once solved, the value is held in all later stages: exactly if both slacks are zero, else within
    ``absolute_slack + relative_slack * |optimum|``.

    Parameters
    ----------
    name : str
        What later results call it.
    cost : array_like, (n_columns,)
        Coefficients of the goal.
    sense : {'max', 'min'}
        Direction.
    relative_slack, absolute_slack : float
        How much of the optimum may be given up later, both >= 0.

    Examples
    --------
    >>> Stage("growth", [0, 1], "max").sense
    'max'
    """

    name: str
    cost: Floats
    sense: Sense = "max"
    relative_slack: float = 0.0
    absolute_slack: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", frozen_floats(self.cost))
        problems = []
        if self.cost.ndim != 1:
            problems.append(Problem("FM101", f"stage {self.name!r}: the cost is not a vector"))
        if not np.all(np.isfinite(self.cost)):
            problems.append(Problem("FM102", f"stage {self.name!r}: a cost is NaN or infinite"))
        if self.sense not in ("max", "min"):
            problems.append(
                Problem("FM104", f"stage {self.name!r}: sense {self.sense!r}", cure="'max' or 'min'")
            )
        for label, slack in (("relative", self.relative_slack), ("absolute", self.absolute_slack)):
            if not (math.isfinite(slack) and slack >= 0):
                problems.append(
                    Problem("FM104", f"stage {self.name!r}: {label} slack {slack}", cure="give a number >= 0")
                )
        if problems:
            raise InputError(problems)

    @property
    def exact(self) -> bool:
        """Whether the optimum is held without any slack."""
        return self.relative_slack == 0.0 and self.absolute_slack == 0.0

    def content(self) -> dict[str, object]:
        """What identifies the stage, for a digest."""
        return {
            "name": self.name,
            "cost": bytes_hex(self.cost),
            "sense": self.sense,
            "relative_slack": self.relative_slack,
            "absolute_slack": self.absolute_slack,
        }


#: Stands for "the nets are the columns".
_IDENTITY = Sparse((0, 0), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))


@dataclass(frozen=True, eq=False)
class Program:
    """A linear program: ``row_lower <= matrix x <= row_upper``, ``col_lower <= x <= col_upper``.

    Bounds may be infinite, and may contradict each other (that solves to INFEASIBLE); NaN is refused.

    Parameters
    ----------
    columns, rows : sequence of str
        Unique names.
    matrix : Sparse, (n_rows, n_columns)
        Coefficients.
    col_lower, col_upper, row_lower, row_upper : array_like
        Bounds.
    stages : sequence of Stage
        Goals in lexicographic order; may be empty.
    nets : sequence of str, optional
        Names of the quantities that are read; the columns by default.
    net_matrix : Sparse, (n_nets, n_columns), optional
        How the nets follow from the columns (forward minus reverse); the identity by default.

    Raises
    ------
    InputError
        With every problem found: FM101 shapes, FM102 NaN, FM103 repeated names.

    Examples
    --------
    >>> p = Program(["a", "b"], ["balance"], Sparse.from_dense([[1, -1]]), [0, 0], [10, 5], [0], [0])
    >>> p.n_columns, p.n_rows, p.nets
    (2, 1, ('a', 'b'))
    >>> p == p.replace(col_upper=[10, 5]), p == p.replace(col_upper=[10, 6])
    (True, False)
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    matrix: Sparse
    col_lower: Floats
    col_upper: Floats
    row_lower: Floats
    row_upper: Floats
    stages: tuple[Stage, ...] = ()
    nets: tuple[str, ...] = ()
    net_matrix: Sparse = _IDENTITY

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("columns", "rows", "nets", "stages"):
            put(self, name, tuple(getattr(self, name)))
        for name in ("col_lower", "col_upper", "row_lower", "row_upper"):
            put(self, name, bounds_array(getattr(self, name)))
        if self.net_matrix is _IDENTITY and not self.nets:
            put(self, "nets", self.columns)
            put(self, "net_matrix", Sparse.identity(len(self.columns)))
        problems = [*_shape_problems(self), *_name_problems(self)]
        if problems:
            raise InputError(problems)

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def stage(self, name: str) -> Stage:
        """The stage of that name."""
        return self.stages[self.stage_index(name)]

    def stage_index(self, name: str) -> int:
        """The place of the stage of that name.

        Raises
        ------
        InputError
            FM120 if there is none.
        """
        names = [stage.name for stage in self.stages]
        if name not in names:
            raise InputError(
                Problem("FM120", f"no stage {name!r}", cure=f"stages: {', '.join(names) or '-'}")
            )
        return names.index(name)

    def replace(self, **changes: object) -> Program:
        """A new program with some fields changed; everything is validated again."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def digest(self) -> str:
        """SHA-256 of the content; equal content gives an equal digest on every machine."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        bounds = (self.col_lower, self.col_upper, self.row_lower, self.row_upper)
        return digest(
            {
                "columns": self.columns,
                "rows": self.rows,
                "matrix": self.matrix.content(),
                "bounds": [bytes_hex(b) for b in bounds],
                "stages": [stage.content() for stage in self.stages],
                "nets": self.nets,
                "net_matrix": self.net_matrix.content(),
            }
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Program):
            return NotImplemented
        return self is other or self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)


def canonical_cost(ids: Iterable[str]) -> Floats:
    """Fixed costs in (0.5, 1.5), one per id and a function of the id alone.

    A last stage with these costs has, but for ties of probability zero, one optimal vertex, so every
    engine reports the same one.

    Examples
    --------
    >>> canonical_cost(["PFK", "PGI"]).round(6).tolist() == canonical_cost(["PFK", "PGI"]).round(6).tolist()
    True
    >>> bool(canonical_cost(["PFK"])[0] == canonical_cost(["PGI", "PFK"])[1])
    True
    """
    digests = (hashlib.sha256(name.encode("utf-8")).digest() for name in ids)
    # 32 bits are plenty to separate ids, and k + 0.5 keeps clear of both ends
    return frozen_floats([0.5 + (int.from_bytes(d[:4], "big") + 0.5) / 2**32 for d in digests])


def canonical_stage(program: Program, name: str = "canonical") -> Stage:
    """The stage that makes the reported vertex canonical: `canonical_cost`, signed so that it is bounded.

    A column is pushed towards its finite bound: down to a finite lower one, else up to a finite upper
    one; a column without either gets no cost.
    """
    downward = np.isfinite(program.col_lower)
    upward = ~downward & np.isfinite(program.col_upper)
    sign = downward.astype(np.float64) - upward
    return Stage(name, canonical_cost(program.columns) * sign, "min")


def _shape_problems(p: Program) -> list[Problem]:
    m, n = len(p.rows), len(p.columns)
    found = []
    if p.matrix.shape != (m, n):
        found.append(Problem("FM101", f"the matrix is {p.matrix.shape}, the names say {(m, n)}"))
    if p.net_matrix.shape != (len(p.nets), n):
        found.append(Problem("FM101", f"net_matrix is {p.net_matrix.shape}, not {(len(p.nets), n)}"))
    for name, size in (("col_lower", n), ("col_upper", n), ("row_lower", m), ("row_upper", m)):
        array = getattr(p, name)
        if array.shape != (size,):
            found.append(Problem("FM101", f"{name} has shape {array.shape}, not ({size},)"))
        elif np.isnan(array).any():
            names: Sequence[str] = p.columns if name.startswith("col") else p.rows
            which = names[int(np.flatnonzero(np.isnan(array))[0])]
            found.append(Problem("FM102", f"{name} of {which!r} is NaN", cure="use inf for no bound"))
    for stage in p.stages:
        if stage.cost.shape != (n,):
            found.append(Problem("FM101", f"stage {stage.name!r} has {stage.cost.size} costs, not {n}"))
    return found


def _name_problems(p: Program) -> list[Problem]:
    found = []
    for label, names in (
        ("column", p.columns),
        ("row", p.rows),
        ("net", p.nets if p.nets != p.columns else ()),
        ("stage", tuple(stage.name for stage in p.stages)),
    ):
        if len(set(names)) != len(names):
            seen: set[str] = set()
            repeated = sorted({x for x in names if x in seen or seen.add(x)})  # type: ignore[func-returns-value]
            found.append(Problem("FM103", f"{label} names are repeated: {', '.join(repeated[:5])}"))
    return found
