"""Changes in the words of the command line, for Python: ``inhibit("GLS=90%")``."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import cast

from fluxmodel.condition import Change, Inhibit, KnockOut, Open, ProfileSpec, SetField, parse_change
from fluxmodel.condition import parse_inhibit as _parse_inhibit
from fluxmodel.condition import parse_knock_out as _parse_knock_out
from fluxmodel.condition import parse_set as _parse_set
from fluxmodel.condition.reader import parse_documents
from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.questions.arguments import items
from fluxmodel.questions.arguments import text as _text
from fluxmodel.units import Quantity

__all__ = [
    "change_label",
    "inhibit",
    "is_treatment",
    "knock_out",
    "open_reaction",
    "set_field",
    "set_profile",
]


def inhibit(text: str) -> Inhibit:
    """Read ``GLS=90%`` (90 percent inhibited) or ``CB-839=100 nM`` (a drug at a dose).

    Raises
    ------
    InputError
        If there is no unit (0.9 could mean 0.9 % or 90 %), or the number is out of range.

    Examples
    --------
    >>> print(inhibit("GLS=90%").by)
    90 percent
    """
    return _parse_inhibit(_text("text", text, 'write it as in inhibit("GLS=90%")'))


def knock_out(genes: str | Iterable[str]) -> KnockOut:
    """Knock genes out: ``"GLS"``, ``"GLS,GLS2"`` or ``["GLS", "GLS2"]``.

    Raises
    ------
    InputError
        If there is no gene.

    Examples
    --------
    >>> knock_out(["GLS", "GLS2"]) == knock_out("GLS,GLS2")
    True
    """
    return _parse_knock_out(",".join(items("genes", genes, str, 'write it as in knock_out("GLS,GLS2")')))


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
    _text("text", text, 'write it as in set_field("oxygen=1 percent")')
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


def set_profile(
    file: str | PathLike[str],
    quantity: str,
    *,
    ids: str = "symbol",
    column: str | None = None,
    reference: str | None = None,
    min_coverage: str | Quantity = "50 percent",
) -> SetField:
    """Let a measured profile of expression act on every capacity.

    Among the changes of a question it holds in every arm; for a profile per arm, put one into each condition:
    ``condition.with_changes(fx.set_profile(...))``.

    Parameters
    ----------
    file : str or path
        CSV or TSV with a header; a relative path is one from the working folder.
    quantity : {'TPM', 'log2 TPM', 'log2 fold change'}
        What the values are; never guessed. ``log2 TPM`` is log2(TPM + 1).
    ids : {'symbol', 'ensembl'}
    column : str, optional
        Column of the state; needed if there are several.
    reference : str, optional
        Column that the state is compared with; needed for both kinds of TPM.
    min_coverage : str or Quantity
        Share of the model's genes that the file must hold.

    Raises
    ------
    ConditionError
        If a word is not one of those above; the file is read when the question is asked.

    Examples
    --------
    >>> print(set_profile("rna.csv", "log2 fold change", column="hypoxia").to)
    rna.csv hypoxia (log2 fold change)
    """
    given = {"column": column, "reference": reference}
    to = {"file": file, "quantity": quantity, "ids": ids, "min_coverage": min_coverage}
    to |= {name: value for name, value in given.items() if value is not None}
    return cast(
        SetField, parse_change({"do": "set", "path": "profile", "to": to}, Where(f"--profile {file}"))
    )


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
    ('GLS 90 % inhibited', 'GLS GLS2 knocked out')
    """
    if isinstance(change, Inhibit):
        if change.by is not None:
            return f"{change.target} {change.by.value:.12g} % inhibited"
        free = "" if change.free is None else f" ({change.free.value:g} % free)"
        return f"{change.target} {change.dose}{free}"
    if isinstance(change, KnockOut):
        return f"{' '.join(change.targets)} knocked out"
    if isinstance(change, SetField):
        simple = isinstance(change.to, (str, int, float, Quantity, ProfileSpec))
        return f"{change.path} = {change.to}" if simple else f"{change.path} set"
    if isinstance(change, Open):
        return f"{change.target} open"
    return f"{change.do} {getattr(change, 'id', None) or getattr(change, 'target', '')}"
