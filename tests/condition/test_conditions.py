"""Loading and inheriting: what holds, where it was written, and what is refused."""

from __future__ import annotations

import dataclasses
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.condition import (
    REGULATORS,
    Bounds,
    Condition,
    FrozenMap,
    Library,
    MediumSpec,
    Oxygen,
    apply_changes,
    available,
    json_schema,
    load_cell,
    load_condition,
    load_medium,
    parse_change,
    parse_set,
)
from fluxmodel.condition.reader import parse_documents
from fluxmodel.errors import ConditionError, DomainError, Where
from fluxmodel.units import Quantity

Write = Callable[..., Path]

PARENT = """\
schema: fluxmodel.condition/1
id: parent
medium: {base: example, serum: example_serum, add: {pyr: 1 mM}}
uptake: {hours: {value: 48, unit: h}}
oxygen: {value: 21, unit: percent, source: air, depth: 2 mm}
regulators: {ATF4: basal, HIF1A: 0}
changes:
  - {do: inhibit, target: GLS, by: 50 %}
"""
CHILD = """\
schema: fluxmodel.condition/1
id: child
extends: {id: parent, digest: null}
medium: {serum: none}
oxygen: {value: 1, unit: percent}
regulators: {HIF1A: high}
changes:
  - {do: knock_out, target: GLS2}
"""


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(ConditionError) as caught:
        call()
    assert caught.value.exit_code == 2
    assert all(p.cure for p in caught.value.problems if p.code not in ("FM348",))
    return [p.code for p in caught.value.problems]


def test_child_holds_what_it_says_and_inherits_the_rest(write: Write, library: Library) -> None:
    write(PARENT, "parent.yaml")
    write(CHILD, "child.yaml")
    child = library.condition("child")
    assert (child.medium.base, child.medium.serum) == ("example", None)
    assert child.medium.add["pyr"] == Quantity(1, "mM")
    assert child.uptake.hours == Quantity(48, "h")
    assert (child.oxygen.value, child.oxygen.depth) == (1, Quantity(2, "mm"))
    assert child.oxygen.source is None  # the source of 21 % says nothing about 1 %
    assert child.regulators == {"ATF4": "basal", "HIF1A": "high"}
    assert [c.do for c in child.changes] == ["inhibit", "knock_out"]


def test_a_parent_may_be_named_by_its_id_alone(write: Write, library: Library) -> None:
    write(PARENT, "parent.yaml")
    path = write(CHILD.replace("{id: parent, digest: null}", "parent"))
    assert library.condition(path).medium.base == "example"


def test_every_field_knows_its_line(write: Write, library: Library) -> None:
    parent, child_file = write(PARENT, "parent.yaml"), write(CHILD, "child.yaml")
    child = library.condition("child")
    assert str(child.place("oxygen.value")) == f"{child_file} line 5, oxygen.value"
    assert str(child.place("oxygen.depth")) == f"{parent} line 5, oxygen.depth"
    assert str(child.place("medium.add.pyr")) == f"{parent} line 3, medium.add.pyr"
    assert str(child.changes[0].where) == f"{parent} line 8, changes[0]"
    assert str(child.changes[1].where) == f"{child_file} line 8, changes[0]"
    assert child.place("bounds.EX_o2_e").file == str(child_file)  # never written: the document


def test_a_wrong_field_of_the_parent_is_blamed_on_the_parent(write: Write, library: Library) -> None:
    parent = write(PARENT.replace("48, unit: h", "48, unit: mM"), "parent.yaml")
    write(CHILD, "child.yaml")
    with pytest.raises(ConditionError) as caught:
        library.condition("child")
    (problem,) = caught.value.problems
    assert (problem.where.file, problem.where.line) == (str(parent), 4)


def test_a_value_never_borrows_the_unit_of_the_parent(write: Write, library: Library) -> None:
    write(PARENT, "parent.yaml")
    path = write(CHILD.replace("{value: 1, unit: percent}", "{value: 0.01}"))
    assert codes(lambda: library.condition(path)) == ["FM320"]


def test_digest_of_the_parent_must_match(write: Write, library: Library, tmp_path: Path) -> None:
    write(PARENT, "parent.yaml")
    digest = library.condition("parent").digest
    path = write(CHILD.replace("null", digest), "child.yaml")
    assert library.condition(path).oxygen.value == 1
    write(PARENT.replace("48", "47"), "parent.yaml")
    with pytest.raises(ConditionError) as caught:
        Library([tmp_path, *library.folders], packaged=False).condition(path)
    (problem,) = caught.value.problems
    assert problem.code == "FM344"
    assert problem.where.line == 3
    assert "sha256:" in problem.what


@pytest.mark.parametrize("ring", [1, 2, 5])
def test_circles_are_refused(ring: int, write: Write, library: Library) -> None:
    for n in range(ring):
        text = CHILD.replace("id: child", f"id: c{n}").replace("id: parent", f"id: c{(n + 1) % ring}")
        write(text, f"c{n}.yaml")
    with pytest.raises(ConditionError) as caught:
        library.condition("c0")
    assert caught.value.problems[0].code == "FM342"
    assert "c0" in caught.value.problems[0].what


def test_depth_is_limited(write: Write, library: Library) -> None:
    write(PARENT.replace("id: parent", "id: c0"), "c0.yaml")
    for n in range(1, 11):
        text = CHILD.replace("id: child", f"id: c{n}").replace("id: parent", f"id: c{n - 1}")
        write(text, f"c{n}.yaml")
    assert library.condition("c8").oxygen.value == 1
    assert codes(lambda: library.condition("c9")) == ["FM343"]


def test_extends_stays_inside_the_folders(write: Write, library: Library, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text(PARENT, encoding="utf-8")
    path = write(CHILD)
    assert codes(lambda: library.condition(path)) == ["FM347"]
    path = write(CHILD.replace("id: parent", "id: ../outside.yaml"))
    assert "FM347" in codes(lambda: library.condition(path))
    (tmp_path / "link.yaml").symlink_to(outside)
    again = Library([tmp_path], packaged=False)
    assert codes(lambda: again.condition(write(CHILD))) == ["FM347"]


def test_first_folder_wins_and_one_folder_may_not_hold_an_id_twice(tmp_path: Path) -> None:
    for name, hours in (("a", 1), ("b", 2)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "p.yaml").write_text(PARENT.replace("48", str(hours)), encoding="utf-8")
    assert load_condition("parent", [tmp_path / "a", tmp_path / "b"]).uptake.hours.value == 1
    assert load_condition("parent", [tmp_path / "b", tmp_path / "a"]).uptake.hours.value == 2
    with pytest.raises(ConditionError, match=r"FM341.*a/p\.yaml.*b/p\.yaml"):
        load_condition("parent", [tmp_path])


def test_users_file_wins_over_the_packaged_one(write: Write, tmp_path: Path) -> None:
    write(PARENT.replace("id: parent", "id: normoxia"))
    assert load_condition("normoxia", [tmp_path]).uptake.hours.value == 48


def test_several_documents_in_one_file(write: Write, library: Library) -> None:
    path = write(PARENT + "---\n" + CHILD)
    assert library.condition(f"{path}#child").oxygen.value == 1
    assert str(library.condition("child").place("oxygen")).startswith(f"{path} line 14")
    assert codes(lambda: library.condition(path)) == ["FM349"]
    assert codes(lambda: library.condition(f"{path}#chld")) == ["FM347"]


def test_unknown_id_names_the_nearest_and_the_folders(library: Library) -> None:
    with pytest.raises(ConditionError, match="did you mean normoxia"):
        load_condition("normoxya")
    with pytest.raises(ConditionError, match=r"(?s)FM347.*data"):
        library.condition("nothing_like_it")


def test_id_of_another_kind_says_so() -> None:
    with pytest.raises(ConditionError, match=r"(?s)DMEM\.yaml.*fluxmodel\.medium/1"):
        load_condition("DMEM")


def test_missing_folder(tmp_path: Path) -> None:
    assert codes(lambda: load_condition("x", [tmp_path / "no"])) == ["FM340"]


def test_library_survives_a_change_of_folder(write: Write, library: Library, tmp_path: Path) -> None:
    write(PARENT, "parent.yaml")
    write(CHILD, "child.yaml")
    before = Path.cwd()
    try:
        os.chdir(tmp_path)
        assert library.condition("child.yaml").id == "child"
        os.chdir(before)
        assert library.condition("child").id == "child"
    finally:
        os.chdir(before)


def test_values_are_frozen_picklable_and_replaceable() -> None:
    normoxia = load_condition("normoxia")
    low = normoxia.replace(oxygen=Oxygen(value=1, unit="percent"))
    assert (normoxia.oxygen.value, low.oxygen.value) == (21, 1)
    assert low.digest != normoxia.digest
    assert hash(normoxia) == hash(load_condition("normoxia"))
    back = pickle.loads(pickle.dumps(normoxia))
    assert back == normoxia
    assert back.place("oxygen") == normoxia.place("oxygen")
    with pytest.raises(dataclasses.FrozenInstanceError):
        normoxia.cell = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        normoxia.regulators["ATF4"] = "off"  # type: ignore[index]
    with pytest.raises(ConditionError, match="FM321"):
        normoxia.replace(oxygn=1)
    with pytest.raises(ConditionError, match="FM324"):
        Oxygen(value=101, unit="percent")


def test_names_and_sources_do_not_change_the_digest() -> None:
    normoxia = load_condition("normoxia")
    assert normoxia.replace(id="y", title="t", notes="n").digest == normoxia.digest
    assert normoxia.replace(cell="other").digest != normoxia.digest


@given(st.permutations(PARENT.splitlines()[:6]))
def test_digest_is_stable_against_key_order(lines: list[str]) -> None:
    def read(text: str) -> Condition:
        (document,) = parse_documents(text, "x")
        return Condition(**document.data)

    text = "\n".join(lines)
    assert read(text).digest == read("\n".join(PARENT.splitlines()[:6])).digest


def test_yaml_1_2_scalars(write: Write, library: Library) -> None:
    text = PARENT.replace("ATF4: basal, HIF1A: 0", "ATF4: off, HIF1A: 1e-3")
    found = library.condition(write(f"{text}demands: {{no: 1 percent}}\n"))
    assert found.regulators == {"ATF4": "off", "HIF1A": 0.001}
    assert list(found.demands) == ["no"]


def test_packaged_files_are_valid_and_consistent() -> None:
    for name in available("condition"):
        condition = load_condition(name)
        assert load_cell(condition.cell)
        assert load_medium(condition.medium.base).kind == "base"
        if condition.medium.serum:
            assert load_medium(condition.medium.serum).kind == "supplement"
    hypoxia = load_condition("hypoxia")
    assert (hypoxia.oxygen.value, hypoxia.regulators["HIF1A"]) == (1, 1)
    assert hypoxia.medium == load_condition("normoxia").medium
    assert {"DMEM", "RPMI-1640", "HPLM", "HamsF12", "dialysed_FBS_10"} <= set(available("medium"))
    cell = load_cell("default")
    assert not cell.provisional
    assert all(rate.source for rate in cell.rates.values())


def test_cell_refuses_a_negative_uptake(write: Write, library: Library) -> None:
    path = write(
        """\
        schema: fluxmodel.cell/1
        id: c
        name: c
        provisional: true
        source: {citation: chosen, provenance: recalled}
        dry_mass: {value: 400, unit: pg/cell}
        rates:
          uptake(glc__D): {value: -5, unit: fmol/cell/h, source: chosen}
        """
    )
    with pytest.raises(ConditionError, match=r"(?s)uptake\(glc__D\).*secretion"):
        library.cell(path)


@pytest.mark.parametrize("kind", ["condition", "medium", "cell"])
def test_json_schema(kind: str) -> None:
    schema = json_schema(kind)
    assert schema["title"] == f"fluxmodel.{kind}/1"
    assert "schema" in schema["required"]
    assert schema["additionalProperties"] is False
    assert not {"origins", "where"} & set(schema["properties"])
    described = [p for p in schema["properties"].values() if "description" in p or "$ref" in p]
    assert len(described) == len(schema["properties"])
    with pytest.raises(DomainError):
        json_schema("medum")


@pytest.mark.parametrize("oxygen", [Quantity(1, "percent"), "1 percent", "1%"])
def test_oxygen_as_a_quantity_or_text(oxygen: object, write: Write, library: Library) -> None:
    normoxia = load_condition("normoxia")
    deep = normoxia.replace(oxygen=normoxia.oxygen.replace(depth=Quantity(4, "mm"), stirred=True))
    low = deep.replace(oxygen=oxygen)
    assert (low.oxygen.value, low.oxygen.depth.value, low.oxygen.stirred) == (1, 4, True)
    assert deep.oxygen.value == 21
    assert Condition(id="x", medium=MediumSpec(base="b"), oxygen=oxygen).oxygen.value == 1  # type: ignore[arg-type]
    child = f"schema: fluxmodel.condition/1\nid: child\nextends: parent\noxygen: {oxygen}\n"
    found = library.condition(f"{write(f'{PARENT}---{chr(10)}{child}')}#child")
    assert (found.oxygen.value, found.oxygen.depth) == (1, Quantity(2, "mm"))


@pytest.mark.parametrize("oxygen", [Quantity(1, "mM"), "1 mM", 5, 0.5, "101 %", None])
def test_other_oxygen_is_refused(oxygen: object) -> None:
    with pytest.raises(ConditionError):
        load_condition("normoxia").replace(oxygen=oxygen)


def test_a_component_as_text(write: Write, library: Library) -> None:
    text = "schema: fluxmodel.medium/1\nid: m\nname: m\nsource: {citation: c, provenance: read}\n"
    medium = library.medium(write(text + "components: {pyr: 200 uM}\n"))
    assert medium.components["pyr"].amount == Quantity(200, "uM")
    with pytest.raises(ConditionError, match="FM203"):
        library.medium(write(text.replace("id: m", "id: n") + "components: {pyr: 2 h}\n", "n.yaml"))


def test_kinds_in_the_plural_and_unknown_kinds() -> None:
    for one, many in (("condition", "conditions"), ("medium", "media"), ("cell", "cells")):
        assert available(many) == available(one) != ()
    for kind in ("condtions", "", None, 3):
        with pytest.raises(DomainError, match="known: condition, medium, cell"):
            available(kind)  # type: ignore[arg-type]


CELL = """\
schema: fluxmodel.cell/1
id: mine
name: mine
provisional: true
source: {citation: chosen, provenance: recalled}
dry_mass: 300 pg/cell
"""


def test_cells_and_media_by_path(
    write: Write, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(CELL, "below/mine.yaml")
    write(CELL, "mine.yaml")
    write(CELL, "mine.cell")
    monkeypatch.chdir(tmp_path)
    for path in ("below/mine.yaml", "./mine.yaml", "mine.yaml", "mine.cell", str(tmp_path / "mine.yaml")):
        change = parse_change({"do": "set", "path": "cell", "to": path}, Where(f"--cell {path}"))
        named = apply_changes(load_condition("normoxia").with_changes(change)).cell
        assert named == path
        assert Library().cell(named).dry_mass.value == 300
    for path in ("media/x.yaml", "x.yaml#y"):
        assert parse_set(f"medium.base={path}").to == path
        assert parse_set(f"medium.serum={path}").to == path
    with pytest.raises(ConditionError, match="neither an id nor a file"):
        parse_set("cell=a b")


def test_a_file_that_stands_in_a_folder_is_found_by_name(tmp_path: Path, write: Write) -> None:
    write(CELL, "cells/own.yaml")
    with pytest.raises(ConditionError, match=r"FM302(?s:.)*cells/own\.yaml \(id mine\)"):
        Library([tmp_path]).cell("own.yaml")


def test_a_file_of_another_kind_says_where_it_belongs(write: Write, library: Library) -> None:
    with pytest.raises(ConditionError, match="FM348") as caught:
        library.condition(write(CELL))
    assert "a cell is given with --cell" in caught.value.problems[0].cure


def test_editors_know_what_the_reader_knows() -> None:
    properties = json_schema("condition")["properties"]
    assert {"type": "string", "examples": ["1 percent"]} in properties["oxygen"]["anyOf"]
    assert properties["regulators"]["propertyNames"]["enum"] == list(REGULATORS)
    assert properties["cell"]["pattern"] == properties["id"]["pattern"]  # a path is for flags only


def test_frozen_map() -> None:
    a = FrozenMap({"x": 1})
    assert a == {"x": 1}
    assert hash(FrozenMap({"x": 1, "y": 2})) == hash(FrozenMap({"y": 2, "x": 1}))
    assert a.without("x") == {}
    assert repr(a) == "FrozenMap({'x': 1})"


def test_built_in_python_and_from_a_file_are_the_same(write: Write, library: Library) -> None:
    path = write(
        """\
        schema: fluxmodel.condition/1
        id: x
        medium: {base: example, add: {pyr: {value: 1, unit: mM, source: me}}, remove: [gln__L]}
        bounds: {PC: {lower: 0, upper: 0, unit: mmol/gDW/h}}
        """
    )
    built = Condition(
        id="x",
        medium=MediumSpec(base="example", add={"pyr": Quantity(1, "mM")}, remove=("gln__L",)),
        bounds={"PC": Bounds(lower=0, upper=0, unit="mmol/gDW/h")},
    )
    assert library.condition(path) == built
    assert library.condition(path).digest == built.digest
