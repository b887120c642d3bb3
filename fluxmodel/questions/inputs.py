"""From what people hand over (ids, paths, values) to resolved conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from fluxmodel.analysis.draws import member_limits
from fluxmodel.analysis.expression import Expression, expression_of
from fluxmodel.analysis.resolve import resolve
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import FluxState
from fluxmodel.analysis.use import untreated_use, with_use
from fluxmodel.condition import Cell, Change, Condition, Inhibit, KnockOut, Library, apply_changes
from fluxmodel.errors import ConditionError, InputError
from fluxmodel.errors import Problem as Finding
from fluxmodel.formalism import AT_OPTIMUM, DEFAULT, Problem, build
from fluxmodel.frozen import FrozenMap
from fluxmodel.lp.sparse import Floats
from fluxmodel.network import Model, load_model
from fluxmodel.questions.arguments import wrong
from fluxmodel.questions.changes import change_label
from fluxmodel.questions.profiles import Profiles
from fluxmodel.regulation import Profile

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
    limits : ndarray, (members, n_limited), optional
        What every member of the cell can carry, if the formalism uses it.
    reference : mapping of reaction id to float, optional
        The reference state of the cell, if the point is to be the least adjusted one.
    ensemble : mapping, optional
        Number of members, their digest and the seed, for the pedigree.
    cell : Cell, optional
    profile : Profile, optional
        What was measured of its expression.
    expression : Expression, optional
        What regulators and single genes make of the catalysts.
    told : tuple of str
        What became of the wish for members.
    """

    label: str
    condition: Condition
    problem: Problem
    untreated: Problem | None = None
    limits: Floats | None = None
    reference: Mapping[str, float] | None = None
    ensemble: Mapping[str, object] | None = None
    cell: Cell | None = None
    profile: Profile | None = None
    expression: Expression | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Build:
    """How the arms of a question are built.

    Parameters
    ----------
    formalism : str
    gene_rules_only, thermo : bool
        As in `fluxmodel.analysis.resolve.resolve`.
    members : int, optional
        How many members of the cell's ensemble are asked; all of them if left out.
    seed : int
        Of what is drawn for the members.
    objective : {'adjustment', 'growth'}
        What picks the point: the least adjustment of the reference state where there is one, or growth and
        then the least flux.
    """

    formalism: str = DEFAULT
    gene_rules_only: bool = False
    members: int | None = None
    seed: int = 1
    objective: str = "adjustment"
    thermo: bool = True


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
        if problem.resolved.capacities and self.how.formalism != "capacity":
            kept = tuple(c for c in full.changes if not isinstance(c, (Inhibit, KnockOut)))
            formalism = AT_OPTIMUM.get(self.how.formalism, self.how.formalism)
            untreated = self._problem(full.replace(changes=kept), formalism)
        label = " + ".join([name or condition.id, *(change_label(t) for t in treatments)])
        named = apply_changes(full)
        cell, profile = self._library.cell(named.cell), self._profiles.of(named)
        expression = expression_of(self.model, named, cell, profile, [])
        limits, reference, ensemble, told = self._members(full, problem, expression)
        return Arm(
            label, full, problem, untreated, limits, reference, ensemble, cell, profile, expression, told
        )

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

    def _members(
        self, condition: Condition, problem: Problem, expression: Expression
    ) -> tuple[Floats | None, Mapping[str, float] | None, Mapping[str, object] | None, tuple[str, ...]]:
        """What the members of the cell can carry, and the state the point is adjusted from."""
        wanted = self.how.members
        if self.how.formalism != "capacity":
            told = f"members are asked by formalism capacity only, not by {self.how.formalism}"
            return None, None, None, (told,) if wanted else ()
        if problem.resolved.objective != self.model.biomass:
            told = "members are asked for growth: with another objective the point alone was asked"
            return None, None, None, (told,) if wanted else ()
        named = apply_changes(condition)
        members = self._library.members(named.cell)
        if members is None:
            told = f"cell {named.cell!r} has no ensemble: the point alone was asked"
            return None, None, None, (told,) if wanted else ()
        reference = members.reference() if self.how.objective == "adjustment" else None
        n = len(members) if wanted is None else min(wanted, len(members))
        told = f"{wanted} members were asked for, cell {named.cell!r} has {n}: all of them are taken"
        more = (told,) if wanted is not None and wanted > n else ()
        if n == 0:
            return None, reference, None, more
        said = FrozenMap({"members": n, "digest": members.digest, "seed": self.how.seed})
        return member_limits(problem, members.first(n), expression, self.how.seed), reference, said, more

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
