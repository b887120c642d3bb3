"""calibrate: from measured rates to a cell whose catalysts have capacities, with an ensemble.

Codes: FM525 members or a seed that cannot be, FM540 a cell without rates, FM541 no reference condition, FM543
a cell that does not grow in the fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np

from fluxmodel.analysis.calibration import Fitter, calibrate_members, measured, prior_of
from fluxmodel.analysis.resolve import resolve
from fluxmodel.analysis.solve import GROWTH_TOLERANCE
from fluxmodel.condition import Cell, Condition, Library, apply_changes
from fluxmodel.condition.cell import Capacity
from fluxmodel.digest import digest
from fluxmodel.errors import DomainError, NoOptimum, Problem
from fluxmodel.formalism import capacity as formalism
from fluxmodel.network import Model
from fluxmodel.questions.arguments import folders_of, text
from fluxmodel.questions.arguments import wrong as wrong_type
from fluxmodel.questions.calibration.abundances import given_abundance, read_abundance
from fluxmodel.questions.calibration.fitted import calibrated
from fluxmodel.questions.calibration.fitted_rates import check_balance, notes_of_rates
from fluxmodel.questions.calibration.result import Calibration
from fluxmodel.questions.calibration.subject import subject_of, without_of
from fluxmodel.questions.inputs import ModelRef, as_model
from fluxmodel.questions.plan import wrong_count
from fluxmodel.questions.provenance import frozen, package_version
from fluxmodel.units import Quantity

#: Members of an ensemble; 59 are the least for a statement about 95 % of them with 95 % confidence.
MEMBERS = 80
#: More members than anybody needs; a table of them could no longer be read back.
MOST_MEMBERS = 1000
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
    _check_types(rates, condition, dry_mass, id, members, seed, leave_one_out, progress)
    wrong = [p for name, value in (("members", members), ("seed", seed)) if (p := wrong_count(name, value))]
    if not wrong and members > MOST_MEMBERS:
        cure = f"at most {MOST_MEMBERS}; {MEMBERS} are usual"
        wrong.append(Problem("FM525", f"members = {members}", cure=cure))
    if wrong:
        raise DomainError(wrong)
    network, library = as_model(model), Library(folders_of(folders))
    ref = condition if condition is None or isinstance(condition, Condition) else library.condition(condition)
    subject = subject_of(rates, network, library, ref, dry_mass, id)
    known = subject.cell
    if ref is None:
        if known.reference is None:
            what = f"cell {known.id!r} names no condition in which its rates were measured"
            cure = "name it with --condition ID, or add `reference: ID` to the cell"
            raise DomainError(Problem("FM541", what, known.place("reference"), cure))
        ref = library.condition(known.reference)
    left_out = without_of(without, known)
    told: tuple[str, ...] = ()
    if isinstance(abundance, (str, PathLike)):
        abundance, told = read_abundance(Path(abundance), network)
    elif abundance is not None:
        abundance = given_abundance(abundance, network)
    fitter = fitter_of(network, library, known, ref, left_out, abundance, solver)
    # 15 % of nothing is no error, and no fit can be weighed with it
    if exact := [name for name, rate in fitter.rates.items() if not rate.error > 0]:
        what, cure = "a rate of 0 without an error cannot be fitted", "give its error, or leave the row out"
        raise DomainError(Problem("FM543", f"{name} = 0: {what}", known.place(f"rates.{name}"), cure)
                          for name in exact)  # fmt: skip
    try:
        fit, free = fitter.fit(), fitter.fit(np.full(len(fitter.prior.median), FREE))
    except NoOptimum as error:
        detail = f"cell {known.id!r} in {ref.id!r}: no flux state serves its demands, whatever its capacities"
        raise NoOptimum(error.outcome, (detail, _supply(known))) from None
    if fit.fluxes[network.biomass] <= GROWTH_TOLERANCE:
        what = f"cell {known.id!r} does not grow in the fit to its rates"
        given = any(set(r.terms) == {network.biomass} and r.mean > 0 for r in fitter.rates.values())
        cure = f"check its rates; {_supply(known)}" if given else "give its rate of growth, above 0"
        raise DomainError(Problem("FM543", what, known.place("rates"), cure))
    check_balance(fitter, free, known)
    ensemble = calibrate_members(fitter, network.biomass, members, seed, progress)
    found = calibrated(fitter, fit, free, ensemble, known, network, leave_one_out)
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
        notes=(*subject.notes, *told, *notes_of_rates(fitter, fit, known, left_out, network)),
        provenance=frozen(pedigree),
        base_text=subject.text,
    )


def _supply(cell: Cell) -> str:
    """What a cell without a fit may be short of."""
    return (
        "what the medium supplies hangs on its concentrations, uptake.hours, uptake.density and the dry mass "
        f"of a cell ({cell.dry_mass.magnitude('pg/cell'):.4g} pg/cell)"
    )


def _check_types(
    rates: object,
    condition: object,
    dry_mass: object,
    id: object,
    members: object,
    seed: object,
    leave_one_out: object,
    progress: object,
) -> None:
    """Refuse what is not of the type that an argument has."""
    if not isinstance(rates, (str, PathLike, Cell)):
        raise wrong_type("rates", rates, "give a cell, its id or YAML file, or the path of a table of rates")
    if not (condition is None or isinstance(condition, (str, PathLike, Condition))):
        raise wrong_type("condition", condition, "give an id, the path of a YAML file, or a Condition")
    if not (dry_mass is None or isinstance(dry_mass, (str, Quantity))):
        raise wrong_type("dry_mass", dry_mass, "give it with its unit, such as '490 pg/cell'")
    if id is not None:
        text("id", id, "give a name, such as 'mine'")
    for name, value in (("members", members), ("seed", seed)):
        if value is None:
            raise wrong_type(name, value, "give a whole number from 0 on")
    if not isinstance(leave_one_out, bool):
        raise wrong_type("leave_one_out", leave_one_out, "give True or False")
    if not (progress is None or callable(progress)):
        raise wrong_type("progress", progress, "give a function of two numbers: members done and to do")
