"""An explanation as a frozen value: what limits growth, what moved the limits, and the answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.moved import Moved
from fluxmodel.analysis.state import Outcome
from fluxmodel.analysis.viability import Viability
from fluxmodel.questions.frames import frame
from fluxmodel.questions.provenance import thawed

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {
    "catalyst": "the capacity of {}",
    "protein synthesis": "protein synthesis",
    "pool": "the protein pool",
    "nutrient": "the supply of {}",
    "oxygen": "oxygen",
    "demand": "the demand {}",
    "oxidative load": "the load {}",
    "bound": "the bound of {}",
    "knock-out": "{} (knocked out)",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that growth feels, at the point or in members of the cell.

    Attributes
    ----------
    kind : str
        ``catalyst``, ``nutrient``, ``oxygen``, ``protein synthesis``, ``demand``, ``oxidative load``,
        ``pool``, ``bound`` or ``knock-out``.
    name : str
    genes : tuple of str
    limit : float
        In `unit`.
    use : float or None
        At the point, in `unit`; the point lies at 99 % of the optimum, so that it may be below a limit that
        binds at the optimum.
    unit : str
    price : float
        Growth per unit of the limit, at the point. Of a cell that is not viable: share of its demands served
        per unit.
    share : float or None
        Percent of growth per percent of the limit, at the point; None without growth.
    binds : bool
        Whether it binds at the point.
    in_members : float or None
        Share of the growing members in which it binds: a percent of it moves growth by at least 0.001 %.
        None without an ensemble. A degenerate optimum has several duals, of which the engine gives one.
    median : float or None
        Median of its share of growth in the members in which it binds.
    origin : str
        Where it was stated, and what changed it.
    """

    kind: str
    name: str
    genes: tuple[str, ...]
    limit: float
    use: float | None
    unit: str
    price: float
    share: float | None
    binds: bool
    in_members: float | None
    median: float | None
    origin: str

    @property
    def phrase(self) -> str:
        """The limit in words."""
        if self.kind == "knock-out" and " " in self.name:  # it says so itself
            return self.name
        return _NAMES.get(self.kind, "{}").format(self.name)


@dataclass(frozen=True, slots=True)
class NearLimit:
    """A catalyst that uses more than 90 % of its limit at the point.

    ``limit`` is in mmol/gDW/h (protein synthesis: 1/h), ``share_used`` in [0, 1], ``binds`` says whether
    growth feels it: what is used up is not what limits, unless more of it would help.
    """

    kind: str
    name: str
    genes: tuple[str, ...]
    limit: float
    share_used: float
    binds: bool


@dataclass(frozen=True)
class Explanation:
    """Why a cell grows as it does in one condition.

    Attributes
    ----------
    label : str
    outcome : Outcome
    growth : float or None
        1/h.
    objective : str
        What was maximised.
    limits : tuple of Limit
        Strongest first.
    moved : tuple of Moved
        Catalysts whose capacity is not the cell's, by effect.
    near : tuple of NearLimit
    viability : Viability
    members, growing : int
        Members of the cell that were asked, and how many of them grow.
    relaxed : float or None
        Growth with 10 % more of the strongest limit, solved anew.
    diagnosis : tuple of str
        The inputs that contradict each other.
    relaxation : mapping of str to float
        By how much each would have to give, mmol/gDW/h.
    deficits : mapping of demand name to float
        What is left unserved, mmol/gDW/h.
    notes : tuple of str
    provenance : mapping
    """

    label: str
    outcome: Outcome
    growth: float | None
    objective: str
    limits: tuple[Limit, ...]
    moved: tuple[Moved, ...]
    near: tuple[NearLimit, ...]
    viability: Viability
    members: int
    growing: int
    relaxed: float | None
    diagnosis: tuple[str, ...]
    relaxation: Mapping[str, float]
    deficits: Mapping[str, float]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]

    @property
    def binding(self) -> tuple[Limit, ...]:
        """The limits that bind at the point."""
        return tuple(i for i in self.limits if i.binds)

    @property
    def ways_out(self) -> tuple[str, ...]:
        """The cheapest way out of a contradiction, one line each."""
        return tuple(
            f"{line} would have to give way by {x:.3g} mmol/gDW/h" for line, x in self.relaxation.items()
        )

    @property
    def answer(self) -> str:
        """Two or three sentences."""
        if self.outcome is Outcome.NONVIABLE:
            return " ".join([*self._not_viable(), *self._margins()])
        if self.outcome is not Outcome.OPTIMAL:
            clash = (
                f" {len(self.diagnosis)} of them clash: {'; '.join(self.diagnosis)}."
                if self.diagnosis
                else ""
            )
            return f"The inputs have no solution: {self.outcome}.{clash}"
        if not self.growth and self.objective == "growth":
            blamed = ", ".join(i.phrase for i in self.limits[:4])
            what = f"Viable, but no growth; what forbids it: {blamed or 'nothing that was stated'}."
            return " ".join([what, *self._margins()])
        return " ".join([*self._limited(), *self._moves(), *self._margins()])

    def _limited(self) -> list[str]:
        """What limits growth, and what more of it would bring."""
        strong = [i for i in self.binding if i.share is not None and i.share > 0][:3]
        name = "Growth" if self.objective == "growth" else self.objective
        if not strong:
            return [f"{name} is limited by nothing that was stated."]
        shown = []
        for i in strong:
            often = "" if i.in_members is None else f" (and in {i.in_members:.0%} of the members)"
            shown.append(f"{i.phrase}, {i.share:.2g} % per %{often}")
        text = [f"{name} is limited by {'; '.join(shown)}."]
        if self.relaxed is not None and self.growth and self.objective == "growth":
            gain = 100 * (self.relaxed / self.growth - 1)
            text.append(f"10 % more of {strong[0].phrase} would raise it by {gain:.3g} %.")
        return text

    def _moves(self) -> list[str]:
        felt = [m for m in self.moved if abs(m.effect) > 1e-4][:3]
        if not felt:
            names = dict.fromkeys(n for m in self.moved for p in m.parts.values() for n, _ in p)
            hit = sum(bool(m.parts) for m in self.moved)
            what = f"{' and '.join(names)} moved the genes of {hit} catalyst{'s' * (hit != 1)}"
            return [f"{what}; at the point growth feels none of it."] if 0 < len(names) <= 3 else []
        shown = ", ".join(f"{m.catalyst} x{m.limit / m.cell:.2g}" for m in felt)
        return [f"Of the limits that count, these were moved: {shown}."]

    def _not_viable(self) -> list[str]:
        short = ", ".join(f"{k} is short of {x:.3g} mmol/gDW/h" for k, x in self.deficits.items())
        text = [f"Not viable: {short}."]
        lacking = [i.phrase for i in self.binding if i.price > 0][:4]
        if lacking:
            text.append(f"More would be served with more of {', '.join(lacking)}.")
        if self.members:
            text.append(f"{self.growing} of {self.members} members grow.")
        return text

    def _margins(self) -> list[str]:
        v, said = self.viability, []
        if v.atp_margin is not None:
            said.append(f"{v.atp_margin:.3g} times the ATP that maintenance takes")
        if v.ferroptosis_margin is not None:
            said.append(f"{v.ferroptosis_margin:.3g} times the lipid peroxide that it has to reduce")
        return [f"Without growth it could serve {' and '.join(said)}."] if said else []

    @property
    def table(self) -> pd.DataFrame:
        """The limits, one row each."""
        return frame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """The rows of `table` as plain dictionaries."""
        return [asdict(i) for i in self.limits]

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {
            "schema": "fluxmodel.explanation/1",
            "label": self.label,
            "outcome": self.outcome.value,
            "growth": self.growth,
            "objective": self.objective,
            "answer": self.answer,
            "binding": self.records(),
            "moved": [
                {**{name: getattr(m, name) for name in _MOVED}, "parts": thawed(m.parts), "log2": m.log2}
                for m in self.moved
            ],
            "near": [asdict(n) for n in self.near],
            "viability": self.viability.to_dict(),
            "members": self.members,
            "growing": self.growing,
            "relaxed": self.relaxed,
            "diagnosis": list(self.diagnosis),
            "relaxation": dict(self.relaxation),
            "deficits": dict(self.deficits),
            "notes": list(self.notes),
            "provenance": thawed(self.provenance),
        }


_MOVED = ("catalyst", "genes", "cell", "expression", "saturation", "inhibitors", "limit", "use", "binds",
          "effect", "why")  # fmt: skip
