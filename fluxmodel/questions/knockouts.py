"""knockouts: which genes, reactions and pairs of them does growth need, and in which condition?

Codes: FM533 no condition; those of `fluxmodel.questions.knocking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike

from fluxmodel.condition import Change
from fluxmodel.errors import DomainError, Problem
from fluxmodel.formalism import DEFAULT
from fluxmodel.questions.inputs import ConditionRef, ModelRef, as_model
from fluxmodel.questions.knocked import Knockout, Knockouts
from fluxmodel.questions.knocking import Run, collected
from fluxmodel.questions.plan import Settings, plan


def knockouts(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    genes: Iterable[str] | None = None,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    pairs: bool = False,
    kind: str = "genes",
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    thermo: bool = True,
) -> Knockouts:
    """Growth without each of some genes or reactions, or each pair of them, over the members of the cell.

    A gene takes with it what ``fx.predict(model, condition, [fx.knock_out(gene)])`` takes. Where isozymes
    have no capacity (formalisms other than ``capacity``), it is what ``gene_rules_only=True`` takes.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    conditions : sequence of str, path or Condition
    genes : iterable of str, optional
        Genes, or reactions; all of the model if left out.
    changes : sequence of Change
        What is done in every condition, such as an inhibition on top of which genes are knocked out.
    pairs : bool
        Each pair of them as well.
    kind : {'genes', 'reactions'}
    solver, formalism, folders, members, seed, workers, thermo
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Knockouts

    Raises
    ------
    InputError
        With every problem of the input; FM533 for an empty list, FM534 for a name twice, FM503 for what is no
        gene.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.knockouts(None, ["normoxia"], ["GLS", "FASN", "DHFR"], members=4)
    >>> [(r.name, round(r.ratio, 2), r.verdict) for r in found.rows]
    [('GLS', 1.0, 'not essential'), ('FASN', 0.36, 'not essential'), ('DHFR', 0.0, 'essential')]
    """
    how = _settings(solver, formalism, folders, members, seed, workers, thermo)
    network = as_model(model)
    plans = [plan(network, [c], changes, how, single=True) for c in _conditions(conditions)]
    return collected(Run(plans, genes, kind, pairs))


def iter_knockouts(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    genes: Iterable[str] | None = None,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    pairs: bool = False,
    kind: str = "genes",
    formalism: str = DEFAULT,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    thermo: bool = True,
) -> Iterator[Knockout]:
    """The rows of `knockouts` one by one, as they are found: all pairs of all genes are more than 100,000.

    The input is checked before this returns. Whoever stops listening keeps what has come.

    Parameters
    ----------
    model, conditions, genes, changes, solver, pairs, kind, formalism, folders, members, seed, workers, thermo
        As in `knockouts`.

    Yields
    ------
    Knockout
        Single ones of all conditions first, then pairs.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> rows = fx.iter_knockouts(None, ["hypoxia"], ["LDHA", "LDHB"], pairs=True, members=0)
    >>> [(r.name, r.outcome.value) for r in rows]
    [('LDHA', 'optimal'), ('LDHB', 'optimal'), ('LDHA + LDHB', 'nonviable')]
    """
    how = _settings(solver, formalism, folders, members, seed, workers, thermo)
    network = as_model(model)
    plans = [plan(network, [c], changes, how, single=True) for c in _conditions(conditions)]
    return Run(plans, genes, kind, pairs).rows()


def _settings(
    solver: str,
    formalism: str,
    folders: Sequence[str | PathLike[str]],
    members: int | None,
    seed: int,
    workers: int | None,
    thermo: bool,
) -> Settings:
    return Settings(
        observables=["growth"],
        solver=solver,
        formalism=formalism,
        folders=folders,
        members=members,
        seed=seed,
        workers=workers,
        thermo=thermo,
    )


def _conditions(refs: Sequence[ConditionRef]) -> Sequence[ConditionRef]:
    found = [refs] if isinstance(refs, (str, PathLike)) or not isinstance(refs, Iterable) else list(refs)
    if not found:
        raise DomainError(Problem("FM533", "no condition is named", cure="name one, such as 'normoxia'"))
    return found
