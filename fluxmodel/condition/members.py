"""Members: the ensemble of a calibrated cell, as a table beside its YAML file.

One row per catalyst (what it can carry), per reaction (the flux of the reference state) and for growth. The
column ``point`` is the fit to the rates as they were measured; the others are fits to what they might have
been.

Codes: FM360 a table that is no ensemble, FM361 numbers that cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fluxmodel.digest import digest
from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.tables import read_text

Floats = npt.NDArray[np.float64]

KINDS = ("capacity", "flux", "translation")
GROWTH = "growth"  # the only id of a row of translation
#: Members of the largest table that is read.
MAX_BYTES = 50_000_000


@dataclass(frozen=True, eq=False)
class Members:
    """What the members of a cell can carry, and the state each was fitted in.

    Attributes
    ----------
    capacities : mapping of catalyst id to ndarray, (members + 1,)
        mmol/gDW/h; the point first.
    fluxes : mapping of reaction id to ndarray, (members + 1,)
        Net fluxes of the reference state, mmol/gDW/h; what is absent is 0.
    translation : ndarray, (members + 1,)
        Highest growth that protein synthesis supports, 1/h.
    numbers : tuple of int
        Of the members among all of the cell, from 1 on.
    """

    capacities: Mapping[str, Floats]
    fluxes: Mapping[str, Floats]
    translation: Floats
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.numbers:
            object.__setattr__(self, "numbers", tuple(range(1, len(self) + 1)))

    def __len__(self) -> int:
        return len(self.translation) - 1

    @cached_property
    def digest(self) -> str:
        """Digest of all numbers."""
        parts = {kind: {k: [float(x) for x in v] for k, v in rows.items()}
                 for kind, rows in (("capacity", self.capacities), ("flux", self.fluxes))}  # fmt: skip
        return digest({**parts, "translation": [float(x) for x in self.translation]})

    def reference(self, member: int = 0) -> Mapping[str, float]:
        """The reference fluxes of the point (0) or of a member."""
        return FrozenMap({r: float(v[member]) for r, v in self.fluxes.items()})

    def first(self, n: int) -> Members:
        """The point and the first n members."""
        return self.some(range(1, n + 1))

    def some(self, which: Sequence[int]) -> Members:
        """The point and some members, counted from 1."""
        at = np.array([0, *which])
        return Members(
            FrozenMap({k: v[at] for k, v in self.capacities.items()}),
            FrozenMap({k: v[at] for k, v in self.fluxes.items()}),
            self.translation[at],
            tuple(self.numbers[k - 1] for k in which),
        )


def write_members(members: Members) -> str:
    """The table as text, four digits each."""
    n = len(members)
    lines = ["\t".join(["kind", "id", "point", *(f"m{k}" for k in range(1, n + 1))])]
    rows: list[tuple[str, str, Floats]] = [("translation", GROWTH, members.translation)]
    rows += [("capacity", k, v) for k, v in members.capacities.items()]
    rows += [("flux", k, v) for k, v in members.fluxes.items() if np.any(np.abs(v) > 1e-7)]
    for kind, id, values in rows:
        cells = ("0" if abs(x) < 1e-9 else f"{x:.4g}" for x in values.tolist())
        lines.append("\t".join([kind, id, *cells]))
    return "\n".join(lines) + "\n"


def read_members(path: Path) -> Members:
    """Read the table of an ensemble.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ConditionError
        With every problem found, each with its line.
    """
    text = read_text(path, MAX_BYTES)
    rows = [line.split("\t") for line in text.splitlines()]
    name = path.name
    cure = "write it with `fluxmodel calibrate`"
    if not rows or rows[0][:3] != ["kind", "id", "point"]:
        what = "not the table of an ensemble: it does not start with kind, id, point"
        raise ConditionError(Problem("FM360", what, Where(name, 1), cure))
    width, problems = len(rows[0]), []
    found: dict[str, dict[str, Floats]] = {kind: {} for kind in KINDS}
    for n, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        if problem := _row(cells, width, found, Where(name, n)):
            problems.append(problem)
    if not problems and not found["translation"]:
        problems.append(Problem("FM360", "it has no row `translation growth`", Where(name), cure))
    if problems:
        raise ConditionError(problems)
    return Members(FrozenMap(found["capacity"]), FrozenMap(found["flux"]), found["translation"][GROWTH])


def _row(cells: list[str], width: int, found: dict[str, dict[str, Any]], where: Where) -> Problem | None:
    """Put one row where it belongs, or say why it belongs nowhere."""
    if len(cells) != width:
        return Problem("FM360", f"{len(cells)} cells, the header has {width}", where)
    kind, id, *numbers = cells
    if kind not in KINDS:
        return Problem("FM360", f"{kind!r} is none of {', '.join(KINDS)}", where)
    if not id or (kind == "translation" and id != GROWTH):
        wanted = GROWTH if kind == "translation" else "a reaction" if kind == "flux" else "a catalyst"
        return Problem("FM360", f"{id!r} is no id of a row of {kind}", where, f"it is that of {wanted}")
    if id in found[kind]:
        return Problem("FM360", f"{kind} {id!r} stands here twice", where)
    try:
        values = np.array([float(x) for x in numbers])
    except ValueError as error:
        return Problem("FM361", str(error), where)
    if not np.all(np.isfinite(values)) or (kind != "flux" and np.any(values < 0)):
        return Problem("FM361", f"{kind} {id}: every number must be finite and none negative", where)
    values.flags.writeable = False
    found[kind][id] = values
    return None
