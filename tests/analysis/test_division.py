"""Fluxes are divided so that the highest use is lowest, then the next one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxmodel.analysis.division import Way, divide


def uses(ways, parts, limits):
    found = {}
    for way, part in zip(ways, parts, strict=True):
        key = way.catalyst, way.side
        found[key] = found.get(key, 0.0) + part / way.efficiency / limits[way.catalyst]
    return {c: max(u for (name, _), u in found.items() if name == c) for c, _ in found}


def test_isozymes_divide_in_proportion_to_what_they_can_carry():
    ways = [Way("r", "a", 0, 2.0), Way("r", "b", 0, 1.0), Way("s", "c", 0, 1.0)]
    limits = {"a": 3.0, "b": 4.0, "c": 100.0}
    parts = divide(ways, {"r": 5.0, "s": 1.0}, limits)
    assert parts == pytest.approx([3.0, 2.0, 1.0])
    assert uses(ways, parts, limits) == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.01})


def test_what_is_not_held_up_is_evened_out_below_the_highest():
    """a is full of what only it can do; b and c share the rest alike."""
    ways = [Way("own", "a", 0, 1.0)] + [Way("r", name, 0, 1.0) for name in "abc"]
    parts = divide(ways, {"own": 2.0, "r": 1.0}, {"a": 1.0, "b": 1.0, "c": 3.0})
    assert parts == pytest.approx([2.0, 0.0, 0.25, 0.75], abs=1e-6)


def test_the_two_sides_of_an_exchanger_share_nothing():
    ways = [Way("in", "x", 0, 1.0), Way("out", "x", 1, 1.0), Way("in", "y", 0, 1.0)]
    parts = divide(ways, {"in": 2.0, "out": 1.0}, {"x": 1.0, "y": 1.0})
    assert parts == pytest.approx([1.0, 1.0, 1.0])


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_no_exchange_lowers_a_higher_use(seed):
    """Flux moved from one catalyst to another of lower use would show that the levels were not lowest."""
    rng = np.random.default_rng(seed)
    names, reactions = "abcd", "rst"
    ways = [Way(r, c, int(rng.integers(2)), float(rng.uniform(0.2, 3))) for r in reactions for c in names
            if rng.uniform() < 0.6]  # fmt: skip
    covered = {w.reaction for w in ways}
    fluxes = {r: float(rng.uniform(0.1, 5)) for r in covered}
    limits = {c: float(rng.uniform(0.1, 5)) for c in names}
    if not ways:
        return
    parts = divide(ways, fluxes, limits)
    assert min(parts) >= -1e-9
    for r in covered:
        total = sum(p for w, p in zip(ways, parts, strict=True) if w.reaction == r)
        assert total == pytest.approx(fluxes[r], rel=1e-6)
    use = uses(ways, parts, limits)
    for k, giver in enumerate(ways):
        for taker in ways:
            if taker.reaction != giver.reaction or taker.catalyst == giver.catalyst or parts[k] < 1e-4:
                continue
            if use[giver.catalyst] <= use[taker.catalyst] + 1e-4:
                continue
            moved = list(parts)
            moved[k] -= 1e-5
            moved[ways.index(taker)] += 1e-5
            after = uses(ways, moved, limits)
            # a giver whose other side uses as much is not lowered by it
            assert after[giver.catalyst] >= use[giver.catalyst] - 1e-7
