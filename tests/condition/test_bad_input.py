"""Each bad input gives a message with file, line, field, value and cure, and exit code 2."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fluxmodel.condition import Library, parse_inhibit, parse_knock_out, parse_set
from fluxmodel.errors import ConditionError, DomainError, Problem

Write = Callable[..., Path]
HEAD = "schema: fluxmodel.condition/1\nid: x\nmedium: {base: example}\n"


def problems_of(path: Path | str, library: Library) -> tuple[Problem, ...]:
    with pytest.raises(ConditionError) as caught:
        library.condition(path)
    assert caught.value.exit_code == 2
    assert "pydantic" not in str(caught.value)  # the reader is a biologist
    return caught.value.problems


FIELDS = {
    "unknown key": ("oxigen: {value: 1, unit: percent}", "FM321", 4, "oxigen", "did you mean oxygen"),
    "unknown key below": ("uptake: {rule: depletion, hour: 3 h}", "FM321", 4, "hour", "did you mean hours"),
    "unknown key in a quantity": (
        "uptake: {hours: {value: 3, units: h}}",
        "FM321",
        4,
        "units",
        "value, unit",
    ),
    "hidden field": ("where: {file: a}", "FM321", 4, "where", "delete"),
    "hidden field 2": ("origins: {a: 3}", "FM321", 4, "origins", "delete"),
    "negative uptake": (
        "uptake:\n  limits:\n    lac__L: {value: -0.5, unit: mmol/gDW/h}",
        "FM324",
        6,
        "-0.5 mmol/gDW/h",
        "secretion is a lower bound",
    ),
    "NaN": ("oxygen: {value: .nan, unit: percent}", "FM202", 4, "nan", "finite number"),
    "inf": (
        "medium2: 1\noxygen: {value: 1, unit: percent, depth: {value: .inf, unit: mm}}",
        "FM202",
        5,
        "inf",
        "finite",
    ),
    "missing unit": ("uptake: {hours: {value: 24}}", "FM205", 4, "24", "{value: 1, unit: h}"),
    "bare number": ("uptake: {hours: 24}", "FM205", 4, "24", "{value: 1, unit: h}"),
    "wrong unit": ("uptake: {hours: {value: 24, unit: mM}}", "FM203", 4, "24 mM", "one of h, s, min, d"),
    "unknown unit": (
        "uptake: {hours: {value: 24, unit: hour}}",
        "FM201",
        4,
        "hour",
        "write one of h, s, min, d",
    ),
    "wrong oxygen unit": ("oxygen: {value: 1, unit: mM}", "FM323", 4, "mM", "percent"),
    "text for a number": (
        "oxygen: {value: '1', unit: percent}",
        "FM322",
        4,
        "1 stands",
        "a number (without quotes)",
    ),
    "percent > 100": (
        "oxygen: {value: 150, unit: percent}",
        "FM324",
        4,
        "150 percent",
        "it must be <= 100 percent",
    ),
    "inhibition > 100": (
        "changes:\n  - {do: inhibit, target: GLS, by: {value: 120, unit: percent}}",
        "FM324",
        5,
        "120 percent",
        "<= 100",
    ),
    "bare inhibition": (
        "changes:\n  - {do: inhibit, target: GLS, by: 0.9}",
        "FM205",
        5,
        "0.9",
        "unit: percent",
    ),
    "inhibition as a fraction": (
        "changes:\n  - {do: inhibit, target: GLS, by: {value: 0.9, unit: 1}}",
        "FM203",
        5,
        "0.9",
        "percent",
    ),
    "negative oxygen": (
        "oxygen: {value: -2, unit: percent}",
        "FM324",
        4,
        "-2 percent",
        "it must be >= 0 percent",
    ),
    "oxygen in mM as text": ("oxygen: 1 mM", "FM203", 4, "1 mM", "percent"),
    "bare oxygen": ("oxygen: 0.5", "FM205", 4, "0.5 % or 50 %", "unit: percent"),
    "long number": (
        f"oxygen: {{value: {'9' * 5000}, unit: percent}}",
        "FM202",
        4,
        "999999999999... (5,000 characters) is too large",
        "1.7e308",
    ),
    "misspelt regulator": ("regulators: {HIFA: 1}", "FM325", 4, "HIFA", "did you mean HIF1A"),
    "regulator under another name": ("regulators: {NFE2L2: 1}", "FM325", 4, "NFE2L2", "write NRF2"),
    "unknown regulator": ("regulators: {XYZW: 1}", "FM325", 4, "XYZW", "ATF4, HIF1A, NRF2, MYC, MTORC1"),
    "demand above 100 %": (
        "demands: {respiratory_superoxide: 150 percent}",
        "FM324",
        4,
        "150 percent",
        "<= 100 percent",
    ),
    "regulator knocked out": (
        "changes:\n  - {do: knock_out, target: ATF4}",
        "FM325",
        5,
        "ATF4 is a regulator",
        "--set regulators.ATF4=off",
    ),
    "regulator inhibited": (
        "changes:\n  - {do: inhibit, target: mTOR, by: 9 %}",
        "FM325",
        5,
        "mTOR is a regulator",
        "regulators.MTORC1=off",
    ),
    "two settings of one field": (
        "changes:\n  - {do: set, path: oxygen, to: 5 %}\n  - {do: set, path: oxygen, to: 1 %}",
        "FM350",
        6,
        "line 5",
        "keep one",
    ),
    "path of a cell": (
        "cell: cells/mine.yaml",
        "FM325",
        4,
        "cells/mine.yaml",
        "--cell and --medium take a path",
    ),
    "path that is set": (
        "changes:\n  - {do: set, path: medium.base, to: ./m.yaml}",
        "FM325",
        5,
        "./m.yaml",
        "write its id",
    ),
    "control character in a title": ('title: "a\\x07b"', "FM325", 4, "U+0007", "delete it"),
    "turned text in a source": (
        'uptake: {hours: {value: 1, unit: h, source: "a\\u202Eb"}}',
        "FM325",
        4,
        "U+202E",
        "delete it",
    ),
    "unit of another field": (
        "uptake: {hours: 3 kJ/mole}",
        "FM201",
        4,
        "kJ/mole",
        "write one of h, s, min, d",
    ),
    "one thing under two names": (
        "changes:\n  - {do: knock_out, target: A, targets: [B]}",
        "FM327",
        5,
        "targets",
        "keep one",
    ),
    "negative dose": (
        "changes:\n  - {do: inhibit, target: CB-839, dose: -2 uM}",
        "FM324",
        5,
        "-2 uM",
        ">= 0",
    ),
    "no amount": (
        "changes:\n  - {do: inhibit, target: CB-839}",
        "FM320",
        5,
        "CB-839",
        "dose: {value: 100, unit: nM}",
    ),
    "two amounts": (
        "changes:\n  - {do: inhibit, target: A, by: 9 %, dose: 1 nM}",
        "FM327",
        5,
        "both",
        "give one",
    ),
    "unknown verb": (
        "changes:\n  - {do: inhibt, target: GLS, by: 90 %}",
        "FM326",
        5,
        "inhibt",
        "did you mean inhibit",
    ),
    "no verb": ("changes:\n  - {target: GLS}", "FM326", 5, "without `do`", "knock_out"),
    "change is text": ("changes:\n  - GLS", "FM322", 5, "GLS", "{field: value, ...}"),
    "changes is a mapping": ("changes: {do: set}", "FM322", 4, "do: set", "a list"),
    "two inhibitions of one target": (
        "changes:\n  - {do: inhibit, target: GLS, by: 90 %}\n  - {do: inhibit, target: GLS, by: 50 %}",
        "FM350",
        6,
        "line 5",
        "keep one",
    ),
    "unknown path": (
        "changes:\n  - {do: set, path: oxygn, to: 1 percent}",
        "FM330",
        5,
        "oxygn",
        "did you mean oxygen",
    ),
    "set without unit": (
        "changes:\n  - {do: set, path: oxygen, to: 1}",
        "FM205",
        5,
        "1 has no unit",
        "percent",
    ),
    "set to wrong unit": ("changes:\n  - {do: set, path: medium.pyr, to: 1 h}", "FM203", 5, "1 h", "mM"),
    "regulator level": ("regulators: {ATF4: highest}", "FM324", 4, "highest", "off, low, basal, high"),
    "regulator above 1": ("regulators: {ATF4: 1.5}", "FM324", 4, "1.5", "0 to 1"),
    "regulator yes": ("regulators: {ATF4: true}", "FM324", 4, "True", "0 to 1"),
    "bounds cross": (
        "bounds: {R: {lower: 2, upper: 1, unit: mmol/gDW/h}}",
        "FM327",
        4,
        "lower 2",
        "exchange",
    ),
    "bounds without unit": ("bounds: {R: {lower: 2}}", "FM320", 4, "unit", "add"),
    "compartment": ("uptake: {limits: {glc__D_e: 1 mmol/gDW/h}}", "FM325", 4, "glc__D_e", "write glc__D"),
    "oxygen as a nutrient": (
        "uptake: {limits: {o2: 1 mmol/gDW/h}}",
        "FM327",
        4,
        "oxygen",
        "oxygen: {value: 21",
    ),
    "spreadsheet formula": ("changes:\n  - {do: knock_out, target: '=1+1'}", "FM325", 5, "=1+1", "gene"),
    "no arrow": (
        "changes:\n  - {do: add_reaction, id: R, equation: a_c b_c}",
        "FM322",
        5,
        "a_c b_c",
        "arrow",
    ),
    "empty knock-out": (
        "changes:\n  - {do: knock_out, targets: []}",
        "FM322",
        5,
        "empty list",
        "name at least 1",
    ),
    "rule": ("uptake: {rule: deplete}", "FM323", 4, "deplete", "depletion"),
    "digest shape": ("extends: {id: x, digest: abc}", "FM344", 4, "abc", "64 digits"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_field(name: str, write: Write, library: Library) -> None:
    text, code, line, value, cure = FIELDS[name]
    path = write(HEAD + text + "\n")
    found = [p for p in problems_of(path, library) if p.code == code]
    assert found, [str(p) for p in problems_of(path, library)]
    (problem,) = found
    assert problem.where.file == str(path)
    assert problem.where.line == line
    assert problem.where.field
    assert value in problem.what
    assert cure in problem.cure


STRUCTURE = {
    "duplicate key": ("id: y\n", "FM309", 4, "line 2"),
    "duplicate deep": ("uptake:\n  rule: none\n  rule: fixed\n", "FM309", 6, "line 5"),
    "alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "FM307", 4, "anchor, &a"),
    "merge key": ("uptake: {<<: {rule: none}}\n", "FM312", 4, "merge key"),
    "tag": ("title: !!python/object:os.system ls\n", "FM308", 4, "python/object"),
    "tag on a list": ("title: !!python/tuple [1, 2]\n", "FM308", 4, "python/tuple"),
    "tab": ("uptake:\n\trule: none\n", "FM306", 5, "not YAML"),
    "colon": ("title: a: b\n", "FM306", 4, "not YAML"),
    "unclosed": ("medium2: {base: example\n", "FM306", 5, "not YAML"),
    "too deep": ("a: " + "[" * 3000 + "\n", "FM311", 4, "20 levels"),
    "list as key": ("? [a, b]\n: 1\n", "FM312", 4, "not plain text"),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_structure(name: str, write: Write, library: Library) -> None:
    text, code, line, value = STRUCTURE[name]
    path = write(HEAD + text)
    found = [p for p in problems_of(path, library) if p.code == code]
    assert found, problems_of(path, library)
    assert (found[0].where.file, found[0].where.line) == (str(path), line)
    assert value in found[0].what
    assert found[0].cure


def test_every_alias_of_a_bomb_is_refused_without_being_expanded(write: Write, library: Library) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]  # 9^30 items
    found = problems_of(write(HEAD + "\n".join(lines)), library)
    assert {p.code for p in found} == {"FM307"}


WHOLE = {
    "empty": ("", "FM305"),
    "only a comment": ("# nothing\n", "FM305"),
    "only dashes": ("---\n---\n", "FM305"),
    "a list": ("- a\n- b\n", "FM310"),
    "text": ("hello\n", "FM310"),
    "directive": ("%YAML 1.1\n---\n" + HEAD, "FM308"),
    "control character": (HEAD + "title: a\x07b\n", "FM306"),
    "no schema": ("id: x\nmedium: {base: example}\n", "FM345"),
    "misspelt schema": (HEAD.replace("condition/1", "conditon/1"), "FM345"),
    "number as schema": (HEAD.replace("fluxmodel.condition/1", "3"), "FM345"),
    "version 2": (HEAD.replace("condition/1", "condition/2"), "FM346"),
    "version 0": (HEAD.replace("condition/1", "condition/0"), "FM346"),
    "a medium": ("schema: fluxmodel.medium/1\nid: x\n", "FM348"),
    "no id": ("schema: fluxmodel.condition/1\nmedium: {base: example}\n", "FM320"),
    "no medium": ("schema: fluxmodel.condition/1\nid: x\n", "FM320"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_file(name: str, write: Write, library: Library) -> None:
    text, code = WHOLE[name]
    path = write(text)
    found = problems_of(path, library)
    assert [p.code for p in found] == [code]
    assert found[0].where.file == str(path)


def test_version_message_says_what_can_be_read(write: Write, library: Library) -> None:
    (problem,) = problems_of(write(HEAD.replace("condition/1", "condition/2")), library)
    assert "version 2" in problem.what
    assert "version 1" in problem.what
    assert problem.where.line == 1
    assert "newer fluxmodel" in problem.cure


def test_missing_file(tmp_path: Path, library: Library) -> None:
    (problem,) = problems_of(tmp_path / "no.yaml", library)
    assert problem.code == "FM302"
    assert str(tmp_path) in problem.cure


def test_folder_instead_of_file(tmp_path: Path, library: Library) -> None:
    assert [p.code for p in problems_of(tmp_path, library)] == ["FM301"]


def test_nul_in_the_name(library: Library) -> None:
    assert problems_of("a\x00/b.yaml", library)[0].code in ("FM302", "FM313")


def test_large_file_is_refused_before_reading(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as handle:
        handle.truncate(50_000_000)
    (problem,) = problems_of(path, library)
    assert problem.code == "FM303"
    assert "50,000,000" in problem.what


def test_not_utf8(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"title: Hyp\xf6xie\n")
    assert [p.code for p in problems_of(path, library)] == ["FM304"]


def test_all_problems_at_once(write: Write, library: Library) -> None:
    path = write(
        HEAD
        + "oxigen: 1\nuptake: {hours: 24, density: 0 gDW/L}\nregulators: {ATF4: 3}\n"
        + "changes: [{do: knok}, {do: inhibit, target: GLS, by: 0.9}]\n"
    )
    lines = [p.where.line for p in problems_of(path, library)]
    assert sorted(lines) == [4, 5, 5, 6, 7, 7]


def test_other_documents_of_the_file_are_checked_too(write: Write, library: Library) -> None:
    path = write(HEAD + "---\n" + HEAD.replace("id: x", "id: y") + "oxigen: 1\n")
    (problem,) = problems_of(f"{path}#x", library)
    assert problem.where.line == 8


@pytest.mark.parametrize("text", ["GLS=0.9", "GLS=1", "GLS=0.05"])
def test_bare_fraction_shows_both_readings(text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_inhibit(text)
    (problem,) = caught.value.problems
    number = text.split("=")[1]
    assert problem.what.count("%") == 2
    assert f"{number} %" in problem.what
    assert f"{100 * float(number):g} %" in problem.what
    assert str(problem.where) == f"--inhibit {text}"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GLS=90", "FM332"),
        ("GLS=101%", "FM324"),
        ("GLS=-1%", "FM324"),
        ("GLS", "FM331"),
        ("GLS=", "FM331"),
        ("=90%", "FM331"),
        ("GLS=nan%", "FM206"),
        ("GLS=90 h", "FM203"),
        ("GLS=9,5%", "FM206"),
        ("@GLS=90%", "FM325"),
    ],
)
def test_bad_inhibit_flag(text: str, code: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_inhibit(text)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.where.file == f"--inhibit {text}"
    assert problem.cure


@pytest.mark.parametrize(
    ("text", "code"),
    [("oxygen=1", "FM205"), ("oxygen", "FM331"), ("oxgen=1 %", "FM330"), ("medium.o2=1 mM", "FM327"),
     ("regulators.ATF4=2", "FM324"), ("medium.=1 mM", "FM330"), ("uptake.lac__L=-1 mmol/gDW/h", "FM324")],
)  # fmt: skip
def test_bad_set_flag(text: str, code: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_set(text)
    assert [p.code for p in caught.value.problems] == [code]
    assert re.match(r"FM\d+: --set ", str(caught.value))


@pytest.mark.parametrize(
    ("text", "code", "what", "cure"),
    [
        ("GLS,,GLS2", "FM331", "a comma without a gene", "--knockout GLS,GLS2"),
        (",", "FM331", "no gene is named", "--knockout GLS"),
        ("GLS GLS2", "FM325", "'GLS GLS2' is not one gene", "GLS,GLS2"),
        ("=1", "FM325", "'=1' is not a target", "name a gene, such as GLS"),
        ("HIF1A", "FM325", "HIF1A is a regulator", "--set regulators.HIF1A=off"),
    ],
)
def test_bad_knock_out_flag(text: str, code: str, what: str, cure: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_knock_out(text)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.what == what or problem.what.startswith((what, f"{text!r} has {what}"))
    assert cure in problem.cure
    assert "reaction or a drug" not in problem.cure


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("GLS=90%,GLS2=50%", "--inhibit GLS=90% --inhibit GLS2=50%"),
        ("GLS=90 % GLS2=50 %", "--inhibit GLS=90 % --inhibit GLS2=50 %"),
        ("GLS,GLS2=90%", "--inhibit GLS=90% --inhibit GLS2=90%"),
    ],
)
def test_several_targets_in_one_flag_are_written_out(text: str, flags: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_inhibit(text)
    (problem,) = caught.value.problems
    assert problem.code == "FM331"
    assert problem.cure == f"one flag for each: {flags}"


def test_a_comma_in_the_name_of_a_drug_is_not_a_list() -> None:
    assert parse_inhibit("2,4-DNP=1 uM").target == "2,4-DNP"


def test_only_units_that_fit_are_listed() -> None:
    with pytest.raises(ConditionError) as caught:
        parse_inhibit("GLS=90 kJ")
    assert caught.value.problems[0].cure == "write one of percent, mM, M, uM, nM, pM"
    with pytest.raises(ConditionError) as caught:
        parse_set("uptake.hours=3 pg")
    assert caught.value.problems[0].cure == "write one of h, s, min, d"


@pytest.mark.parametrize("parse", [parse_inhibit, parse_set, parse_knock_out])
@pytest.mark.parametrize("given", [["GLS", "GLS2"], None, 3])
def test_what_is_not_text_is_not_taken_letter_by_letter(
    parse: Callable[[object], object], given: object
) -> None:
    with pytest.raises(DomainError, match="FM333") as caught:
        parse(given)
    assert repr(given) in str(caught.value)


def test_a_long_number_in_a_flag() -> None:
    for text in (f"oxygen={'9' * 400} percent", f"regulators.ATF4={'9' * 400}"):
        with pytest.raises(ConditionError, match=r"FM202.*400 characters\) is too large") as caught:
            parse_set(text)
        assert "inf" not in caught.value.problems[0].what


def test_control_characters_of_a_flag_are_not_echoed() -> None:
    for call in (parse_inhibit, parse_set, parse_knock_out):
        with pytest.raises(ConditionError) as caught:
            call("GL\x1b[31mS")
        assert "\x1b" not in str(caught.value)


def test_no_words_of_the_library_underneath(write: Write, library: Library) -> None:
    lines = [
        f"title: {'x' * 6000}",
        "oxygen: {value: 101, unit: percent}",
        "changes: [{do: knock_out, targets: []}]",
    ]
    path = write(HEAD + "\n".join(lines) + "\n")
    text = "\n".join(map(str, problems_of(path, library)))
    for leak in ("should", "validation", "tuple", "String", "Input", "type="):
        assert leak not in text


def test_a_wrong_digest_is_one_problem(write: Write, library: Library) -> None:
    write(HEAD.replace("id: x", "id: parent"), "p.yaml")
    for digest in ("sha256:00", f"sha256:{'0' * 64}"):
        text = f"schema: fluxmodel.condition/1\nid: y\nextends: {{id: parent, digest: '{digest}'}}\n"
        (problem,) = problems_of(write(text), library)
        assert problem.code == "FM344"
        assert library.condition("parent").digest in problem.what
