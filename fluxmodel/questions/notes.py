"""What to know about how a condition was read, besides what resolving it says."""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.analysis.expression import levels_of, tables
from fluxmodel.condition import ScaleExpression, apply_changes
from fluxmodel.questions.arm import Arm

#: Levels at which a regulator changes nothing, so that nothing has to be said about it.
_NEUTRAL = ("basal", 0.0)
#: Formalisms that do not see what genes express.
_BLIND = ("fba", "pool")


def notes_of(arm: Arm) -> tuple[str, ...]:
    """The notes of an arm before anything is solved."""
    return (*arm.problem.resolved.notes, *_profile(arm), *_formalism(arm), *arm.members.told)


def _profile(arm: Arm) -> Iterator[str]:
    """What was done to the numbers of a profile, and what else moves the same genes."""
    condition = apply_changes(arm.condition)
    if arm.profile is None or condition.profile is None:
        return
    if arm.problem.formalism in _BLIND:
        yield f"the profile {condition.profile} is not used by formalism {arm.problem.formalism}"
        return
    yield from (f"profile {condition.profile.file}: {message}" for message in arm.profile.messages)
    levels = levels_of(condition, arm.cell)
    axes, _ = tables(arm.problem.resolved.model.path)
    moved = {} if axes is None else axes.shifts(levels)
    active = [f"{n} {levels[n]}" for n, shift in moved.items() if shift]
    if active:
        yield (
            f"{', '.join(active)} adds to what was measured: where the profile was taken in that state, its "
            "targets are moved twice; regulators at basal leave the profile alone"
        )
    if own := [g for g in arm.cell.expression if g in arm.profile.log2]:
        yield (
            f"the expression of cell {arm.cell.id} ({', '.join(own)}) adds to what was measured: the profile "
            "must be relative to that cell"
        )


def _formalism(arm: Arm) -> Iterator[str]:
    resolved, name = arm.problem.resolved, arm.problem.formalism
    if name in _BLIND:
        condition = apply_changes(arm.condition)
        unused = [
            f"{n} {v if isinstance(v, str) else format(v, 'g')}"
            for n, v in condition.regulators.items()
            if v not in _NEUTRAL
        ]
        unused += [f"{c.target} x{c.by.value:g}" for c in condition.changes if isinstance(c, ScaleExpression)]
        if arm.cell.expression or arm.cell.regulators:
            own = {**arm.cell.expression, **arm.cell.regulators}
            unused.append(f"{', '.join(own)} of cell {arm.cell.id}")
        if unused:
            yield f"regulators are not used by formalism {name}: {', '.join(unused)}"
    if name != "capacity" and (resolved.capacities or resolved.lost):
        share = ", as far as the pool goes" if name == "pool" else ""
        yield (
            f"formalism {name} gives capacities only to what is treated and its isozymes: everything else "
            f"makes up for it freely{share}, so an unchanged growth says that the network can compensate, "
            "not that a cell does"
        )
    if name == "capacity" and not resolved.limits:
        yield f"the cell has no capacities: formalism {name} limits nothing that fba does not"
