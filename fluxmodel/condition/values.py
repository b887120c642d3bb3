"""The decorator that makes a frozen, checked value, and what every such value can do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import pydantic.dataclasses
from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from typing_extensions import Self, dataclass_transform

from fluxmodel.condition.problems import translate
from fluxmodel.digest import digest
from fluxmodel.errors import ConditionError
from fluxmodel.frozen import FrozenMap
from fluxmodel.units import Quantity

T = TypeVar("T")
V = TypeVar("V")


def _freeze(items: Mapping[str, V]) -> FrozenMap[str, V]:
    return FrozenMap(items)


#: Put behind ``Mapping[...]`` in an Annotated field: the mapping is frozen after validation.
Frozen = AfterValidator(_freeze)


class Base:
    """What every value of this room can do."""

    def replace(self, **changes: Any) -> Self:
        """A new value with some fields changed and all of it checked; this one stays as it is.

        Raises
        ------
        ConditionError
            If the new value would not be valid.
        """
        new: Self = dataclasses.replace(self, **changes)  # type: ignore[type-var]
        return new

    #: Fields that say what a value is called or where it was written: they do not change a number.
    labels: ClassVar[frozenset[str]] = frozenset(
        {"where", "origins", "source", "provenance", "note", "notes", "title", "name"}
    )

    @property
    def digest(self) -> str:
        """Digest of the content: names, notes, sources and places do not count."""
        return digest(content(self))


def content(value: Any) -> Any:
    """`value` reduced to what can change a number, for digests."""
    if isinstance(value, Quantity):
        return {"value": value.value, "unit": value.unit}
    if isinstance(value, Base) and dataclasses.is_dataclass(value):
        names = [f.name for f in dataclasses.fields(value) if f.name not in value.labels]
        return {name: content(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {key: content(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [content(item) for item in value]
    return value


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(dataclasses.field, Field))
def value(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, keyword-only pydantic dataclass whose errors are ConditionErrors."""
    made: Any = pydantic.dataclasses.dataclass(
        frozen=True, kw_only=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    )(cls)
    init: Callable[..., None] = made.__init__

    def checked(self: Any, **given: Any) -> None:
        try:
            init(self, **given)
        except ValidationError as error:
            raise ConditionError(translate(error, given, cls)) from None

    checked.__wrapped__ = init  # type: ignore[attr-defined]
    made.__init__ = checked
    return made  # type: ignore[no-any-return]
