"""resistance: which fluxes rise when something is blocked, and which genes is the cell then left with?

Codes: FM536 nothing is blocked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import get_args

import numpy as np

from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.spread import spread
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change
from fluxmodel.errors import DomainError, Problem
from fluxmodel.formalism import DEFAULT
from fluxmodel.lp.sparse import Floats
from fluxmodel.network.model import Model
from fluxmodel.questions.arguments import items
from fluxmodel.questions.changes import is_treatment
from fluxmodel.questions.compare import run_compare
from fluxmodel.questions.comparison import Changed, Comparison
from fluxmodel.questions.inputs import ConditionRef, ModelRef, as_model
from fluxmodel.questions.knocked_rows import Singles, ratios
from fluxmodel.questions.knocking import Run
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.routes import STRENGTH, Backup, Resistance, Route


def resistance(
    model: ModelRef,
    condition: ConditionRef,
    block: Change | Sequence[Change],
    changes: Sequence[Change] = (),
    fraction: float | None = None,
    solver: str = "glpk",
    *,
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    thermo: bool = True,
) -> Resistance:
    """What a cell can fall back on when something is blocked.

    The net flux of every reaction is compared with and without the block, as `compare` does: a flux rises for
    certain where its intervals lie apart in at least 95 % of the members, and likely in 80 %. Every gene is
    then knocked out with the block and without it: those that are worth more with it are backups, whether
    their fluxes must rise or only can.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    condition : str, path or Condition
    block : Change or sequence of Change
        Inhibitions and knock-outs, such as ``fx.inhibit("GLS=90%")``.
    changes : sequence of Change
        Settings that hold with and without the block.
    fraction, solver, formalism, folders, members, seed, workers, thermo
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Resistance

    Raises
    ------
    InputError
        With every problem of the input; FM536 if nothing is blocked.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.resistance(None, "normoxia", fx.knock_out("GAPDH"), members=4)
    >>> found.growth[1] <= found.growth[0], len(found.routes) > 0
    (True, True)
    """
    network = as_model(model)
    treatments = items("block", block, get_args(Change), 'give changes, such as fx.inhibit("GLS=90%")')
    if not any(is_treatment(c) for c in treatments):
        what, cure = "nothing is blocked", 'give an inhibition or a knock-out, such as fx.inhibit("GLS=90%")'
        raise DomainError(Problem("FM536", what, cure=cure))
    how = Settings(
        observables=fluxes_of(network),
        fraction=fraction,
        solver=solver,
        formalism=formalism,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
        thermo=thermo,
    )
    return run_resistance(plan(network, [condition], [*changes, *treatments], how, single=False))


def fluxes_of(model: Model) -> list[str]:
    """The observables of a question about routes: growth, and every net flux."""
    return ["growth", *(f"flux({r})" for r in model.reactions)]


def run_resistance(prepared: Plan, progress: Progress | None = None) -> Resistance:
    """Compare the two arms of a plan, then knock out what rises in both."""
    found = run_compare(prepared, progress)
    plain, treated = found.arms
    model = prepared.model
    routes = _routes(found, model)
    notes = tuple(dict.fromkeys((*plain.notes, *treated.notes)))
    backups: tuple[Backup, ...] = ()
    if treated.growth_or_none:
        said = {g: r.verdict for r in reversed(routes) for g in r.genes}  # the first of the strongest
        backups = _backups(prepared, said)
    else:
        notes = (*notes, "nothing grows under the block: there are no routes around it")
    growth = plain.growth_or_none, treated.growth_or_none
    return Resistance(plain.label, treated.label, growth, routes, backups, notes)


def _routes(found: Comparison, model: Model) -> tuple[Route, ...]:
    """The reactions that rise, by their catalysts."""
    by_catalysts: dict[tuple[str, ...], list[Changed]] = {}
    (difference,) = found.differences
    for row in difference.rows:
        (reaction,) = row.observable.numerator
        if rises(row) and reaction != model.biomass:
            key = tuple(c.id for c in model.catalysts_of(reaction)) or (reaction,)
            by_catalysts.setdefault(key, []).append(row)
    routes = []
    for key, rows in by_catalysts.items():
        catalysts = [model.all_catalysts[k] for k in key if k in model.all_catalysts]
        said = min((rises(r) for r in rows), key=STRENGTH.index)
        proven = [r.verdict for r in rows if rises(r) != STRENGTH[-1]]
        shares = [v.share for v in proven if v.share is not None]
        routes.append(
            Route(
                tuple(c.id for c in catalysts),
                tuple(dict.fromkeys(g for c in catalysts for g in c.rule.genes)),
                tuple((next(iter(r.observable.numerator)), r.before or 0.0, r.after or 0.0) for r in rows),
                said,
                max(shares, default=None),
            )
        )
    return tuple(sorted(routes, key=lambda r: (STRENGTH.index(r.verdict), -_rise(r), r.reactions[0][0])))


def rises(row: Changed) -> str:
    """How sure it is that a flux is larger in its own direction; empty if nothing says so.

    Parameters
    ----------
    row : Changed
    """
    if not row.after:
        return ""
    said, way = row.verdict, "up" if row.after > 0 else "down"
    if said.direction == way:
        return STRENGTH[0] if said.certain else STRENGTH[1]
    return STRENGTH[2] if said.direction == "undetermined" and said.point == way else ""


def _rise(route: Route) -> float:
    return max(abs(after) - abs(before) for _, before, after in route.reactions)


def _backups(prepared: Plan, said: Mapping[str, str]) -> tuple[Backup, ...]:
    """The genes that are worth more under the block, with what was said of their routes."""
    run = Run([replace(prepared, arms=(arm,), pairs=()) for arm in prepared.arms], None)
    asked = [Singles.asking(ready, run.what) for ready in run.ready]
    with Crew(sum(map(len, asked)), prepared.workers) as crew:
        plain, treated = (
            Singles(ready, run.what, question, answer)
            for ready, question, answer in zip(run.ready, asked, crew.stream(asked), strict=True)
        )
    left: Mapping[str, tuple[Floats, Floats]] = {
        g: (ratios(plain.growth(g), plain.base), ratios(treated.growth(g), treated.base))
        for g in run.what.targets
    }
    found = (_backup(gene, *both, prepared.constants) for gene, both in left.items())
    kept = (replace(b, rises=said.get(b.gene, "")) for b in found if b is not None)
    return tuple(sorted(kept, key=lambda b: (b.blocked or 0.0, b.gene)))


def _backup(gene: str, alone: Floats, blocked: Floats, constants: Constants) -> Backup | None:
    """A gene, if it is worth more under the block in enough members, or at the point without any."""
    with np.errstate(invalid="ignore"):
        more = np.where(
            np.isfinite(alone) & np.isfinite(blocked),
            (blocked * constants.min_ratio < 1) & (blocked * constants.min_ratio < alone),
            np.nan,
        )
    known = more[1:][np.isfinite(more[1:])]
    share = float(known.mean()) if known.size else None
    level = float(more[0] == 1) if share is None else share
    if level < constants.likely_share:
        return None
    before, after = (None if np.isnan(x[0]) else float(x[0]) for x in (alone, blocked))
    certain = level >= constants.certain_share
    return Backup(gene, before, after, spread(alone[1:]), spread(blocked[1:]), share, certain)
