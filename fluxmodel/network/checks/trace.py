"""Every deviation from the parent is explained by a reason code on its row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from fluxmodel.network.checks.base import Check, Context, Hit, Need
from fluxmodel.network.checks.deviations import UNKNOWN, Deviation, Tracer
from fluxmodel.network.rows import Reason

_DIRECTIONS = frozenset({"stricter", "looser", "capped"})


def covers(reason: Reason, kind: str) -> bool:
    """Whether a reason code explains deviations of this kind."""
    return kind in reason.covers or (kind in _DIRECTIONS and "direction" in reason.covers)


def deviations(ctx: Context) -> tuple[Deviation, ...]:
    """Every deviation of the model from its parent."""
    parent = ctx.parent
    assert parent is not None  # a rule that needs the parent is not run without one
    return ctx.once("deviations", lambda: tuple(Tracer(ctx.model, parent).all()))


def _unexplained(*kinds: str) -> Callable[[Context], Iterator[Hit]]:
    def run(ctx: Context) -> Iterator[Hit]:
        for d in deviations(ctx):
            if d.kind not in kinds or any(covers(ctx.model.reasons[code], d.kind) for code in d.reasons):
                continue
            given = f"its reasons ({' '.join(d.reasons)}) do not cover" if d.reasons else "no reason covers"
            yield Hit(d.subject, f"{d.detail}; {given} {d.kind}", d.where)

    return run


def unknown(ctx: Context) -> Iterator[Hit]:
    """Parent ids exist."""
    yield from (Hit(d.subject, d.detail, d.where) for d in deviations(ctx) if d.kind == UNKNOWN)


def stale(ctx: Context) -> Iterator[Hit]:
    """A reason code that stands for deviations stands on rows that have one; counts them all."""
    model = ctx.model
    found: dict[str, list[Deviation]] = {}
    for d in deviations(ctx):
        found.setdefault(d.subject, []).append(d)
    rows = [(r.id, r.reasons, r.where) for r in model.reactions.values() if r.kind != "exchange"]
    rows += [(s.id, s.reasons, s.where) for s in model.species.values()]
    by_code: Counter[str] = Counter()
    for subject, reasons, where in rows:
        here = found.get(subject, [])
        for code in reasons:
            reason = model.reasons[code]
            explained = sum(covers(reason, d.kind) for d in here)
            by_code[code] += explained
            # `duplicate` is judged without the parent
            if set(reason.covers) - {"duplicate"} and not explained and here_judged(here):
                yield Hit(subject, f"carries {code}, and has no deviation that {code} covers", where)
    ctx.values["trace.by_kind"] = dict(sorted(Counter(d.kind for d in deviations(ctx)).items()))
    ctx.values["trace.by_code"] = dict(sorted(by_code.items()))
    traced = [r.id for r in model.reactions.values() if r.kind in ("copied", "lump")]
    exact = [r for r in traced if all(d.kind == "member" for d in found.get(r, ()))]
    ctx.values["trace.exact_reactions"] = (len(exact), len(traced))
    known = [s.id for s in model.species.values() if s.parent]
    ctx.values["trace.exact_species"] = (sum(s not in found for s in known), len(known))


def here_judged(here: list[Deviation]) -> bool:
    """Whether a row could be compared at all: not if its parent id is unknown."""
    return all(d.kind != UNKNOWN for d in here)


_PARENT: tuple[Need, ...] = ("parent",)
CHECKS = (
    Check("FM470", "trace_id", "error", "correct the id in the column `parent`", unknown, _PARENT),
    Check(
        "FM471", "trace_stoichiometry", "error", "make it equal, or add a reason code with its source",
        _unexplained("stoichiometry"), _PARENT,
    ),
    Check(
        "FM472", "trace_gpr", "error", "make it equivalent, or add a reason code with its source",
        _unexplained("gpr"), _PARENT,
    ),
    Check(
        "FM473", "trace_direction", "error", "change the bounds, or add a reason code with its source",
        _unexplained("stricter", "looser", "capped"), _PARENT,
    ),
    Check(
        "FM474", "trace_compartment", "error", "move it back, or add a reason code with its source",
        _unexplained("compartment"), _PARENT,
    ),
    Check(
        "FM475", "trace_formula", "error", "make it equal, or add a reason code with its source",
        _unexplained("formula"), _PARENT,
    ),
    Check(
        "FM476", "trace_charge", "error", "make it equal, or add a reason code with its source",
        _unexplained("charge"), _PARENT,
    ),
    Check(
        "FM477", "trace_kind", "error", "add the reason code that says why the row is what it is",
        _unexplained("addition", "member", "closed"), _PARENT,
    ),
    Check("FM478", "trace_stale", "warning", "remove the reason code, or correct the row", stale, _PARENT),
)  # fmt: skip
