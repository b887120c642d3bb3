"""Measured expression in a question: what it changes, what is said about it, and what is refused."""

from __future__ import annotations

import math

import pytest

import fluxmodel as fx
from fluxmodel.errors import ConditionError
from fluxmodel.network import load_model
from fluxmodel.questions.inputs import Bench, Build
from fluxmodel.questions.notes import notes_of
from fluxmodel.questions.profiles import ENSEMBL
from tests.analysis import toy

FOLDS = "gene,log2FC\n" + "".join(f"{g},{2 if g == 'GLS' else 0}\n" for g in toy.GENES)
TPM = (
    "gene,before,after,later\n"
    + "".join(f"{g},10,{40.3 if g == 'GLS' else 10},10\n" for g in toy.GENES if g not in ("GLS2", "AOX"))
    + "GLS2,10,0,10\nAOX,0,0,0\nTP53,5,5,5\n"
)


@pytest.fixture
def table(tmp_path):
    def write(text, name="rna.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def ratios(model, conditions):
    """What the profile makes of each capacity of the toy, and the notes."""

    def of(*changes, formalism="capacity"):
        bench = Bench(model, [conditions], Build(formalism))
        arm = bench.arm(bench.condition("plenty"), changes)
        return {c.catalyst: c.expression for c in arm.problem.resolved.limits}, notes_of(arm), arm

    return of


def test_fold_changes_act_on_capacities(table, ratios):
    found, notes, arm = ratios(fx.set_profile(table(FOLDS), "log2 fold change"))
    assert found["GLS"] == pytest.approx(2 ** (0.6 * 2))
    assert found["GLS2"] == pytest.approx(1)
    assert any("14 of the model's 14 genes are used (100%)" in n for n in notes)
    (gls,) = (c for c in arm.problem.resolved.limits if c.catalyst == "GLS")
    assert any("profile +2" in str(o) for o in gls.origins)


def test_tpm_has_a_floor_and_what_is_absent_stays_so(table, ratios):
    found, notes, arm = ratios(
        fx.set_profile(table(TPM), "TPM", column="after", reference="before"),
    )
    assert found["GLS"] == pytest.approx(2 ** (0.6 * 2))
    assert found["GLS2"] == pytest.approx(2 ** (0.6 * -4))  # 0.1 / 10.1 is clipped to -4
    assert arm.profile.absent == ("AOX",)
    for words in ("0 in the profile only, counted as 0.1 TPM: GLS2", "stay absent: AOX", "TP53"):
        assert any(words in n and "rna.csv" in n for n in notes), words


def test_members_see_the_profile(tmp_path, table):
    text = "gene,x\n" + "".join(f"{g},{3 if g == 'GLS' else 0}\n" for g in load_model().genes)
    bench = Bench(load_model(), (), Build(members=3))
    plain = bench.arm(bench.condition("normoxia"))
    arm = bench.arm(bench.condition("normoxia"), [fx.set_profile(table(text), "log2 fold change")])
    where = [c.catalyst for c in arm.problem.limited].index("GLS")
    assert (arm.members.limits[:, where] > 1.5 * plain.members.limits[:, where]).all()


def test_ensembl_ids_and_the_regulators_of_capacities(table):
    model = load_model()
    rows = {n: g for g, gene in model.genes.items() for n in gene.annotation.get("ensembl", ())} | ENSEMBL
    text = "gene_id,lfc\n" + "".join(f"{n}.3,{2 if g == 'PDK1' else 0}\n" for n, g in rows.items())
    bench = Bench(model, (), Build("capacity", members=0))
    arm = bench.arm(
        bench.condition("normoxia"), [fx.set_profile(table(text), "log2 fold change", ids="ensembl")]
    )
    changed = {c.catalyst for c in arm.problem.resolved.limits if not math.isclose(c.expression, 1)}
    assert changed == {"PDHm"}
    regulators = {g for row in _regulated(model) for g in row.regulators if row.law != "axis"}
    assert regulators <= {*model.genes, *ENSEMBL.values()}


def _regulated(model):
    from fluxmodel.analysis.expression import tables

    return tables(model.path)[1]


def test_both_a_profile_and_a_regulator_act_and_that_is_said(table):
    model = load_model()
    text = "gene,lfc\n" + "".join(f"{g},{1 if g == 'ASNS' else 0}\n" for g in model.genes)
    bench = Bench(model, (), Build("capacity", members=0))
    change = fx.set_profile(table(text), "log2 fold change")
    alone = bench.arm(bench.condition("normoxia"), [change])
    both = bench.arm(bench.condition("normoxia"), [change, fx.set_field("regulators.ATF4=high")])
    (origin,) = (
        o
        for c in both.problem.resolved.limits
        if c.catalyst == "ASNS1"
        for o in c.origins
        if "ASNS x" in str(o)
    )
    assert "ATF4 +1.5" in str(origin)
    assert "profile +1" in str(origin)
    assert any("ATF4 high adds to what was measured" in n for n in notes_of(both))
    assert not any("adds to what was measured" in n for n in notes_of(alone))
    luminal = bench.arm(bench.condition("normoxia"), [change, fx.set_field("cell=luminal")])
    assert any("expression of cell luminal (GLUL" in n for n in notes_of(luminal))


def test_a_profile_that_is_not_used_is_said_to_be(table, ratios):
    path = table(FOLDS)
    _, notes, _ = ratios(fx.set_profile(path, "log2 fold change"), formalism="fba")
    assert [n for n in notes if "rna.csv" in n] == [
        f"the profile {path} (log2 fold change) is not used by formalism fba"
    ]


def test_the_pedigree_says_what_was_measured(model, conditions, table):
    how = {"folders": [conditions], "formalism": "capacity", "observables": ["growth"]}
    p = fx.predict(model, "plenty", [fx.set_profile(table(FOLDS), "log2 fold change")], **how)
    said = p.to_dict()["provenance"]["profile"]
    assert (said["quantity"], said["ids"], said["column"]) == ("log2 fold change", "symbol", None)
    assert said["digest"].startswith("sha256:")
    q = fx.predict(model, "plenty", [fx.set_profile(table(FOLDS), "log2 fold change")], **how)
    assert q.to_dict()["provenance"] == p.to_dict()["provenance"]
    other = table(FOLDS.replace("GLS,2", "GLS,1"))
    s = fx.predict(model, "plenty", [fx.set_profile(other, "log2 fold change")], **how)
    assert s.to_dict()["provenance"]["profile"]["digest"] != said["digest"]
    assert fx.predict(model, "plenty", **how).to_dict()["provenance"]["profile"] is None


def test_a_profile_per_arm(model, conditions, table):
    """Two columns of one table, and none: three conditions, one comparison."""
    path = table(TPM)
    plain = fx.load_condition("plenty", [conditions])
    arms = [
        plain,
        *(
            plain.replace(id=name, profile={"file": str(path), "quantity": "TPM", "column": name,
                                            "reference": "before"})
            for name in ("after", "later")
        ),
    ]  # fmt: skip
    how = {"folders": [conditions], "formalism": "capacity"}
    c = fx.compare(model, arms, observables=["growth"], **how)
    caps = [{x["catalyst"]: x["expression"] for x in a.to_dict()["provenance"]["capacities"]} for a in c.arms]
    assert caps[0] == caps[2] == {}
    assert caps[1]["GLS"] == pytest.approx(2**1.2)


BAD = {
    "missing file": (None, "TPM", {"reference": "before", "column": "after"}, "FM011", "no such file"),
    "no reference": (TPM, "TPM", {"column": "after"}, "FM620", "--reference NAME"),
    "a reference for fold changes": (FOLDS, "log2 fold change", {"reference": "x"}, "FM620", "`reference`"),
    "which column": (TPM, "TPM", {"reference": "before"}, "FM622", "--column NAME"),
    "no such column": (TPM, "TPM", {"reference": "before", "column": "aftr"}, "FM622", "did you mean after"),
    "mixed units": (FOLDS.replace("log2FC", "a_TPM"), "log2 fold change", {}, "FM623", "tpm"),
    "negative TPM": (
        TPM.replace("40.3", "-1"), "TPM", {"reference": "before", "column": "after"}, "FM625", "not nega"),
    "doubled symbol": (FOLDS + "GLS,1\n", "log2 fold change", {}, "FM626", "GLS stands on lines 12, 16"),
    "all zeros": (FOLDS.replace("GLS,2", "GLS,0"), "log2 fold change", {}, "FM627", "column 'log2FC': all"),
    "too few genes": (
        "gene,x\nGLS,1\nTP53,2\n", "log2 fold change", {}, "FM628",
        "1 of the model's 14 genes can be used (7%)"),
    "other ids": (
        "gene,x\nENSG00000115419,1\n", "log2 fold change", {}, "FM628", "--ids ensembl"),
    "no number": (FOLDS.replace("GLS,2", "GLS,x"), "log2 fold change", {}, "FM624", "'x' is not a number"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "quantity", "more", "code", "says"), BAD.values(), ids=list(BAD))
def test_refused(table, tmp_path, ratios, text, quantity, more, code, says):
    path = tmp_path / "nothing.csv" if text is None else table(text)
    with pytest.raises(ConditionError) as caught:
        ratios(fx.set_profile(path, quantity, **more))
    assert code in {p.code for p in caught.value.problems}
    assert says in str(caught.value)
    assert all(str(p.where) for p in caught.value.problems)


def test_the_stated_coverage_counts(table, ratios):
    path = table("gene,x\nGLS,1\nTP53,2\n")
    found, notes, _ = ratios(fx.set_profile(path, "log2 fold change", min_coverage="5 percent"))
    assert found["GLS"] == pytest.approx(2**0.6)
    assert any("1 of the model's 14 genes are used (7%)" in n for n in notes)
    assert any("not in the table: AOX" in n for n in notes)


def test_problems_of_every_arm_name_their_condition(model, conditions, table, tmp_path):
    table(FOLDS + "GLS,1\n")
    for name, file in (("one", "rna.csv"), ("two", "gone.csv")):
        text = f"schema: fluxmodel.condition/1\nid: {name}\nextends: plenty\n"
        text += f"profile: {{file: {file}, quantity: log2 fold change}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConditionError) as caught:
        fx.compare(model, ["one", "two"], folders=[tmp_path, conditions], formalism="capacity")
    assert [(p.code, p.where.line) for p in caught.value.problems] == [("FM626", 16), ("FM011", 4)]
    assert "two.yaml line 4, profile.file: profile gone.csv: no such file" in str(caught.value)


@pytest.mark.parametrize("word", ["log2FC", "tpm", "counts", ""])
def test_the_quantity_is_said_and_never_guessed(word):
    with pytest.raises(ConditionError, match="FM323"):
        fx.set_profile("rna.csv", word)
