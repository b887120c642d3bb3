"""The pedigree of a result: everything that its numbers depend on."""

from __future__ import annotations

from typing import Any

from fluxmodel.analysis.state import UNMET_TOLERANCE, FluxState
from fluxmodel.analysis.verdict import Constants
from fluxmodel.lp.engine import DUAL_TOLERANCE, PRIMAL_TOLERANCE
from fluxmodel.questions.changes import change_label
from fluxmodel.questions.inputs import Arm


def package_version() -> str:
    """Version of the installed package; ``unknown`` in a checkout that was never installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("fluxmodel")
    except PackageNotFoundError:
        return "unknown"


def provenance(arm: Arm, state: FluxState, constants: Constants) -> dict[str, Any]:
    """The pedigree of one prediction, ready for JSON."""
    resolved = arm.problem.resolved
    i = resolved.inputs
    return {
        "package": {"name": "fluxmodel", "version": package_version()},
        "model": {"id": i["model"], "version": i["model_version"], "digest": i["model_digest"]},
        "condition": {
            "id": i["condition"],
            "digest": i["condition_digest"],
            "changes": [change_label(c) for c in arm.condition.changes],
        },
        "medium": {"id": i["medium"], "digest": i["medium_digest"]},
        "cell": {"id": i["cell"], "digest": i["cell_digest"]},
        "formalism": arm.problem.formalism,
        "objective": resolved.objective,
        "point": "parsimonious at the optimum, ties broken by the canonical costs",
        "solver": {"name": state.engine, "version": state.version},
        "tolerances": {"primal": PRIMAL_TOLERANCE, "dual": DUAL_TOLERANCE, "unmet": UNMET_TOLERANCE},
        "verdict": {
            "fraction": constants.fraction,
            "min_ratio": constants.min_ratio,
            "near_zero": constants.near_zero,
        },
        "seed": None,
        "ignored_components": list(resolved.ignored),
        "unverified": list(resolved.unverified),
    }
