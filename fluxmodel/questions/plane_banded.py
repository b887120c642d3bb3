"""A phase plane with an axis that is not affine: exact lines, bounds between them, and their regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fluxmodel.analysis.planes.bands import Bands, Line
from fluxmodel.analysis.planes.dial import Dial
from fluxmodel.analysis.planes.picture import pictured
from fluxmodel.analysis.planes.plane import Binds, Spots
from fluxmodel.lp.polygons import area, box
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.plane_result import DEAD, GROWS, UNAPPLIED, PlaneRegion, name_of

#: Parts of a line shorter than this share of it are left out.
_SHORT = 1e-9


@dataclass(frozen=True, eq=False)
class Banded:
    """The bands of a plane, and who is asked about what binds on their lines."""

    bands: Bands
    solver: str

    def values(self, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
        """Growth at points (arrays of one shape), and between what it lies."""
        across = self.bands.across
        t, u = (d.bound(v) for d, v in zip(self.bands.dials, (x, y), strict=True))
        return self.bands.at(*((t, u) if across == 0 else (u, t)))

    def regions(self) -> tuple[tuple[PlaneRegion, ...], int]:
        """What holds at each level, as far as the next one is not nearer; and the programs that it took."""
        lines, dials = self.bands.lines, self.bands.dials
        own = dials[self.bands.across]
        ends = [own.start, *((a.level + b.level) / 2 for a, b in pairwise(lines)), own.end]
        made = [r for line, strip in zip(lines, pairwise(ends), strict=True) for r in self._of(line, strip)]
        order = {GROWS: 0, UNAPPLIED: 1, DEAD: 2}
        made.sort(key=lambda r: (order[r.kind], -r.share))
        return tuple(made), sum(r.kind == GROWS for r in made)

    def _of(self, line: Line, strip: tuple[float, float]) -> Iterator[PlaneRegion]:
        """The pieces of a line, and what lies beyond its ends."""
        across, other = self.bands.across, self.bands.dials[1 - self.bands.across]
        rest = _SHORT * (other.end - other.start)
        with Spots(line.problem, line.limits, self.bands.dials, self.solver) as spots:
            for (a, b), piece in zip(pairwise(line.growth.breaks.tolist()), line.growth.pieces, strict=True):
                middle = [line.level, (a + b) / 2]
                _, binds = spots.binds(middle if across == 0 else middle[::-1])
                values = piece(a), piece(b)
                slope = other.slope(piece.slope)
                slope = slope if abs(values[1] - values[0]) > 1e-9 * max(1e-3, *map(abs, values)) else 0.0
                yield self._region(GROWS, binds, values, slope, strip, (a, b))
        served, alive = line.growth.breaks.tolist(), line.most.breaks.tolist()
        for kind, inner, outer in (
            (UNAPPLIED, served, alive),
            (DEAD, alive, [other.start, other.end]),
        ):
            if not outer:
                continue
            for a, b in ((outer[0], inner[0]), (inner[-1], outer[-1])) if inner else [(outer[0], outer[-1])]:
                if b - a > rest:
                    high = float(np.nanmax(line.most(np.array([a, b])))) if kind == UNAPPLIED else 0.0
                    yield self._region(kind, (), (0.0, high), None, strip, (a, b))

    def _region(
        self,
        kind: str,
        binds: tuple[Binds, ...],
        values: tuple[float, float],
        slope: float | None,
        strip: tuple[float, float],
        part: tuple[float, float],
    ) -> PlaneRegion:
        """A rectangle of levels and bound parameters."""
        dials = self.bands.dials
        first = self.bands.across == 0
        (a, b), (c, d) = (strip, part) if first else (part, strip)
        polygon = pictured(dials, box((a, c), (b, d)))
        x, y = (dial.axis for dial in dials)
        share = area(polygon) / ((x.high - x.low) * (y.high - y.low))
        corners = tuple((float(u), float(v)) for u, v in polygon)
        name = name_of(binds) if kind == GROWS else kind
        by_x, by_y = (None, slope) if first else (slope, None)
        return PlaneRegion(kind, name, binds, min(values), max(values), by_x, by_y, share, (corners,))

    def notes(self) -> Iterator[str]:
        """What the bands themselves call for."""
        bands, dials = self.bands, self.bands.dials
        axis = dials[bands.across].axis
        other = dials[1 - bands.across].axis
        levels = ", ".join(f"{line.level:g}" for line in bands.lines)
        yield (
            f"{axis.title} does not move bounds in proportion: growth is exact at {levels}, and "
            f"known to within {bands.gap:.2g} 1/h between them; regions are those of the nearest level"
        )
        if axis.kind == "medium" and bands.falls > 1e-6:
            yield (
                f"growth falls by up to {bands.falls:.2g} 1/h with more of {axis.name}, which was not "
                "expected: the bounds between levels do not hold there"
            )
        lines = [line.growth for line in bands.lines]
        if all(np.ptp(line.values) <= 1e-9 for line in lines if line.values.size) and not any(
            line.breaks.size and _partly(line.breaks, dials[1 - bands.across]) for line in lines
        ):
            yield f"growth does not depend on {other.title} anywhere in this plane"
        if bands.gap <= 1e-9:
            yield f"growth does not depend on {axis.title} anywhere in this plane"


def _partly(breaks: Floats, dial: Dial) -> bool:
    """Whether a line ends before its axis does."""
    return bool(breaks[-1] - breaks[0] < (1 - 1e-6) * (dial.end - dial.start))
