"""Ask a reduced human metabolic network what GLS or SLC1A5 inhibition does.

::

    import fluxmodel as fx

    model = fx.load_model()
    c = fx.compare(model, ["normoxia", "hypoxia"], [fx.inhibit("GLS=90%")])
    print(c.table)

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fluxmodel.analysis.observable import Observable, parse_observable
    from fluxmodel.analysis.state import Binding, Outcome
    from fluxmodel.analysis.verdict import Verdict
    from fluxmodel.analysis.viability import Viability
    from fluxmodel.condition import Cell, Condition, Medium, available, load_cell, load_condition, load_medium
    from fluxmodel.errors import (
        CheckFailed,
        ConditionError,
        DomainError,
        FluxmodelError,
        InputError,
        ModelError,
        NoOptimum,
        ObservableError,
        TableError,
        UnitError,
    )
    from fluxmodel.network import Model, load_model
    from fluxmodel.questions.calibrate import calibrate
    from fluxmodel.questions.calibration.result import Calibration
    from fluxmodel.questions.changes import inhibit, knock_out, open_reaction, set_field, set_profile
    from fluxmodel.questions.check import check
    from fluxmodel.questions.combination import Combinations
    from fluxmodel.questions.combine import combine
    from fluxmodel.questions.compare import compare
    from fluxmodel.questions.comparison import Comparison
    from fluxmodel.questions.control import control
    from fluxmodel.questions.controlled import Control
    from fluxmodel.questions.dose import dose_response
    from fluxmodel.questions.dose_response import DoseResponse
    from fluxmodel.questions.explain import explain
    from fluxmodel.questions.explanation import Explanation
    from fluxmodel.questions.knocked import Knockout, Knockouts
    from fluxmodel.questions.knockouts import iter_knockouts, knockouts
    from fluxmodel.questions.lethal import lethal_sets
    from fluxmodel.questions.lethal_sets import LethalSets
    from fluxmodel.questions.plane import phase_plane
    from fluxmodel.questions.plane_result import PhasePlane
    from fluxmodel.questions.predict import predict
    from fluxmodel.questions.prediction import Prediction
    from fluxmodel.questions.resistance import resistance
    from fluxmodel.questions.routes import Resistance
    from fluxmodel.questions.screen import iter_screen, screen
    from fluxmodel.questions.screened import Screen
    from fluxmodel.questions.show import show
    from fluxmodel.questions.validate import validate
    from fluxmodel.questions.validation.scoreboard import Scoreboard

#: Public name -> module that defines it.
_HOME = {
    "Binding": "fluxmodel.analysis.state",
    "Calibration": "fluxmodel.questions.calibration.result",
    "Cell": "fluxmodel.condition",
    "CheckFailed": "fluxmodel.errors",
    "Combinations": "fluxmodel.questions.combination",
    "Comparison": "fluxmodel.questions.comparison",
    "Condition": "fluxmodel.condition",
    "ConditionError": "fluxmodel.errors",
    "Control": "fluxmodel.questions.controlled",
    "DomainError": "fluxmodel.errors",
    "DoseResponse": "fluxmodel.questions.dose_response",
    "Explanation": "fluxmodel.questions.explanation",
    "FluxmodelError": "fluxmodel.errors",
    "InputError": "fluxmodel.errors",
    "Knockout": "fluxmodel.questions.knocked",
    "Knockouts": "fluxmodel.questions.knocked",
    "LethalSets": "fluxmodel.questions.lethal_sets",
    "Medium": "fluxmodel.condition",
    "Model": "fluxmodel.network",
    "ModelError": "fluxmodel.errors",
    "NoOptimum": "fluxmodel.errors",
    "Observable": "fluxmodel.analysis.observable",
    "ObservableError": "fluxmodel.errors",
    "Outcome": "fluxmodel.analysis.state",
    "PhasePlane": "fluxmodel.questions.plane_result",
    "Prediction": "fluxmodel.questions.prediction",
    "Resistance": "fluxmodel.questions.routes",
    "Scoreboard": "fluxmodel.questions.validation.scoreboard",
    "Screen": "fluxmodel.questions.screened",
    "TableError": "fluxmodel.errors",
    "UnitError": "fluxmodel.errors",
    "Verdict": "fluxmodel.analysis.verdict",
    "Viability": "fluxmodel.analysis.viability",
    "available": "fluxmodel.condition",
    "calibrate": "fluxmodel.questions.calibrate",
    "check": "fluxmodel.questions.check",
    "combine": "fluxmodel.questions.combine",
    "compare": "fluxmodel.questions.compare",
    "control": "fluxmodel.questions.control",
    "dose_response": "fluxmodel.questions.dose",
    "explain": "fluxmodel.questions.explain",
    "inhibit": "fluxmodel.questions.changes",
    "iter_knockouts": "fluxmodel.questions.knockouts",
    "iter_screen": "fluxmodel.questions.screen",
    "knock_out": "fluxmodel.questions.changes",
    "knockouts": "fluxmodel.questions.knockouts",
    "lethal_sets": "fluxmodel.questions.lethal",
    "load_cell": "fluxmodel.condition",
    "load_condition": "fluxmodel.condition",
    "load_medium": "fluxmodel.condition",
    "load_model": "fluxmodel.network",
    "open_reaction": "fluxmodel.questions.changes",
    "parse_observable": "fluxmodel.analysis.observable",
    "phase_plane": "fluxmodel.questions.plane",
    "predict": "fluxmodel.questions.predict",
    "resistance": "fluxmodel.questions.resistance",
    "screen": "fluxmodel.questions.screen",
    "set_field": "fluxmodel.questions.changes",
    "set_profile": "fluxmodel.questions.changes",
    "show": "fluxmodel.questions.show",
    "validate": "fluxmodel.questions.validate",
}

__all__ = [
    "Binding",
    "Calibration",
    "Cell",
    "CheckFailed",
    "Combinations",
    "Comparison",
    "Condition",
    "ConditionError",
    "Control",
    "DomainError",
    "DoseResponse",
    "Explanation",
    "FluxmodelError",
    "InputError",
    "Knockout",
    "Knockouts",
    "LethalSets",
    "Medium",
    "Model",
    "ModelError",
    "NoOptimum",
    "Observable",
    "ObservableError",
    "Outcome",
    "PhasePlane",
    "Prediction",
    "Resistance",
    "Scoreboard",
    "Screen",
    "TableError",
    "UnitError",
    "Verdict",
    "Viability",
    "available",
    "calibrate",
    "check",
    "combine",
    "compare",
    "control",
    "dose_response",
    "explain",
    "inhibit",
    "iter_knockouts",
    "iter_screen",
    "knock_out",
    "knockouts",
    "lethal_sets",
    "load_cell",
    "load_condition",
    "load_medium",
    "load_model",
    "open_reaction",
    "parse_observable",
    "phase_plane",
    "predict",
    "resistance",
    "screen",
    "set_field",
    "set_profile",
    "show",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("fluxmodel")
        except PackageNotFoundError:
            return "unknown"
    if name not in _HOME:
        raise AttributeError(f"module 'fluxmodel' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
