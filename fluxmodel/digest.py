"""Canonical digests: equal content gives an equal digest on every machine."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def canonical(value: Any) -> Any:
    """Reduce `value` to JSON-able content that does not depend on platform, order or locale.

    Floats become ``float.hex``, text is NFC with LF line ends, mappings are sorted by key and
    dataclasses become mappings of their compared fields.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        if value.isascii() and "\r" not in value:  # nearly all text is
            return value
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, (int, float)):
        return (float(value) + 0.0).hex()  # + 0.0 turns -0.0 into 0.0
    if is_dataclass(value) and not isinstance(value, type):
        return {name: canonical(getattr(value, name)) for name in _compared(type(value))}
    if isinstance(value, Mapping):
        return {str(canonical(k)): canonical(v) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, (set, frozenset)):
        return sorted((canonical(v) for v in value), key=str)
    if isinstance(value, Sequence):
        return [canonical(v) for v in value]
    if hasattr(value, "tolist"):  # numpy arrays and scalars, without importing numpy here
        return canonical(value.tolist())
    raise TypeError(f"no canonical form for {type(value).__name__}")


@cache
def _compared(kind: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.compare)


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, as ``sha256:`` and 64 hexadecimal digits.

    Examples
    --------
    >>> digest({"b": 1, "a": 2.0}) == digest({"a": 2, "b": 1.0})
    True
    """
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()
