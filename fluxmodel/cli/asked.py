"""From flags to a plan: everything that is wrong with any of them is told at once.

A question stops at its first kind of problem. Here a flag that cannot be used is put aside, and the rest
is looked at all the same: who repairs an input wants to do it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fluxmodel.analysis.observable import parse_observables
from fluxmodel.cli.flags import Flags
from fluxmodel.cli.output import Sink, open_sink
from fluxmodel.condition import Change
from fluxmodel.errors import ConditionError, DomainError, InputError, Problem, Where, nearest
from fluxmodel.formalism import FORMALISMS
from fluxmodel.lp.engine import load_opener
from fluxmodel.network import Model
from fluxmodel.questions.changes import change_label, is_treatment
from fluxmodel.questions.inputs import Bench, as_model
from fluxmodel.questions.plan import OBJECTIVES, Plan, Settings, plan, wrong_count, wrong_objective

_SOLVERS = ("glpk", "highs", "optlang:glpk", "optlang:NAME")


class Found:
    """Problems of many steps, each once, and the class of error that fits them all."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._kinds: set[type[InputError]] = set()

    def add(self, error: InputError) -> None:
        """Keep the problems of an error that was caught."""
        self._kinds.add(type(error))
        self.problems += [p for p in error.problems if p not in self.problems]

    def __bool__(self) -> bool:
        return bool(self.problems)

    def error(self) -> InputError:
        """One error with all of it."""
        kind = next(iter(self._kinds)) if len(self._kinds) == 1 else InputError
        return kind(self.problems)


@dataclass(frozen=True)
class Asked:
    """A question that can be solved.

    Attributes
    ----------
    plan : Plan
    sink : Sink
    settings : tuple of str
        The changes that hold in every arm, in words.
    """

    plan: Plan
    sink: Sink
    settings: tuple[str, ...]


def prepare(flags: Flags, conditions: Sequence[str], *, single: bool) -> Asked:
    """The plan and the sink that the flags ask for.

    Raises
    ------
    InputError
        With the problems of all flags and of all files that they name.
    """
    found = Found()
    sink, changes, unread, settings = _read(flags, found)
    try:
        network = as_model(flags.model)
    except InputError as error:
        found.add(error)
        raise found.error() from None
    try:
        prepared = plan(network, conditions, changes, settings, single=single)
    except InputError as error:
        # a treatment that cannot be read is no missing treatment
        if not (unread and isinstance(error, DomainError) and len(conditions) == 1):
            found.add(error)
        _observables(flags, network, conditions, changes, found)
        raise found.error() from None
    if found:
        raise found.error()
    return Asked(prepared, sink, tuple(change_label(c) for c in changes if not is_treatment(c)))


@dataclass(frozen=True)
class Ingredients:
    """What the flags say, read and checked: for questions that build arms of their own.

    Attributes
    ----------
    network : Model
    changes : tuple of Change
    settings : Settings
    sink : Sink
    """

    network: Model
    changes: tuple[Change, ...]
    settings: Settings
    sink: Sink


def ingredients(flags: Flags) -> Ingredients:
    """The model, the changes, the settings and the sink that the flags ask for.

    Raises
    ------
    InputError
        With the problems of all flags.
    """
    found, network = Found(), None
    sink, changes, _, settings = _read(flags, found)
    try:
        network = as_model(flags.model)
    except InputError as error:
        found.add(error)
    if found or network is None:
        raise found.error()
    return Ingredients(network, tuple(changes), settings, sink)


def _read(flags: Flags, found: Found) -> tuple[Sink, list[Change], bool, Settings]:
    """The sink, the changes, whether some cannot be read, and the settings; problems go to `found`."""
    sink, output = Sink("text"), flags.output
    try:
        sink = open_sink(output.as_json, output.as_csv, output.out, output.force)
    except InputError as error:
        found.add(error)
    unread: list[Problem] = []
    changes = flags.said.changes(unread)
    if unread:
        found.add(ConditionError(unread))
    return sink, changes, bool(unread), _settings(flags, found)


def _settings(flags: Flags, found: Found) -> Settings:
    """The settings; what cannot be used is told, and the default stands in for it."""
    how = flags.how
    solver, formalism, fraction = solver_of(how.solver, found), how.formalism, None
    if formalism not in FORMALISMS:
        cure = nearest(formalism, FORMALISMS)
        known = f"known: {', '.join(FORMALISMS)}"
        what, where = f"no formalism {formalism!r}", Where(f"--formalism {formalism}")
        found.add(InputError(Problem("FM510", what, where, "; ".join(filter(None, (cure, known))))))
        formalism = "fba"
    if how.fraction is not None:
        try:
            fraction = read_fraction(how.fraction)
        except InputError as error:
            found.add(error)
    if how.thermo not in ("on", "off"):
        what, where = f"{how.thermo!r} is neither on nor off", Where(f"--thermo {how.thermo}")
        found.add(DomainError(Problem("FM520", what, where, "write on or off")))
    objective, where = how.objective, Where(f"--objective {how.objective}")
    if (problem := wrong_objective(objective, where)) is not None:
        found.add(DomainError(problem))
        objective = OBJECTIVES[0]
    return Settings(
        observables=how.observable or None,
        fraction=fraction,
        solver=solver,
        formalism=formalism,
        folders=tuple(flags.folders or ()),
        members=count_of("members", how.members, found),
        seed=count_of("seed", how.seed, found) or 0,
        objective=objective,
        workers=count_of("workers", how.workers, found),
        thermo=how.thermo != "off",
        sensitivity=how.sensitivity,
    )


def count_of(name: str, text: str | None, found: Found) -> int | None:
    """A whole number out of a flag; what is none is told, and None stands in for it."""
    if text is None:
        return None
    plain = re.fullmatch(r"\s*[+-]?\d{1,9}\s*", text, re.A)
    value = int(text) if plain else text
    if (problem := wrong_count(name, value, Where(f"--{name} {text}"))) is not None:
        found.add(DomainError(problem))
        return None
    return int(value)


def solver_of(solver: str, found: Found) -> str:
    """The solver, if it can be used; else it is told, and the default stands in for it."""
    try:
        load_opener(solver)
    except InputError as error:
        where = Where(f"--solver {solver}")
        found.add(type(error)(replace(p, where=where, cure=_nearer(solver, p.cure)) for p in error.problems))
        return "glpk"
    return solver


def _nearer(solver: str, cure: str) -> str:
    """The cure, with the nearest name in front unless it is there."""
    near = nearest(solver, _SOLVERS)
    return cure if not near or cure.startswith("did you mean") else f"{near} {cure}"


def read_fraction(text: str) -> float:
    """A share of the optimum, above 0 and at most 1.

    Raises
    ------
    DomainError
        FM520 with the number that was probably meant.

    Examples
    --------
    >>> read_fraction("0.95")
    0.95
    >>> read_fraction("95%")
    Traceback (most recent call last):
    fluxmodel.errors.DomainError: FM520: --fraction 95%: not a plain number
      write 0.95
    """
    where = Where(f"--fraction {text}")
    match = re.fullmatch(r"\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?)\s*(%|percent)?\s*", text, re.A)
    if match is None:
        cure = "give a share of the optimum above 0 and at most 1, such as 0.95"
        raise DomainError(Problem("FM520", "not a number", where, cure))
    number, unit = float(match[1].replace(",", ".")), match[2]
    share = number / 100 if unit else number
    if unit or "," in match[1]:
        cure = f"write {share:g}" if 0 < share <= 1 else "write a share such as 0.95"
        raise DomainError(Problem("FM520", "not a plain number", where, cure))
    if number <= 0:
        why = "at 0 of optimal growth every flux state counts" if number == 0 else "a share is not negative"
        cure = "give a share of the optimum above 0 and at most 1, such as 0.95"
        raise DomainError(Problem("FM520", f"{number:g} is not above 0: {why}", where, cure))
    if number > 1:
        cure = f"write {number / 100:g} for {number:g} %" if number <= 100 else "write a share such as 0.95"
        what = f"{number:g} is above 1: no flux state has more than all of the optimum"
        raise DomainError(Problem("FM520", what, where, cure))
    return number


def _observables(
    flags: Flags, network: Model, conditions: Sequence[str], changes: Iterable[Change], found: Found
) -> None:
    """What is wrong with the observables, when the plan stopped before them."""
    if not flags.how.observable or _adds_reactions(flags, network, conditions, changes):
        return  # a reaction that is unknown here may be one that is added there
    try:
        parse_observables(flags.how.observable, network)
    except InputError as error:
        found.add(error)


def _adds_reactions(
    flags: Flags, network: Model, conditions: Sequence[str], changes: Iterable[Change]
) -> bool:
    every = list(changes)
    try:
        bench = Bench(network, tuple(flags.folders or ()))
    except InputError:
        return False
    for name in conditions:
        try:
            every += bench.condition(name).changes
        except InputError:
            continue
    return any(c.do == "add_reaction" for c in every)
