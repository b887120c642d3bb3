"""Profiles that can be read: what becomes of the numbers, and what is said about it."""

from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.regulation import Profile, read_profile
from fluxmodel.regulation.profile_ratios import FLOOR, LIMIT, clip, ratios

GENES = ("GLS", "ASNS", "SLC1A5", "PAH")
TWO = "gene,before,after\nGLS,20,40.1\nASNS,1000,0\nPAH,0,0\nSLC1A5,0,1.5\nTP53,5,5\n"
ENSEMBL = {"ENSG00000115419": "GLS", "ENSG00000070669": "ASNS", "ENSG00000141510": "TP53"}


@pytest.fixture
def read(tmp_path):
    def run(text, quantity="TPM", genes=GENES, name="rna.csv", **more):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_profile(path, quantity, genes=genes, **more)

    return run


def said(profile, words):
    return [m for m in profile.messages if words in m]


def test_two_columns_of_tpm(read):
    profile = read(TWO, column="after", reference="before")
    assert dict(profile.log2) == pytest.approx({"GLS": 1.0, "ASNS": -4.0, "SLC1A5": 4.0})
    assert profile.absent == ("PAH",)
    assert profile.missing == ()
    assert profile.coverage == 1.0
    assert said(profile, "0 in both states, stay absent: PAH")
    assert said(profile, "0 in the profile only, counted as 0.1 TPM: ASNS")
    assert said(profile, "0 in the reference only, counted as 0.1 TPM: SLC1A5")
    assert said(profile, "clipped to +-4 log2: ASNS")
    assert said(profile, "no genes of the model: TP53")


def test_log2_tpm_is_log2_of_tpm_plus_one(read):
    logs = "\n".join(
        ",".join([g, *(repr(math.log2(float(v) + 1)) for v in values)])
        for g, *values in (line.split(",") for line in TWO.splitlines()[1:])
    )
    a = read(TWO, column="after", reference="before")
    b = read("gene,before,after\n" + logs, "log2 TPM", column="after", reference="before")
    assert dict(b.log2) == pytest.approx(dict(a.log2))
    assert b.absent == a.absent


def test_a_reference_profile_is_in_plain_tpm(read):
    reference = {"GLS": 20, "ASNS": 1000.0, "PAH": 0, "SLC1A5": 0}
    text = "gene,after\nGLS,40.1\nASNS,0\nPAH,0\nSLC1A5,1.5\nTP53,5\n"
    profile = read(text, reference=reference)
    assert profile == read(TWO, column="after", reference="before")
    logs = "gene,after\n" + "".join(f"{g},{math.log2(40.1 + 1)!r}\n" for g in GENES)
    assert read(logs, "log2 TPM", reference=reference).log2["GLS"] == pytest.approx(1.0)


def test_genes_that_the_reference_lacks_are_missing(read):
    profile = read(TWO, column="after", reference={"GLS": 20, "ASNS": 1})
    assert profile.missing == ("PAH", "SLC1A5")
    assert profile.coverage == 0.5
    assert said(profile, "not in the reference: PAH, SLC1A5")


def test_fold_changes_are_taken_as_they_are(read):
    text = "gene\tbaseMean\tlog2FoldChange\tpadj\nGLS\t100\t1.5\t0.1\nASNS\t3\t-7\tNA\nTP53\t0\tNA\tNA\n"
    profile = read(text, "log2 fold change", column="log2FoldChange", name="deseq.txt")
    assert dict(profile.log2) == {"ASNS": -4.0, "GLS": 1.5}
    assert profile.absent == ()
    assert profile.missing == ("PAH", "SLC1A5")
    assert said(profile, "clipped to +-4 log2: ASNS")


def test_the_only_column_need_not_be_named(read):
    assert read("gene,lfc\nGLS,1\nASNS,-1\n", "log2 fold change").log2["GLS"] == 1.0
    assert read("gene,a,b\nGLS,1,3\nASNS,1,3\n", reference="a").log2["GLS"] > 0


def test_ensembl_ids_lose_their_version(read):
    text = "id,x\nENSG00000115419.13,1\nENSG00000070669,-1\nENSG00000141510.4,1\nENSG00000182378.15_PAR_Y,9\n"
    profile = read(text, "log2 fold change", ids="ensembl", known=ENSEMBL)
    assert dict(profile.log2) == {"ASNS": -1.0, "GLS": 1.0}
    assert said(profile, "version taken off Ensembl ids: 1 times")


def test_a_table_with_two_kinds_of_ids(read):
    text = "gene_id,gene_name,x\nENSG00000115419,GLS,1\nENSG00000070669,ASNS,-1\n"
    by_symbol = read(text, "log2 fold change", column="x")
    by_ensembl = read(text, "log2 fold change", column="x", ids="ensembl", known=ENSEMBL)
    assert dict(by_symbol.log2) == dict(by_ensembl.log2) == {"ASNS": -1.0, "GLS": 1.0}


@pytest.mark.parametrize(
    "text",
    [
        TWO.replace(",", "\t"),
        TWO.replace("\n", "\r\n"),
        "\ufeff" + TWO,
        "\n\n" + TWO + "\n\n",
        TWO.replace("GLS", '"GLS"').replace("20", '" 20 "'),
        TWO.replace("gene", ""),
        TWO.replace("before", "note,before").replace(",20", ',"a, b\nc",20').replace("S,1000", "S,,1000")
        .replace("PAH", "PAH,").replace("SLC1A5", "SLC1A5,").replace("TP53", "TP53,"),
    ],
    ids=["tsv", "crlf", "bom", "blank lines", "quotes", "unnamed genes", "line breaks in cells"],
)  # fmt: skip
def test_the_form_of_the_file_does_not_matter(read, text):
    assert read(text, column="after", reference="before") == read(TWO, column="after", reference="before")


def test_the_order_of_rows_does_not_matter_but_numbers_do(read):
    lines = TWO.splitlines()
    other = "\n".join([lines[0], *reversed(lines[1:])])
    a, b = (read(t, column="after", reference="before") for t in (TWO, other))
    c = read(TWO.replace("40.1", "40.2"), column="after", reference="before")
    assert a == b
    assert a.digest == b.digest
    assert a.digest != c.digest
    assert a.digest != Profile(a.log2).digest  # an absent gene is not an unchanged one
    assert pickle.loads(pickle.dumps(a)) == a


@pytest.mark.parametrize(
    ("text", "quantity", "question"),
    [
        ("gene,x,r\nGLS,8,7\nASNS,3,3\n", "TPM", "are these log2"),
        ("gene,x,r\nGLS,900000,7\nASNS,900000,3\n", "TPM", "are these counts"),
        ("gene,x,r\nGLS,19.9,7\nASNS,19.9,3\n", "log2 TPM", "are these counts"),
        ("gene,x\nGLS,21\nASNS,-3\n", "log2 fold change", "are these log2 fold changes"),
        ("gene,x\nGLS,1\n" + "".join(f"G{n},{n}\n" for n in range(19)) * 3, "log2 fold change", "ratios"),
    ],
)
def test_odd_numbers_raise_a_question_not_a_guess(read, text, quantity, question):
    reference = None if quantity == "log2 fold change" else "r"
    profile = read(text, quantity, column="x", reference=reference, min_coverage=0)
    assert said(profile, question)
    assert "GLS" in profile.log2


def test_plain_numbers_raise_no_question(read):
    assert not any("?" in m for m in read(TWO, column="after", reference="before").messages)


def test_missing_numbers_of_other_genes_do_not_matter(read):
    text = TWO + "MIR21,NA,\nY_RNA,1,2\nY_RNA,1,2\n,3,4\n"
    assert read(text, column="after", reference="before").coverage == 1.0


LEVEL = st.floats(0, 1e5)


@given(LEVEL, LEVEL, LEVEL)
def test_a_ratio_grows_with_the_state(a, b, reference):
    less, more = sorted((a, b))
    low, high = (ratios({"X": (level, reference + 1)})[0]["X"] for level in (less, more))
    assert low <= high


@given(LEVEL, LEVEL)
def test_ratios_are_antisymmetric(a, b):
    there, back = (ratios({"X": pair})[0].get("X", 0.0) for pair in ((a, b), (b, a)))
    assert there == pytest.approx(-back, abs=1e-9)


@given(st.dictionaries(st.text(max_size=3), st.floats(-50, 50)))
def test_clipping_keeps_what_is_inside(changes):
    clipped, messages = clip(changes)
    assert all(abs(v) <= LIMIT for v in clipped.values())
    assert {g for g in changes if clipped[g] == changes[g]} == {
        g for g, v in changes.items() if abs(v) <= LIMIT
    }
    assert bool(messages) == any(abs(v) > LIMIT for v in changes.values())


def test_the_floor_bounds_what_little_expression_can_do():
    assert ratios({"X": (0.05, 0.0)})[0]["X"] == pytest.approx(math.log2(1 + 0.05 / FLOOR))
