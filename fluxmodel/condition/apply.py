"""Apply the ``set`` changes of a condition and hand on the rest, in order.

Codes: FM350 two statements about one target.
"""

from __future__ import annotations

from typing import Any

from fluxmodel.condition.changes import AddReaction, Change, Inhibit, Open, ScaleExpression, SetField
from fluxmodel.condition.model import Condition
from fluxmodel.condition.paths import setting
from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.units import Quantity


def apply_changes(condition: Condition) -> Condition:
    """A condition whose fields hold what its ``set`` changes say; the other changes stay, in order.

    Pure, and the identity on a condition without ``set``. Of two settings of one field the later wins
    (a flag comes behind the file). Two inhibitions of one target contradict each other and are an error,
    as are two ``open``, ``add_reaction`` or ``scale_expression``; a knock-out may stand beside an
    inhibition and wins.

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
    _check_once(condition.changes)
    rest = tuple(c for c in condition.changes if not isinstance(c, SetField))
    if len(rest) == len(condition.changes):
        return condition
    done = condition
    for change in condition.changes:
        if isinstance(change, SetField):
            done = _put(done, change)
    return done.replace(changes=rest, origins=_renumbered(done, rest))


def _renumbered(condition: Condition, rest: tuple[Change, ...]) -> dict[str, Where]:
    origins = {path: where for path, where in condition.origins.items() if not path.startswith("changes[")}
    return origins | {f"changes[{n}]": change.where for n, change in enumerate(rest)}


def _check_once(changes: tuple[Change, ...]) -> None:
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
    if problems:
        raise ConditionError(problems)


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
