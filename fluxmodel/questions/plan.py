"""A question with everything checked and nothing solved: what ``--dry-run`` shows, and what then runs.

Codes: FM510 unknown formalism, FM514 unknown objective, FM521 nothing to compare, FM525 members, seed or
workers that cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from os import PathLike
from typing import get_args

from fluxmodel.analysis.observable import Observable, parse_observables
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change, Condition
from fluxmodel.errors import ConditionError, DomainError, InputError, Problem, Where, nearest
from fluxmodel.formalism import FORMALISMS
from fluxmodel.lp.engine import load_opener
from fluxmodel.network.model import Model
from fluxmodel.questions.arguments import folders_of, items, text, whole, wrong
from fluxmodel.questions.arm import Arm
from fluxmodel.questions.changes import is_treatment
from fluxmodel.questions.defaults import default_observables
from fluxmodel.questions.inputs import Bench, Build, ConditionRef, ModelRef, Wanted, as_model
from fluxmodel.questions.notes import notes_of

_CHANGES = 'give changes, such as [fx.inhibit("GLS=90%"), fx.knock_out("GLS2")]'
_OBSERVABLES = "give texts, such as ['growth', 'flux(GLUNm)']"
#: What picks the flux state at the optimum.
OBJECTIVES = ("adjustment", "acute", "growth")
#: The least that a count may be, and the cure.
COUNTS: Mapping[str, tuple[int, str]] = {
    "members": (0, "give a whole number from 0 on: 0 is the point alone, 80 are usual"),
    "seed": (0, "give a whole number from 0 on"),
    "workers": (1, "give a whole number from 1 on; leave it out for one per core"),
}
CONDITIONS = "give ids, paths of YAML files, or Conditions, such as ['normoxia', 'hypoxia']"


@dataclass(frozen=True)
class Plan:
    """Arms that are built, the observables to report, and the pairs to compare.

    Attributes
    ----------
    model : Model
    arms : tuple of Arm
    observables : tuple of Observable
    constants : Constants
    solver : str
    pairs : tuple of (int, int)
        Which arm is compared with which.
    workers : int, optional
        Processes for the members of ensembles.
    sensitivity : bool
        Whether the points of the members are asked for, too.
    """

    model: Model
    arms: tuple[Arm, ...]
    observables: tuple[Observable, ...]
    constants: Constants
    solver: str
    pairs: tuple[tuple[int, int], ...] = ()
    workers: int | None = None
    sensitivity: bool = False

    def describe(self) -> tuple[str, ...]:
        """What would run, line by line."""
        columns = [
            f"{a.problem.program.n_columns} columns, {a.problem.program.n_rows} rows" for a in self.arms
        ]
        lines = [f"model {self.model.id} {self.model.version}, {len(self.model.reactions)} reactions"]
        lines += [f"solve {arm.label} ({size})" for arm, size in zip(self.arms, columns, strict=True)]
        if asked := sum(len(arm.members) for arm in self.arms):
            twice = ", for their points as well" if self.sensitivity else ""
            lines.append(f"ask {asked} members of cells, over all arms{twice}")
        lines += [f"compare {self.arms[a].label} with {self.arms[b].label}" for a, b in self.pairs]
        lines.append(f"report {', '.join(o.text for o in self.observables)}")
        fraction = min(self.constants.fraction, *(a.problem.kept for a in self.arms))
        lines.append(f"intervals at {fraction:g} of the optimum, solver {self.solver}")
        return (*lines, *dict.fromkeys(n for a in self.arms for n in notes_of(a)))


@dataclass(frozen=True, slots=True)
class Settings(Build):
    """What `predict` and `compare` have in common: how arms are built, how they are solved, what is reported.

    Parameters
    ----------
    observables : iterable of str, optional
    fraction : float, optional
    solver : str
    folders : sequence of path
    workers : int, optional
        All as in `fluxmodel.questions.predict.predict`, and the others as in `Build`.
    """

    observables: Iterable[str] | None = None
    fraction: float | None = None
    solver: str = "glpk"
    folders: Sequence[str | PathLike[str]] = ()
    workers: int | None = None

    def reporting(self, *observables: str) -> Settings:
        """The same with other observables."""
        return replace(self, observables=observables)


def plan(
    model: ModelRef,
    conditions: Sequence[ConditionRef],
    changes: Sequence[Change],
    how: Settings,
    *,
    single: bool,
) -> Plan:
    """Check a question whole, and build its arms.

    Parameters
    ----------
    model : Model or path
    conditions : sequence of str, path or Condition
    changes : sequence of Change
        Settings hold in every arm; treatments make a second arm of each condition, unless `single`.
    how : Settings
    single : bool
        One condition with all changes, and nothing to compare.

    Raises
    ------
    InputError
        With every problem found.
    """
    checked = Checked.of(model, changes, how)
    network, bench = checked.model, checked.bench
    wanted: list[Wanted]
    if single:
        condition = bench.condition(conditions[0])
        wanted = [(condition, checked.changes, bench.name(condition))]
        pairs: list[tuple[int, int]] = []
    else:
        refs = items("conditions", conditions, (str, PathLike, Condition), CONDITIONS)
        wanted, pairs = _arms(bench, refs, checked.changes)
    arms = bench.arms(wanted)
    asked, constants = checked.observables(arms), checked.constants
    return Plan(
        network, tuple(arms), asked, constants, how.solver, tuple(pairs), how.workers, how.sensitivity
    )


@dataclass(frozen=True)
class Checked:
    """What a question says apart from its conditions, checked.

    Attributes
    ----------
    model : Model
    changes : tuple of Change
    constants : Constants
    bench : Bench
    asked_for : tuple of str, optional
        Observables in words; None for those that are usual.
    """

    model: Model
    changes: tuple[Change, ...]
    constants: Constants
    bench: Bench
    asked_for: tuple[str, ...] | None

    @classmethod
    def of(cls, model: ModelRef, changes: Sequence[Change], how: Settings) -> Checked:
        """Check arguments, names and counts.

        Raises
        ------
        InputError
        """
        _check_names(how)
        if how.members is not None:
            whole("members", how.members, 0, "give how many members are asked, 0 for the point alone")
        if how.workers is not None:
            whole("workers", how.workers, 1, "give the number of processes, this one included")
        whole("seed", how.seed, 0, "give a whole number from 0 on")
        changes = items("changes", changes, get_args(Change), _CHANGES)
        asked = None if how.observables is None else items("observables", how.observables, str, _OBSERVABLES)
        network = as_model(model)
        constants = Constants.of(network, how.fraction)
        return cls(network, changes, constants, Bench(network, folders_of(how.folders), how), asked)

    def conditions(self, refs: Sequence[ConditionRef]) -> list[Condition]:
        """The conditions, each once.

        Raises
        ------
        InputError
            FM521 if there is none, or one is named twice; and with the problems of all of them.
        """
        wanted = items("conditions", refs, (str, PathLike, Condition), CONDITIONS)
        if not wanted:
            raise DomainError(Problem("FM521", "there is no condition", cure=CONDITIONS))
        found: list[Condition] = []
        problems: dict[str, Problem] = {}
        for ref in wanted:
            try:
                found.append(self.bench.condition(ref))
            except ConditionError as error:
                problems.update({str(p): p for p in error.problems})
        seen: set[str] = set()
        for c in found:
            if c.digest in seen:
                problem = Problem("FM521", f"{c.id} is named twice", c.place("id"), "name it once")
                problems[str(problem)] = problem
            seen.add(c.digest)
        if problems:
            raise ConditionError(problems.values())
        return found

    def observables(self, arms: Sequence[Arm]) -> tuple[Observable, ...]:
        """The observables: an added reaction exists in some arms only, what is compared must exist in all."""
        shared = min((a.problem.resolved.model for a in arms), key=lambda m: len(m.reactions))
        return (
            default_observables(shared)
            if self.asked_for is None
            else parse_observables(self.asked_for, shared)
        )


def _check_names(how: Settings) -> None:
    """Refuse unknown solvers and formalisms before any file is read."""
    load_opener(text("solver", how.solver, "name one: glpk, highs, optlang:NAME"))
    text("formalism", how.formalism, f"name one: {', '.join(FORMALISMS)}")
    for name in ("thermo", "gene_rules_only", "sensitivity"):
        if not isinstance(value := getattr(how, name), bool):
            raise wrong(name, value, "give True or False")
    if how.formalism not in FORMALISMS:
        known = f"known: {', '.join(FORMALISMS)}"
        raise InputError(Problem("FM510", f"no formalism {how.formalism!r}", cure=known))
    objective = text("objective", how.objective, f"name one: {', '.join(OBJECTIVES)}")
    if (problem := wrong_objective(objective)) is not None:
        raise DomainError(problem)
    counts = (("members", how.members), ("seed", how.seed), ("workers", how.workers))
    found = [p for name, value in counts if (p := wrong_count(name, value)) is not None]
    if found:
        raise DomainError(found)


def wrong_objective(name: str, where: Where = Where()) -> Problem | None:  # noqa: B008
    """The problem of a name that is no objective.

    Examples
    --------
    >>> print(wrong_objective("adjustmnt"))
    FM514: no objective 'adjustmnt'
      did you mean adjustment?; known: adjustment, acute, growth
    """
    if name in OBJECTIVES:
        return None
    cure = "; ".join(filter(None, (nearest(name, OBJECTIVES), f"known: {', '.join(OBJECTIVES)}")))
    return Problem("FM514", f"no objective {name!r}", where, cure)


def wrong_count(name: str, value: object, where: Where = Where()) -> Problem | None:  # noqa: B008
    """The problem of a number of members, a seed or a number of workers; None stands for the default.

    Examples
    --------
    >>> print(wrong_count("members", -1))
    FM525: members = -1
      give a whole number from 0 on: 0 is the point alone, 80 are usual
    >>> wrong_count("workers", None), wrong_count("seed", 0)
    (None, None)
    """
    least, cure = COUNTS[name]
    if value is None or (isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least):
        return None
    return Problem("FM525", f"{name} = {value!r}", where, cure)


def _arms(
    bench: Bench, conditions: Sequence[ConditionRef], changes: Sequence[Change]
) -> tuple[list[Wanted], list[tuple[int, int]]]:
    """Every condition, then every condition with the treatments; and which to compare with which."""
    settings = [c for c in changes if not is_treatment(c)]
    treatments = tuple(c for c in changes if is_treatment(c))
    if len(conditions) + bool(treatments) < 2:
        what = f"{len(conditions)} condition and no treatment: nothing to compare"
        cure = "name two conditions, or one and a treatment such as --inhibit GLS=90%"
        raise DomainError(Problem("FM521", what, cure=cure))
    found: list[Condition] = []
    named: list[tuple[str, Condition]] = []
    problems: dict[str, Problem] = {}
    for ref in conditions:
        try:
            plain = bench.condition(ref)
            named.append((bench.name(plain), plain))
            found.append(bench.condition(ref, settings))
        except ConditionError as error:
            problems.update({str(p): p for p in error.problems})
    if problems:
        raise ConditionError(problems.values())
    names = _labels(named)
    n = len(found)
    pairs = [(k, 0) for k in range(1, n)]
    wanted: list[Wanted] = [(c, (), name) for c, name in zip(found, names, strict=True)]
    if treatments:
        wanted += [(c, treatments, name) for c, name in zip(found, names, strict=True)]
        pairs += [(n + k, k) for k in range(n)] + [(n + k, n) for k in range(1, n)]
    return wanted, pairs


def _labels(named: Sequence[tuple[str, Condition]]) -> list[str]:
    """A label for each condition; those that differ under one id get a part of their digest."""
    names = [name for name, _ in named]
    found = [
        name if names.count(name) == 1 else f"{name}{condition.digest.removeprefix('sha256:')[:6]}"
        for name, condition in named
    ]
    twice = {name: condition for name, (_, condition) in zip(found, named, strict=True)
             if found.count(name) > 1}  # fmt: skip
    if twice:
        cure = "name it once; to compare it with a changed copy, give that an id: condition.replace(id=...)"
        raise DomainError(
            Problem("FM521", f"{c.id} is named twice", c.place("id"), cure) for c in twice.values()
        )
    return found
