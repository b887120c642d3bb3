"""Reading and scoring of measured data, on tables that are made up here."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import fibroblast_fluxes, fibroblasts, measured, measured_data, nci60, scoring
from benchmarks.fibroblast_fluxes import Flux, Row, read_arm, traced_numbers, unmapped
from benchmarks.fibroblasts import Said, over_growth
from benchmarks.measured_data import arm_of, read_dry_mass, read_exchanges, read_flux_map, read_nci60
from benchmarks.scoring import Change, Number, Scored, predicted_log2, tally
from fluxmodel.errors import InputError
from fluxmodel.network import load_model

HEAD = "line\tmetabolite\trxn_id\tvalue\terror\tunit\tsource\n"


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problem(error: pytest.ExceptionInfo[InputError]) -> str:
    return str(error.value)


def change(before: float, after: float, error: float = 0.01) -> Change:
    return Change(Number(before, error), Number(after, error))


@pytest.mark.parametrize(
    "module", [scoring, measured_data, nci60, fibroblasts, fibroblast_fluxes], ids=lambda m: m.__name__
)
def test_examples_hold(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


# -- reading ---------------------------------------------------------------------------------------


def test_nci60_takes_one_line_with_assumed_errors_and_says_what_it_passes_over(tmp_path: Path) -> None:
    rows = (
        "A\tglucose\tR1\t-2\t\tmmol/gDW/h\tx\n"
        "A\talanine\tR2\t0.1\t\tmmol/gDW/h\tx\n"
        "A\tL-carnitine\tR3\t0.1\t\tmmol/gDW/h\tx\n"
        "A\tPtot\tR4\t0.6\t\tg protein/gDW\tx\n"
        "A\tbiomass\tR5\t0.04\t\t1/h\tx\n"
        "B\tglucose\tR1\t-9\t\tmmol/gDW/h\tx\n"
    )
    found = read_nci60(table(tmp_path, "r.tsv", HEAD + rows), "A", load_model())
    assert {k: (r.value, r.error) for k, r in found.rates.items()} == {
        "uptake(glc__D)": (2, pytest.approx(0.1015)),
        "secretion(ala__L)": (0.1, pytest.approx(0.0165)),
        "growth": (0.04, pytest.approx(0.002)),
    }
    assert sorted(found.passed_over) == ["L-carnitine", "Ptot"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "A\tglucose\tR1\t-2\t\tfmol/cell/h\tx\n", ("r.tsv line 2, unit", "convert it to mmol/gDW/h")),
        (HEAD + "A\tglucose\tR1\tmuch\t\tmmol/gDW/h\tx\n", ("r.tsv line 2, value", "finite number")),
        (HEAD + "B\tglucose\tR1\t-2\t\tmmol/gDW/h\tx\n", ("no line 'A'", "it has B")),
        ("line\tmetabolite\tunit\nA\tglucose\tmmol/gDW/h\n", ("no column value", "columns: line")),
    ],
)
def test_nci60_says_what_where_and_what_to_do(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = table(tmp_path, "r.tsv", text)
    with pytest.raises(InputError) as error:
        read_nci60(path, "A", load_model())
    for word in words:
        assert word in problem(error)


def test_a_missing_file_is_named_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_exchanges(tmp_path / "lf_fluxes.csv")
    assert "lf_fluxes.csv" in problem(error)
    assert str(tmp_path) in problem(error)


def test_exchanges_are_kept_by_arm(tmp_path: Path) -> None:
    text = (
        "metabolite,oxygen,treatment,mean,se,name\nglucose,21%,None,-5,1,GLUT\nbiomass,21%,None,0.02,1e-3,B\n"
    )
    found = read_exchanges(table(tmp_path, "x.csv", text))
    assert arm_of(found, "21%", "None", "x.csv")["glucose"] == Number(-5, 1)
    with pytest.raises(InputError) as error:
        arm_of(found, "0.5%", "None", "x.csv")
    assert "it has 21%, None" in problem(error)


def test_the_error_of_a_13c_flux_is_the_wider_one(tmp_path: Path) -> None:
    text = (
        "id,equation,value,se,lb,ub\nPDH,A -> B,10,1,2,17.68\nPC,A -> C,3,1,NaN,Inf\nCS,A -> D,3,1,2.9,3.1\n"
    )
    found = read_flux_map(table(tmp_path, "m.csv", text))
    assert {k: n.error for k, n in found.items()} == {"PDH": pytest.approx(4), "PC": 1, "CS": 1}


def test_dry_mass_is_the_mean_of_one_kind_of_cell(tmp_path: Path) -> None:
    head = "cell_type,date,pre,post,cell_number\n"
    path = table(tmp_path, "c.csv", head + "lf,d,1,1.001,2e6\nlf,d,1,1.003,2e6\nother,d,1,2,2e6\n")
    assert read_dry_mass(path, "lf") == pytest.approx(1000)
    with pytest.raises(InputError, match="it has lf, other"):
        read_dry_mass(path, "hela")
    with pytest.raises(InputError, match="above 0"):
        read_dry_mass(table(tmp_path, "d.csv", head + "lf,d,1,1.001,0\n"), "lf")


def test_what_is_mapped_exists_in_the_model_and_nothing_is_mapped_and_unmapped() -> None:
    model = load_model()
    assert [
        r for flux in fibroblast_fluxes.TRACED.values() for r in flux.terms if r not in model.reactions
    ] == []
    assert set(fibroblast_fluxes.TRACED).isdisjoint(fibroblast_fluxes.UNMAPPED)
    assert {f"EX_{s}_e" for s in measured_data.SPECIES.values()} <= set(model.reactions)
    assert unmapped(["PDH", "SDH net", "GOT exch"]) == {
        "in one chain with OGDH": ["SDH net"],
        "there and back, which a net flux does not show": ["GOT exch"],
    }


def test_an_arm_counts_fluxes_in_the_direction_of_its_control(tmp_path: Path) -> None:
    ids = [*(i for i in fibroblast_fluxes.TRACED if i != "IDH reductive"), "IDH exch", "BIOMASS"]
    for file, value in (("a.csv", -4), ("b.csv", -2)):
        table(tmp_path, file, "id,value,se\n" + "".join(f"{i},{value},0.1\n" for i in ids))
    keys = (("21%", "None"), ("0.5%", "None"))
    arms = {k: {"biomass": Number(v, 0.001), "glucose": Number(-100 * v, 0.1)}
            for k, v in zip(keys, (0.04, 0.01), strict=True)}  # fmt: skip
    arm = read_arm(tmp_path, arms, "hypoxia", "t", keys, ("a.csv", "b.csv"))
    glucose = next(r for r in arm.exchanges if r.name == "glucose")
    assert (glucose.change.before.value, glucose.flux.terms) == (4, {"EX_glc__D_e": -1})
    assert next(r for r in arm.traced if r.name == "PDH").flux.terms == {"PDHm": -1}
    back = next(r for r in arm.traced if r.name == "IDH reductive")
    assert (back.change.before.value, back.change.after.value) == (0, 0)  # -4 there and back, and 4 net
    assert arm.growth == {"exchanges": 0.25, "13C": 0.5}


def test_a_map_without_a_flux_is_refused() -> None:
    with pytest.raises(InputError, match="no flux HK"):
        traced_numbers({"PDH": Number(1, 1)}, "m.csv")


# -- scoring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured_change", "word"),
    [
        (change(1, 2), "up"),
        (change(1, 0.5), "down"),
        (change(1, -0.5), "down"),
        (change(1, 1.1), "unchanged"),
        (change(1, 2, error=0.4), "unclear"),
        (change(1, 2, error=0.6), "none"),
        (change(0, 1, error=0), "none"),
    ],
)
def test_the_word_of_a_measured_change(measured_change: Change, word: str) -> None:
    assert measured_change.word == word


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(2, 1, -1), (0, 1, 4), (0, -1, -4), (0, 1e-5, 0), (-1, -2, -1), (-1, 1, 4), (1, 0, -4), (1, -1, -4)],
)
def test_the_size_of_a_predicted_change(before: float, after: float, expected: float) -> None:
    assert predicted_log2(before, after) == expected


def test_a_tally_counts_clear_signs_and_all_sizes_that_are_there() -> None:
    up, down, still = change(1, 2), change(1, 0.5), change(1, 1)
    rows = [
        Scored(up, 1.0), Scored(up, -1.0), Scored(down, 0.0), Scored(still, 0.0),
        Scored(change(1, 2, error=0.4), 3.0), Scored(change(1, 2, error=0.6), 0.0), Scored(up, None),
    ]  # fmt: skip
    found = tally(rows)
    assert (found.right, found.changed, found.wrong, found.opposite) == (2, 1, 3, 1)
    assert (found.error, found.sizes) == ((0 + 2 + 1 + 0 + 2) / 5, 5)


def test_per_growth_takes_the_change_of_growth_out_of_every_flux() -> None:
    rows = [Row("biomass", change(1, 0.5), Flux({"BIOMASS": 1})), Row("x", change(4, 2), Flux({"X": 1}))]
    (kept,) = over_growth(rows, 0.5)
    assert (kept.name, kept.change.word) == ("x", "unchanged")


def test_a_flux_counts_what_runs_against_its_direction_if_asked() -> None:
    state = {"A": -2.0, "B": 3.0}
    assert Flux({"A": 1, "B": 1}).of(state) == 1
    assert Flux({"A": 1, "B": 1}, backwards=True).of(state) == 2


def test_growth_is_the_optimum_and_a_dead_cell_says_nothing_of_fluxes() -> None:
    said = Said((None, None), (0.03, 0.0))
    assert said.of(Row("biomass", change(1, 0.5), Flux({"BIOMASS": 1}))) == (0.03, 0.0)
    assert said.of(Row("x", change(1, 0.5), Flux({"X": 1}))) is None


def test_who_is_at_fault() -> None:
    assert [nci60.at_fault(*z) for z in ((-1.2, -1.2), (1.5, 0.0), (-3, -1.5))] == [
        "mass balance", "capacities", "both",
    ]  # fmt: skip


def test_the_command_says_which_file_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert measured.main(["fibroblasts", "--data", str(tmp_path)]) == 2
    assert "lf_fluxes.csv" in capsys.readouterr().err
