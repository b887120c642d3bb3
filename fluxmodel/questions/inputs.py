"""From what people hand over (ids, paths, values) to resolved conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from fluxmodel.analysis.draws import member_limits
from fluxmodel.analysis.expression import Expression, expression_of
from fluxmodel.analysis.following import followed
from fluxmodel.analysis.limits import TRANSLATION
from fluxmodel.analysis.resolve import resolve
from fluxmodel.condition import Cell, Change, Condition, Inhibit, KnockOut, Library, apply_changes
from fluxmodel.condition.members import Members
from fluxmodel.errors import ConditionError, InputError
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import AT_OPTIMUM, DEFAULT, Problem, build
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import Model, load_model
from fluxmodel.questions.arguments import wrong
from fluxmodel.questions.arm import Arm, CellMembers
from fluxmodel.questions.changes import change_label
from fluxmodel.questions.profiles import Profiles
from fluxmodel.regulation.profile_genes import examples

ConditionRef = str | PathLike[str] | Condition
ModelRef = str | PathLike[str] | Model | None
#: A condition, what is done to it, and what it is called.
Wanted = tuple[Condition, Sequence[Change], str]


@dataclass(frozen=True, slots=True)
class Build:
    """How the arms of a question are built.

    Parameters
    ----------
    formalism : str
    gene_rules_only : bool
        Knock-outs close the reactions that have lost their last isozyme and do nothing else: gene deletion as
        other tools do it.
    members : int, optional
        How many members of the cell's ensemble are asked; all of them if left out.
    seed : int
        Of what is drawn for the members.
    objective : {'adjustment', 'acute', 'growth'}
        What picks the point: the least adjustment of the reference state where there is one; after a
        treatment that of the state before it, with a price on growth; or growth and then the least flux.
    thermo : bool
        Directions that no concentrations allow together are not taken together.
    sensitivity : bool
        Whether the points of the members are asked for, too.
    """

    formalism: str = DEFAULT
    gene_rules_only: bool = False
    members: int | None = None
    seed: int = 1
    objective: str = "adjustment"
    thermo: bool = True
    sensitivity: bool = False


def as_model(model: ModelRef) -> Model:
    """A model, or the one in a folder; the packaged one if None."""
    if isinstance(model, Model):
        return model
    if not (model is None or isinstance(model, (str, PathLike))):
        raise wrong("model", model, "give a model, the folder of one, or None for the packaged one")
    return load_model(None if model is None else Path(model))


def _unlike_its_members(cell: Cell, members: Members) -> list[str]:
    """The capacities of a cell that are not those of the point of its ensemble."""
    points = {k: float(v[0]) for k, v in members.capacities.items()}
    stated = {k: c.value for k, c in cell.capacities.items()}
    if cell.translation is not None:
        points[TRANSLATION], stated[TRANSLATION] = (
            float(members.translation[0]),
            cell.translation.magnitude("1/h"),
        )
    return [k for k, x in stated.items() if not math.isclose(x, points.get(k, x), rel_tol=1e-3)]


class Bench:
    """Prepares the arms of one question; media and cells are read once.

    Parameters
    ----------
    model : Model
    folders : sequence of path
        Where conditions, media and cells are looked up before the packaged ones.
    how : Build
    """

    def __init__(
        self, model: Model, folders: Sequence[str | PathLike[str]], how: Build | None = None
    ) -> None:
        self.model = model
        self.how = how or Build()
        self._library = Library(folders)
        self._profiles = Profiles(model)

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
        kept = tuple(c for c in full.changes if not isinstance(c, (Inhibit, KnockOut)))
        if problem.resolved.capacities and self.how.formalism != "capacity":
            formalism = AT_OPTIMUM.get(self.how.formalism, self.how.formalism)
            untreated = self._problem(full.replace(changes=kept), formalism)
        label = " + ".join([name or condition.id, *(change_label(t) for t in treatments)])
        named = apply_changes(full)
        cell, profile = self._library.cell(named.cell), self._profiles.of(named)
        expression = expression_of(self.model, named, cell, profile, [])
        members = self._members(named.cell, problem, expression)
        acute = self.how.objective == "acute" and members.reference is not None
        before = self.arm(full.replace(changes=kept)) if acute and len(kept) < len(full.changes) else None
        return Arm(label, full, problem, cell, expression, members, untreated, profile, acute, before)

    def _problem(self, condition: Condition, formalism: str | None = None) -> Problem:
        named = apply_changes(condition)
        base = self._library.medium(named.medium.base)
        serum = None if named.medium.serum is None else self._library.medium(named.medium.serum)
        cell = self._library.cell(named.cell)
        profile, how = self._profiles.of(named), self.how
        resolved = resolve(
            self.model, condition, base, serum, cell, how.gene_rules_only, profile, thermo=how.thermo
        )
        return build(resolved, formalism or how.formalism)

    def _members(self, cell: str, problem: Problem, expression: Expression) -> CellMembers:
        """What the members of the cell can carry, and the state the point is adjusted from."""
        how = self.how
        if how.formalism != "capacity":
            told = f"members are asked by formalism capacity only, not by {how.formalism}"
            return CellMembers(told=(told,) if how.members or how.sensitivity else ())
        if problem.resolved.objective != self.model.biomass:
            told = "members are asked for growth: with another objective the point alone was asked"
            return CellMembers(told=(told,) if how.members or how.sensitivity else ())
        members = self._library.members(cell)
        if members is None:
            told = f"cell {cell!r} has no ensemble: the point alone was asked"
            return CellMembers(told=(told,) if how.members or how.sensitivity else ())
        reference: Mapping[str, float] | None = None
        follows: Mapping[str, float] = FrozenMap()
        if how.objective != "growth":
            reference = members.reference()
            point = {name: float(values[0]) for name, values in members.capacities.items()}
            follows = followed(self.model, expression, point)
        n = len(members) if how.members is None else min(how.members, len(members))
        told = f"{how.members} members were asked for, cell {cell!r} has {n}: all of them are taken"
        more: tuple[str, ...] = (told,) if how.members is not None and how.members > n else ()
        if n == 0:
            none = "sensitivity needs members, and 0 were asked for: nothing is called fragile"
            return CellMembers(
                reference=reference, told=(none,) if how.sensitivity else more, follows=follows
            )
        stated = self._library.cell(cell)
        if own := _unlike_its_members(stated, members):
            told = f"cell {stated.id!r} states other capacities than its ensemble: the point has them, the"
            more += (f"{told} members do not: {examples(own)}",)
        pedigree = FrozenMap({"members": n, "digest": members.digest, "seed": how.seed})
        asked = members.first(n)
        limits = member_limits(problem, asked, expression, how.seed)
        return CellMembers(limits, reference, pedigree, more, asked, follows)

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
