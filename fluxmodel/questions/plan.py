"""A question with everything checked and nothing solved: what ``--dry-run`` shows, and what then runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike

from fluxmodel.analysis.observable import Observable, parse_observables
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Change, Condition
from fluxmodel.errors import ConditionError, DomainError, InputError, Problem
from fluxmodel.formalism import FORMALISMS
from fluxmodel.lp.engine import load_opener
from fluxmodel.network.model import Model
from fluxmodel.questions.changes import is_treatment
from fluxmodel.questions.defaults import default_observables
from fluxmodel.questions.inputs import Arm, Bench, ConditionRef, ModelRef, as_model


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
    """What `predict` and `compare` have in common."""

    observables: Iterable[str] | None = None
    fraction: float | None = None
    solver: str = "glpk"
    formalism: str = "fba"
    folders: Sequence[str | PathLike[str]] = ()


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
    network = as_model(model)
    constants = Constants.of(network, how.fraction)
    bench = Bench(network, how.folders, how.formalism)
    wanted: list[tuple[Condition, Sequence[Change]]]
    if single:
        wanted = [(bench.condition(conditions[0]), tuple(changes))]
        pairs: list[tuple[int, int]] = []
    else:
        wanted, pairs = _arms(bench, conditions, changes)
    arms = bench.arms(wanted)
    # an added reaction exists in some arms only: what is compared must exist in all
    shared = min((a.problem.resolved.model for a in arms), key=lambda m: len(m.reactions))
    asked = (
        default_observables(shared) if how.observables is None else parse_observables(how.observables, shared)
    )
    return Plan(network, tuple(arms), asked, constants, how.solver, tuple(pairs))


def _check_names(how: Settings) -> None:
    """Refuse unknown solvers and formalisms before any file is read."""
    load_opener(how.solver)
    if how.formalism not in FORMALISMS:
        known = f"known: {', '.join(FORMALISMS)}; pool and capacity come later"
        raise InputError(Problem("FM510", f"no formalism {how.formalism!r}", cure=known))


def _arms(
    bench: Bench, conditions: Sequence[ConditionRef], changes: Sequence[Change]
) -> tuple[list[tuple[Condition, Sequence[Change]]], list[tuple[int, int]]]:
    """Every condition, then every condition with the treatments; and which to compare with which."""
    settings = [c for c in changes if not is_treatment(c)]
    treatments = tuple(c for c in changes if is_treatment(c))
    if len(conditions) + bool(treatments) < 2:
        what = f"{len(conditions)} condition and no treatment: nothing to compare"
        cure = "name two conditions, or one and a treatment such as --inhibit GLS=90%"
        raise DomainError(Problem("FM521", what, cure=cure))
    found: list[Condition] = []
    problems: dict[str, Problem] = {}
    for ref in conditions:
        try:
            found.append(bench.condition(ref, settings))
        except ConditionError as error:
            problems.update({str(p): p for p in error.problems})
    if problems:
        raise ConditionError(problems.values())
    ids = [c.id for c in found]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise DomainError(Problem("FM521", f"{', '.join(twice)} is named twice", cure="name it once"))
    n = len(found)
    pairs = [(k, 0) for k in range(1, n)]
    wanted: list[tuple[Condition, Sequence[Change]]] = [(c, ()) for c in found]
    if treatments:
        wanted += [(c, treatments) for c in found]
        pairs += [(n + k, k) for k in range(n)] + [(n + k, n) for k in range(1, n)]
    return wanted, pairs
