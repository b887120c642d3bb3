"""The committed SBML file: valid, and saying what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fluxmodel.errors import InputError, Where
from fluxmodel.network.checks.base import Check, Context, Hit, Need
from fluxmodel.network.sbml import differences, sbml_errors
from fluxmodel.network.sbml_reader import read_sbml
from fluxmodel.tables import read_text

FILE = "model.xml"
MAX_BYTES = 50_000_000  # ten times the largest plausible model of 600 reactions


def _file(ctx: Context) -> Path:
    assert ctx.model.path is not None  # a rule that needs a path is not run without one
    return ctx.model.path / FILE


def valid(ctx: Context) -> Iterator[Hit]:
    """libsbml finds no error in the file."""
    path = _file(ctx)
    try:
        errors = sbml_errors(read_text(path, MAX_BYTES))
    except InputError as error:
        errors = tuple(p.what for p in error.problems)
    for message in errors:
        yield Hit(FILE, message, Where(FILE))


def equal(ctx: Context) -> Iterator[Hit]:
    """The file says what the tables say."""
    path = _file(ctx)
    try:
        written = read_sbml(path)
    except InputError as error:
        for p in error.problems:
            yield Hit(FILE, p.what, p.where)
        return
    for subject, what in differences(ctx.model, written):
        yield Hit(subject, what, Where(FILE))


_PATH: tuple[Need, ...] = ("path",)
CHECKS = (
    Check("FM460", "sbml_valid", "error", "write it again with write_sbml", valid, _PATH),
    Check("FM461", "sbml_equal", "error", "write it again with write_sbml", equal, _PATH),
)
