"""An immutable mapping that keeps its order, hashes and pickles.

``types.MappingProxyType`` would do, but it can neither be hashed nor pickled, and models and conditions
travel to worker processes.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenMap(Mapping[K, V]):
    """A read-only mapping in insertion order.

    Examples
    --------
    >>> bounds = FrozenMap({"GLS": 1.0})
    >>> bounds["GLS"], len(bounds)
    (1.0, 1)
    >>> bounds["GLS"] = 2.0
    Traceback (most recent call last):
    TypeError: 'FrozenMap' object does not support item assignment
    >>> dict(bounds.with_item("GLS2", 0.0))
    {'GLS': 1.0, 'GLS2': 0.0}
    """

    __slots__ = ("_items",)
    _items: dict[K, V]

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        object.__setattr__(self, "_items", dict(items))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a FrozenMap cannot be changed ({name})")

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    # the views of the dict inside are as read-only as this mapping, and much faster than the mixins
    def keys(self) -> KeysView[K]:
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        return self._items.values()

    def items(self) -> ItemsView[K, V]:
        return self._items.items()

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def __reduce__(self) -> tuple[type[FrozenMap[K, V]], tuple[dict[K, V]]]:
        return (type(self), (self._items,))

    def with_item(self, key: K, value: V) -> FrozenMap[K, V]:
        """A new map in which `key` has `value`."""
        return FrozenMap({**self._items, key: value})

    def without(self, *keys: K) -> FrozenMap[K, V]:
        """A new map that lacks `keys`; absent ones are ignored."""
        return FrozenMap({k: v for k, v in self._items.items() if k not in keys})
