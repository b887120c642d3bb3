"""Changes in the words of the command line, for Python: ``inhibit("GLS=90%")``."""

from __future__ import annotations

from typing import cast

from fluxmodel.condition import Change, Inhibit, KnockOut, Open, SetField, parse_change
from fluxmodel.condition import parse_inhibit as inhibit
from fluxmodel.condition import parse_knock_out as knock_out
from fluxmodel.condition import parse_set as _parse_set
from fluxmodel.condition.reader import parse_documents
from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.units import Quantity

__all__ = ["change_label", "inhibit", "is_treatment", "knock_out", "open_reaction", "set_field"]


def set_field(text: str) -> SetField:
    """Read ``PATH=VALUE``; a value in braces is a mapping, as in a condition file.

    Raises
    ------
    ConditionError
        If there is no such path, or the value does not fit it.

    Examples
    --------
    >>> set_field("oxygen=1 percent").to.value
    1.0
    >>> set_field("bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}").to.upper
    -5.0
    """
    path, equals, value = (part.strip() for part in text.partition("="))
    if not (path and equals and value.startswith(("{", "["))):
        return _parse_set(text)
    where = Where(f"--set {text}")
    try:
        (document,) = parse_documents(f"to: {value}\n", where.file or "")
    except (ConditionError, ValueError) as error:
        what = error.problems[0].what if isinstance(error, ConditionError) else str(error)
        cure = "write it as in --set 'bounds.EX_o2_e={upper: -5, unit: mmol/gDW/h}'"
        raise ConditionError(Problem("FM331", what, where, cure)) from None
    return cast(SetField, parse_change({"do": "set", "path": path, **document.data}, where))


def open_reaction(target: str) -> Open:
    """Open a reaction that the model holds closed by default, such as AOX.

    Examples
    --------
    >>> open_reaction("AOX").target
    'AOX'
    """
    return cast(Open, parse_change({"do": "open", "target": target}, Where(f"--open {target}")))


def is_treatment(change: Change) -> bool:
    """Whether a change is something that is done to cells, and not a setting around them."""
    return not isinstance(change, SetField)


def change_label(change: Change) -> str:
    """A change as an arm of a comparison shows it.

    Examples
    --------
    >>> change_label(inhibit("GLS=90%")), change_label(knock_out("GLS,GLS2"))
    ('GLS 90 %', 'GLS GLS2 knocked out')
    """
    if isinstance(change, Inhibit):
        amount = change.by or change.dose
        return f"{change.target} {str(amount).replace('percent', '%')}"
    if isinstance(change, KnockOut):
        return f"{' '.join(change.targets)} knocked out"
    if isinstance(change, SetField):
        simple = isinstance(change.to, (str, int, float, Quantity))
        return f"{change.path} = {change.to}" if simple else f"{change.path} set"
    if isinstance(change, Open):
        return f"{change.target} open"
    return f"{change.do} {getattr(change, 'id', None) or getattr(change, 'target', '')}"
