"""Nothing comes from nothing: no matter, no energy, no redox power."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fluxmodel.network.checks.base import FLUX_TOLERANCE, Bounds, Check, Context, Hit, Need
from fluxmodel.network.checks.probes import (
    DRAIN,
    INORGANIC,
    REQUIRED,
    closed_rows_open,
    inorganic,
    merged,
    sealed,
    spends,
)

# A test reaction's own limit: small, so that an optimum of 0 is told from rounding at the bound 1000
_PROBE = (0.0, 1.0)


def _produced(ctx: Context, tests: Sequence[str], state: Bounds) -> dict[str, float]:
    """Test reactions that carry flux in `state`: one LP if there are none, else one for each."""
    opened = merged(state, dict.fromkeys(tests, _PROBE))
    if not tests or ctx.maximum(dict.fromkeys(tests, 1.0), opened) <= FLUX_TOLERANCE:
        return {}
    single = {t: ctx.maximum({t: 1.0}, merged(state, {t: _PROBE})) for t in tests}
    return {t: flux for t, flux in single.items() if flux > FLUX_TOLERANCE}


def matter(ctx: Context) -> Iterator[Hit]:
    """With every exchange closed no metabolite can be made; with water, gases and salts open only those."""
    model = ctx.model
    every = [DRAIN + m for m in model.metabolites]
    organic = [DRAIN + m for m, row in model.metabolites.items() if row.species.id not in INORGANIC]
    for title, tests, state in (
        ("everything closed", every, sealed(model)),
        ("only water, gases and salts open", organic, inorganic(model)),
    ):
        for test, flux in _produced(ctx, tests, state).items():
            m = model.metabolites[test.removeprefix(DRAIN)]
            yield Hit(m.id, f"is made from nothing ({flux:g} of {_PROBE[1]:g}), {title}", m.species.where)
    ctx.values["leaks.metabolites_tested"] = len(every)


def _energy(ctx: Context, states: Mapping[str, Bounds]) -> Iterator[Hit]:
    tests = spends(ctx.model)
    for title, state in states.items():
        for test, flux in _produced(ctx, list(tests), state).items():
            where = test.removeprefix("TEST_spend_")
            yield Hit(where, f"{tests[test]} comes from nothing ({flux:g} of {_PROBE[1]:g}), {title}")


def energy(ctx: Context) -> Iterator[Hit]:
    """No ATP, GTP, NADH, NADPH, ubiquinol, pmf, CoA ester or GSH without a carbon source."""
    ctx.values["leaks.energy_tests"] = sorted(name.removeprefix("TEST_spend_") for name in spends(ctx.model))
    yield from _energy(
        ctx,
        {
            "everything closed": sealed(ctx.model),
            "only water, gases and salts open": inorganic(ctx.model),
        },
    )


def energy_opened(ctx: Context) -> Iterator[Hit]:
    """The same with the rows opened that are closed by default, one after the other."""
    for row, bounds in closed_rows_open(ctx.model).items():
        reaction = ctx.model.reactions[row]
        if reaction.boundary:
            continue
        for hit in _energy(ctx, {f"with {row} opened": merged(inorganic(ctx.model), {row: bounds})}):
            yield Hit(row, hit.message, reaction.where)


def energy_tests(ctx: Context) -> Iterator[Hit]:
    """Each energy test that is asked for can be built."""
    built = set(spends(ctx.model).values())
    for name in REQUIRED:
        if name not in built:
            yield Hit(name, "no compartment has all metabolites of this energy test")


_SOLVER: tuple[Need, ...] = ("solver",)
CHECKS = (
    Check("FM440", "leak", "error", "look for an unbalanced or doubled transport of it", matter, _SOLVER),
    Check(
        "FM441", "energy_leak", "error", "find the cycle that makes it; fix a direction", energy, _SOLVER
    ),
    Check(
        "FM442", "energy_leak_opened", "warning", "say in its note what must be closed when it is opened",
        energy_opened, _SOLVER,
    ),
    Check("FM443", "energy_test", "warning", "rename the metabolites as in BiGG, or waive it", energy_tests),
)  # fmt: skip
