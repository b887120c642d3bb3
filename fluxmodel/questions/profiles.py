"""The measured profiles that conditions name, read against a model, each file once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fluxmodel.analysis.expression import tables
from fluxmodel.condition import Condition, ProfileSpec
from fluxmodel.errors import ConditionError, DomainError, Problem, TableError, Where
from fluxmodel.network.model import Model
from fluxmodel.regulation import Profile, read_profile

#: Regulators of regulated.tsv that are no genes of the network, and so lack a row in genes.tsv.
ENSEMBL: Mapping[str, str] = {
    "ENSG00000152256": "PDK1",
    "ENSG00000005882": "PDK2",
    "ENSG00000067992": "PDK3",
    "ENSG00000004799": "PDK4",
    "ENSG00000181788": "SIAH2",
}


#: Words of Python in the cures of `read_profile`, and the same in a condition and on the command line.
_CURES: Mapping[str, str] = {
    "ids='ensembl'": "ids: ensembl (--ids ensembl)",
    "ids='symbol'": "ids: symbol (--ids symbol)",
    "column=...": "column: NAME (--column NAME)",
    "give known: a mapping of Ensembl id to symbol": "the model's genes have no Ensembl ids: name genes by "
    "symbol (ids: symbol, --ids symbol)",
    "leave out the reference": "leave out `reference`",
    "name the column of the reference, or give its TPM by gene": "name the column of the reference "
    "(reference: NAME, --reference NAME)",
}


class Profiles:
    """The profiles of one question.

    Parameters
    ----------
    model : Model
        Whose genes are looked for, and those that regulate its catalysts.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._read: dict[tuple[str, str], Profile] = {}

    def of(self, condition: Condition) -> Profile | None:
        """What the profile of a condition, with its ``set`` changes applied, says; None if it has none.

        Raises
        ------
        ConditionError
            With everything that is wrong with the file, and where the condition names it.
        """
        spec = condition.profile
        if spec is None:
            return None
        key = (str(spec.path.absolute()), spec.digest)
        if key not in self._read:
            self._read[key] = self._load(spec, condition.place("profile.file"))
        return self._read[key]

    def _load(self, spec: ProfileSpec, where: Where) -> Profile:
        _, regulated = tables(self._model.path)
        genes = {*self._model.genes, *(g for row in regulated for g in row.regulators if row.law != "axis")}
        known = dict(ENSEMBL) | {
            name: symbol
            for symbol, gene in self._model.genes.items()
            for name in gene.annotation.get("ensembl", ())
        }
        try:
            return read_profile(
                spec.path,
                spec.quantity,
                spec.ids,
                spec.column,
                spec.reference,
                {name: symbol for name, symbol in known.items() if symbol in genes},
                genes,
                spec.min_coverage.value / 100,
            )
        except (TableError, DomainError) as error:
            raise ConditionError(_placed(p, spec, where) for p in error.problems) from None


def _placed(problem: Problem, spec: ProfileSpec, where: Where) -> Problem:
    """A problem with a line of the table keeps it; any other stands where the file is named."""
    cure = problem.cure
    for words, here in _CURES.items():
        cure = cure.replace(words, here)
    if "min_coverage" in cure:
        cure += f" of the condition's `profile` (now {spec.min_coverage.value:g} %)"
    if problem.where.line is not None:
        return replace(problem, cure=cure)
    column = f" column {problem.where.field!r}:" if problem.where.field else ""
    return replace(problem, what=f"profile {spec.file}:{column} {problem.what}", where=where, cure=cure)
