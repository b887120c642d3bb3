"""How wide cycles run under plain FBA, without and with the finite bounds of the table.

    python -m benchmarks.loops

`closed` is the largest flux with every exchange shut: a loop without a driver.  `before` and
`after` are widths of the flux range at 95 % of optimal growth in normoxia, with the bounds marked
CAP lifted and as they stand.  What is left is driven by the energy of glucose, not free.
"""

from __future__ import annotations

from fluxmodel.analysis.lp_solver import CheckSolver
from fluxmodel.condition import load_cell, load_condition, load_medium, mix, oxygen_limit, uptake_limits
from fluxmodel.network import Model, load_model

ROWS = (
    "ICDHyr", "ICDHyrm", "ACONT", "ACONTm", "CITtam", "ALATA_L", "ALATA_Lm", "LEUTA", "LEUTAm", "MTHFD",
    "GHMT2r", "GHMT2rm", "MTHFDm", "FTHFL", "GLUDxi", "GLUDy", "NNT", "PCm", "ME1m", "ME2", "MDHm", "MDH",
    "GLUNm", "AKGDm", "HCO3E", "FBP", "PROD2m",
)  # fmt: skip
FRACTION = 0.95


def bounds_of(model: Model, lifted: bool) -> dict[str, tuple[float, float]]:
    """Bounds in normoxia; `lifted` sets the finite bounds of CAP rows to the usual 1000."""
    condition = load_condition("normoxia")
    cell = load_cell(condition.cell)
    limits = uptake_limits(condition, mix(condition, load_medium("RPMI-1640")), cell)
    oxygen = oxygen_limit(condition, cell)
    assert oxygen is not None
    bounds = dict.fromkeys(model.exchanges, (0.0, 1000.0))
    for species, limit in {**limits, "o2": oxygen}.items():
        if f"EX_{species}_e" in bounds:
            top = 1000.0 if limit is None else limit.magnitude("mmol/gDW/h")
            bounds[f"EX_{species}_e"] = (-top, 1000.0)
    if lifted:
        for row in model.reactions.values():
            if row.open and "CAP" in row.reasons:
                bounds[row.id] = (-1000.0 if row.lower < 0 else 0.0, 1000.0)
    return bounds


def main() -> None:
    """Print the table."""
    model = load_model()
    solver = CheckSolver(model)
    shut = solver.ranges(ROWS, dict.fromkeys(model.exchanges, (0.0, 0.0)) | {"ATPM": (0.0, 1000.0)})
    widths = []
    for lifted in (True, False):
        bounds = bounds_of(model, lifted)
        growth = solver.maximise({model.biomass: 1.0}, bounds)
        assert growth is not None
        found = solver.ranges(ROWS, bounds | {model.biomass: (FRACTION * growth, 1000.0)})
        assert found is not None
        widths.append(found)
    print(f"{'row':10}{'closed':>10}{'before':>22}{'after':>22}")
    for row in ROWS:
        assert shut is not None
        closed = max(abs(x) for x in shut[row])
        ranges = [f"{w[row][0]:.2f} .. {w[row][1]:.2f}" for w in widths]
        print(f"{row:10}{closed:10.3f}{ranges[0]:>22}{ranges[1]:>22}")


if __name__ == "__main__":
    main()
