"""The Model as a value: look-ups, catalysts, matrix, digests, additions."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from fluxmodel.errors import ModelError
from fluxmodel.network import load_model
from tests.network import toy


def test_metabolites_are_expanded_from_species(model):
    gln = model.metabolites["gln__L_c"]
    assert (gln.formula, gln.charge, gln.compartment, gln.name) == ("C5H10N2O3", 0, "c", "gln__L name")
    assert gln.species is model.species["gln__L"]
    assert gln.elements["N"] == 2
    assert gln.mass == pytest.approx(146.146, abs=1e-3)
    assert list(model.metabolites)[:3] == ["glc__D_e", "glc__D_c", "lac__L_e"]


def test_closed_rows_have_zero_bounds(model):
    aox = model.reactions["AOX"]
    assert aox.bounds == (0.0, 0.0)
    assert (aox.lower, aox.upper) == (0.0, 1000.0)
    assert model.reactions["EX_glc__D_e"].bounds == (-10.0, 1000.0)


def test_nothing_can_be_changed(model):
    with pytest.raises(FrozenInstanceError):
        model.reactions["GLS"].lower = 1.0
    with pytest.raises(FrozenInstanceError):
        model.genes = {}
    with pytest.raises(TypeError):
        model.reactions["new"] = 1
    with pytest.raises(TypeError):
        model.reactions["GLS"].stoichiometry["h_c"] = 1
    with pytest.raises(AttributeError):
        model.reactions._items = {}
    with pytest.raises(ValueError, match="read-only"):
        model.stoichiometry.values[0] = 1


def test_catalysts(model):
    assert [c.id for c in model.catalysts_of("GLNt")] == ["ASCT2", "SNAT2"]
    (own,) = model.catalysts_of("GLS")
    assert (own.id, str(own.rule), own.reactions, own.explicit) == ("GLS", "GLS", ("GLS",), False)
    assert model.catalysts_of("H2Ot") == ()
    with pytest.raises(ModelError, match="FM407"):
        model.catalysts_of("GLSS")


def test_genes_and_reactions(model):
    assert model.reactions_of("SLC1A5") == ("GLNt",)
    assert model.lost_reactions(["SLC1A5"]) == ()
    assert model.lost_reactions(["SLC38A2", "SLC1A5", "GLS"]) == ("GLNt", "GLS")
    with pytest.raises(ModelError, match="did you mean GLS"):
        model.reactions_of("GLSX")
    with pytest.raises(ModelError, match="did you mean GLS"):
        model.reaction("GLSX")


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("ENSG00000115419", "write GLS: that is its symbol here"),
        ("ensg00000115419.13", "write GLS: that is its symbol here"),
        ("2744", "write GLS: that is its symbol here"),
        ("GLS GLS2", "put commas between genes: GLS,GLS2"),
        ("GLS;GLS2", "put commas between genes: GLS,GLS2"),
        ("GLSS", "did you mean LSS, GSS, GLS?"),
        ("qqqq", ""),
    ],
)
def test_what_to_write_instead_of_an_unknown_gene(name, cure):
    model = load_model()
    assert model.suggest_gene(name) == cure
    with pytest.raises(ModelError) as caught:
        model.reactions_of(name)
    assert caught.value.problems[0].cure == cure


def test_the_matrix_holds_the_equations(model):
    s = model.stoichiometry
    dense = np.zeros((len(s.metabolites), len(s.reactions)))
    for column in range(len(s.reactions)):
        here = slice(s.starts[column], s.starts[column + 1])
        assert list(s.rows[here]) == sorted(s.rows[here])
        dense[s.rows[here], column] = s.values[here]
    for column, reaction in enumerate(model.reactions.values()):
        for row, metabolite in enumerate(model.metabolites):
            assert dense[row, column] == reaction.stoichiometry.get(metabolite, 0.0)
    aox = s.reactions.index("AOX")
    assert (s.lower[aox], s.upper[aox]) == (0.0, 0.0)


def test_biomass_is_the_sum_of_its_rows(model):
    biomass = model.reactions["BIOMASS"]
    assert biomass.stoichiometry["gln__L_c"] == -5
    assert biomass.stoichiometry["atp_c"] == -30
    assert biomass.kind == "biomass"


def test_the_digest_is_of_the_content(model, tmp_path):
    same = toy.build(tmp_path / "elsewhere")
    assert same.digest == model.digest
    assert same == model
    assert hash(same) == hash(model)
    other = toy.build(tmp_path / "other", toy.edit(toy.tables(), "reactions", "GLS", upper="999"))
    assert other.digest != model.digest
    assert other != model


def test_the_digest_does_not_depend_on_row_order_in_the_file(model, tmp_path):
    content = toy.tables()
    content["genes"].reverse()
    assert toy.build(tmp_path, content).digest == model.digest


def test_a_model_travels(model):
    copy = pickle.loads(pickle.dumps(model))
    assert copy == model
    assert list(copy.reactions) == list(model.reactions)


def test_repr_is_short(model):
    assert repr(model) == "<Model toy 0.1.0: 29 reactions, 27 metabolites, 13 genes>"


def test_a_reaction_can_be_added(model):
    more = model.with_reaction("NEW", "gln__L_c + h2o_c <=> glu__L_c + nh4_c", gpr="GLS", open=False)
    assert more.reactions["NEW"].bounds == (0.0, 0.0)
    assert (more.reactions["NEW"].lower, more.reactions["NEW"].upper) == (-1000.0, 1000.0)
    assert more.reactions_of("GLS") == ("GLS", "NEW")
    assert "NEW" not in model.reactions
    assert more.digest != model.digest
    assert len(more.stoichiometry.reactions) == len(model.stoichiometry.reactions) + 1


def test_an_added_reaction_is_checked_whole(model):
    with pytest.raises(ModelError) as caught:
        model.with_reaction("GLS", "gln__L_x --> glu__L_c", gpr="GLSS", bounds=(-1, 1))
    assert [p.code for p in caught.value.problems] == ["FM412", "FM405", "FM406", "FM411"]


@pytest.mark.parametrize("equation", ["gln__L_c --> glu__L_c", "nh4_c --> nh4_e + h_e"])
def test_an_unbalanced_addition_is_refused(model, equation):
    with pytest.raises(ModelError, match="FM416"):
        model.with_reaction("NEW", equation)
    assert "NEW" in model.with_reaction("NEW", equation, balanced=False).reactions


def test_a_boundary_needs_no_balance(model):
    assert model.with_reaction("DM_atp", "atp_c -->").reactions["DM_atp"].boundary
