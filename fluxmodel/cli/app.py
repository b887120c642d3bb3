"""The commands: one per question, each in its own file."""

from __future__ import annotations

from typing import Annotated

import typer

from fluxmodel.cli.calibrate import calibrate
from fluxmodel.cli.check import check
from fluxmodel.cli.combine import combine
from fluxmodel.cli.compare import compare
from fluxmodel.cli.control import control
from fluxmodel.cli.dose import dose
from fluxmodel.cli.explain import explain
from fluxmodel.cli.export import export
from fluxmodel.cli.knockout import knockout
from fluxmodel.cli.lethal import lethal
from fluxmodel.cli.plane import plane
from fluxmodel.cli.predict import predict
from fluxmodel.cli.screen_pairs import screen
from fluxmodel.cli.show import list_, show
from fluxmodel.cli.validate import validate

# plain help: rich would cost a third of the time that --help may take, and colours pipes
app = typer.Typer(
    name="fluxmodel",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from fluxmodel import __version__

        typer.echo(f"fluxmodel {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """What happens to fluxes and growth when GLS or SLC1A5 is inhibited, in normoxia or hypoxia.

    Exit codes: 0 done (a cell that is not viable is an answer), 1 checks failed, 2 bad input, 3 no optimum,
    4 partly failed, 130 interrupted.
    """


app.command("predict")(predict)
app.command("compare")(compare)
app.command("explain")(explain)
app.command("control")(control)
app.command("dose")(dose)
app.command("combine")(combine)
app.command("screen")(screen)
app.command("knockout")(knockout)
app.command("plane")(plane)
app.command("lethal")(lethal)
app.command("calibrate")(calibrate)
app.command("validate")(validate)
app.command("check")(check)
app.command("show")(show)
app.command("list")(list_)
app.command("export")(export)
