"""fluxmodel knockout"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import INTERRUPTED, guard

if TYPE_CHECKING:
    from fluxmodel.questions.knocked import Knockout, Knockouts

COLUMNS = (
    "condition", "knockout", "outcome", "growth", "ratio", "ratio_median", "ratio_low", "ratio_high",
    "members", "essential", "halved", "verdict", "synthetic", "lethal", "deficits", "loses",
)  # fmt: skip
#: Flags of a question that this one does not have.
NOT_HERE = ("fraction", "sensitivity", "objective", "observable")
#: A knock-out that leaves more of growth than this is not worth a line of its own among all of a model.
WORTH = 0.99
#: Names in one sentence.
MANY = 60


@with_flags(without=NOT_HERE)
def knockout(
    conditions: Annotated[list[str], typer.Argument(help="Ids of conditions, or YAML files.")],
    flags: Flags,
    genes: Annotated[
        list[str] | None,
        typer.Option(
            "--genes",
            metavar="NAMES",
            help="Genes, GLS,PC (reactions with --reactions); all if left out. Repeatable.",
        ),
    ] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Each pair of them as well.")] = False,
    reactions: Annotated[
        bool, typer.Option("--reactions", help="Knock out reactions instead of genes.")
    ] = False,
    routes: Annotated[
        bool,
        typer.Option("--routes", help="What rises, and which genes matter more, under what flags block."),
    ] = False,
    essential_only: Annotated[
        bool, typer.Option("--essential-only", help="Only what is essential, for certain or likely.")
    ] = False,
) -> None:
    """Say which genes growth needs, in how many members of the cell, and in which condition.

    What is inhibited or knocked out by flags is so in every case, and genes are knocked out on top of it.
    With --routes the question is what a cell can fall back on then.

    Example: fluxmodel knockout normoxia hypoxia --genes GLS,GAPDH,LDHA --pairs
    """
    from fluxmodel.analysis import children

    early = flags.how.asks_members and not flags.output.dry_run
    with guard(flags.debug), children.early(early):
        if routes:
            from fluxmodel.cli.routes import around

            around(conditions, flags, others=bool(genes or pairs or reactions or essential_only))
            return
        from fluxmodel.cli.asked import prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.guard import say
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.knocking import Run, collected

        every = [prepare(flags.reporting("growth"), [c], single=True) for c in conditions]
        sink = every[0].sink
        run = Run([asked.plan for asked in every], names_of(genes), _kind(reactions), pairs)
        if flags.output.dry_run:
            for asked in every:
                write_plan(asked, flags.output.quiet)
            return
        with progress("members") as members, progress("pairs", quiet=not pairs) as found:
            result = collected(run, members, found, keep=True)
        shown = tuple(r for r in result.rows if r.is_essential) if essential_only else result.rows
        if sink.format == "json":
            whole = result.to_dict()
            kept = {(r.condition, r.name) for r in shown}
            whole["rows"] = [r for r in whole["rows"] if (r["condition"], r["knockout"]) in kept]
            sink.write(to_json(whole))
        elif sink.format == "csv":
            sink.write(to_csv((r.record() for r in shown), COLUMNS))
        else:
            every_row = essential_only or names_of(genes) is not None
            sink.write(text(result, shown, every_row, flags.output.quiet, sink.path is not None))
        if not result.complete:
            say(f"interrupted: {len(result.rows)} of {run.expected} rows")
            raise typer.Exit(INTERRUPTED)


def names_of(texts: Sequence[str] | None) -> list[str] | None:
    """Names out of flags; None for all.

    Examples
    --------
    >>> names_of(["GLS, PC", "GOT1"]), names_of(["all"]), names_of(None)
    (['GLS', 'PC', 'GOT1'], None, None)
    """
    if texts is None or list(texts) == ["all"]:
        return None
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _kind(reactions: bool) -> str:
    return "reactions" if reactions else "genes"


def text(result: Knockouts, shown: Sequence[Knockout], every_row: bool, quiet: bool, to_file: bool) -> str:
    """The answer for people: what is essential where, what differs, then one row for each knock-out."""
    from fluxmodel.cli import screen

    answer = screen.prose([*_answers(result), *_differential(result), *_synthetic(result)], to_file)
    if quiet:
        return answer
    rows = [r for r in shown if every_row or matters(r)]
    head = ("knock-out", "condition", "growth", "ratio", "members", "essential in", "verdict", "loses")
    cells = [
        (
            r.name,
            r.condition,
            screen.number(r.growth),
            "-" if r.ratio is None else f"{r.ratio:.2f}",
            "" if r.members.low is None else f"{r.members.low:.2f} to {r.members.high:.2f}",
            "" if r.essential is None else f"{r.essential:.0%}",
            _verdict(r),
            screen.short(r.loses),
        )
        for r in rows
    ]
    below = []
    if left := len(shown) - len(rows):
        below.append(f"{left} more leave at least {WORTH:.0%} of growth; --csv has them all")
    below.append(
        "ratio: to growth without the knock-out; members: 5 to 95 % of those that grow; essential in: share "
        "of them that keep less than 1 % of their growth"
        if any(r.members.members for r in shown)
        else "ratio: to growth without the knock-out; essential: less than 1 % of it, at the point alone"
    )
    below += [f"note: {note}" for note in result.notes]
    table = screen.table(head, cells, to_file) + "\n" if cells else ""
    return answer + "\n" + table + screen.prose(below, to_file)


def matters(row: Knockout) -> bool:
    """Whether a knock-out changes growth, at the point or in some members."""
    seen = (row.ratio, row.members.low)
    return row.ratio is None or any(x is not None and x < WORTH for x in seen)


def _verdict(row: Knockout) -> str:
    if row.lethal:
        return "synthetic lethal" if row.lethal == "essential" else "likely synthetic lethal"
    deficits = ", ".join(row.deficits)
    return f"{row.verdict} ({deficits} unserved)" if deficits else row.verdict


def _answers(result: Knockouts) -> list[str]:
    said = []
    for condition, growth in result.growth.items():
        n = sum(1 for r in result.rows if r.condition == condition and len(r.targets) == 1)
        found = result.essential(condition)
        sure = [r.name for r in found if r.verdict == "essential"]
        likely = [r.name for r in found if r.verdict != "essential"]
        if not growth:
            said.append(f"{condition}: the cell does not grow anyway, so that nothing is more essential")
            continue
        size = f"growth {growth:.4g} 1/h"
        parts = [f"{len(sure)} of {n} {result.kind} {'is' if len(sure) == 1 else 'are'} essential"]
        parts[0] += f": {listed(sure)}" if sure else ""
        if likely:
            parts.append(f"likely {listed(likely)}")
        said.append(f"{condition}: {size}; {'; '.join(parts)}")
    return said


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, the first of many.

    Examples
    --------
    >>> listed(["A", "B"]), listed([str(n) for n in range(62)])[-17:]
    ('A, B', '58, 59 and 2 more')
    """
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return ", ".join(names[:MANY]) + more


def _differential(result: Knockouts) -> list[str]:
    if len(result.growth) < 2:
        return []
    found = [d for d in result.differential if " + " not in d.name]
    if not found:
        return ["no verdict differs between the conditions"]
    said = [f"{d.name} ({', '.join(f'{v} in {c}' for c, v in d.verdicts)})" for d in found]
    return [f"differs between conditions: {listed(said)}"]


def _synthetic(result: Knockouts) -> list[str]:
    if not any(len(r.targets) == 2 for r in result.rows):
        return []
    found = result.synthetic
    if not found:
        return ["no pair is essential that is not so through one of the two alone"]
    several = len(result.growth) > 1
    said = [
        f"{r.name}{f' in {r.condition}' if several else ''}{'' if r.lethal == 'essential' else ' (likely)'}"
        for r in found
    ]
    return [f"essential together, neither alone: {listed(said)}"]
