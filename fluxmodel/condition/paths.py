"""The fields that ``set`` can reach, and how the new value of each is read.

Codes: FM330 no such path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from fluxmodel.condition.bounds import Bounds
from fluxmodel.condition.fields import Flag, Rule
from fluxmodel.condition.names import FileRef, Id, Level, Name, Regulator, Serum, Species
from fluxmodel.condition.problems import fail, translate
from fluxmodel.condition.profile import ProfileSpec, none_or_spec
from fluxmodel.condition.quantities import (
    CellDensity,
    CellLayer,
    Concentration,
    Demand,
    Duration,
    Length,
    Percent,
    UptakeRate,
)
from fluxmodel.errors import nearest


@dataclass(frozen=True, slots=True)
class Setting:
    """A path that can be set: its parts, and the name in it that is free."""

    pattern: str
    key: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Parts of the path, with the free name filled in."""
        head = self.pattern.split(".<")[0].split(".")
        return (*head, self.key) if self.key is not None else tuple(head)


# path -> (type of the value, type of the free name)
_TYPES: Mapping[str, tuple[Any, Any]] = {
    "cell": (FileRef, None),
    "objective": (Name, None),
    "oxygen": (Percent, None),
    "oxygen.depth": (Length, None),
    "oxygen.density": (CellLayer, None),
    "oxygen.stirred": (Flag, None),
    "medium.base": (FileRef, None),
    "medium.serum": (Serum, None),
    "medium.<species>": (Concentration, Species),
    "uptake.rule": (Rule, None),
    "uptake.hours": (Duration, None),
    "uptake.density": (CellDensity, None),
    "uptake.<species>": (UptakeRate, Species),
    "profile": (Annotated[ProfileSpec | None, BeforeValidator(none_or_spec)], None),
    "regulators.<name>": (Level, Regulator),
    "demands.<name>": (Demand, Name),
    "bounds.<reaction>": (Bounds, Id),
}

#: Every path that ``set`` accepts, for messages and help.
SETTABLE: tuple[str, ...] = tuple(_TYPES)


@cache
def _adapter(pattern: str, which: int) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[pattern][which])


def setting(path: str) -> Setting:
    """The settable field that `path` names; a validator's error if there is none.

    Examples
    --------
    >>> setting("medium.gln__L").parts, setting("oxygen").parts
    (('medium', 'gln__L'), ('oxygen',))
    """
    if path in _TYPES and "<" not in path:
        return Setting(path)
    head, _, key = path.partition(".")
    pattern = next((p for p in _TYPES if p.startswith(f"{head}.<")), None)
    if pattern is None or not key:
        fixed = [p for p in _TYPES if "<" not in p]
        cure = f"{nearest(path, fixed)} valid paths: {', '.join(_TYPES)}".strip()
        raise fail("FM330", f"there is no field {path!r} to set", cure)
    return Setting(pattern, _read(_adapter(pattern, 1), key))


def read_setting(path: str, raw: Any) -> Any:
    """`raw` read as the value of the field that `path` names; a validator's error if it cannot be."""
    return _read(_adapter(setting(path).pattern, 0), raw)


def _read(adapter: TypeAdapter[Any], raw: Any) -> Any:
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        first = translate(error, raw, object)[0]
        field = f"{first.where.field}: " if first.where.field else ""
        raise fail(first.code, field + first.what, first.cure) from None
