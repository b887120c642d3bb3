"""The pedigree of a result: everything that its numbers depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fluxmodel.analysis.state import UNMET_TOLERANCE, FluxState
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Condition, apply_changes
from fluxmodel.condition.values import content
from fluxmodel.formalism import Problem
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.engine import DUAL_TOLERANCE, PRIMAL_TOLERANCE
from fluxmodel.questions.changes import change_label


def package_version() -> str:
    """Version of the installed package; ``unknown`` in a checkout that was never installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("fluxmodel")
    except PackageNotFoundError:
        return "unknown"


def frozen(value: Any) -> Any:
    """A nest of mappings and lists that nobody can change; `thawed` makes plain ones of it.

    Examples
    --------
    >>> hash(frozen({"a": [1, {"b": 2}]})) == hash(frozen({"a": [1, {"b": 2}]}))
    True
    >>> thawed(frozen({"a": [1, {"b": 2}]}))
    {'a': [1, {'b': 2}]}
    """
    if isinstance(value, Mapping):
        return FrozenMap({k: frozen(v) for k, v in value.items()})
    return tuple(frozen(v) for v in value) if isinstance(value, (list, tuple)) else value


def thawed(value: Any) -> Any:
    """A deep copy in dictionaries and lists, ready for JSON."""
    if isinstance(value, Mapping):
        return {k: thawed(v) for k, v in value.items()}
    return [thawed(v) for v in value] if isinstance(value, (list, tuple)) else value


def _profile(condition: Condition, digest: str | None) -> Mapping[str, Any] | None:
    """What was measured: how the file was read, and the digest of what was taken from it."""
    spec = apply_changes(condition).profile
    if spec is None:
        return None
    said: dict[str, Any] = content(spec)
    return {**said, "digest": digest}


def provenance(
    condition: Condition,
    problem: Problem,
    state: FluxState,
    constants: Constants,
    ensemble: Mapping[str, Any] | None = None,
) -> FrozenMap[str, Any]:
    """The pedigree of one prediction: results with equal ones have equal numbers."""
    resolved = problem.resolved
    i = resolved.inputs
    pedigree = {
        "package": {"name": "fluxmodel", "version": package_version()},
        "model": {"id": i["model"], "version": i["model_version"], "digest": i["model_digest"]},
        "condition": {
            "id": i["condition"],
            "digest": i["condition_digest"],
            "changes": [change_label(c) for c in condition.changes],
        },
        "medium": {"id": i["medium"], "digest": i["medium_digest"]},
        "cell": {"id": i["cell"], "digest": i["cell_digest"]},
        "profile": _profile(condition, i.get("profile_digest")),
        "formalism": problem.formalism,
        "gene_rules_only": resolved.gene_rules_only,
        "thermo": resolved.thermo,
        "capacities": [
            {
                "catalyst": c.catalyst,
                "capacity": c.value,
                "residual": c.residual,
                "expression": c.expression,
                "basis": c.basis,
                "value": c.limit,
            }
            for c in (resolved.capacities if problem.formalism in ("fba", "pool") else resolved.limits)
            if c.factor != 1 or problem.formalism in ("fba", "pool")
        ],
        "objective": resolved.objective,
        "point": (
            "least adjustment of the cell's reference state at 99 % of the optimum"
            if state.parsimonious
            else "least total flux of internal reactions at the optimum"
        )
        + ", ties broken by the canonical costs",
        "solver": {"name": state.engine, "version": state.version},
        "tolerances": {"primal": PRIMAL_TOLERANCE, "dual": DUAL_TOLERANCE, "unmet": UNMET_TOLERANCE},
        "verdict": {
            "fraction": constants.fraction,
            "min_ratio": constants.min_ratio,
            "near_zero": constants.near_zero,
            "certain_share": constants.certain_share,
            "likely_share": constants.likely_share,
        },
        "ensemble": ensemble,
        "ignored_components": list(resolved.ignored),
        "unverified": list(resolved.unverified),
    }
    made: FrozenMap[str, Any] = frozen(pedigree)
    return made
