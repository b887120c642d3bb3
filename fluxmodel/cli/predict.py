"""fluxmodel predict"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.questions.results import Prediction


def predict(
    condition: Annotated[str, typer.Argument(help="Id of a condition, or a YAML file.")],
    model: o.Model = None,
    folders: o.In = None,
    inhibit: o.Inhibit = None,
    knockout: o.Knockout = None,
    open_: o.Open = None,
    oxygen: o.Oxygen = None,
    medium: o.Medium = None,
    set_: o.Set = None,
    cell: o.Cell = None,
    formalism: o.Formalism = "fba",
    solver: o.Solver = "glpk",
    fraction: o.Fraction = None,
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
        from fluxmodel.cli.output import open_sink, to_csv, to_json
        from fluxmodel.questions.plan import plan
        from fluxmodel.questions.predict import run_predict

        sink = open_sink(as_json, as_csv, out, force)
        said = o.Said(inhibit, knockout, open_, oxygen, medium, set_, cell)
        how = o.settings(observable, fraction, solver, formalism, folders)
        prepared = plan(model, [condition], said.changes(), how, single=True)
        if dry_run:
            print("\n".join(prepared.describe()))
            return
        result = run_predict(prepared)
        failed = result.growth_or_none is None
        if sink.format == "json" and not (failed and sink.path):
            sink.write(to_json(result.to_dict()))
        if failed:
            raise result.no_optimum()
        if sink.format == "csv":
            columns = ["observable", "unit", "value", "min", "max"]
            sink.write(
                to_csv(({"label": result.label, **row} for row in result.to_dict()["ranges"]), columns)
            )
        elif sink.format == "text":
            sink.write(text(result, quiet, to_file=sink.path is not None))


def text(result: Prediction, quiet: bool, to_file: bool) -> str:
    """The prediction for people: the answer, the table, what limits, notes."""
    from fluxmodel.cli import screen
    from fluxmodel.cli.words import growth_sentence, limits, notes

    parts = [growth_sentence(result)]
    if quiet:
        return parts[0] + "\n"
    rows = []
    for r in result.rows:
        numbers = (screen.number(x) for x in (r.value, r.range.low, r.range.high))
        rows.append((r.observable.text, screen.short(r.genes), r.observable.unit, *numbers))
    fraction = result.provenance["verdict"]["fraction"]
    head = ("observable", "genes", "unit", "value", "min", "max")
    parts += ["", screen.table(head, rows, to_file)]
    parts.append(
        f"min and max: where growth is at least {fraction:g} of its optimum; value: the parsimonious point"
    )
    parts += limits([result])
    parts += notes([result])
    return "\n".join(parts) + "\n"
