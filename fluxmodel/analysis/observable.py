"""Observables: what is asked of a flux state, as a linear functional or a ratio of two.

``growth``, ``flux(GLUNm)``, ``uptake(glc__D)``, ``secretion(lac__L)``, sums and differences with
numbers in front, and one division.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fluxmodel.analysis.observable_text import Parser
from fluxmodel.errors import ObservableError, Problem
from fluxmodel.network.model import Model


@dataclass(frozen=True)
class Observable:
    """A linear functional of net fluxes, or a ratio of two.

    Attributes
    ----------
    text : str
        As it was asked.
    numerator : mapping of reaction id to coefficient
    denominator : mapping of reaction id to coefficient, or None
        None for a plain functional.
    unit : str
        ``1/h`` for growth, ``mmol/gDW/h`` for fluxes, and what their ratios make of these.
    """

    text: str
    numerator: Mapping[str, float]
    denominator: Mapping[str, float] | None = None
    unit: str = field(default="mmol/gDW/h", compare=False)

    @property
    def is_ratio(self) -> bool:
        """Whether it is a ratio of two functionals."""
        return self.denominator is not None

    def value(self, fluxes: Mapping[str, float], near_zero: float = 0.0) -> float | None:
        """The observable at one flux state; None if a denominator is at most `near_zero`.

        Examples
        --------
        >>> Observable("flux(A)/flux(B)", {"A": 1.0}, {"B": 1.0}).value({"A": 3.0, "B": 2.0})
        1.5
        """
        top = sum(c * fluxes[r] for r, c in self.numerator.items())
        if self.denominator is None:
            return top
        bottom = sum(c * fluxes[r] for r, c in self.denominator.items())
        return None if abs(bottom) <= near_zero else top / bottom


def parse_observable(text: str, model: Model) -> Observable:
    """Read an observable and bind it to the reactions of a model.

    Parameters
    ----------
    text : str
        Such as ``secretion(lac__L) / uptake(glc__D)`` or ``flux(GLUDxi) + 2*flux(ASPTAm)``.
    model : Model

    Returns
    -------
    Observable

    Raises
    ------
    ObservableError
        With the character at which reading stopped, or every unknown id with its nearest names.
    """
    return Observable(*Parser(text, model).read())


def parse_observables(texts: Iterable[str], model: Model) -> tuple[Observable, ...]:
    """Read several observables; the problems of all are reported at once."""
    found: list[Observable] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(parse_observable(text, model))
        except ObservableError as error:
            problems += error.problems
    if problems:
        raise ObservableError(problems)
    return tuple(found)
