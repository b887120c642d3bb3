"""fluxmodel knockout --routes: what a cell can fall back on when something is blocked.

Codes: FM536 nothing is blocked, FM537 a question about routes that is another question as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fluxmodel.cli.flags import Flags

if TYPE_CHECKING:
    from fluxmodel.questions.routes import Resistance

COLUMNS = ("reaction", "before", "after", "verdict", "share", "catalysts", "genes", "backups")
#: Routes that the text shows although the points alone speak for them.
FEW = 12


def around(conditions: Sequence[str], flags: Flags, others: bool) -> None:
    """Ask for routes and write them.

    Parameters
    ----------
    conditions : sequence of str
    flags : Flags
    others : bool
        Whether flags of other questions are there as well.
    """
    from fluxmodel.cli.asked import prepare
    from fluxmodel.cli.dry import write_plan
    from fluxmodel.cli.output import to_csv, to_json
    from fluxmodel.cli.progress import progress
    from fluxmodel.errors import DomainError, Problem, Where
    from fluxmodel.questions.inputs import as_model
    from fluxmodel.questions.resistance import fluxes_of, run_resistance

    where, problems = Where("--routes"), []
    if len(conditions) > 1:
        cure = "ask for each condition alone"
        problems.append(Problem("FM537", f"{len(conditions)} conditions are named", where, cure))
    if others:
        what = "--genes, --pairs, --reactions and --essential-only are about knock-outs, not about routes"
        problems.append(Problem("FM537", what, where, "leave them out: every gene is looked at"))
    if not (flags.said.inhibit or flags.said.knockout or flags.said.open):
        cure = "add --inhibit NAME=AMOUNT or --knockout GENE"
        problems.append(Problem("FM536", "nothing is blocked", where, cure))
    if problems:
        raise DomainError(problems)
    named = fluxes_of(as_model(flags.model))
    asked = prepare(flags.reporting(*named), conditions, single=False)
    if flags.output.dry_run:
        write_plan(asked, flags.output.quiet)
        return
    with progress("members") as tell:
        found = run_resistance(asked.plan, tell)
    sink = asked.sink
    if sink.format == "json":
        sink.write(to_json(found.to_dict()))
    elif sink.format == "csv":
        sink.write(to_csv(found.records(), COLUMNS))
    else:
        sink.write(text(found, flags.output.quiet, sink.path is not None))


def text(found: Resistance, quiet: bool, to_file: bool) -> str:
    """The answer for people: growth, backups, then what rises."""
    from fluxmodel.cli import screen

    before, after = (screen.number(g) for g in found.growth)
    sure = [b.gene for b in found.backups if b.certain]
    likely = [b.gene for b in found.backups if not b.certain]
    said = [f"{found.blocked}: growth {after} 1/h, {before} without the block"]
    if found.backups:
        parts = [f"worth more under the block: {', '.join(sure)}" if sure else ""]
        parts.append(f"likely worth more: {', '.join(likely)}" if likely else "")
        said.append("; ".join(p for p in parts if p))
    else:
        said.append("no gene is worth more under the block than without it")
    proven = [r for r in found.routes if r.verdict != "rises at the point"]
    rest = [r for r in found.routes if r.verdict == "rises at the point"]
    said.append(
        f"{len(proven)} routes rise, {len(rest)} more at the point alone" if found.routes else "no flux rises"
    )
    answer = screen.prose(said, to_file)
    if quiet:
        return answer
    blocks = [answer]
    if found.backups:
        backups = [
            (
                b.gene,
                _ratio(b.alone),
                _between(b.alone_members.low, b.alone_members.high),
                _ratio(b.blocked),
                _between(b.blocked_members.low, b.blocked_members.high),
                "" if b.share is None else f"{b.share:.0%}",
                b.rises or "-",
            )
            for b in found.backups
        ]
        head = ("gene", "growth left", "members", "with the block", "members", "in", "its flux")
        blocks.append(screen.table(head, backups, to_file))
    if found.routes:
        shown = [(r, x) for r in [*proven, *rest[:FEW]] for x in r.reactions]
        fluxes = [
            (
                reaction,
                screen.short(r.genes),
                screen.number(a),
                screen.number(b),
                r.verdict,
                "" if r.share is None else f"{r.share:.0%}",
            )
            for r, (reaction, a, b) in shown
        ]
        names = ("reaction", "genes", "before", "after", "verdict", "in")
        blocks.append(screen.table(names, fluxes, to_file))
    below = [f"{len(rest) - FEW} more rise at the point alone; --csv has them all"] if len(rest) > FEW else []
    below.append("growth left: without the gene, as a share of growth with it; in: share of members")
    below += [f"note: {note}" for note in found.notes]
    return "\n".join(blocks) + "\n" + screen.prose(below, to_file)


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2f} to {high:.2f}"
