"""Published signs that stoichiometry alone decides, each from a row of the evidence split marked `fit`."""

from __future__ import annotations

import functools

import pytest

import fluxmodel as fx
from fluxmodel.condition import Change

ALIVE = 0.5  # chosen: growth above half of the untreated cell's
DEAD = 0.05  # chosen: growth below a twentieth of it


@functools.cache
def growth(*changes: str, condition: str = "normoxia") -> float:
    """Growth after changes written as ``-GENE`` (lost) or ``path=value`` (set); 0 if not viable."""

    def change(text: str) -> Change:
        return fx.knock_out(text[1:]) if text.startswith("-") else fx.set_field(text)

    # what the network can do; what a cell can do of it, its capacities say
    done = [change(c) for c in changes]
    return fx.predict(None, condition, done, observables=["growth"], formalism="fba").growth


WITHOUT = {"ser": ("medium.ser__L=0 mM", "medium.gly=0 mM"), "asn": ("medium.asn__L=0 mM",),
           "gln": ("medium.gln__L=0 mM",)}  # fmt: skip


@pytest.mark.parametrize(
    ("lost", "medium"),
    [
        # PHGDH is needed without serine and glycine, 10.1038/nature10350 (amplified lines)
        ("-PHGDH", WITHOUT["ser"]),
        ("-PSAT1", WITHOUT["ser"]),
        # ASNS is needed without asparagine: asparaginase in leukaemia, 10.1038/ncomms11457
        ("-ASNS", WITHOUT["asn"]),
        # GLUL is needed without glutamine, 10.1038/ncb3272
        ("-GLUL", WITHOUT["gln"]),
    ],
)
def test_a_synthesis_is_needed_where_its_product_is_missing(lost: str, medium: tuple[str, ...]) -> None:
    assert growth(lost) > ALIVE * growth()
    assert growth(*medium) > ALIVE * growth()
    assert growth(lost, *medium) < DEAD * growth()


def test_dhodh_loss_is_rescued_by_uridine() -> None:
    """10.1126/science.2814477: without the respiratory chain, or DHODH, cells need uridine."""
    assert growth("-DHODH") < DEAD * growth()
    assert growth("-DHODH", "medium.uri=0.1 mM") > ALIVE * growth()
    assert growth("-UQCRC1") < ALIVE * growth()
    assert growth("-UQCRC1", "medium.uri=0.1 mM") > ALIVE * growth()


def test_both_lactate_dehydrogenases_are_needed_only_without_oxygen() -> None:
    """10.1074/jbc.RA118.004180: double knock-out is tolerated at 21 % O2 and not at 1 %."""
    assert growth("-LDHA", "-LDHB") > 0.3 * growth()
    assert growth("-LDHA", "-LDHB", condition="hypoxia") < DEAD * growth(condition="hypoxia")


def test_cystine_is_needed_beyond_what_transsulfuration_gives() -> None:
    """10.7554/eLife.02523: cystine deprivation and loss of system xc- stop growth."""
    assert growth("-SLC7A11") < ALIVE * growth()
    assert growth("medium.cysi__L=0 mM") < ALIVE * growth()
    assert growth("-SLC7A11", "-CBS", "medium.gthrd=0 mM") < DEAD * growth()


def test_slc1a5_loss_is_tolerated_with_other_loaders() -> None:
    """10.1074/jbc.M115.700534: SNAT1/2 compensate for ASCT2 in rich medium."""
    assert growth("-SLC1A5") > 0.95 * growth()


@pytest.mark.parametrize("base", ["DMEM", "RPMI-1640", "HPLM", "HamsF12"])
def test_growth_in_the_four_media_without_serum(base: str) -> None:
    assert growth(f"medium.base={base}", "medium.serum=null") > 0.005
