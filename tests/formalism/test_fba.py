"""What flux balance analysis makes of a resolved condition, column by column."""

from __future__ import annotations

import pytest

from fluxmodel.errors import InputError
from fluxmodel.formalism import FORMALISMS, build
from fluxmodel.questions.changes import inhibit, set_field


def test_one_column_per_reaction_without_capacities(arm, model):
    problem = arm("plenty").problem
    assert problem.program.columns == (*model.reactions, "unmet:ATP_maintenance")
    assert problem.program.nets == tuple(model.reactions)
    assert [s.name for s in problem.program.stages] == ["unmet", "growth"]


def test_a_limited_reaction_has_a_column_per_catalyst_and_direction(arm):
    problem = arm("plenty", inhibit("GLS=90%"), inhibit("SLC1A5=100%")).problem
    names = [problem.program.columns[c] for c, _ in problem.columns_of["GLUNm"]]
    assert names == ["GLUNm@GLS:forward", "GLUNm@GLS2:forward"]
    names = [problem.program.columns[c] for c, _ in problem.columns_of["GLNt"]]
    assert names == ["GLNt@SLC1A5:forward", "GLNt@SLC1A5:reverse", "GLNt@*:forward", "GLNt@*:reverse"]
    assert [sign for _, sign in problem.columns_of["GLNt"]] == [1, -1, 1, -1]


def test_a_capacity_row_sums_both_directions_of_all_its_reactions(arm):
    problem = arm("plenty", inhibit("SLC1A5=100%")).problem
    row = problem.program.rows.index("capacity:SLC1A5")
    columns, values = problem.program.matrix.transpose().column(row)
    assert [problem.program.columns[c] for c in columns] == ["GLNt@SLC1A5:forward", "GLNt@SLC1A5:reverse"]
    assert values.tolist() == [1, 1]
    assert problem.program.row_upper[row] == 0


def test_a_vector_reads_the_net_flux(arm):
    problem = arm("plenty", inhibit("GLS=90%"), inhibit("SLC1A5=100%")).problem
    x = [0.0] * problem.program.n_columns
    for n, (column, _) in enumerate(problem.columns_of["GLNt"]):
        x[column] = float(n + 1)
    assert problem.vector({"GLNt": 2.0}) @ x == 2 * (1 - 2 + 3 - 4)


def test_the_point_program_costs_every_internal_flux_once(arm, model):
    program = arm("plenty").problem.point_program
    assert [s.name for s in program.stages] == ["unmet", "growth", "parsimonious", "canonical"]
    cost = dict(zip(program.columns, program.stage("parsimonious").cost.tolist(), strict=True))
    assert cost["GLYC"] == 1
    assert cost["LDH_L"] == cost["LDH_L:reverse"] == 1
    assert cost["EX_glc__D_e"] == cost["BIOMASS"] == 0  # boundaries carry no protein
    assert (program.col_lower >= 0).all()


def test_bounds_of_a_split_reaction_hold_for_its_net_flux(arm):
    problem = arm(
        "plenty", inhibit("GLS=10%"), set_field("bounds.GLUNm={upper: 0.05, unit: mmol/gDW/h}")
    ).problem
    row = problem.program.rows.index("net:GLUNm")
    assert (problem.program.row_lower[row], problem.program.row_upper[row]) == (0, 0.05)


def test_formalisms_by_name(arm):
    resolved = arm("plenty").problem.resolved
    assert list(FORMALISMS) == ["fba", "pool", "capacity", "eflux", "gimme", "imat"]
    assert build(resolved, "fba").formalism == "fba"
    with pytest.raises(InputError, match="FM510") as caught:
        build(resolved, "fbaa")
    assert "fba" in caught.value.problems[0].cure


def test_unserved_demands_count_by_their_share(arm):
    problem = arm("plenty", set_field("demands.OXP=0.5 mmol/gDW/h")).problem
    cost = dict(zip(problem.program.columns, problem.program.stage("unmet").cost.tolist(), strict=True))
    assert {k: v for k, v in cost.items() if v} == {"unmet:ATP_maintenance": 0.5, "unmet:OXP": 2.0}


def test_loads_come_after_demands(arm):
    from dataclasses import replace

    resolved = arm("plenty", set_field("demands.OXP=0.5 mmol/gDW/h")).problem.resolved
    loads = tuple(replace(d, exact=d.name == "OXP") for d in resolved.demands)
    program = build(replace(resolved, demands=loads)).program
    assert [s.name for s in program.stages] == ["unmet", "loads", "growth"]
    row = program.rows.index("demand:OXP")
    assert (program.row_lower[row], program.row_upper[row]) == (0.5, 0.5)
