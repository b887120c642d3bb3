"""The flags of a question as one value, as they were given, and how a command takes them.

`Flags` is the one list of them: its order is that of the help. Only typer's options and the standard library
are imported here: `fluxmodel --help` must stay quick.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from fluxmodel.cli import options as o

if TYPE_CHECKING:
    from fluxmodel.condition import Change
    from fluxmodel.errors import Problem

T = TypeVar("T")


@dataclass(frozen=True)
class Measured:
    """The flags of a profile."""

    profile: o.Profile = None
    quantity: o.ProfileQuantity = None
    ids: o.ProfileIds = None
    column: o.ProfileColumn = None
    reference: o.ProfileReference = None

    def changes(self, problems: list[Problem]) -> list[Change]:
        """The change that sets the profile, if there is one and it can be read."""
        from fluxmodel.condition import parse_change
        from fluxmodel.errors import InputError, Problem, Where

        given = {"quantity": self.quantity, "ids": self.ids, "column": self.column}
        given |= {"reference": self.reference}
        to = {name: value for name, value in given.items() if value is not None}
        if self.profile is None:
            what, cure = "this flag is about a profile, and there is none", "add --profile FILE"
            problems += [Problem("FM334", what, Where(f"--{n} {v}"), cure) for n, v in to.items()]
            return []
        where = Where(f"--profile {self.profile}")
        if self.quantity is None:
            cure = "say it with --quantity: TPM, 'log2 TPM' or 'log2 fold change'"
            problems.append(Problem("FM320", "what the numbers are is not said, nor guessed", where, cure))
            return []
        try:
            return [parse_change({"do": "set", "path": "profile", "to": {"file": self.profile, **to}}, where)]
        except InputError as error:
            problems.extend(error.problems)
            return []


@dataclass(frozen=True)
class Said:
    """The flags by which a condition is changed."""

    inhibit: o.Inhibit = None
    knockout: o.Knockout = None
    open: o.Open = None
    oxygen: o.Oxygen = None
    medium: o.Medium = None
    atf4: o.Atf4 = None
    set: o.Set = None
    cell: o.Cell = None
    measured: Measured = Measured()

    def changes(self, problems: list[Problem]) -> list[Change]:
        """The changes that can be read, settings first; what is wrong with the others goes to `problems`."""
        from fluxmodel.condition import parse_change
        from fluxmodel.condition.reader import scalar
        from fluxmodel.errors import InputError, Where
        from fluxmodel.questions.changes import inhibit, knock_out, open_reaction, set_field

        found: list[Change] = []

        def put(flag: str, path: str, values: list[str] | None) -> None:
            for value in values or ():  # given twice with different values is a contradiction, named as such
                where = Where(f"{flag} {value}")
                try:
                    to = scalar(value) if path.startswith("regulators.") else value
                    found.append(parse_change({"do": "set", "path": path, "to": to}, where))
                except InputError as error:
                    problems.extend(error.problems)

        put("--medium", "medium.base", self.medium)
        put("--oxygen", "oxygen", self.oxygen)
        put("--cell", "cell", self.cell)
        found += self.measured.changes(problems)
        put("--atf4", "regulators.ATF4", self.atf4)
        for texts, read in (
            (self.set, set_field),
            (self.open, open_reaction),
            (self.knockout, knock_out),
            (self.inhibit, inhibit),
        ):
            for text in texts or ():
                try:
                    found.append(read(text))
                except InputError as error:
                    problems.extend(error.problems)
        return found


@dataclass(frozen=True)
class How:
    """The flags that say how to solve and what to report."""

    formalism: o.Formalism = "capacity"
    solver: o.Solver = "glpk"
    fraction: o.Fraction = None
    thermo: o.Thermo = "on"
    members: o.Members = None
    seed: o.Seed = "1"
    workers: o.Workers = None
    sensitivity: o.Sensitivity = False
    objective: o.Objective = "adjustment"
    observable: o.Observable = None

    @property
    def asks_members(self) -> bool:
        """Whether members of an ensemble will probably be asked, by more than one process."""
        return self.formalism == "capacity" and self.members != "0" and self.workers != "1"


@dataclass(frozen=True)
class Output:
    """The flags that say where the result goes, and how much of it."""

    as_json: o.Json = False
    as_csv: o.Csv = False
    out: o.Out = None
    force: o.Force = False
    quiet: o.Quiet = False
    dry_run: o.DryRun = False


@dataclass(frozen=True)
class Flags:
    """Every flag of a question about conditions."""

    model: o.Model = None
    folders: o.In = None
    said: Said = Said()
    how: How = How()
    output: Output = Output()
    debug: o.Debug = False

    def reporting(self, *observables: str) -> Flags:
        """The same with other observables to report."""
        return replace(self, how=replace(self.how, observable=list(observables)))


def with_flags(*, without: Collection[str] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of `Flags`, which it gets as one value, its argument `flags`.

    Parameters
    ----------
    without : collection of str
        Fields of `Flags` and its parts that are no flags of this command: they keep their defaults.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.name != "flags"]
        flags = [p for p in _parameters(Flags) if p.name not in without]

        @wraps(command)
        def run(**given: Any) -> None:
            command(**{p.name: given[p.name] for p in own}, flags=_gathered(Flags, given))

        # what typer makes options of
        run.__signature__ = signature.replace(parameters=[*own, *flags])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in (*own, *flags)}
        return run

    return decorate


def _parameters(group: type) -> Iterator[inspect.Parameter]:
    """The fields of a group of flags, those of the groups in it included, as parameters."""
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        if _is_group(kind := hints[field.name]):
            yield from _parameters(kind)
        else:
            default = inspect.Parameter.empty if field.default is MISSING else field.default
            how = inspect.Parameter.POSITIONAL_OR_KEYWORD
            yield inspect.Parameter(field.name, how, default=default, annotation=kind)


def _is_group(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind)


def _gathered(group: Callable[..., T], given: Mapping[str, Any]) -> T:
    """A group of flags with the values that were given."""
    hints = get_type_hints(group, include_extras=True)
    groups = {name: _gathered(kind, given) for name, kind in hints.items() if _is_group(kind)}
    return group(**{name: given[name] for name in hints if name in given}, **groups)
