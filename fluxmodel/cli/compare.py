"""fluxmodel compare"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import PARTLY_FAILED, guard, say

if TYPE_CHECKING:
    from fluxmodel.questions.results import Changed, Comparison

COLUMNS = ("of", "against", "observable", "unit", "before", "after", "ratio", "verdict", "certain", "point")


def compare(
    conditions: Annotated[
        list[str], typer.Argument(help="Ids of conditions, or YAML files; the first is the base.")
    ],
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
    """Compare conditions, each with and without a treatment; changes come with verdicts.

    --inhibit, --knockout and --open are treatments: they give each condition a second arm.
    --oxygen, --medium, --set and --cell hold in every arm.

    Example: fluxmodel compare normoxia hypoxia --inhibit GLS=90%
    """
    with guard(debug):
        from fluxmodel.cli.output import open_sink, to_csv, to_json
        from fluxmodel.questions.compare import run_compare
        from fluxmodel.questions.plan import plan

        sink = open_sink(as_json, as_csv, out, force)
        said = o.Said(inhibit, knockout, open_, oxygen, medium, set_, cell)
        how = o.settings(observable, fraction, solver, formalism, folders)
        prepared = plan(model, conditions, said.changes(), how, single=False)
        if dry_run:
            print("\n".join(prepared.describe()))
            return
        result = run_compare(prepared)
        nothing = len(result.failed) == len(result.arms)
        if nothing and not (sink.format == "json" and sink.path is None):
            raise result.failed[0].no_optimum()
        if sink.format == "json":
            sink.write(to_json(result.to_dict()))
        elif sink.format == "csv":
            sink.write(to_csv(result.records(), COLUMNS))
        else:
            sink.write(text(result, quiet, to_file=sink.path is not None))
        if nothing:
            raise result.failed[0].no_optimum()
        for arm in result.failed:
            say(str(arm.no_optimum()), "NoOptimum")
        if result.failed:
            raise typer.Exit(PARTLY_FAILED)


def text(result: Comparison, quiet: bool, to_file: bool) -> str:
    """The comparison for people: the answers, the table, what limits, notes."""
    from fluxmodel.cli import screen
    from fluxmodel.cli.words import change_sentence, limits, notes

    parts = [change_sentence(d, result) for d in result.differences]
    if quiet:
        return "\n".join(parts) + "\n"
    letters = {arm.label: chr(ord("A") + n) for n, arm in enumerate(result.arms)}
    parts += ["", *(f"{letter}  {label}" for label, letter in letters.items()), ""]
    values, verdicts = [], []
    for n, first in enumerate(result.arms[0].rows):
        name = (first.observable.text, screen.short(first.genes))
        values.append((*name, *(screen.number(arm.rows[n].value) for arm in result.arms)))
        verdicts.append((*name, *(word(d.rows[n]) for d in result.differences)))
    pairs = [f"{letters[d.of]}/{letters[d.against]}" for d in result.differences]
    head = ["observable", "genes", *letters.values()]
    if screen.wide_enough(56 + 11 * len(result.arms) + 9 * len(pairs), to_file):
        joined = [(*v, *w[2:]) for v, w in zip(values, verdicts, strict=True)]
        parts.append(screen.table([*head, *pairs], joined, to_file))
    else:
        parts.append(screen.table(head, values, to_file))
        parts.append(screen.table([*head[:2], *pairs], verdicts, to_file))
    fraction = result.arms[0].provenance["verdict"]["fraction"]
    parts.append(f"up, down, same: proven by the intervals at {fraction:g} of optimal growth; "
                 "(up), (down), (same): the parsimonious points only, undetermined")  # fmt: skip
    arms = [a for a in result.arms if a not in result.failed]
    return "\n".join([*parts, *limits(arms), *notes(arms)]) + "\n"


def word(row: Changed) -> str:
    """A verdict in a table."""
    short = {"up": "up", "down": "down", "unchanged": "same", "undetermined": "?"}
    if row.verdict.direction != "undetermined":
        return short[row.verdict.direction]
    return "?" if row.verdict.point == "undetermined" else f"({short[row.verdict.point]})"
