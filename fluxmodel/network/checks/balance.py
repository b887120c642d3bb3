"""Mass, charge, and the weight of biomass."""

from __future__ import annotations

from collections.abc import Iterator

from fluxmodel.errors import InputError
from fluxmodel.network.checks.base import Check, Context, Hit
from fluxmodel.network.model import Model
from fluxmodel.network.rows import Reaction

BIOMASS_MASS = 1.0  # g/mmol: by definition, so that its flux is a growth rate in 1/h
BIOMASS_FORMULA = "X"  # a product with no formula of its own: the biomass that is being weighed
BIOMASS_TOLERANCE = 0.005  # chosen: half a percent of growth


def _internal(model: Model) -> Iterator[Reaction]:
    return (r for r in model.reactions.values() if not r.boundary and r.kind != "biomass")


def mass(ctx: Context) -> Iterator[Hit]:
    """Every reaction but exchanges, demands and biomass keeps its atoms."""
    rows = wrong = 0
    for r in _internal(ctx.model):
        rows += 1
        net = {k: v for k, v in ctx.model.imbalance(r.stoichiometry).items() if k != "charge"}
        if net:
            wrong += 1
            parts = ", ".join(f"{k} {v:+g}" for k, v in net.items())
            yield Hit(r.id, f"atoms made: {parts} in {r.equation}", r.where)
    ctx.values["balance.mass"] = (rows - wrong, rows)


def charge(ctx: Context) -> Iterator[Hit]:
    """Every reaction but exchanges, demands and biomass keeps its charge."""
    rows = wrong = 0
    for r in _internal(ctx.model):
        rows += 1
        if net := ctx.model.imbalance(r.stoichiometry).get("charge"):
            wrong += 1
            yield Hit(r.id, f"charge made: {net:+g} in {r.equation}", r.where)
    ctx.values["balance.charge"] = (rows - wrong, rows)


def biomass(ctx: Context) -> Iterator[Hit]:
    """What a biomass reaction consumes, less what it gives back, weighs 1 g/mmol."""
    for r in ctx.model.reactions.values():
        if r.kind != "biomass":
            continue
        try:
            rows = [(c, ctx.model.metabolites[m]) for m, c in r.stoichiometry.items()]
            terms = [(c, m.mass) for c, m in rows if c < 0 or m.formula != BIOMASS_FORMULA]
        except InputError as error:
            yield Hit(r.id, f"cannot be weighed: {error.problems[0].what}", r.where)
            continue
        weight = -sum(c * m for c, m in terms) / 1000
        ctx.values[f"biomass.weight.{r.id}"] = round(weight, 6)
        net = ctx.model.imbalance(r.stoichiometry)
        ctx.values[f"biomass.charge.{r.id}"] = round(net.get("charge", 0.0), 6)
        if abs(weight - BIOMASS_MASS) > BIOMASS_TOLERANCE:
            yield Hit(r.id, f"weighs {weight:.4f} g/mmol, not {BIOMASS_MASS:.3f}", r.where)


CHECKS = (
    Check("FM430", "mass", "error", "correct a coefficient or a formula; often h or h2o is missing", mass),
    Check("FM431", "charge", "error", "correct a coefficient or a charge; often h is missing", charge),
    Check("FM432", "biomass", "error", "scale the rows of biomass.tsv to 1 g", biomass),
)
