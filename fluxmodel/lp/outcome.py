"""What can become of a solve, and how each engine's own words map to it.

One enum for every engine, so that an infeasible problem never looks like a time-out. A status that
is in no table is NUMERIC: an unknown word is never taken for an optimum.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType


class Outcome(str, enum.Enum):
    """The five ways in which a solve can end.

    Attributes
    ----------
    OPTIMAL
        An optimum within the tolerances; the only outcome that has values.
    INFEASIBLE
        No point meets all bounds: the inputs contradict each other.
    UNBOUNDED
        The objective grows without limit.
    LIMIT
        A time or iteration limit was reached first.
    NUMERIC
        The engine failed for numerical reasons, twice (the second time from a cold start).

    Examples
    --------
    >>> Outcome.OPTIMAL.value
    'optimal'
    """

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"
    NUMERIC = "numeric"

    def __str__(self) -> str:
        return self.value


#: GLPK, solution status after a return code of 0.
GLPK_STATUS: Mapping[str, Outcome] = MappingProxyType(
    {
        "GLP_OPT": Outcome.OPTIMAL,
        "GLP_NOFEAS": Outcome.INFEASIBLE,
        "GLP_UNBND": Outcome.UNBOUNDED,
        # FEAS, INFEAS and UNDEF with return code 0: stopped without a proof of anything
        "GLP_FEAS": Outcome.NUMERIC,
        "GLP_INFEAS": Outcome.NUMERIC,
        "GLP_UNDEF": Outcome.NUMERIC,
    }
)

#: GLPK, non-zero return codes of glp_simplex.
GLPK_RETURN: Mapping[str, Outcome] = MappingProxyType(
    {
        "GLP_EITLIM": Outcome.LIMIT,
        "GLP_ETMLIM": Outcome.LIMIT,
        # a singular, ill-conditioned or invalid basis, or a failed simplex
        "GLP_EBADB": Outcome.NUMERIC,
        "GLP_ESING": Outcome.NUMERIC,
        "GLP_ECOND": Outcome.NUMERIC,
        "GLP_EFAIL": Outcome.NUMERIC,
    }
)

#: HiGHS, names of HighsModelStatus.
HIGHS_STATUS: Mapping[str, Outcome] = MappingProxyType(
    {
        "kOptimal": Outcome.OPTIMAL,
        "kModelEmpty": Outcome.OPTIMAL,
        "kInfeasible": Outcome.INFEASIBLE,
        "kUnbounded": Outcome.UNBOUNDED,
        "kTimeLimit": Outcome.LIMIT,
        "kIterationLimit": Outcome.LIMIT,
        "kInterrupt": Outcome.LIMIT,
        "kMemoryLimit": Outcome.LIMIT,
        # not decided which of the two; the adaptor asks again with the primal simplex first
        "kUnboundedOrInfeasible": Outcome.NUMERIC,
    }
)

#: optlang, the strings of optlang.interface.
OPTLANG_STATUS: Mapping[str, Outcome] = MappingProxyType(
    {
        "optimal": Outcome.OPTIMAL,
        "infeasible": Outcome.INFEASIBLE,
        "unbounded": Outcome.UNBOUNDED,
        "time_limit": Outcome.LIMIT,
        "iteration_limit": Outcome.LIMIT,
        "memory_limit": Outcome.LIMIT,
        "node_limit": Outcome.LIMIT,
        "aborted": Outcome.LIMIT,
    }
)
