"""fluxmodel predict"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.questions.prediction import Prediction

COLUMNS = ("label", "outcome", "observable", "unit", "value", "min", "max", "members_min", "members_max",
           "why", "digest")  # fmt: skip


@with_flags(without={"sensitivity"})
def predict(
    condition: Annotated[str, typer.Argument(help="Id of a condition, or a YAML file.")], flags: Flags
) -> None:
    """Predict growth and fluxes in one condition, with intervals and what limits growth.

    Example: fluxmodel predict hypoxia --inhibit GLS=90%
    """
    from fluxmodel.analysis import children

    early = flags.how.asks_members and not flags.output.dry_run
    with guard(flags.debug), children.early(early):
        from fluxmodel.cli.asked import prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.digest import digest
        from fluxmodel.questions.predict import run_predict

        asked = prepare(flags, [condition], single=True)
        sink = asked.sink
        if flags.output.dry_run:
            write_plan(asked, flags.output.quiet)
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
            sink.write(text(result, flags.output.quiet, to_file=sink.path is not None))


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
