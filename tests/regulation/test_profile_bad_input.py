"""Profiles that cannot be used: every problem at once, with its line and what to do."""

from __future__ import annotations

import contextlib
import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.errors import DomainError, InputError, TableError
from fluxmodel.regulation import profile_sheet, read_profile

GENES = ("GLS", "ASNS", "SLC1A5", "PAH")
GOOD = "gene,before,after\nGLS,20,40\nASNS,100,50\nPAH,0,0\nSLC1A5,30,30\n"
BOTH = {"column": "after", "reference": "before"}


def problems(tmp_path, text, quantity="TPM", genes=GENES, **more):
    path = tmp_path / "rna.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_profile(path, quantity, genes=genes, **more)
    return caught.value.problems


def codes(found):
    return [(p.code, p.where.line, p.where.field) for p in found]


def test_everything_wrong_comes_at_once(tmp_path):
    text = (
        "gene,before,after\n"
        "GLS,20,-1\n"
        "ASNS,,50\n"
        "PAH,x\n"
        "SLC1A5,3_0,30\n"
        "ASNS,100,2e6\n"
        "TP53,inf,\n"
        "MYC,NA,0\n"
        "JUN,1,-2\n"
    )  # fmt: skip
    found = problems(tmp_path, text, **BOTH)
    assert sorted(codes(found)) == [
        ("FM624", 3, "before"),
        ("FM624", 5, "before"),
        ("FM624", 7, "before"),
        ("FM625", 2, "after"),
        ("FM625", 6, "after"),
        ("FM625", 9, "after"),
        ("FM626", 6, None),
        ("FM629", 4, None),
    ]
    assert all(p.where.file == "rna.csv" and p.cure for p in found)
    twice = next(p for p in found if p.code == "FM626")
    assert "ASNS stands on lines 3, 6" in twice.what


def test_two_ids_of_one_gene_are_a_gene_that_stands_twice(tmp_path):
    known = {"ENSG00000115419": "GLS", "ENSG00000000001": "GLS"}
    text = "id,lfc\nENSG00000115419.1,1\nENSG00000000001.2,1\n"
    found = problems(tmp_path, text, "log2 fold change", ids="ensembl", known=known, min_coverage=0)
    assert codes(found) == [("FM626", 3, None)]


def test_a_decimal_comma_is_named(tmp_path):
    text = GOOD.replace(",", "\t").replace("30\t30", "30,5\t30")
    [found] = problems(tmp_path, text, **BOTH)
    assert "decimal point, not a comma" in found.cure


def test_many_problems_of_one_kind_are_counted(tmp_path):
    text = GOOD + "".join(f"G{n},1,-1\n" for n in range(100))
    found = problems(tmp_path, text, **BOTH)
    assert len(found) == 21
    assert "80 more" in found[-1].what
    assert "line 105" in found[-1].what


@pytest.mark.parametrize(
    ("text", "hint", "more"),
    [
        ("ENSG00000115419.1,1\nENSG00000070669,2\n", "ids='ensembl'", {}),
        ("ENSMUSG00000026103,1\nENSMUSG00000029752,2\n", "mouse", {}),
        ("ENST00000115419.1,1\nENST00000070669,2\n", "transcripts", {}),
        ("Gls,1\nAsns,2\nTrp53,3\n", "mouse symbols", {}),
        ("1,1\n2,2\n", "row numbers", {}),
        ("GLS,1\nASNS,2\n", "ids='symbol'", {"ids": "ensembl", "known": {"ENSG00000115419": "GLS"}}),
        ("TP53,1\nMYC,2\n", "min_coverage", {}),
    ],
)
def test_too_few_genes_come_with_a_hint(tmp_path, text, hint, more):
    [found] = problems(tmp_path, "gene,lfc\n" + text, "log2 fold change", **more)
    assert found.code == "FM628"
    assert "0 of the model's 4 genes" in found.what
    assert "ASNS, GLS, PAH" in found.what
    assert text.split(",")[0] in found.what
    assert hint in found.cure


def test_the_share_of_genes_that_is_enough_can_be_set(tmp_path):
    text = "gene,lfc\nGLS,1\n"
    [found] = problems(tmp_path, text, "log2 fold change")
    assert "1 of the model's 4 genes" in found.what
    path = tmp_path / "rna.csv"
    assert read_profile(path, "log2 fold change", genes=GENES, min_coverage=0.25).coverage == 0.25
    # not one gene is too few, whatever was asked
    assert codes(problems(tmp_path, "gene,lfc\nX,1\n", "log2 fold change", min_coverage=0))[0][0] == "FM628"


def test_a_reference_that_lacks_the_genes_is_named(tmp_path):
    [found] = problems(tmp_path, GOOD, column="after", reference={"GLS": 1.0})
    assert "3 more stand in the table, but not in the reference (ASNS, PAH, SLC1A5)" in found.what


@pytest.mark.parametrize(
    ("header", "quantity", "word"),
    [
        ("FPKM", "TPM", "fpkm"),
        ("sample_1.RPKM", "log2 TPM", "rpkm"),
        ("raw counts", "TPM", "counts"),
        ("log2(TPM+1)", "TPM", "log2"),
        ("log2FC", "log2 TPM", "log2fc"),
        ("log10 TPM", "log2 TPM", "log10"),
        ("TPM", "log2 fold change", "tpm"),
        ("padj", "log2 fold change", "padj"),
        ("log10 FC", "log2 fold change", "log10"),
        ("LFQ intensity", "log2 fold change", "intensity, lfq"),
    ],
)
def test_a_header_that_says_another_quantity(tmp_path, header, quantity, word):
    text = GOOD.replace("after", header)
    reference = None if quantity == "log2 fold change" else "before"
    [found] = problems(tmp_path, text, quantity, column=header, reference=reference)
    assert found.code == "FM623"
    assert f"says {word}," in found.what


@pytest.mark.parametrize(
    ("header", "quantity"),
    [
        ("TPM", "TPM"),
        ("log2 TPM", "log2 TPM"),
        ("counts_log2FC", "log2 fold change"),
        ("LFQ FC", "log2 fold change"),
    ],
)
def test_a_header_that_agrees(tmp_path, header, quantity):
    path = tmp_path / "rna.csv"
    path.write_text(f"gene,{header},r\nGLS,1,1\nASNS,1,1\n", encoding="utf-8")
    reference = None if quantity == "log2 fold change" else "r"
    read_profile(path, quantity, column=header, reference=reference, genes=GENES)


def test_all_zeros(tmp_path):
    text = re.sub(r",[0-9]+\n", ",0\n", GOOD)
    assert codes(problems(tmp_path, text, **BOTH)) == [("FM627", None, "after")]
    assert codes(problems(tmp_path, text, column="before", reference="after")) == [("FM627", None, "after")]
    assert codes(problems(tmp_path, text, "log2 fold change", column="after")) == [("FM627", None, "after")]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"column": "aftr", "reference": "before"}, "did you mean after"),
        ({"column": "after", "reference": "control"}, "'gene', 'before', 'after'"),
        ({"column": "after", "reference": "after"}, "as state and as reference"),
        ({"column": "gene", "reference": "before"}, "holds the genes"),
        ({"reference": {"GLS": 1.0}}, "2 columns may hold the values: 'before', 'after'"),
    ],
)
def test_columns_that_cannot_be_meant(tmp_path, columns, words):
    [found] = problems(tmp_path, GOOD, **columns)
    assert found.code == "FM622"
    assert words in str(found)


def test_a_doubled_column(tmp_path):
    [found] = problems(tmp_path, GOOD.replace("before", "after"), column="after", reference={"GLS": 1})
    assert found.code == "FM622"
    assert "two columns" in found.what


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "FM014", "empty"),
        (b"\n \n", "FM014", "empty"),
        (b"gene,x\n", "FM014", "no rows"),
        (b",,,\n", "FM014", "no rows"),
        (b"just some words\nand more\n", "FM621", "separate the columns"),
        (b"gene;x\nGLS;1\n", "FM621", "tabs or commas"),
        (b"PK\x03\x04rest", "FM621", "spreadsheet"),
        (gzip.compress(GOOD.encode()), "FM621", "gzip"),
        (b"\xff\xfeg\x00e\x00", "FM013", "UTF-8"),
        (b"gene,x\nGLS,\x001\n", "FM621", "header"),
        (b"after\tbefore\nGLS\t1\t2\nPAH\t1\t2\n", "FM621", "col.names"),
        (b'gene,x\n"GLS,1\n' + b"ASNS,1\n" * 30_000, "FM621", "stray quote"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_is_no_table(tmp_path, content, code, words):
    [found] = problems(tmp_path, content, **BOTH)
    assert found.code == code
    assert words in str(found)


def test_a_large_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(profile_sheet, "MAX_BYTES", 10)
    assert codes(problems(tmp_path, GOOD, **BOTH)) == [("FM012", None, None)]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(TableError, match=r"FM011: none\.csv"):
        read_profile(tmp_path / "none.csv", "TPM", genes=GENES, **BOTH)
    with pytest.raises(TableError, match="FM010"):
        read_profile(tmp_path, "TPM", genes=GENES, **BOTH)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"quantity": "tpm", **BOTH}, "did you mean TPM"),
        ({"quantity": "TPM", "column": "after"}, "name the column of the reference"),
        ({"quantity": "log2 fold change", **BOTH}, "leave out the reference"),
        ({"quantity": "TPM", "ids": "entrez", **BOTH}, "'symbol' or 'ensembl'"),
        ({"quantity": "TPM", "ids": "ensembl", **BOTH}, "give known"),
        ({"quantity": "TPM", "genes": (), **BOTH}, "no genes of a model"),
        ({"quantity": "TPM", "min_coverage": 50, **BOTH}, "from 0 to 1"),
        ({"quantity": "TPM", "column": "after", "reference": {"GLS": -1.0}}, "1 values of"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit(tmp_path, arguments, words):
    with pytest.raises(DomainError) as caught:
        read_profile(tmp_path / "unread.csv", **{"genes": GENES, **arguments})
    assert [p.code for p in caught.value.problems] == ["FM620"]
    assert words in str(caught.value)


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='GLSx01.,\t\n"-\r ', max_size=80).map(str.encode)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        read_profile(path, "log2 fold change", genes=["GLS", "0"])


@pytest.mark.parametrize(
    ("cell", "quantity", "words"),
    [
        ("-0.5", "TPM", "a TPM is not negative"),
        ("1.2e6", "TPM", "above a million"),
        ("-0.5", "log2 TPM", "add 1 before the logarithm"),
        ("21", "log2 TPM", "are these plain TPM?"),
        ("1e999", "log2 fold change", "not a finite number"),
        ("0x10", "log2 fold change", "not a number"),
        ("NA", "log2 fold change", "has no number here"),
    ],
)
def test_numbers_that_the_quantity_cannot_have(tmp_path, cell, quantity, words):
    reference = None if quantity == "log2 fold change" else "r"
    text = f"gene,x,r\nGLS,{cell},1\nASNS,2,3\nPAH,1,1\n"
    [found] = problems(tmp_path, text, quantity, column="x", reference=reference)
    assert words in str(found)
    assert (found.where.line, found.where.field) == (2, "x")


def test_lines_are_those_of_the_file(tmp_path):
    text = 'gene,note,x\n\nGLS,"two\nlines",1\nASNS,,1\nPAH,"one\n\n\nmore",y\nSLC1A5,,z\n'
    found = problems(tmp_path, text, "log2 fold change", column="x")
    assert [p.where.line for p in found] == [6, 10]


def test_a_few_odd_names_are_no_hint(tmp_path):
    text = "gene,lfc\nENSG00000115419.1,1\nTP53,2\nMYC,3\nJUN,3\n"
    [found] = problems(tmp_path, text, "log2 fold change")
    assert "Ensembl" not in found.cure
