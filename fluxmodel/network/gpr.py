"""Gene rules: which genes a reaction needs, as a monotone Boolean function."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fluxmodel.errors import ModelError, Problem

MAX_DEPTH = 40  # nested parentheses; Human-GEM has at most 4
MAX_ISOZYMES = 2_000  # alternatives of one rule written out; a table rule has at most some dozens

_TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9_.\-]+|\S)")
_SYMBOL = re.compile(r"[A-Za-z0-9_.\-]+\Z")

Kind = Literal["none", "gene", "and", "or"]


def _refuse(text: str, position: int, why: str) -> ModelError:
    cure = "write it like `(SDHA and SDHB) or GLS2`"
    return ModelError(Problem("FM403", f"gene rule {text!r}, character {position + 1}: {why}", cure=cure))


@dataclass(frozen=True, slots=True)
class Rule:
    """A gene rule; false if it is empty (nothing known, or no gene needed).

    Examples
    --------
    >>> rule = parse_rule("GLS or (SLC7A5 and SLC3A2)")
    >>> rule.genes
    ('GLS', 'SLC7A5', 'SLC3A2')
    >>> rule.holds({"GLS"}), rule.holds({"GLS", "SLC3A2"})
    (True, False)
    >>> [sorted(t) for t in rule.isozymes()]
    [['GLS'], ['SLC3A2', 'SLC7A5']]
    >>> str(rule)
    'GLS or (SLC7A5 and SLC3A2)'
    """

    kind: Kind = "none"
    gene: str = ""
    parts: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        return self.kind != "none"

    def __str__(self) -> str:
        if self.kind in ("none", "gene"):
            return self.gene
        return f" {self.kind} ".join(f"({p})" if p.parts else str(p) for p in self.parts)

    def _walk(self) -> Iterator[str]:
        if self.kind == "gene":
            yield self.gene
        for part in self.parts:
            yield from part._walk()

    @property
    def genes(self) -> tuple[str, ...]:
        """Symbols, each once, in order of appearance."""
        return tuple(dict.fromkeys(self._walk()))

    def holds(self, lost: Collection[str]) -> bool:
        """Whether the reaction still has a catalyst without the genes `lost`."""
        if self.kind == "gene":
            return self.gene not in lost
        if self.kind == "and":
            return all(part.holds(lost) for part in self.parts)
        if self.kind == "or":
            return any(part.holds(lost) for part in self.parts)
        return True

    def needed(self) -> frozenset[str]:
        """Genes without any one of which the rule does not hold.

        Examples
        --------
        >>> sorted(parse_rule("SLC3A2 and (SLC7A5 or SLC7A8)").needed()), parse_rule("GLS or GLS2").needed()
        (['SLC3A2'], frozenset())
        """
        if self.kind == "gene":
            return frozenset((self.gene,))
        every = [part.needed() for part in self.parts]
        if self.kind == "and":
            return frozenset().union(*every)
        return every[0].intersection(*every[1:]) if every else frozenset()

    def renamed(self, names: Mapping[str, str]) -> Rule:
        """The same rule with genes renamed; genes that `names` does not know keep their name."""
        if self.kind == "gene":
            return gene(names.get(self.gene, self.gene))
        if self.kind == "none":
            return self
        return _join(self.kind, (part.renamed(names) for part in self.parts))

    def isozymes(self, limit: int = MAX_ISOZYMES) -> tuple[frozenset[str], ...]:
        """Minimal gene sets, each of which suffices: the disjunctive normal form.

        Raises
        ------
        ModelError
            FM403 if there are more than `limit`.
        """
        return tuple(sorted(self._terms(limit), key=lambda t: (len(t), sorted(t)))) if self else ()

    def _terms(self, limit: int) -> list[frozenset[str]]:
        if self.kind == "gene":
            return [frozenset({self.gene})]
        if self.kind == "or":
            terms = [t for part in self.parts for t in part._terms(limit)]
        else:
            terms = [frozenset()]
            for part in self.parts:
                more = part._terms(limit)
                if len(terms) * len(more) > limit:
                    raise _refuse(str(self), 0, f"more than {limit} alternatives")
                terms = _minimal(a | b for a in terms for b in more)
        if len(terms) > limit:
            raise _refuse(str(self), 0, f"more than {limit} alternatives")
        return _minimal(terms)


NO_RULE = Rule()


def _minimal(terms: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Terms without those that contain another one."""
    kept: list[frozenset[str]] = []
    for term in sorted(set(terms), key=len):
        if not any(small <= term for small in kept):
            kept.append(term)
    return kept


def gene(symbol: str) -> Rule:
    """The rule that needs one gene."""
    return Rule("gene", symbol)


def _join(kind: Literal["and", "or"], rules: Iterable[Rule]) -> Rule:
    flat: dict[Rule, None] = {}
    for rule in rules:
        flat.update(dict.fromkeys(rule.parts if rule.kind == kind else (rule,)))
    parts = tuple(flat)
    return parts[0] if len(parts) == 1 else Rule(kind, parts=parts) if parts else NO_RULE


def all_of(rules: Iterable[Rule]) -> Rule:
    """Every rule must hold; empty rules ask for nothing.

    Examples
    --------
    >>> str(all_of([parse_rule("A or B"), parse_rule(""), parse_rule("C")]))
    '(A or B) and C'
    """
    return _join("and", (r for r in rules if r))


def any_of(rules: Iterable[Rule]) -> Rule:
    """One rule suffices; an empty rule among them always holds, and so does the result.

    Examples
    --------
    >>> str(any_of([parse_rule("A and B"), parse_rule("C")]))
    '(A and B) or C'
    """
    given = tuple(rules)
    return _join("or", given) if all(given) else NO_RULE


def parse_rule(text: str) -> Rule:
    """Read a gene rule; ``and`` binds tighter than ``or``, empty text is the empty rule.

    Raises
    ------
    ModelError
        FM403, with the character at which reading stopped.

    Examples
    --------
    >>> parse_rule("MT-CO1 and (COX4I1 or")
    Traceback (most recent call last):
    fluxmodel.errors.ModelError: FM403: gene rule 'MT-CO1 and (COX4I1 or', character 22: a gene is missing
      write it like `(SDHA and SDHB) or GLS2`
    """
    tokens = [(m.group(1), m.start(1)) for m in _TOKEN.finditer(text)]
    if not tokens:
        return NO_RULE
    parser = _Parser(text, tokens)
    rule = parser.alternatives(0)
    if parser.here < len(tokens):
        token, position = tokens[parser.here]
        raise _refuse(text, position, f"expected and, or or the end, found {token!r}")
    return rule


class _Parser:
    """Recursive descent over the tokens of one rule."""

    def __init__(self, text: str, tokens: list[tuple[str, int]]) -> None:
        self.text, self.tokens, self.here = text, tokens, 0

    def _is(self, word: str) -> bool:
        return self.here < len(self.tokens) and self.tokens[self.here][0].lower() == word

    def alternatives(self, depth: int) -> Rule:
        rules = [self.together(depth)]
        while self._is("or"):
            self.here += 1
            rules.append(self.together(depth))
        return _join("or", rules)

    def together(self, depth: int) -> Rule:
        rules = [self.one(depth)]
        while self._is("and"):
            self.here += 1
            rules.append(self.one(depth))
        return _join("and", rules)

    def one(self, depth: int) -> Rule:
        end = len(self.text.rstrip())
        token, position = self.tokens[self.here] if self.here < len(self.tokens) else ("", end)
        if token == "(":
            if depth >= MAX_DEPTH:
                raise _refuse(self.text, position, f"more than {MAX_DEPTH} nested parentheses")
            self.here += 1
            rule = self.alternatives(depth + 1)
            if not self._is(")"):
                raise _refuse(self.text, position, "this parenthesis is not closed")
            self.here += 1
            return rule
        if not _SYMBOL.match(token) or token.lower() in ("and", "or"):
            raise _refuse(self.text, position, "a gene is missing")
        self.here += 1
        return gene(token)


def equivalent(a: Rule, b: Rule) -> bool:
    """Whether two rules are the same Boolean function of their genes.

    Compared as reduced ordered decision diagrams, so that a complex with many isoforms, whose
    written-out alternatives would run into the thousands, costs nothing.

    Examples
    --------
    >>> equivalent(parse_rule("A and (B or C)"), parse_rule("(C and A) or (A and B)"))
    True
    """
    if not a or not b:
        return bool(a) == bool(b)
    order = {symbol: n for n, symbol in enumerate(dict.fromkeys(a.genes + b.genes))}
    unique: dict[tuple[int, int, int], int] = {}
    nodes: list[tuple[int, int, int]] = [(len(order), 0, 0), (len(order), 1, 1)]  # false, true
    memo: dict[tuple[str, int, int], int] = {}

    def node(variable: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (variable, low, high)
        if key not in unique:
            unique[key] = len(nodes)
            nodes.append(key)
        return unique[key]

    def apply(kind: str, u: int, v: int) -> int:
        absorbing = 0 if kind == "and" else 1
        if u == v or v == 1 - absorbing:
            return u
        if u == 1 - absorbing:
            return v
        if absorbing in (u, v):
            return absorbing
        key = (kind, min(u, v), max(u, v))
        if key not in memo:
            top = min(nodes[u][0], nodes[v][0])
            u0, u1 = nodes[u][1:] if nodes[u][0] == top else (u, u)
            v0, v1 = nodes[v][1:] if nodes[v][0] == top else (v, v)
            memo[key] = node(top, apply(kind, u0, v0), apply(kind, u1, v1))
        return memo[key]

    def build(rule: Rule) -> int:
        if rule.kind == "gene":
            return node(order[rule.gene], 0, 1)
        result = build(rule.parts[0])
        for part in rule.parts[1:]:
            result = apply(rule.kind, result, build(part))
        return result

    return build(a) == build(b)
