"""Linear and mixed-integer programs: values, engines, ranges, relaxation. No biology; usable alone."""

from fluxmodel.lp.deletions import Deleter, Deletion
from fluxmodel.lp.elastic import BoundRef, Conflict, Group, find_conflict
from fluxmodel.lp.milp import MilpAnswer, MilpOutcome, not_all_of, solve_milp
from fluxmodel.lp.outcome import Outcome
from fluxmodel.lp.program import Program, Stage, canonical_cost, canonical_stage
from fluxmodel.lp.query import Answer, Extra, Query, Want
from fluxmodel.lp.ranges import Ranges, Region, flux_ranges, near_optimum, ranges_over
from fluxmodel.lp.ratios import RatioOutcome, RatioRange, ratio_over, ratio_ranges, ratios_over
from fluxmodel.lp.session import Session, open_session
from fluxmodel.lp.solve import Staged, StageOptimum, hold, hold_at, lexicographic
from fluxmodel.lp.sparse import Sparse
from fluxmodel.lp.split import parsimonious, split_free

__all__ = [
    "Answer",
    "BoundRef",
    "Conflict",
    "Deleter",
    "Deletion",
    "Extra",
    "Group",
    "MilpAnswer",
    "MilpOutcome",
    "Outcome",
    "Program",
    "Query",
    "Ranges",
    "RatioOutcome",
    "RatioRange",
    "Region",
    "Session",
    "Sparse",
    "Stage",
    "StageOptimum",
    "Staged",
    "Want",
    "canonical_cost",
    "canonical_stage",
    "find_conflict",
    "flux_ranges",
    "hold",
    "hold_at",
    "lexicographic",
    "near_optimum",
    "not_all_of",
    "open_session",
    "parsimonious",
    "ranges_over",
    "ratio_over",
    "ratio_ranges",
    "ratios_over",
    "solve_milp",
    "split_free",
]
