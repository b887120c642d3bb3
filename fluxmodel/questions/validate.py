"""validate: published findings, scored.

Codes: FM520 unknown split, FM521 no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import get_args

from fluxmodel.analysis.parallel import Crew, Progress
from fluxmodel.errors import DomainError, InputError, Problem, nearest
from fluxmodel.evidence import Evidence, available_evidence, load_evidence
from fluxmodel.evidence.load import Ref
from fluxmodel.evidence.rows import Row, Split
from fluxmodel.formalism import DEFAULT
from fluxmodel.network import Model
from fluxmodel.questions.arguments import items, text
from fluxmodel.questions.inputs import ModelRef, as_model
from fluxmodel.questions.plan import Checked, Settings
from fluxmodel.questions.provenance import package_version
from fluxmodel.questions.validation.asking import RowsAsked, RowsJudged, forget, ways_of
from fluxmodel.questions.validation.ledger import default_ledger, record
from fluxmodel.questions.validation.scoreboard import Scoreboard

SPLITS = (*get_args(Split), "all")
#: Rows that keep a second process busy long enough.
_FEW = 8


def validate(
    model: ModelRef = None,
    evidence: Sequence[Ref | Evidence] | None = None,
    split: str = "fit",
    *,
    rows: Iterable[str] | None = None,
    baselines: bool = True,
    formalism: str = DEFAULT,
    members: int | None = None,
    seed: int = 1,
    fraction: float | None = None,
    solver: str = "glpk",
    folders: Sequence[str | PathLike[str]] = (),
    objective: str = "acute",
    workers: int | None = None,
    thermo: bool = True,
    ledger: str | PathLike[str] | None = None,
) -> Scoreboard:
    """Score the model against published findings.

    Parameters
    ----------
    model : Model or path
        None is the packaged model.
    evidence : sequence of str, path or Evidence, optional
        Ids of packaged evidence, or files in its format; all packaged evidence if left out.
    split : {'fit', 'test', 'all'}
        ``fit``: rows that may be looked at while a model is built. A run that has rows of ``test`` among its
        rows is written into the ledger.
    rows : iterable of str, optional
        Ids of rows; all of the split if left out.
    baselines : bool
        Whether capacities without the expression state, the protein pool and flux balance are asked as well.
    formalism, members, seed, fraction, solver, folders, objective, workers, thermo
        As in `fluxmodel.questions.predict.predict`; baselines are asked at their points only.
    ledger : path, optional
        Where a look at test rows is recorded; that of the checkout if left out.

    Returns
    -------
    Scoreboard

    Raises
    ------
    InputError
        With every problem of the evidence. An arm that cannot be built is no error of the run: its claims
        count as errors, with the reason.

    Examples
    --------
    >>> import fluxmodel as fx
    >>> board = fx.validate(None, rows=["gls_inh_akg_rescue"], members=0, baselines=False)
    >>> sum(board.totals.values())
    6
    """
    how = Settings(
        fraction=fraction,
        solver=solver,
        formalism=formalism,
        folders=tuple(folders),
        members=members,
        seed=seed,
        objective=objective,
        workers=workers,
        thermo=thermo,
    )
    place = None if ledger is None else Path(ledger)
    return run_validate(model, evidence, split, rows, baselines, how, place)


def run_validate(
    model: ModelRef,
    evidence: Sequence[Ref | Evidence] | None,
    split: str,
    rows: Iterable[str] | None,
    baselines: bool,
    how: Settings,
    ledger: Path | None = None,
    progress: Progress | None = None,
) -> Scoreboard:
    """As `validate`, with the settings as one value, and progress in rows."""
    if text("split", split, f"name one: {', '.join(SPLITS)}") not in SPLITS:
        cure = "; ".join(filter(None, (nearest(split, SPLITS), f"known: {', '.join(SPLITS)}")))
        raise DomainError(Problem("FM520", f"no split {split!r}", cure=cure))
    checked = Checked.of(model, (), how)
    loaded = load_all(evidence)
    wanted = _rows(loaded, split, rows)
    ways = ways_of(how.formalism, how.objective, baselines)
    asked = [r for r in wanted if r.representable]
    # a model that lives in this process only is asked in this process only
    workers = 1 if isinstance(model, Model) or len(asked) < _FEW else how.workers
    found: list[RowsJudged] = []
    if asked:
        ref = model if model is None or isinstance(model, Model) else str(model)
        told = None if progress is None else (lambda done, _: progress(done, len(asked)))
        forget()
        try:
            with Crew(max(len(asked), 100) if workers != 1 else 0, workers, told) as crew:
                for row in asked:
                    crew.add(RowsAsked(ref, (row,), ways, how))
                found = crew.answers()
        finally:
            forget()
    every = RowsJudged.joined(found).rows
    judged = {w.name: tuple(j for row in every for j in row[k]) for k, w in enumerate(ways)}
    network = as_model(model) if not isinstance(model, Model) else model
    pedigree = {
        "fluxmodel": package_version(),
        "model": {"id": network.id, "version": network.version, "digest": network.digest},
        "evidence": {e.id: e.digest for e in loaded},
        "solver": how.solver,
        "seed": how.seed,
        "fraction": checked.constants.fraction,
        "objective": how.objective,
        "thermo": how.thermo,
    }
    board = Scoreboard(tuple(wanted), judged, split, how.members, (), pedigree)
    return _recorded(board, loaded, network, ledger)


def load_all(evidence: Sequence[Ref | Evidence] | None) -> tuple[Evidence, ...]:
    """Evidence by id, path or value; all that is packaged if None.

    Raises
    ------
    InputError
        With the problems of all files; FM521 for a row that stands in two of them.
    """
    cure = "give ids or YAML files, such as ['phenotypes']"
    refs = (
        available_evidence()
        if evidence is None
        else items("evidence", evidence, (str, PathLike, Evidence), cure)
    )
    found: list[Evidence] = []
    problems: list[Problem] = []
    for ref in refs:
        try:
            found.append(ref if isinstance(ref, Evidence) else load_evidence(ref))
        except InputError as error:
            problems += error.problems
    seen: dict[str, str] = {}
    for e in found:
        for row in e.rows:
            if row.id in seen:
                what = f"the row {row.id} stands in {seen[row.id]} and in {e.id}"
                problems.append(Problem("FM521", what, row.where, "name one of the two files"))
            seen[row.id] = e.id
    if problems:
        raise InputError(problems)
    return tuple(found)


def _rows(loaded: Sequence[Evidence], split: str, ids: Iterable[str] | None) -> list[Row]:
    every = [row for e in loaded for row in e.where(split)]
    if ids is not None:
        wanted = items("rows", ids, str, "give ids of rows, such as ['gls_inh_akg_rescue']")
        known = [r.id for r in every]
        if missing := [i for i in wanted if i not in known]:
            raise DomainError(
                Problem("FM521", f"no row {i!r} in split {split}", cure=nearest(i, known)) for i in missing
            )
        every = [r for r in every if r.id in wanted]
    if not every:
        cure = "name another split, or evidence that has rows in it"
        raise DomainError(Problem("FM521", f"there is no row in split {split}", cure=cure))
    return every


def _recorded(
    board: Scoreboard, loaded: Sequence[Evidence], network: Model, ledger: Path | None
) -> Scoreboard:
    """The scoreboard; a look at test rows is written down."""
    seen = [c for c in board.claims if c.row.split == "test"]
    place = ledger or default_ledger()
    if not seen:
        return board
    if place is None:
        note = "this look at test rows was not recorded: there is no checkout; name a file with --ledger"
        return replace(board, notes=(*board.notes, note))
    s = board.score
    record(
        place,
        {
            "evidence": ",".join(e.id for e in loaded),
            "evidence_digest": ",".join(e.digest.removeprefix("sha256:")[:12] for e in loaded),
            "model": f"{network.id} {network.version}",
            "model_digest": network.digest.removeprefix("sha256:")[:12],
            "members": "all" if board.members is None else board.members,
            "split": board.split,
            "claims": s.claims,
            "right": s.right,
            "right_certain": s.right_certain,
            "wrong_certain": s.wrong_certain,
            "lower_bound": f"{s.interval[0]:.3f}",
            "best_null": f"{board.best_null[1]:.3f}",
        },
    )
    return board
