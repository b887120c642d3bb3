"""SBML out: the same bytes for the same model, valid, written whole or not at all."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fluxmodel.network.cobra_model import (
    gene_annotation,
    reaction_annotation,
    species_annotation,
    to_cobra,
)
from fluxmodel.network.gpr import equivalent
from fluxmodel.network.model import Model
from fluxmodel.network.sbml_reader import parse_sbml
from fluxmodel.network.sbml_values import SbmlModel

_MEMBERS = re.compile(r"(?:^[ \t]*<groups:member [^\n]*/>\n)+", re.MULTILINE)
COEFFICIENT_TOLERANCE = 1e-12  # relative; the file holds 15 digits

__all__ = ["differences", "sbml_errors", "sbml_text", "write_sbml"]


def sbml_text(model: Model) -> str:
    """The model as SBML Level 3 Version 1 with fbc version 2, through cobra's writer."""
    import cobra.io

    stream = io.StringIO()
    cobra.io.write_sbml_model(to_cobra(model), stream)
    # cobra keeps the members of a group in a set, whose order changes from run to run
    return _MEMBERS.sub(lambda m: "".join(sorted(m.group().splitlines(True))), stream.getvalue())


def write_sbml(model: Model, path: str | Path) -> Path:
    """Write the model as SBML; the file is there whole or, if writing fails, as it was before.

    Parameters
    ----------
    model : Model
    path : path
        Its folder must exist.

    Returns
    -------
    Path
        The file.
    """
    path = Path(path)
    text = sbml_text(model)
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        part.chmod(0o644)  # mkstemp makes it private
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def sbml_errors(text: str) -> tuple[str, ...]:
    """What libsbml finds wrong in an SBML document, one line each; empty if it is valid.

    Units and modelling practice are not judged. A document with a DOCTYPE is refused (FM417)
    before libsbml sees it.
    """
    parse_sbml(text)
    import libsbml

    document = libsbml.readSBMLFromString(text)
    for category in (libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, libsbml.LIBSBML_CAT_MODELING_PRACTICE):
        document.setConsistencyChecks(category, False)
    document.checkConsistency()
    found = [document.getError(n) for n in range(document.getNumErrors())]
    return tuple(
        f"line {e.getLine()}: {' '.join(e.getMessage().split())}"
        for e in found
        if e.getSeverity() >= libsbml.LIBSBML_SEV_ERROR
    )


def differences(model: Model, written: SbmlModel) -> Iterator[tuple[str, str]]:
    """Where an SBML file says something else than the tables, as (row id, what).

    Compared are meanings, not bytes: order, formatting, notes and the writer's version do not count.
    """
    for field, ours, theirs in (
        ("id", model.id, written.id),
        ("name", model.header.name, written.name),
        ("compartments", dict(model.compartments), dict(written.compartments)),
        ("objective", {model.objective: 1.0}, dict(written.objective)),
    ):
        if ours != theirs:
            yield "model", _said(field, ours, theirs)
    yield from _missing("metabolite", model.metabolites, written.species)
    yield from _missing("reaction", model.reactions, written.reactions)
    yield from _missing("gene", model.genes, written.genes)
    for m in model.metabolites.values():
        if there := written.species.get(m.id):
            annotation = species_annotation(m.species)
            yield from _fields(
                m.id,
                ("name", m.name, there.name),
                ("formula", m.formula, there.formula),
                ("charge", m.charge, there.charge),
                ("compartment", m.compartment, there.compartment),
                ("annotation", _ids(annotation), dict(there.annotation)),
                ("SBO term", annotation["sbo"], there.sbo),
            )
    for g in model.genes.values():
        if known := written.genes.get(g.symbol):
            annotation = gene_annotation(g)
            yield from _fields(
                g.symbol,
                ("name", g.name or g.symbol, known.name),
                ("annotation", _ids(annotation), dict(known.annotation)),
                ("SBO term", annotation["sbo"], known.sbo),
            )
    for r in model.reactions.values():
        if row := written.reactions.get(r.id):
            annotation = reaction_annotation(model, r)
            yield from _fields(
                r.id,
                ("name", r.name, row.name),
                ("bounds", r.bounds, (row.lower, row.upper)),
                ("subsystem", r.subsystem, written.subsystems.get(r.id, "")),
                ("annotation", _ids(annotation), dict(row.annotation)),
                ("SBO term", annotation["sbo"], row.sbo),
            )
            if not _same(r.stoichiometry, row.stoichiometry):
                yield r.id, _said("stoichiometry", dict(r.stoichiometry), dict(row.stoichiometry))
            if not equivalent(r.rule, row.rule):
                yield r.id, _said("gene rule", str(r.rule), str(row.rule))


def _said(field: str, ours: Any, theirs: Any) -> str:
    return f"{field}: the tables say {ours!r}, the file says {theirs!r}"


def _fields(row: str, *fields: tuple[str, Any, Any]) -> Iterator[tuple[str, str]]:
    for field, ours, theirs in fields:
        if ours != theirs:
            yield row, _said(field, ours, theirs)


def _missing(kind: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ours:
        if name not in theirs:
            yield name, f"the {kind} is in the tables and not in the file"
    for name in theirs:
        if name not in ours:
            yield name, f"the {kind} is in the file and not in the tables"


def _ids(annotation: Mapping[str, str | list[str]]) -> dict[str, tuple[str, ...]]:
    return {namespace: tuple(values) for namespace, values in annotation.items() if namespace != "sbo"}


def _same(ours: Mapping[str, float], theirs: Mapping[str, float]) -> bool:
    return ours.keys() == theirs.keys() and all(
        abs(c - theirs[m]) <= COEFFICIENT_TOLERANCE * abs(c) for m, c in ours.items()
    )
