"""Numbers of a user's table: what a cell may hold for each quantity, and what looks like another one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from fluxmodel.regulation.profile_columns import Quantity

TPM_SUM = 1e6  # transcripts per million add up to this by definition
MAX_LOG2_TPM = 20.0  # log2(1e6 + 1) = 19.93
LOOKS_LOG = 25.0  # a TPM column that never reaches this looks like logarithms; chosen
LOOKS_WRONG = 20.0  # |log2 fold change| beyond a millionfold looks like another quantity; chosen
TOLERANCE = 1.1  # rounding and renormalised gene sets; chosen
ENOUGH = 50  # values from which a one-sided column says something; chosen
_MISSING = {"", "na", "nan", "n/a", "#n/a", "null", "none", "-", "."}
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?")


class CellError(ValueError):
    """A cell that cannot be used: the message says why, `cure` what to do."""

    def __init__(self, code: str, why: str, cure: str) -> None:
        super().__init__(why)
        self.code, self.cure = code, cure


def value(text: str, quantity: Quantity) -> float | None:
    """The number in a cell, as it stands; None if the cell says that there is none.

    Raises
    ------
    CellError
        FM624 for what is no number, FM625 for one that the quantity cannot have.

    Examples
    --------
    >>> value("3.5", "TPM"), value("NA", "TPM")
    (3.5, None)
    >>> value("-1", "TPM")
    Traceback (most recent call last):
    fluxmodel.regulation.profile_values.CellError: '-1': a TPM is not negative
    """
    if text.lower() in _MISSING:
        return None
    try:
        if "_" in text:  # Python reads 1_000 as a number, nobody else does
            raise ValueError
        number = float(text)
    except ValueError:
        comma = _COMMA.fullmatch(text)
        cure = "write a decimal point, not a comma" if comma else "write a number, or delete the row"
        raise CellError("FM624", f"{text[:40]!r} is not a number", cure) from None
    if not math.isfinite(number):
        raise CellError("FM624", f"{text[:40]!r} is not a finite number", "write a number, or delete the row")
    if quantity == "log2 fold change":
        return number
    if number < 0 and quantity == "TPM":
        raise CellError("FM625", f"{text!r}: a TPM is not negative", "are these logarithms? Say so")
    if number < 0:
        raise CellError("FM625", f"{text!r}: log2(TPM + 1) is not negative", "add 1 before the logarithm")
    if number > TPM_SUM * TOLERANCE and quantity == "TPM":
        raise CellError("FM625", f"{text!r}: no TPM is above a million", "are these counts? Convert them")
    if number > MAX_LOG2_TPM and quantity == "log2 TPM":
        raise CellError(
            "FM625", f"{text!r}: log2(TPM + 1) is at most {MAX_LOG2_TPM:g}", "are these plain TPM?"
        )
    return number


def tpm(number: float, quantity: Quantity) -> float:
    """Transcripts per million of a value: ``log2 TPM`` means log2(TPM + 1).

    Examples
    --------
    >>> tpm(3.0, "log2 TPM"), tpm(3.0, "TPM")
    (7.0, 3.0)
    """
    return 2.0**number - 1.0 if quantity == "log2 TPM" else number


def doubts(name: str, numbers: Sequence[float], quantity: Quantity) -> list[str]:
    """What about a whole column looks like another quantity than was said: questions, no decisions."""
    if not numbers:
        return []
    read = f"read as {quantity}, as was said"
    low, high = min(numbers), max(numbers)
    asked = []
    if quantity == "log2 fold change":
        far = max(abs(low), abs(high))
        if far > LOOKS_WRONG:
            asked.append(f"column {name!r} reaches {far:g}: are these log2 fold changes? {read}")
        if low >= 0 and len(numbers) >= ENOUGH:
            asked.append(f"column {name!r} is never negative: are these ratios, not logarithms? {read}")
        return asked
    if quantity == "TPM" and high < LOOKS_LOG:
        asked.append(f"column {name!r} stays below {LOOKS_LOG:g}: are these log2(TPM + 1)? {read}")
    total = math.fsum(tpm(n, quantity) for n in numbers)
    if total > TPM_SUM * TOLERANCE:
        asked.append(f"column {name!r} adds up to {total:.3g} TPM, not 1e6: are these counts? {read}")
    return asked
