"""fluxmodel lethal"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.analysis.lethal.cutsets import Wanted
    from fluxmodel.questions.lethal_sets import Lethal, LethalSets

COLUMNS = ("condition", "given", "size", "genes", "groups", "growth", "left", "alone", "spared", "members",
           "share")  # fmt: skip
#: Flags of a question that this one does not have.
NOT_HERE = ("fraction", "thermo", "sensitivity", "objective", "observable")


@with_flags(without=NOT_HERE)
def lethal(
    condition: Annotated[str, typer.Argument(help="Id of a condition, or a YAML file.")],
    flags: Flags,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="GENE", help="Gene that is lost anyway and does not count. Repeatable, or A,B."
        ),
    ] = None,
    max_size: Annotated[
        str, typer.Option("--max-size", metavar="N", help="Most genes in a set; 3 may take minutes.")
    ] = "3",
    max_sets: Annotated[str, typer.Option("--max-sets", metavar="N", help="End with so many sets.")] = "20",
    time_limit: Annotated[
        str, typer.Option("--time-limit", metavar="SECONDS", help="End after so many seconds.")
    ] = "60",
    threshold: Annotated[
        str,
        typer.Option(
            "--threshold", metavar="SHARE", help="Share of untreated growth that counts as no growth."
        ),
    ] = "0.1",
    include_essential: Annotated[
        bool,
        typer.Option(
            "--include-essential", help="List genes that are lethal alone, and sets that do not need --with."
        ),
    ] = False,
) -> None:
    """Find the smallest sets of genes whose loss stops growth, alone or together with other genes.

    Example: fluxmodel lethal hypoxia --with SLC1A5 --max-size 2
    """
    with guard(flags.debug):
        from fluxmodel.cli.asked import Found, prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.errors import DomainError, InputError
        from fluxmodel.questions.inputs import as_model
        from fluxmodel.questions.lethal import run_lethal, wrong

        found = Found()
        genes = tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())
        wanted = _wanted(genes, max_size, max_sets, time_limit, threshold, include_essential)
        try:
            if problems := wrong(as_model(flags.model), wanted, flags.how.formalism, flags=True):
                found.add(DomainError(problems))
            asked = prepare(flags.reporting("growth"), [condition], single=True)
        except InputError as error:
            found.add(error)
        if found:
            raise found.error()
        if flags.output.dry_run:
            write_plan(asked, flags.output.quiet)
            return
        quiet = flags.output.quiet
        with progress("sets", quiet) as sets:
            result = run_lethal(asked.plan, wanted, sets)
        sink = asked.sink
        if sink.format == "json":
            sink.write(to_json(result.to_dict()))
        elif sink.format == "csv":
            sink.write(to_csv(result.records(), COLUMNS))
        else:
            sink.write(text(result, sink.path is not None, quiet))


def _wanted(
    genes: tuple[str, ...], max_size: str, max_sets: str, time_limit: str, threshold: str, every: bool
) -> Wanted:
    """What the flags ask for; a text that is no number stays one, and is refused as such."""
    from fluxmodel.analysis.lethal.cutsets import Wanted

    def number(text: str, kind: type) -> float:
        try:
            return kind(text)  # type: ignore[no-any-return]
        except ValueError:
            return text  # type: ignore[return-value]

    sizes = number(max_size, int), number(max_sets, int)
    return Wanted(genes, number(threshold, float), *sizes, number(time_limit, float), every)  # type: ignore[arg-type]


def text(found: LethalSets, to_file: bool, quiet: bool = False) -> str:
    """The sets for people, and what is proven."""
    from fluxmodel.cli import screen

    lines = [f"{found.condition}: growth {found.untreated:.4g} 1/h"]
    if found.given:
        lines[0] += f", {found.without:.4g} 1/h without {' '.join(found.given)}"
    lines.append(found.statement)
    if quiet:
        return screen.prose(lines, to_file)
    table, said = "", []
    lost = " ".join(found.given)
    if found.rows:
        head = ["lethal together", "growth", *([f"without {lost} lost"] if lost else []), "any part"]
        head += ["members"] if found.members else []
        table = "\n" + screen.table(head, [_row(found, r) for r in found.rows], to_file) + "\n"
        said.append(
            f"growth: 1/h with all of it lost, below {found.threshold:g} of that with all genes; any part: "
            "the least with any smaller part of it lost, which the cell survives"
        )
    if found.rows and found.members:
        said.append("members: share of those that grow in which the set is lethal, too")
    if found.apart:
        said.append(f"{found.apart} sets are lethal without {lost} lost, too, and not listed")
    if found.essential:
        shown = screen.short(found.essential, 12)
        said.append(f"lethal alone, and so in no set: {shown} ({len(found.essential)} in all)")
    return screen.prose(lines, to_file) + table + screen.prose(said, to_file)


def _row(found: LethalSets, row: Lethal) -> list[str]:
    from fluxmodel.cli import screen

    names = " + ".join(
        gene if len(group) == 1 else f"{gene} (or {screen.short(group[1:], 3).replace(' ', ', ')})"
        for gene, group in zip(row.genes, row.groups, strict=True)
    )
    cells = [names, screen.number(row.growth)]
    cells += [screen.number(row.alone)] if found.given else []
    cells.append(screen.number(row.spared))
    if found.members:
        cells.append("-" if row.share is None else f"{row.share:.0%}")
    return cells
