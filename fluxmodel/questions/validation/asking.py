"""Rows of evidence asked of the model, in several ways; other processes can be asked.

A *way* is a formalism, with or without the expression state. Without it, regulators and profiles are those of
the reference state, factors on expression are left out, and a cell that is another one with other expression
is that other one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.verdict import Constants
from fluxmodel.condition import Condition, Library, ScaleExpression, SetField, apply_changes
from fluxmodel.errors import FluxmodelError
from fluxmodel.evidence.judged import Judged
from fluxmodel.evidence.rows import Row
from fluxmodel.network import Model
from fluxmodel.questions.arm import Untreated
from fluxmodel.questions.inputs import Bench, ModelRef, as_model
from fluxmodel.questions.plan import Settings
from fluxmodel.questions.predict import asked_of, solve_problem
from fluxmodel.questions.prediction import Prediction
from fluxmodel.questions.validation.judging import Answer, judge

#: Predictions that are kept for other rows, which share their controls.
KEPT = 24


@dataclass(frozen=True, slots=True)
class Way:
    """How the evidence is asked.

    Parameters
    ----------
    name : str
    formalism : str
    expression : bool
        Whether the expression state is used.
    objective : str
        What picks the point.
    scored : bool
        Whether it is what is scored: only then members are asked, a baseline is asked at its point.
    """

    name: str
    formalism: str
    expression: bool = True
    objective: str = "adjustment"
    scored: bool = False


#: What stands beside every score that rests on capacities.
BASELINES = (Way("pool", "pool"), Way("fba", "fba"))


def ways_of(formalism: str, objective: str, baselines: bool) -> tuple[Way, ...]:
    """The way that is scored, and its baselines.

    Examples
    --------
    >>> [w.name for w in ways_of("capacity", "acute", True)]
    ['capacity, acute', 'capacity, acute, expression off', 'capacity, adapted', 'pool', 'fba']
    >>> [w.name for w in ways_of("fba", "acute", True)]
    ['fba', 'pool']
    """
    if formalism != "capacity":
        others = tuple(b for b in BASELINES if b.formalism != formalism)
        return (Way(formalism, formalism, scored=True), *(others if baselines else ()))
    kind = "acute" if objective == "acute" else "adapted"
    first = Way(f"capacity, {kind}", "capacity", True, objective, scored=True)
    if not baselines:
        return (first,)
    found = [first, Way(f"{first.name}, expression off", "capacity", False, objective)]
    if kind == "acute":
        found.append(Way("capacity, adapted", "capacity"))
    return (*found, *BASELINES)


class Panel:
    """Predictions of arms, in one way.

    Parameters
    ----------
    model : Model
    how : Settings
    way : Way
    """

    def __init__(self, model: ModelRef, how: Settings, way: Way) -> None:
        members = how.members if way.scored else 0
        if way.formalism != "capacity":
            members = None  # it has none
        how = replace(how, formalism=way.formalism, members=members, objective=way.objective)
        self.model = as_model(model)
        self.constants = Constants.of(self.model, how.fraction)
        self._how, self._way = how, way
        self._bench = Bench(self.model, how.folders, how)
        self._library = Library(how.folders)
        self._known = Untreated(how.solver)
        self._kept: OrderedDict[tuple[str, tuple[str, ...]], Prediction] = OrderedDict()

    def judge(self, row: Row) -> tuple[Judged, ...]:
        """Every claim of a row."""
        wanted: dict[str, list[str]] = {}
        for claim in row.claims:
            for name in claim.arms:
                texts = wanted.setdefault(name, [])
                texts += [claim.observable] if claim.observable not in texts else []
        arms = {name: self._answer(row, name, texts) for name, texts in wanted.items()}
        return tuple(judge(row, claim, arms, self.constants) for claim in row.claims)

    def condition(self, row: Row, arm: str) -> Condition:
        """An arm as a condition."""
        first, *rest = row.lineage(arm)
        assert first.condition is not None
        found = self._bench.condition(first.condition)
        for spec in (first, *rest):
            found = found.with_changes(*spec.changes) if spec.changes else found
        return found if self._way.expression else self._unexpressed(found)

    def _answer(self, row: Row, name: str, texts: Sequence[str]) -> Answer:
        try:
            return self._predict(self.condition(row, name), f"{row.id}, {name}", texts)
        except FluxmodelError as error:
            return error

    def _predict(self, condition: Condition, label: str, texts: Sequence[str]) -> Prediction:
        key = (condition.digest, tuple(texts))
        if key in self._kept:
            self._kept.move_to_end(key)
            return replace(self._kept[key], label=label)
        arm = self._bench.arm(condition, name=label)
        observables = parse_observables(texts, arm.problem.resolved.model)
        problem, how = self._known.settle(arm), self._how
        found = solve_problem(arm, problem, observables, self.constants, how.solver, self._known)
        if (asked := asked_of(arm, problem, observables, self.constants, how.solver)) is not None:
            found = replace(found, members=asked.answer())
        self._kept[key] = found
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    def _unexpressed(self, condition: Condition) -> Condition:
        """The same with the expression of the reference state of the cell."""
        kept = tuple(
            c
            for c in condition.changes
            if not isinstance(c, ScaleExpression)
            and not (isinstance(c, SetField) and c.path.split(".")[0] in ("regulators", "profile"))
        )
        cell = self._library.cell(apply_changes(condition).cell)
        while cell.extends is not None:
            cell = self._library.cell(cell.extends.id)
        plain = condition.replace(regulators={}, profile=None, changes=kept)
        return plain.with_changes(SetField(path="cell", to=cell.id))


#: The panels of this process: a row is asked of one that other rows have used.
_panels: dict[tuple[object, ...], Panel] = {}


def forget() -> None:
    """Drop the panels: files may have changed between two runs in one process."""
    _panels.clear()


@dataclass(frozen=True)
class RowsJudged:
    """For each row and way the judged claims."""

    rows: tuple[tuple[tuple[Judged, ...], ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def joined(cls, parts: Sequence[RowsJudged]) -> RowsJudged:
        """Parts put together in their order."""
        return cls(tuple(row for part in parts for row in part.rows))


@dataclass(frozen=True)
class RowsAsked:
    """Rows of evidence, and the ways in which they are asked; another process can be asked."""

    model: ModelRef
    rows: tuple[Row, ...]
    ways: tuple[Way, ...]
    how: Settings

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, members: slice) -> RowsAsked:
        """Some of the rows."""
        return replace(self, rows=self.rows[members])

    def answer(self) -> RowsJudged:
        """The claims of every row in every way."""
        return RowsJudged(tuple(tuple(self._panel(w).judge(r) for w in self.ways) for r in self.rows))

    def _panel(self, way: Way) -> Panel:
        ref = self.model.digest if isinstance(self.model, Model) else self.model
        key = (ref, self.how, way)
        if key not in _panels:
            _panels[key] = Panel(self.model, self.how, way)
        return _panels[key]
