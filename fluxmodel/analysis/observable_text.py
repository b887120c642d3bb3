"""The parser of observables: text becomes one functional of fluxes or two; nothing is ever evaluated as code.

Codes: FM601 cannot be read, FM602 unknown reaction, FM603 no exchange of that metabolite,
FM604 not a linear functional or a ratio of two, FM605 nothing is left of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fluxmodel.analysis.exchanges import exchange_of
from fluxmodel.errors import ObservableError, Problem, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.model import Model

MAX_LENGTH = 2_000  # characters; a sum of fifty fluxes has about 800
MAX_DEPTH = 20  # nested parentheses

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![A-Za-z0-9_]))"
    r"|(?P<name>[A-Za-z0-9_]+)|(?P<sign>[-+*/()])|(?P<bad>\S))"
)
_FUNCTIONS = ("flux", "uptake", "secretion")
FLUX, RATE = "mmol/gDW/h", "1/h"
#: Unit of a ratio, by the units above and below.
_RATIOS = {(FLUX, FLUX): "1", (RATE, RATE): "1", (FLUX, RATE): "mmol/gDW", (RATE, FLUX): "gDW/mmol"}
_CURE = "write growth, flux(ID), uptake(MET), secretion(MET), or sums, differences and one ratio of these"


@dataclass(frozen=True)
class _Value:
    """What a part of the text means: a number, a functional, or a ratio."""

    number: float | None = None
    top: Mapping[str, float] = field(default_factory=dict)
    bottom: Mapping[str, float] | None = None
    unit: str = FLUX


class Parser:
    """Recursive descent over one text; unknown ids are collected, anything else stops at once."""

    def __init__(self, text: str, model: Model) -> None:
        self.text, self.model = text, model
        self.problems: list[Problem] = []
        if len(text) > MAX_LENGTH:
            raise ObservableError(Problem("FM601", f"an observable of {len(text):,} characters", cure=_CURE))
        self.tokens: list[tuple[str, str, int]] = []
        for match in _TOKEN.finditer(text):
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind)))
        self.here = 0
        self.depth = 0

    def read(self) -> tuple[str, FrozenMap[str, float], FrozenMap[str, float] | None, str]:
        """The text tidied, the numerator, the denominator if there is one, and the unit."""
        if not self.tokens:
            raise ObservableError(Problem("FM601", "an empty observable", cure=_CURE))
        value = self.sum()
        if self.here < len(self.tokens):
            raise self.stop(f"expected an operator or the end, found {self.tokens[self.here][1]!r}")
        if self.problems:
            raise ObservableError(self.problems)
        if value.number is not None:
            raise self.refuse("FM604", f"{self.text.strip()!r} is a number, not something to ask a model", 0)
        top, bottom = _clean(value.top), None if value.bottom is None else _clean(value.bottom)
        if not top or (bottom is not None and not bottom):
            raise self.refuse("FM605", f"{self.text.strip()!r} is 0 in every flux state", 0)
        return " ".join(self.text.split()), top, bottom, value.unit

    # -- grammar: sum = product (+|- product)*; product = factor (*|/ factor)* ---------------------

    def sum(self) -> _Value:
        value = self.product()
        while self.peek() in ("+", "-"):
            sign, at = self.take()
            right = self.product()
            value = self.add(value, right if sign == "+" else _scaled(right, -1.0), at)
        return value

    def product(self) -> _Value:
        value = self.factor()
        while self.peek() in ("*", "/"):
            operator, at = self.take()
            right = self.factor()
            value = self.times(value, right, at) if operator == "*" else self.over(value, right, at)
        return value

    def factor(self) -> _Value:
        if self.peek() in ("+", "-"):
            sign, _ = self.take()
            self.nest()
            value = _scaled(self.factor(), 1.0 if sign == "+" else -1.0)
            self.depth -= 1
            return value
        if self.here >= len(self.tokens):
            raise self.stop("something is missing here")
        kind, word, at = self.tokens[self.here]
        if word == "(":
            self.nest()
            self.here += 1
            value = self.sum()
            self.close("this parenthesis is not closed")
            self.depth -= 1
            return value
        if kind == "number" and not self.is_call():
            self.here += 1
            number = float(word)
            if not math.isfinite(number):
                raise self.refuse("FM601", f"{word} is not a finite number", at)
            return _Value(number)
        if kind not in ("name", "number"):
            raise self.stop(f"expected a quantity or a number, found {word!r}")
        self.here += 1
        if word == "growth":
            return _Value(top={self.model.biomass: 1.0}, unit=RATE)
        if word in _FUNCTIONS:
            return self.call(word, at)
        raise self.refuse("FM601", f"{word!r} is not known here", at, self.guess(word))

    def call(self, function: str, at: int) -> _Value:
        if self.peek() != "(":
            raise self.stop(f"{function} needs an id in parentheses")
        self.here += 1
        kind, name, where = self.tokens[self.here] if self.here < len(self.tokens) else ("", "", 0)
        if kind not in ("name", "number"):
            raise self.stop(f"{function}( needs an id")
        self.here += 1
        self.close("this parenthesis is not closed")
        if function == "flux":
            return self.flux(name, where)
        bare = re.sub(r"_e$", "", name)  # people write glc__D_e, and there is only one meaning
        found = exchange_of(self.model, bare)
        if found is None:
            known = [m.species.id for m in self.model.metabolites.values() if m.compartment == "e"]
            cure = nearest(bare, known) or "`fluxmodel show metabolite ID` shows where it occurs"
            self.problems.append(self.problem("FM603", f"no exchange of metabolite {name!r}", where, cure))
            return _Value(top={})
        reaction, secretion = found
        return _Value(top={reaction: secretion if function == "secretion" else -secretion})

    def flux(self, name: str, where: int) -> _Value:
        if name in self.model.reactions:
            return _Value(top={name: 1.0}, unit=RATE if name == self.model.biomass else FLUX)
        if name in self.model.genes:
            cure = (
                f"{name} is a gene; its reactions: {', '.join(self.model.reactions_of(name)[:6]) or 'none'}"
            )
        else:
            cure = nearest(name, self.model.reactions) or "`fluxmodel show reaction ID` looks ids up"
        self.problems.append(self.problem("FM602", f"unknown reaction {name!r}", where, cure))
        return _Value(top={})

    # -- arithmetic -------------------------------------------------------------------------------

    def add(self, a: _Value, b: _Value, at: int) -> _Value:
        if a.number is not None and b.number is not None:
            return _Value(a.number + b.number)
        if a.number is not None or b.number is not None:
            raise self.refuse("FM604", "a number cannot be added to a flux", at)
        if a.bottom is not None or b.bottom is not None:
            cure = "ask the two ratios one by one, or put the sum in parentheses: (A + B) / C"
            raise self.refuse("FM604", "a ratio cannot be part of a sum", at, cure)
        if a.unit != b.unit:
            raise self.refuse("FM604", f"{a.unit} cannot be added to {b.unit}: growth is not a flux", at)
        total = {r: a.top.get(r, 0.0) + b.top.get(r, 0.0) for r in dict.fromkeys((*a.top, *b.top))}
        return _Value(top=total, unit=a.unit)

    def times(self, a: _Value, b: _Value, at: int) -> _Value:
        if a.number is not None and b.number is not None:
            return _Value(a.number * b.number)
        if a.number is not None:
            return _scaled(b, a.number)
        if b.number is not None:
            return _scaled(a, b.number)
        raise self.refuse("FM604", "a flux cannot be multiplied by a flux", at)

    def over(self, a: _Value, b: _Value, at: int) -> _Value:
        if b.number is not None:
            if b.number == 0:
                raise self.refuse("FM604", "division by 0", at)
            return _scaled(a, 1 / b.number)
        if a.number is not None or a.bottom is not None or b.bottom is not None:
            cure = "write one ratio of two sums, such as secretion(lac__L) / uptake(glc__D)"
            raise self.refuse("FM604", "only a flux or a sum of fluxes can be divided by another", at, cure)
        return _Value(top=a.top, bottom=b.top, unit=_RATIOS[a.unit, b.unit])

    # -- tokens and errors ------------------------------------------------------------------------

    def peek(self) -> str:
        return self.tokens[self.here][1] if self.here < len(self.tokens) else ""

    def is_call(self) -> bool:
        return self.here + 1 < len(self.tokens) and self.tokens[self.here + 1][1] == "("

    def take(self) -> tuple[str, int]:
        _, word, at = self.tokens[self.here]
        self.here += 1
        return word, at

    def nest(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.stop(f"more than {MAX_DEPTH} nested parentheses")

    def close(self, why: str) -> None:
        if self.peek() != ")":
            raise self.stop(why)
        self.here += 1

    def guess(self, word: str) -> str:
        if word in self.model.reactions:
            return f"write flux({word})"
        if exchange_of(self.model, re.sub(r"_e$", "", word)):
            return f"write uptake({word}) or secretion({word})"
        return nearest(word, ("growth", *_FUNCTIONS)) or _CURE

    def problem(self, code: str, what: str, at: int, cure: str) -> Problem:
        return Problem(code, what, Where(None, None, f"observable {self.text!r}, character {at + 1}"), cure)

    def refuse(self, code: str, what: str, at: int, cure: str = _CURE) -> ObservableError:
        # what was unknown before the parser stopped is worth knowing as well
        return ObservableError([*self.problems, self.problem(code, what, at, cure)])

    def stop(self, why: str) -> ObservableError:
        at = self.tokens[self.here][2] if self.here < len(self.tokens) else len(self.text)
        return self.refuse("FM601", why, at)


def _scaled(value: _Value, factor: float) -> _Value:
    if value.number is not None:
        return _Value(value.number * factor)
    scaled = {r: c * factor for r, c in value.top.items()}
    return _Value(top=scaled, bottom=value.bottom, unit=value.unit)


def _clean(terms: Mapping[str, float]) -> FrozenMap[str, float]:
    return FrozenMap({r: c for r, c in terms.items() if c})
