"""calibrate: from measured rates to a cell whose catalysts have capacities, with an ensemble.

Codes: FM540 a cell without rates, FM541 no reference condition, FM542 rates that contradict each other or the
demands, FM548 a flag that does not fit what is calibrated, FM549 a rate that is left out and not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from fluxmodel.analysis.calibration import (
    RELATIVE_ERROR,
    Ensemble,
    Fit,
    Fitter,
    Fitting,
    calibrate_members,
    conditional,
    measured,
    prior_of,
)
from fluxmodel.analysis.calibration.draw import TRANSLATION_SPREAD
from fluxmodel.analysis.resolve import resolve
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.condition import Cell, Condition, Library, apply_changes
from fluxmodel.condition.cell import Capacity
from fluxmodel.condition.members import Members
from fluxmodel.digest import digest
from fluxmodel.errors import DomainError, InputError, NoOptimum, Problem, Where, nearest
from fluxmodel.formalism import capacity as formalism
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import Model
from fluxmodel.questions.arguments import items
from fluxmodel.questions.calibration import UNUSED, AuditRow, Calibration, RateRow
from fluxmodel.questions.inputs import ModelRef, as_model
from fluxmodel.questions.plan import wrong_count
from fluxmodel.questions.provenance import frozen, package_version
from fluxmodel.questions.rates import is_id, is_table, read_abundance, read_rates
from fluxmodel.units import Quantity

#: Members of an ensemble; 59 are the least for a statement about 95 % of them with 95 % confidence.
MEMBERS = 80
#: More members than anybody needs; a table of them could no longer be read back.
MOST_MEMBERS = 1000
#: A residual from this size on, in standard errors, and there is no cell that the rates would describe.
REFUSED = 3.0
#: The cell whose maintenance a table of rates is completed with.
BASE = "default"
#: Capacities that limit nothing, mmol/gDW/h.
FREE = 1e3


def fitter_of(
    network: Model,
    library: Library,
    cell: Cell,
    condition: Condition,
    without: Sequence[str] = (),
    abundance: Mapping[str, float] | None = None,
    solver: str = "glpk",
) -> Fitter:
    """What fits a cell's rates in its reference condition.

    Parameters
    ----------
    network : Model
    library : Library
    cell : Cell
    condition : Condition
    without : sequence of str
        Rates that are left out.
    abundance : mapping of gene to float, optional
        Protein abundance, pmol per mg of protein, instead of the model's reference proteome.
    solver : str
    """
    prior = prior_of(network, abundance)
    known = {k: Capacity(value=v, unit="mmol/gDW/h", source="prior") for k, v in prior.medians.items()}
    start = cell.replace(capacities=known, translation=None, ensemble=None)
    named = apply_changes(condition)
    base = library.medium(named.medium.base)
    serum = None if named.medium.serum is None else library.medium(named.medium.serum)
    problem = formalism.build(resolve(network, condition, base, serum, start), rows_for_all=True)
    rates = {k: v for k, v in measured(start, network).items() if k not in without}
    if not rates:
        where = cell.place("rates")
        raise DomainError(Problem("FM540", f"cell {cell.id!r} has no measured rates", where, "add `rates`"))
    return Fitter(problem, prior, rates, solver)


def calibrate(
    model: ModelRef,
    rates: str | PathLike[str] | Cell,
    condition: str | PathLike[str] | Condition | None = None,
    *,
    dry_mass: str | Quantity | None = None,
    id: str | None = None,
    members: int = MEMBERS,
    seed: int = 1,
    without: Sequence[str] = (),
    leave_one_out: bool = True,
    abundance: Mapping[str, float] | str | PathLike[str] | None = None,
    folders: Sequence[str | PathLike[str]] = (),
    solver: str = "glpk",
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Fit the capacities of a cell to its measured rates.

    The prior is turnover times abundance; what the rates need more than that is raised at the cost that a
    lognormal prior gives it. Members of the ensemble are fits to randomised priors and rates, with capacities
    drawn from the prior as far as it allows what they use.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    rates : str, path or Cell
        A cell with measured rates, or a table with the columns observable, value, error, unit, source.
    condition : str, path or Condition, optional
        In which they were measured; the cell's own reference if left out.
    dry_mass : str or Quantity, optional
        For a table with rates per cell.
    id : str, optional
        What the calibrated cell is called; the cell's own id, or the name of the table.
    members : int
        Size of the ensemble.
    seed : int
    without : sequence of str
        Rates that take no part.
    leave_one_out : bool
        Also fit without each rate in turn, and report what it comes out as.
    abundance : mapping of gene to float, or path, optional
        Protein abundance, pmol per mg of protein, where the cell's own is known; or a table with the columns
        gene and value.
    folders : sequence of path
    solver : str
    progress : callable, optional
        Called with the number of members done and to do.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the cell has no rates or no reference condition, the table cannot be read, or rates contradict each
        other by more than three standard errors whatever the capacities.
    NoOptimum
        If no flux state serves the demands in the reference condition.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> found = fx.calibrate(None, "default", members=2, leave_one_out=False)
    >>> len(found.members), found.cell.capacities["GLS"].value > 0
    (2, True)
    """
    wrong = [p for name, value in (("members", members), ("seed", seed)) if (p := wrong_count(name, value))]
    if not wrong and members > MOST_MEMBERS:
        cure = f"at most {MOST_MEMBERS}; {MEMBERS} are usual"
        wrong.append(Problem("FM525", f"members = {members}", cure=cure))
    if wrong:
        raise DomainError(wrong)
    network, library = as_model(model), Library(folders)
    ref = condition if condition is None or isinstance(condition, Condition) else library.condition(condition)
    named = _named(rates, network, library, ref, dry_mass, id)
    known = named.cell
    if ref is None:
        if known.reference is None:
            what = f"cell {known.id!r} names no condition in which its rates were measured"
            cure = "name it with --condition ID, or add `reference: ID` to the cell"
            raise DomainError(Problem("FM541", what, known.place("reference"), cure))
        ref = library.condition(known.reference)
    left_out = _check_without(without, known)
    told: tuple[str, ...] = ()
    if isinstance(abundance, (str, PathLike)):
        abundance, told = read_abundance(Path(abundance), network)
    fitter = fitter_of(network, library, known, ref, left_out, abundance, solver)
    try:
        fit, free = fitter.fit(), fitter.fit(np.full(len(fitter.prior.median), FREE))
    except NoOptimum as error:
        detail = f"cell {known.id!r} in {ref.id!r}: no flux state serves its demands, whatever its capacities"
        raise NoOptimum(error.outcome, (detail,)) from None
    if fit.fluxes[network.biomass] <= GROWTH_TOLERANCE:
        what = f"cell {known.id!r} does not grow in the fit to its rates"
        raise DomainError(Problem("FM543", what, known.place("rates"), "give its rate of growth"))
    _check_balance(fitter, free, known)
    ensemble = calibrate_members(fitter, network.biomass, members, seed, progress)
    found = _finished(fitter, fit, free, ensemble, known, network, leave_one_out)
    pedigree = {
        "package": {"name": "fluxmodel", "version": package_version()},
        "model": {"id": network.id, "version": network.version, "digest": network.digest},
        "condition": {"id": ref.id, "digest": ref.digest},
        "cell": {"id": known.id, "digest": known.digest},
        "without": list(left_out),
        "abundance": None if abundance is None else digest(abundance),
        "solver": {"name": solver},
        "ensemble": {"members": members, "seed": seed, "digest": found.members.digest},
    }
    return replace(
        found,
        notes=(*named.notes, *told, *_notes(fitter, fit, known, left_out, network)),
        provenance=frozen(pedigree),
        base_text=named.text,
    )


@dataclass(frozen=True)
class _Named:
    """The cell that is calibrated, its text if its file can be kept, and what to know about it."""

    cell: Cell
    text: str | None = None
    notes: tuple[str, ...] = ()


def _named(
    rates: str | PathLike[str] | Cell,
    network: Model,
    library: Library,
    condition: Condition | None,
    dry_mass: str | Quantity | None,
    id: str | None,
) -> _Named:
    """What is to be calibrated: a table, a cell by name, or a value."""
    name = id or (Path(rates).stem if not isinstance(rates, Cell) and is_table(rates) else None)
    if name is not None and not is_id(name):
        what, where = f"{name[:40]!r} cannot be the name of a cell", Where("--id" if id else str(rates))
        cure = "give one of letters, digits and _ . + -, at most 80: --id mine"
        raise DomainError(Problem("FM548", what, where, cure))
    if not isinstance(rates, Cell) and is_table(rates):
        reference = None if condition is None else condition.id
        problems: list[Problem] = []
        if condition is None:
            what, where = "a table does not say in which condition its rates were measured", Where(str(rates))
            problems.append(Problem("FM541", what, where, "name it with --condition ID"))
        try:
            cell, notes = read_rates(
                Path(rates), network, library.cell(BASE), dry_mass=dry_mass, condition=reference, id=id
            )
        except InputError as error:
            raise InputError([*error.problems, *problems]) from None
        if problems:
            raise DomainError(problems)
        return _Named(cell, notes=notes)
    cell = rates if isinstance(rates, Cell) else library.cell(rates)
    if dry_mass is not None:
        what = f"cell {cell.id!r} has a dry mass, {cell.dry_mass}"
        cure = "leave --dry-mass out, or change it in the file of the cell"
        raise DomainError(Problem("FM548", what, Where(f"--dry-mass {dry_mass}"), cure))
    reference = cell.reference if condition is None else condition.id
    renamed = cell.replace(id=id or cell.id, reference=reference)
    same = (renamed.id, renamed.reference) == (cell.id, cell.reference)
    text = library.cell_text(rates) if same and not isinstance(rates, Cell) else None
    return _Named(renamed, text)


def _check_without(without: Sequence[str], cell: Cell) -> tuple[str, ...]:
    without = items("without", without, str, "name rates of the cell")
    wrong = [name for name in without if name not in cell.rates]
    if wrong:
        raise DomainError(
            Problem(
                "FM549", f"cell {cell.id!r} has no rate {name!r}", Where(f"--without {name}"),
                nearest(name, cell.rates) or f"it has {', '.join(cell.rates)}",
            )
            for name in wrong
        )  # fmt: skip
    return without


def _check_balance(fitter: Fitter, free: Fit, cell: Cell) -> None:
    """Refuse rates that are far from every flux state, whatever the capacities.

    Raises
    ------
    DomainError
        FM542 for each of them.
    """
    far = {n: z for n, z in free.residuals.items() if abs(z) >= REFUSED}
    if not far:
        return
    cure = "check its unit and sign; leave it out with --without, or give it the error it has"
    raise DomainError(
        Problem(
            "FM542",
            f"{n} = {fitter.rates[n].mean:.4g} contradicts the other rates by mass balance: the nearest that "
            f"any capacities allow is {free.reached[n]:.4g}, {abs(z):.1f} standard errors away",
            cell.place(f"rates.{n}"),
            cure,
        )
        for n, z in sorted(far.items(), key=lambda item: -abs(item[1]))
    )


def _notes(fitter: Fitter, fit: Fit, cell: Cell, without: Sequence[str], model: Model) -> Iterator[str]:
    """What was taken where nothing was said, and what is missing."""
    silent = [n for n, r in cell.rates.items() if r.error is None and n in fitter.rates]
    if silent:
        yield f"no error given, {100 * RELATIVE_ERROR:g} % taken: {', '.join(silent)}"
    small = []
    for name, rate in fitter.rates.items():
        given = cell.rates[name].spread
        unit = unit_of(rate, model)
        if given is not None and given.magnitude(unit, cell.dry_mass) < rate.error:
            small.append(f"{name} ({rate.error:.3g} {unit})")
    if small:
        yield (
            f"the error given is below the least that is taken, which stands in brackets: {', '.join(small)}"
        )
    ratios = [n for n in cell.rates if n not in fitter.rates and n not in without]
    if ratios:
        yield f"ratios take no part: {', '.join(ratios)}"
    if not measures_growth(fitter, model):
        yield (
            "no growth rate among the rates: the fitted state grows by what the others leave, "
            f"{fit.fluxes[model.biomass]:.3g} 1/h, biomass fluxes are not pinned by anything, and protein "
            "synthesis gets no limit: growth under this cell is not to be trusted"
        )


def unit_of(rate: Fitting, model: Model) -> str:
    """The unit in which a rate is fitted."""
    return "1/h" if set(rate.terms) == {model.biomass} else "mmol/gDW/h"


def measures_growth(fitter: Fitter, model: Model) -> bool:
    """Whether one of the rates says how fast the cell grows."""
    return any(model.biomass in r.terms for r in fitter.rates.values())


def _finished(
    fitter: Fitter,
    fit: Fit,
    free: Fit,
    ensemble: Ensemble,
    cell: Cell,
    model: Model,
    leave_one_out: bool,
) -> Calibration:
    prior = fitter.prior
    rows = []
    for name, rate in fitter.rates.items():
        alone = fitter.fit(without=name).reached[name] if leave_one_out else None
        rows.append(
            RateRow(name, rate.mean, rate.error, fit.reached[name], fit.residuals[name],
                    free.residuals[name], alone, unit_of(rate, model), _place(cell, name))
        )  # fmt: skip
    half = conditional(prior, fit.use, np.full(len(prior.median), 0.5))
    # the median of |N(0, s)| is 0.674 s
    translation = fit.fluxes[model.biomass] * float(np.exp(0.674 * TRANSLATION_SPREAD))
    members = Members(
        FrozenMap(
            {k: np.concatenate([[half[j]], ensemble.capacities[:, j]]) for j, k in enumerate(prior.catalysts)}
        ),
        FrozenMap(
            {r: np.concatenate([[fit.fluxes[r]], ensemble.fluxes[:, j]])
             for j, r in enumerate(ensemble.reactions)}
        ),
        np.concatenate([[translation], ensemble.translation]),
    )  # fmt: skip
    said = {
        k: Capacity(
            value=float(f"{half[j]:.4g}"),
            unit="mmol/gDW/h",
            source=f"fitted: prior {prior.median[j]:.3g}, used {max(0.0, fit.use[j]):.3g}",
        )
        for j, k in enumerate(prior.catalysts)
    }
    fitted = cell.replace(
        capacities=said,
        translation=Quantity(float(f"{translation:.4g}"), "1/h", "fitted growth and headroom (chosen)")
        if translation > UNUSED and measures_growth(fitter, model)
        else None,
        provisional=False,
        ensemble=f"{cell.id}.ensemble.tsv",
    )
    audit = [
        AuditRow(k, float(prior.median[j]), float(fit.use[j]), 1 + float(fit.raised[j]), k in prior.assumed)
        for j, k in enumerate(prior.catalysts)
        if fit.raised[j] > 0.05
    ]
    audit.sort(key=lambda row: -row.factor)
    return Calibration(
        fitted, members, tuple(rows), tuple(audit), fit.misfit, fit.penalty, ensemble, prior, fit
    )


def _place(cell: Cell, name: str) -> str:
    where = cell.place(f"rates.{name}")
    return str(replace(where, field=None))


def without_members(found: Calibration) -> Calibration:
    """The same with the point only."""
    return replace(found, members=found.members.first(0))
