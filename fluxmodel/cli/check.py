"""fluxmodel check"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import CHECKS_FAILED, guard

if TYPE_CHECKING:
    from fluxmodel.network.checks import Report

SHOWN = 30  # errors on screen; --json has them all
NAMED = 6  # subjects named of a rule that found no error


def check(
    model: o.Model = None,
    parent: Annotated[
        Path | None, typer.Option("--parent", metavar="FILE", help="SBML of the parent model, to trace to.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="CODE", help="Code or name of a rule. Repeatable.")
    ] = None,
    solver: o.Solver = "glpk",
    as_json: o.Json = False,
    as_csv: o.Csv = False,
    out: o.Out = None,
    force: o.Force = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Check a model: balance, leaks, energy yields, loops, sources, trace to the parent.

    Example: fluxmodel check --only mass --only charge
    """
    with guard(debug):
        from fluxmodel.cli.output import open_sink, to_csv, to_json
        from fluxmodel.questions.check import check as run

        sink = open_sink(as_json, as_csv, out, force)
        report = run(model, parent, only or None, solver)
        if sink.format == "json":
            sink.write(to_json(as_dict(report)))
        elif sink.format == "csv":
            found = as_dict(report)["findings"]
            sink.write(to_csv(found, ("code", "check", "severity", "subject", "where", "message", "hint")))
        else:
            sink.write(text(report, quiet))
        if not report.ok:
            raise typer.Exit(CHECKS_FAILED)


def as_dict(report: Report) -> dict[str, Any]:
    """The report for JSON."""
    return {
        "schema": "fluxmodel.check/1",
        "outcome": "passed" if report.ok else "failed",
        "counts": dict(report.counts),
        "values": dict(report.values),
        "ran": list(report.ran),
        "skipped": dict(report.skipped),
        "waived": len(report.waived),
        "findings": [
            {"code": f.code, "check": f.check, "severity": f.severity, "subject": f.subject,
             "where": str(f.where), "message": f.message, "hint": f.hint}
            for f in report.findings
        ],
    }  # fmt: skip


def text(report: Report, quiet: bool) -> str:
    """The report for people: the verdict, every error, what was measured, then the rest by rule."""
    errors = [f for f in report.findings if f.severity == "error"]
    others = [f for f in report.findings if f.severity != "error"]
    warnings = sum(f.severity == "warning" for f in others)
    verdict = "passed" if report.ok else "FAILED"
    lines = [f"{verdict}: {len(report.ran)} rules run, {len(errors)} errors, {warnings} warnings, "
             f"{len(others) - warnings} remarks, {len(report.waived)} waived, "
             f"{len(report.skipped)} rules skipped"]  # fmt: skip
    if quiet:
        return lines[0] + "\n"
    lines += [str(f) for f in errors[:SHOWN]]
    if len(errors) > SHOWN:
        lines.append(f"... and {len(errors) - SHOWN} more errors: --json lists all")
    if report.values:
        lines += ["", *(f"{name}: {_value(value)}" for name, value in report.values.items())]
    if others:
        lines += ["", "Not errors, by rule (--json and --csv have each with its line):"]
    for code in dict.fromkeys(f.code for f in others):
        group = [f for f in others if f.code == code]
        subjects = [f.subject for f in group]
        more = f" and {len(subjects) - NAMED} more" if len(subjects) > NAMED else ""
        lines.append(f"{code} {group[0].check}, {len(group)}: {', '.join(subjects[:NAMED])}{more}")
        lines.append(f"  such as: {group[0].message}; {group[0].hint}")
    if report.skipped:
        lines += ["", *(f"skipped {code}: {why}" for code, why in report.skipped.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, tuple) and len(value) == 2:
        return f"{value[0]} of {value[1]}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
