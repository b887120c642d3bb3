"""check: whether a model can be trusted, rule by rule."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from os import PathLike
from pathlib import Path

from fluxmodel.analysis.lp_solver import CheckSolver
from fluxmodel.network.checks import Report, run_checks
from fluxmodel.questions.inputs import ModelRef, as_model


def check(
    model: ModelRef,
    parent: str | PathLike[str] | None = None,
    only: Collection[str] | None = None,
    solver: str = "glpk",
) -> Report:
    """Check a model.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    parent : path, optional
        SBML of the parent model (``.xml`` or ``.xml.gz``); without it nothing is traced.
    only : collection of str, optional
        Codes or names of the rules to run.
    solver : str
        As in `predict`.

    Returns
    -------
    Report
        Its ``ok`` says whether no rule of severity error found anything.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> fx.check(None, only=["mass", "charge"]).ok
    True
    """
    from fluxmodel.network.parent import read_parent

    network = as_model(model)
    traced = None if parent is None else read_parent(Path(parent))
    return run_checks(network, traced, solver=partial(CheckSolver, engine=solver), only=only)
