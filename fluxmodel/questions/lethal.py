"""lethal: the smallest sets of genes without which a cell does not grow, alone or together with a loss.

Codes: FM561 no such gene, FM562 a size, number, time or threshold that cannot be, FM563 a formalism in which
losses are not defined, FM564 a cell that does not grow anyway.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from numbers import Real
from os import PathLike

from fluxmodel.analysis.lethal.cutsets import CutSets, LethalSet, Wanted, cut_sets
from fluxmodel.analysis.lethal.knockable import Knockable
from fluxmodel.analysis.lethal.lethality import LossesAsked, MemberLosses
from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.condition import Change, KnockOut
from fluxmodel.errors import ConditionError, DomainError, Problem, Where
from fluxmodel.formalism import DEFAULT
from fluxmodel.network import Model
from fluxmodel.questions.arguments import items
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.inputs import ConditionRef, ModelRef, as_model
from fluxmodel.questions.lethal_sets import Lethal, LethalSets
from fluxmodel.questions.plan import Plan, Settings, plan

#: Share of growth below which a cell counts as not growing, and how far a search goes where nothing is said.
THRESHOLD, MAX_SIZE, MAX_SETS, SECONDS = 0.1, 3, 20, 60.0
#: Formalisms in which the loss of a gene is defined by what it closes.
HERE = ("capacity", "fba")


def lethal_sets(
    model: ModelRef,
    condition: ConditionRef,
    with_: Iterable[str] = (),
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    max_size: int = MAX_SIZE,
    max_sets: int = MAX_SETS,
    time_limit: float = SECONDS,
    threshold: float = THRESHOLD,
    formalism: str = DEFAULT,
    include_essential: bool = False,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> LethalSets:
    """The smallest sets of genes whose loss, alone or together with other genes, stops growth.

    Smaller sets come first, and what is proven is stated: that no set up to some size is missing, or that
    time was up before. The sets are found at the point of the cell, and its members are asked how often they
    are lethal. Directions that exclude each other (`thermo` of `predict`) are left out, as in `control`.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    condition : str, path or Condition
    with_ : iterable of str
        Genes that are lost as well, and do not count: what makes their loss lethal?
    changes : sequence of Change
        What is done to the condition.
    solver : str
        For the linear programs; sets are chosen by HiGHS.
    max_size : int
        Most genes in a set. Three take minutes, four and more may never be settled.
    max_sets : int
        The search ends with so many.
    time_limit : float
        Seconds. The only setting by which an answer can depend on the machine; the statement says so.
    threshold : float
        Share of the growth with all genes below which a cell counts as not growing; 0.1 is chosen.
    formalism : {'capacity', 'fba'}
        With ``fba`` the loss of a gene is its deletion: a reaction goes with its last isozyme.
    include_essential : bool
        Whether genes that are lethal alone count, and sets that are lethal without `with_`, too.
    folders, members, seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    LethalSets

    Raises
    ------
    InputError
        With every problem of the input; FM564 if the cell does not grow with all genes.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.lethal_sets(None, "hypoxia", ["GLS"], max_size=1, members=0)
    >>> found.statement
    'no set of up to 1 gene is lethal together with GLS (proven; 51 lethal alone are left out)'
    """
    network = as_model(model)
    given = items("with_", with_, str, 'give genes, such as ["GLS"]')
    wanted = Wanted(given, threshold, max_size, max_sets, time_limit, include_essential)
    problems = wrong(network, wanted, formalism)
    if problems:
        raise DomainError(problems)
    how = Settings(
        observables=["growth"],
        solver=solver,
        formalism=formalism,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
    )
    return run_lethal(plan(network, [condition], changes, how, single=True), wanted)


def run_lethal(
    prepared: Plan, wanted: Wanted, sets: Progress | None = None, asked: Progress | None = None
) -> LethalSets:
    """Search in the one arm of a plan; `sets` and `asked` are told of sets found and members asked."""
    (arm,) = prepared.arms
    problem = Untreated(prepared.solver).feasible(arm)
    lost = {t for c in arm.condition.changes if isinstance(c, KnockOut) for t in c.targets}
    wanted = replace(wanted, given=tuple(dict.fromkeys(g for g in wanted.given if g not in lost)))
    knockable = Knockable.of(problem, lost)
    found = cut_sets(knockable, wanted, prepared.solver, progress=sets)
    if not found.untreated > GROWTH_TOLERANCE:
        what = f"{arm.label} does not grow with all genes: every set would be lethal"
        cure = "`fluxmodel predict` says why"
        raise ConditionError(Problem("FM564", what, arm.condition.place("id"), cure))
    losses: MemberLosses | None = None
    if found.sets and arm.members.limits is not None:
        genes = tuple((*s.genes, *wanted.given) for s in found.sets)
        with Crew(len(arm.members), prepared.workers, asked) as crew:
            crew.add(LossesAsked(knockable, arm.members.limits, genes, prepared.solver))
            (losses,) = crew.answers()
    return _result(arm.label, wanted, found, losses)


def _result(label: str, wanted: Wanted, found: CutSets, losses: MemberLosses | None) -> LethalSets:
    def row(k: int, s: LethalSet) -> Lethal:
        share = None if losses is None else losses.lethal(k, wanted.share)
        return Lethal(s.genes, s.groups, s.growth, s.alone, s.spared, share)

    rows = tuple(row(k, s) for k, s in enumerate(found.sets))
    members = 0 if losses is None else len(losses)
    return LethalSets(
        label, wanted.given, found.untreated, found.given, wanted.share, rows, wanted, found.proven,
        found.stopped, found.essential, found.apart, members,
    )  # fmt: skip


def wrong(model: Model, wanted: Wanted, formalism: str = DEFAULT, flags: bool = False) -> list[Problem]:
    """Everything that is wrong with what is wanted; `flags` names it as the command line does."""
    found = []
    for gene in wanted.given:
        if gene not in model.genes:
            cure = model.suggest_gene(gene) or "`fluxmodel show gene SYMBOL` looks genes up"
            where = Where(f"--with {gene}" if flags else "with_")
            found.append(Problem("FM561", f"the model has no gene {gene!r}", where, cure))
    numbers = (
        ("max_size", wanted.max_size, _counts(wanted.max_size), "give a whole number from 1 on"),
        ("max_sets", wanted.max_sets, _counts(wanted.max_sets), "give a whole number from 1 on"),
        ("time_limit", wanted.seconds, _real(wanted.seconds) and wanted.seconds > 0, "give seconds > 0"),
        (
            "threshold",
            wanted.share,
            _real(wanted.share) and 0 < wanted.share < 1,
            "give a share, such as 0.1",
        ),
    )
    for name, value, good, cure in numbers:
        if not good:
            where = Where(f"--{name.replace('_', '-')} {value}") if flags else Where()
            found.append(Problem("FM562", f"{name} = {value!r}", where, cure))
    if formalism not in HERE:
        what = f"formalism {formalism!r} does not say what the loss of a gene closes"
        where = Where(f"--formalism {formalism}") if flags else Where()
        found.append(Problem("FM563", what, where, f"use {' or '.join(HERE)}"))
    return found


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
