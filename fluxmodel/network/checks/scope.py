"""What the model has to be able to answer, and what has to be closed."""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.network.checks.base import FLUX_TOLERANCE, Bounds, Check, Context, Hit, Need
from fluxmodel.network.checks.flux import carries, open_ranges
from fluxmodel.network.checks.probes import all_open, closed_rows_open, merged
from fluxmodel.network.gpr import any_of, equivalent
from fluxmodel.network.rows import ScopeRow

# Words of the column `test`, after an optional "opened: "; an empty cell means the first one.
RANGE = "range changes when the genes are lost"
ZERO = "no flux when the genes are lost"
FLUX = "carries flux"
TESTS = (RANGE, ZERO, FLUX)
_OPENED = "opened: "

HETEROLOGOUS = "HET"  # reason code of rows that no human cell has
HETEROLOGOUS_GENES = frozenset({"AOX", "LbNOX", "mitoLbNOX", "gpASNase", "IDH1_R132H"})


def _name(row: ScopeRow) -> str:
    return f"{row.family}:{row.reaction}" + (f":{'+'.join(row.genes)}" if row.genes else "")


def _test(row: ScopeRow) -> str:
    return row.test.removeprefix(_OPENED) or (RANGE if row.genes else FLUX)


def decisions(ctx: Context) -> Iterator[Hit]:
    """The tables do what scope.tsv decides: in is open, closed is closed, out is absent."""
    for row in ctx.model.scope:
        if row.decision != "out" and _test(row) not in TESTS:
            yield Hit(_name(row), f"the test {row.test!r} is none of: {'; '.join(TESTS)}", row.where)
        reaction = ctx.model.reactions.get(row.reaction)
        if row.decision == "out":
            if reaction is not None:
                yield Hit(_name(row), f"{row.reaction} is out of scope and in the model", row.where)
        elif reaction is not None and reaction.open != (row.decision == "in"):
            state = "open" if reaction.open else "closed"
            yield Hit(_name(row), f"{row.reaction} is `{row.decision}` and {state} by default", row.where)


def _state(ctx: Context, row: ScopeRow) -> dict[str, tuple[float, float]]:
    state = all_open(ctx.model)
    if row.decision == "closed":
        state[row.reaction] = closed_rows_open(ctx.model).get(row.reaction, (0.0, 0.0))
    return state


def _range(ctx: Context, row: ScopeRow) -> tuple[float, float]:
    """Range of the row's reaction with all exchanges, and itself, open."""
    if row.decision == "in":
        return open_ranges(ctx)[row.reaction]
    key = f"scope.{row.reaction}"
    return ctx.once(key, lambda: ctx.ranges([row.reaction], _state(ctx, row)))[row.reaction]


def _interval(range_: tuple[float, float]) -> str:
    return " to ".join(f"{round(end, 9) + 0.0:g}" for end in range_)  # + 0.0: never "-0"


def _tested(ctx: Context) -> Iterator[ScopeRow]:
    return (row for row in ctx.model.scope if row.decision != "out" and row.reaction in ctx.model.reactions)


def carries_flux(ctx: Context) -> Iterator[Hit]:
    """Every reaction in scope carries flux when all exchanges (and it, if closed) are open."""
    rows = dead = 0
    for row in _tested(ctx):
        rows += 1
        if not carries(_range(ctx, row)):
            dead += 1
            yield Hit(_name(row), f"{row.reaction} carries no flux", row.where)
    ctx.values["scope.carry_flux"] = (rows - dead, rows)


def knock_outs(ctx: Context) -> Iterator[Hit]:
    """Without its genes the reaction's range is another one, or 0, as the row's test says."""
    rows = inert = 0
    for row in _tested(ctx):
        before = _range(ctx, row)
        if not row.genes or _test(row) == FLUX or not carries(before):  # no flux: another rule says so
            continue
        rows += 1
        lost: Bounds = dict.fromkeys(ctx.model.lost_reactions(row.genes), (0.0, 0.0))
        if not lost:
            inert += 1
            yield Hit(
                _name(row), "without the genes no reaction is lost: another catalyst is left", row.where
            )
            continue
        after = ctx.ranges([row.reaction], merged(_state(ctx, row), lost))[row.reaction]
        moved = max(abs(after[0] - before[0]), abs(after[1] - before[1]))
        if moved <= FLUX_TOLERANCE or (_test(row) == ZERO and carries(after)):
            inert += 1
            said = f"{_interval(before)} becomes {_interval(after)}"
            yield Hit(_name(row), f"without the genes {row.reaction} still runs: {said}", row.where)
    ctx.values["scope.knock_outs"] = (rows - inert, rows)


def heterologous(ctx: Context) -> Iterator[Hit]:
    """What no human cell has is closed by default, and marked as such."""
    for r in ctx.model.reactions.values():
        foreign = bool(r.rule) and not r.rule.holds(HETEROLOGOUS_GENES)
        if HETEROLOGOUS in r.reasons and r.open:
            yield Hit(r.id, "is heterologous and open by default", r.where)
        elif foreign and r.open:
            yield Hit(r.id, f"needs {' '.join(r.genes)} and is open by default", r.where)
        elif foreign and HETEROLOGOUS not in r.reasons:
            yield Hit(r.id, f"needs {' '.join(r.genes)} and has no reason {HETEROLOGOUS}", r.where)


def catalysts(ctx: Context) -> Iterator[Hit]:
    """A reaction's gene rule says the same as its catalysts together."""
    explicit = {r for c in ctx.model.catalysts.values() for r in c.reactions}
    for r in ctx.model.reactions.values():
        if r.id not in explicit:
            continue
        together = any_of(c.rule for c in ctx.model.catalysts_of(r.id))
        if not equivalent(r.rule, together):
            names = " ".join(c.id for c in ctx.model.catalysts_of(r.id))
            what = f"its rule is `{r.rule}`, its catalysts ({names}) make `{together}`"
            yield Hit(r.id, what, r.where)


_SOLVER: tuple[Need, ...] = ("solver",)
CHECKS = (
    Check("FM455", "catalysts", "error", "make the gpr the OR of the catalysts' rules", catalysts),
    Check("FM456", "scope_decision", "error", "change the decision or the reaction's default", decisions),
    Check("FM457", "scope_flux", "error", "add what is missing for it to run", carries_flux, _SOLVER),
    Check(
        "FM458", "scope_knock_out", "error", "name all genes that gate it, or split the row by catalyst",
        knock_outs, _SOLVER,
    ),
    Check("FM459", "heterologous", "error", "close it by default, with reason HET", heterologous),
)  # fmt: skip
