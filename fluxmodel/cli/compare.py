"""fluxmodel compare"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import PARTLY_FAILED, guard, say

if TYPE_CHECKING:
    from fluxmodel.questions.comparison import Changed, Comparison

COLUMNS = ("of", "against", "settings", "outcome_of", "outcome_against", "observable", "unit", "before",
           "after", "ratio", "verdict", "certain", "share", "point", "holds", "fragile", "digest_of",
           "digest_against")  # fmt: skip


@with_flags()
def compare(
    conditions: Annotated[
        list[str], typer.Argument(help="Ids of conditions, or YAML files; the first is the base.")
    ],
    flags: Flags,
) -> None:
    """Compare conditions, each with and without a treatment; changes come with verdicts.

    --inhibit, --knockout and --open are treatments: they give each condition a second arm.
    --oxygen, --medium, --atf4, --set, --cell and --profile hold in every arm.

    Example: fluxmodel compare normoxia hypoxia --inhibit GLS=90%
    """
    from fluxmodel.analysis import children

    early = flags.how.asks_members and not flags.output.dry_run
    with guard(flags.debug), children.early(early):
        from fluxmodel.cli.asked import prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.digest import digest
        from fluxmodel.questions.compare import run_compare

        asked = prepare(flags, conditions, single=False)
        sink = asked.sink
        if flags.output.dry_run:
            write_plan(asked, flags.output.quiet)
            return
        with progress("members") as tell:
            result = run_compare(asked.plan, tell)
        nothing = len(result.failed) == len(result.arms)
        if nothing and not (sink.format == "json" and sink.path is None):
            raise result.failed[0].no_optimum()
        if sink.format == "json":
            sink.write(to_json({**result.to_dict(), "settings": list(asked.settings)}))
        elif sink.format == "csv":
            more = {}
            for arm in result.arms:
                more[arm.label] = (arm.outcome.value, digest(arm.provenance))
            rows = []
            for row in result.records():
                ends = zip(("outcome", "digest"), more[row["of"]], more[row["against"]], strict=True)
                whole = {k: v for name, x, y in ends for k, v in ((f"{name}_of", x), (f"{name}_against", y))}
                rows.append({**row, **whole, "settings": "; ".join(asked.settings)})
            sink.write(to_csv(rows, COLUMNS))
        else:
            sink.write(text(result, asked.settings, flags.output.quiet, to_file=sink.path is not None))
        if nothing:
            raise result.failed[0].no_optimum()
        for arm in result.failed:
            say(str(arm.no_optimum()), "NoOptimum")
        if result.failed:
            raise typer.Exit(PARTLY_FAILED)


def text(result: Comparison, settings: Sequence[str], quiet: bool, to_file: bool) -> str:
    """The comparison for people: the answers, the table, what limits, notes."""
    from fluxmodel.cli import screen
    from fluxmodel.cli.words import (
        alike,
        change_sentence,
        held,
        intervals,
        limits,
        notes,
        point_of,
        reasons,
        words_sentence,
    )

    above = [change_sentence(d, result, settings) for d in result.differences]
    if quiet:
        return screen.prose(above, to_file)
    letters = {arm.label: letter(n) for n, arm in enumerate(result.arms)}
    above += ["", *(f"{name}  {label}" for label, name in letters.items())]
    if settings:
        above.append(f"in every arm: {held(settings)}")
    rows = []
    for n, first in enumerate(result.arms[0].rows):
        values = (screen.number(arm.rows[n].value) for arm in result.arms)
        verdicts = (word(d.rows[n]) for d in result.differences)
        rows.append((first.observable.text, screen.short(first.genes), *values, *verdicts))
    pairs = [f"{letters[d.of]}/{letters[d.against]}" for d in result.differences]
    arms = [a for a in result.arms if a not in result.failed]
    below = [*reasons(arms, letters)]
    below.append(words_sentence(result, intervals(arms, letters), point_of(arms)))
    below += [*limits(arms), *notes(arms, alike(result, settings))]
    table = screen.table(["observable", "genes", *letters.values(), *pairs], rows, to_file)
    return screen.prose(above, to_file) + "\n" + table + "\n" + screen.prose(below, to_file)


def letter(n: int) -> str:
    """The name of the n-th arm, as spreadsheets name their columns.

    Examples
    --------
    >>> [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)]
    ['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']
    """
    head, last = divmod(n, 26)
    return (letter(head - 1) if head else "") + chr(ord("A") + last)


def word(row: Changed) -> str:
    """A verdict in a table.

    Examples
    --------
    >>> from fluxmodel.analysis.observable import Observable
    >>> from fluxmodel.analysis.verdict import Verdict
    >>> from fluxmodel.questions.comparison import Changed
    >>> o = Observable("x", {})
    >>> said = (Verdict("up", True, "up"), Verdict("up", False, "up", "", 0.9),
    ...         Verdict("undetermined", False, "up", "", 0.6))
    >>> [word(Changed(o, 1.0, 2.0, v)) for v in said]
    ['up', 'likely up', '(up)']
    """
    return _word(row) + ("*" if row.agreement is not None and row.agreement.fragile else "")


def _word(row: Changed) -> str:
    short = {"up": "up", "down": "down", "unchanged": "same", "undetermined": "?"}
    if row.verdict.direction != "undetermined":
        # without an ensemble every direction is proven; with one, it may hold for most members only
        return (
            short[row.verdict.direction] if row.verdict.certain else f"likely {short[row.verdict.direction]}"
        )
    return "?" if row.verdict.point == "undetermined" else f"({short[row.verdict.point]})"
