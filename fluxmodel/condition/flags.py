"""Command-line texts, such as ``GLS=90%``, to the same changes that files hold."""

from __future__ import annotations

from typing import cast

from fluxmodel.condition.changes import Inhibit, KnockOut, SetField, parse_change
from fluxmodel.condition.reader import scalar
from fluxmodel.errors import ConditionError, Problem, UnitError, Where
from fluxmodel.units import parse_quantity


def _split(text: str, where: Where, example: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise ConditionError(
            Problem("FM331", f"{text!r} is not NAME=VALUE", where, f"write it as in {example}")
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
    where = Where(f"--inhibit {text}")
    target, value = _split(text, where, "--inhibit GLS=90% or --inhibit 'CB-839=100 nM'")
    try:
        quantity = parse_quantity(value)
    except UnitError as error:
        problem = error.problems[0]
        if problem.code == "FM205":
            raise ConditionError(_no_unit(target, value, where)) from None
        raise ConditionError(Problem(problem.code, problem.what, where, problem.cure)) from None
    field = "by" if quantity.dimension == "ratio" else "dose"
    return cast(Inhibit, parse_change({"do": "inhibit", "target": target, field: quantity}, where))


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
    where = Where(f"--set {text}")
    path, value = _split(text, where, "--set 'oxygen=1 percent'")
    return cast(SetField, parse_change({"do": "set", "path": path, "to": scalar(value)}, where))


def parse_knock_out(text: str) -> KnockOut:
    """Read ``GLS``, or ``GLS,GLS2`` for genes knocked out together.

    Examples
    --------
    >>> parse_knock_out("GLS, GLS2").targets
    ('GLS', 'GLS2')
    """
    targets = [part.strip() for part in text.split(",")]
    return cast(KnockOut, parse_change({"do": "knock_out", "targets": targets}, Where(f"--knockout {text}")))
