"""The prior for capacities: turnover times abundance, with its spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fluxmodel.analysis.efficiency import main_turnover
from fluxmodel.analysis.proteome import (
    SECONDS,
    UNKNOWN_KCAT,
    complex_abundance,
    complex_spread,
    known_abundance,
    scarce,
)
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats, Ints
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Catalyst

#: Protein in dry mass, g/g.
PROTEIN_SHARE = 0.6
#: What cells in culture show of a turnover measured in vitro: one global factor.
IN_VIVO = 0.5
#: Spread of ln abundance: at least, of what other lines have, and where the protein was not measured.
MEASURED_SPREAD, MISSING_SPREAD = 0.7, 1.2
#: Spread of the logarithm of the turnover of a catalyst without a row.
UNKNOWN_SPREAD = 1.5


@dataclass(frozen=True, eq=False)
class Prior:
    """Lognormal priors of capacities.

    Attributes
    ----------
    catalysts : tuple of str
    median : ndarray, (n,)
        mmol/gDW/h.
    turnover_spread, abundance_spread : ndarray, (n,)
        Standard deviations of the two logarithms that the capacity is made of.
    groups : tuple of int
        Number of the isozyme group of each catalyst: their turnovers share an error.
    assumed : frozenset of str
        Catalysts whose abundance or turnover is not measured.
    driven : ndarray
        Numbers of the catalysts that run whether they are needed or not.
    """

    catalysts: tuple[str, ...]
    median: Floats
    turnover_spread: Floats
    abundance_spread: Floats
    groups: tuple[int, ...]
    assumed: frozenset[str]
    driven: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def spread(self) -> Floats:
        """Standard deviation of the logarithm of each capacity."""
        total: Floats = np.hypot(self.turnover_spread, self.abundance_spread)
        return total

    @property
    def medians(self) -> Mapping[str, float]:
        """Median by catalyst."""
        return FrozenMap(zip(self.catalysts, self.median.tolist(), strict=True))


def prior_of(model: Model, abundance: Mapping[str, float] | None = None) -> Prior:
    """The prior capacity of every catalyst of a model.

    Parameters
    ----------
    model : Model
    abundance : mapping of gene to float, optional
        pmol per mg of protein; the model's own reference proteome where it is silent.
    """
    given = abundance or {}
    known = {**known_abundance(model), **given}
    # how much lines differ says nothing of a cell whose own protein was measured
    spreads = {
        g: max(p.spread, MEASURED_SPREAD) for g, p in model.proteins.items() if p.spread and g not in given
    }
    floor = scarce(known)
    names, medians, turnovers, abundances, assumed = [], [], [], [], set()
    for catalyst in model.all_catalysts.values():
        row = main_turnover(model, catalyst.id)
        kcat, kcat_spread = (row.kcat, row.spread) if row else (UNKNOWN_KCAT, UNKNOWN_SPREAD)
        amount, measured = complex_abundance(catalyst, known, floor)
        if row is None or not measured:
            assumed.add(catalyst.id)
        names.append(catalyst.id)
        # pmol/mg protein = nmol/g protein; 1e-6 makes mmol of nmol
        medians.append(SECONDS * kcat * IN_VIVO * amount * PROTEIN_SHARE * 1e-6)
        turnovers.append(kcat_spread)
        between = complex_spread(catalyst, known, floor, spreads, MEASURED_SPREAD)
        abundances.append(between if measured else MISSING_SPREAD)
    return Prior(
        tuple(names),
        np.array(medians),
        np.array(turnovers),
        np.array(abundances),
        isozyme_groups([model.all_catalysts[n] for n in names]),
        frozenset(assumed),
        np.array(
            [k for k, n in enumerate(names) if model.all_catalysts[n].runs == "gradient"], dtype=np.int64
        ),
    )


def isozyme_groups(catalysts: Sequence[Catalyst]) -> tuple[int, ...]:
    """Number of the group of each catalyst: those that share more than half of their reactions.

    Examples
    --------
    >>> from fluxmodel.network.gpr import parse_rule
    >>> made = [Catalyst(k, parse_rule(k), r) for k, r in
    ...         (("A", ("x", "y")), ("B", ("x", "y", "z")), ("C", ("z", "u", "v")))]
    >>> isozyme_groups(made)
    (0, 0, 1)
    """
    group: list[int] = []
    for k, catalyst in enumerate(catalysts):
        mine = set(catalyst.reactions)
        for j in range(k):
            other = set(catalysts[j].reactions)
            if 2 * len(mine & other) > len(mine | other):
                group.append(group[j])
                break
        else:
            group.append(max(group, default=-1) + 1)
    return tuple(group)
