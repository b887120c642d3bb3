"""iMAT: reactions that are highly expressed run, those that are hardly expressed do not, as far as that goes.

As many reactions as can be agree with their expression: a highly expressed one by carrying at least EPS in
one of its directions, a lowly expressed one by carrying nothing. That is the mixed-integer program of Shlomi
and others [1]_. Its best choices are many, so that what is taken from it is only what all of them share: a
reaction runs (in that direction), or does not, if every best choice says so, and is left free otherwise [2]_.
Growth and the flux state are then those of `fluxmodel.formalism.fba` within these bounds: iMAT maximises
agreement, not growth, and a cell may come out as one that does not grow.

A level is abundance in the reference times the expression ratio, isozymes added; high is above the 75th
percentile of the levels in the reference, low below the 25th. A reaction without a level is free. Loads and
demands are served in every choice if they can be. Inhibitors act as in `fluxmodel.formalism.fba`; what is
knocked out is not expressed.

References
----------
.. [1] Shlomi T et al. (2008), Nature Biotechnology 26, 1003-1010.
.. [2] Zur H, Ruppin E, Shlomi T (2010), Bioinformatics 26, 3140-3142.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fluxmodel.errors import NoOptimum
from fluxmodel.formalism.agreement import HIGH, LOW, Agreement, agreement
from fluxmodel.formalism.builder import Builder
from fluxmodel.formalism.levels import parameter, reference_levels, state_levels
from fluxmodel.formalism.problem import Problem
from fluxmodel.formalism.resolved import Bound, Origin, Resolved

NAME = "imat"
#: Least flux that counts as running, mmol/gDW/h, and the quantiles of high and low expression: chosen. The
#: flux is a thousandth of what a cell takes up; Shlomi and others took 1 in a network scaled to 1000.
EPS, TOP, BOTTOM = 1e-3, 0.75, 0.25
#: Seconds for finding the best agreement and what its choices share.
SECONDS = 60.0
#: What notes begin with, so that a problem that is built again does not repeat them.
_TOLD = "imat: "


def build(resolved: Resolved) -> Problem:
    """The problem in which what all best choices share is fixed.

    Parameters
    ----------
    resolved : Resolved

    Returns
    -------
    Problem

    Raises
    ------
    NoOptimum
        If time is up before any choice was found.
    """
    plain = _built(resolved, {})
    wanted = classes(resolved)
    if not wanted:
        return plain
    eps = parameter(resolved, "imat.eps", EPS)
    parts = tuple((plain.columns_of[r], level) for r, level in wanted.items())
    slacks = tuple(plain.slack_of.values())
    found = agreement(plain.program, parts, slacks, eps, parameter(resolved, "imat.seconds", SECONDS))
    if found.problem:
        raise NoOptimum(found.problem, ("formalism imat found no choice of reactions",))
    bounds = {}
    for reaction, state in zip(wanted, found.shared, strict=True):
        if state is not None:
            bounds[reaction] = _fixed(resolved.bounds[reaction], reaction, state, eps)
    notes = (*(n for n in resolved.notes if not n.startswith(_TOLD)), *_notes(found))
    return _built(replace(resolved, notes=notes), bounds)


def classes(resolved: Resolved) -> dict[str, int]:
    """Reactions that are highly or lowly expressed: `HIGH` or `LOW`."""
    reference = reference_levels(resolved)
    if not reference:
        return {}
    names = (("imat.high", TOP), ("imat.low", BOTTOM))
    ends = [parameter(resolved, name, value) for name, value in names]
    top, bottom = np.quantile(sorted(reference.values()), ends).tolist()
    levels = state_levels(resolved)
    high = {r: HIGH for r, level in levels.items() if level > top}
    return high | {r: LOW for r, level in levels.items() if level < bottom}


def _built(resolved: Resolved, bounds: dict[str, Bound]) -> Problem:
    b = Builder(resolved)
    b.bounds.update(bounds)
    treated = b.treated()
    for reaction in resolved.model.reactions:
        b.reaction(reaction, treated.get(reaction, ()))
    b.demands()
    return b.problem(NAME)


def _fixed(bound: Bound, reaction: str, state: int, eps: float) -> Bound:
    if state == 0:
        origin = Origin("expression", f"{reaction} is hardly expressed and off in every best agreement")
        return Bound(0.0, 0.0, origin, origin)
    way = "forwards" if state > 0 else "backwards"
    origin = Origin("expression", f"{reaction} is highly expressed and runs {way} in every best agreement")
    if state > 0:
        return Bound(max(bound.lower, eps), bound.upper, origin, bound.upper_origin)
    return Bound(bound.lower, min(bound.upper, -eps), bound.lower_origin, origin)


def _notes(found: Agreement) -> tuple[str, ...]:
    """What was agreed, and what was not settled."""
    runs = sum(1 for s in found.shared if s)
    off = sum(1 for s in found.shared if s == 0)
    n = len(found.shared)
    told = [
        f"{_TOLD}{found.agreeing} of {n} highly or lowly expressed reactions can agree with their expression "
        f"at once; {runs} run and {off} are off in every such choice, the others are free"
    ]
    if found.gap > 0:
        more = found.bound - found.agreeing
        told.append(f"{_TOLD}time was up before this was proven: up to {more:.0f} more might agree")
    if found.unsettled:
        told.append(f"{_TOLD}of {found.unsettled} reactions time was up before it was known: they are free")
    if not found.served:
        told.append(f"{_TOLD}demands and loads that cannot all be served were left out of the choice")
    return tuple(told)
