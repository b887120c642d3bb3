"""A user's RNA-seq or proteomics table as log2 fold changes of the model's genes.

Codes: FM620 an argument, FM621 not a table, FM622 a column, FM623 a column of another quantity, FM624 a cell
without a number, FM625 a number that the quantity cannot have, FM626 a gene that stands twice, FM627 only
zeros, FM628 too few genes, FM629 a row of another length.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fluxmodel.digest import digest as digest_of
from fluxmodel.errors import DomainError, Problem, TableError, Where, nearest
from fluxmodel.frozen import FrozenMap
from fluxmodel.regulation.profile_columns import QUANTITIES, Ids, Quantity, choose
from fluxmodel.regulation.profile_genes import Matched, examples, match, too_few
from fluxmodel.regulation.profile_ratios import clip, ratios
from fluxmodel.regulation.profile_rows import Rows, capped, read_rows
from fluxmodel.regulation.profile_sheet import read_sheet
from fluxmodel.regulation.profile_values import doubts, tpm


@dataclass(frozen=True, slots=True)
class Profile:
    """Fold changes of the model's genes in one state, relative to a reference.

    Parameters
    ----------
    log2 : mapping of gene to float
        Log2 fold changes, within [-4, 4].
    absent : tuple of str
        Genes that are 0 in state and reference: their ratio is not defined, and they stay absent.
    missing : tuple of str
        Genes of the model of which the table, or the reference, says nothing.
    coverage : float
        Share of the model's genes that are in `log2` or `absent`.
    messages : tuple of str
        What was done to the numbers, and what about them looks odd.
    """

    log2: Mapping[str, float]
    absent: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    coverage: float = 1.0
    messages: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "log2", FrozenMap(self.log2))

    @property
    def digest(self) -> str:
        """Digest of what enters a model: the fold changes and the absent genes."""
        return digest_of({"log2": self.log2, "absent": sorted(self.absent)})


def read_profile(
    path: str | Path,
    quantity: Quantity,
    ids: Ids = "symbol",
    column: str | None = None,
    reference: str | Mapping[str, float] | None = None,
    known: Mapping[str, str] | None = None,
    genes: Collection[str] = (),
    min_coverage: float = 0.5,
) -> Profile:
    """Read the fold changes of the model's genes from a CSV or TSV file.

    Parameters
    ----------
    path : str or Path
        A table with a header line: gene names in the first column (or in one called ``gene_name``,
        ``gene_id`` and the like), values in others. At most 50 MB.
    quantity : {"TPM", "log2 TPM", "log2 fold change"}
        What the values are; never guessed. ``log2 TPM`` means log2(TPM + 1).
    ids : {"symbol", "ensembl"}
        What the gene names are. Versions of Ensembl ids are taken off.
    column : str, optional
        The column of the state; may be left out if there is only one.
    reference : str or mapping of symbol to float, optional
        What the state is compared with: a column of the same quantity, or values in plain TPM. Needed for
        both kinds of TPM, not allowed for fold changes.
    known : mapping of Ensembl id to symbol, optional
        Needed for ``ids="ensembl"``.
    genes : collection of str
        Symbols of the model's genes; other rows are passed over.
    min_coverage : float
        Share of the model's genes that must stand in the table, in [0, 1].

    Returns
    -------
    Profile
        From TPM, the log2 fold change is ``log2((state + 0.1) / (reference + 0.1))``, clipped to [-4, 4].

    Raises
    ------
    DomainError
        FM620 for arguments that do not fit together.
    TableError
        Everything that is wrong in the file, FM010-FM014 and FM621-FM629, each with its line.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "rna.csv"
    ...     _ = path.write_text("gene,untreated,treated\\nGLS,20,40.1\\nASNS,10,10\\nPAH,0,0\\n")
    ...     profile = read_profile(path, "TPM", column="treated", reference="untreated",
    ...                            genes=["GLS", "ASNS", "PAH"])
    >>> dict(profile.log2), profile.absent, profile.coverage
    ({'ASNS': 0.0, 'GLS': 1.0}, ('PAH',), 1.0)
    """
    known = {} if known is None else known
    _check_arguments(quantity, ids, reference, known, genes, min_coverage)
    genes = frozenset(genes)
    sheet = read_sheet(Path(path))
    columns = choose(sheet, quantity, ids, column, reference if isinstance(reference, str) else None)
    rows = read_rows(sheet, columns, quantity)
    matched = match(rows.names, ids, known, genes)
    lines = {gene: where[0] for gene, where in sorted(matched.lines.items())}
    if isinstance(reference, Mapping):
        lines = {gene: line for gene, line in lines.items() if gene in reference}
    problems = [*rows.problems, *rows.empty(lines.values()), *rows.zeros(), *_twice(matched, sheet.file)]
    if not lines or len(lines) < min_coverage * len(genes):
        problems.append(too_few(lines, genes, matched, ids, sheet.file))
    if problems:
        raise TableError(capped(problems, sheet.file))
    messages = _about_names(matched, genes, lines)
    messages += [text for column in rows.series for text in doubts(column.name, column.all(), quantity)]
    changes, absent, more = _changes(rows, lines, reference, quantity)
    clipped, cut = clip(changes)
    return Profile(
        clipped,
        absent,
        tuple(sorted(genes - set(lines))),
        len(lines) / len(genes),
        (*messages, *more, *cut),
    )


def _changes(
    rows: Rows, lines: Mapping[str, int], reference: str | Mapping[str, float] | None, quantity: Quantity
) -> tuple[dict[str, float], tuple[str, ...], list[str]]:
    """Fold changes by gene before clipping, absent genes, and messages."""
    values = [{gene: column.numbers[line] or 0.0 for gene, line in lines.items()} for column in rows.series]
    if quantity == "log2 fold change":
        return values[0], (), []
    levels = [{gene: tpm(number, quantity) for gene, number in column.items()} for column in values]
    other = reference if isinstance(reference, Mapping) else levels[1]
    return ratios({gene: (level, float(other[gene])) for gene, level in levels[0].items()})


def _twice(matched: Matched, file: str) -> list[Problem]:
    """A gene on two lines: which of them is meant is not for us to say."""
    cure = "keep one row per gene; TPM of several ids of a gene add up"
    return [
        Problem("FM626", f"{gene} stands on lines {', '.join(map(str, lines))}", Where(file, lines[1]), cure)
        for gene, lines in matched.doubled.items()
    ]


def _about_names(matched: Matched, genes: Collection[str], used: Collection[str]) -> list[str]:
    """What is to be said about the names of a table that is used."""
    share = f"{len(used)} of the model's {len(genes)} genes are used ({len(used) / len(genes):.0%})"
    said = (
        ("genes of the model that are not in the table", sorted(set(genes) - set(matched.lines))),
        ("genes of the model that are not in the reference", sorted(set(matched.lines) - set(used))),
        ("names in the table that are no genes of the model", matched.others),
    )
    messages = [share, *(f"{what}: {examples(which)}" for what, which in said if which)]
    if matched.versions:
        messages.append(f"version taken off Ensembl ids: {matched.versions} times")
    return messages


def _check_arguments(
    quantity: str,
    ids: str,
    reference: str | Mapping[str, float] | None,
    known: Mapping[str, str],
    genes: Collection[str],
    min_coverage: float,
) -> None:
    """What is wrong before the file is opened."""
    found: list[tuple[str, str]] = []
    if quantity not in QUANTITIES:
        cure = nearest(quantity, QUANTITIES) or f"say {', '.join(map(repr, QUANTITIES))}"
        found.append((f"unknown quantity {quantity!r}", cure))
    elif quantity == "log2 fold change" and reference is not None:
        found.append(("a fold change has its reference already", "leave out the reference"))
    elif quantity != "log2 fold change" and reference is None:
        cure = "name the column of the reference, or give its TPM by gene"
        found.append((f"{quantity} alone is no fold change", cure))
    if ids not in ("symbol", "ensembl"):
        found.append((f"unknown kind of ids {ids!r}", "say 'symbol' or 'ensembl'"))
    if ids == "ensembl" and not known:
        found.append(("no table of Ensembl ids was given", "give known: a mapping of Ensembl id to symbol"))
    if not genes:
        found.append(("no genes of a model were given", "give the symbols of the model's genes"))
    if not 0 <= min_coverage <= 1:
        found.append((f"min_coverage = {min_coverage}", "it must be from 0 to 1"))
    if isinstance(reference, Mapping):
        bad = [gene for gene, level in reference.items() if not 0 <= level < math.inf]
        if bad:
            found.append(
                (f"{len(bad)} values of the reference are no TPM: {examples(bad)}", "they must be >= 0")
            )
    if found:
        raise DomainError([Problem("FM620", what, cure=cure) for what, cure in found])
