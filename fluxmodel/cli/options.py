"""Flags that mean the same in every command, and how they become changes.

Only typer and the standard library are imported here: `fluxmodel --help` must stay quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fluxmodel.condition import Change
    from fluxmodel.errors import Problem

INPUT, ASK, OUTPUT = "Input", "Question", "Output"

Model = Annotated[
    Path | None,
    typer.Option("--model", metavar="FOLDER", help="Folder of a model; the packaged one if left out."),
]
In = Annotated[
    list[Path] | None,
    typer.Option(
        "--in",
        metavar="FOLDER",
        help="Folder with your conditions, media and cells; searched first. Repeatable.",
    ),
]
Inhibit = Annotated[
    list[str] | None,
    typer.Option(
        "--inhibit",
        metavar="NAME=PERCENT",
        help="Gene, catalyst or reaction and the share that is lost: GLS=90%. Repeatable.",
    ),
]
Knockout = Annotated[
    list[str] | None,
    typer.Option("--knockout", metavar="GENE", help="Gene, or several together: GLS,GLS2. Repeatable."),
]
Open = Annotated[
    list[str] | None,
    typer.Option("--open", metavar="REACTION", help="Reaction that is closed by default: AOX. Repeatable."),
]
Oxygen = Annotated[
    list[str] | None, typer.Option("--oxygen", metavar="PERCENT", help="Oxygen in the gas phase: 1%.")
]
Medium = Annotated[
    list[str] | None, typer.Option("--medium", metavar="ID", help="Base medium: id or YAML file.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Any field of a condition, PATH=VALUE: 'medium.gln__L=0.5 mM'. Repeatable.",
    ),
]
Cell = Annotated[list[str] | None, typer.Option("--cell", metavar="ID", help="Cell: id or YAML file.")]
Formalism = Annotated[
    str, typer.Option("--formalism", metavar="NAME", help="How an expression state constrains: fba.")
]
Solver = Annotated[str, typer.Option("--solver", metavar="NAME", help="glpk, highs or optlang:NAME.")]
Fraction = Annotated[
    str | None,
    typer.Option(
        "--fraction", metavar="NUMBER", help="Share of optimal growth at which intervals are taken: 0.95."
    ),
]
Observable = Annotated[
    list[str] | None,
    typer.Option(
        "--observable",
        metavar="EXPRESSION",
        help="'growth', 'flux(GLUNm)', 'secretion(lac__L)/uptake(glc__D)'. Repeatable.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="The result as JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="The table as CSV.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write to a file: .json, .csv or text.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file that --out names.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Only the answer: no table, no notes.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check everything, say what would run, solve nothing.")
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show where in the code an error came from.", hidden=True)
]


@dataclass(frozen=True)
class Said:
    """The flags by which a condition is changed, as they were given."""

    inhibit: list[str] | None = None
    knockout: list[str] | None = None
    open: list[str] | None = None
    oxygen: list[str] | None = None
    medium: list[str] | None = None
    set: list[str] | None = None
    cell: list[str] | None = None

    def changes(self, problems: list[Problem]) -> list[Change]:
        """The changes that can be read, settings first; what is wrong with the others goes to `problems`."""
        from fluxmodel.condition import parse_change
        from fluxmodel.errors import InputError, Where
        from fluxmodel.questions.changes import inhibit, knock_out, open_reaction, set_field

        found: list[Change] = []

        def put(flag: str, path: str, values: list[str] | None) -> None:
            for value in values or ():  # given twice with different values is a contradiction, named as such
                where = Where(f"{flag} {value}")
                try:
                    found.append(parse_change({"do": "set", "path": path, "to": value}, where))
                except InputError as error:
                    problems.extend(error.problems)

        put("--medium", "medium.base", self.medium)
        put("--oxygen", "oxygen", self.oxygen)
        put("--cell", "cell", self.cell)
        for texts, read in (
            (self.set, set_field),
            (self.open, open_reaction),
            (self.knockout, knock_out),
            (self.inhibit, inhibit),
        ):
            for text in texts or ():
                try:
                    found.append(read(text))
                except InputError as error:
                    problems.extend(error.problems)
        return found


@dataclass(frozen=True)
class How:
    """The flags that say what to report and how to solve, as they were given."""

    observable: list[str] | None = None
    fraction: str | None = None
    solver: str = "glpk"
    formalism: str = "fba"
    folders: list[Path] | None = None


@dataclass(frozen=True)
class Output:
    """The flags that say where the result goes."""

    as_json: bool = False
    as_csv: bool = False
    out: Path | None = None
    force: bool = False
