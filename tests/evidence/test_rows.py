"""Evidence files: what is read, and what is refused with its line."""

from __future__ import annotations

import pytest

from fluxmodel.errors import ConditionError
from fluxmodel.evidence import available_evidence, load_evidence, read_evidence

GOOD = """\
schema: fluxmodel.evidence/1
id: mine
rows:
  - id: rescue
    source: {citation: "A paper 2020", doi: 10.1/x, provenance: read}
    category: rescue
    confidence: A
    split: fit
    arms:
      control: {condition: normoxia}
      drug: {from: control, changes: [{do: inhibit, target: GLS, by: {value: 90, unit: percent}}]}
      rescue: {from: drug, changes: [{do: set, path: medium.dmakg, to: {value: 2, unit: mM}}]}
    claims:
      - {id: a, observable: growth, of: drug, against: control, verdict: down}
      - {id: b, observable: growth, of: rescue, against: drug, verdict: up}
    left_out: {signalling: no flux}
  - id: clinic
    source: {citation: "Another paper 2021", provenance: recalled}
    category: clinic
    confidence: B
    not_representable: a trial
"""


@pytest.fixture
def written(tmp_path):
    """Write a file in which one text is replaced by another, and read it."""

    def start(old="", new=""):
        assert old in GOOD
        file = tmp_path / "mine.yaml"
        file.write_text(GOOD.replace(old, new, 1) if old else GOOD, encoding="utf-8")
        return read_evidence(file)

    return start


def test_arms_claims_and_places(written):
    e = written()
    row, clinic = e.rows
    assert [len(row.lineage(name)) for name in row.arms] == [1, 2, 3]
    assert row.lineage("rescue")[0].condition == "normoxia"
    assert row.arms["drug"].changes[0].where.line == 11
    assert row.claims[1].arms == ("rescue", "drug")
    assert (row.representable, clinic.representable) == (True, False)
    assert [c.id for _, c in e.claims("fit")] == ["a", "b"]
    assert e.where("test") == ()
    assert len(e.where("all")) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("of: drug,", "of: drog,", "names the arm 'drog'"),
        ("from: control", "from: contrl", "starts from 'contrl'"),
        ("{condition: normoxia}", "{from: rescue}", "start from each other"),
        ("{condition: normoxia}", "{condition: normoxia, from: drug}", "both `condition` and `from`"),
        ("{condition: normoxia}", "{note: x}", "neither `condition` nor `from`"),
        ("{condition: normoxia}", "{condition: normoxia, where: x}", "FM321.*line 10.*'where'"),
        ("verdict: down", "verdict: lower", "FM323.*line 14"),
        ("verdict: down", "verdict: above", "compares with a number"),
        ("against: control, verdict: down", "verdict: down", "compares two arms"),
        ("against: control", "against: drug", "compared with itself"),
        ("against: control", "against: control, than: 1", "compares two arms"),
        ("observable: growth, of: drug", "observable: flux(GLUNm), of: drug, per: {of: drug, against: drug}",
         "`per` with something else"),
        ("provenance: read", "provenance: seen", "FM323.*line 5"),
        ("do: inhibit", "do: inhibt", "FM326.*line 11"),
        ("id: b,", "id: a,", "two claims are called a"),
        ("id: clinic", "id: rescue", "two rows are called rescue"),
        ("not_representable: a trial", "notes: a trial", "no claims"),
        ("not_representable: a trial", "not_representable: a trial\n    arms: {x: {condition: normoxia}}",
         "has arms"),
        ("split: fit", "split: fitt", "FM323.*line 8"),
        ("confidence: A", "confidence: A\n    color: red", "FM321.*'color'"),
        ("fluxmodel.evidence/1", "fluxmodel.evidence/2", "FM346.*this package reads"),
        ("fluxmodel.evidence/1", "fluxmodel.condition/1", "FM354.*0 documents"),
        ("citation: \"A paper 2020\", ", "", "FM320.*citation"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(written, old, new, message):
    with pytest.raises(ConditionError, match=f"(?s){message}"):
        written(old, new)


def test_unknown_ids_name_the_nearest_and_paths_are_files(tmp_path):
    with pytest.raises(ConditionError, match="did you mean phenotypes"):
        load_evidence("phenotype")
    with pytest.raises(ConditionError, match="FM302"):
        load_evidence(tmp_path / "none.yaml")


def test_names_and_sources_do_not_change_the_digest_but_claims_do(written):
    plain = written().digest
    assert written("A paper 2020", "The paper 2020").digest == plain
    assert written("signalling: no flux", "signalling: none").digest == plain
    assert written("verdict: down", "verdict: up").digest != plain
    assert written("value: 90", "value: 80").digest != plain


def test_every_packaged_file_can_be_read():
    assert "phenotypes" in available_evidence()
    assert all(load_evidence(name).rows for name in available_evidence())
