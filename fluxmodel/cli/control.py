"""fluxmodel control"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.questions.controlled import Control, Controlled

COLUMNS = ("condition", "target", "catalysts", "less", "more", "less_median", "less_low", "less_high",
           "more_median", "more_low", "more_high", "members", "share", "of", "low", "high",
           "low_less", "low_more", "high_less", "high_more")  # fmt: skip
#: Percent of growth per percent of activity from which on growth hangs on something.
LEAST = 0.05
#: Flags of a question that this one does not have.
NOT_HERE = ("formalism", "fraction", "thermo", "sensitivity", "objective", "observable")


@with_flags(without=NOT_HERE)
def control(
    conditions: Annotated[list[str], typer.Argument(help="Ids of conditions, or YAML files.")],
    flags: Flags,
    of: Annotated[
        list[str] | None,
        typer.Option(
            "--of",
            metavar="NAME",
            help="Gene, catalyst or reaction; some usual ones if left out.",
        ),
    ] = None,
    flux: Annotated[
        list[str] | None,
        typer.Option(
            "--flux",
            metavar="EXPRESSION",
            help="Flux whose control is asked as well: 'flux(GLUNm)', 'uptake(gln__L)'. Repeatable.",
        ),
    ] = None,
) -> None:
    """Say how much of growth hangs on enzymes and carriers: percent of growth per percent of activity.

    Example: fluxmodel control normoxia hypoxia --of GLS --of PC
    """
    with guard(flags.debug):
        from fluxmodel.cli.asked import prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.control import TARGETS, run_control

        asked_of = flags.reporting("growth", *(flux or ()))
        every = [prepare(one, [c], single=True) for c in conditions for one in _by_level(asked_of)]
        sink = every[0].sink
        if flags.output.dry_run:
            for asked in every:
                write_plan(asked, flags.output.quiet)
            return
        with progress("members") as tell:
            found = run_control([asked.plan for asked in every], tuple(of or TARGETS), tell)
        if sink.format == "json":
            sink.write(to_json(found.to_dict()))
        elif sink.format == "csv":
            sink.write(to_csv(found.records(), COLUMNS))
        else:
            sink.write(text(found, flags.output.quiet, to_file=sink.path is not None))


def _by_level(flags: Flags) -> list[Flags]:
    """The flags once for each level of ATF4, which elsewhere can be given once."""
    levels = flags.said.atf4 or []
    return [replace(flags, said=replace(flags.said, atf4=[level])) for level in levels] or [flags]


def answered(found: Control, condition: str, growth: float) -> str:
    """One sentence: on what growth hangs at the point, the strongest first."""
    if growth == 0:
        return f"{condition}: the cell does not grow at the point"
    own = [r for r in found.rows if r.condition == condition and (r.less or 0.0) >= LEAST]
    named = [f"{r.target} ({r.less:.2f})" for r in sorted(own, key=lambda r: -(r.less or 0.0))]
    return f"{condition}: growth hangs on {', '.join(named) or 'none of what was asked'}"


def text(found: Control, quiet: bool, to_file: bool) -> str:
    """The coefficients for people: the answer, then one table for all conditions."""
    from fluxmodel.cli import screen

    answer = screen.prose([answered(found, *one) for one in found.growth], to_file)
    if quiet:
        return answer
    head = ("condition", "target", "less", "members", "more", "members", "counts in")
    rows = []
    for r in found.rows:
        sides = (_number(r.less), _spread(r, "less"), _number(r.more), _spread(r, "more"))
        rows.append((r.condition, r.target, *sides, _share(r)))
    said = (
        "less: percent of growth lost per percent of activity taken away; more: gained per percent added; "
        "members: 5 to 95 % of those that grow; counts in: share of them that lose at least 0.05"
    )
    shown = answer + "\n" + screen.table(head, rows, to_file) + "\n" + screen.prose([said], to_file)
    return shown + _fluxes(found, to_file) if found.fluxes else shown


def _fluxes(found: Control, to_file: bool) -> str:
    """The control over fluxes, as a table of its own."""
    from fluxmodel.cli import screen

    head = ("condition", "target", "flux", "less", "more", "least", "less", "more", "most", "less", "more")
    rows = [
        (
            *(r.condition, r.target, r.flux, _number(r.less), _number(r.more)),
            *(screen.number(r.low), _number(r.low_less), _number(r.low_more)),
            *(screen.number(r.high), _number(r.high_less), _number(r.high_more)),
        )
        for r in found.fluxes
    ]
    said = (
        "the same for fluxes at the point, where optimal growth leaves them one value; and for the least and "
        "the most that they can be at optimal growth, mmol/gDW/h"
    )
    return "\n" + screen.table(head, rows, to_file) + "\n" + screen.prose([said], to_file)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _spread(row: Controlled, side: str) -> str:
    own = row.less_members if side == "less" else row.more_members
    if own.low is None or own.high is None:
        return ""
    return f"{own.low:.2f} to {own.high:.2f}"


def _share(row: Controlled) -> str:
    return "" if row.share is None else f"{row.share:.0%}"
