"""The ensemble: randomise prior and rates, fit again, then draw capacities that allow what is used.

Without the last step the capacities that had to rise would have no headroom at all, whatever the prior says:
every lowered one would bind, and verdicts would look certain for no reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import truncnorm

from fluxmodel.analysis.calibration.fit import Fit, Fitter
from fluxmodel.analysis.calibration.prior import Prior
from fluxmodel.lp.sparse import Floats

#: Spread of the weights of fluxes in the tie-break, and of what protein synthesis supports above its use.
WEIGHT_SPREAD, TRANSLATION_SPREAD = 0.5, 0.2


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Members of a cell: what each of its catalysts can carry, and the state each was fitted in.

    Attributes
    ----------
    catalysts : tuple of str
    capacities : ndarray, (members, n)
        mmol/gDW/h, drawn from the prior as far as it allows the use.
    use : ndarray, (members, n)
    reactions : tuple of str
    fluxes : ndarray, (members, reactions)
        The fitted state, mmol/gDW/h.
    translation : ndarray, (members,)
        Highest growth, 1/h.
    misfit, penalty : ndarray, (members,)
    seed : int
    """

    catalysts: tuple[str, ...]
    capacities: Floats
    use: Floats
    reactions: tuple[str, ...]
    fluxes: Floats
    translation: Floats
    misfit: Floats
    penalty: Floats
    seed: int

    def __len__(self) -> int:
        return len(self.capacities)


def conditional(prior: Prior, use: Floats, quantile: Floats) -> Floats:
    """Capacities at quantiles of the prior restricted to at least the use.

    Parameters
    ----------
    prior : Prior
    use : ndarray, (n,)
        mmol/gDW/h.
    quantile : ndarray, (n,)
        In (0, 1); 0.5 is the median.

    Examples
    --------
    >>> p = Prior(("a", "b"), np.array([1.0, 1.0]), np.array([0.7, 0.7]), np.array([0.0, 0.0]), (0, 1),
    ...           frozenset())
    >>> conditional(p, np.array([0.0, 5.0]), np.array([0.5, 0.5])).round(2).tolist()
    [1.0, 5.96]
    """
    spread = prior.spread
    with np.errstate(divide="ignore"):
        least = (np.log(np.maximum(use, 0.0)) - np.log(prior.median)) / spread
    z = truncnorm.ppf(quantile, least, np.inf)
    drawn = prior.median * np.exp(spread * z)
    # far in the tail the inverse loses its digits; what is used is possible in any case
    result: Floats = np.maximum(np.where(np.isfinite(drawn), drawn, use), use * (1 + 1e-6))
    # what runs whether it is needed or not has no headroom: what was used is what it can carry
    result[prior.driven] = np.maximum(use[prior.driven], 0.0)
    return result


def calibrate_members(
    fitter: Fitter,
    growth: str,
    members: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Fit again and again with randomised priors and rates.

    Parameters
    ----------
    fitter : Fitter
    growth : str
        The biomass reaction.
    members : int
    seed : int
    progress : callable, optional
        Called with the number done and the number to do.
    """
    prior = fitter.prior
    rng = np.random.default_rng(seed)
    groups = np.array(prior.groups)
    fits: list[Fit] = []
    capacities, translation = [], []
    n_columns = fitter.problem.program.n_columns
    for k in range(members):
        shared = rng.standard_normal(groups.max(initial=-1) + 1)[groups]
        own = rng.standard_normal(groups.size)
        start = prior.median * np.exp(prior.turnover_spread * shared + prior.abundance_spread * own)
        means = {n: r.mean + r.error * float(rng.standard_normal()) for n, r in fitter.rates.items()}
        weights = np.exp(WEIGHT_SPREAD * rng.standard_normal(n_columns))
        fit = fitter.fit(start, means, weights)
        fits.append(fit)
        capacities.append(conditional(prior, fit.use, rng.uniform(size=groups.size)))
        headroom = abs(TRANSLATION_SPREAD * float(rng.standard_normal()))
        translation.append(fit.fluxes[growth] * np.exp(headroom))
        if progress is not None:
            progress(k + 1, members)
    reactions = fitter.problem.reactions
    shape = members, len(prior.catalysts)
    return Ensemble(
        prior.catalysts,
        np.array(capacities).reshape(shape),
        np.array([f.use for f in fits]).reshape(shape),
        reactions,
        np.array([[f.fluxes[r] for r in reactions] for f in fits]).reshape(members, len(reactions)),
        np.array(translation),
        np.array([f.misfit for f in fits]),
        np.array([f.penalty for f in fits]),
        seed,
    )
