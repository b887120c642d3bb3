"""fluxmodel combine"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from fluxmodel.cli.flags import Flags, with_flags
from fluxmodel.cli.guard import guard

if TYPE_CHECKING:
    from fluxmodel.questions.combination import Combination, Combinations, Excess
    from fluxmodel.questions.dose_response import Binds

COLUMNS = ("condition", "first", "first_dose", "first_unit", "second", "second_dose", "second_unit",
           "untreated", "growth_first", "growth_second", "growth", "measure", "excess", "median", "low",
           "high", "members", "synergy", "antagonism", "verdict")  # fmt: skip
#: Flags of a question that this one does not have.
NOT_HERE = ("formalism", "fraction", "thermo", "sensitivity", "objective", "observable", "dry_run")


@with_flags(without=NOT_HERE)
def combine(
    conditions: Annotated[list[str], typer.Argument(help="Ids of conditions, or YAML files.")],
    flags: Flags,
    of: Annotated[
        list[str],
        typer.Option(
            "--of",
            metavar="NAME[=AMOUNT]",
            help="Drug, gene, catalyst or reaction, with a dose or a percentage: PC=90%. Twice or more.",
        ),
    ],
) -> None:
    """Two agents together: growth, its excess over independent action, and how sure that is.

    Example: fluxmodel combine normoxia hypoxia --of GLS=90% --of PC=90%
    """
    from fluxmodel.analysis import children

    with guard(flags.debug), children.early(flags.how.asks_members):
        from fluxmodel.cli.asked import ingredients
        from fluxmodel.cli.output import to_csv, to_json
        from fluxmodel.cli.progress import progress
        from fluxmodel.questions.combine import run_combine

        asked = ingredients(flags)
        how = asked.settings.reporting("growth")
        with progress("members", flags.output.quiet) as tell:
            found = run_combine(asked.network, conditions, of, asked.changes, how, tell)
        sink = asked.sink
        if sink.format == "json":
            sink.write(to_json(found.to_dict()))
        elif sink.format == "csv":
            sink.write(to_csv(found.records(), COLUMNS))
        else:
            sink.write(text(found, flags.output.quiet, to_file=sink.path is not None))


def text(found: Combinations, quiet: bool, to_file: bool) -> str:
    """The pairs for people: the answer, the four measures, surfaces, what binds, notes."""
    from fluxmodel.cli import screen

    answer = screen.prose([answered(p) for p in found.pairs], to_file)
    if quiet:
        return answer
    head = ("condition", "first", "second", "growth", "alone", "measure", "excess", "members", "verdict")
    rows = [
        (
            p.condition,
            str(p.first),
            str(p.second),
            percent(p.growth, p.untreated),
            f"{percent(p.first.growth, p.untreated)}, {percent(p.second.growth, p.untreated)}",
            e.measure,
            _number(e.value),
            _between(e),
            e.verdict if e.measure != "zip" else "",
        )
        for p in found.pairs
        for e in p.excess
    ]
    parts = [answer, "\n", screen.table(head, rows, to_file)]
    for p in found.pairs:
        unit = ["%" if g.unit == "percent" else f" {g.unit}" for g in (p.first, p.second)]
        parts += ["\n", screen.prose([f"{p.condition}, growth in % of untreated (point)"], to_file)]
        columns = [f"{p.first.agent} \\ {p.second.agent}", *(f"{d:.3g}{unit[1]}" for d in p.doses[1])]
        body = [
            (f"{d:.3g}{unit[0]}", *(percent(x, p.untreated).removesuffix(" %") for x in row))
            for d, row in zip(p.doses[0].tolist(), p.surface.tolist(), strict=True)
        ]
        parts += [screen.table(columns, body, to_file), screen.prose([_isobole(p, unit), *_why(p)], to_file)]
    said = [f"note: {n}" for p in found.pairs for n in p.notes]
    said += [f"unverified: {n}" for p in found.pairs for n in p.unverified]
    said.append(
        "excess: share of untreated growth that is lost beyond what is expected of the two independently "
        "(bliss), of the stronger one (hsa), of one as a dilution of the other (loewe), of two that leave "
        "each other's potency alone (zip, point only); members: 5 to 95 %; it counts from 0.05 on, in 95 % "
        "of them (likely: 80 %)"
    )
    parts += ["\n", screen.prose(list(dict.fromkeys(said)), to_file)]
    return "".join(parts)


def answered(p: Combination) -> str:
    """One sentence: growth with both, with each, and whether that is more than expected."""
    e = p.excess_of("bliss")
    if p.untreated == 0:
        return f"{p.condition}: the cell does not live without {p.first} and {p.second} either."
    alone = f"{percent(p.first.growth, p.untreated)} and {percent(p.second.growth, p.untreated)}"
    shares = ""
    if e.synergy is not None and e.antagonism is not None:
        side, share = ("more", e.synergy) if e.synergy >= e.antagonism else ("less", e.antagonism)
        shares = f", at least 0.05 {side} than independent in {share:.0%} of the members"
    both = percent(p.growth, p.untreated)
    return (
        f"{p.condition}: {p.first} + {p.second} leave {both} of growth (alone {alone}); "
        f"excess {_number(e.value)}{shares}: {e.verdict}."
    )


def percent(growth: float, untreated: float) -> str:
    """Growth in percent of untreated growth."""
    return "-" if untreated == 0 else f"{100 * growth / untreated:.3g} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value if abs(value) >= 5e-5 else 0.0:+.3g}"


def _between(e: Excess) -> str:
    if e.members.low is None or e.members.high is None:
        return ""
    return f"{_number(e.members.low)} to {_number(e.members.high)}"


def _isobole(p: Combination, unit: list[str]) -> str:
    if not any(math.isfinite(b) for _, b in p.isobole):
        return "no combination halves growth at the point"
    pairs = [
        f"{a:.3g}{unit[0]} with {b:.3g}{unit[1]}" if math.isfinite(b) else f"{a:.3g}{unit[0]} with no dose"
        for a, b in p.isobole
    ]
    return f"halves growth at the point: {'; '.join(pairs)}"


def _why(p: Combination) -> list[str]:
    def said(own: tuple[Binds, ...]) -> str:
        return ", ".join(map(str, own)) or "nothing stated"

    return [f"binds with both: {said(p.binds)}; {p.first} alone: {said(p.before[0])}; "
            f"{p.second} alone: {said(p.before[1])}"]  # fmt: skip
