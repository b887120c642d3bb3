"""Profile: which measured expression a condition rests on, and what the numbers in its file are.

The file is read elsewhere, against a model. Codes: FM320 no quantity, FM323 a word that is none of the
quantities, FM325 a name that cannot be a file, FM355 a file outside the folder of the condition.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema

from fluxmodel.condition.fields import Text
from fluxmodel.condition.problems import fail, show
from fluxmodel.condition.quantities import Percent
from fluxmodel.condition.values import Base, value
from fluxmodel.errors import Problem, Where, nearest
from fluxmodel.units import Quantity

Measured = Literal["TPM", "log2 TPM", "log2 fold change"]
MEASURED: tuple[Measured, ...] = ("TPM", "log2 TPM", "log2 fold change")
# how tables and people abbreviate them, for the cure only: what is meant has to be written
_ALSO: dict[str, Measured] = {
    **dict.fromkeys(("log2tpm", "logtpm", "log2(tpm+1)"), "log2 TPM"),
    **dict.fromkeys(("lfc", "logfc", "log2fc", "log2foldchange", "logfoldchange"), "log2 fold change"),
}


def _quantity(raw: Any) -> Any:
    if raw in MEASURED:
        return raw
    text = raw if isinstance(raw, str) else show(raw)
    meant = _ALSO.get("".join(text.lower().replace("_", "").replace("-", "").split()))
    cure = f"did you mean {meant}?" if meant else nearest(text, MEASURED)
    cure = "; ".join(filter(None, (cure, f"known: {', '.join(MEASURED)} (log2 TPM is log2(TPM + 1))")))
    raise fail("FM323", f"{show(raw)!r} is not a quantity of a profile", cure)


def _file(raw: Any) -> Any:
    text = os.fspath(raw) if isinstance(raw, os.PathLike) else raw
    if isinstance(text, str) and (not text.strip() or len(text) > 4096 or not text.isprintable()):
        raise fail("FM325", f"{show(text)!r} is not the name of a file", "name a CSV or TSV file")
    return text


@value
class ProfileSpec(Base):
    """A table of expression: the file, and what its numbers are. Nothing of it is guessed.

    Examples
    --------
    >>> spec = ProfileSpec(file="rna.csv", quantity="TPM", column="treated", reference="untreated")
    >>> spec.ids, spec.min_coverage.value
    ('symbol', 50.0)
    """

    file: Annotated[str, Field(strict=True), BeforeValidator(_file)] = Field(
        description="CSV or TSV file, relative to the file that names it and in its folder or below"
    )
    quantity: Annotated[Measured, BeforeValidator(_quantity)] = Field(
        description="what the values are: TPM, log2 TPM (meaning log2(TPM + 1)) or log2 fold change"
    )
    ids: Literal["symbol", "ensembl"] = Field(default="symbol", description="what the gene names are")
    column: Text | None = Field(default=None, description="column of the state; needed if there are several")
    reference: Text | None = Field(
        default=None, description="column that the state is compared with; needed for both kinds of TPM"
    )
    min_coverage: Percent = Field(
        default=Quantity(50, "percent", "chosen"),
        description="share of the model's genes that the file must hold [percent]",
    )
    #: Folder that `file` is relative to; that of the process if there is none. Not a field of files.
    folder: SkipJsonSchema[InstanceOf[Path] | None] = field(default=None, compare=False, repr=False)

    labels = Base.labels | {"folder"}

    def __str__(self) -> str:
        against = f" against {self.reference}" if self.reference else ""
        column = f" {self.column}" if self.column else ""
        return f"{self.file}{column}{against} ({self.quantity})"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.file) if self.folder is None else self.folder / self.file


def none_or_spec(raw: Any) -> Any:
    """``none`` for no profile, where a parent or a file has one."""
    return None if raw == "none" else raw


def outside(file: Any, folder: Path, roots: Sequence[Path], where: Where) -> list[Problem]:
    """Why a file may not be named in a condition of `folder`: it is neither there nor in a given folder."""
    if not isinstance(file, str) or not file.strip() or not file.isprintable():
        return []  # the schema says it
    cure = "move it beside the condition, or give it as a flag: --profile FILE"
    if Path(file).is_absolute() or "\\" in file:
        what = f"{show(file)!r} is not a path relative to this file, with / between folders"
        return [Problem("FM355", what, where, cure)]
    try:
        there = (folder / file).resolve()
        here = folder.resolve()
        allowed = [here, *(r for r in (root.resolve() for root in roots) if here.is_relative_to(r))]
    except (OSError, RuntimeError, ValueError) as error:
        return [Problem("FM355", f"{show(file)!r} cannot be found: {error}", where, cure)]
    if any(there.is_relative_to(root) for root in allowed):
        return []
    what = f"{show(file)!r} lies outside the folder of this file and outside those given with --in"
    return [Problem("FM355", what, where, cure)]
