"""The table of an ensemble: to disk and back, broken in every way, and found by the cells that share it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.condition import Library
from fluxmodel.condition.members import Members, read_members, write_members
from fluxmodel.errors import ConditionError, TableError
from fluxmodel.frozen import FrozenMap

Write = Callable[..., Path]
HEAD = "kind\tid\tpoint\tm1\tm2"
GOOD = f"{HEAD}\ntranslation\tgrowth\t0.03\t0.031\t0.029\ncapacity\tGLS\t1\t2\t3\nflux\tGLUNm\t-1\t0\t2\n"
POSITIVE = st.floats(1e-8, 1e6)
ANY = st.one_of(POSITIVE, POSITIVE.map(lambda x: -x), st.just(0.0))


def rows(values, n):
    return st.dictionaries(
        st.from_regex(r"[A-Z][A-Za-z0-9_]{0,8}", fullmatch=True),
        st.lists(values, min_size=n, max_size=n).map(np.array),
        max_size=4,
    )


@st.composite
def ensembles(draw):
    n = draw(st.integers(1, 5))
    one = st.lists(POSITIVE, min_size=n, max_size=n).map(np.array)
    return Members(FrozenMap(draw(rows(POSITIVE, n))), FrozenMap(draw(rows(ANY, n))), draw(one))


def read(folder: Path, text: str) -> Members:
    file = folder / "x.ensemble.tsv"
    file.write_text(text, encoding="utf-8")
    return read_members(file)


@given(made=ensembles())
def test_to_disk_and_back_to_four_digits(tmp_path_factory, made):
    found = read(tmp_path_factory.mktemp("x"), write_members(made))
    assert len(found) == len(made)
    assert found.capacities.keys() == made.capacities.keys()
    for k, v in made.capacities.items():
        np.testing.assert_allclose(found.capacities[k], v, rtol=5.1e-4)
    np.testing.assert_allclose(found.translation, made.translation, rtol=5.1e-4)
    for k, v in made.fluxes.items():
        np.testing.assert_allclose(found.fluxes.get(k, np.zeros(len(v))), v, rtol=5.1e-4, atol=1e-7)
    again = read(tmp_path_factory.mktemp("x"), write_members(found))
    assert again.digest == found.digest
    assert write_members(again) == write_members(found)


def test_what_is_read_cannot_be_changed(tmp_path):
    found = read(tmp_path, GOOD)
    with pytest.raises(ValueError, match="read-only"):
        found.capacities["GLS"][0] = 5


def test_the_digest_is_of_the_numbers(tmp_path):
    digest = read(tmp_path, GOOD).digest
    lines = GOOD.splitlines()
    assert read(tmp_path, GOOD.replace("m1\tm2", "a\tb")).digest == digest
    assert read(tmp_path, "\n".join([lines[0], lines[3], "", lines[2], lines[1]])).digest == digest
    assert read(tmp_path, GOOD.replace("\n", "\r\n")).digest == digest
    assert read(tmp_path, GOOD.replace("0.031", "3.1e-2")).digest == digest
    assert read(tmp_path, GOOD.replace("0.031", "0.0311")).digest != digest
    assert read(tmp_path, GOOD.replace("GLS", "GLS2")).digest != digest
    swapped = GOOD.replace("1\t2\t3", "1\t3\t2")
    assert read(tmp_path, swapped).digest != digest


def test_some_of_them():
    x = Members(FrozenMap({"A": np.arange(5.0)}), FrozenMap({"R": -np.arange(5.0)}), np.arange(5.0))
    assert len(x) == 4
    assert x.first(2).capacities["A"].tolist() == [0, 1, 2]
    assert x.first(0).translation.tolist() == [0]
    assert x.some([4, 2]).fluxes["R"].tolist() == [0, -4, -2]
    assert dict(x.reference(3)) == {"R": -3.0}
    assert x.first(4).digest == x.digest


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("", "FM360", 1, "does not start with kind, id, point"),
        ("kind\tid\n", "FM360", 1, "does not start"),
        ("id\tkind\tpoint\n", "FM360", 1, "does not start"),
        (f"{HEAD}\n", "FM360", None, "no row `translation growth`"),
        (GOOD.replace("translation\tgrowth", "translation\tbiomass"), "FM360", 2, "biomass"),
        (GOOD + "translation\tother\t1\t1\t1\n", "FM360", 5, "other"),
        (GOOD + "capacity\tGLS\t1\t1\t1\n", "FM360", 5, "stands here twice"),
        (GOOD + "capacities\tGLS2\t1\t1\t1\n", "FM360", 5, "is none of"),
        (GOOD + "capacity\tGLS2\t1\t1\n", "FM360", 5, "4 cells, the header has 5"),
        (GOOD + "capacity\tGLS2\t1\t1\t1\t1\n", "FM360", 5, "6 cells"),
        (GOOD + "capacity\tGLS2\t1\t1\tx\n", "FM361", 5, "'x'"),
        (GOOD + "capacity\tGLS2\t1\t1\t\n", "FM361", 5, "''"),
        (GOOD + "capacity\tGLS2\t1\t1\tnan\n", "FM361", 5, "finite"),
        (GOOD + "capacity\tGLS2\t1\tinf\t1\n", "FM361", 5, "finite"),
        (GOOD + "flux\tOXP\t1\t-inf\t1\n", "FM361", 5, "finite"),
        (GOOD + "capacity\tGLS2\t1\t-1\t1\n", "FM361", 5, "none negative"),
        (GOOD.replace("0.029", "-0.029"), "FM361", 2, "none negative"),
        (GOOD + "capacity\t\t1\t1\t1\n", "FM360", 5, "id"),
        (GOOD + "capacity\tGLS2\t1\t1\t" + "1" * 200_000 + "\n", "FM361", 5, "finite"),
    ],
)
def test_broken_tables(tmp_path, text, code, line, says):
    with pytest.raises(ConditionError) as caught:
        read(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.where.file == "x.ensemble.tsv"
    if line:
        assert problem.where.line == line
    assert says in str(problem)


def test_every_problem_at_once(tmp_path):
    with pytest.raises(ConditionError) as caught:
        read(tmp_path, GOOD + "capacity\tA\t1\t1\tx\nflux\tB\t1\n\nfoo\tC\t1\t1\t1\n")
    assert [(p.code, p.where.line) for p in caught.value.problems] == [
        ("FM361", 5), ("FM360", 6), ("FM360", 8),
    ]  # fmt: skip


def test_not_text_and_not_there(tmp_path):
    file = tmp_path / "x.tsv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="FM013"):
        read_members(file)
    with pytest.raises(TableError, match="FM011"):
        read_members(tmp_path / "none.tsv")


# -- cells ------------------------------------------------------------------------------------------

CELL = """\
schema: fluxmodel.cell/1
id: base
name: A cell
provisional: false
source: {citation: "chosen", provenance: recalled}
dry_mass: {value: 500, unit: pg/cell}
ensemble: base.ensemble.tsv
capacities:
  GLS: {value: 1, unit: mmol/gDW/h, source: "chosen"}
"""
CHILD = """\
schema: fluxmodel.cell/1
id: child
extends: {id: base, digest: null}
expression:
  GLS: {value: 2, unit: fold, source: "chosen"}
"""


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(ConditionError) as caught:
        call()
    return [p.code for p in caught.value.problems]


def test_a_cell_that_extends_another_one_has_its_fields_and_its_members(write: Write, library: Library):
    write(CELL, "base.yaml"), write(CHILD, "child.yaml"), write(GOOD, "base.ensemble.tsv")
    child = library.cell("child")
    assert (child.id, child.name, child.capacities["GLS"].value) == ("child", "A cell", 1.0)
    assert child.expression["GLS"].value == 2
    assert not library.cell("base").expression
    assert child.digest != library.cell("base").digest
    assert library.members("child") is library.members("base")
    assert child.place("capacities.GLS").file.endswith("base.yaml")
    assert child.place("expression.GLS").file.endswith("child.yaml")


def test_members_stand_beside_the_cell_that_names_them_wherever_that_is(write: Write, library: Library):
    """Both are below the folder that is searched, and another table of that name lies beside the child."""
    write(CELL, "deep/lines/base.yaml"), write(GOOD, "deep/lines/base.ensemble.tsv")
    write(CHILD, "mine/child.yaml"), write(GOOD.replace("2\t3", "7\t7"), "mine/base.ensemble.tsv")
    found = library.members("child")
    assert found is not None
    assert found.capacities["GLS"].tolist() == [1, 2, 3]


def test_a_child_may_have_members_of_its_own(write: Write, library: Library):
    write(CELL, "base.yaml"), write(GOOD, "base.ensemble.tsv")
    write(CHILD + "ensemble: own.tsv\n", "sub/child.yaml"), write(GOOD.replace("2\t3", "5\t5"), "sub/own.tsv")
    found = library.members("child")
    assert found is not None
    assert found.capacities["GLS"].tolist() == [1, 5, 5]


def test_a_cell_without_members_and_one_whose_table_is_missing(write: Write, library: Library):
    write(CELL, "base.yaml")
    assert codes(lambda: library.members("base")) == ["FM011"]
    write(CELL.replace("ensemble: base.ensemble.tsv\n", "").replace("id: base", "id: plain"), "plain.yaml")
    assert Library([write("", "x.txt").parent], packaged=False).members("plain") is None


@pytest.mark.parametrize("name", ["../x.tsv", "/etc/passwd", "a/b.tsv", ".hidden"])
def test_members_are_never_looked_for_elsewhere(write: Write, library: Library, name: str):
    write(CELL.replace("base.ensemble.tsv", name), "base.yaml")
    assert len(codes(lambda: library.cell("base"))) == 1


@pytest.mark.parametrize("circle", [("child",), ("base", "child")])
def test_cells_in_a_circle_are_refused(write: Write, library: Library, circle: tuple[str, ...]):
    first = CELL.replace("provisional:", f"extends: {circle[-1]}\nprovisional:")
    if circle == ("child",):
        write(CHILD.replace("id: base", "id: child"), "child.yaml")
    else:
        write(first, "base.yaml"), write(CHILD, "child.yaml")
    for name in circle:
        assert "FM342" in codes(lambda name=name: library.cell(name))


def test_a_cell_extends_a_cell_and_nothing_else(write: Write, library: Library):
    write(CHILD.replace("id: base", "id: example"), "child.yaml")  # a medium
    assert "FM347" in codes(lambda: library.cell("child"))


def test_the_digest_of_a_parent_cell_is_checked(write: Write, library: Library, tmp_path: Path):
    write(CELL, "base.yaml")
    digest = library.cell("base").digest
    write(CHILD.replace("null", f'"{digest}"'), "child.yaml")
    fresh = Library([tmp_path], packaged=False)
    assert fresh.cell("child").capacities["GLS"].value == 1
    write(CELL.replace("value: 500", "value: 501"), "base.yaml")
    assert codes(lambda: Library([tmp_path], packaged=False).cell("child")) == ["FM344"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("value: 2, unit: fold", "value: -2, unit: fold", "0"),
        ("value: 2, unit: fold", "value: .inf, unit: fold", "finite"),
        ("unit: fold", "unit: log2", "fold"),
        ('source: "chosen"', 'source: ""', "source"),
        ("  GLS: {value: 2", '  "": {value: 2', ""),
    ],
)
def test_wrong_folds_are_refused_with_their_line(write: Write, library: Library, old, new, says):
    write(CELL, "base.yaml"), write(CHILD.replace(old, new), "child.yaml")
    with pytest.raises(ConditionError) as caught:
        library.cell("child")
    (problem,) = caught.value.problems
    assert problem.where.line == 5
    assert says in str(problem)


def test_an_unknown_gene_of_a_cell_is_refused_where_the_model_is_known(tmp_path: Path, write: Write):
    import fluxmodel as fx

    write(CHILD.replace("id: base", "id: default").replace("GLS:", "GLSS:"), "child.yaml")
    change = fx.set_field("cell=child")
    with pytest.raises(ConditionError) as caught:
        fx.predict(None, "normoxia", [change], folders=[tmp_path], members=0)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.line) == ("FM503", 5)
    assert "GLS" in problem.cure
