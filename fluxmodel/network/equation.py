"""Reaction equations as they stand in the tables: ``2 h_c + a_c --> b_c``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fluxmodel.errors import ModelError, Problem
from fluxmodel.frozen import FrozenMap

FORWARD = "-->"
REVERSIBLE = "<=>"
_TOKEN = re.compile(r"\S+")
_ID = re.compile(r"[A-Za-z0-9_]+\Z")
_NUMBER = re.compile(r"\d+(\.\d+)?([eE][-+]?\d+)?\Z|\.\d+\Z")
_CURE = "write it like `2 h_c + a_c --> b_c`, with `<=>` if it runs both ways"


@dataclass(frozen=True, slots=True)
class Equation:
    """Net stoichiometry (negative = consumed) and whether the arrow runs both ways.

    Examples
    --------
    >>> e = parse_equation("gln__L_m + h2o_m --> glu__L_m + nh4_m")
    >>> e.stoichiometry["gln__L_m"], e.reversible
    (-1.0, False)
    >>> str(e)
    'gln__L_m + h2o_m --> glu__L_m + nh4_m'
    """

    stoichiometry: Mapping[str, float]
    reversible: bool

    def __str__(self) -> str:
        return format_equation(self.stoichiometry, self.reversible)


def _refuse(text: str, position: int, why: str) -> ModelError:
    what = f"equation {text!r}, character {position + 1}: {why}"
    return ModelError(Problem("FM402", what, cure=_CURE))


def parse_equation(text: str) -> Equation:
    """Read an equation.

    Parameters
    ----------
    text : str
        Terms joined by `` + ``, a coefficient before its metabolite, one arrow ``-->`` or ``<=>``.
        One side may be empty (exchange, demand).

    Returns
    -------
    Equation

    Raises
    ------
    ModelError
        FM402, with the character at which reading stopped. A metabolite on both sides or twice
        on one side is refused: its net coefficient would hide what was meant.

    Examples
    --------
    >>> parse_equation("glc__D_e <=>").stoichiometry
    FrozenMap({'glc__D_e': -1.0})
    >>> parse_equation("a_c + --> b_c")
    Traceback (most recent call last):
    fluxmodel.errors.ModelError: FM402: equation 'a_c + --> b_c', character 7: a term is missing before this
      write it like `2 h_c + a_c --> b_c`, with `<=>` if it runs both ways
    """
    stoichiometry: dict[str, float] = {}
    sign, arrow = -1.0, ""
    coefficient: float | None = None
    want_term, terms_on_side = True, 0
    for match in _TOKEN.finditer(text):
        token, at = match.group(), match.start()
        if token in (FORWARD, REVERSIBLE):
            if arrow:
                raise _refuse(text, at, "a second arrow")
            if coefficient is not None or (want_term and terms_on_side):
                raise _refuse(text, at, "a term is missing before this")
            arrow, sign, want_term, terms_on_side = token, 1.0, True, 0
        elif token == "+":
            if want_term:
                raise _refuse(text, at, "a term is missing before this")
            want_term = True
        elif not want_term:
            raise _refuse(text, at, f"expected + or an arrow, found {token!r}")
        elif _NUMBER.match(token) and coefficient is None:
            coefficient = float(token)
            if not (coefficient > 0 and math.isfinite(coefficient)):
                raise _refuse(text, at, "a coefficient must be finite and above 0")
        elif not _ID.match(token) or _NUMBER.match(token):
            raise _refuse(text, at, f"{token!r} is not a metabolite id")
        elif token in stoichiometry:
            raise _refuse(text, at, f"{token} occurs twice")
        else:
            stoichiometry[token] = sign * (1.0 if coefficient is None else coefficient)
            coefficient, want_term, terms_on_side = None, False, terms_on_side + 1
    if not arrow:
        raise _refuse(text, len(text), "no arrow")
    if coefficient is not None or (want_term and terms_on_side):
        raise _refuse(text, len(text), "a term is missing at the end")
    if not stoichiometry:
        raise _refuse(text, 0, "no metabolite")
    return Equation(FrozenMap(stoichiometry), arrow == REVERSIBLE)


def _term(metabolite: str, coefficient: float) -> str:
    amount = abs(coefficient)
    if amount == 1:
        return metabolite
    # repr, not %g: what is written must read back as the same double
    return f"{int(amount) if amount == int(amount) and amount < 1e15 else repr(amount)} {metabolite}"


def format_equation(stoichiometry: Mapping[str, float], reversible: bool) -> str:
    """Write an equation; `parse_equation` reads it back unchanged.

    Examples
    --------
    >>> format_equation({"h_i": -2, "h_m": 2.5}, reversible=False)
    '2 h_i --> 2.5 h_m'
    """
    left = " + ".join(_term(m, c) for m, c in stoichiometry.items() if c < 0)
    right = " + ".join(_term(m, c) for m, c in stoichiometry.items() if c > 0)
    return f"{left} {REVERSIBLE if reversible else FORWARD} {right}".strip()
