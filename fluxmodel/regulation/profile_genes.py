"""Which rows of a user's table are genes of the model, and why too few of them may be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fluxmodel.errors import Problem, Where
from fluxmodel.regulation.profile_columns import Ids

_VERSIONED = re.compile(r"(ENSG[0-9]{11})\.[0-9]+")
_KINDS = (
    (re.compile(r"ENSG[0-9]{11}(\..*)?"), "Ensembl ids of genes: say ids='ensembl'", "symbol"),
    (re.compile(r"ENST[0-9]{11}(\..*)?"), "Ensembl ids of transcripts: sum them up by gene", ""),
    (re.compile(r"ENSMUS[GT][0-9]{11}(\..*)?"), "Ensembl ids of the mouse: map them to human genes", ""),
    (re.compile(r"[0-9]+"), "NCBI gene ids or row numbers: name the genes by symbol or Ensembl id", ""),
    (re.compile(r"[A-Z][A-Z0-9]+(-[A-Z0-9]+)?"), "gene symbols: say ids='symbol'", "ensembl"),
)
SHOWN = 5  # examples in a message


@dataclass(frozen=True, slots=True)
class Matched:
    """Line numbers of the model's genes, every name that is none, and how many names lost a version."""

    lines: Mapping[str, tuple[int, ...]]
    others: tuple[str, ...]
    versions: int

    @property
    def doubled(self) -> dict[str, tuple[int, ...]]:
        """Genes that stand on more than one line."""
        return {gene: lines for gene, lines in self.lines.items() if len(lines) > 1}


def symbol(name: str, ids: Ids, known: Mapping[str, str]) -> tuple[str, bool]:
    """Symbol that a name means, empty if unknown, and whether a version was taken off.

    Examples
    --------
    >>> symbol("ENSG00000115419.13", "ensembl", {"ENSG00000115419": "GLS"})
    ('GLS', True)
    >>> symbol("GLS", "symbol", {})
    ('GLS', False)
    """
    if ids == "symbol":
        return name, False
    version = _VERSIONED.fullmatch(name)
    return known.get(version[1] if version else name, ""), version is not None


def match(
    names: Iterable[tuple[int, str]], ids: Ids, known: Mapping[str, str], genes: Collection[str]
) -> Matched:
    """Find the model's genes among the names of the rows, given with their lines."""
    lines: dict[str, tuple[int, ...]] = {}
    others: list[str] = []
    versions = 0
    for line, name in names:
        gene, cut = symbol(name, ids, known)
        if gene in genes:
            lines[gene] = (*lines.get(gene, ()), line)
            versions += cut
        else:
            others.append(name)
    return Matched(lines, tuple(others), versions)


def too_few(found: Collection[str], genes: Collection[str], matched: Matched, ids: Ids, file: str) -> Problem:
    """Why the table cannot be used: how much of the model it covers, and what the ids look like."""
    missing = examples(set(genes) - set(found))
    share = f" ({len(found) / len(genes):.0%})" if genes else ""
    what = f"{len(found)} of the model's {len(genes)} genes can be used{share}; missing are {missing}"
    if rest := set(matched.lines) - set(found):
        what += f"; {len(rest)} more stand in the table, but not in the reference ({examples(rest)})"
    if matched.others:
        what += f"; the table has {examples(matched.others)}"
    return Problem("FM628", what, Where(file), _hint(matched, genes, ids))


def _hint(matched: Matched, genes: Collection[str], ids: Ids) -> str:
    """What the names that are not in the model look like."""
    others = [name for name in matched.others if name]
    by_case = {g.casefold() for g in genes}
    if ids == "symbol" and (same := [n for n in others if n.casefold() in by_case]):
        which = f"{len(same)} names differ in upper and lower case only ({examples(same)})"
        return f"{which}: are these mouse symbols? Write the human ones"
    for pattern, cure, only in _KINDS:
        hits = sum(pattern.fullmatch(name) is not None for name in others)
        if only in ("", ids) and 2 * hits > len(others):
            return f"the names look like {cure}"
    return "use the whole table, not a selection of genes, or lower min_coverage"


def examples(names: Collection[str], most: int = SHOWN) -> str:
    """Some names, and how many more there are.

    Examples
    --------
    >>> examples({"C", "A", "B"}, most=2)
    'A, B and 1 more'
    """
    ordered: Sequence[str] = sorted(names) if isinstance(names, (set, frozenset)) else list(names)
    shown = ", ".join(name[:40] for name in ordered[:most]) or "none"
    return f"{shown} and {len(ordered) - most} more" if len(ordered) > most else shown
