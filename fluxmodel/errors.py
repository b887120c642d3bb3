"""The error tree: what went wrong, where, which value, why, and what to do.

::

    FluxmodelError                     exit code
     |- InputError                     2   something given is wrong; carries every Problem found
     |   |- TableError                     a model table
     |   |- ModelError                     the tables do not make a model
     |   |- ConditionError                 a condition, medium, cell or change
     |   |- ObservableError                an observable that cannot be read or asked
     |   |- UnitError                      a number without a unit, or with the wrong one
     |   `- DomainError                    an argument outside its domain
     |- NoOptimum                      3   no optimal solution: there are no fluxes to show
     `- CheckFailed                    1   a check or a comparison did not pass
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input: file, 1-based line, and the field in it (any may be unknown)."""

    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = " ".join(part for part in (self.file, f"line {self.line}" if self.line else None) if part)
        return ", ".join(part for part in (place, self.field) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, what, where, and the cure.

    Parameters
    ----------
    code : str
        Stable identifier, ``FM`` and three digits.
    what : str
        What is wrong, with the offending value in it.
    where : Where
        Where it stands.
    cure : str
        What to do about it; empty if nothing can be said.
    """

    code: str
    what: str
    where: Where = Where()
    cure: str = ""

    def __str__(self) -> str:
        place = str(self.where)
        head = f"{self.code}: {place}: {self.what}" if place else f"{self.code}: {self.what}"
        return f"{head}\n  {self.cure}" if self.cure else head


class FluxmodelError(Exception):
    """Base of every error that this package raises on purpose."""

    exit_code = 2


class InputError(FluxmodelError):
    """Input that cannot be used; `problems` lists everything found at once.

    Examples
    --------
    >>> raise InputError(Problem("FM001", "no such thing: 'x'", cure="name a thing that exists"))
    Traceback (most recent call last):
    fluxmodel.errors.InputError: FM001: no such thing: 'x'
      name a thing that exists
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        # an exception is rebuilt from `args`, which here is the message: copies and workers need the problems
        return type(self), (self.problems,), self.__dict__

    def at(self, where: Where) -> InputError:
        """The same error, with `where` filled in for problems that do not know their place."""
        return type(self)(
            p if p.where.file or p.where.line else replace(p, where=where) for p in self.problems
        )


class TableError(InputError):
    """A model table that cannot be read."""


class ModelError(InputError):
    """Tables that are readable one by one but do not make a model together."""


class ConditionError(InputError):
    """A condition, medium, cell or change that cannot be used."""


class ObservableError(InputError):
    """An observable that cannot be parsed or does not exist in the model."""


class UnitError(InputError):
    """A number without a unit, or with one that does not fit."""


class DomainError(InputError):
    """An argument outside the domain on which the function is defined."""


class NoOptimum(FluxmodelError):  # noqa: N818 - the outcome's name is the message
    """A question that has no optimal solution, so that no flux exists.

    Attributes
    ----------
    outcome : str
        The outcome reported by the engine or the analysis.
    diagnosis : tuple of str
        The conflicting inputs, one line each; empty when none could be named.
    """

    exit_code = 3

    def __init__(self, outcome: str, diagnosis: Sequence[str] = ()) -> None:
        self.outcome = outcome
        self.diagnosis = tuple(diagnosis)
        lines = [f"no optimal solution: {outcome}", *(f"  {line}" for line in self.diagnosis)]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.outcome, self.diagnosis), self.__dict__


class CheckFailed(FluxmodelError):  # noqa: N818
    """A check that was asked for did not pass."""

    exit_code = 1


def nearest(name: str, known: Iterable[str], n: int = 3) -> str:
    """Say which known names are nearest to `name`, as the cure of an unknown-name problem.

    Examples
    --------
    >>> nearest("GLSS", ["GLS", "GLS2", "IDH1"])
    'did you mean GLS, GLS2?'
    >>> nearest("zzz", ["GLS"])
    ''
    """
    by_key = {k.casefold(): k for k in sorted(known)}
    hits = difflib.get_close_matches(name.casefold(), by_key, n=n, cutoff=0.6)
    return f"did you mean {', '.join(by_key[h] for h in hits)}?" if hits else ""
