"""Which catalysts some agents hit in a condition, and by which law: from changes to an `Exposure`."""

from __future__ import annotations

from collections.abc import Sequence

from fluxmodel.analysis.inhibition import activity
from fluxmodel.condition import Inhibit
from fluxmodel.formalism.resolved import Resolved
from fluxmodel.network.model import Model
from fluxmodel.pharmacology import Agent, Exposure, find


def exposure_of(treated: Resolved, agents: Sequence[Inhibit]) -> Exposure:
    """What agents do at any dose, on top of everything else that a condition says.

    Parameters
    ----------
    treated : Resolved
        The condition with the agents, each at some dose or percentage above 0; how large does not matter.
    agents : sequence of Inhibit
    """
    model = treated.model
    named = [agent_of(model, agent) for agent in agents]
    drugs = {a.name for a in named if a.is_drug}
    sites = {c: s for c, s in treated.sites.items() if any(b.drug in drugs for site in s for b in site)}
    percents: dict[str, list[str]] = {}
    for agent, change in zip(named, agents, strict=True):
        if not agent.is_drug:
            for catalyst in activity(model, [change]).residual:
                percents.setdefault(catalyst, []).append(agent.name)
    able = {c.catalyst for c in treated.limits}
    hit = tuple(c for c in dict.fromkeys([*sites, *percents]) if c in able and c not in treated.lost)
    return Exposure(tuple(named), hit, sites, {c: tuple(names) for c, names in percents.items()})


def agent_of(model: Model, change: Inhibit) -> Agent:
    """What doses are given of by a change: a drug, or what is inhibited by a percentage."""
    drug = find(model.inhibitors, change.target) if change.dose is not None else None
    return Agent(change.target, "percent") if drug is None else Agent(drug.name, "mM")
