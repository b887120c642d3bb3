"""Lung fibroblasts in hypoxia and under a PHD inhibitor: predicted in several ways, scored by measurement."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import fluxmodel as fx
from benchmarks import measured_data as data
from benchmarks.fibroblast_fluxes import (
    BAY,
    CELL,
    CONTROL,
    DMSO,
    FILE,
    LOW_OXYGEN,
    REFERENCE,
    Arm,
    Flux,
    Row,
    read_arm,
    unmapped,
)
from benchmarks.fits import O2, of_members, oxphos, per_glucose, raised, residuals, save_cell
from benchmarks.scoring import CUT, MOST, NOTHING, SURE, Change, Number, Scored, predicted_log2, tally
from benchmarks.tables import interval, print_head, print_row
from fluxmodel.condition import Condition, SetField
from fluxmodel.questions.calibration.lines import read_lines

SET = fx.set_field

# -- what is predicted ----------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A way to predict: a formalism, and what is set for each arm; None where it says nothing."""

    name: str
    formalism: str
    arms: Mapping[str, Sequence[SetField] | None]
    growth_given: bool = False


STATE_ON = "capacity, state"


def ways(growth: Mapping[str, float], profile: Path | None, both: bool) -> Iterator[Way]:
    """The ways; with a profile, one more, in which it takes the place of the HIF axis.

    Parameters
    ----------
    growth : mapping of arm to float
        Growth in 1/h for the way to which it is given.
    profile : Path, optional
    both : bool
        Whether the profile has a column for the inhibitor, too.
    """
    oxygen, hif = SET("oxygen=0.5 percent"), SET("regulators.HIF1A=high")
    state = {"hypoxia": [oxygen, hif], "bay": [hif]}
    yield Way(STATE_ON, "capacity", state)
    yield Way("capacity, no state", "capacity", {"hypoxia": [oxygen], "bay": []})
    yield Way("fba", "fba", state)
    yield Way("pool", "pool", state)
    # growth is the flux of a reaction that makes a gram of dry mass: 1/h, which bounds call mmol/gDW/h
    most = {a: SET(f"bounds.BIOMASS={{upper: {v:.6g}, unit: mmol/gDW/h}}") for a, v in growth.items()}
    given = {a: [*changes, most[a]] for a, changes in state.items()}
    yield Way("capacity, state, growth given", "capacity", given, growth_given=True)
    if profile is not None:
        columns = data.PROFILE[1:] if both else data.PROFILE[1:2]
        measured = [fx.set_profile(profile, "log2 fold change", column=c) for c in columns]
        bay = [measured[1]] if both else None
        yield Way("capacity, RNA-seq", "capacity", {"hypoxia": [oxygen, measured[0]], "bay": bay})


def text_of(flux: Flux) -> str:
    """An observable for a sum of reactions.

    Examples
    --------
    >>> text_of(Flux({"A": 1, "B": -1}))
    '1*flux(A) - 1*flux(B)'
    """
    said = " ".join(f"{'-' if c < 0 else '+'} {abs(c):g}*flux({r})" for r, c in flux.terms.items())
    return said.removeprefix("+ ") if said.startswith("+") else said.replace("- ", "-", 1)


@dataclass(frozen=True)
class Said:
    """What a way says of every row of an arm: flux in the control and in the arm, and what members say."""

    fluxes: tuple[Mapping[str, float] | None, Mapping[str, float] | None]
    growth: tuple[float, float]
    verdicts: Mapping[str, str] = field(default_factory=dict)
    growth_given: bool = False

    def of(self, row: Row) -> tuple[float, float] | None:
        """A row before and after; None if the cell does not live in one of the arms."""
        if row.flux.terms.keys() == {"BIOMASS"}:
            return self.growth
        before, after = self.fluxes
        return None if before is None or after is None else (row.flux.of(before), row.flux.of(after))


def predict_way(
    way: Way, base: Condition, arms: Sequence[Arm], folder: Path, members: int
) -> dict[str, Said]:
    """What a way says of each arm that it speaks of."""
    asked = [a for a in arms if way.arms[a.name] is not None]
    rows = [r for a in asked for r in (*a.exchanges, *a.traced) if not r.flux.backwards]
    texts = {text_of(r.flux): None for r in rows}
    conditions = [base.replace(id="air")]
    conditions += [base.with_changes(*(way.arms[a.name] or ())).replace(id=a.name) for a in asked]
    n = members if way.formalism == "capacity" else None
    found = fx.compare(None, conditions, (), list(texts), formalism=way.formalism, folders=[folder],
                       members=n, workers=1)  # fmt: skip
    control = found.arms[0]
    said = {}
    for arm, point, difference in zip(asked, found.arms[1:], found.differences, strict=True):
        verdicts = {c.observable.text: _verdict(c.verdict) for c in difference.rows}
        pair = (_fluxes(control), _fluxes(point))
        growth = (control.growth_or_none or 0.0, point.growth_or_none or 0.0)
        said[arm.name] = Said(pair, growth, verdicts, way.growth_given)
    return said


def _fluxes(point: fx.Prediction) -> Mapping[str, float] | None:
    return point.flux if point.outcome is fx.Outcome.OPTIMAL else None


def _verdict(verdict: fx.Verdict) -> str:
    share = "" if verdict.share is None else f" {verdict.share:.0%}"
    return f"{verdict.direction}{share}"


# -- the tables -----------------------------------------------------------------------


def fibroblasts(folder: Path, members: int) -> None:
    """Lung fibroblasts at 0.5 % oxygen and under a PHD inhibitor, predicted from their rates in air."""
    raw = folder / "raw" / "copeland"
    exchanges = data.read_exchanges(raw / FILE)
    mass = data.read_dry_mass(raw / "cell-mass.csv", "lf")
    arms = (
        read_arm(raw, exchanges, "hypoxia", "0.5 % oxygen against 21 %", (CONTROL, LOW_OXYGEN),
                 ("lf_21_model.csv", "lf_05_model.csv")),
        read_arm(raw, exchanges, "bay", "molidustat (BAY) against DMSO, both at 21 % oxygen", (DMSO, BAY),
                 ("lf_dmso_model.csv", "lf_bay_model.csv")),
    )  # fmt: skip
    table = folder / "fibroblast_rnaseq.tsv"
    profile, both = (table, _has_bay(table)) if table.is_file() else (None, False)
    found = calibrated(data.arm_of(exchanges, *CONTROL, FILE), mass, members)
    print_rules(mass, profile, both)
    calibration_table(found)
    with tempfile.TemporaryDirectory() as name:
        save_cell(found, found.cell.id, Path(name))
        base = fx.load_condition(REFERENCE).with_changes(SET(f"cell={CELL}"))
        control = fx.predict(None, base, members=0, folders=[name]).growth
        growth = {a.name: control * a.growth["exchanges"] for a in arms}
        every = ways(growth, profile, both)
        said = {w.name: predict_way(w, base, arms, Path(name), members) for w in every}
    for arm in arms:
        spoken = {name: s[arm.name] for name, s in said.items() if arm.name in s}
        print(f"**{arm.title}: exchanges**\n")
        arm_table(arm.exchanges, spoken, mass)
        print(f"**{arm.title}: 13C fluxes**\n")
        arm_table(arm.traced, spoken, mass)
        print(f"**{arm.title}: totals**\n")
        totals_table(arm, spoken)
    print("13C fluxes without a row:\n")
    for why, ids in unmapped(list(data.read_flux_map(raw / "lf_21_model.csv"))).items():
        print(f"- {', '.join(ids)}: {why}")
    print()


def _has_bay(table: Path) -> bool:
    rows = read_lines(table, data.PROFILE[:2], data.PROFILE)
    return data.PROFILE[2] in rows[0].cells


def calibrated(arm: Mapping[str, Number], mass: float, members: int) -> fx.Calibration:
    """The fibroblast with the rates of the control arm, calibrated; no oxygen and no 13C flux goes in."""
    source = f"{FILE}, 21 % oxygen, untreated"
    cell = data.measured_cell(fx.load_cell("fibroblast"), CELL, data.exchange_rates(arm, source), source)
    cell = cell.replace(dry_mass=f"{mass:.6g} pg/cell")
    return fx.calibrate(None, cell, REFERENCE, members=members, leave_one_out=False)


RULES = f"""\
- Measured per cell, {{mass:.1f}} pg/cell taken in every arm: the dry mass under 0.5 % oxygen or BAY was not
  found. Ratios are per cell when measured and per gDW when predicted: a cell that shrinks or swells moves
  all of the former alike.
- Calibrated on growth and exchanges of the untreated arm at 21 % oxygen. Neither oxygen nor any 13C flux
  goes in, so the column `model` of the 13C rows is a prediction too. It is the predicted control, which
  grows as fast as protein synthesis allows, and not the fit.
- 0.5 % oxygen is compared with 21 % untreated, BAY with DMSO; the model has one control for both.
- `state`: HIF1A high in both arms, and 0.5 % oxygen in the first. `no state`: oxygen alone, so that BAY is
  its own control. `fba` and `pool` get the settings of `state`, but read no expression: BAY is the control
  there, too. `growth given`: as `state`, with growth at most the measured share of the control's.
- unchanged: |log2 ratio| < {CUT}; measured up or down: beyond that, and {SURE:g} standard errors or more;
  else unclear, no sign to score. none: not told from 0 in the control, not scored at all. 13C errors are the
  printed ones, or a quarter of the printed interval where that is wider.
- Log2 ratios are cut at {MOST:g}: a flux that stops or turns round has -{MOST:g}; one that starts from
  nothing, or turns to the way in which it is measured, {MOST:g}.
- `members` is the verdict of the package on the way with the state: intervals at 95 % of the optimum, 5 % as
  the least change, and the share of members that say so.
- {{rna}}
"""


def print_rules(mass: float, profile: Path | None, both: bool) -> None:
    """How it was done, and how it is scored."""
    rna = "The RNA-seq table fibroblast_rnaseq.tsv is not there: no further way."
    if profile is not None:
        rna = "RNA-seq: log2 fold changes instead of the HIF axis"
        rna += "." if both else "; it has no column log2fc_bay, and says nothing of BAY."
    print(RULES.format(mass=mass, rna=rna))


def calibration_table(found: fx.Calibration) -> None:
    """The fit in air."""
    o2 = interval(of_members(found, O2, -1))
    print(f"**calibration in air**: misfit {found.misfit:.2f}, O2 uptake {o2}, "
          f"lactate/glucose {interval(per_glucose(found))}, "
          f"OXPHOS of ATP {oxphos(found)}\n")  # fmt: skip
    print_head("rate", "measured", "error", "reached", "residual", "mass balance alone")
    for r in found.rates:
        numbers = (f"{x:.4f}" for x in (r.measured, r.error, r.reached))
        print_row(r.name, *numbers, *residuals(r))
    print(f"\nraised: {raised(found)}\n")


def arm_table(rows: Sequence[Row], said: Mapping[str, Said], mass: float) -> None:
    """Measured and predicted change of each flux."""
    print_head("flux", "control, measured", "model", "measured log2", "measured", *said, "members")
    for row in rows:
        unit = 1.0 if row.name == data.GROWTH else mass
        control = said[STATE_ON].of(row)
        cells = [_cell(row, s) for s in said.values()]
        verdict = said[STATE_ON].verdicts.get("" if row.flux.backwards else text_of(row.flux), "-")
        measured = "-" if row.change.word == "none" else f"{row.change.log2:+.2f}"
        model = "-" if control is None else f"{control[0]:.4f}"
        before = f"{row.change.before.value / unit:.4f}"
        print_row(row.name, before, model, measured, row.change.word, *cells, verdict)
    print()


def _cell(row: Row, said: Said) -> str:
    """A predicted log2 ratio, and whether its sign is right."""
    if said.growth_given and row.name == data.GROWTH:
        return "given"
    pair, one = said.of(row), _scored(row, said)
    if one.log2 is None or pair is None:
        size = one.word
    elif abs(pair[0]) > NOTHING:
        size = f"{one.log2:+.2f}".replace("-0.00", "+0.00")
    else:
        size = "no flux" if one.log2 == 0 else f"from 0, {one.word}"
    return size if not one.counts else f"{size} {'right' if one.right else 'wrong'}"


def totals_table(arm: Arm, said: Mapping[str, Said]) -> None:
    """Right and wrong by way, as measured and per growth."""
    print_head("way", "counted", "rows", "right", "of them changes", "wrong", "of them opposite",
               "mean error of log2", "rows in it")  # fmt: skip
    for per_growth in (False, True):
        for label, rows in (("exchanges", arm.exchanges), ("13C", arm.traced)):
            kind = ("per growth" if per_growth else "per cell", label)
            measured = over_growth(rows, arm.growth[label]) if per_growth else rows
            for name, s in said.items():
                by = s.growth[1] / s.growth[0] if per_growth and s.growth[0] > 0 else 1.0
                own = [r for r in measured if not (s.growth_given and r.name == data.GROWTH)]
                _total(name, *kind, [_scored(r, s, by) for r in own])
            _total("nothing changes", *kind, [Scored(r.change, 0.0) for r in measured])
    of, traced = arm.growth["exchanges"], arm.growth["13C"]
    print(f"\nper growth: every flux divided by growth, which is measured at {of:.2f} of its control "
          f"({traced:.2f} in the 13C maps); growth itself does not count.\n")  # fmt: skip


def over_growth(rows: Sequence[Row], by: float) -> list[Row]:
    """Rows with the change of growth taken out of the measured change, growth left out."""
    found = []
    for row in rows:
        after = row.change.after
        change = Change(row.change.before, Number(after.value / by, after.error / by))
        if row.name != data.GROWTH:
            found.append(Row(row.name, change, row.flux))
    return found


def _scored(row: Row, said: Said, by: float = 1.0) -> Scored:
    """A row of a way; `by` is the predicted change of growth that is taken out."""
    pair = said.of(row)
    if pair is None or by <= 0:
        return Scored(row.change, None)
    return Scored(row.change, predicted_log2(pair[0], pair[1] / by))


def _total(name: str, counted: str, label: str, rows: Sequence[Scored]) -> None:
    t = tally(rows)
    print_row(name, counted, label, str(t.right), str(t.changed), str(t.wrong), str(t.opposite),
              f"{t.error:.2f}", str(t.sizes))  # fmt: skip
