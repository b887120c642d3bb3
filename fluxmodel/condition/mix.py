"""The finished medium: base, serum and the condition's own additions put together.

Codes: FM351 a supplement used as a base, or the reverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fluxmodel.condition.medium import Medium
from fluxmodel.condition.model import Condition
from fluxmodel.digest import digest
from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity


@dataclass(frozen=True)
class Mixture:
    """What the cells are given.

    Attributes
    ----------
    concentrations : mapping of species to Quantity
        In mM, sorted by species.
    unlimited : mapping of species to reason
        Supplied without a limit.
    origins : mapping of species to Where
        The line that decided each concentration.
    """

    concentrations: Mapping[str, Quantity]
    unlimited: Mapping[str, str] = field(default_factory=FrozenMap)
    origins: Mapping[str, Where] = field(default_factory=FrozenMap, compare=False)

    @property
    def digest(self) -> str:
        """Digest of concentrations and unlimited species."""
        amounts = {species: (q.value, q.unit) for species, q in self.concentrations.items()}
        return digest({"concentrations": amounts, "unlimited": sorted(self.unlimited)})


def mix(condition: Condition, base: Medium, serum: Medium | None = None) -> Mixture:
    """Put a medium together: ``base * (1 - volume) + serum + add``, then `set`, then `remove`.

    A species that is `set` is limited even where the base supplies it without a limit; one that is added
    to an unlimited species stays unlimited.

    Raises
    ------
    ConditionError
        If a supplement stands as base, or a base as serum.

    Examples
    --------
    >>> from fluxmodel.condition import Component, MediumSpec, Source
    >>> src = Source(citation="chosen", provenance="recalled")
    >>> base = Medium(id="b", name="b", source=src, components={"pyr": Component(value=1, unit="mM")})
    >>> spec = MediumSpec(base="b", add={"pyr": "1 mM", "akg": "2 mM"})
    >>> mixture = mix(Condition(id="x", medium=spec), base)
    >>> {species: str(amount) for species, amount in mixture.concentrations.items()}
    {'akg': '2 mM', 'pyr': '2 mM'}
    """
    _check_kind(condition, base, "base", "base")
    total = {s: c.amount.to("mM") for s, c in base.components.items()}
    places = {s: base.place(f"components.{s}") for s in total}
    unlimited = dict(base.unlimited)
    places.update({s: base.place(f"unlimited.{s}") for s in unlimited})
    if serum is not None:
        _check_kind(condition, serum, "supplement", "serum")
        share = 1 - (serum.volume.magnitude("1") if serum.volume else 0.0)
        total = {s: Quantity(q.value * share, "mM", q.source) for s, q in total.items()}
        for species, component in serum.components.items():
            _add(total, species, component.amount)
            places.setdefault(species, serum.place(f"components.{species}"))
        for species, reason in serum.unlimited.items():
            unlimited.setdefault(species, reason)
            places.setdefault(species, serum.place(f"unlimited.{species}"))
    spec = condition.medium
    for species, amount in spec.add.items():
        _add(total, species, amount)
        places[species] = condition.place(f"medium.add.{species}")
    for species, amount in spec.set.items():
        total[species] = amount.to("mM")
        unlimited.pop(species, None)
        places[species] = condition.place(f"medium.set.{species}")
    for species in spec.remove:
        total.pop(species, None)
        unlimited.pop(species, None)
        places[species] = condition.place("medium.remove")
    limited = {s: total[s] for s in sorted(total) if s not in unlimited}
    return Mixture(FrozenMap(limited), FrozenMap(sorted(unlimited.items())), FrozenMap(places))


def _add(total: dict[str, Quantity], species: str, amount: Quantity) -> None:
    before = total[species].value if species in total else 0.0
    total[species] = Quantity(before + amount.magnitude("mM"), "mM", amount.source)


def _check_kind(condition: Condition, medium: Medium, wanted: str, used_as: str) -> None:
    if medium.kind != wanted:
        what = f"{medium.id} is a {medium.kind}, and stands as {used_as}"
        cure = f"name a medium with `kind: {wanted}`"
        raise ConditionError(Problem("FM351", what, condition.place(f"medium.{used_as}"), cure))
