"""The same problem solved by cobra: growth and every interval, on the toy and on the real network."""

from __future__ import annotations

import pytest

from fluxmodel.analysis.solve import Analyst
from fluxmodel.condition import Library
from fluxmodel.formalism import Capacity, build
from fluxmodel.network import load_model
from fluxmodel.questions.changes import inhibit, knock_out, set_field
from fluxmodel.questions.inputs import Bench, Build

#: Two engines agree on interval ends to about this (notes/engine.md).
AGREE = 1e-6
FRACTION = 0.95


def agree(problem, unmet=0.0):
    from cobra.flux_analysis import flux_variability_analysis

    with Analyst(problem) as analyst:
        ours, state = analyst.all_ranges(FRACTION), analyst.state()
    theirs = problem.to_cobra(unmet + 1e-9)
    assert theirs.slim_optimize() == pytest.approx(state.optimum, rel=AGREE, abs=1e-9)
    table = flux_variability_analysis(theirs, fraction_of_optimum=FRACTION, processes=1)
    for reaction, (low, high) in ours.items():
        where = f"{reaction}: {low} {high}, cobra {table.loc[reaction].tolist()}"
        assert low == pytest.approx(table.at[reaction, "minimum"], rel=AGREE, abs=AGREE), where
        assert high == pytest.approx(table.at[reaction, "maximum"], rel=AGREE, abs=AGREE), where


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [inhibit("GLS=90%")],
        [inhibit("SLC1A5=100%"), inhibit("GLUNm=50%")],
        [knock_out("GLS")],
        [set_field("demands.OXP=0.5 mmol/gDW/h"), inhibit("GLYC=80%")],
    ],
)
def test_toy(arm, changes):
    agree(arm("plenty", *changes).problem)


@pytest.fixture(scope="module")
def bench():
    return Bench(load_model(), [], Build("fba", thermo=False))  # cobra knows no choice of directions


@pytest.mark.parametrize("ref", ["normoxia", "hypoxia"])
def test_real_network(bench, ref):
    agree(bench.arm(bench.condition(ref)).problem)


def test_real_network_with_capacities(bench):
    """GLS and the shared carriers limited: split columns, capacity rows over many reactions."""
    from dataclasses import replace

    resolved = bench.arm(bench.condition("hypoxia"), [knock_out("GLS2")]).problem.resolved
    wanted = {"GLS": 0.02, "SLC38A2": 0.05, "SLC7A5_SLC3A2": 0.03}
    extra = tuple(Capacity(k, resolved.model.catalysts[k].reactions, v) for k, v in wanted.items())
    kept = tuple(c for c in resolved.capacities if c.catalyst not in wanted)
    limited = {r for c in extra for r in c.reactions}
    rest = frozenset(r for r in limited if any(k.id not in wanted for k in resolved.model.catalysts_of(r)))
    agree(build(replace(resolved, capacities=(*kept, *extra), rest=rest - {"GLUNm"})))


@pytest.mark.parametrize("medium", ["DMEM", "RPMI-1640", "HPLM", "HamsF12"])
def test_growth_in_the_four_media(bench, medium):
    arm = bench.arm(bench.condition("normoxia", [set_field(f"medium.base={medium}")]))
    with Analyst(arm.problem) as analyst:
        growth = analyst.state().optimum
    assert growth > 0.01
    assert arm.problem.to_cobra(1e-9).slim_optimize() == pytest.approx(growth, rel=AGREE)


def test_packaged_conditions_all_resolve(bench):
    for name in Library().available("condition"):
        with Analyst(bench.arm(bench.condition(name)).problem) as analyst:
            assert analyst.state().optimum > 0, name


def test_unserved_loads_and_demands_reach_cobra_as_they_are(bench):
    import fluxmodel as fx

    changes = [set_field("oxygen=0 percent"), set_field("demands.oxidative_load=0.001 mmol/gDW/h"),
               set_field("bounds.EX_o2_e={upper: 0, unit: mmol/gDW/h}")]  # fmt: skip
    p = fx.predict(bench.model, "normoxia", changes, "growth")
    assert p.to_cobra().slim_optimize() == pytest.approx(p.growth, rel=AGREE, abs=1e-9)
