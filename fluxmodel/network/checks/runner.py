"""Runs the rules, sets waived findings apart, and says what was not run and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from fluxmodel.errors import DomainError, Problem, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.checks import (
    balance,
    drugs,
    flux,
    leaks,
    pedigree,
    sbml_file,
    scope,
    structure,
    trace,
    yields,
)
from fluxmodel.network.checks.base import Check, Context, Finding, SolverFactory
from fluxmodel.network.model import Model
from fluxmodel.network.parent import Parent

CHECKS: tuple[Check, ...] = tuple(
    check
    for module in (balance, structure, leaks, yields, flux, pedigree, scope, drugs, sbml_file, trace)
    for check in module.CHECKS
)
UNUSED_WAIVER = "FM480"  # judged by the runner itself, once it knows what was found


@dataclass(frozen=True)
class Report:
    """What a run found.

    ``values`` are counts and measurements by name (pairs are ``(good, all)``); ``skipped`` says
    which rules were not run, and why; ``waived`` are findings that waivers.tsv accepts.
    """

    findings: tuple[Finding, ...]
    values: Mapping[str, Any]
    ran: tuple[str, ...]
    skipped: Mapping[str, str]
    waived: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing of severity error was found."""
        return not any(f.severity == "error" for f in self.findings)

    @property
    def counts(self) -> Mapping[str, int]:
        """Findings by code."""
        return FrozenMap(sorted(Counter(f.code for f in self.findings).items()))


def select(only: Collection[str] | None = None) -> tuple[Check, ...]:
    """The rules named by code or id, in their fixed order; all if `only` is None.

    Raises
    ------
    DomainError
        FM481 for a name that is no rule.

    Examples
    --------
    >>> [check.code for check in select(["mass", "FM431"])]
    ['FM430', 'FM431']
    """
    if only is None:
        return CHECKS
    known = {name for check in CHECKS for name in (check.code, check.id)}
    listed = f"known: {', '.join(f'{check.code} {check.id}' for check in CHECKS)}"
    problems = [
        Problem("FM481", f"there is no check {name!r}", cure=nearest(name, known) or listed)
        for name in only
        if name not in known
    ]
    if problems:
        raise DomainError(problems)
    return tuple(check for check in CHECKS if check.code in only or check.id in only)


def run_checks(
    model: Model,
    parent: Parent | None = None,
    *,
    solver: SolverFactory | None = None,
    only: Collection[str] | None = None,
    progress: Callable[[Check, int, int], None] | None = None,
) -> Report:
    """Check a model.

    Parameters
    ----------
    model : Model
    parent : Parent, optional
        To trace to; without it the trace rules are skipped.
    solver : callable, optional
        Makes a `Solver` from a model (the model plus test reactions); without it the rules that
        need an LP are skipped.
    only : collection of str, optional
        Codes or ids of the rules to run.
    progress : callable, optional
        Called as ``progress(check, n, total)`` before each rule.

    Returns
    -------
    Report
        Findings in the order of the rules, then of the tables.

    Raises
    ------
    DomainError
        If `only` names a rule that does not exist.
    NoOptimum
        If the solver fails on a test state.

    Examples
    --------
    >>> from fluxmodel.network import load_model
    >>> run_checks(load_model(), only=["mass", "charge"]).ok
    True
    """
    chosen = select(only)
    have = {"solver": solver is not None, "parent": parent is not None, "path": model.path is not None}
    skipped = {
        check.code: "no " + " and no ".join(sorted(n for n in check.needs if not have[n])) + " was given"
        for check in chosen
        if any(not have[need] for need in check.needs)
    }
    run = [check for check in chosen if check.code not in skipped]
    context = Context(model, parent, solver)
    found: list[Finding] = []
    for n, check in enumerate(run):
        if progress is not None:
            progress(check, n, len(run))
        for hit in check.run(context):
            found.append(
                Finding(check.code, check.id, check.severity, hit.subject, hit.message, check.hint, hit.where)
            )
    ran = tuple(check.code for check in run)
    waivers = {(w.code, w.subject) for w in model.waivers}
    kept = [f for f in found if (f.code, f.subject) not in waivers]
    waived = [f for f in found if (f.code, f.subject) in waivers]
    return Report(
        findings=(*kept, *_unused_waivers(model, found, ran)),
        values=FrozenMap(context.values),
        ran=ran,
        skipped=FrozenMap(skipped),
        waived=tuple(waived),
    )


def _unused_waivers(model: Model, found: list[Finding], ran: tuple[str, ...]) -> list[Finding]:
    """Waivers that match nothing, or name no rule; those of rules that did not run are not judged."""
    matched = {(f.code, f.subject) for f in found}
    codes = {check.code for check in CHECKS}
    return [
        Finding(
            UNUSED_WAIVER,
            "unused_waiver",
            "error",
            w.subject,
            f"the waiver of {w.code} matches nothing"
            if w.code in codes
            else f"the waiver names {w.code}, which is no check",
            "remove the row from waivers.tsv",
            w.where,
        )
        for w in model.waivers
        if w.code not in codes or (w.code in ran and (w.code, w.subject) not in matched)
    ]
