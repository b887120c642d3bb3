"""Drugs: what each of them acts on, how strongly, and how that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fluxmodel.errors import Where, nearest
from fluxmodel.units import Quantity

#: What a drug acts on, other than a gene or catalyst of the network: the word before the colon.
KINDS: Mapping[str, str] = {
    "isr": "node of the integrated stress response",
    "regulator": "regulator of a condition",
    "medium": "species of the medium",
    "other": "something that the model does not have",
}
#: Nodes of the integrated stress response.
ISR_NODES = (
    "EIF2AK1", "EIF2AK2", "EIF2AK3", "EIF2AK4", "EIF2S1", "EIF2B", "ATF4", "DDIT3", "PPP1R15A", "PPP1R15B",
    "TRIB3",
)  # fmt: skip
#: Measures of what a drug does to its target, best first; GI50 is about cells and is only shown.
MEASURES = ("IC50", "EC50", "Ki", "Kd")
GROWTH = "GI50"
#: Assays, best first: a cell has the drug's uptake and the target's surroundings right.
ASSAYS = ("cellular", "biochemical", "clinical")
_CONSTANTS = ("Ki", "Kd")


@dataclass(frozen=True, slots=True)
class Target:
    """What a drug acts on: a gene or catalyst (kind ``""``), or something else, see `KINDS`.

    Examples
    --------
    >>> print(Target("", "GLS"), Target("isr", "EIF2AK4"))
    GLS isr:EIF2AK4
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.kind else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One row of inhibitors.tsv: what a drug does to one target, in one assay.

    Attributes
    ----------
    targets : tuple of Target
        Several that are hit alike; none where nothing of metabolism is hit.
    role : {'main', 'off_target'}
    mode : str
        ``activity``, ``competitive``, ``transporter``, ``degrader``, ``isr_node``, ``depletes`` or ``other``.
    competes_with : str
        Species that a competitive drug competes with; empty if not known.
    site : str
        Where it binds; drugs of one site exclude each other.
    potency : Quantity or None
        What leaves half of the activity, or binds half of the target; None if no number is known.
    low, high : Quantity or None
        Its range: that of the source, or a chosen one, as `range` says.
    measure, assay, system : str
    hill : float
        Slope of the curve, with its source: ``chosen`` where none is known.
    provenance : str
        ``read``, ``recalled`` or ``chosen``.
    sources : tuple of str
        Rows of sources.tsv.
    """

    targets: tuple[Target, ...]
    role: str
    mode: str
    competes_with: str = ""
    site: str = ""
    potency: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    range: str = ""
    measure: str = ""
    assay: str = ""
    system: str = ""
    hill: float = 1.0
    hill_source: str = "chosen"
    provenance: str = "recalled"
    sources: tuple[str, ...] = ()
    note: str = ""
    where: Where = field(default=Where(), compare=False, repr=False)

    @property
    def usable(self) -> bool:
        """Whether a dose can be turned into an activity with it."""
        return self.potency is not None and self.measure in MEASURES

    @property
    def convertible(self) -> bool:
        """Whether it is a constant of a competitive drug, which the substrate turns into an IC50."""
        return self.usable and self.mode == "competitive" and self.measure in _CONSTANTS

    @property
    def verified(self) -> bool:
        """Whether its number was read, not recalled or chosen."""
        return self.provenance == "read"

    @property
    def potency_text(self) -> str:
        """The number with its range and how it was measured.

        Examples
        --------
        >>> ends = {"low": Quantity(1, "nM"), "high": Quantity(9, "nM"), "range": "chosen"}
        >>> Action(targets=(), role="main", mode="activity", potency=Quantity(3, "nM"), **ends,
        ...        measure="Ki", assay="biochemical", system="rat").potency_text
        'Ki 3 nM (1 to 9, range chosen), biochemical, rat'
        """
        if self.potency is None:
            return "no potency known"
        ends = ""
        if self.low is not None and self.high is not None:
            chosen = ", range chosen" if self.range == "chosen" else ""
            ends = f" ({self.low.value:g} to {self.high.value:g}{chosen})"
        said = f"{self.measure} {self.potency}{ends}"
        return ", ".join(part for part in (said, self.assay, self.system) if part)

    def of(self, kind: str) -> tuple[str, ...]:
        """Names of the targets of one kind."""
        return tuple(t.name for t in self.targets if t.kind == kind)

    @property
    def target_text(self) -> str:
        """The targets in words."""
        return " ".join(map(str, self.targets)) or "-"


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug with everything it does.

    Attributes
    ----------
    name : str
    aliases : tuple of str
    actions : tuple of Action
        In the order of the table.

    Examples
    --------
    >>> weak = Action(targets=(Target("", "GLS"),), role="main", mode="activity", measure="IC50",
    ...               potency=Quantity(3, "uM"), assay="biochemical")
    >>> drug = Drug("BPTES", (), (weak,))
    >>> [a.potency_text for a in drug.chosen("main")]
    ['IC50 3 uM, biochemical']
    """

    name: str
    aliases: tuple[str, ...]
    actions: tuple[Action, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and aliases."""
        return (self.name, *self.aliases)

    def chosen(self, role: str) -> tuple[Action, ...]:
        """One action for each group of targets of a role: the one whose number a dose is read with.

        Those without a number follow where there is no better one. Potencies of different assays are never
        mixed: cells come before extracts, and an IC50 or EC50 before a Ki or Kd, but of a competitive drug
        the constant first: it becomes an IC50 at the substrate that is there.
        """
        best: dict[tuple[Target, ...], Action] = {}
        for action in self.actions:
            if action.role != role or action.measure == GROWTH:
                continue
            held = best.get(action.targets)
            if held is None or _rank(action) < _rank(held):
                best[action.targets] = action
        return tuple(best.values())


def _rank(action: Action) -> tuple[int, int, int]:
    if not action.usable:
        return (1, 0, 0)
    measure = MEASURES.index(action.measure)
    # what an IC50 of a competitive drug means hangs on the substrate in its assay: a constant is converted
    return (0, ASSAYS.index(action.assay), -1 if action.convertible else measure)


def plain(name: str) -> str:
    """A name without what people write differently: case, blanks, hyphens and underscores.

    Examples
    --------
    >>> plain("CB-839") == plain("cb 839") == plain("CB_839")
    True
    """
    return re.sub(r"[\s_\-‐-―]+", "", name).casefold()


def find(drugs: Mapping[str, Drug], name: str) -> Drug | None:
    """The drug of that name or alias, however it is written; None if there is none.

    Examples
    --------
    >>> drugs = {"CB-839": Drug("CB-839", ("telaglenastat",), ())}
    >>> find(drugs, "Telaglenastat").name, find(drugs, "cb839").name, find(drugs, "BPTES")
    ('CB-839', 'CB-839', None)
    """
    if name in drugs:
        return drugs[name]
    wanted = plain(name)
    return next((d for d in drugs.values() if any(plain(n) == wanted for n in d.names)), None)


def suggest(drugs: Mapping[str, Drug], name: str) -> str:
    """What to write instead of a name that no drug has; empty if nothing is near.

    Examples
    --------
    >>> suggest({"CB-839": Drug("CB-839", ("telaglenastat",), ())}, "telaglenastad")
    'did you mean telaglenastat?'
    """
    return nearest(name, (n for d in drugs.values() for n in d.names))


def acting_on(drugs: Mapping[str, Drug], target: str) -> Iterator[str]:
    """Names of the drugs whose main target is a gene or catalyst.

    Examples
    --------
    >>> gls = Action(targets=(Target("", "GLS"),), role="main", mode="activity")
    >>> list(acting_on({"BPTES": Drug("BPTES", (), (gls,))}, "GLS"))
    ['BPTES']
    """
    for drug in drugs.values():
        if any(a.role == "main" and target in a.of("") for a in drug.actions):
            yield drug.name
