"""fluxmodel export"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.guard import guard

ENDINGS = {"sbml": "xml", "json": "json"}
FORMATS = tuple(ENDINGS)


def export(
    format: Annotated[str, typer.Argument(help="sbml (Level 3, FBC 2), or json (as cobra reads it).")],
    model: o.Model = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write.")] = None,
    force: o.Force = False,
    debug: o.Debug = False,
) -> None:
    """Write the model in a format that other tools read.

    Example: fluxmodel export sbml --out atf4_gln.xml
    """
    with guard(debug):
        from fluxmodel.cli.output import Sink, check_writable
        from fluxmodel.errors import InputError, Problem, nearest
        from fluxmodel.network import load_model

        if format not in FORMATS:
            cure = nearest(format, FORMATS) or f"known: {', '.join(FORMATS)}"
            raise InputError(Problem("FM704", f"no format {format!r}", cure=cure))
        if out is None:
            cure = f"name one, as in --out model.{ENDINGS[format]}"
            raise InputError(Problem("FM704", f"export {format} needs a file to write", cure=cure))
        check_writable(out, force)
        network = load_model(model)
        if format == "sbml":
            from fluxmodel.network import sbml_text

            text = sbml_text(network)
        else:
            from cobra.io import to_json

            text = to_json(network.to_cobra(), sort=False, indent=1)
        Sink("text", out, force).write(text)
