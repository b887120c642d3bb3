"""The scoreboard that is shown was made with the model, the cell and the evidence that are there."""

from __future__ import annotations

import re

from benchmarks.scoreboard import BLOCK, PAGE, README, digests


def test_the_scoreboard_is_not_stale():
    now = f"<!-- {digests()} -->"
    cure = "run python -m benchmarks.scoreboard --write"
    assert now in PAGE.read_text(encoding="utf-8"), cure
    (block,) = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert now in block, cure


def test_readme_and_page_show_the_same_score():
    (block,) = BLOCK.findall(README.read_text(encoding="utf-8"))
    found = [
        re.findall(r"\| capacity, acute \| (\d+/\d+) \|", text) for text in (block, PAGE.read_text("utf-8"))
    ]
    assert found[0] == found[1] != []
