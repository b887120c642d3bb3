"""Calibration on the toy: what a fit must give back, what it may never do, and the draws of an ensemble."""

from __future__ import annotations

from dataclasses import replace
from math import log, log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import kstest, norm

from fluxmodel.analysis.calibration import Fitter, Fitting, Prior, calibrate_members, conditional
from fluxmodel.analysis.calibration.prior import isozyme_groups
from fluxmodel.analysis.solve import Analyst
from fluxmodel.formalism import Capacity
from fluxmodel.formalism.capacity import build
from fluxmodel.formalism.resolved import Origin

AMPLE = 1e3
TAU_TURNOVER, TAU_ABUNDANCE = 0.7, 0.5
#: Of a fit's rates, as the pieces of the misfit have it near 0, in standard errors.
FLAT = 0.5 + 1e-9


def prior(model, values=None, turnover=TAU_TURNOVER, abundance=TAU_ABUNDANCE):
    names = tuple(model.all_catalysts)
    median = np.array([(values or {}).get(k, AMPLE) for k in names])
    groups = isozyme_groups(list(model.all_catalysts.values()))
    ones = np.ones(len(names))
    return Prior(names, median, turnover * ones, abundance * ones, groups, frozenset())


@pytest.fixture(scope="module")
def plenty(arm):
    return arm("plenty").problem.resolved


@pytest.fixture(scope="module")
def fitter(plenty):
    """``fitter({"growth": (0.5, 0.05)}, GLYC=1.0)``: rates, and medians of the prior."""
    terms = {
        "growth": {"BIOMASS": 1.0}, "glucose": {"EX_glc__D_e": -1.0}, "glutamine": {"EX_gln__L_e": -1.0},
        "lactate": {"EX_lac__L_e": 1.0}, "oxygen": {"EX_o2_e": -1.0}, "glutamate": {"EX_glu__L_e": 1.0},
    }  # fmt: skip

    def make(rates, engine="glpk", prior_=None, **medians):
        known = prior_ or prior(plenty.model, medians)
        limits = tuple(
            Capacity(k, plenty.model.all_catalysts[k].reactions, v, origins=(Origin("capacity", k),))
            for k, v in known.medians.items()
        )
        problem = build(replace(plenty, limits=limits, unlimited=frozenset()), rows_for_all=True)
        wanted = {name: Fitting(terms[name], *row) for name, row in rates.items()}
        return Fitter(problem, known, wanted, engine)

    return make


@given(
    glucose=st.floats(1.5, 9),
    growth=st.floats(0.05, 0.9),
    spill=st.floats(0, 0.1),
    burnt=st.floats(0, 1),
)
@settings(max_examples=25)
def test_rates_of_a_flux_state_come_back(fitter, glucose, growth, spill, burnt):
    """ATP 2 G + 12 X is at least 2 + 20 mu, lactate is 2 G - X - mu, glutamine mu + glutamate."""
    least = max(0.0, (2 + 20 * growth - 2 * glucose) / 12)
    most = 2 * glucose - growth
    if least > most:
        return
    respired = least + burnt * (most - least)
    state = {
        "growth": growth, "glucose": glucose, "glutamine": growth + spill, "lactate": most - respired,
        "oxygen": 3 * respired, "glutamate": spill,
    }  # fmt: skip
    rates = {k: (v, 0.05 * v + 0.01) for k, v in state.items()}
    found = fitter(rates).fit()
    assert all(abs(z) < 1 for z in found.residuals.values()), found.residuals
    for name, value in state.items():
        assert found.reached[name] == pytest.approx(value, abs=rates[name][1])
    assert found.penalty == pytest.approx(0, abs=1e-9)


@given(
    st.lists(st.tuples(st.floats(0, 12), st.floats(0.01, 1)), min_size=6, max_size=6),
    st.lists(st.floats(0.001, 3), min_size=10, max_size=10),
)
@settings(max_examples=30)
def test_a_fit_obeys_balance_bounds_and_demands(fitter, plenty, rows, medians):
    names = ("growth", "glucose", "glutamine", "lactate", "oxygen", "glutamate")
    made = fitter(
        dict(zip(names, rows, strict=True)), **dict(zip(plenty.model.all_catalysts, medians, strict=True))
    )
    found = made.fit()
    balance: dict[str, float] = {}
    for reaction, flux in found.fluxes.items():
        for metabolite, coefficient in plenty.model.reactions[reaction].stoichiometry.items():
            balance[metabolite] = balance.get(metabolite, 0.0) + coefficient * flux
        assert plenty.bounds[reaction].lower - 1e-7 <= flux <= plenty.bounds[reaction].upper + 1e-7
    assert max(abs(x) for x in balance.values()) < 1e-6
    assert found.fluxes["ATPM"] >= 2 - 1e-7
    capacity = made.prior.median * (1 + found.raised)
    assert np.all(found.use <= capacity * (1 + 1e-6) + 1e-6)
    for reaction in ("GLNt", "GLUNm"):  # what the catalysts carry is what the reaction runs
        own = [made.prior.catalysts.index(c.id) for c in plenty.model.catalysts_of(reaction)]
        assert sum(found.use[own]) >= abs(found.fluxes[reaction]) - 1e-7


@pytest.mark.parametrize("engine", ["glpk", "highs"])
@pytest.mark.parametrize("rise", [1.0, 1.5, 5.0, 40.0])
def test_the_penalty_of_one_rise_by_hand(fitter, engine, rise):
    """Glycolysis has to run at 4: its capacity rises by that factor, and nothing else does."""
    made = fitter({"glucose": (4.0, 1e-5), "oxygen": (3.0, 1e-5)}, engine, GLYC=4.0 / rise)
    found = made.fit()
    tau = np.hypot(TAU_TURNOVER, TAU_ABUNDANCE)
    k = made.prior.catalysts.index("GLYC")
    assert found.reached["glucose"] == pytest.approx(4.0, abs=1e-4)
    assert found.raised[k] == pytest.approx(rise - 1, abs=1e-3)
    assert found.penalty == pytest.approx((log(rise) / tau) ** 2, rel=1e-3, abs=1e-6)
    assert found.raised.sum() == pytest.approx(found.raised[k])


def test_a_rise_that_costs_more_than_the_rate_is_not_made(fitter):
    made = fitter({"glucose": (4.0, 20.0)}, GLYC=1.0)  # 3 away is 0.15 standard errors
    found = made.fit()
    assert found.reached["glucose"] <= 1 + 1e-6
    assert found.penalty == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("error", [0.5, 1.0, 2.0, 3.0])
def test_a_rate_is_weighed_against_the_rise_it_needs(fitter, error):
    """Glucose of 4 with a capacity of 1: the least of both squares, by brute force on a grid."""
    found = fitter({"glucose": (4.0, error)}, GLYC=1.0).fit()
    tau = np.hypot(TAU_TURNOVER, TAU_ABUNDANCE)
    x = np.linspace(1, 4, 3001)
    best = (((4 - x) / error) ** 2 + (np.log(x) / tau) ** 2).min()
    assert best - 1e-9 <= found.misfit + found.penalty <= 1.15 * best


def test_rounds_after_the_first_know_that_a_large_rise_is_cheap(fitter):
    """From 0.6 to 3.75, where 1.67 a unit is too dear; there the logarithm asks 1.32, a piece gives 1.5."""
    found = fitter({"glucose": (4.0, 0.5)}, GLYC=0.6).fit()
    assert found.reached["glucose"] == pytest.approx(3.875)


@pytest.mark.parametrize("need", [0.15, 0.3, 0.8])
def test_isozymes_share_the_error_of_their_turnover(fitter, need):
    """Both carry 0.05: the best of all ways to raise them, by brute force, is nearly found."""
    made = fitter({"growth": (need, 1e-5)}, GLS=0.05, GLS2=0.05)
    found = made.fit()

    def cost(x):
        shared, one, other = np.maximum(x, 0)
        penalty = (log1p(shared) / TAU_TURNOVER) ** 2
        return penalty + (log1p(one) ** 2 + log1p(other) ** 2) / TAU_ABUNDANCE**2

    reach = {"type": "ineq", "fun": lambda x: 0.05 * (2 + 2 * x[0] + x[1] + x[2]) - need}
    starts = [(a, b, c) for a in (0.1, 5.0) for b in (0.1, 5.0) for c in (0.1, 5.0)]
    best = min(
        found_.fun
        for start in starts
        if (found_ := minimize(cost, start, constraints=[reach], bounds=[(0, None)] * 3)).success
    )
    assert found.reached["growth"] == pytest.approx(need, abs=1e-4)
    # linear programs find corners: a small rise is put in one place where sharing it costs a little less
    assert best * (1 - 1e-6) <= found.penalty <= 1.2 * best


@given(
    gap=st.floats(0.05, 0.3),
    ratio=st.floats(0.34, 3),
)
@settings(max_examples=25)
def test_contradictory_rates_leave_what_least_squares_leave(fitter, gap, ratio):
    """Growth cannot exceed glutamine: the least squares meet where (g - m) / s^2 of both are opposite."""
    errors = 0.05, 0.05 * ratio
    means = 0.5, 0.5 - gap
    found = fitter({"growth": (means[0], errors[0]), "glutamine": (means[1], errors[1])}).fit()
    weight = [1 / e**2 for e in errors]
    meet = (means[0] * weight[0] + means[1] * weight[1]) / sum(weight)
    exact = sum(((meet - m) / e) ** 2 for m, e in zip(means, errors, strict=True))
    assert found.reached["growth"] <= found.reached["glutamine"] + 1e-7
    # a piece of width w overstates the square by at most (w / 2)^2
    widest = 1.0 if exact < 16 else 2.0
    assert exact - 1e-6 <= found.misfit <= exact + 2 * (widest / 2) ** 2 + 1e-6
    assert found.reached["growth"] == pytest.approx(found.reached["glutamine"], abs=1e-6)


def test_symmetric_contradiction_is_met_half_way(fitter):
    found = fitter({"growth": (0.5, 0.05), "glutamine": (0.2, 0.05)}).fit()
    assert found.reached["growth"] == pytest.approx(0.35)
    assert dict(found.residuals) == pytest.approx({"growth": -3, "glutamine": 3})
    assert found.misfit == pytest.approx(18)


def test_a_rate_that_takes_no_part_has_no_pull(fitter):
    made = fitter({"growth": (0.5, 0.05), "glutamine": (0.2, 0.05)})
    found = made.fit(without="glutamine")
    assert found.reached["growth"] == pytest.approx(0.5, abs=FLAT * 0.05)
    assert found.misfit <= FLAT**2
    assert found.residuals["glutamine"] > 5  # reported, not counted


def test_a_demand_that_cannot_be_served_is_no_fit(fitter, plenty, arm):
    from fluxmodel.errors import NoOptimum

    known = prior(plenty.model)
    (demand,) = plenty.demands
    resolved = replace(plenty, demands=(replace(demand, amount=1e6),))
    made = Fitter(build(resolved, rows_for_all=True), known, {"g": Fitting({"BIOMASS": 1.0}, 0.1, 0.1)})
    with pytest.raises(NoOptimum, match="demands"):
        made.fit()


# -- the ensemble -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tight(fitter):
    """A fit that has to raise glycolysis, glutaminase and a carrier."""
    return fitter({"growth": (0.5, 0.05), "glucose": (5.0, 0.5)}, GLYC=1.0, GLS=0.1, GLS2=0.05, GLCt=2.0)


def same(a, b):
    return all(
        np.array_equal(getattr(a, x), getattr(b, x))
        for x in ("capacities", "use", "fluxes", "translation", "misfit", "penalty")
    )


def test_the_seed_decides_and_nothing_else(tight):
    one, again, other = (calibrate_members(tight, "BIOMASS", 4, s) for s in (3, 3, 4))
    assert same(one, again)
    assert not np.array_equal(one.capacities, other.capacities)
    more = calibrate_members(tight, "BIOMASS", 6, 3)
    assert np.array_equal(more.capacities[:4], one.capacities)  # the first members stay what they are


def test_members_can_carry_what_they_use(tight):
    found = calibrate_members(tight, "BIOMASS", 12, 1)
    assert np.all(found.capacities >= found.use)
    assert np.all(found.capacities > 0)
    growth = found.fluxes[:, found.reactions.index("BIOMASS")]
    assert np.all(found.translation >= growth)
    assert np.unique(growth.round(6)).size > 6  # the rates were drawn as well
    k = tight.prior.catalysts.index("GLYC")
    headroom = found.capacities[:, k] / found.use[:, k]
    assert np.median(headroom) > 1.05  # what had to rise has headroom all the same


def test_progress_counts_to_the_end(tight):
    seen = []
    calibrate_members(tight, "BIOMASS", 3, 1, lambda done, all_: seen.append((done, all_)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("use", [0.0, 0.3, 1.0, 3.0, 20.0])
def test_draws_follow_the_truncated_lognormal(use):
    n, median, tau = 4000, 1.0, 0.8
    many = Prior(
        tuple(map(str, range(n))),
        np.full(n, median),
        np.full(n, tau),
        np.zeros(n),
        tuple(range(n)),
        frozenset(),
    )
    drawn = conditional(many, np.full(n, use), np.random.default_rng(5).uniform(size=n))
    least = -np.inf if use == 0 else log(use / median) / tau

    def cdf(x):
        beyond = norm.sf(np.log(np.asarray(x) / median) / tau)
        return 1 - beyond / norm.sf(least)

    assert drawn.min() >= use
    assert kstest(drawn, cdf).pvalue > 1e-3
    # the median of what is left, by its own formula
    (middle,) = np.unique(conditional(many, np.full(n, use), np.full(n, 0.5)))
    assert middle == pytest.approx(median * np.exp(tau * norm.isf(norm.sf(least) / 2)), rel=1e-6)


@given(
    use=st.floats(0, 1e6),
    median=st.floats(1e-6, 1e3),
    turnover=st.floats(0.05, 2),
    quantiles=st.tuples(st.floats(1e-6, 1 - 1e-6), st.floats(1e-6, 1 - 1e-6)).map(sorted),
)
def test_draws_are_finite_ordered_and_at_least_the_use(use, median, turnover, quantiles):
    one = Prior(("a",), np.array([median]), np.array([turnover]), np.array([0.1]), (0,), frozenset())
    low, high = (conditional(one, np.array([use]), np.array([q]))[0] for q in quantiles)
    assert np.isfinite(high)
    assert use <= low <= high * (1 + 1e-9)
    assert low > 0


def test_what_is_driven_has_no_headroom():
    both = Prior(
        ("a", "b"), np.ones(2), np.ones(2), np.ones(2), (0, 1), frozenset(), np.array([1], dtype=np.int64)
    )
    found = conditional(both, np.array([0.2, 0.2]), np.array([0.9, 0.9]))
    assert found[0] > 0.2
    assert found[1] == 0.2


def test_isozymes_of_a_member_move_together(fitter, plenty):
    """With turnovers uncertain and abundances not, GLS and GLS2 rise by one factor."""
    certain = prior(plenty.model, {"GLS": 0.1, "GLS2": 0.05}, turnover=1.0, abundance=1e-3)
    assert certain.groups[certain.catalysts.index("GLS")] == certain.groups[certain.catalysts.index("GLS2")]
    found = fitter({"growth": (0.6, 0.001)}, prior_=certain).fit()
    a, b = (found.raised[certain.catalysts.index(k)] for k in ("GLS", "GLS2"))
    assert a == pytest.approx(b, rel=1e-3)
    assert a > 1


def test_the_reference_state_of_the_fit_is_possible_in_its_member(tight, plenty):
    """With the drawn capacities, growth reaches at least what was fitted."""
    found = calibrate_members(tight, "BIOMASS", 5, 2)
    for m in range(5):
        limits = tuple(
            Capacity(k, plenty.model.all_catalysts[k].reactions, c, origins=(Origin("capacity", k),))
            for k, c in zip(found.catalysts, found.capacities[m].tolist(), strict=True)
        )
        with Analyst(build(replace(plenty, limits=limits, unlimited=frozenset()))) as analyst:
            best = analyst.state().optimum
        assert best >= found.fluxes[m, found.reactions.index("BIOMASS")] - 1e-7
