"""Does a statement hold whatever the numbers behind it? The point of every member, and how many agree.

Members differ in turnover numbers, abundances, the effect of regulators and protein per mRNA, and each was
fitted again to rates drawn within their errors: what most of their points say does not hang on one number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fluxmodel.analysis.adjust import adjusted_program
from fluxmodel.analysis.observable import Observable
from fluxmodel.analysis.shares import changes
from fluxmodel.analysis.verdict import Constants, Direction
from fluxmodel.condition.members import Members
from fluxmodel.formalism.problem import Problem
from fluxmodel.lp import Outcome, Want, lexicographic, open_session
from fluxmodel.lp.sparse import Floats

#: A statement that fewer members agree with than this is called fragile.
FRAGILE = 0.8
_SIGN: Mapping[Direction, float] = {"up": 1.0, "down": -1.0, "unchanged": 0.0}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many members say at their point what the cell says at its own.

    Attributes
    ----------
    verdict : {'up', 'down', 'unchanged', 'undetermined'}
        At the point of the cell.
    share : float
        Of the members that say the same.
    members : int
    """

    verdict: Direction
    share: float
    members: int

    @property
    def fragile(self) -> bool:
        """Whether fewer members agree than a statement needs."""
        return self.share < FRAGILE


def member_points(
    problem: Problem,
    limits: Floats,
    members: Members,
    observables: Sequence[Observable],
    engine: str = "glpk",
) -> Floats:
    """Every observable at the point of every member: the state least adjusted from the member's reference.

    Parameters
    ----------
    problem : Problem
        Of formalism ``capacity``.
    limits : ndarray, (members, n_limited)
    members : Members
    observables : sequence of Observable
    engine : str

    Returns
    -------
    ndarray, (members, observables)
        0 for growth of a member that is not viable; NaN for what has no value.
    """
    found = np.full((len(limits), len(observables)), np.nan)
    biomass = problem.resolved.model.biomass
    n = problem.program.n_columns
    for m, limit in enumerate(limits):
        program = adjusted_program(problem, members.reference(m + 1))
        query = problem.under(limit).widened(program, n)
        with open_session(program, engine) as session:
            staged = lexicographic(session, query, want=Want.NETS, start="cold")
        if staged.outcome is not Outcome.OPTIMAL:
            growth = [k for k, o in enumerate(observables) if o.numerator.keys() == {biomass}]
            found[m, growth] = 0.0
            continue
        fluxes = dict(zip(problem.reactions, staged.answer.nets.tolist(), strict=True))
        for k, observable in enumerate(observables):
            value = observable.value(fluxes)
            found[m, k] = np.nan if value is None else value
    return found


def agreement(verdict: Direction, before: Floats, after: Floats, constants: Constants) -> Agreement:
    """The share of members whose points say the same as a verdict.

    Parameters
    ----------
    verdict : str
    before, after : ndarray, (members,)
    constants : Constants

    Examples
    --------
    >>> agreement("up", np.array([1.0, 1.0]), np.array([2.0, 1.0]), Constants())
    Agreement(verdict='up', share=0.5, members=2)
    """
    if verdict not in _SIGN:
        return Agreement(verdict, 0.0, len(before))
    same = (changes(before, after, constants) == _SIGN[verdict]) & np.isfinite(before) & np.isfinite(after)
    return Agreement(verdict, float(same.mean()) if len(before) else 0.0, len(before))
