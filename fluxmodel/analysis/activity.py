"""What is left of each catalyst, and which catalysts need a gene.

Codes: FM505 one isozyme of several without known shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fluxmodel.errors import Problem, Where
from fluxmodel.formalism.resolved import Origin
from fluxmodel.network.rows import Catalyst
from fluxmodel.pharmacology import Binder


@dataclass
class Activity:
    """What is left of every catalyst that something was done to, and which drugs did it; filled stepwise."""

    residual: dict[str, float] = field(default_factory=dict)
    origins: dict[str, list[Origin]] = field(default_factory=dict)
    lost: dict[str, Origin] = field(default_factory=dict)
    closed: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)
    sites: dict[str, tuple[tuple[Binder, ...], ...]] = field(default_factory=dict)

    def lower(self, catalyst: str, residual: float, *origins: Origin) -> None:
        """Multiply what is left of a catalyst."""
        self.residual[catalyst] = self.residual.get(catalyst, 1.0) * residual
        self.origins.setdefault(catalyst, []).extend(origins)


@dataclass(frozen=True, slots=True)
class Needing:
    """The catalysts that genes are part of: those that cannot work without them, and the others.

    Parameters
    ----------
    genes : tuple of str
        What is taken away together; a catalyst may be named by its own id.
    needing : tuple of str
        Catalysts that cannot work without them.
    others : tuple of Catalyst
        Those of which they are one of several isozymes.
    """

    genes: tuple[str, ...]
    needing: tuple[str, ...]
    others: tuple[Catalyst, ...]

    @classmethod
    def of(cls, catalysts: Mapping[str, Catalyst], genes: Iterable[str]) -> Needing:
        """Look the catalysts of genes up.

        Examples
        --------
        >>> from fluxmodel.network import load_model
        >>> catalysts = load_model().all_catalysts
        >>> Needing.of(catalysts, ["GFPT1"]).needing, Needing.of(catalysts, ["GFPT1", "GFPT2"]).needing
        ((), ('GFPT',))
        """
        names = frozenset(genes)
        using = [c for c in catalysts.values() if not names.isdisjoint(c.rule.genes)]
        needing = [c.id for c in using if not c.rule.holds(names)]
        others = [c for c in using if c.rule.holds(names)]
        return cls(tuple(sorted(names)), tuple(needing), tuple(others))

    @property
    def _named(self) -> str:
        return ", ".join(self.genes)

    def notes(self) -> list[str]:
        """What is said about the catalysts that have other isozymes."""
        if not self.others:
            return []
        names = ", ".join(c.id for c in self.others)
        return [f"{self._named} is also one of several isozymes of {names}: not inhibited there, "
                "because the shares are unknown"]  # fmt: skip

    def problem(self, where: Where) -> Problem:
        """Why nothing can be inhibited, where no catalyst needs the genes."""
        if not self.others:
            what = f"{self._named} has no reaction in the model"
            return Problem("FM505", what, where, "inhibit a gene that gates a reaction")
        shown = "; ".join(f"{c.id} ({c.rule})" for c in self.others[:4])
        what = f"{self._named} is one of several isozymes of {shown}: its share is unknown"
        first = self.others[0]
        whole = first.id if not first.explicit else first.reactions[0]
        cure = f"inhibit the reaction, such as --inhibit {whole}=90%, or knock the gene out"
        return Problem("FM505", what, where, cure)
