"""Axes: regulators of activity 0 to 1, and by how much each changes the expression of its targets.

``axes.tsv`` says by how many log2 units a gene lies above its basal level when the regulator is fully on;
``basal.tsv`` says how active the regulator is in the reference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fluxmodel.errors import DomainError, Problem, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.regulation.axes_rows import Basal, Target, read_rows
from fluxmodel.regulation.drawing import spread_draw

LIMIT = 4.0  # log2; a sum over regulators is clipped to [-4, 4]; chosen
LEVELS = ("off", "low", "basal", "high")


@dataclass(frozen=True, slots=True)
class FoldChange:
    """Log2 fold change of one gene, and which regulator gives how much of it.

    `parts` are before clipping: their sum is `log2` unless `clipped`.
    """

    log2: float
    parts: tuple[tuple[str, float], ...]
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """The targets of every regulator, and how active each regulator is in the reference.

    Examples
    --------
    >>> axes = Axes((Target("ATF4", "ASNS", 1, "direct", 2.0, 1.0, 3.0),), {"ATF4": Basal("ATF4", 0.2)})
    >>> axes.fold_changes({"ATF4": "high"})["ASNS"].log2, axes.fold_changes({"ATF4": "off"})["ASNS"].log2
    (2.0, -0.5)
    >>> dict(axes.fold_changes({"ATF4": "basal"}))
    {}
    """

    targets: tuple[Target, ...]
    basal: Mapping[str, Basal]

    def __post_init__(self) -> None:
        object.__setattr__(self, "targets", tuple(self.targets))
        object.__setattr__(self, "basal", FrozenMap(self.basal))
        problems = [
            Problem("FM610", f"basal activity of {name} is {row.value}", row.where, "it must be >= 0 and < 1")
            for name, row in self.basal.items()
            if not 0 <= row.value < 1
        ]
        for target in self.targets:
            if target.regulator not in self.basal:
                what = f"{target.regulator!r} has no basal activity"
                problems.append(Problem("FM611", what, target.where, "give it one"))
        if problems:
            raise DomainError(problems)

    @property
    def regulators(self) -> tuple[str, ...]:
        """Every regulator that has a basal activity, in the order of the table."""
        return tuple(self.basal)

    @property
    def genes(self) -> tuple[str, ...]:
        """Every target, each once, in the order of the table."""
        return tuple(dict.fromkeys(t.gene for t in self.targets))

    def activity(self, levels: Mapping[str, float | str]) -> FrozenMap[str, float]:
        """Activity in [0, 1] of every regulator; one that is not in `levels` is basal.

        Parameters
        ----------
        levels : mapping of regulator to float or str
            A number in [0, 1], or ``off`` (0), ``low`` (half of basal), ``basal``, ``high`` (1).

        Raises
        ------
        DomainError
            FM612 for an unknown regulator, FM613 for a level outside [0, 1] or an unknown word; all at once.

        Examples
        --------
        >>> dict(Axes((), {"MYC": Basal("MYC", 0.5), "HIF1A": Basal("HIF1A", 0.0)}).activity({"MYC": "low"}))
        {'MYC': 0.25, 'HIF1A': 0.0}
        """
        problems: list[Problem] = []
        values = {name: row.value for name, row in self.basal.items()}
        for name, level in levels.items():
            if name not in self.basal:
                cure = nearest(name, self.basal) or f"regulators with targets: {', '.join(self.basal)}"
                problems.append(Problem("FM612", f"unknown regulator {name!r}", cure=cure))
            elif (value := _activity(level, self.basal[name].value)) is None:
                cure = f"write a number from 0 to 1, or {', '.join(LEVELS)}"
                problems.append(Problem("FM613", f"{name} = {level!r} is no level", cure=cure))
            else:
                values[name] = value
        if problems:
            raise DomainError(problems)
        return FrozenMap(values)

    def shifts(self, levels: Mapping[str, float | str]) -> FrozenMap[str, float]:
        """How far every regulator is from basal: 0 there, 1 at full activity, below 0 when less active.

        Raises
        ------
        DomainError
            As `activity`.

        Examples
        --------
        >>> dict(Axes((), {"MYC": Basal("MYC", 0.5)}).shifts({"MYC": 0.75}))
        {'MYC': 0.5}
        """
        rest = {name: row.value for name, row in self.basal.items()}
        return FrozenMap({n: (a - rest[n]) / (1.0 - rest[n]) for n, a in self.activity(levels).items()})

    def fold_changes(
        self, levels: Mapping[str, float | str], log2fc: ArrayLike | None = None
    ) -> FrozenMap[str, FoldChange]:
        """Fold changes of the targets of every regulator that is not basal.

        A regulator of activity a adds ``L (a - a_basal) / (1 - a_basal)`` to the log2 fold change of a
        target, so that the reference has none and full activity gives L.

        Parameters
        ----------
        levels : mapping of regulator to float or str
            As for `activity`.
        log2fc : array of float, optional
            Values of L in the order of `targets`, such as `draw` gives; those of the table if not given.

        Returns
        -------
        mapping of gene to FoldChange
            Sums over regulators, clipped to [-4, 4]; a gene that no regulator moves is not in it.

        Raises
        ------
        DomainError
            As `activity`; FM614 if `log2fc` does not fit the targets.
        """
        moved = self.shifts(levels)
        strength = self._strength(log2fc)
        parts: dict[str, list[tuple[str, float]]] = {}
        for target, full in zip(self.targets, strength, strict=True):
            if shift := moved[target.regulator]:
                parts.setdefault(target.gene, []).append((target.regulator, full * shift))
        return FrozenMap({gene: _total(given) for gene, given in parts.items()})

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """One draw of L for every target from its range.

        Half of the draws lie on either side of the table's value, each side half a normal distribution, with
        `low` and `high` as the 5 % and 95 % points.

        Returns
        -------
        array of float
            In the order of `targets`, as `fold_changes` takes it.

        Examples
        --------
        >>> axes = Axes((Target("ATF4", "ASNS", 1, "direct", 2.0, 2.0, 2.0),), {"ATF4": Basal("ATF4", 0.2)})
        >>> axes.draw(np.random.default_rng(1)).tolist()
        [2.0]
        """
        middle, low, high = (
            np.array([getattr(t, name) for t in self.targets], float) for name in ("log2fc", "low", "high")
        )
        return spread_draw(rng, middle, low, high)

    def _strength(self, log2fc: ArrayLike | None) -> Sequence[float]:
        if log2fc is None:
            return [t.log2fc for t in self.targets]
        given = np.asarray(log2fc, float)
        if given.shape != (len(self.targets),) or not np.isfinite(given).all():
            what = f"log2fc of shape {given.shape} for {len(self.targets)} targets, or not finite"
            raise DomainError(
                Problem("FM614", what, cure="give one finite number per target, in their order")
            )
        values: list[float] = given.tolist()
        return values


def read_axes(folder: Path) -> Axes:
    """Read ``axes.tsv`` and ``basal.tsv`` of a model folder.

    Raises
    ------
    TableError
        Everything that is wrong in both files: FM010-FM020 for their form, FM610 for a range that does not
        fit, FM611 for rows that do not fit together.
    """
    return Axes(*read_rows(folder))


def _activity(level: float | str, basal: float) -> float | None:
    """The activity that a level means; None if it means none."""
    if isinstance(level, str):
        return {"off": 0.0, "low": basal / 2, "basal": basal, "high": 1.0}.get(level)
    # True is the number 1 in Python, but says nothing about a level here
    if isinstance(level, bool) or not isinstance(level, Real) or not 0.0 <= level <= 1.0:
        return None
    return float(level)


def _total(parts: list[tuple[str, float]]) -> FoldChange:
    """The clipped sum of what the regulators give."""
    total = math.fsum(part for _, part in parts)
    kept = min(max(total, -LIMIT), LIMIT)
    return FoldChange(kept, tuple(parts), kept != total)
