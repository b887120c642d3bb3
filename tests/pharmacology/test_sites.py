"""Doses of several agents: the laws of `law`, and what is at a site already."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxmodel.pharmacology import Agent, Binder, Exposure, Occupancy, drawn, exclusive, independent

doses = st.floats(0, 1e6)
potencies = st.floats(1e-6, 1e3)
hills = st.floats(0.3, 4)


def two(a, b, together):
    one, other = Binder("A", 0, *a, "A on X", a[0] / 3, a[0] * 3), Binder("B", 0, *b, "B on X")
    sites = {"X": ((one, other),) if together else ((one,), (other,))}
    return Exposure((Agent("A", "mM"), Agent("B", "mM")), ("X",), sites, {})


@given(doses, doses, potencies, potencies, hills, hills)
def test_two_drugs_follow_the_law_of_their_sites(x, y, p, q, h, k):
    both = [Occupancy(x, p, h), Occupancy(y, q, k)]
    for together, law in ((True, exclusive), (False, independent)):
        left = two((p, h), (q, k), together).left([[x, y]])[0, 0]
        assert left == pytest.approx(law(both), rel=1e-9, abs=1e-300)


@given(st.floats(0.001, 0.999), potencies, hills, st.floats(0.1, 10))
def test_doses_and_shares_are_each_other_reversed(share, p, h, shift):
    e = two((p, h), (1.0, 1.0), together=False)
    shifts = {"A on X": shift}
    dose = e.doses("A", [share], shifts)
    assert e.shares("A", dose, shifts) == pytest.approx([share])
    assert e.left(np.array([[dose[0], 0.0]]), shifts)[0, 0] == pytest.approx(1 - share)


def test_what_is_at_the_site_already_weakens():
    held = Binder("B", 3.0, 1.0, 1.0)
    e = Exposure((Agent("A", "mM"),), ("X",), {"X": ((Binder("A", 0, 2.0, 1.0), held),)}, {})
    assert e.law("A") == (8.0, 1.0)
    assert e.left([[0.0], [8.0], [np.inf]])[:, 0].tolist() == [1.0, 0.5, 0.0]


def test_percentages_multiply():
    agents = (Agent("GLS", "percent"), Agent("A", "percent"))
    e = Exposure(agents, ("X", "Y"), {}, {"X": ("GLS", "A"), "Y": ("A",)})
    assert e.left([[50.0, 90.0]])[0] == pytest.approx([0.05, 0.1])
    assert e.doses("A", 0.25) == 25.0
    assert e.actions() == {}


def test_draws_hang_on_seed_member_and_action_alone():
    ranges = two((1.0, 1.0), (1.0, 1.0), together=True).actions()
    assert ranges == {"A on X": (pytest.approx(1 / 3), 3.0)}
    first = drawn({**ranges, "other": (0.1, 1.0)}, [1, 5])
    assert drawn(ranges, [1, 5])["A on X"] == first["A on X"]
    assert drawn(ranges, [1, 6]) != drawn(ranges, [1, 5])
    many = np.array([drawn(ranges, [1, m])["A on X"] for m in range(300)])
    assert many.min() >= 1 / 3
    assert many.max() <= 3
    assert abs(np.log(many).mean()) < 0.15
