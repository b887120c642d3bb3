"""From what people hand over (ids, paths, values) to resolved conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from fluxmodel.analysis.resolve import resolve
from fluxmodel.condition import Change, Condition, Library, apply_changes
from fluxmodel.errors import ConditionError
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import Problem, build
from fluxmodel.network import Model, load_model
from fluxmodel.questions.changes import change_label

ConditionRef = str | PathLike[str] | Condition
ModelRef = str | PathLike[str] | Model | None


@dataclass(frozen=True, slots=True)
class Arm:
    """One condition of a question, ready to be solved."""

    label: str
    condition: Condition
    problem: Problem


def as_model(model: ModelRef) -> Model:
    """A model, or the one in a folder; the packaged one if None."""
    if isinstance(model, Model):
        return model
    return load_model(None if model is None else Path(model))


class Bench:
    """Prepares the arms of one question; media and cells are read once.

    Parameters
    ----------
    model : Model
    folders : sequence of path
        Where conditions, media and cells are looked up before the packaged ones.
    formalism : str
    """

    def __init__(self, model: Model, folders: Sequence[str | PathLike[str]], formalism: str) -> None:
        self.model = model
        self.formalism = formalism
        self._library = Library(folders)

    def condition(self, ref: ConditionRef, settings: Sequence[Change] = ()) -> Condition:
        """A condition by id, path or value, with settings behind its own changes."""
        found = ref if isinstance(ref, Condition) else self._library.condition(ref)
        return found.with_changes(*settings) if settings else found

    def arm(
        self, condition: Condition, treatments: Sequence[Change] = (), others: Sequence[Change] = ()
    ) -> Arm:
        """A condition with treatments, bound to the model and built; `others` are those of other arms.

        Raises
        ------
        InputError
            With everything that does not fit.
        """
        full = condition.with_changes(*treatments) if treatments else condition
        named = apply_changes(full)
        base = self._library.medium(named.medium.base)
        serum = None if named.medium.serum is None else self._library.medium(named.medium.serum)
        resolved = resolve(self.model, full, base, serum, self._library.cell(named.cell), others)
        label = " + ".join([condition.id, *(change_label(t) for t in treatments)])
        return Arm(label, full, build(resolved, self.formalism))

    def arms(self, wanted: Sequence[tuple[Condition, Sequence[Change]]]) -> list[Arm]:
        """Every arm, or the problems of all of them at once.

        Raises
        ------
        ConditionError
            Each problem once: arms share files and flags.
        """
        made: list[Arm] = []
        problems: dict[str, Finding] = {}
        everything = [t for _, treatments in wanted for t in treatments]
        for condition, treatments in wanted:
            others = [] if treatments else everything
            try:
                made.append(self.arm(condition, treatments, others))
            except ConditionError as error:
                problems.update({str(p): p for p in error.problems})
        if problems:
            raise ConditionError(problems.values())
        return made
