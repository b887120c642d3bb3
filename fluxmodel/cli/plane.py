"""fluxmodel plane"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.analysis.planes.axis import Axis
    from fluxmodel.cli.asked import Asked
    from fluxmodel.questions.plane_result import PhasePlane, PlaneRegion

COLUMNS = ("kind", "name", "share", "low", "high", "slope_x", "slope_y", "corners")
GRID = ("x", "y", "growth", "low", "high")
#: Flags of a question that this one does not have.
NOT_HERE = ("fraction", "sensitivity", "objective", "observable")
#: Groups of regions that are shown; the rest is in JSON and CSV.
SHOWN = 12


@with_flags(without=NOT_HERE)
def plane(
    condition: Annotated[str, typer.Argument(help="Id of a condition, or a YAML file.")],
    flags: Flags,
    x: Annotated[
        str, typer.Option("--x", metavar="AXIS", help="What is varied: GLS=0..100%, oxygen=0..21%, ...")
    ],
    y: Annotated[str, typer.Option("--y", metavar="AXIS", help="And against what: uptake(gln__L)=0..0.5")],
    grid: Annotated[
        str | None, typer.Option("--grid", metavar="N", help="Growth on N x N points, too: JSON and CSV.")
    ] = None,
    levels: Annotated[
        str | None,
        typer.Option("--levels", metavar="N", help="Levels of ATF4=0..1 or medium(...) at most: 17."),
    ] = None,
    loopless: Annotated[
        bool, typer.Option("--loopless", help="Say whether growth is reached without loops.")
    ] = False,
) -> None:
    """Growth over two parameters of a condition: regions, what binds in each, and how steep it is.

    Example: fluxmodel plane normoxia --x GLS=0..100% --y oxygen=0..21%
    """
    with guard(flags.debug):
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.plane import LEVELS, run_plane

        asked, axes, (n, most) = _prepared(flags, condition, x, y, grid, levels)
        if flags.output.dry_run:
            write_plan(asked, flags.output.quiet)
            return
        with progress("members") as tell:
            folders = tuple(flags.folders or ())
            found = run_plane(asked.plan, axes, most or LEVELS, folders, loopless, tell)
        sink = asked.sink
        if sink.format == "json":
            sink.write(to_json({**found.to_dict(), "grid": None if n is None else _grid(found, n)}))
        elif sink.format == "csv" and n is not None:
            sink.write(to_csv(_points(found, n), GRID))
        elif sink.format == "csv":
            sink.write(to_csv(found.records(), COLUMNS))
        else:
            sink.write(text(found, flags.output.quiet, to_file=sink.path is not None))


def _prepared(
    flags: Flags, condition: str, x: str, y: str, grid: str | None, levels: str | None
) -> tuple[Asked, tuple[Axis, Axis], list[int | None]]:
    """The plan, the axes, the points of a grid and levels; the problems of all of them at once."""
    from dataclasses import replace

    from fluxmodel.analysis.planes.axis import parse_axes
    from fluxmodel.cli.asked import Found, prepare
    from fluxmodel.errors import DomainError, InputError, Problem, Where

    found = Found()
    asked, axes = None, None
    counts: list[int | None] = []
    try:
        asked = prepare(
            replace(flags, how=replace(flags.how, observable=["growth"], members=flags.how.members or "0")),
            [condition],
            single=True,
        )
    except InputError as error:
        found.add(error)
    try:
        axes = parse_axes(x, y)
    except InputError as error:
        found.add(error)
    for flag, given in (("--grid", grid), ("--levels", levels)):
        n = int(given) if given and given.strip().isdecimal() and len(given) < 5 else 0
        counts.append(n or None)
        if given is not None and not 2 <= n <= 1000:
            cure = "give a whole number from 2 to 1000"
            what = f"{given!r} is no number of points"
            found.add(DomainError(Problem("FM557", what, Where(f"{flag} {given}"), cure)))
    if asked is None or axes is None or found:
        raise found.error()
    return asked, axes, counts


def _grid(found: PhasePlane, n: int) -> dict[str, Any]:
    """The grid for JSON."""
    x, y, growth = found.grid(n, n)
    low, high = found.bounds(n, n) if found.gap else (growth, growth)
    return {"x": x.tolist(), "y": y.tolist(), **{
        name: values.tolist() for name, values in (("growth", growth), ("low", low), ("high", high))
    }}  # fmt: skip


def _points(found: PhasePlane, n: int) -> list[dict[str, Any]]:
    """The grid for CSV, one row for each point."""
    made = _grid(found, n)
    return [
        {"x": x, "y": y, **{name: made[name][j][i] for name in GRID[2:]}}
        for j, y in enumerate(made["y"])
        for i, x in enumerate(made["x"])
    ]


def text(found: PhasePlane, quiet: bool, to_file: bool) -> str:
    """The regions for people; those in which the same binds are one row."""
    from fluxmodel.cli import screen

    first = found.regions[0]
    head = f"{found.label}: growth over {found.x.label} and {found.y.label}; as it is {found.growth:.4g} 1/h"
    low = min(r.low for r in found.regions)
    high = max(r.high for r in found.regions)
    most = f"{first.share:.0%} of the plane: {first.name}; growth from {screen.number(low)} to {high:.4g} 1/h"
    if quiet:
        return screen.prose([f"{head}; {most}"], to_file)
    groups: dict[frozenset[str], list[PlaneRegion]] = {}
    for region in found.regions:
        groups.setdefault(frozenset(region.name.split(" + ")), []).append(region)
    order = sorted(groups.values(), key=lambda own: -sum(r.share for r in own))
    rows = [
        (
            own[0].name,
            str(len(own)),
            f"{sum(r.share for r in own):.1%}",
            _span([v for r in own for v in (r.low, r.high)]),
            _span([r.slope_x for r in own]),
            _span([r.slope_y for r in own]),
        )
        for own in order[:SHOWN]
    ]
    columns = ("what binds", "regions", "of the plane", "growth [1/h]",
               f"per unit of {found.x.title}", f"of {found.y.title}")  # fmt: skip
    shares = _shares(found, to_file) if found.members is not None else ""
    left = len(order) - len(rows)
    more = [f"{left} more with less of the plane: --json or --csv shows them all", ""] if left > 0 else []
    gap = (
        [f"between the levels that were solved growth is known to {found.gap:.2g} 1/h", ""]
        if found.gap
        else []
    )
    notes = [f"note: {n}" for n in found.notes]
    said = [*more, *gap, f"{found.asked} linear programs", *notes]
    body = screen.table(columns, rows, to_file)
    return screen.prose([head, ""], to_file) + body + "\n" + shares + screen.prose(said, to_file)


def _shares(found: PhasePlane, to_file: bool) -> str:
    """Where the members of the cell keep half of their growth."""
    from fluxmodel.cli import screen

    assert found.members is not None
    m = found.members
    head = [f"{found.y.title} \\ {found.x.title}", *(screen.number(v, 3) for v in m.x.tolist())]
    rows = [
        [screen.number(y, 3), *(f"{v:.0%}" for v in row)]
        for y, row in zip(m.y.tolist()[::-1], m.half.tolist()[::-1], strict=True)
    ]
    said = f"share of {m.members} members that keep half of their growth; --json has also those that live"
    return screen.table(head, rows, to_file) + "\n" + screen.prose([said, ""], to_file)


def _span(values: list[float | None]) -> str:
    """Least and greatest of some numbers."""
    from fluxmodel.cli import screen

    known = [v for v in values if v is not None]
    if not known:
        return "-"
    low, high = screen.number(min(known)), screen.number(max(known))
    return low if low == high else f"{low} to {high}"
