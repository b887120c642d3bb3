"""One function per rule: what has to hold for a model to be trusted."""

from fluxmodel.network.checks.base import Bounds, Check, Finding, Severity, Solver, SolverFactory
from fluxmodel.network.checks.runner import CHECKS, Report, run_checks, select

__all__ = [
    "CHECKS",
    "Bounds",
    "Check",
    "Finding",
    "Report",
    "Severity",
    "Solver",
    "SolverFactory",
    "run_checks",
    "select",
]
