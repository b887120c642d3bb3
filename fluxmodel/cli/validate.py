"""fluxmodel validate"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli import options as o
from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.evidence.judged import Judged
    from fluxmodel.evidence.score import Gain, Score
    from fluxmodel.questions.validation.scoreboard import Scoreboard

COLUMNS = (
    "row", "claim", "kind", "category", "confidence", "split", "proxy", "observable", "of", "against",
    "published", "predicted", "certain", "share", "value", "value_against", "unit", "standing", "why",
    "published_value", "source", "doi",
)  # fmt: skip
#: Flags of a question that this one does not have: what is done to cells stands in the evidence.
NOT_HERE = (
    "inhibit", "knockout", "open", "oxygen", "medium", "set", "cell", "atf4", "profile", "quantity", "ids",
    "column", "reference", "observable", "sensitivity", "dry_run", "objective",
)  # fmt: skip


@with_flags(without=NOT_HERE)
def validate(
    flags: Flags,
    evidence: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence",
            metavar="FILE",
            help="Id or YAML file of evidence; all that is packaged if left out. Repeatable.",
        ),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", metavar="NAME", help="Rows of which split: fit, test or all.")
    ] = "fit",
    rows: Annotated[
        list[str] | None, typer.Option("--row", metavar="ID", help="This row only. Repeatable.")
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines/--no-baselines", help="Ask the baselines as well.")
    ] = True,
    every: Annotated[bool, typer.Option("--every", help="Show the claims that are right as well.")] = False,
    objective: o.Objective = "acute",
    ledger: Annotated[
        Path | None, typer.Option("--ledger", metavar="FILE", help="Where a look at test rows is recorded.")
    ] = None,
) -> None:
    """Score the model against published findings, next to baselines and nulls; what fails is shown.

    Example: fluxmodel validate --row gls_inh_akg_rescue --members 0
    """
    from fluxmodel.analysis import children

    with guard(flags.debug), children.early(not rows):
        from fluxmodel.cli.asked import ingredients
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.validate import run_validate

        asked = ingredients(flags)
        ref = None if flags.model is None else str(flags.model)
        with progress("rows", flags.output.quiet) as tell:
            how = replace(asked.settings, objective=objective)
            board = run_validate(ref, evidence, split, rows, baselines, how, ledger, tell)
        sink = asked.sink
        if sink.format == "json":
            sink.write(to_json(board.to_dict()))
        elif sink.format == "csv":
            others = tuple(name for name in board.judged if name != board.way)
            sink.write(to_csv(board.records(), (*COLUMNS, *others)))
        else:
            sink.write(text(board, every, flags.output.quiet, to_file=sink.path is not None))


def text(board: Scoreboard, every: bool, quiet: bool, to_file: bool) -> str:
    """The scoreboard for people: the answer, what it is compared with, categories, then claims."""
    from fluxmodel.cli import screen

    answer = screen.prose([answered(board)], to_file)
    if quiet:
        return answer
    parts = [answer, "\n", screen.table(*_compared(board), to_file), "\n"]
    parts += [screen.table(*_groups(board), to_file), "\n", _claims(board, every, to_file)]
    missing = [r for r in board.rows if not r.representable]
    said = [f"not representable: {r.id}: {r.not_representable}" for r in missing] if every else []
    if missing and not every:
        said.append(f"{len(missing)} rows cannot be asked of the model; --every shows why")
    said += [f"note: {n}" for n in board.notes]
    return "".join([*parts, "\n", screen.prose(said, to_file)]) if said else "".join(parts)


def answered(board: Scoreboard) -> str:
    """One sentence: what is right, for certain, wrong for certain, and against the best null."""
    s, (name, null) = board.score, board.best_null
    low, high = s.interval
    sure = ""
    if board.members != 0:
        wrong = _share(s.wrong_certain, s.claims)
        sure = f" {_share(s.right_certain, s.claims)} for certain, and {wrong} wrong for certain;"
    return (
        f"{board.split}: {s.right} of {s.claims} claims right ({_percent(s.share)}, 95 % interval "
        f"{_percent(low)} to {_percent(high)});{sure} balanced accuracy {_number(s.balanced)}; "
        f"the best null, {name!r}, has {_percent(null)}."
    )


def _compared(board: Scoreboard) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    head = ("prediction", "right", "95 %", "certain", "wrong, certain", "balanced", "up", "down", "unchanged",
            "rows", "gain of the first")  # fmt: skip
    gains = board.gains
    rows = [_line(board.way, board.score, None)]
    rows += [_line(name, s, gains[name], points_only=True) for name, s in board.baselines.items()]
    rows += [_line(f"null: {name}", s, gains[name], points_only=True) for name, s in board.nulls.items()]
    return head, rows


def _line(name: str, s: Score, gain: Gain | None, points_only: bool = False) -> tuple[str, ...]:
    low, high = s.interval
    sure = ("", "") if points_only else (_share(s.right_certain, s.claims), _share(s.wrong_certain, s.claims))
    recalls = tuple(f"{k}/{n}" for k, n in s.recall.values())
    return (name, f"{s.right}/{s.claims} {_percent(s.share)}", f"{_percent(low)}..{_percent(high)}", *sure,
            _number(s.balanced), *recalls, f"{s.rows_right}/{s.rows}", _gained(gain))  # fmt: skip


def _groups(board: Scoreboard) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    head = ("claims", "right", "certain", "wrong, certain", "errors", "rows")
    groups: dict[str, Score] = dict(board.by("category"))
    groups |= {f"confidence {k}": s for k, s in board.by("confidence").items()}
    groups |= {"negative controls": board.controls, "by proxy": board.proxies}
    return head, [
        (name, f"{s.right}/{s.claims}", str(s.right_certain), str(s.wrong_certain), str(s.errors),
         f"{s.rows_right}/{s.rows}")
        for name, s in groups.items()
        if s.claims
    ]  # fmt: skip


def _claims(board: Scoreboard, every: bool, to_file: bool) -> str:
    from fluxmodel.cli import screen

    head = ("claim", "observable", "published", "predicted", "value", "against", "members", "standing")
    shown = [c for c in board.claims if every or not c.right or c.standing == "wrong_certain"]
    if not shown:
        return screen.prose(["every claim is right at the point"], to_file)
    return screen.table(head, [_claim(c) for c in shown], to_file)


def _claim(c: Judged) -> tuple[str, ...]:
    from fluxmodel.cli import screen

    name = f"{c.row.id}.{c.claim.id}" + (" (proxy)" if c.claim.proxy is not None else "")
    members = "" if c.share is None else f"{c.share:.0%}"
    said = c.predicted if c.predicted != "undetermined" or not c.why else f"undetermined ({c.why})"
    return (name, c.claim.observable, c.claim.verdict, said or c.why.splitlines()[0], screen.number(c.value),
            screen.number(c.against), members, c.standing.replace("_", ", "))  # fmt: skip


def _gained(gain: Gain | None) -> str:
    if gain is None:
        return ""
    between = "" if math.isnan(gain.low) else f" ({100 * gain.low:+.0f}..{100 * gain.high:+.0f})"
    return f"{100 * gain.gain:+.0f}{between}"


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.0f} %"


def _share(k: int, n: int) -> str:
    return _percent(k / n) if n else "-"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"
