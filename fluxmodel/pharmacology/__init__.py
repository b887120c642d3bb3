"""Pharmacology: drugs, what they act on, and from a dose to the share of an activity that is left.

Numbers and names go in and out; the room knows no network and no condition.
"""

from fluxmodel.pharmacology.drugs import (
    ISR_NODES,
    KINDS,
    Action,
    Drug,
    Target,
    acting_on,
    find,
    plain,
    suggest,
)
from fluxmodel.pharmacology.law import (
    Occupancy,
    exclusive,
    half_inhibition,
    independent,
    residual_activity,
)
from fluxmodel.pharmacology.sites import Agent, Binder, Exposure, drawn
from fluxmodel.pharmacology.table import INHIBITORS, drugs_of, read_drugs

__all__ = [
    "INHIBITORS",
    "ISR_NODES",
    "KINDS",
    "Action",
    "Agent",
    "Binder",
    "Drug",
    "Exposure",
    "Occupancy",
    "Target",
    "acting_on",
    "drawn",
    "drugs_of",
    "exclusive",
    "find",
    "half_inhibition",
    "independent",
    "plain",
    "read_drugs",
    "residual_activity",
    "suggest",
]
