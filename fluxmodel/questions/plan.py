"""A question with everything checked and nothing solved: what ``--dry-run`` shows, and what then runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import get_args

from fluxmodel.analysis.observable import Observable, parse_observables
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change, Condition
from fluxmodel.errors import ConditionError, DomainError, InputError, Problem
from fluxmodel.formalism import FORMALISMS
from fluxmodel.lp.engine import load_opener
from fluxmodel.network.model import Model
from fluxmodel.questions.arguments import folders_of, items, text
from fluxmodel.questions.changes import is_treatment
from fluxmodel.questions.defaults import default_observables
from fluxmodel.questions.inputs import Arm, Bench, ConditionRef, ModelRef, Wanted, as_model

_CHANGES = 'give changes, such as [fx.inhibit("GLS=90%"), fx.knock_out("GLS2")]'
_OBSERVABLES = "give texts, such as ['growth', 'flux(GLUNm)']"
_CONDITIONS = "give ids, paths of YAML files, or Conditions, such as ['normoxia', 'hypoxia']"


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
    """

    model: Model
    arms: tuple[Arm, ...]
    observables: tuple[Observable, ...]
    constants: Constants
    solver: str
    pairs: tuple[tuple[int, int], ...] = ()

    def describe(self) -> tuple[str, ...]:
        """What would run, line by line."""
        columns = [
            f"{a.problem.program.n_columns} columns, {a.problem.program.n_rows} rows" for a in self.arms
        ]
        lines = [f"model {self.model.id} {self.model.version}, {len(self.model.reactions)} reactions"]
        lines += [f"solve {arm.label} ({size})" for arm, size in zip(self.arms, columns, strict=True)]
        lines += [f"compare {self.arms[a].label} with {self.arms[b].label}" for a, b in self.pairs]
        lines.append(f"report {', '.join(o.text for o in self.observables)}")
        lines.append(f"intervals at {self.constants.fraction:g} of the optimum, solver {self.solver}")
        return (*lines, *dict.fromkeys(n for a in self.arms for n in a.problem.resolved.notes))


@dataclass(frozen=True, slots=True)
class Settings:
    """What `predict` and `compare` have in common.

    With `gene_rules_only`, knock-outs close the reactions that have lost their last isozyme and do nothing
    else: gene deletion as other tools do it.
    """

    observables: Iterable[str] | None = None
    fraction: float | None = None
    solver: str = "glpk"
    formalism: str = "fba"
    folders: Sequence[str | PathLike[str]] = ()
    gene_rules_only: bool = False


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
    _check_names(how)
    changes = items("changes", changes, get_args(Change), _CHANGES)
    asked_for = None if how.observables is None else items("observables", how.observables, str, _OBSERVABLES)
    network = as_model(model)
    constants = Constants.of(network, how.fraction)
    bench = Bench(network, folders_of(how.folders), how.formalism, how.gene_rules_only)
    wanted: list[Wanted]
    if single:
        condition = bench.condition(conditions[0])
        wanted = [(condition, changes, bench.name(condition))]
        pairs: list[tuple[int, int]] = []
    else:
        refs = items("conditions", conditions, (str, PathLike, Condition), _CONDITIONS)
        wanted, pairs = _arms(bench, refs, changes)
    arms = bench.arms(wanted)
    # an added reaction exists in some arms only: what is compared must exist in all
    shared = min((a.problem.resolved.model for a in arms), key=lambda m: len(m.reactions))
    asked = default_observables(shared) if asked_for is None else parse_observables(asked_for, shared)
    return Plan(network, tuple(arms), asked, constants, how.solver, tuple(pairs))


def _check_names(how: Settings) -> None:
    """Refuse unknown solvers and formalisms before any file is read."""
    load_opener(text("solver", how.solver, "name one: glpk, highs, optlang:NAME"))
    text("formalism", how.formalism, f"name one: {', '.join(FORMALISMS)}")
    if how.formalism not in FORMALISMS:
        known = f"known: {', '.join(FORMALISMS)}; pool and capacity come later"
        raise InputError(Problem("FM510", f"no formalism {how.formalism!r}", cure=known))


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
