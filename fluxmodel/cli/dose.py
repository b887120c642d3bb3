"""fluxmodel dose"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.questions.dose_response import Curve, DoseResponse, Reached, Window

#: Flags of a question that this one does not have.
NOT_HERE = ("formalism", "thermo", "sensitivity", "objective", "dry_run")


@with_flags(without=NOT_HERE)
def dose(
    conditions: Annotated[list[str], typer.Argument(help="Ids of conditions, or YAML files.")],
    flags: Flags,
    of: Annotated[str, typer.Option("--of", metavar="NAME", help="Drug, gene, catalyst or reaction.")],
    doses: Annotated[
        list[str] | None,
        typer.Option(
            "--doses",
            metavar="LIST",
            help="Doses to show: '10 nM, 1 uM', or '50%, 90%' of the activity; usual ones if left out.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="CELL", help="Another cell, that should be spared."),
    ] = None,
) -> None:
    """Growth against the dose of a drug, or the loss of an activity: the GI50, and what binds where.

    Example: fluxmodel dose normoxia hypoxia --of CB-839
    """
    from fluxmodel.analysis import children

    with guard(flags.debug), children.early(flags.how.asks_members):
        from fluxmodel.cli.asked import ingredients
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.dose import run_dose

        asked = ingredients(flags)
        how = asked.settings.reporting("growth", *(asked.settings.observables or ()))
        with progress("members", flags.output.quiet) as tell:
            found = run_dose(asked.network, conditions, of, doses, asked.changes, how, against, progress=tell)
        sink = asked.sink
        if sink.format == "json":
            sink.write(to_json(found.to_dict()))
        elif sink.format == "csv":
            rows = found.records()
            sink.write(to_csv(rows, tuple(rows[0])))
        else:
            sink.write(text(found, flags.output.quiet, to_file=sink.path is not None))


def text(found: DoseResponse, quiet: bool, to_file: bool) -> str:
    """The curves for people: the answer, then dose by dose, what binds, and notes."""
    from fluxmodel.cli import screen

    answer = screen.prose([answered(c) for c in found.curves], to_file)
    if quiet:
        return answer
    parts = [answer]
    for c in found.curves:
        head = ("dose", "left", "growth", "of untreated", "members", "no growth in", *_observed(c))
        rows = [
            (
                f"{r.dose:.3g} {_unit(c)}",
                f"{100 * min(x for _, x in r.left):.3g} %",
                screen.number(r.growth),
                _percent(r.ratio),
                _between(r.members.low, r.members.high),
                _percent(r.stopped),
                *(f"{screen.number(i.members_low)} to {screen.number(i.members_high)}" for i in r.intervals),
            )
            for r in c.rows
        ]
        parts += ["\n", screen.prose([f"{c.condition}, {c.agent} on {', '.join(c.catalysts)}"], to_file)]
        parts += [screen.table(head, rows, to_file), "\n", screen.prose(_binding(c), to_file)]
    parts += ["\n", screen.prose([*_windows(found.windows), *_notes(found)], to_file)]
    return "".join(parts)


def answered(c: Curve) -> str:
    """One sentence: at which dose growth is halved, or that it never is.

    Examples
    --------
    >>> from fluxmodel.analysis.spread import Spread
    >>> from fluxmodel.questions.dose_response import Curve, Reached
    >>> none = Reached(0.5, None, Spread(80, None, None, None), 0.0)
    >>> answered(Curve("normoxia", "CB-839", "nM", ("GLS",), (), 0.027, (), (), None, (none,)))
    'normoxia: no dose of CB-839 halves growth (0.027 1/h untreated), in none of the members either.'
    """
    r = c.gi50
    untreated = f"({c.untreated:.4g} 1/h untreated)"
    if c.untreated == 0:
        return f"{c.condition}: the cell does not live without {c.agent} either."
    if r.dose is None:
        said = f"{c.condition}: no dose of {c.agent} halves growth {untreated}"
    else:
        said = f"{c.condition}: {c.agent} halves growth {untreated} at {r.dose:.3g} {_unit(c)}"
    return f"{said}{_members(r, c)}."


def _members(r: Reached, c: Curve) -> str:
    if r.share is None:
        return ""
    if r.share == 0:
        return ", in none of the members either" if r.dose is None else ", in none of the members"
    ends = _between(r.members.low, r.members.high, 1.0)
    but = ", but" if r.dose is None else ","
    return f"{but} in {r.share:.0%} of the members at {ends} {_unit(c)}"


def _binding(c: Curve) -> list[str]:
    said = []
    for p in c.pieces:
        end = f"to {p.end:.3g} {_unit(c)}" if p.end < float("inf") else f"{_unit(c)} to any dose"
        binds = ", ".join(map(str, p.binds)) or "nothing stated"
        said.append(f"  {p.start:.3g} {end}: {binds}")
    if c.viable_to is not None:
        said.append(f"  above {c.viable_to:.3g} {_unit(c)} not every demand is served")
    return ["what binds at the point (% of growth per % of it):", *said]


def _windows(windows: tuple[Window, ...]) -> list[str]:
    best: dict[tuple[str, str], Window] = {}
    for w in windows:
        held = best.get((w.of, w.against))
        if w.members.median is None:
            continue
        if held is None or (w.share or 0.0, w.members.median) > (
            held.share or 0.0,
            held.members.median or 0.0,
        ):
            best[w.of, w.against] = w
    return [
        f"{w.of} against {w.against}: widest at {w.dose:.3g}: loses {_percent(w.value)} of its growth more "
        f"(members {_between(w.members.low, w.members.high)}; a tenth or more in {_percent(w.share)} of them)"
        for w in best.values()
    ]


def _notes(found: DoseResponse) -> list[str]:
    said = [f"doses are read with {p}" for c in found.curves for p in c.potencies]
    said += [f"note: {n}" for c in found.curves for n in c.notes]
    said += [f"unverified: {n}" for c in found.curves for n in c.unverified]
    said.append(
        "members: 5 to 95 % of growth relative to untreated, the potencies drawn from their ranges; "
        "no growth in: share of them"
    )
    return list(dict.fromkeys(said))


def _observed(c: Curve) -> tuple[str, ...]:
    return tuple(i.observable for i in c.rows[0].intervals)


def _unit(c: Curve) -> str:
    return "%" if c.unit == "percent" else c.unit


def _percent(x: float | None) -> str:
    return "-" if x is None else f"{100 * x:.3g} %"


def _between(low: float | None, high: float | None, factor: float = 100.0) -> str:
    if low is None or high is None:
        return "-"
    unit = " %" if factor == 100.0 else ""
    return f"{factor * low:.3g} to {factor * high:.3g}{unit}"
