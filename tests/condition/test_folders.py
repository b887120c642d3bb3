"""What stands below a folder, whatever else stands there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fluxmodel.condition import Library, folders
from fluxmodel.errors import ConditionError

Write = Callable[..., Path]
ONE = "schema: fluxmodel.condition/1\nid: one\nmedium: {base: example}\n"


def refused(call: Callable[[], object]) -> tuple[str, str, str]:
    with pytest.raises(ConditionError) as caught:
        call()
    (problem,) = caught.value.problems
    return problem.code, problem.what, problem.cure


def test_a_link_in_a_circle_stops_nothing_but_itself(tmp_path: Path, write: Write) -> None:
    write(ONE, "one.yaml")
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    (tmp_path / "around").symlink_to(tmp_path)
    library = Library([tmp_path], packaged=False)
    assert library.available("condition") == ("one",)
    code, what, _ = refused(lambda: library.condition(loop))
    assert (code, what) == ("FM313", "a link that leads back to itself")


def test_a_folder_that_is_a_link_in_a_circle(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert refused(lambda: Library([loop]).condition("one"))[0] == "FM340"


def test_right_reasons(tmp_path: Path, library: Library) -> None:
    pipe, dangling = tmp_path / "p.yaml", tmp_path / "d.yaml"
    os.mkfifo(pipe)
    dangling.symlink_to(tmp_path / "gone.yaml")
    assert refused(lambda: library.condition(pipe))[1] == "this is a pipe, not a file"
    assert refused(lambda: library.condition("/dev/null"))[1] == "this is a device, not a file"
    code, what, _ = refused(lambda: library.condition(dangling))
    assert code == "FM302"
    assert "gone.yaml, which is not there" in what


def test_a_file_as_folder_says_that_it_is_a_file(write: Write) -> None:
    code, what, cure = refused(lambda: Library([write(ONE)]).condition("one"))
    assert (code, what) == ("FM340", "this is a file, not a folder")
    assert "name the file itself" in cure


def test_an_empty_folder_name_is_refused() -> None:
    assert refused(lambda: Library([""]))[0] == "FM340"


def test_the_search_has_bounds(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(ONE, "a/b/c/d/one.yaml")
    for skipped in ("a/b/c/d/e", ".venv", ".hidden/x", "venv/lib", "node_modules/m", "lib/site-packages/p"):
        write(ONE.replace("one", "two"), f"{skipped}/two.yaml")
    assert Library([tmp_path], packaged=False).available("condition") == ("one",)
    for n in range(4):
        write(ONE.replace("one", f"n{n}"), f"{n}.yaml")
    monkeypatch.setattr(folders, "MAX_FILES", 4)
    code, what, cure = refused(lambda: Library([tmp_path]).condition("one"))
    assert (code, what) == ("FM353", "more than 4 YAML files below this folder")
    assert "--in" in cure
    monkeypatch.setattr(folders, "MAX_FILES", 5)
    monkeypatch.setattr(folders, "MAX_SEEN", 6)
    assert refused(lambda: Library([tmp_path]).condition("one"))[1] == "more than 6 files below this folder"


def test_a_message_lists_five_places_at_most(tmp_path: Path, write: Write) -> None:
    for n in range(8):
        write(ONE, f"{n}.yaml")
    code, what, _ = refused(lambda: Library([tmp_path]).condition("one"))
    assert code == "FM341"
    assert what.count(".yaml") == 5
    assert what.endswith("and 3 more")


def test_names_of_files_are_not_echoed_raw(tmp_path: Path, library: Library) -> None:
    with pytest.raises(ConditionError) as caught:
        library.condition(tmp_path / "no\x1b[31m.yaml")
    assert "\x1b" not in str(caught.value.problems[0].where)
