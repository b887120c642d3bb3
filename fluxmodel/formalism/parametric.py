"""A problem in which some capacities are columns: they move without a new program, and their reduced cost is
what growth gains per unit of capacity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fluxmodel.errors import DomainError
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism.problem import Places, Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.program import Program, Stage
from fluxmodel.lp.query import Query
from fluxmodel.lp.sparse import Floats, Sparse

Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class Parametric:
    """A problem's program with a column for the capacity of some catalysts; plain arrays, as `Places`.

    Attributes
    ----------
    base, program : Program
        That of the problem, and the same with rows and columns behind its own.
    places : Places
        Where the capacities stand in `base`.
    columns : mapping of catalyst id to int
        Column of each capacity, mmol/gDW/h; its bounds are the capacity.
    number : mapping of catalyst id to int
        Its place among all limited catalysts.
    free : ndarray of bool, (n_capacities,)
        Which capacities need not be carried: the column may lie below the capacity as well.
    """

    base: Program
    program: Program
    places: Places
    columns: Mapping[str, int]
    number: Mapping[str, int]
    _freed: tuple[tuple[int, bool], ...]
    _own: Mapping[int, tuple[float, float]]
    free: Bools

    @classmethod
    def of(cls, problem: Problem, catalysts: Sequence[str]) -> Parametric:
        """Make columns of the capacities of catalysts.

        Raises
        ------
        DomainError
            FM530 for a catalyst whose capacity is nowhere in the program.
        """
        limited = {x.catalyst: x for x in problem.limited}
        if missing := [name for name in catalysts if name not in limited]:
            what = f"nothing limits {', '.join(missing)}"
            cure = "name catalysts that have a capacity under formalism capacity"
            raise DomainError(Finding("FM530", what, cure=cure))
        p = problem.program
        rows, columns, values = (list(a.tolist()) for a in p.matrix.triplets())
        n, m = p.n_columns, p.n_rows
        freed: list[tuple[int, bool]] = []
        own: dict[int, tuple[float, float]] = {}
        new_rows: list[str] = []
        place = {name: n + k for k, name in enumerate(dict.fromkeys(catalysts))}
        for name, column in place.items():
            x = limited[name]
            for row in x.rows:
                rows.append(row)
                columns.append(column)
                values.append(-1.0)
                freed.append((row, x.driven and row == x.rows[0]))
            if not x.rows:
                own[x.column] = (x.lower, x.upper)
                for side, sign, scale in (("forward", 1.0, x.forward), ("backward", -1.0, x.backward)):
                    rows += [m + len(new_rows)] * 2
                    columns += [x.column, column]
                    values += [sign, -scale]
                    new_rows.append(f"capacity:{name}:{side}")
        size = (m + len(new_rows), n + len(place))
        none = np.zeros(len(place))
        program = Program(
            (*p.columns, *(f"capacity:{name}" for name in place)),
            (*p.rows, *new_rows),
            Sparse.from_triplets(rows, columns, values, size),
            np.concatenate([p.col_lower, none]),
            np.concatenate([p.col_upper, none]),
            np.concatenate([p.row_lower, np.full(len(new_rows), -np.inf)]),
            np.concatenate([p.row_upper, np.zeros(len(new_rows))]),
            tuple(_longer(s, len(place)) for s in p.stages),
            p.nets,
            Sparse.from_triplets(*p.net_matrix.triplets(), (len(p.nets), n + len(place))),
        )
        number = {x.catalyst: k for k, x in enumerate(problem.limited) if x.catalyst in place}
        chosen = [limited[name] for name in place]
        free = np.array([not x.driven for x in chosen], dtype=np.bool_)
        return cls(
            p,
            program,
            problem.places,
            FrozenMap(place),
            FrozenMap(number),
            tuple(freed),
            FrozenMap(own),
            free,
        )

    def under(self, limits: Floats, scale: Mapping[str, float] | None = None) -> Query:
        """The bounds of a member, some capacities scaled; nothing is built anew.

        Parameters
        ----------
        limits : ndarray, (n_limited,)
            As for `Places.under`.
        scale : mapping of catalyst id to float, optional
            Factors on the capacities that are columns; 1 if left out.
        """
        base = self.places.under(self.base, limits)
        p, own = self.program, self.base
        low, high = p.col_lower.copy(), p.col_upper.copy()
        low[: own.n_columns] = base.col_lower if base.col_lower is not None else own.col_lower
        high[: own.n_columns] = base.col_upper if base.col_upper is not None else own.col_upper
        row_low, row_high = p.row_lower.copy(), p.row_upper.copy()
        row_low[: own.n_rows] = base.row_lower if base.row_lower is not None else own.row_lower
        row_high[: own.n_rows] = base.row_upper if base.row_upper is not None else own.row_upper
        for row, driven in self._freed:
            row_high[row] = 0.0
            if driven:
                row_low[row] = 0.0
        for column, ends in self._own.items():
            low[column], high[column] = ends
        for name, column in self.columns.items():
            low[column] = high[column] = limits[self.number[name]] * (scale or {}).get(name, 1.0)
        return Query(col_lower=low, col_upper=high, row_lower=row_low, row_upper=row_high)


def _longer(stage: Stage, more: int) -> Stage:
    return replace(stage, cost=np.concatenate([stage.cost, np.zeros(more)]))
