"""Flags that mean the same in every command.

Only typer and the standard library are imported here: `fluxmodel --help` must stay quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
        metavar="NAME=AMOUNT",
        help="Gene, catalyst, reaction or drug and the share that is lost, GLS=90%; or a drug and its dose, "
        "'CB-839=100 nM'. Repeatable.",
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
        help="How capacities become constraints: fba, pool, capacity, eflux, gimme or imat "
        "(lethal: fba or capacity).",
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
        help="Members of the cell's ensemble that are asked, 0 for the point alone; all if left out, in "
        "plane none. Formalism capacity only.",
    ),
]
Seed = Annotated[str, typer.Option("--seed", metavar="N", help="Of what is drawn for the members.")]
Workers = Annotated[
    str | None,
    typer.Option("--workers", metavar="N", help="Processes for the members; one per core if left out."),
]
Sensitivity = Annotated[
    bool,
    typer.Option(
        "--sensitivity",
        help="Ask every member for its own point, and call fragile what fewer than 80 % of them say.",
    ),
]
Objective = Annotated[
    str,
    typer.Option(
        "--objective",
        metavar="NAME",
        help="What picks the fluxes: adjustment, at the optimum the least change from the cell's reference "
        "state; growth, there the least flux; acute, after a treatment the state nearest to the one before.",
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
