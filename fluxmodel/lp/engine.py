"""What an engine adaptor must offer, and the tolerances that all of them use."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Literal, Protocol

from fluxmodel.errors import InputError, Problem, nearest
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program
from fluxmodel.lp.sparse import Floats

#: Largest violation of a bound (in the engine's scaled space). cobra uses 1e-7; fluxes of trace
#: precursors are near 1e-6, so two more digits are wanted, and every engine here allows them.
PRIMAL_TOLERANCE = 1e-9
#: Largest reduced cost of the wrong sign, same space.
DUAL_TOLERANCE = 1e-9

Method = Literal["primal", "dual"]


class Engine(Protocol):
    """A thin adaptor around one solver object. It knows no policy: what to diff, when to retry and
    which basis to return to is the session's business. Extra rows follow the program's rows."""

    name: str
    version: str

    def set_columns(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        """Set column bounds (lower <= upper)."""

    def set_rows(self, indices: Sequence[int], lower: Sequence[float], upper: Sequence[float]) -> None:
        """Set row bounds (lower <= upper)."""

    def set_extra(self, k: int, indices: Sequence[int], values: Sequence[float]) -> None:
        """Replace the coefficients of extra row k."""

    def set_cost(self, indices: Sequence[int], values: Sequence[float]) -> None:
        """Set some cost coefficients."""

    def set_sense(self, maximise: bool) -> None:
        """Set the direction."""

    def run(self, method: Method, limit: int) -> Outcome:
        """Solve from the current basis, in at most `limit` iterations."""

    def iterations(self) -> int:
        """Iterations of the last run, -1 if unknown."""

    def detail(self) -> str:
        """The engine's own words on the last run."""

    def objective(self) -> float:
        """Objective value of the last run."""

    def primal(self, indices: Sequence[int] | None = None) -> Floats:
        """Values of all columns or of some."""

    def row_duals(self, indices: Sequence[int] | None = None) -> Floats:
        """Duals of all rows, extra ones included, or of some, as d optimum / d active bound."""

    def column_duals(self) -> Floats:
        """Reduced costs, as d optimum / d active bound."""

    def ray(self) -> Floats | None:
        """Multipliers of all rows whose sum cannot be met, if the last run stopped for one; else None.

        They are the engine's word, and have to be checked (`fluxmodel.lp.farkas.refutes`).
        """

    def save_basis(self) -> object | None:
        """The current basis, None if the engine cannot tell."""

    def restore_basis(self, basis: object) -> None:
        """Return to a saved basis."""

    def reset_basis(self) -> None:
        """Forget everything that a next run would start from."""

    def close(self) -> None:
        """Free the solver object; harmless when repeated."""


class Opener(Protocol):
    """Builds an adaptor for a program; `variant` is what follows the colon in ``optlang:glpk``."""

    def __call__(self, program: Program, spare: int, variant: str, time_limit: float | None) -> Engine: ...


def require(module: str, package: str) -> ModuleType:
    """Import a solver's module, or say which package is missing.

    Raises
    ------
    InputError
        FM110; no other engine is ever taken instead.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            Problem("FM110", f"{module} cannot be imported: {error}", cure=f"pip install {package}")
        ) from error


def load_opener(engine: str) -> tuple[Opener, str]:
    """The opener of a named engine and the variant to hand to it.

    Raises
    ------
    InputError
        FM111 for a name that is not in the registry.
    """
    name = engine if isinstance(engine, str) else ""
    family, _, variant = name.partition(":")
    if family not in _REGISTRY or (family == "optlang") != bool(variant):
        known = "known: glpk, highs, optlang:NAME (optlang:glpk, ...)"
        cure = f"{nearest(name, _REGISTRY)} {known}".strip()
        raise InputError(Problem("FM111", f"no engine {engine!r}", cure=cure))
    module = importlib.import_module(f"fluxmodel.lp.{_REGISTRY[family]}")
    opener: Callable[..., Engine] = module.open_engine
    return opener, variant


#: Name of an engine -> module of this room that wraps it; imported only when asked for.
_REGISTRY = {"glpk": "glpk", "highs": "highs", "optlang": "via_optlang"}
