"""fluxmodel predict"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.questions.prediction import Prediction

COLUMNS = ("label", "outcome", "observable", "unit", "value", "min", "max", "members_min", "members_max",
           "why", "digest")  # fmt: skip


def predict(
    condition: Annotated[str, typer.Argument(help="Id of a condition, or a YAML file.")],
    model: o.Model = None,
    folders: o.In = None,
    inhibit: o.Inhibit = None,
    knockout: o.Knockout = None,
    open_: o.Open = None,
    oxygen: o.Oxygen = None,
    medium: o.Medium = None,
    atf4: o.Atf4 = None,
    set_: o.Set = None,
    cell: o.Cell = None,
    profile: o.Profile = None,
    quantity: o.ProfileQuantity = None,
    ids: o.ProfileIds = None,
    column: o.ProfileColumn = None,
    reference: o.ProfileReference = None,
    formalism: o.Formalism = "capacity",
    solver: o.Solver = "glpk",
    fraction: o.Fraction = None,
    thermo: o.Thermo = "on",
    members: o.Members = None,
    seed: o.Seed = "1",
    workers: o.Workers = None,
    objective: o.Objective = "adjustment",
    observable: o.Observable = None,
    as_json: o.Json = False,
    as_csv: o.Csv = False,
    out: o.Out = None,
    force: o.Force = False,
    quiet: o.Quiet = False,
    dry_run: o.DryRun = False,
    debug: o.Debug = False,
) -> None:
    """Predict growth and fluxes in one condition, with intervals and what limits growth.

    Example: fluxmodel predict hypoxia --inhibit GLS=90%
    """
    with guard(debug):
        from fluxmodel.cli.asked import prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.digest import digest
        from fluxmodel.questions.predict import run_predict

        asked = prepare(
            model,
            [condition],
            o.Said(
                inhibit,
                knockout,
                open_,
                oxygen,
                medium,
                set_,
                cell,
                profile=o.Measured(profile, quantity, ids, column, reference),
                atf4=atf4,
            ),
            o.How(
                observable, fraction, solver, formalism, folders, thermo, members, seed, workers, objective
            ),
            o.Output(as_json, as_csv, out, force),
            single=True,
        )
        sink = asked.sink
        if dry_run:
            write_plan(asked, quiet)
            return
        with progress("members") as tell:
            result = run_predict(asked.plan, tell)
        failed = result.growth_or_none is None
        if sink.format == "json" and not (failed and sink.path):
            sink.write(to_json(result.to_dict()))
        if failed:
            raise result.no_optimum()
        if sink.format == "csv":
            whole = {"label": result.label, "outcome": result.outcome.value}
            whole["digest"] = digest(result.provenance)
            sink.write(to_csv(({**whole, **row} for row in result.to_dict()["ranges"]), COLUMNS))
        elif sink.format == "text":
            sink.write(text(result, quiet, to_file=sink.path is not None))


def text(result: Prediction, quiet: bool, to_file: bool) -> str:
    """The prediction for people: the answer, the table, what limits, notes."""
    from fluxmodel.cli import screen
    from fluxmodel.cli.words import (
        envelope_sentence,
        growth_sentence,
        intervals,
        limits,
        notes,
        point_of,
        reasons,
        viability_lines,
    )

    answer = screen.prose([growth_sentence(result)], to_file)
    if quiet:
        return answer
    rows = []
    for r, (low, high) in zip(result.rows, result.envelopes, strict=True):
        shown = (r.value, r.range.low, r.range.high, *((low, high) if result.asked_members else ()))
        numbers = (screen.number(x) for x in shown)
        rows.append((r.observable.text, screen.short(r.genes), r.observable.unit, *numbers))
    head = ["observable", "genes", "unit", "value", "min", "max"]
    below = [*reasons([result]), f"min and max: {intervals([result])}; value: {point_of([result])}"]
    if result.asked_members:
        head += ["members min", "members max"]
        below.append(envelope_sentence(result.asked_members))
    below += [*limits([result]), *viability_lines(result.viability), *notes([result])]
    return answer + "\n" + screen.table(head, rows, to_file) + "\n" + screen.prose(below, to_file)
