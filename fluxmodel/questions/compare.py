"""compare: what changes between conditions, and with a treatment in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike

from fluxmodel.analysis.parallel import Progress
from fluxmodel.analysis.sensitivity import Agreement, agreement
from fluxmodel.analysis.shares import Shares, by_members, shares
from fluxmodel.analysis.verdict import Constants, Verdict, change, verdict
from fluxmodel.condition import Change
from fluxmodel.formalism import DEFAULT
from fluxmodel.questions.comparison import Changed, Comparison, Difference
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.predict import solve_arms
from fluxmodel.questions.prediction import Prediction


def compare(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    changes: Sequence[Change] = (),
    observables: Iterable[str] | None = None,
    fraction: float | None = None,
    solver: str = "glpk",
    *,
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    gene_rules_only: bool = False,
    members: int | None = None,
    seed: int = 1,
    objective: str = "adjustment",
    workers: int | None = None,
    thermo: bool = True,
    sensitivity: bool = False,
) -> Comparison:
    """Compare conditions, each with and without a treatment.

    Settings among the changes (``fx.set_field``) hold in every arm. Treatments (inhibit, knock out, open,
    add a reaction) are applied together, and give every condition a second arm: then each condition is
    compared with the first, each treated arm with its own control, and the treated arms with each other.

    Parameters
    ----------
    model, changes, observables, fraction, solver, formalism, folders, gene_rules_only, thermo
        As in `predict`.
    members, seed, objective, workers
        As in `predict`.
    sensitivity : bool
        Ask every member for its own point as well, and call a statement fragile that fewer than 80 % of these
        points make. It takes about as long again.
    conditions : sequence of str, path or Condition
        At least two, or one and a treatment.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        With every problem of every arm.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> c = fx.compare(None, ["normoxia", "hypoxia"], [fx.inhibit("GLS=90%")], ["growth"])
    >>> [(d.of, d.against) for d in c.differences][:2]
    [('hypoxia', 'normoxia'), ('normoxia + GLS 90 % inhibited', 'normoxia')]
    """
    how = Settings(
        observables=observables,
        fraction=fraction,
        solver=solver,
        formalism=formalism,
        folders=folders,
        gene_rules_only=gene_rules_only,
        members=members,
        seed=seed,
        objective=objective,
        workers=workers,
        thermo=thermo,
        sensitivity=sensitivity,
    )
    return run_compare(plan(model, conditions, changes, how, single=False))


def run_compare(prepared: Plan, progress: Progress | None = None) -> Comparison:
    """Solve every arm of a plan and compare its pairs."""
    constants = prepared.constants
    arms = tuple(solve_arms(prepared, progress))
    pairs = tuple(difference(arms[a], arms[b], constants) for a, b in prepared.pairs)
    return Comparison(arms, pairs)


def difference(of: Prediction, against: Prediction, constants: Constants) -> Difference:
    """What changes from `against` to `of`, observable by observable."""
    rows = (changed(against, of, (k, k), constants) for k in range(len(of.rows)))
    return Difference(of.label, against.label, tuple(rows))


def changed(against: Prediction, of: Prediction, which: tuple[int, int], constants: Constants) -> Changed:
    """What becomes of one observable; `which` is its place in either prediction."""
    before, after = against.rows[which[0]], of.rows[which[1]]
    judged = verdict(before.value, before.range.interval, after.value, after.range.interval, constants)
    judged = _at_both_points(judged, before.other, after.other, constants)
    if of.members is not None and against.members is not None and len(of.members) == len(against.members):
        judged = by_members(judged, member_shares(against, of, which, constants), constants)
    elif of.points_only or against.points_only:  # of one state each there is nothing certain
        judged = replace(judged, direction="undetermined", certain=False)
    agreed = _agreement(judged, against, of, which, constants)
    return Changed(before.observable, before.value, after.value, judged, agreed)


def member_shares(
    against: Prediction, of: Prediction, which: tuple[int, int], constants: Constants
) -> Shares:
    """The shares of members whose intervals prove a change of an observable."""
    a, b = against.members, of.members
    assert a is not None
    assert b is not None
    j, k = which
    if against.rows[j].is_growth:  # its optimum is exact
        return shares(a.growth, a.growth, b.growth, b.growth, constants)
    return shares(a.low[:, j], a.high[:, j], b.low[:, k], b.high[:, k], constants)


def _agreement(
    judged: Verdict, against: Prediction, of: Prediction, which: tuple[int, int], constants: Constants
) -> Agreement | None:
    """How many members say at their points what the verdict says, or the point where there is none."""
    a, b = against.points, of.points
    said = judged.point if judged.direction == "undetermined" else judged.direction
    if said == "undetermined" or a is None or b is None or len(a) != len(b):
        return None
    return agreement(said, a.values[:, which[0]], b.values[:, which[1]], constants)


def _at_both_points(
    judged: Verdict, before: float | None, after: float | None, constants: Constants
) -> Verdict:
    """The verdict; nothing is said at the point where the parsimonious points differ the other way."""
    if before is None or after is None or judged.point in ("unchanged", "undetermined"):
        return judged
    other = change(before, after, constants)
    if other == (-1 if judged.point == "up" else 1):
        why = f"{judged.point} where the reference is least adjusted, the other way at the least flux"
        return replace(judged, point="undetermined", why=why)
    return judged
