"""screen: of all pairs of many agents, which do more together than either alone, and where?

Codes: those of `fluxmodel.questions.screening`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike

from fluxmodel.condition import Change
from fluxmodel.questions.inputs import ConditionRef, ModelRef
from fluxmodel.questions.plan import Settings
from fluxmodel.questions.screened import Screen, Screened
from fluxmodel.questions.screening import Run, collected

#: Percent that every agent takes of its main targets, unless another strength is asked for.
STRENGTH = "90%"


def screen(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    of: Iterable[str] | None = None,
    strength: str = STRENGTH,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> Screen:
    """All pairs of the drug table, or of some agents, each at one strength, ranked by excess.

    No potency is used, known or not: every agent takes the same percentage of its main targets, and leaves
    its off-targets alone. Two that are inhibited both are independent. What this finds is asked at doses by
    `fluxmodel.questions.combine.combine`.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    conditions : sequence of str, path or Condition
    of : iterable of str, optional
        Drugs, genes, catalysts or reactions; every drug of the table if left out.
    strength : str
        Percent that each takes of its targets.
    changes, solver, folders, members, seed, workers
        As in `fluxmodel.questions.predict.predict`.

    Returns
    -------
    Screen

    Raises
    ------
    InputError
        With every problem of the input.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.screen(None, ["normoxia"], ["2-DG", "Oligomycin", "CB-839"], members=4)
    >>> [(r.first, r.second, r.verdict) for r in found.rows][0]
    ('2-DG', 'Oligomycin', 'synergy')
    """
    how = Settings(
        observables=["growth"], solver=solver, folders=folders, members=members, seed=seed, workers=workers
    )
    return collected(Run.of(model, conditions, of, strength, changes, how))


def iter_screen(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    of: Iterable[str] | None = None,
    strength: str = STRENGTH,
    changes: Sequence[Change] = (),
    solver: str = "glpk",
    *,
    folders: Sequence[str | PathLike[str]] = (),
    members: int | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> Iterator[Screened]:
    """The rows of `screen` as they are found, without reasons: what is listened to is not kept.

    Parameters
    ----------
    model, conditions, of, strength, changes, solver, folders, members, seed, workers
        As in `screen`.

    Yields
    ------
    Screened

    Examples
    --------
    >>> import fluxmodel as fx
    >>> rows = fx.iter_screen(None, ["hypoxia"], ["GLS", "PC", "GOT2"], members=0)
    >>> [(r.first, r.second) for r in rows]
    [('GLS', 'PC'), ('GLS', 'GOT2'), ('PC', 'GOT2')]
    """
    how = Settings(
        observables=["growth"], solver=solver, folders=folders, members=members, seed=seed, workers=workers
    )
    return Run.of(model, conditions, of, strength, changes, how).rows()
