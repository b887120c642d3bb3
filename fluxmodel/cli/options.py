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
Profile = Annotated[
    Path | None,
    typer.Option("--profile", metavar="FILE", help="Measured expression, CSV or TSV; needs --quantity."),
]
ProfileQuantity = Annotated[
    str | None,
    typer.Option(
        "--quantity", metavar="WORDS", help="What --profile holds: TPM, 'log2 TPM' or 'log2 fold change'."
    ),
]
ProfileIds = Annotated[
    str | None, typer.Option("--ids", metavar="KIND", help="Gene names of --profile: symbol or ensembl.")
]
ProfileColumn = Annotated[
    str | None, typer.Option("--column", metavar="NAME", help="Column of --profile with the state.")
]
ProfileReference = Annotated[
    str | None,
    typer.Option("--reference", metavar="NAME", help="Column of --profile to compare with, for both TPM."),
]
Formalism = Annotated[
    str,
    typer.Option(
        "--formalism",
        metavar="NAME",
        help="How capacities become constraints: fba, pool, capacity, eflux or gimme.",
    ),
]
Solver = Annotated[str, typer.Option("--solver", metavar="NAME", help="glpk, highs or optlang:NAME.")]
Fraction = Annotated[
    str | None,
    typer.Option(
        "--fraction", metavar="NUMBER", help="Share of optimal growth at which intervals are taken: 0.95."
    ),
]
Thermo = Annotated[
    str,
    typer.Option(
        "--thermo",
        metavar="on|off",
        help="Whether directions that no measured concentrations allow together are excluded.",
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
Atf4 = Annotated[
    list[str] | None,
    typer.Option(
        "--atf4",
        metavar="LEVEL",
        help="ATF4: off, low, basal, high, or 0 to 1; as --set regulators.ATF4=LEVEL.",
    ),
]
Members = Annotated[
    str | None,
    typer.Option(
        "--members",
        metavar="N",
        help="Members of the cell's ensemble that are asked, 0 for the point alone; all if left out. "
        "Formalism capacity only.",
    ),
]
Seed = Annotated[str, typer.Option("--seed", metavar="N", help="Of what is drawn for the members.")]
Workers = Annotated[
    str | None,
    typer.Option("--workers", metavar="N", help="Processes for the members; one per core if left out."),
]
Objective = Annotated[
    str,
    typer.Option(
        "--objective",
        metavar="NAME",
        help="What picks the fluxes at the optimum: adjustment, the least change from the cell's reference "
        "state; or growth, the least flux.",
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
class Measured:
    """The flags of a profile, as they were given."""

    file: Path | None = None
    quantity: str | None = None
    ids: str | None = None
    column: str | None = None
    reference: str | None = None

    def changes(self, problems: list[Problem]) -> list[Change]:
        """The change that sets the profile, if there is one and it can be read."""
        from fluxmodel.condition import parse_change
        from fluxmodel.errors import InputError, Problem, Where

        given = {"quantity": self.quantity, "ids": self.ids, "column": self.column}
        given |= {"reference": self.reference}
        to = {name: value for name, value in given.items() if value is not None}
        if self.file is None:
            what, cure = "this flag is about a profile, and there is none", "add --profile FILE"
            problems += [Problem("FM334", what, Where(f"--{n} {v}"), cure) for n, v in to.items()]
            return []
        where = Where(f"--profile {self.file}")
        if self.quantity is None:
            cure = "say it with --quantity: TPM, 'log2 TPM' or 'log2 fold change'"
            problems.append(Problem("FM320", "what the numbers are is not said, nor guessed", where, cure))
            return []
        try:
            return [parse_change({"do": "set", "path": "profile", "to": {"file": self.file, **to}}, where)]
        except InputError as error:
            problems.extend(error.problems)
            return []


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
    profile: Measured = Measured()
    atf4: list[str] | None = None

    def changes(self, problems: list[Problem]) -> list[Change]:
        """The changes that can be read, settings first; what is wrong with the others goes to `problems`."""
        from fluxmodel.condition import parse_change
        from fluxmodel.condition.reader import scalar
        from fluxmodel.errors import InputError, Where
        from fluxmodel.questions.changes import inhibit, knock_out, open_reaction, set_field

        found: list[Change] = []

        def put(flag: str, path: str, values: list[str] | None) -> None:
            for value in values or ():  # given twice with different values is a contradiction, named as such
                where = Where(f"{flag} {value}")
                try:
                    to = scalar(value) if path.startswith("regulators.") else value
                    found.append(parse_change({"do": "set", "path": path, "to": to}, where))
                except InputError as error:
                    problems.extend(error.problems)

        put("--medium", "medium.base", self.medium)
        put("--oxygen", "oxygen", self.oxygen)
        put("--cell", "cell", self.cell)
        found += self.profile.changes(problems)
        put("--atf4", "regulators.ATF4", self.atf4)
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
    formalism: str = "capacity"
    folders: list[Path] | None = None
    thermo: str = "on"
    members: str | None = None
    seed: str = "1"
    workers: str | None = None
    objective: str = "adjustment"


@dataclass(frozen=True)
class Output:
    """The flags that say where the result goes."""

    as_json: bool = False
    as_csv: bool = False
    out: Path | None = None
    force: bool = False
