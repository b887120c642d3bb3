"""Whatever stands in a file or a flag, the answer is a value or a ConditionError."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fluxmodel.condition import (
    Condition,
    apply_changes,
    load_condition,
    parse_inhibit,
    parse_knock_out,
    parse_set,
)
from fluxmodel.condition.reader import parse_documents
from fluxmodel.errors import ConditionError

T = TypeVar("T")

TEXT = """\
schema: fluxmodel.condition/1
id: x
medium: {base: DMEM, add: {pyr: 1 mM}}
oxygen: {value: 1, unit: percent, depth: {value: 2, unit: mm}}
regulators: {ATF4: basal}
bounds: {PC: {lower: 0, upper: 1, unit: mmol/gDW/h}}
changes:
  - {do: set, path: medium.gln__L, to: {value: 2, unit: mM}}
  - {do: inhibit, target: GLS, by: 90 %}
  - {do: knock_out, targets: [LDHA, LDHB]}
"""
PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\n",
        "\t",
        "&a ",
        "*a",
        "!!x ",
        "|",
        "#",
        "null",
        ".nan",
        "-1",
        "1e400",
        "true",
        "---\n",
        "\0",
    ]
)


def attempt(call: Callable[[], T]) -> T | ConditionError:
    """The value, or the error that this package raises on purpose; any other error fails the test."""
    try:
        return call()
    except ConditionError as error:
        return error


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(0, 9), PIECES | st.text(max_size=3)), max_size=3
    )
)
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int, str]]
) -> None:
    text = TEXT
    for at, cut, piece in damage:
        text = text[:at] + piece + text[at + cut :]
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))
    answer = attempt(lambda: apply_changes(load_condition(path)))
    assert isinstance(answer, Condition) or all(p.code.startswith("FM") and p.what for p in answer.problems)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    answer = attempt(lambda: parse_documents(text, "x"))
    assert answer.problems if isinstance(answer, ConditionError) else answer


@pytest.mark.parametrize("parse", [parse_inhibit, parse_set, parse_knock_out])
@given(text=st.text(max_size=30) | st.builds("{}={}".format, st.text(max_size=12), st.text(max_size=12)))
def test_any_flag_is_read_or_refused(parse: Callable[[str], object], text: str) -> None:
    answer = attempt(lambda: parse(text))
    assert answer.problems[0].where.file if isinstance(answer, ConditionError) else answer
