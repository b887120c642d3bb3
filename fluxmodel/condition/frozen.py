"""A mapping that cannot change, can be hashed and can be sent to another process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenMap(Mapping[K, V]):
    """An immutable mapping in the order given; equal to any mapping with the same items.

    ``types.MappingProxyType`` would do, but it can neither be hashed nor pickled, and conditions are
    sent to worker processes.

    Examples
    --------
    >>> a = FrozenMap({"x": 1})
    >>> b = a.with_item("y", 2)
    >>> dict(a), dict(b)
    ({'x': 1}, {'x': 1, 'y': 2})
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        self._items: dict[K, V] = dict(items)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def __reduce__(self) -> tuple[type, tuple[dict[K, V]]]:
        return type(self), (self._items,)

    def with_item(self, key: K, value: V) -> FrozenMap[K, V]:
        """A new map in which `key` has `value`."""
        return FrozenMap({**self._items, key: value})

    def without(self, *keys: K) -> FrozenMap[K, V]:
        """A new map that lacks `keys`; absent ones are ignored."""
        return FrozenMap({k: v for k, v in self._items.items() if k not in keys})
