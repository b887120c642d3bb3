"""Apply the ``set`` changes of a condition and hand on the rest, in order.

Codes: FM350 two statements about one target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fluxmodel.condition.changes import (
    AddReaction,
    Change,
    Inhibit,
    KnockOut,
    Open,
    ScaleExpression,
    SetField,
)
from fluxmodel.condition.model import Condition
from fluxmodel.condition.paths import setting
from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.units import Quantity


def apply_changes(condition: Condition) -> Condition:
    """A condition whose fields hold what its ``set`` changes say; the other changes stay, in order.

    Pure. Of two settings of one field the later wins: a flag that of the file, a file that of what it
    extends. Two *flags* that set one field to different values contradict each other and are an error, as
    are two inhibitions of one target, two ``open``, ``add_reaction`` or ``scale_expression``. A knock-out
    may stand beside an inhibition and wins; a gene that is knocked out twice is so once.

    Raises
    ------
    ConditionError
        If two changes contradict each other, or a new value does not fit the others.

    Examples
    --------
    >>> from fluxmodel.condition import MediumSpec, parse_inhibit, parse_set
    >>> c = Condition(id="x", medium=MediumSpec(base="DMEM"))
    >>> c = c.with_changes(parse_inhibit("GLS=90%"), parse_set("oxygen=1 percent"))
    >>> done = apply_changes(c)
    >>> done.oxygen.value, [change.target for change in done.changes]
    (1.0, ['GLS'])
    """
    flags = [c for c in condition.changes if isinstance(c, SetField) and is_flag(c.where)]
    problems = [*_repeated(condition.changes), *contradictions(flags)]
    if problems:
        raise ConditionError(problems)
    rest = tuple(_knocked_out_once(c for c in condition.changes if not isinstance(c, SetField)))
    if rest == condition.changes:
        return condition
    done = condition
    for change in condition.changes:
        if isinstance(change, SetField):
            done = _put(done, change)
    return done.replace(changes=rest, origins=_renumbered(done, rest))


def _renumbered(condition: Condition, rest: tuple[Change, ...]) -> dict[str, Where]:
    origins = {path: where for path, where in condition.origins.items() if not path.startswith("changes[")}
    return origins | {f"changes[{n}]": change.where for n, change in enumerate(rest)}


def is_flag(where: Where) -> bool:
    """Whether a place is a flag of the command line."""
    return where.line is None and (where.file or "").startswith("--")


def contradictions(changes: Iterable[Change]) -> list[Problem]:
    """Settings of one field to different values, each with the places of both."""
    seen: dict[str, SetField] = {}
    problems = []
    for change in changes:
        if not isinstance(change, SetField):
            continue
        first = seen.setdefault(change.path, change)
        if first.to != change.to:
            place = str(first.where) or "an earlier change"
            what = f"set {change.path}: said here and, with another value, in {place}"
            problems.append(Problem("FM350", what, change.where, "keep one"))
    return problems


def _knocked_out_once(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes, with every gene in the first knock-out only that names it."""
    seen: set[str] = set()
    for change in changes:
        if not isinstance(change, KnockOut):
            yield change
        elif new := tuple(t for t in change.targets if t not in seen):
            yield change if new == change.targets else change.replace(targets=new)
            seen.update(new)


def _repeated(changes: tuple[Change, ...]) -> list[Problem]:
    """Statements that can stand once only."""
    seen: dict[tuple[str, str], Change] = {}
    problems = []
    for change in changes:
        if isinstance(change, (Inhibit, Open, ScaleExpression)):
            key: tuple[str, str] = (change.do, change.target)
        elif isinstance(change, AddReaction):
            key = (change.do, change.id)
        else:
            continue
        if key in seen:
            first = str(seen[key].where) or "an earlier change"
            what = f"{key[0]} {key[1]}: said here and in {first}"
            cure = "keep one; a combination of drugs names each drug, such as CB-839 and BPTES"
            problems.append(Problem("FM350", what, change.where, cure if key[0] == "inhibit" else "keep one"))
        seen.setdefault(key, change)
    return problems


def _put(condition: Condition, change: SetField) -> Condition:
    """The condition with one field set; its place becomes that of the change."""
    target = setting(change.path)
    parts, to = target.parts, change.to
    head = getattr(condition, parts[0])
    path: str = change.path
    new: Any
    if len(parts) == 1:
        new = head.replace(value=to.value, source=to.source) if isinstance(to, Quantity) else to
    elif target.key is None:
        new = head.replace(**{parts[1]: to})
    elif parts[0] == "medium":
        new, path = _put_species(condition, parts[1], to), f"medium.set.{parts[1]}"
    elif parts[0] == "uptake":
        new, path = head.replace(limits=head.limits.with_item(parts[1], to)), f"uptake.limits.{parts[1]}"
    else:
        new = head.with_item(parts[1], to)
    try:
        kept = {p: w for p, w in condition.origins.items() if not p.startswith(f"{path}.")}
        return condition.replace(**{parts[0]: new}, origins=kept | {path: change.where})
    except ConditionError as error:
        raise ConditionError(Problem(p.code, p.what, change.where, p.cure) for p in error.problems) from None


def _put_species(condition: Condition, species: str, to: Quantity) -> Any:
    """A final concentration: it replaces what `add` or `remove` said about the species."""
    medium = condition.medium
    return medium.replace(
        add={k: v for k, v in medium.add.items() if k != species},
        set={**medium.set, species: to},
        remove=tuple(s for s in medium.remove if s != species),
    )
