"""What is lost with genes: rules one by one, and what a knock-out closes in a problem that is built."""

from __future__ import annotations

from itertools import combinations

import pytest

from fluxmodel.analysis.knockouts import closed
from fluxmodel.analysis.losses import Closing, Gates, Loss, Losses
from fluxmodel.analysis.serving import grow, slacks_of
from fluxmodel.condition import KnockOut
from fluxmodel.lp import Deletion, open_session
from fluxmodel.network import load_model
from fluxmodel.questions.changes import inhibit, knock_out, set_field
from fluxmodel.questions.inputs import Bench, Build


@pytest.fixture(scope="module")
def network():
    return load_model()


def test_gates_are_the_rules_for_every_gene_and_pairs(network):
    rules = {r.id: r.rule for r in network.reactions.values()}
    gates = Gates(rules)

    def brute(lost):
        return tuple(r for r, rule in rules.items() if rule and not rule.holds(lost))

    genes = list(network.genes)
    for g in genes:
        assert gates.lost([g]) == brute({g}) == network.lost_reactions([g])
    for pair in combinations(genes[::12], 2):
        assert gates.lost(pair) == brute(set(pair))
    several = ["SDHA", "GLS", "GLS2", "HK1", "HK2", "HK3", "GLS"]
    assert gates.lost(several) == brute(set(several))


def test_what_is_lost_already_is_lost_with_every_gene(network):
    losses = Losses(network, ["GLS"])
    assert losses.of(["GLS2"]) == Losses(network).of(["GLS", "GLS2"])
    assert losses.of([]).catalysts == ("GLS",)
    assert losses.gates("GLS2")
    assert not losses.gates("NOBODY")


def growth(problem, deletion=Deletion()):  # noqa: B008
    """Growth of a problem, from nothing, and with something deleted."""
    with open_session(problem.program) as session:
        return grow(session, slacks_of(problem), closed(problem.program, deletion)).growth


@pytest.mark.parametrize("formalism", ["capacity", "fba", "pool", "eflux", "gimme"])
def test_closing_is_building_anew_on_the_toy(model, conditions, formalism):
    """Every gene and every pair of the toy: bounds closed in the problem against the problem built anew."""
    rules_only = formalism != "capacity"
    bench = Bench(model, [conditions], Build(formalism, gene_rules_only=rules_only))
    plenty = bench.condition("plenty", [set_field("medium.gln__L=10 mM")])
    problem = bench.arm(plenty).problem
    losses, closing = Losses(model), Closing(problem)
    genes = [g for g in model.genes if model.reactions_of(g)]
    for lost in [*combinations(genes, 1), *combinations(genes, 2)]:
        anew = bench.arm(plenty, [knock_out(list(lost))]).problem
        assert growth(problem, closing.of(losses.of(lost))) == pytest.approx(growth(anew), abs=1e-9), lost


@pytest.mark.parametrize("gene", ["SLC7A11", "SLC3A2", "GLS", "SLC38A2", "HK2", "SLC7A5", "NNT", "COX5A"])
@pytest.mark.parametrize("ref", ["normoxia", "hypoxia"])
def test_closing_is_building_anew_on_the_network(network, ref, gene):
    """Carriers, complexes, isozymes and a carrier that runs by a gradient, with something else inhibited."""
    bench = Bench(network, [], Build(thermo=False))
    treated = bench.condition(ref, [inhibit("GLUDxi=50%"), KnockOut(targets=("PC",))])
    problem = bench.arm(treated).problem
    deletion = Closing(problem).of(Losses(network, ["PC"]).of([gene]))
    anew = bench.arm(treated, [knock_out(gene)]).problem
    assert growth(problem, deletion) == pytest.approx(growth(anew), abs=1e-9)


def test_a_catalyst_without_a_limit_is_closed_with_its_last_gene(model, conditions):
    """GLNt has no capacities here: SLC1A5 limited to nothing leaves the other carrier without a limit."""
    bench = Bench(model, [conditions], Build("fba"))
    plenty = bench.condition("plenty")
    problem = bench.arm(plenty, [inhibit("SLC1A5=100%")]).problem
    closing = Closing(problem)
    assert growth(problem) > 0
    assert growth(problem, closing.of(Loss(catalysts=("SLC38A2",)))) == 0


def test_a_reaction_that_must_run_does_not_when_it_is_lost(model, conditions):
    """A lower bound above 0 in the condition: the knock-out has the last word, as when it is built anew."""
    forced = set_field("bounds.GLUNm={lower: 0.2, unit: mmol/gDW/h}")
    bench = Bench(model, [conditions], Build())
    plenty = bench.condition("plenty", [forced])
    problem = bench.arm(plenty).problem
    deletion = Closing(problem).of(Losses(model).of(["GLS", "GLS2"]))
    anew = bench.arm(plenty, [knock_out("GLS,GLS2")]).problem
    assert deletion.rows
    assert growth(problem) > 0
    assert growth(problem, deletion) == growth(anew) == 0
