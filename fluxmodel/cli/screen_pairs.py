"""fluxmodel screen"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import INTERRUPTED, guard

if TYPE_CHECKING:
    from fluxmodel.questions.screened import Screen, Screened

COLUMNS = ("condition", "first", "second", "untreated", "growth_first", "growth_second", "growth", "excess",
           "median", "low", "high", "members", "synergy", "antagonism", "verdict", "reason")  # fmt: skip
#: Flags of a question that this one does not have.
NOT_HERE = ("formalism", "fraction", "thermo", "sensitivity", "objective", "observable", "dry_run")
#: Rows that are shown; all are in --csv and --json.
SHOWN = 20
#: A pair whose excess counts in fewer of the members, and not at the point, is not shown.
WORTH = 0.05


@with_flags(without=NOT_HERE)
def screen(
    conditions: Annotated[list[str], typer.Argument(help="Ids of conditions, or YAML files.")],
    flags: Flags,
    of: Annotated[
        list[str] | None,
        typer.Option(
            "--of", metavar="NAME", help="Drug, gene, catalyst or reaction; every drug if left out."
        ),
    ] = None,
    strength: Annotated[
        str, typer.Option("--strength", metavar="PERCENT", help="What each takes of its main targets.")
    ] = "90%",
) -> None:
    """All pairs of the drug table, or of some agents: where do two do more than independently?

    Ctrl-C ends it with what is done.

    Example: fluxmodel screen normoxia hypoxia --of 2-DG --of Oligomycin --of CB-839
    """
    from fluxmodel.analysis import children

    with guard(flags.debug), children.early(flags.how.asks_members):
        from fluxmodel.cli.asked import ingredients
        from fluxmodel.cli.guard import say
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.screening import Run, collected

        asked = ingredients(flags)
        how = asked.settings.reporting("growth")
        run = Run.of(asked.network, conditions, of, strength, asked.changes, how)
        with progress("pairs", flags.output.quiet) as tell:
            found = collected(run, tell, keep=True)
        sink = asked.sink
        if sink.format == "json":
            sink.write(to_json(found.to_dict()))
        elif sink.format == "csv":
            sink.write(to_csv((r.record() for r in found.rows), COLUMNS))
        else:
            sink.write(text(found, flags.output.quiet, to_file=sink.path is not None))
        if not found.complete:
            say(f"interrupted: {len(found.rows)} of {run.expected} rows")
            raise typer.Exit(INTERRUPTED)


def text(found: Screen, quiet: bool, to_file: bool) -> str:
    """The screen for people: the answer, the pairs that count, what was left out, notes."""
    from fluxmodel.cli import screen as table

    answer = table.prose([answered(found)], to_file)
    if quiet:
        return answer
    rows = [r for r in found.rows if _worth(r)][:SHOWN]
    head = (
        "first",
        "second",
        "condition",
        "growth",
        "alone",
        "excess",
        "members",
        "synergy in",
        "antagonism in",
        "verdict",
    )
    cells = [
        (
            r.first,
            r.second,
            r.condition,
            _of(r.growth, r),
            f"{_of(r.growth_first, r)}, {_of(r.growth_second, r)}",
            _number(r.excess),
            _between(r),
            _percent(r.synergy),
            _percent(r.antagonism),
            r.verdict,
        )
        for r in rows
    ]
    said = [f"{r.first} + {r.second}, {r.condition}: {r.reason}" for r in rows if r.reason]
    if more := len(found.rows) - len(rows):
        said.append(f"{more} more pairs: in --csv and --json")
    said += [f"left out: {name}: {why}" for name, why in found.left_out]
    said += [f"note: {n}" for n in found.notes]
    said.append(
        f"every agent takes {found.strength:g} % of its main targets, whatever dose that takes; growth: % of "
        "untreated, at the point; excess: share of untreated growth lost beyond independent action (Bliss); "
        "members: 5 to 95 %; it counts from 0.05 on, in 95 % of them (likely: 80 %)"
    )
    return answer + "\n" + table.table(head, cells, to_file) + "\n" + table.prose(said, to_file)


def answered(found: Screen) -> str:
    """One sentence: how many pairs count, and which."""
    if not found.rows:
        return "interrupted before the first pair was known."
    counting = found.counting
    named = [f"{r.first} + {r.second} in {r.condition} ({r.verdict})" for r in counting[:5]]
    more = f" and {len(counting) - 5} more" if len(counting) > 5 else ""
    listed = f": {'; '.join(named)}{more}" if named else ""
    dead = f" The cell does not grow anyway in {', '.join(found.dead)}." if found.dead else ""
    return f"{len(counting)} of {len(found.rows)} pairs do more or less than independently{listed}.{dead}"


def _worth(r: Screened) -> bool:
    return max(r.synergy or 0.0, r.antagonism or 0.0, abs(r.excess or 0.0)) >= WORTH


def _of(growth: float, r: Screened) -> str:
    return "-" if r.untreated == 0 else f"{100 * growth / r.untreated:.3g}"


def _number(x: float | None) -> str:
    return "-" if x is None else f"{x if abs(x) >= 5e-5 else 0.0:+.3g}"


def _between(r: Screened) -> str:
    if r.members.low is None or r.members.high is None:
        return ""
    return f"{_number(r.members.low)} to {_number(r.members.high)}"


def _percent(x: float | None) -> str:
    return "" if x is None else f"{x:.0%}"
