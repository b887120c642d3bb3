"""Which measured profile a condition rests on: the field, its places, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from fluxmodel.condition import Condition, Library, MediumSpec, ProfileSpec, apply_changes, parse_change
from fluxmodel.condition.profile import MEASURED
from fluxmodel.errors import ConditionError
from fluxmodel.regulation.profile_columns import QUANTITIES, Ids
from tests.condition.conftest import GOOD

Write = Callable[..., Path]
PROFILE = "profile: {file: rna/a.csv, quantity: TPM, column: after, reference: before}\n"


def problems(library: Library, path: Path | str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(ConditionError) as caught:
        library.condition(path)
    return [(p.code, p.where.line, str(p)) for p in caught.value.problems]


def test_the_words_are_those_of_the_reader() -> None:
    assert MEASURED == QUANTITIES
    for kind in get_args(Ids):
        assert ProfileSpec(file="a.csv", quantity="TPM", ids=kind).ids == kind


def test_the_file_is_beside_the_one_that_names_it(write: Write, library: Library, tmp_path: Path) -> None:
    write(GOOD + PROFILE, "deep/c.yaml")
    child = "schema: fluxmodel.condition/1\nid: child\nextends: good\nprofile: {column: later}\n"
    found = library.condition(write(child, "child.yaml")).profile
    assert found is not None
    assert (found.column, found.reference, found.quantity) == ("later", "before", "TPM")
    assert found.path == tmp_path / "deep/rna/a.csv"  # where the file was named, not where the column was


def test_the_digest_knows_the_name_but_not_the_folder(write: Write, library: Library) -> None:
    one = library.condition(write(GOOD + PROFILE, "x/c.yaml"))
    two = library.condition(write(GOOD + PROFILE, "y/c.yaml"))
    assert one.digest == two.digest
    assert one.digest != two.replace(profile=None).digest
    assert one.digest != two.replace(profile={"file": "rna/b.csv", "quantity": "TPM"}).digest


def test_a_child_may_do_without(write: Write, library: Library) -> None:
    write(GOOD + PROFILE, "a.yaml")
    child = write("schema: fluxmodel.condition/1\nid: child\nextends: good\nprofile: none\n", "b.yaml")
    assert library.condition(child).profile is None


def test_a_change_in_a_file_has_a_folder_too(write: Write, library: Library, tmp_path: Path) -> None:
    change = "changes:\n  - {do: set, path: profile, to: {file: b.csv, quantity: log2 fold change}}\n"
    found = apply_changes(library.condition(write(GOOD + change, "deep/c.yaml"))).profile
    assert found is not None
    assert found.path == tmp_path / "deep/b.csv"


def test_a_value_is_relative_to_the_working_folder() -> None:
    c = Condition(id="x", medium=MediumSpec(base="DMEM"))
    set_it = parse_change(
        {"do": "set", "path": "profile", "to": {"file": Path("../b.csv"), "quantity": "TPM"}}
    )
    done = apply_changes(c.with_changes(set_it))
    assert done.profile is not None
    assert done.profile.path == Path("../b.csv")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("{file: a.csv}", "FM320", "log2 fold change"),
        ("{file: a.csv, quantity: log2FC}", "FM323", "did you mean log2 fold change"),
        ("{file: a.csv, quantity: tpm}", "FM323", "did you mean TPM"),
        ("{file: a.csv, quantity: FPKM}", "FM323", "known: TPM"),
        ("{file: a.csv, quantity: 3}", "FM323", "'3' is not a quantity"),
        ("{file: a.csv, quantity: TPM, ids: entrez}", "FM323", "'ensembl'"),
        ("{file: a.csv, quantity: TPM, min_coverage: 0.5}", "FM205", "0.5 % or 50 %"),
        ("{file: a.csv, quantity: TPM, min_coverage: 150%}", "FM324", "<= 100"),
        ("{file: a.csv, quantity: TPM, colum: x}", "FM321", "did you mean column"),
        ("{file: a.csv, quantity: TPM, folder: /etc}", "FM321", "'folder' is not known"),
        ("{quantity: TPM}", "FM320", "'file' is missing"),
        ("{file: '', quantity: TPM}", "FM325", "not the name of a file"),
        ("{file: 3, quantity: TPM}", "FM322", "text"),
        ("{file: /etc/passwd, quantity: TPM}", "FM355", "relative to this file"),
        ("{file: ../../a.csv, quantity: TPM}", "FM355", "outside the folder"),
        ("{file: 'x\\y.csv', quantity: TPM}", "FM355", "relative to this file"),
        ("a.csv", "FM322", "mapping"),
    ],
)
def test_refused(write: Write, library: Library, text: str, code: str, says: str) -> None:
    found = problems(library, write(f"{GOOD}profile: {text}\n", "deep/c.yaml"))
    assert [(c, line) for c, line, _ in found] == [(code, 4)]
    assert says in found[0][2]


def test_a_change_that_leads_outside_is_refused(write: Write, library: Library) -> None:
    change = "changes:\n  - {do: set, path: profile, to: {file: ../../b.csv, quantity: TPM}}\n"
    assert [c for c, _, _ in problems(library, write(GOOD + change, "deep/c.yaml"))] == ["FM355"]


def test_outside_its_folder_but_inside_a_given_one(write: Write, tmp_path: Path) -> None:
    path = write(GOOD.replace("good", "up") + PROFILE.replace("rna/a", "../a"), "deep/c.yaml")
    assert Library([tmp_path], packaged=False).condition("up").profile is not None
    assert problems(Library([tmp_path / "deep"], packaged=False), path)[0][0] == "FM355"


def test_a_link_that_leads_outside_is_refused(write: Write, tmp_path: Path) -> None:
    secret = write("gene,x\n", "secret.csv")
    path = write(GOOD + PROFILE, "deep/c.yaml")
    (tmp_path / "deep/rna").mkdir()
    try:
        (tmp_path / "deep/rna/a.csv").symlink_to(secret)
    except OSError:
        pytest.skip("no links here")
    assert problems(Library([tmp_path / "deep"], packaged=False), path)[0][0] == "FM355"


def test_two_flags_contradict_each_other() -> None:
    from fluxmodel.questions.changes import set_profile

    c = Condition(id="x", medium=MediumSpec(base="DMEM"))
    with pytest.raises(ConditionError, match="FM350"):
        apply_changes(c.with_changes(set_profile("a.csv", "TPM"), set_profile("b.csv", "TPM")))


def test_a_cell_checks_the_digest_of_the_cell_it_extends(write: Write) -> None:
    text = "schema: fluxmodel.cell/1\nid: mine\nname: mine\nextends: {id: default, digest: null}\n"
    library = Library([write(text, "mine.yaml").parent])
    digest = library.cell("default").digest
    write(text.replace("id: mine", "id: right").replace("null", f'"{digest}"'), "right.yaml")
    write(text.replace("id: mine", "id: wrong").replace("null", f'"sha256:{"0" * 64}"'), "wrong.yaml")
    library = Library(library.folders[:1])
    assert library.cell("right").capacities == library.cell("default").capacities
    with pytest.raises(ConditionError, match="FM344"):
        library.cell("wrong")
