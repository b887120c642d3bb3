"""The split of the published phenotypes is the one that was drawn, and splits no paper."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import os
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

from fluxmodel.evidence import load_evidence

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("FLUXMODEL_EVIDENCE", HERE.parents[2] / "shared" / "evidence"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_split", HERE / "draw_split.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_paper_is_on_both_sides() -> None:
    sides = defaultdict(set)
    for row in rows(HERE / "split.tsv"):
        for paper in row["paper"].split("; "):
            sides[paper].add(row["split"])
    assert {p for p, s in sides.items() if len(s) > 1} == set()


def test_decreed_rows_are_seen_and_both_sides_are_filled() -> None:
    table = {r["id"]: r for r in rows(HERE / "split.tsv")}
    assert all(table[id]["split"] == "fit" for id in drawing().DECREE)
    counts = {s: sum(r["split"] == s for r in table.values()) for s in ("fit", "test")}
    assert sum(counts.values()) == len(table) == 77
    assert counts["test"] >= 30


def test_the_split_is_the_one_drawn_with_the_recorded_seed() -> None:
    source = SHARED / "phenotypes.tsv"
    if not source.is_file():
        pytest.skip(f"{source} is not here: it is not part of the repository")
    drawn = drawing().draw(rows(source))
    kept = [(r["id"], r["category"], r["paper"], r["split"], r["why"]) for r in rows(HERE / "split.tsv")]
    assert drawn == kept


def test_the_packaged_rows_stand_in_the_split_that_was_drawn():
    drawn = {row["id"]: row["split"] for row in rows(HERE / "split.tsv")}
    assert {r.id: r.split for r in load_evidence("phenotypes").rows} == drawn


def test_negative_controls_were_drawn_by_paper():
    """By the order of a digest; papers that the tables of the model were made from are fit by decree."""
    evidence = load_evidence("negative_controls").rows
    decreed = {"10.1371/journal.pgen.1002229", "10.1038/nature12040"}
    papers = sorted(
        {r.source.doi for r in evidence} - decreed,
        key=lambda doi: hashlib.sha256(f"20261122 {doi}".encode()).hexdigest(),
    )
    test = set(papers[: round(0.45 * len(papers))])
    assert {r.id: r.split for r in evidence} == {
        r.id: "test" if r.source.doi in test else "fit" for r in evidence
    }
    assert len(evidence) >= 20
    assert all(r.kind == "negative_control" for r in evidence)
