"""Condition, Change, Medium, Cell: what surrounds the cell, what is done to it, and which cell it is."""

from fluxmodel.condition.apply import apply_changes
from fluxmodel.condition.bounds import Bounds
from fluxmodel.condition.cell import Capacity, Cell, Rate
from fluxmodel.condition.changes import (
    AddReaction,
    Change,
    Inhibit,
    KnockOut,
    Open,
    ScaleExpression,
    SetField,
    parse_change,
)
from fluxmodel.condition.flags import parse_inhibit, parse_knock_out, parse_set
from fluxmodel.condition.library import Library
from fluxmodel.condition.load import available, described, load_cell, load_condition, load_medium
from fluxmodel.condition.medium import Component, Medium, Source
from fluxmodel.condition.mix import Mixture, mix
from fluxmodel.condition.model import Condition, MediumSpec, Oxygen, UptakeSpec
from fluxmodel.condition.parent import Extends
from fluxmodel.condition.paths import SETTABLE
from fluxmodel.condition.profile import ProfileSpec
from fluxmodel.condition.regulators import REGULATORS
from fluxmodel.condition.schema import json_schema
from fluxmodel.condition.uptake import (
    CONSTANTS,
    biomass_density,
    cell_layer,
    depletion_bound,
    dissolved_oxygen,
    effective_oxygen,
    idle_limits,
    oxygen_limit,
    oxygen_supply,
    uptake_limits,
)
from fluxmodel.frozen import FrozenMap

__all__ = [
    "CONSTANTS",
    "REGULATORS",
    "SETTABLE",
    "AddReaction",
    "Bounds",
    "Capacity",
    "Cell",
    "Change",
    "Component",
    "Condition",
    "Extends",
    "FrozenMap",
    "Inhibit",
    "KnockOut",
    "Library",
    "Medium",
    "MediumSpec",
    "Mixture",
    "Open",
    "Oxygen",
    "ProfileSpec",
    "Rate",
    "ScaleExpression",
    "SetField",
    "Source",
    "UptakeSpec",
    "apply_changes",
    "available",
    "biomass_density",
    "cell_layer",
    "depletion_bound",
    "described",
    "dissolved_oxygen",
    "effective_oxygen",
    "idle_limits",
    "json_schema",
    "load_cell",
    "load_condition",
    "load_medium",
    "mix",
    "oxygen_limit",
    "oxygen_supply",
    "parse_change",
    "parse_inhibit",
    "parse_knock_out",
    "parse_set",
    "uptake_limits",
]
