"""Which columns of a user's table hold the genes and the values, and whether their names contradict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fluxmodel.errors import Problem, TableError, Where, nearest
from fluxmodel.regulation.profile_sheet import Sheet

Quantity = Literal["TPM", "log2 TPM", "log2 fold change"]
Ids = Literal["symbol", "ensembl"]

QUANTITIES: tuple[Quantity, ...] = ("TPM", "log2 TPM", "log2 fold change")
# names of a column of genes, for tables that carry several kinds of id; otherwise the first column is taken
_ID_NAMES: dict[str, tuple[str, ...]] = {
    "symbol": ("symbol", "gene_symbol", "hgnc_symbol", "gene_name", "external_gene_name"),
    "ensembl": ("ensembl", "ensembl_id", "ensembl_gene_id", "gene_id"),
}
_OTHER_UNITS = {"fpkm", "rpkm", "cpm", "rpm", "count", "counts", "reads", "lfq", "ibaq", "intensity"}
_NO_VALUES = {"pvalue", "pval", "padj", "fdr", "qvalue", "lfcse", "basemean"}
_OTHER_LOGS = {"log10", "ln", "loge", "log1p"}
_FOLDS = {"fc", "lfc", "log2fc", "logfc", "foldchange", "log2foldchange", "logfoldchange", "fold"}
_LOGS = {"log", "log2", "log2tpm", "logtpm"}
# what the name of a column must not say for each quantity
_CONTRADICT: dict[str, set[str]] = {
    "TPM": _OTHER_UNITS | _NO_VALUES | _OTHER_LOGS | _FOLDS | _LOGS,
    "log2 TPM": _OTHER_UNITS | _NO_VALUES | _OTHER_LOGS | _FOLDS,
    "log2 fold change": _OTHER_UNITS | _NO_VALUES | _OTHER_LOGS | {"tpm", "log2tpm", "logtpm"},
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in the header; `reference` is None if it does not stand in the table."""

    ids: int
    state: int
    reference: int | None


def choose(sheet: Sheet, quantity: Quantity, ids: Ids, column: str | None, reference: str | None) -> Columns:
    """Find the columns by name.

    Raises
    ------
    TableError
        FM622 for a column that is missing, doubled or not said, FM623 for a name that says another quantity.
    """
    genes = _ids(sheet.header, ids)
    problems: list[Problem] = []
    if column is None:
        rest = [h for n, h in enumerate(sheet.header) if n != genes and h != reference]
        if len(rest) == 1:
            column = rest[0]
        else:
            what = f"{len(rest)} columns may hold the values: {_list(rest)}"
            problems.append(Problem("FM622", what, Where(sheet.file, 1), "say which: column=..."))
    named = [name for name in (column, reference) if name is not None]
    for name in named:
        problems += _check_name(sheet, genes, name, quantity)
    if len(set(named)) < len(named):
        what = f"column {column!r} is named as state and as reference"
        problems.append(Problem("FM622", what, Where(sheet.file, 1), "name two columns"))
    if problems:
        raise TableError(problems)
    return Columns(
        genes,
        sheet.header.index(named[0]),
        None if reference is None else sheet.header.index(reference),
    )


def _ids(header: Sequence[str], ids: Ids) -> int:
    """Position of the column of genes."""
    hits = [n for n, name in enumerate(header) if name.lower().replace(" ", "_") in _ID_NAMES[ids]]
    return hits[0] if len(hits) == 1 else 0


def _check_name(sheet: Sheet, genes: int, name: str, quantity: Quantity) -> list[Problem]:
    place = Where(sheet.file, 1, name)
    if name not in sheet.header:
        cure = nearest(name, sheet.header) or f"columns of the table: {_list(sheet.header)}"
        return [Problem("FM622", f"there is no column {name!r}", Where(sheet.file, 1), cure)]
    if sheet.header.count(name) > 1:
        return [Problem("FM622", "two columns have this name", place, "rename one of them")]
    if sheet.header.index(name) == genes:
        return [Problem("FM622", "this column holds the genes", place, "name a column of values")]
    said = {word for word in re.split(r"[^a-z0-9]+", name.lower()) if word}
    # a fold change may be one of counts or intensities: there the ratio has no unit
    allowed = _OTHER_UNITS | {"tpm"} if quantity == "log2 fold change" and said & _FOLDS else set()
    if against := sorted(said & (_CONTRADICT[quantity] - allowed)):
        what = f"the name of the column says {', '.join(against)}, but the quantity is {quantity}"
        return [Problem("FM623", what, place, f"convert it to {quantity}, or name another column")]
    return []


def _list(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(repr(n) for n in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
