"""compare: what changes between conditions, and with a treatment in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike

from fluxmodel.analysis.verdict import Constants, verdict
from fluxmodel.condition import Change
from fluxmodel.questions.inputs import ConditionRef, ModelRef, Untreated
from fluxmodel.questions.plan import Plan, Settings, plan
from fluxmodel.questions.predict import solve_arm
from fluxmodel.questions.results import Changed, Comparison, Difference, Prediction


def compare(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    changes: Sequence[Change] = (),
    observables: Iterable[str] | None = None,
    fraction: float | None = None,
    solver: str = "glpk",
    *,
    formalism: str = "fba",
    folders: Sequence[str | PathLike[str]] = (),
    gene_rules_only: bool = False,
) -> Comparison:
    """Compare conditions, each with and without a treatment.

    Settings among the changes (``fx.set_field``) hold in every arm. Treatments (inhibit, knock out, open,
    add a reaction) are applied together, and give every condition a second arm: then each condition is
    compared with the first, each treated arm with its own control, and the treated arms with each other.

    Parameters
    ----------
    model, changes, observables, fraction, solver, formalism, folders, gene_rules_only
        As in `predict`.
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
    how = Settings(observables, fraction, solver, formalism, folders, gene_rules_only)
    return run_compare(plan(model, conditions, changes, how, single=False))


def run_compare(prepared: Plan) -> Comparison:
    """Solve every arm of a plan and compare its pairs."""
    constants = prepared.constants
    known = Untreated(prepared.solver)
    arms = tuple(solve_arm(a, prepared.observables, constants, prepared.solver, known) for a in prepared.arms)
    pairs = tuple(difference(arms[a], arms[b], constants) for a, b in prepared.pairs)
    return Comparison(arms, pairs)


def difference(of: Prediction, against: Prediction, constants: Constants) -> Difference:
    """What changes from `against` to `of`, observable by observable."""
    rows = []
    for before, after in zip(against.rows, of.rows, strict=True):
        judged = verdict(before.value, before.range.interval, after.value, after.range.interval, constants)
        rows.append(Changed(before.observable, before.value, after.value, judged))
    return Difference(of.label, against.label, tuple(rows))
