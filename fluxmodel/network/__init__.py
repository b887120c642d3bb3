"""The network: tables to a Model, its checks, its SBML, and its trace to the parent."""

from fluxmodel.network.checks import CHECKS, Check, Finding, Report, Solver, SolverFactory, run_checks
from fluxmodel.network.cobra_model import to_cobra
from fluxmodel.network.equation import Equation, format_equation, parse_equation
from fluxmodel.network.formula import element_sum, molar_mass, parse_formula
from fluxmodel.network.gpr import Rule, all_of, any_of, equivalent, parse_rule
from fluxmodel.network.load import load_model, model_folder
from fluxmodel.network.matrix import Stoichiometry
from fluxmodel.network.model import Model
from fluxmodel.network.parent import Parent, read_parent
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
from fluxmodel.network.sbml import differences, sbml_errors, sbml_text, write_sbml
from fluxmodel.network.sbml_reader import parse_sbml, read_sbml
from fluxmodel.network.sbml_values import SbmlModel

__all__ = [
    "CHECKS",
    "BiomassItem",
    "Catalyst",
    "Check",
    "Equation",
    "Finding",
    "Gene",
    "Header",
    "LumpMember",
    "Metabolite",
    "Model",
    "Parameter",
    "Parent",
    "Reaction",
    "Reason",
    "Report",
    "Rule",
    "SbmlModel",
    "ScopeRow",
    "Solver",
    "SolverFactory",
    "Source",
    "Species",
    "Stoichiometry",
    "Waiver",
    "all_of",
    "any_of",
    "differences",
    "element_sum",
    "equivalent",
    "format_equation",
    "load_model",
    "model_folder",
    "molar_mass",
    "parse_equation",
    "parse_formula",
    "parse_rule",
    "parse_sbml",
    "read_parent",
    "read_sbml",
    "run_checks",
    "sbml_errors",
    "sbml_text",
    "to_cobra",
    "write_sbml",
]
