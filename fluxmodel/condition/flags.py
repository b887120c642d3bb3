"""Command-line texts, such as ``GLS=90%``, to the same changes that files hold.

Codes: FM331 not NAME=VALUE, FM332 a number without its unit, FM333 not text.
"""

from __future__ import annotations

import contextlib
import re
from typing import cast

from fluxmodel.condition.changes import Inhibit, KnockOut, SetField, parse_change
from fluxmodel.condition.names import several
from fluxmodel.condition.problems import show
from fluxmodel.condition.reader import is_too_large, scalar
from fluxmodel.errors import ConditionError, DomainError, Problem, UnitError, Where
from fluxmodel.units import Quantity, parse_quantity, too_large, units_of


def _where(flag: str, text: str, call: str) -> Where:
    """The place of a flag; what is not text is refused here, before it is taken letter by letter.

    Raises
    ------
    DomainError
        FM333.
    """
    if not isinstance(text, str):
        what = f"{call}({text!r}) takes text, not {type(text).__name__}"
        cure = f"write it as on the command line, such as {call}({_EXAMPLES[call]!r}), once for each"
        raise DomainError(Problem("FM333", what, cure=cure))
    return Where(f"{flag} {''.join(c if c.isprintable() else repr(c)[1:-1] for c in text)}")


_EXAMPLES = {"inhibit": "GLS=90%", "knock_out": "GLS,GLS2", "set_field": "oxygen=1 percent"}


def _split(text: str, where: Where, example: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise ConditionError(
            Problem("FM331", f"{show(text)!r} is not NAME=VALUE", where, f"write it as in {example}")
        )
    return name, value


def parse_inhibit(text: str) -> Inhibit:
    """Read ``GLS=90%`` (90 percent inhibited) or ``CB-839=100 nM`` (a drug at a dose).

    Raises
    ------
    ConditionError
        If there is no unit (0.9 could mean 0.9 % or 90 %), or the number is out of range.

    Examples
    --------
    >>> print(parse_inhibit("GLS=90%").by)
    90 percent
    >>> parse_inhibit("GLS=0.9")
    Traceback (most recent call last):
    fluxmodel.errors.ConditionError: FM332: --inhibit GLS=0.9: 0.9 has no unit: 0.9 % or 90 %?
      write GLS=0.9% or GLS=90%; a drug takes a dose, such as CB-839=100 nM
    """
    where = _where("--inhibit", text, "inhibit")
    target, value = _split(text, where, "--inhibit GLS=90% or --inhibit 'CB-839=100 nM'")
    quantity: Quantity | None = None
    with contextlib.suppress(UnitError):
        quantity = parse_quantity(value, _AMOUNTS)
    _one_target(target, value, where, drug=quantity is not None and quantity.dimension == "concentration")
    try:
        quantity = quantity or parse_quantity(value, _AMOUNTS)
    except UnitError as error:
        problem = error.problems[0]
        if problem.code == "FM205":
            raise ConditionError(_no_unit(target, value, where)) from None
        raise ConditionError(Problem(problem.code, problem.what, where, problem.cure)) from None
    field = "by" if quantity.dimension == "ratio" else "dose"
    return cast(Inhibit, parse_change({"do": "inhibit", "target": target, field: quantity}, where))


_AMOUNTS = ("percent", *units_of("concentration"))


def _one_target(target: str, value: str, where: Where, drug: bool) -> None:
    """Refuse several targets in one flag, and write out the flags that are meant.

    What takes a dose is a drug, whose name may have blanks: Antimycin A.
    """
    names = several(target) if not drug or re.search(r"[,;]", target) else []
    if "=" in value:  # GLS=90%,GLS2=50%
        first, *rest = re.split(r"[,;\s]+(?=[^=,;\s]+=)", f"{target}={value}")
        flags = [f"--inhibit {part.strip()}" for part in (first, *rest)]
    elif names:  # GLS,GLS2=90%
        flags = [f"--inhibit {name}={value}" for name in names]
    else:
        return
    what = f"{show(f'{target}={value}')!r} holds several targets" if len(flags) > 1 else "two signs ="
    cure = f"one flag for each: {' '.join(flags)}" if len(flags) > 1 else "write NAME=VALUE"
    if names and not re.search(r"[,;]", target):
        cure += f"; if that is one drug, with hyphens: {'-'.join(names)}"
    raise ConditionError(Problem("FM331", what, where, cure))


def _no_unit(target: str, value: str, where: Where) -> Problem:
    """A bare number: both ways to read it, if there are two."""
    number = float(value)
    drug = "a drug takes a dose, such as CB-839=100 nM"
    if 0 < number <= 1:
        other = f"{100 * number:.6g}"
        what = f"{value} has no unit: {value} % or {other} %?"
        return Problem("FM332", what, where, f"write {target}={value}% or {target}={other}%; {drug}")
    what = f"{value} has no unit: {value} % or a dose?"
    return Problem("FM332", what, where, f"write {target}={value}%; {drug}")


def parse_set(text: str) -> SetField:
    """Read ``oxygen=1 percent``, ``medium.gln__L=0.5 mM`` or ``regulators.HIF1A=1``.

    Examples
    --------
    >>> change = parse_set("medium.gln__L=0.5 mM")
    >>> change.path, str(change.to)
    ('medium.gln__L', '0.5 mM')
    """
    where = _where("--set", text, "set_field")
    path, value = _split(text, where, "--set 'oxygen=1 percent'")
    to = scalar(value)
    if is_too_large(value, to):
        raise ConditionError(too_large(value)).at(where)
    return cast(SetField, parse_change({"do": "set", "path": path, "to": to}, where))


def parse_knock_out(text: str) -> KnockOut:
    """Read ``GLS``, or ``GLS,GLS2`` for genes knocked out together.

    Examples
    --------
    >>> parse_knock_out("GLS, GLS2").targets
    ('GLS', 'GLS2')
    """
    where = _where("--knockout", text, "knock_out")
    targets = [part.strip() for part in text.split(",")]
    if not all(targets):
        what = "no gene is named" if not any(targets) else f"{show(text)!r} has a comma without a gene"
        cure = "write --knockout GLS, or --knockout GLS,GLS2 for genes knocked out together"
        raise ConditionError(Problem("FM331", what, where, cure))
    return cast(KnockOut, parse_change({"do": "knock_out", "targets": targets}, where))
