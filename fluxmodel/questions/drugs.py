"""What is known about drugs, in words: all of them in a line each, or one with every row of the table."""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.condition import Library
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import Action, Drug
from fluxmodel.questions.inputs import ModelRef, as_model


def drugs(model: ModelRef = None) -> dict[str, str]:
    """Every drug of a model, with one line about it: aliases, main targets, and how strong it is.

    Parameters
    ----------
    model : Model or path, optional
        The packaged one if left out.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> drugs()["BPTES"]
    'GLS; IC50 3.3 uM, biochemical, unverified'
    """
    return {name: _line(drug) for name, drug in as_model(model).inhibitors.items()}


def _line(drug: Drug) -> str:
    main = drug.chosen("main")
    targets = " ".join(dict.fromkeys(a.target_text for a in main))
    known = [a for a in main if a.usable]
    also = f"({', '.join(drug.aliases)}) " if drug.aliases else ""
    off = [a.target_text for a in drug.chosen("off_target")]
    also_hit = f" (also {', '.join(off)})" if off else ""
    parts = [f"{also}{targets}{also_hit}"]
    parts += [_short(a, len(main) > 1) for a in known]
    if not any(a.of("") for a in main):
        parts.append("acts on no catalyst")
    elif not known:
        parts.append("no potency: takes a percentage")
    return "; ".join(parts)


def _short(action: Action, several: bool) -> str:
    on = f" on {action.target_text}" if several else ""
    doubt = "" if action.verified else ", unverified"
    return f"{action.measure} {action.potency}{on}, {action.assay}{doubt}"


def drug_facts(model: Model, library: Library, id: str) -> Iterator[tuple[str, str]]:
    """Label and text of everything that the table says about one drug; the number is that of its row.

    Parameters
    ----------
    model : Model
    library : Library
        Not used: drugs stand in the model.
    id : str
        Its name in the table.
    """
    drug = model.inhibitors[id]
    if drug.aliases:
        yield "also called", ", ".join(drug.aliases)
    used = {*drug.chosen("main"), *drug.chosen("off_target")}
    for n, action in enumerate(drug.actions, start=1):
        yield f"{n} {'target' if action.role == 'main' else 'off-target'}", _target(action, model)
        doubt = "" if action.verified or action.potency is None else ", unverified"
        for_doses = "; a dose is read with it" if action in used and action.usable and action.of("") else ""
        yield f"{n} potency", f"{action.potency_text} [{action.provenance}{doubt}]{for_doses}"
        if action.potency is not None:
            yield f"{n} hill", f"{action.hill:g} ({action.hill_source})"
        if action.competes_with:
            yield f"{n} competes with", action.competes_with
        if action.site:
            yield f"{n} site", action.site
        known = [model.sources[s] for s in action.sources if s in model.sources]
        cited = [f"{s.citation} {s.doi or s.url} [{s.provenance}]".replace("  ", " ") for s in known]
        yield f"{n} source", "; ".join(cited or action.sources)
        if action.note:
            yield f"{n} note", action.note
        yield f"{n} stands in", str(action.where)


def _target(action: Action, model: Model) -> str:
    """The target with the reactions that it catalyses."""
    genes = action.of("")
    reactions = [r for g in genes if g in model.genes for r in model.reactions_of(g)]
    reactions += [r for c in genes if c in model.all_catalysts for r in model.all_catalysts[c].reactions]
    shown = ", ".join(dict.fromkeys(reactions))
    return f"{action.target_text} ({action.mode}{f'; {shown}' if shown else ''})"
