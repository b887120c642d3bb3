"""fluxmodel reference: for developers, the provisional capacities of a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import guard


def reference(
    cell: Annotated[
        str, typer.Argument(help="Id of a cell with rates and a reference condition.")
    ] = "default",
    share: Annotated[
        list[str] | None,
        typer.Option(
            "--share", metavar="SHARE", help="REACTION:CATALYST=NUMBER, isozyme shares. Repeatable."
        ),
    ] = None,
    model: o.Model = None,
    folders: o.In = None,
    solver: o.Solver = "glpk",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the YAML to a file.")
    ] = None,
    force: o.Force = False,
    debug: o.Debug = False,
) -> None:
    """Work out the capacities of a cell's catalysts from its measured rates, as a block of YAML.

    Example: fluxmodel reference default --share GLUNm:GLS=9 --share GLUNm:GLS2=1
    """
    with guard(debug):
        from fluxmodel.analysis.reference import capacity_block
        from fluxmodel.cli.output import Sink, check_open, check_out
        from fluxmodel.errors import InputError, Problem
        from fluxmodel.questions.reference import reference as work_out

        shares: dict[str, dict[str, float]] = {}
        for text in share or ():
            name, _, number = text.partition("=")
            reaction, _, catalyst = name.partition(":")
            try:
                amount = float(number)
            except ValueError:
                amount = -1.0
            if not (reaction and catalyst and 0 <= amount < float("inf")):
                what = f"{text!r} is not REACTION:CATALYST=NUMBER"
                raise InputError(Problem("FM705", what, cure="write it as in --share GLUNm:GLS=0.9"))
            shares.setdefault(reaction, {})[catalyst] = amount
        if out is None:
            check_open()
        check_out(out, force)
        found = work_out(model, cell, shares, solver, folders=tuple(folders or ()))
        lines = ["# rate: measured, error, reached"]
        lines += [f"# {k}: {m:.4g}, {e:.2g}, {r:.4g}" for k, (m, e, r) in found.rates.items()]
        Sink("text", out, force).write("\n".join(lines) + "\n" + capacity_block(found))
