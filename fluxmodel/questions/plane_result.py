"""A phase plane as a frozen value: regions, growth at points and on grids, and the answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from fluxmodel.analysis.planes.axis import Axis
from fluxmodel.analysis.planes.members import MemberShares
from fluxmodel.analysis.planes.plane import Binds
from fluxmodel.errors import DomainError
from fluxmodel.errors import Problem as Finding
from fluxmodel.lp.polygons import distance
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.frames import frame
from fluxmodel.questions.provenance import thawed

if TYPE_CHECKING:
    import pandas as pd

#: Region kinds: growth is affine; the cell lives with loads unapplied; it does not live.
GROWS, UNAPPLIED, DEAD = "growth", "loads unapplied", "not viable"
#: A limit belongs to the name of a region if a percent of it moves growth by at least this percentage.
NAMED = 0.01
_PHRASES = {"bound": "bound of {}", "demand": "demand {}", "oxidative load": "load {}"}
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaneRegion:
    """A part of a phase plane.

    Attributes
    ----------
    kind : str
        ``growth``, ``loads unapplied`` or ``not viable``.
    name : str
        What binds there.
    binds : tuple of Binds
        The same with percent of growth per percent of the limit in its middle, strongest first.
    low, high : float
        Growth at its corners, 1/h; with loads unapplied, of the corners and middles that were asked.
    slope_x, slope_y : float or None
        Growth per unit of each axis; None where it is not affine.
    share : float
        Of the area of the picture.
    polygons : tuple of tuple of (x, y)
        Corners in the units of the axes.
    """

    kind: str
    name: str
    binds: tuple[Binds, ...]
    low: float
    high: float
    slope_x: float | None
    slope_y: float | None
    share: float
    polygons: tuple[tuple[Corner, ...], ...]


@dataclass(frozen=True, slots=True)
class PlanePoint:
    """Growth at one point of a phase plane.

    Attributes
    ----------
    growth : float
        1/h; 0 where the cell is not viable, NaN where the inputs contradict each other.
    low, high : float
        Between what it lies; both are `growth` where that is exact.
    region : str
        Name of the region.
    """

    growth: float
    low: float
    high: float
    region: str


@dataclass(frozen=True)
class PhasePlane:
    """Growth over two parameters of a condition.

    Attributes
    ----------
    label : str
    x, y : Axis
    regions : tuple of PlaneRegion
        Those in which growth is affine first, the largest of them first.
    growth : float
        Growth in the condition as it is, 1/h.
    gap : float
        Greatest distance of the bounds between which growth lies; 0 if it is exact.
    asked : int
        Linear programs that it took.
    notes : tuple of str
    members : MemberShares, optional
        What the members of the cell say at the points of a grid.
    provenance : mapping
    """

    label: str
    x: Axis
    y: Axis
    regions: tuple[PlaneRegion, ...]
    growth: float
    gap: float
    asked: int
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    members: MemberShares | None = None
    source: Any = field(default=None, repr=False, compare=False)

    def at(self, x: float, y: float) -> PlanePoint:
        """Growth at a point.

        Parameters
        ----------
        x, y : float
            In the units of the axes.

        Raises
        ------
        DomainError
            FM557 for a point outside of the plane.
        """
        for axis, value in ((self.x, x), (self.y, y)):
            if not axis.low <= value <= axis.high:
                what = f"{axis.title} = {value:g} is outside of {axis.low:g} to {axis.high:g}"
                raise DomainError(Finding("FM557", what, cure="ask for a plane that reaches as far"))
        growth, low, high = (
            float(v[0]) for v in self.source.values(np.array([float(x)]), np.array([float(y)]))
        )
        # rounding must not put the value outside of its own bounds
        return PlanePoint(growth, min(low, growth), max(high, growth), self._name_at(x, y))

    def _name_at(self, x: float, y: float) -> str:
        """Name of the region that holds a point; the first of those that meet there."""
        best, nearest_ = "", np.inf
        for region in self.regions:
            for polygon in region.polygons:
                away = distance((np.array(polygon) - (x, y)) / self._unit())
                if away < nearest_ - 1e-9:
                    best, nearest_ = region.name, away
        return best

    def _unit(self) -> tuple[float, float]:
        return self.x.high - self.x.low, self.y.high - self.y.low

    def grid(self, nx: int = 41, ny: int = 41) -> tuple[Floats, Floats, Floats]:
        """Growth on a grid.

        Where loads are unapplied, each point is a program; elsewhere all of them are one matrix product.

        Parameters
        ----------
        nx, ny : int
            Points along each axis, 2 or more.

        Returns
        -------
        x : ndarray, (nx,)
        y : ndarray, (ny,)
        growth : ndarray, (ny, nx)
            1/h.

        Raises
        ------
        DomainError
            FM557 for a number that makes no grid.
        """
        x, y = self._ticks(nx, ny)
        return x, y, self.source.values(*np.meshgrid(x, y))[0]

    def bounds(self, nx: int = 41, ny: int = 41) -> tuple[Floats, Floats]:
        """Between what growth lies on a grid, (ny, nx) each; both are `grid` where that is exact."""
        _, low, high = self.source.values(*np.meshgrid(*self._ticks(nx, ny)))
        return low, high

    def _ticks(self, nx: int, ny: int) -> tuple[Floats, Floats]:
        found = []
        for name, n, axis in (("nx", nx, self.x), ("ny", ny, self.y)):
            if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 2:
                cure = "give whole numbers from 2 on"
                raise DomainError(Finding("FM557", f"{name} = {n!r} points make no grid", cure=cure))
            found.append(np.linspace(axis.low, axis.high, int(n)))
        return found[0], found[1]

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [
            {
                "kind": r.kind,
                "name": r.name,
                "share": r.share,
                "low": r.low,
                "high": r.high,
                "slope_x": r.slope_x,
                "slope_y": r.slope_y,
                "corners": sum(map(len, r.polygons)),
            }
            for r in self.regions
        ]

    @property
    def table(self) -> pd.DataFrame:
        """One row per region."""
        return frame(self.records())

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "schema": "fluxmodel.plane/1",
            "label": self.label,
            "growth": self.growth,
            "x": {**asdict(self.x), "label": self.x.label},
            "y": {**asdict(self.y), "label": self.y.label},
            "gap": self.gap,
            "asked": self.asked,
            "regions": [
                {
                    **{n: getattr(r, n) for n in ("kind", "name", "low", "high", "share")},
                    "slope_x": r.slope_x,
                    "slope_y": r.slope_y,
                    "binds": [asdict(b) for b in r.binds],
                    "polygons": [[list(c) for c in p] for p in r.polygons],
                }
                for r in self.regions
            ],
            "members": None if self.members is None else self.members.to_dict(),
            "notes": list(self.notes),
            "provenance": thawed(self.provenance),
        }


def name_of(binds: tuple[Binds, ...]) -> str:
    """The name of a region: what binds there, strongest first.

    Examples
    --------
    >>> name_of((Binds("protein synthesis", "translation", 0.8), Binds("oxygen", "o2", 0.2)))
    'protein synthesis + oxygen'
    >>> name_of(())
    'nothing that was stated'
    """
    named = [b for b in binds if abs(b.share) >= NAMED][:3]
    words = {"protein synthesis": "protein synthesis", "oxygen": "oxygen", "pool": "protein pool"}
    said = [words.get(b.kind) or _PHRASES.get(b.kind, "{}").format(b.name) for b in named]
    return " + ".join(dict.fromkeys(said)) or "nothing that was stated"
