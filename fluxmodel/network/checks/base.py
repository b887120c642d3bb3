"""What a check is: a rule with a code, a severity and a cure, and what it may ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from fluxmodel.errors import NoOptimum, Where
from fluxmodel.network.model import Model
from fluxmodel.network.parent import Parent
from fluxmodel.network.rows import NOWHERE

Need = Literal["solver", "parent", "path"]
Severity = Literal["error", "warning", "info"]
Bounds = Mapping[str, tuple[float, float]]
T = TypeVar("T")

FLUX_TOLERANCE = 1e-6  # mmol/gDW/h; two engines agree to about this, measured


class Solver(Protocol):
    """Steady-state LPs over one model, with bounds (mmol/gDW/h) that override its default ones."""

    def maximise(self, cost: Mapping[str, float], bounds: Bounds) -> float | None:
        """Largest sum of ``cost * flux``; None if no flux satisfies the bounds."""

    def ranges(self, reactions: Sequence[str], bounds: Bounds) -> Bounds | None:
        """Smallest and largest flux of each reaction; None if no flux satisfies the bounds."""


SolverFactory = Callable[[Model], Solver]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule does not hold."""

    subject: str
    message: str
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: its code and name, how bad a hit is, what to do about it, and what it needs."""

    code: str
    id: str
    severity: Severity
    hint: str
    run: Callable[[Context], Iterator[Hit]]
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit, with the rule that it breaks."""

    code: str
    check: str
    severity: Severity
    subject: str
    message: str
    hint: str
    where: Where = NOWHERE

    def __str__(self) -> str:
        place = str(self.where)
        at = f" ({place})" if place else ""
        return f"{self.code} {self.severity}: {self.subject}{at}: {self.message}\n  {self.hint}"


@dataclass
class Context:
    """What the checks of one run share: the inputs, one solver, values to report."""

    model: Model
    parent: Parent | None = None
    factory: SolverFactory | None = None
    values: dict[str, Any] = field(default_factory=dict)
    _memo: dict[str, Any] = field(default_factory=dict)

    def once(self, key: str, compute: Callable[[], T]) -> T:
        """The result of `compute`, worked out once per run."""
        if key not in self._memo:
            self._memo[key] = compute()
        found: T = self._memo[key]
        return found

    @property
    def solver(self) -> Solver:
        """One solver for all rules, over the model with its test reactions (closed by default)."""
        from fluxmodel.network.checks.probes import with_probes

        factory = self.factory
        assert factory is not None  # a rule that needs a solver is not run without one
        return self.once("solver", lambda: factory(with_probes(self.model)))

    def maximum(self, cost: Mapping[str, float], bounds: Bounds) -> float:
        """Largest sum of ``cost * flux`` in a test state, in which no flux at all is one solution.

        Raises
        ------
        NoOptimum
            If the solver finds nothing all the same: then no statement may be made.
        """
        found = self.solver.maximise(cost, bounds)
        if found is None or not math.isfinite(found):
            raise NoOptimum(f"a test state that allows zero flux gave {found}")
        return found

    def ranges(self, reactions: Sequence[str], bounds: Bounds) -> Bounds:
        """Range of each reaction in a test state; see `maximum`."""
        found = self.solver.ranges(reactions, bounds) if reactions else {}
        if found is None:
            raise NoOptimum("a test state that allows zero flux was called infeasible")
        for reaction, ends in found.items():
            if not all(map(math.isfinite, ends)):
                raise NoOptimum(f"a test state gave {reaction} the range {ends}")
        return found

    def limits(self, parameter: str, low: float, high: float) -> tuple[float, float]:
        """Range of a parameter of the model, or the range given if it has no such parameter."""
        row = self.model.parameters.get(parameter)
        if row is None:
            return low, high
        return (low if row.low is None else row.low, high if row.high is None else row.high)
