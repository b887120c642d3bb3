"""Where a flux state gets its ATP from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: ATP made less ATP spent in glycolysis, by the mitochondrial ATP synthase, and by succinate-CoA ligases.
GLYCOLYSIS: Mapping[str, float] = {"PGK": 1.0, "PYK": 1.0, "HEX1": -1.0, "PFK": -1.0}
OXPHOS: Mapping[str, float] = {"ATPS4mi": 1.0}
SUBSTRATE_LEVEL: Mapping[str, float] = {"SUCOASm": 1.0, "SUCOAS1m": 1.0}


@dataclass(frozen=True, slots=True)
class Energy:
    """ATP by its source, mmol/gDW/h; GTP of the succinate-CoA ligase counts as ATP.

    Attributes
    ----------
    glycolysis : float
        Phosphoglycerate and pyruvate kinase less hexokinase and phosphofructokinase.
    oxphos : float
        ATP synthase.
    substrate_level : float
        Succinate-CoA ligases.
    """

    glycolysis: float
    oxphos: float
    substrate_level: float

    @property
    def oxphos_share(self) -> float | None:
        """Share of the ATP synthase in all three; None where together they make none.

        Examples
        --------
        >>> Energy(1.0, 2.0, 1.0).oxphos_share
        0.5
        """
        total = self.glycolysis + self.oxphos + self.substrate_level
        return self.oxphos / total if total > 1e-9 else None


def energy_of(fluxes: Mapping[str, float]) -> Energy | None:
    """The sources of ATP in a flux state; None in a network without an ATP synthase of that name.

    Examples
    --------
    >>> energy_of({"PGK": 2.0, "PYK": 2.0, "HEX1": 1.0, "PFK": 1.0, "ATPS4mi": 6.0, "SUCOASm": 1.0})
    Energy(glycolysis=2.0, oxphos=6.0, substrate_level=1.0)
    >>> energy_of({"PGK": 2.0}) is None
    True
    """
    if not OXPHOS.keys() <= fluxes.keys():
        return None
    return Energy(
        *(
            sum(c * fluxes.get(r, 0.0) for r, c in terms.items())
            for terms in (GLYCOLYSIS, OXPHOS, SUBSTRATE_LEVEL)
        )
    )
