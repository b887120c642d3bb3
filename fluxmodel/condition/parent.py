"""What a condition or a cell starts from."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, Field

from fluxmodel.condition.names import Id
from fluxmodel.condition.problems import fail, show
from fluxmodel.condition.values import Base, value

_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$", re.ASCII)


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        cure = "write sha256: and 64 digits 0-9 a-f, or null: then it is not checked"
        raise fail("FM344", f"{show(text)!r} is not a digest", cure)
    return text


@value
class Extends(Base):
    """The condition that this one starts from."""

    id: Id = Field(description="id of the parent")
    digest_: Annotated[str, Field(strict=True), AfterValidator(_digest)] | None = Field(
        default=None,
        validation_alias=AliasChoices("digest", "digest_"),
        json_schema_extra={"pattern": _DIGEST.pattern},
        description="digest the parent must have; null: not checked",
    )


def parent(raw: Any) -> Any:
    """The id alone, in the words of `Extends`."""
    return {"id": raw} if isinstance(raw, str) else raw
