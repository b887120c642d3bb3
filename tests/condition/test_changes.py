"""Changes: flags and files build the same list, and applying them is pure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.condition import (
    Bounds,
    Condition,
    Inhibit,
    KnockOut,
    Library,
    MediumSpec,
    apply_changes,
    parse_change,
    parse_inhibit,
    parse_knock_out,
    parse_set,
)
from fluxmodel.errors import ConditionError, Where
from fluxmodel.units import Quantity

Write = Callable[..., Path]
BASE = Condition(id="x", medium=MediumSpec(base="DMEM", add={"pyr": "1 mM"}, remove=("asn__L",)))

ALL_VERBS = """\
schema: fluxmodel.condition/1
id: x
medium: {base: example}
changes:
  - {do: set, path: oxygen, to: {value: 1, unit: percent}}
  - {do: inhibit, target: CB-839, dose: {value: 100, unit: nM}, basis: chosen}
  - {do: inhibit, target: GLS, by: {value: 90, unit: percent}}
  - {do: knock_out, target: GLS2}
  - {do: knock_out, targets: [LDHA, LDHB]}
  - {do: open, target: AOX}
  - {do: open, target: LbNOX, upper: 1, unit: mmol/gDW/h}
  - {do: add_reaction, id: R1, equation: a_c --> c_c, upper: 5, unit: mmol/gDW/h, genes: A or B}
  - {do: scale_expression, target: ASNS, by: {value: 2.5, unit: fold}}
"""


def test_every_verb_is_read_in_order_with_its_line(write: Write, library: Library) -> None:
    condition = library.condition(write(ALL_VERBS))
    verbs = "set inhibit inhibit knock_out knock_out open open add_reaction scale_expression"
    assert [c.do for c in condition.changes] == verbs.split()
    assert [c.where.line for c in condition.changes] == list(range(5, 14))
    done = apply_changes(condition)
    assert done.changes == condition.changes[1:]
    assert done.oxygen.value == 1
    assert done.place("oxygen").line == 5
    assert done.place("changes[0]").line == 6
    assert isinstance(done.changes[3], KnockOut)
    assert done.changes[3].targets == ("LDHA", "LDHB")


def test_flags_and_files_build_the_same_changes() -> None:
    pairs: list[tuple[Any, dict[str, Any]]] = [
        (
            parse_inhibit("GLS=90%"),
            {"do": "inhibit", "target": "GLS", "by": {"value": 90, "unit": "percent"}},
        ),
        (parse_inhibit("GLS = 90 %"), {"do": "inhibit", "target": "GLS", "by": "90 %"}),
        (parse_inhibit("CB-839=100 nM"), {"do": "inhibit", "target": "CB-839", "dose": "100 nM"}),
        (parse_knock_out("GLS"), {"do": "knock_out", "target": "GLS"}),
        (
            parse_set("oxygen=1 percent"),
            {"do": "set", "path": "oxygen", "to": {"value": 1, "unit": "percent"}},
        ),
        (parse_set("regulators.HIF1A=1"), {"do": "set", "path": "regulators.HIF1A", "to": 1}),
        (parse_set("regulators.ATF4=off"), {"do": "set", "path": "regulators.ATF4", "to": "off"}),
        (parse_set("oxygen.stirred=true"), {"do": "set", "path": "oxygen.stirred", "to": True}),
        (parse_set("medium.serum=none"), {"do": "set", "path": "medium.serum", "to": None}),
    ]
    for flag, mapping in pairs:
        assert flag == parse_change(mapping)
        assert flag.digest == parse_change(mapping).digest
        assert str(flag.where).startswith("--")


def test_setting_equals_writing() -> None:
    by_change = apply_changes(BASE.with_changes(parse_set("oxygen=1 %"), parse_set("uptake.hours=48 h")))
    written = BASE.replace(
        oxygen=BASE.oxygen.replace(value=1, source=None), uptake=BASE.uptake.replace(hours=Quantity(48, "h"))
    )
    assert by_change == written
    assert by_change.digest == written.digest


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("cell", "MCF7", lambda c: c.cell),
        ("objective", "ATP", lambda c: c.objective),
        ("oxygen.depth", Quantity(1, "mm"), lambda c: c.oxygen.depth),
        ("oxygen.density", Quantity(0.1, "mg/cm2"), lambda c: c.oxygen.density),
        ("oxygen.stirred", True, lambda c: c.oxygen.stirred),
        ("medium.base", "HPLM", lambda c: c.medium.base),
        ("medium.serum", "s", lambda c: c.medium.serum),
        ("medium.pyr", Quantity(3, "mM"), lambda c: c.medium.set["pyr"]),
        ("uptake.rule", "none", lambda c: c.uptake.rule),
        ("uptake.density", Quantity(1, "gDW/L"), lambda c: c.uptake.density),
        ("uptake.glc__D", Quantity(1, "mmol/gDW/h"), lambda c: c.uptake.limits["glc__D"]),
        ("regulators.ATF4", "high", lambda c: c.regulators["ATF4"]),
        ("demands.GSH_turnover", Quantity(0.2, "1/h"), lambda c: c.demands["GSH_turnover"]),
        (
            "bounds.PC",
            {"lower": 0, "upper": 0, "unit": "mmol/gDW/h"},
            lambda c: (
                {"lower": 0, "upper": 0, "unit": "mmol/gDW/h"}
                if c.bounds["PC"] == Bounds(lower=0, upper=0, unit="mmol/gDW/h")
                else None
            ),
        ),
    ],
)
def test_every_path_can_be_set(path: str, value: Any, read: Callable[[Condition], Any]) -> None:
    done = apply_changes(BASE.with_changes(parse_change({"do": "set", "path": path, "to": value})))
    assert read(done) == value
    assert done.changes == ()
    assert done != BASE


def test_a_set_concentration_replaces_add_and_remove() -> None:
    done = apply_changes(BASE.with_changes(parse_set("medium.pyr=3 mM"), parse_set("medium.asn__L=1 mM")))
    assert dict(done.medium.add) == {}
    assert done.medium.remove == ()
    assert set(done.medium.set) == {"pyr", "asn__L"}
    assert done.place("medium.set.pyr").file == "--set medium.pyr=3 mM"


def test_the_last_setting_wins() -> None:
    in_file = parse_change({"do": "set", "path": "oxygen", "to": "5 %"}, Where("c.yaml", 4))
    done = apply_changes(BASE.with_changes(in_file, parse_set("oxygen=1 %")))
    assert done.oxygen.value == 1
    assert done.place("oxygen").file == "--set oxygen=1 %"


def test_two_flags_that_contradict_each_other_are_named_both() -> None:
    short = parse_change({"do": "set", "path": "oxygen", "to": "1%"}, Where("--oxygen 1%"))
    with pytest.raises(ConditionError, match="FM350") as caught:
        apply_changes(BASE.with_changes(short, parse_set("oxygen=5 %")))
    assert "--oxygen 1%" in str(caught.value)
    assert "--set oxygen=5 %" in str(caught.value)
    same = apply_changes(BASE.with_changes(short, parse_set("oxygen=1 percent")))
    assert same.oxygen.value == 1


def test_a_child_may_set_anew_what_its_parent_set(write: Write, library: Library) -> None:
    head = "schema: fluxmodel.condition/1\n"
    parent = head + "id: a\nmedium: {base: example}\nchanges: [{do: set, path: oxygen, to: 5 %}]\n"
    child = head + "id: b\nextends: a\nchanges: [{do: set, path: oxygen, to: 1 %}]\n"
    path = write(f"{parent}---\n{child}")
    assert apply_changes(library.condition(f"{path}#b")).oxygen.value == 1


def test_a_gene_is_knocked_out_once() -> None:
    assert parse_knock_out("GLS,GLS").targets == ("GLS",)
    done = apply_changes(
        BASE.with_changes(*map(parse_knock_out, ("GLS", "GLS,GLS2", "GLS2")), parse_inhibit("LDHA=9%"))
    )
    assert [getattr(c, "targets", c.do) for c in done.changes] == [("GLS",), ("GLS2",), "inhibit"]
    assert apply_changes(done) == done


def test_two_inhibitions_of_one_target_name_both_places(write: Write, library: Library) -> None:
    condition = library.condition(write(ALL_VERBS)).with_changes(parse_inhibit("GLS=50%"))
    with pytest.raises(ConditionError) as caught:
        apply_changes(condition)
    assert caught.value.exit_code == 2
    text = str(caught.value)
    assert "FM350" in text
    assert "--inhibit GLS=50%" in text
    assert "c.yaml line 7" in text


@pytest.mark.parametrize(
    "raw",
    [
        {"do": "open", "target": "AOX"},
        {"do": "add_reaction", "id": "R", "equation": "a_c --> b_c"},
        {"do": "scale_expression", "target": "ASNS", "by": "2 fold"},
    ],
)
def test_other_repeated_statements_are_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ConditionError, match="FM350"):
        apply_changes(BASE.with_changes(parse_change(raw), parse_change(raw)))


def test_a_knock_out_may_stand_beside_an_inhibition() -> None:
    done = apply_changes(BASE.with_changes(parse_knock_out("GLS"), parse_inhibit("GLS=50%")))
    assert len(done.changes) == 2


SETS = ["oxygen=1 %", "oxygen=5 %", "medium.pyr=2 mM", "regulators.ATF4=high", "uptake.rule=none", "cell=b"]


@given(st.lists(st.sampled_from(SETS)))
def test_applying_is_pure_and_idempotent(texts: list[str]) -> None:
    # as from a file: of two flags that disagree none wins
    sets = [parse_set(text).replace(where=Where("c.yaml", n + 1)) for n, text in enumerate(texts)]
    condition = BASE.with_changes(*sets, parse_inhibit("GLS=90%"))
    before = condition.digest
    once, again = apply_changes(condition), apply_changes(condition)
    assert condition.digest == before
    assert once.digest == again.digest
    assert apply_changes(once) == once
    assert [type(c) for c in once.changes] == [Inhibit]


@given(st.floats(min_value=0, max_value=100))
def test_every_percentage_is_read_as_written(percent: float) -> None:
    assert parse_inhibit(f"GLS={percent!r}%").by == Quantity(percent, "percent")


def test_changed_content_changes_the_digest() -> None:
    digests = {parse_inhibit(f"GLS={n}%").digest for n in range(101)}
    assert len(digests) == 101
    one = parse_change({"do": "add_reaction", "id": "R1", "equation": "a_c --> b_c"})
    two = parse_change({"do": "add_reaction", "id": "R2", "equation": "a_c --> b_c"})
    assert one.digest != two.digest
