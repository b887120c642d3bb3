"""Tables to Model: read everything, report everything that is wrong, only then build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from fluxmodel import data
from fluxmodel.errors import InputError, ModelError, Problem, Where
from fluxmodel.frozen import FrozenMap
from fluxmodel.network.checks import balance
from fluxmodel.network.checks.base import Context
from fluxmodel.network.crosscheck import cross_check, energy_check, kinetics_check
from fluxmodel.network.energetics import Concentration, Energy, Ratio
from fluxmodel.network.equation import Equation, parse_equation
from fluxmodel.network.formula import parse_formula
from fluxmodel.network.gpr import NO_RULE, Rule, parse_rule
from fluxmodel.network.header import FILE, read_header
from fluxmodel.network.kinetics import Affinity, Protein, Turnover
from fluxmodel.network.model import Model
from fluxmodel.network.rows import (
    BiomassItem,
    Catalyst,
    Gene,
    Header,
    LumpMember,
    Metabolite,
    Parameter,
    Reaction,
    Reason,
    ScopeRow,
    Source,
    Species,
    Waiver,
)
from fluxmodel.network.schema import (
    BIOMASS_EQUATION,
    GENE_IDS,
    OPTIONAL,
    REACTION_IDS,
    SPECIES_IDS,
    TABLES,
)
from fluxmodel.pharmacology import drugs_of
from fluxmodel.tables import Row, read_table

DEFAULT = "atf4_gln"
T = TypeVar("T")

_NO_EQUATION = Equation(FrozenMap(), False)
_NO_HEADER = Header("", "", "", "", "", "", "", "", "", "", FrozenMap())


def model_folder(path: str | Path | None = None) -> Path:
    """The folder of a model: the packaged one, or the one given.

    Raises
    ------
    ModelError
        FM400 if it is missing, a file, or a folder without tables.
    """
    folder = data.models() / DEFAULT if path is None else Path(path)
    where = Where(str(folder))
    cure = f"name a folder that holds {FILE} and the tables ({', '.join(TABLES)}.tsv)"
    if folder.is_file():
        raise ModelError(Problem("FM400", "a model is a folder of tables, this is a file", where, cure))
    if not folder.is_dir():
        raise ModelError(Problem("FM400", "no such folder", where, cure))
    if not (folder / FILE).is_file() and not any((folder / f"{t}.tsv").is_file() for t in TABLES):
        raise ModelError(Problem("FM400", "the folder holds no model tables", where, cure))
    return folder


def load_model(path: str | Path | None = None, *, validate: bool = False) -> Model:
    """Read a model from its folder of tables.

    Parameters
    ----------
    path : path, optional
        Folder with ``model.yaml`` and the tables; by default the packaged model.
    validate : bool
        Also refuse reactions that make or lose atoms or charge (3 ms for 500 rows), unless
        waivers.tsv accepts them. Without it they are findings of `run_checks` only.

    Returns
    -------
    Model

    Raises
    ------
    InputError
        With every problem of every table, each with its file, line and column.
    """
    folder = model_folder(path)
    problems: list[Problem] = []
    header = _NO_HEADER
    try:
        header = read_header(folder)
    except InputError as error:
        problems += error.problems
    rows: dict[str, tuple[Row, ...]] = {}
    unread: set[str] = set()
    for name, (schema, key) in TABLES.items():
        file = folder / f"{name}.tsv"
        rows[name] = ()
        if name in OPTIONAL and not file.exists():
            continue
        try:
            rows[name] = read_table(file, schema, key)
        except InputError as error:
            problems += error.problems
            unread.add(name)
    if header is _NO_HEADER:
        unread.add("model")
    model = _build(header, rows, folder, problems)
    # a table that could not be read would make every reference to it look unknown
    problems += cross_check(model, frozenset(unread))
    if not problems:
        problems += [*kinetics_check(model), *energy_check(model)]
    if validate and not problems:
        problems += _unbalanced(model)
    if problems:
        raise ModelError(problems)
    return model


def _unbalanced(model: Model) -> list[Problem]:
    """Reactions that do not keep their atoms or charge, under the codes of the checks for it."""
    context = Context(model)
    waived = {(w.code, w.subject) for w in model.waivers}
    return [
        Problem(check.code, f"{hit.subject}: {hit.message}", hit.where, check.hint)
        for check in balance.CHECKS
        if check.id in ("mass", "charge")
        for hit in check.run(context)
        if (check.code, hit.subject) not in waived
    ]


def _ids(row: Row, names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    return FrozenMap({name: row[name] for name in names if row[name]})


def _row(kind: Any, row: Row) -> Any:
    """A row type whose fields are the columns, except that `source` holds several."""
    values = dict(row.values)
    if "source" in values:
        values["sources"] = values.pop("source")
    return kind(**values, where=row.where())


def _keyed(items: list[T], key: str) -> FrozenMap[str, T]:
    return FrozenMap({getattr(item, key): item for item in items})


def _build(
    header: Header, rows: Mapping[str, tuple[Row, ...]], folder: Path, problems: list[Problem]
) -> Model:
    """The Model as far as it can be built; what cannot be parsed is added to `problems`."""
    items = tuple(
        BiomassItem(
            r["reaction"], r["metabolite"], r["coefficient"], r["unit"], r["group"], r["source"], r["note"],
            r.where(),
        )
        for r in rows["biomass"]
    )  # fmt: skip
    species = [_species(r, problems) for r in rows["metabolites"]]
    metabolites = [Metabolite(f"{s.id}_{c}", s, c) for s in species for c in s.compartments]
    return Model(
        header=header,
        species=_keyed(species, "id"),
        metabolites=_keyed(metabolites, "id"),
        genes=_keyed(
            [
                Gene(r["symbol"], r["name"], _ids(r, GENE_IDS), r["source"], r["note"], r.where())
                for r in rows["genes"]
            ],
            "symbol",
        ),
        reactions=_keyed([_reaction(r, items, problems) for r in rows["reactions"]], "id"),
        catalysts=_keyed([_catalyst(r, problems) for r in rows["catalysts"]], "id"),
        biomass_items=items,
        lumps=tuple(LumpMember(**r.values, where=r.where()) for r in rows["lumps"]),
        scope=tuple(_row(ScopeRow, r) for r in rows["scope"]),
        reasons=_keyed([_row(Reason, r) for r in rows["reasons"]], "code"),
        sources=_keyed([_row(Source, r) for r in rows["sources"]], "id"),
        parameters=_keyed([Parameter(**r.values, where=r.where()) for r in rows["parameters"]], "id"),
        waivers=tuple(_row(Waiver, r) for r in rows["waivers"]),
        turnovers=tuple(_row(Turnover, r) for r in rows["kinetics"]),
        affinities=tuple(_row(Affinity, r) for r in rows["affinities"]),
        proteins=_keyed([_row(Protein, r) for r in rows["proteins"]], "gene"),
        energies=_keyed([_row(Energy, r) for r in rows["thermo"]], "reaction"),
        concentrations=_keyed([_row(Concentration, r) for r in rows["concentrations"]], "metabolite"),
        ratios=tuple(_row(Ratio, r) for r in rows["ratios"]),
        inhibitors=drugs_of(rows["inhibitors"], problems),
        path=folder,
    )


def _species(r: Row, problems: list[Problem]) -> Species:
    try:
        parse_formula(r["formula"])
    except InputError as error:
        problems += error.at(r.where("formula")).problems
    return Species(
        r["id"], r["name"], r["formula"], r["charge"], r["compartments"], r["parent"], r["reason"],
        r["source"], _ids(r, SPECIES_IDS), r["note"], r.where(),
    )  # fmt: skip


def _rule(r: Row, problems: list[Problem]) -> Rule:
    try:
        return parse_rule(r["gpr"])
    except InputError as error:
        problems += error.at(r.where("gpr")).problems
        return NO_RULE


def _catalyst(r: Row, problems: list[Problem]) -> Catalyst:
    return Catalyst(
        r["id"],
        _rule(r, problems),
        r["reactions"],
        r["shared"],
        r["source"],
        r["note"],
        runs=r["runs"],
        where=r.where(),
    )


def _biomass_equation(reaction: str, items: tuple[BiomassItem, ...]) -> Equation:
    net: dict[str, float] = {}
    for item in items:
        if item.reaction == reaction:
            net[item.metabolite] = net.get(item.metabolite, 0.0) + item.coefficient
    return Equation(FrozenMap({m: c for m, c in net.items() if c}), False)


def _reaction(r: Row, items: tuple[BiomassItem, ...], problems: list[Problem]) -> Reaction:
    equation = _NO_EQUATION
    if r["equation"] == BIOMASS_EQUATION:
        equation = _biomass_equation(r["id"], items)
    else:
        try:
            equation = parse_equation(r["equation"])
        except InputError as error:
            problems += error.at(r.where("equation")).problems
    return Reaction(
        id=r["id"],
        name=r["name"],
        stoichiometry=equation.stoichiometry,
        reversible=equation.reversible,
        lower=r["lower"],
        upper=r["upper"],
        open=r["default"] == "open",
        rule=_rule(r, problems),
        subsystem=r["subsystem"],
        kind=r["kind"],
        parent=r["parent"],
        reasons=r["reason"],
        sources=r["source"],
        annotation=_ids(r, REACTION_IDS),
        sbo=r["sbo"],
        note=r["note"],
        where=r.where(),
    )
