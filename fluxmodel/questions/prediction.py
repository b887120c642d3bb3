"""A prediction as a frozen value: what was asked, what came out, and where it comes from.

Plain Python inside; pandas is imported only when a frame is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fluxmodel.analysis.ensemble import MemberRanges
from fluxmodel.analysis.sensitivity import MemberPoints
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.analysis.spread import Spread, envelope, spread
from fluxmodel.analysis.state import Binding, FluxState, Outcome, short_of
from fluxmodel.analysis.viability import Viability, viability
from fluxmodel.errors import NoOptimum
from fluxmodel.formalism import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.questions.arm import Arm
from fluxmodel.questions.provenance import thawed
from fluxmodel.questions.reported import Reported, frame_of

if TYPE_CHECKING:
    import cobra
    import pandas as pd

    from fluxmodel.questions.explanation import Explanation


@dataclass(frozen=True)
class Prediction:
    """What the model says about one condition.

    Attributes
    ----------
    label : str
        The condition, and what was done to it.
    outcome : Outcome
    rows : tuple of Reported
        The observables that were asked for.
    notes : tuple of str
        What to know about how the condition was read.
    provenance : mapping
        Everything that the numbers depend on; read-only to its depth.
    members : MemberRanges, optional
        What the members of the cell's ensemble say.
    points : MemberPoints, optional
        The observables at the point of each member, if they were asked for.
    arm : Arm, optional
        What was asked.
    solver : str
        Who is asked what the prediction is asked later.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> prediction = fx.predict(fx.load_model(), "normoxia", observables=["growth", "flux(GLUNm)"])
    >>> prediction.growth > 0, len(prediction.fluxes) > 400
    (True, True)
    >>> prediction.table.columns.tolist()
    ['unit', 'value', 'min', 'max']
    """

    label: str
    rows: tuple[Reported, ...]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    _state: FluxState = field(repr=False)
    _problem: Problem = field(repr=False, compare=False)
    members: MemberRanges | None = field(default=None, repr=False, compare=False)
    points: MemberPoints | None = field(default=None, repr=False, compare=False)
    arm: Arm | None = field(default=None, repr=False, compare=False)
    solver: str = field(default="glpk", repr=False, compare=False)

    @property
    def problem(self) -> Problem:
        """What was solved."""
        return self._problem

    @property
    def outcome(self) -> Outcome:
        """How the question ended."""
        return self._state.outcome

    @property
    def growth(self) -> float:
        """Growth rate in 1/h: the exact optimum; 0 if the cell is not viable, or below the tolerance.

        With another objective than growth, what the parsimonious point has.

        Raises
        ------
        NoOptimum
            If there is neither an optimum nor a deficit.
        """
        if self.outcome is Outcome.NONVIABLE:
            return 0.0
        self._state.require()
        biomass = self._problem.resolved.model.biomass
        if self._problem.resolved.objective == biomass:
            return self._state.optimum
        growth = self._state.fluxes[biomass]
        return growth if growth > GROWTH_TOLERANCE else 0.0

    @property
    def points_only(self) -> bool:
        """Whether the intervals are points: the acute state is one state."""
        return self.arm is not None and self.arm.acute

    @property
    def asked_members(self) -> int:
        """How many members of the cell were asked."""
        return 0 if self.members is None else len(self.members)

    @property
    def growth_spread(self) -> Spread | None:
        """Growth over the members of the cell, 1/h; None if none was asked."""
        return None if not self.members else spread(self.members.growth)

    @property
    def envelopes(self) -> tuple[tuple[float | None, float | None], ...]:
        """For each row, the 5 % quantile of the members' minima and the 95 % one of their maxima."""
        if not self.members:
            return ((None, None),) * len(self.rows)
        return tuple(envelope(self.members, k, r.is_growth) for k, r in enumerate(self.rows))

    @property
    def doubling_time(self) -> float | None:
        """Time in which the dry mass doubles, h; None without growth."""
        growth = self.growth_or_none
        return math.log(2) / growth if growth else None

    @property
    def objective(self) -> str:
        """What was maximised: ``growth``, or a reaction."""
        resolved = self._problem.resolved
        return "growth" if resolved.objective == resolved.model.biomass else resolved.objective

    @property
    def deficits(self) -> Mapping[str, float]:
        """What a cell that is not viable is short of, mmol/gDW/h, by demand."""
        amounts = {d.name: d.amount for d in self._problem.demands}
        return FrozenMap({k: x for k, x in self.unmet.items() if short_of(x, amounts[k])})

    @cached_property
    def viability(self) -> Viability:
        """How far the cell is from dying; found when it is asked for."""
        reference = None if self.arm is None else self.arm.members.reference
        return viability(self._problem, self._state, self.solver, reference)

    def explain(self) -> Explanation:
        """What limits growth, and what moved the limits; see `fluxmodel.questions.explain.explain`."""
        from fluxmodel.questions.explain import explained

        return explained(self)

    @property
    def growth_or_none(self) -> float | None:
        """Growth, or None where there is none."""
        return self.growth if self.outcome in (Outcome.OPTIMAL, Outcome.NONVIABLE) else None

    @property
    def flux(self) -> Mapping[str, float]:
        """Net fluxes as a plain mapping; see `fluxes`."""
        return self._state.fluxes

    @property
    def fluxes(self) -> pd.Series[float]:
        """Net fluxes in mmol/gDW/h by reaction id, at the canonical parsimonious point.

        Of all states at the optimum, that with the least total flux of internal reactions (exchanges, demands
        and biomass do not count). Formalism ``gimme`` takes its own goal first, at 90 % of the optimum.

        Raises
        ------
        NoOptimum
            Unless the outcome is OPTIMAL.
        """
        fluxes = self._state.fluxes
        import pandas as pd

        return pd.Series(dict(fluxes), name="flux", dtype=float)

    @property
    def ranges(self) -> pd.DataFrame:
        """``min`` and ``max`` of each observable, by observable.

        Raises
        ------
        NoOptimum
            Unless the outcome is OPTIMAL.
        """
        self._state.require()
        ends: pd.DataFrame = self.table[["min", "max"]]
        return ends

    @property
    def table(self) -> pd.DataFrame:
        """One row per observable: ``unit``, ``value``, ``min``, ``max``; NaN where there is none."""
        return frame_of(self.rows)

    @property
    def binding(self) -> tuple[Binding, ...]:
        """What limits the objective, strongest first; without growth, what together forbids it."""
        return self._state.binding

    @property
    def unmet(self) -> Mapping[str, float]:
        """What is left unserved of each demand, mmol/gDW/h; rounding included, see `deficits`."""
        return self._state.unmet

    @property
    def diagnosis(self) -> tuple[str, ...]:
        """The conflicting inputs, if there is no solution."""
        return self._state.diagnosis

    @property
    def relaxation(self) -> Mapping[str, float]:
        """The cheapest way out of a conflict: by how much which input would have to give, mmol/gDW/h."""
        return self._state.relaxation

    def _ensemble(self) -> dict[str, Any] | None:
        """What the members say of growth, for JSON."""
        said = self.growth_spread
        if said is None:
            return None
        return {
            "members": said.members,
            "growth": {"median": said.median, "low": said.low, "high": said.high},
        }

    def no_optimum(self) -> NoOptimum:
        """The error that says why there is nothing to show."""
        return NoOptimum(f"{self.label}: {self.outcome}", (*self.diagnosis, *self._state.ways_out))

    def to_cobra(self) -> cobra.Model:
        """The problem behind the prediction as a cobra model."""
        return self._problem.to_cobra({**self.unmet, **self._state.unapplied})

    def to_dict(self) -> dict[str, Any]:
        """The result for JSON."""
        return {**self.solved(), "viability": self.viability.to_dict()}

    def solved(self) -> dict[str, Any]:
        """What was found by solving alone, for JSON."""
        optimal = self.outcome is Outcome.OPTIMAL
        return {
            "schema": "fluxmodel.prediction/1",
            "label": self.label,
            "outcome": self.outcome.value,
            "growth": self.growth_or_none,
            "fluxes": dict(self.flux) if optimal else None,
            "binding": [asdict(b) for b in self.binding],
            "ranges": [r.to_dict(*ends) for r, ends in zip(self.rows, self.envelopes, strict=True)],
            "ensemble": self._ensemble(),
            "unmet": dict(self.unmet),
            "diagnosis": list(self.diagnosis),
            "relaxation": dict(self.relaxation),
            "notes": list(self.notes),
            "provenance": thawed(self.provenance),
        }
