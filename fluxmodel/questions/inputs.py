"""From what people hand over (ids, paths, values) to resolved conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from fluxmodel.analysis.resolve import resolve
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import FluxState
from fluxmodel.analysis.use import untreated_use, with_use
from fluxmodel.condition import Change, Condition, Inhibit, KnockOut, Library, apply_changes
from fluxmodel.errors import ConditionError, InputError
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import Problem, build
from fluxmodel.network import Model, load_model
from fluxmodel.questions.arguments import wrong
from fluxmodel.questions.changes import change_label

ConditionRef = str | PathLike[str] | Condition
ModelRef = str | PathLike[str] | Model | None
#: A condition, what is done to it, and what it is called.
Wanted = tuple[Condition, Sequence[Change], str]


@dataclass(frozen=True, slots=True)
class Arm:
    """One condition of a question, ready to be solved.

    Parameters
    ----------
    label : str
    condition : Condition
    problem : Problem
        With the capacities of the cell, as far as nothing is solved; `Untreated.settle` makes the one
        that is solved.
    untreated : Problem, optional
        The same condition without inhibitions and knock-outs, if something is limited by them.
    """

    label: str
    condition: Condition
    problem: Problem
    untreated: Problem | None = None


class Untreated:
    """Untreated states of the conditions of one question, each solved once.

    Parameters
    ----------
    solver : str
    """

    def __init__(self, solver: str) -> None:
        self._solver = solver
        self._states: dict[str, FluxState] = {}

    def keep(self, problem: Problem, state: FluxState) -> None:
        """Remember the state of a problem that was solved anyway."""
        self._states[problem.program.digest()] = state

    def settle(self, arm: Arm) -> Problem:
        """The problem of an arm in which no capacity is below the use in the untreated state."""
        if arm.untreated is None:
            return arm.problem
        if arm.untreated.program.digest() not in self._states:
            with Analyst(arm.untreated, self._solver) as analyst:
                self.keep(arm.untreated, analyst.state())
        state = self._states[arm.untreated.program.digest()]
        resolved = arm.problem.resolved
        raised = with_use(resolved, untreated_use(state, resolved))
        return arm.problem if raised == resolved else build(raised, arm.problem.formalism)


def as_model(model: ModelRef) -> Model:
    """A model, or the one in a folder; the packaged one if None."""
    if isinstance(model, Model):
        return model
    if not (model is None or isinstance(model, (str, PathLike))):
        raise wrong("model", model, "give a model, the folder of one, or None for the packaged one")
    return load_model(None if model is None else Path(model))


class Bench:
    """Prepares the arms of one question; media and cells are read once.

    Parameters
    ----------
    model : Model
    folders : sequence of path
        Where conditions, media and cells are looked up before the packaged ones.
    formalism : str
    gene_rules_only : bool
        As in `fluxmodel.analysis.resolve.resolve`.
    """

    def __init__(
        self,
        model: Model,
        folders: Sequence[str | PathLike[str]],
        formalism: str,
        gene_rules_only: bool = False,
    ) -> None:
        self.model = model
        self.formalism = formalism
        self.gene_rules_only = gene_rules_only
        self._library = Library(folders)

    def condition(self, ref: ConditionRef, settings: Sequence[Change] = ()) -> Condition:
        """A condition by id, path or value, with settings behind its own changes."""
        if not isinstance(ref, (str, PathLike, Condition)):
            raise wrong("condition", ref, "give an id, the path of a YAML file, or a Condition")
        found = ref if isinstance(ref, Condition) else self._library.condition(ref)
        return found.with_changes(*settings) if settings else found

    def name(self, condition: Condition) -> str:
        """What to call a condition: its id, with a star if the files hold something else under it."""
        try:
            filed = self._library.condition(condition.id)
        except InputError:
            return condition.id
        return condition.id if filed.digest == condition.digest else f"{condition.id}*"

    def arm(self, condition: Condition, treatments: Sequence[Change] = (), name: str | None = None) -> Arm:
        """A condition with treatments, bound to the model and built; nothing is solved.

        Raises
        ------
        InputError
            With everything that does not fit.
        """
        full = condition.with_changes(*treatments) if treatments else condition
        problem, untreated = self._problem(full), None
        if problem.resolved.capacities:
            kept = tuple(c for c in full.changes if not isinstance(c, (Inhibit, KnockOut)))
            untreated = self._problem(full.replace(changes=kept))
        label = " + ".join([name or condition.id, *(change_label(t) for t in treatments)])
        return Arm(label, full, problem, untreated)

    def _problem(self, condition: Condition) -> Problem:
        named = apply_changes(condition)
        base = self._library.medium(named.medium.base)
        serum = None if named.medium.serum is None else self._library.medium(named.medium.serum)
        cell = self._library.cell(named.cell)
        resolved = resolve(self.model, condition, base, serum, cell, self.gene_rules_only)
        return build(resolved, self.formalism)

    def arms(self, wanted: Sequence[Wanted]) -> list[Arm]:
        """Every arm, or the problems of all of them at once.

        Raises
        ------
        ConditionError
            Each problem once: arms share files and flags.
        """
        made: list[Arm] = []
        problems: dict[str, Finding] = {}
        for condition, treatments, name in wanted:
            try:
                made.append(self.arm(condition, treatments, name))
            except ConditionError as error:
                problems.update({str(p): p for p in error.problems})
        if problems:
            raise ConditionError(problems.values())
        return made
