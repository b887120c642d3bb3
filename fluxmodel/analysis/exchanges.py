"""Which reaction exchanges a species with the medium."""

from __future__ import annotations

from fluxmodel.network.model import Model


def exchange_of(model: Model, species: str, compartment: str = "e") -> tuple[str, float] | None:
    """The exchange reaction of a species and the factor that turns its flux into *secretion*.

    None if the model does not exchange the species.
    """
    metabolite = f"{species}_{compartment}"
    usual = model.reactions.get(f"EX_{metabolite}")
    rows = [usual] if usual is not None else [model.reactions[r] for r in model.exchanges]
    for row in rows:
        if tuple(row.stoichiometry) == (metabolite,):
            return row.id, -row.stoichiometry[metabolite]
    return None
