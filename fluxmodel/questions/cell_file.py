"""A calibrated cell as the text of its file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fluxmodel.condition import Cell
from fluxmodel.questions.calibration.result import Calibration
from fluxmodel.units import Quantity

#: Top-level fields that a calibration writes anew.
_FITTED = ("capacities:", "translation:", "ensemble:", "provisional:")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _quantity(q: Quantity) -> str:
    source = f", source: {_text(q.source)}" if q.source else ""
    return f"{{value: {q.value!r}, unit: {_text(q.unit)}{source}}}"


def cell_text(cell: Cell) -> str:
    """The file of a cell without what a calibration fits, made from its value.

    Parameters
    ----------
    cell : Cell

    Examples
    --------
    >>> from fluxmodel.condition import load_cell
    >>> cell_text(load_cell("default")).splitlines()[:2]
    ['schema: fluxmodel.cell/1', 'id: "default"']
    """
    return "\n".join(_lines(cell)) + "\n"


def _lines(cell: Cell) -> Iterator[str]:
    yield f"schema: {cell.schema}"
    yield f"id: {_text(cell.id)}"
    yield f"name: {_text(cell.name)}"
    if cell.notes:
        yield f"notes: {_text(cell.notes)}"
    yield "source:"
    for field in ("citation", "url", "doi", "provenance"):
        if (said := getattr(cell.source, field)) is not None:
            yield f"  {field}: {_text(said)}"
    yield f"dry_mass: {_quantity(cell.dry_mass)}"
    if cell.reference is not None:
        yield f"reference: {_text(cell.reference)}"
    yield "rates:"
    for name, rate in cell.rates.items():
        error = "" if rate.error is None else f", error: {rate.error!r}"
        rest = "".join(
            f", {field}: {_text(said)}"
            for field in ("source", "provenance", "note")
            if (said := getattr(rate, field)) is not None
        )
        yield f"  {_text(name)}: {{value: {rate.value!r}{error}, unit: {_text(rate.unit)}{rest}}}"
    if cell.demands:
        yield "demands:"
        for name, demand in cell.demands.items():
            yield f"  {_text(name)}: {_quantity(demand)}"
    if cell.expression:
        yield "expression:"
        for gene, fold in cell.expression.items():
            yield f"  {gene}: {{value: {fold.value!r}, unit: {fold.unit}, source: {_text(fold.source)}}}"
    if cell.regulators:
        yield "regulators:"
        for name, level in cell.regulators.items():
            yield f"  {name}: {level}"


def cell_yaml(found: Calibration, text: str | None = None) -> str:
    """The file of a calibrated cell: its own text with the fitted fields put in place of older ones.

    Parameters
    ----------
    found : Calibration
    text : str, optional
        YAML of the cell that was calibrated, to keep its comments; made from the value if left out.
    """
    kept: list[str] = []
    skipping = False
    for line in (cell_text(found.cell) if text is None else text).splitlines():
        top = line[:1] not in (" ", "\t", "", "#")
        if top:
            skipping = line.startswith(_FITTED)
        if line.startswith("# Capacities"):
            skipping = True
        if not skipping:
            kept.append(line)
    cell, n, seed = found.cell, len(found.members), found.ensemble.seed
    most = cell.translation
    lines = [
        "provisional: false",
        f"ensemble: {cell.ensemble}",
        *([] if most is None else [f"translation: {_quantity(most)}"]),
        f"# Capacities fitted by `fluxmodel calibrate`: {n} members, seed {seed}.",
        "capacities:",
    ]
    lines += [
        f"  {k}: {{value: {row.value:.4g}, unit: mmol/gDW/h, source: {_text(row.source)}}}"
        for k, row in sorted(cell.capacities.items())
    ]
    return "\n".join([*kept, *lines]).rstrip() + "\n"
