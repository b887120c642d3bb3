"""The plain fields that the schemas are made of: texts, numbers, words of a closed list, places."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema

from fluxmodel.condition.problems import fail, show
from fluxmodel.errors import Where

# Control characters but line feed and tab, and marks that turn the direction of text: in a name or a
# source they can only mislead, and printed as they are they steer the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain_text(text: str) -> str:
    """`text` itself, or a validator's error if it holds control characters."""
    if found := _CONTROL.search(text):
        what = f"{show(text)!r} holds the control character U+{ord(found[0]):04X}"
        raise fail("FM325", what, "delete it, and type the text anew")
    return text


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
# Field and not StringConstraints: pydantic 2.6 cannot apply the latter's `strict` before a validator
Text = Annotated[str, Field(strict=True, max_length=5000), AfterValidator(plain_text)]
Observable = Annotated[str, Field(strict=True, min_length=1, max_length=200), AfterValidator(plain_text)]
Flag = Annotated[bool, Field(strict=True)]
Rule = Literal["depletion", "fixed", "none"]
FluxUnit = Literal["mmol/gDW/h"]
Provenance = Literal["read", "recalled"]
Origin = SkipJsonSchema[InstanceOf[Where]]
