"""fluxmodel calibrate

Code: FM708 the file of a cell must end in .yaml.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import guard, say

if TYPE_CHECKING:
    from fluxmodel.analysis.spread import Spread
    from fluxmodel.questions.calibration.result import Calibration, RateRow


def calibrate(
    rates: Annotated[
        str,
        typer.Argument(
            help="A cell with rates (its id or YAML file), or a table .tsv or .csv: observable, value, "
            "error, unit, source."
        ),
    ],
    condition: Annotated[
        str | None,
        typer.Option("--condition", metavar="ID", help="In which they were measured; a table needs it."),
    ] = None,
    dry_mass: Annotated[
        str | None,
        typer.Option(
            "--dry-mass", metavar="MASS", help="Of one cell, for a table with rates per cell: '490 pg/cell'."
        ),
    ] = None,
    id_: Annotated[
        str | None, typer.Option("--id", metavar="NAME", help="What the calibrated cell is called.")
    ] = None,
    members: Annotated[
        str, typer.Option("--members", metavar="N", help="Size of the ensemble; 0 for the point alone.")
    ] = "80",
    seed: o.Seed = "1",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="RATE", help="A rate that takes no part. Repeatable."),
    ] = None,
    no_leave_one_out: Annotated[
        bool, typer.Option("--no-leave-one-out", help="Do not predict each rate from the others.")
    ] = False,
    abundance: Annotated[
        Path | None,
        typer.Option("--abundance", metavar="FILE", help="Your proteome: a table gene, value in pmol/mg."),
    ] = None,
    model: o.Model = None,
    folders: o.In = None,
    solver: o.Solver = "glpk",
    as_json: o.Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the cell, FILE.yaml, and beside it NAME.ensemble.tsv."
        ),
    ] = None,
    force: o.Force = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Fit a cell's capacities to measured rates, with an ensemble; say what the rates contradict.

    Example: fluxmodel calibrate default --members 2 --no-leave-one-out --quiet
    """
    with guard(debug):
        from time import perf_counter

        from fluxmodel.cli.asked import Found, count_of, solver_of
        from fluxmodel.cli.output import check_open, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.errors import InputError
        from fluxmodel.questions.calibrate import calibrate as fit

        started = perf_counter()
        found = Found()
        n, drawn = count_of("members", members, found), count_of("seed", seed, found)
        engine = solver_of(solver, found)
        try:
            check_open()
            _check_places(out, id_, force)
        except InputError as error:
            found.add(error)
        if found:
            raise found.error()
        with progress("members", quiet) as tell:
            result = fit(
                model,
                rates,
                condition,
                dry_mass=dry_mass,
                id=id_,
                members=n or 0,
                seed=drawn or 0,
                without=tuple(without or ()),
                leave_one_out=not no_leave_one_out,
                abundance=abundance,
                folders=tuple(folders or ()),
                solver=engine,
                progress=tell,
            )
        seconds = perf_counter() - started
        if out is not None:
            _write(result, out, force)
        shown = (
            to_json({**result.to_dict(), "seconds": round(seconds, 2)})
            if as_json
            else text(result, seconds, quiet)
        )
        typer.echo(shown, nl=False)
        if quiet and not result.grows:  # the notes are not shown, and this one must not be missed
            say("warning: no growth rate among the rates: growth under this cell is not to be trusted")


def _check_places(out: Path | None, name: str | None, force: bool) -> None:
    """Refuse, before the work, what could not be written after it."""
    from fluxmodel.cli.output import check_out, check_writable
    from fluxmodel.condition.names import is_id
    from fluxmodel.errors import InputError, Problem, Where

    if out is not None and out.suffix.lower() not in (".yaml", ".yml"):
        where = Where(f"--out {out}")
        cure = f"name it {out.with_suffix('.yaml').name}; for a result in JSON, redirect --json with >"
        raise InputError(Problem("FM708", "the file of a cell ends in .yaml", where, cure))
    check_out(out, force)
    if out is not None and name is not None and is_id(name):  # what is no name is told with the rest
        check_writable(out.with_name(f"{name}.ensemble.tsv"), force)


def _write(result: Calibration, out: Path, force: bool) -> None:
    """Write the ensemble, then the cell that names it: both, or neither where nothing stood before."""
    from fluxmodel.cli.output import check_writable, write_atomically
    from fluxmodel.condition.members import write_members
    from fluxmodel.questions.cell_file import cell_yaml

    beside = out.with_name(str(result.cell.ensemble))
    for path in (out, beside):
        check_writable(path, force)
    new = not beside.exists()
    write_atomically(beside, write_members(result.members), force)
    try:
        write_atomically(out, cell_yaml(result, result.base_text), force)
    except BaseException:
        if new:
            beside.unlink(missing_ok=True)
        raise
    say(f"wrote {out} and {beside}")


def text(result: Calibration, seconds: float, quiet: bool) -> str:
    """The calibration for people: the answer, the rates, what had to rise, what the cell lives on, notes."""
    from fluxmodel.cli import screen

    cell, n = result.cell, len(result.rates)
    answer = (
        f"{cell.id} in {cell.reference}: misfit {screen.number(result.misfit, 3)}, {result.within} of {n} "
        f"rates within one error, {len(result.members)} members, {seconds:.1f} s."
    )
    clash = contradictions(result)
    if quiet:
        return screen.prose([answer, *clash])
    columns = ["rate", "unit", "measured", "error", "reached", "residual", "without capacities"]
    asked = any(r.left_out is not None for r in result.rates)
    rows = [_row(r, asked) for r in result.rates]
    below = [
        "",
        "residual: in standard errors; without capacities: what is left of it if nothing limits any flux",
    ]
    if asked:
        columns.append("left out")
        below[-1] += "; left out: what comes out when the rate takes no part"
    parts = [screen.prose([answer, *clash, ""]), screen.table(columns, rows), screen.prose(below)]
    parts.append(audit(result))
    parts.append(
        screen.prose(["", *life(result), "", *(f"note: {x}" for x in result.notes), pedigree(result)])
    )
    return "".join(parts)


def _row(rate: RateRow, asked: bool) -> list[str]:
    from fluxmodel.cli.screen import number

    numbers = [number(x) for x in (rate.measured, rate.error, rate.reached)]
    # a hundredth of an error is nothing
    residuals = [f"{x + 0.0:.2f}".replace("-0.00", "0.00") for x in (rate.residual, rate.balance)]
    return [rate.name, rate.unit, *numbers, *residuals, *([number(rate.left_out)] if asked else [])]


def contradictions(result: Calibration) -> list[str]:
    """The rates that no capacities bring together, as a sentence; nothing if there are none."""
    found = result.contradictions
    if not found:
        return []
    shown = []
    for r in found:
        place = f"{r.where}, " if r.where else ""
        shown.append(
            f"{r.name} ({place}{abs(r.balance):.1f} errors too {'high' if r.balance < 0 else 'low'})"
        )
    return [f"These rates contradict each other whatever the capacities: {', '.join(shown)}."]


def audit(result: Calibration) -> str:
    """Capacities that had to rise."""
    from fluxmodel.cli import screen

    if not result.audit:
        return screen.prose(["", "No capacity had to rise above its prior."])
    rows = [
        [
            r.catalyst,
            *(screen.number(x, 3) for x in (r.prior, r.needed, r.factor)),
            "yes" if r.assumed else "no",
        ]
        for r in result.audit
    ]
    head = "Capacities that had to rise (mmol/gDW/h): a hint at a wrong turnover, abundance or gene rule"
    table = screen.table(["catalyst", "prior", "needed", "factor", "assumed"], rows)
    why = "assumed: turnover or abundance is not measured"
    return screen.prose(["", head, ""]) + table + screen.prose([why])


def life(result: Calibration) -> list[str]:
    """What the fitted state lives on, and how far its capacities are from what it uses."""
    from fluxmodel.cli.screen import number

    lines = []
    energy, share = result.energy, result.oxphos_share
    if energy is not None:
        at = "-" if energy.oxphos_share is None else f"{100 * energy.oxphos_share:.0f} %"
        lines.append(
            f"ATP: {at} from oxidative phosphorylation{_over(share, 100, ' %')}: "
            f"glycolysis {number(energy.glycolysis)}, ATP synthase {number(energy.oxphos)}, "
            f"succinate-CoA ligases {number(energy.substrate_level)} mmol/gDW/h"
        )
    if "EX_o2_e" in result.fit.fluxes:
        spread = result.of_members("EX_o2_e", -1.0)
        lines.append(f"O2 uptake: {number(-result.fit.fluxes['EX_o2_e'])} mmol/gDW/h{_over(spread, 1, '')}")
    if result.headroom:
        shown = ", ".join(f"{q}: {number(x, 3)}" for q, x in result.headroom.items())
        lines.append(f"headroom (capacity / use, quantiles over catalysts in use and members): {shown}")
    return lines


def _over(spread: Spread, scale: float, unit: str) -> str:
    from fluxmodel.cli.screen import number

    if spread.low is None or spread.high is None:
        return ""
    low, high = number(scale * spread.low, 3), number(scale * spread.high, 3)
    return f" (5-95 % of {spread.members} members: {low} to {high}{unit})"


def pedigree(result: Calibration) -> str:
    """Where the numbers come from."""
    p = result.provenance
    model = p["model"]
    return (
        f"model {model['id']} {model['version']} ({model['digest'][:15]}), seed {p['ensemble']['seed']}, "
        f"{p['solver']['name']}, fluxmodel {p['package']['version']}"
    )
