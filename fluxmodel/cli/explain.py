"""fluxmodel explain"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.analysis.moved import Moved
    from fluxmodel.questions.explanation import Explanation

COLUMNS = ("label", "outcome", "kind", "name", "genes", "limit", "use", "unit", "price", "share", "binds",
           "in_members", "median", "origin")  # fmt: skip
#: Rows of each table; --json and --csv have them all.
SHOWN, SHOWN_MOVED = 12, 30
#: Flags of a question that this one does not have.
NOT_HERE = ("fraction", "workers", "sensitivity", "observable")


@with_flags(without=NOT_HERE)
def explain(
    condition: Annotated[str, typer.Argument(help="Id of a condition, or a YAML file.")], flags: Flags
) -> None:
    """Explain one condition: what limits growth, which gene moved which capacity, how far death is.

    Example: fluxmodel explain hypoxia --set regulators.ATF4=high
    """
    with guard(flags.debug):
        from fluxmodel.cli.asked import prepare
        from fluxmodel.cli.dry import write_plan
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.errors import NoOptimum
        from fluxmodel.questions.explain import run_explain

        asked = prepare(flags.reporting("growth"), [condition], single=True)
        sink = asked.sink
        if flags.output.dry_run:
            write_plan(asked, flags.output.quiet)
            return
        found = run_explain(asked.plan)
        if sink.format == "json":
            sink.write(to_json(found.to_dict()))
        elif sink.format == "csv":
            whole = {"label": found.label, "outcome": found.outcome.value}
            rows = ({**whole, **row, "genes": " ".join(row["genes"])} for row in found.records())
            sink.write(to_csv(rows, COLUMNS))
        elif found.growth is not None:
            sink.write(text(found, flags.output.quiet, to_file=sink.path is not None))
        if found.growth is None:
            raise NoOptimum(f"{found.label}: {found.outcome}", (*found.diagnosis, *found.ways_out))


def text(found: Explanation, quiet: bool, to_file: bool) -> str:
    """The explanation for people: the answer, what limits, what moved, what is near, viability."""
    from fluxmodel.cli import screen
    from fluxmodel.cli.screen import number
    from fluxmodel.cli.words import viability_lines

    speed = "" if found.growth is None else f"growth {number(found.growth)} 1/h. "
    answer = screen.prose([f"{found.label}: {speed}{found.answer}"], to_file)
    if quiet:
        return answer
    parts = [answer]
    grows = bool(found.growth)
    if found.limits:
        what = "What limits growth" if grows else "What forbids growth"
        parts.append(f"{what} (share: % of growth per % of the limit):\n")
        parts.append(_limits(found, to_file))
        if found.members:
            parts.append(
                f"members: in how many of the {found.growing} that grow (of {found.members}) it binds; "
                "median: of its share there\n"
            )
        parts.append("\n".join(f"  {i.name}: {i.origin}" for i in found.binding[:SHOWN]) + "\n")
    own = [m for m in found.moved if not _diluted(m)]
    if own:
        parts.append(
            "\nWhat moved the capacities (mmol/gDW/h; by effect on growth, then by what was done):\n"
        )
        head = ("catalyst", "genes", "cell", "expression", "medium", "drugs", "limit", "use", "binds", "by")
        rows = [_moved(m) for m in own[:SHOWN_MOVED]]
        parts.append(screen.table(head, rows, to_file))
        told = [f"  {m.catalyst}: {'; '.join(m.why)}" for m in own[:SHOWN_MOVED] if m.why and not _told(m)]
        parts.append(screen.prose(told, to_file))
    rest = len(found.moved) - len(own[:SHOWN_MOVED])
    if rest:
        parts.append(
            screen.prose([f"{rest} more moved less, or by dilution alone; --json has them all"], to_file)
        )
    if found.near:
        near = (f"{n.name} {n.share_used:.0%}{' (binds)' if n.binds else ''}" for n in found.near)
        parts.append(
            screen.prose(["", "Above 90 % of their limit at the point: " + ", ".join(near)], to_file)
        )
    parts.append(screen.prose([*viability_lines(found.viability), *_notes(found)], to_file))
    return "".join(parts)


def _moved(m: Moved) -> tuple[str, ...]:
    """A row of the second table."""
    from fluxmodel.cli import screen
    from fluxmodel.cli.screen import number

    factors = (_factor(x) for x in (m.expression, m.saturation, m.inhibitors))
    ends = (number(m.limit), number(m.use), "yes" if m.binds else "")
    by = dict.fromkeys(f"{name} {value:+.2g}" for moves in m.parts.values() for name, value in moves)
    shown = ", ".join(by) if _told(m) else "see below" if m.why else "medium"
    return (m.catalyst, screen.short(m.genes), number(m.cell), *factors, *ends, shown)


def _told(row: Moved) -> bool:
    """Whether the regulators of its genes, in few words, are all there is to say."""
    return 0 < len({r for moves in row.parts.values() for r, _ in moves}) <= 2 and len(row.why) == len(
        row.parts
    )


def _limits(found: Explanation, to_file: bool) -> str:
    from fluxmodel.cli import screen
    from fluxmodel.cli.screen import number

    ensemble = bool(found.members and found.growing)
    head = [
        "limit",
        "kind",
        "genes",
        "size",
        "use",
        "unit",
        "price",
        "share",
        *(("members", "median") * ensemble),
    ]
    rows = []
    for i in found.limits[:SHOWN]:
        row = [i.name, i.kind, screen.short(i.genes), number(i.limit), number(i.use), i.unit, number(i.price),
               "-" if i.share is None else f"{i.share:.3f}"]  # fmt: skip
        if ensemble:
            row += ["-" if i.in_members is None else f"{i.in_members:.0%}"]
            row += ["-" if i.median is None else f"{i.median:.3f}"]
        rows.append(row)
    return screen.table(head, rows, to_file)


def _factor(value: float) -> str:
    return "" if abs(value - 1) < 5e-4 else f"x{value:.3g}"


def _diluted(row: Moved) -> bool:
    """Whether nothing but the expression of others moved it, and growth does not feel it."""
    return not row.parts and row.saturation == row.inhibitors == 1 and not row.binds and len(row.why) == 1


def _notes(found: Explanation) -> Iterator[str]:
    model, solver = found.provenance["model"], found.provenance["solver"]
    yield ""
    for note in found.notes:
        yield f"note: {note}"
    yield (
        f"model {model['id']} {model['version']} ({model['digest'][:15]}), formalism "
        f"{found.provenance['formalism']}, {solver['name']} {solver['version']}, fluxmodel "
        f"{found.provenance['package']['version']}"
    )
