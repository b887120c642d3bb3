"""What --dry-run shows: the plan, in the format and the place that were asked for."""

from __future__ import annotations

from typing import Any

from fluxmodel.cli.asked import Asked
from fluxmodel.cli.output import to_csv, to_json


def write_plan(asked: Asked, quiet: bool) -> None:
    """Write the plan; nothing is solved."""
    sink = asked.sink
    found = as_dict(asked)
    if sink.format == "json":
        sink.write(to_json(found))
    elif sink.format == "csv":
        rows = [{"step": "solve", "of": label} for label in found["solve"]]
        rows += [{"step": "compare", **pair} for pair in found["compare"]]
        rows += [{"step": "report", "of": text} for text in found["report"]]
        sink.write(to_csv(rows, ("step", "of", "against")))
    elif quiet:
        n = {key: len(found[key]) for key in ("solve", "compare", "report")}
        sink.write(
            f"nothing wrong: {n['solve']} to solve, {n['compare']} to compare, {n['report']} to report"
        )
    else:
        sink.write("\n".join(asked.plan.describe()))


def as_dict(asked: Asked) -> dict[str, Any]:
    """The plan for JSON."""
    plan = asked.plan
    labels = [arm.label for arm in plan.arms]
    return {
        "schema": "fluxmodel.plan/1",
        "model": {"id": plan.model.id, "version": plan.model.version},
        "settings": list(asked.settings),
        "solve": labels,
        "compare": [{"of": labels[a], "against": labels[b]} for a, b in plan.pairs],
        "report": [o.text for o in plan.observables],
        "members": [len(arm.members) for arm in plan.arms],
        "fraction": plan.constants.fraction,
        "solver": plan.solver,
        "notes": list(
            dict.fromkeys(n for arm in plan.arms for n in (*arm.problem.resolved.notes, *arm.members.told))
        ),
    }
