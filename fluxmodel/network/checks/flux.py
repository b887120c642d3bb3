"""What can carry flux, and what can go round in circles."""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.network.checks.base import FLUX_TOLERANCE, Bounds, Check, Context, Hit, Need
from fluxmodel.network.checks.probes import all_open, closed_rows_open, merged, sealed
from fluxmodel.network.rows import Reaction

_WIDEST = 10  # loop fluxes that are reported by name


def _ranges(ctx: Context, key: str, rows: list[str], state: Bounds) -> Bounds:
    return ctx.once(key, lambda: ctx.ranges(rows, state))


def open_ranges(ctx: Context) -> Bounds:
    """Range of every row with all exchanges open."""
    return _ranges(ctx, "ranges.open", list(ctx.model.reactions), all_open(ctx.model))


def carries(range_: tuple[float, float]) -> bool:
    """Whether a range holds more than 0."""
    return max(abs(range_[0]), abs(range_[1])) > FLUX_TOLERANCE


def _dead(ctx: Context) -> list[Reaction]:
    """Open rows that carry nothing with all exchanges open."""
    ranges = open_ranges(ctx)
    return [r for r in ctx.model.reactions.values() if r.open and not carries(ranges[r.id])]


def opened_ranges(ctx: Context) -> Bounds:
    """Range of every closed row, and of every dead open one, with the closed rows opened as well."""
    closed = closed_rows_open(ctx.model)
    rows = [*closed, *(r.id for r in _dead(ctx))]
    return _ranges(ctx, "ranges.opened", rows, merged(all_open(ctx.model), closed))


def blocked(ctx: Context) -> Iterator[Hit]:
    """Every open row can carry flux when all exchanges (and the closed rows) are open."""
    opened = opened_ranges(ctx)
    dead = [r for r in _dead(ctx) if not carries(opened[r.id])]
    ctx.values["blocked"] = (len(dead), sum(r.open for r in ctx.model.reactions.values()))
    for r in dead:
        yield Hit(r.id, f"cannot carry flux: {r.equation}", r.where)


def waiting(ctx: Context) -> Iterator[Hit]:
    """Open rows that carry flux only once a closed row is opened."""
    opened = opened_ranges(ctx)
    for r in _dead(ctx):
        if carries(opened[r.id]):
            yield Hit(r.id, f"carries flux only with a closed row opened: {r.equation}", r.where)


def blocked_opened(ctx: Context) -> Iterator[Hit]:
    """Every closed row can carry flux once it is opened."""
    opened = opened_ranges(ctx)
    rows = [r for r in ctx.model.reactions.values() if not r.open]
    dead = [r for r in rows if not carries(opened[r.id])]
    ctx.values["blocked_when_opened"] = (len(dead), len(rows))
    for r in dead:
        yield Hit(r.id, f"cannot carry flux even when opened: {r.equation}", r.where)


def loops(ctx: Context) -> Iterator[Hit]:
    """With every exchange closed no row carries flux: what does is part of a loop."""
    rows = list(ctx.model.reactions)
    ranges = _ranges(ctx, "ranges.sealed", rows, sealed(ctx.model))
    sizes = {r: max(abs(low), abs(high)) for r, (low, high) in ranges.items() if carries((low, high))}
    ctx.values["loops.reactions"] = (len(sizes), len(rows))
    widest = sorted(sizes, key=lambda r: (-sizes[r], r))[:_WIDEST]
    ctx.values["loops.widest"] = {r: sizes[r] for r in widest}
    for r in sizes:
        low, high = ranges[r]
        where = ctx.model.reactions[r].where
        yield Hit(r, f"carries {low:g} to {high:g} mmol/gDW/h with every exchange closed", where)


_SOLVER: tuple[Need, ...] = ("solver",)
CHECKS = (
    Check(
        "FM445", "blocked", "error", "add what is missing, or close the row with a reason", blocked, _SOLVER
    ),
    Check(
        "FM446", "blocked_opened", "warning", "add what is missing, or drop the row", blocked_opened, _SOLVER
    ),
    Check("FM448", "waiting", "info", "nothing, if it only serves the closed row", waiting, _SOLVER),
    Check(
        "FM447", "loop", "warning", "fix a direction in the loop, or waive it with the reason", loops, _SOLVER
    ),
)
