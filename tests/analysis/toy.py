"""A cell small enough to be solved by hand, written as the tables and YAML files that users write.

Glucose gives 2 pyruvate and 2 ATP; pyruvate leaves as lactate or is burnt (3 O2, 12 ATP); glutamine is
imported by SLC1A5 or SLC38A2 and opened by GLS or GLS2; growth takes 1 pyruvate, 1 glutamate and 20 ATP.
With 1 gDW/L and 1 h, a concentration in mM is the highest uptake in mmol/gDW/h.
"""

from __future__ import annotations

from pathlib import Path

from fluxmodel.network.schema import TABLES

SPECIES = {
    "glc__D": "C6H12O6 0 c e", "pyr": "C3H3O3 -1 c", "lac__L": "C3H5O3 -1 c e", "o2": "O2 0 c e",
    "co2": "CO2 0 c e", "gln__L": "C5H10N2O3 0 c e", "glu__L": "C5H8NO4 -1 c e", "nh4": "H4N 1 c e",
    "atp": "C10H12N5O13P3 -4 c",
}  # fmt: skip
# id: equation, lower, upper, default, rule, kind
REACTIONS = {
    **{f"EX_{s}_e": (f"{s}_e <=>", -1000, 1000, "open", "", "exchange")
       for s in ("glc__D", "lac__L", "o2", "gln__L", "glu__L", "nh4")},
    "EX_co2_e": ("co2_e -->", 0, 1000, "open", "", "exchange"),
    "GLCt": ("glc__D_e --> glc__D_c", 0, 1000, "open", "SLC2A1", "addition"),
    "GLYC": ("glc__D_c --> 2 pyr_c + 2 atp_c", 0, 1000, "open", "HK1 or HK2", "addition"),
    "LDH_L": ("pyr_c <=> lac__L_c", -1000, 1000, "open", "LDHA or LDHB", "addition"),
    "LACt": ("lac__L_c <=> lac__L_e", -1000, 1000, "open", "SLC16A1", "addition"),
    "O2t": ("o2_e <=> o2_c", -1000, 1000, "open", "", "addition"),
    "CO2t": ("co2_c --> co2_e", 0, 1000, "open", "", "addition"),
    "OXP": ("pyr_c + 3 o2_c --> 3 co2_c + 12 atp_c", 0, 1000, "open", "PDHA1 and MPC1", "addition"),
    "GLNt": ("gln__L_e <=> gln__L_c", -1000, 1000, "open", "SLC1A5 or SLC38A2", "addition"),
    "GLUNm": ("gln__L_c --> glu__L_c + nh4_c", 0, 1000, "open", "GLS or GLS2", "addition"),
    "GLUt": ("glu__L_c <=> glu__L_e", -1000, 1000, "open", "", "addition"),
    "NH4t": ("nh4_c --> nh4_e", 0, 1000, "open", "", "addition"),
    "BYPASS": ("pyr_c --> 5 atp_c", 0, 1000, "closed", "AOX", "addition"),
    "ATPM": ("atp_c -->", 0, 1000, "open", "", "demand"),
    "BIOMASS": ("@biomass", 0, 1000, "open", "", "biomass"),
}  # fmt: skip
CATALYSTS = {
    "SLC1A5": ("SLC1A5", "GLNt"),
    "SLC38A2": ("SLC38A2", "GLNt"),
    "GLS": ("GLS", "GLUNm"),
    "GLS2": ("GLS2", "GLUNm"),
}
BIOMASS = {"pyr_c": -1, "glu__L_c": -1, "atp_c": -20}
PARAMETERS = {"verdict.fraction": 0.95, "verdict.min_ratio": 1.05, "verdict.near_zero": 1e-4}
GENES = [
    "SLC2A1", "HK1", "HK2", "LDHA", "LDHB", "SLC16A1", "PDHA1", "MPC1", "SLC1A5", "SLC38A2", "GLS", "GLS2",
    "AOX", "ORPHAN",
]  # fmt: skip

MODEL = """\
schema: fluxmodel.model/1
id: toy
name: Toy
version: 0.1.0
parent: {id: none, version: "0", licence: none}
licence: MIT
objective: BIOMASS
biomass: BIOMASS
maintenance: ATPM
compartments: {c: cytosol, e: extracellular}
"""
SOURCE = 'source: {citation: "chosen", provenance: recalled}'
MEDIUM = f"""\
schema: fluxmodel.medium/1
id: broth
name: Toy medium
{SOURCE}
components:
  glc__D: {{value: 10, unit: mM}}
  gln__L: {{value: 1, unit: mM}}
  vitamin: {{value: 1, unit: mM}}
"""
CELL = f"""\
schema: fluxmodel.cell/1
id: toycell
name: Toy cell
provisional: true
{SOURCE}
dry_mass: {{value: 500, unit: pg/cell}}
reference: plenty
rates:
  growth: {{value: 0.5, error: 0.05, unit: 1/h, source: "chosen"}}
  uptake(glc__D): {{value: 5, error: 0.5, unit: mmol/gDW/h, source: "chosen"}}
demands:
  ATP_maintenance: {{value: 2, unit: mmol/gDW/h}}
capacities:
  GLS: {{value: 0.9, unit: mmol/gDW/h, source: "chosen"}}
  GLS2: {{value: 0.1, unit: mmol/gDW/h, source: "chosen"}}
  GLYC: {{value: 10, unit: mmol/gDW/h, source: "chosen"}}
"""
PLENTY = """\
schema: fluxmodel.condition/1
id: plenty
cell: toycell
medium: {base: broth}
uptake:
  hours: {value: 1, unit: h}
  density: {value: 1, unit: gDW/L}
oxygen: {value: 21, unit: percent, stirred: true}
"""
SCARCE = """\
schema: fluxmodel.condition/1
id: scarce
extends: {id: plenty, digest: null}
oxygen: {value: 0, unit: percent}
"""


def write_model(folder: Path) -> Path:
    """Write the tables of the toy model into `folder`."""
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in TABLES}
    for id, text in SPECIES.items():
        formula, charge, compartments = text.split(maxsplit=2)
        rows["metabolites"].append(
            {"id": id, "name": id, "formula": formula, "charge": charge, "compartments": compartments}
        )
    rows["genes"] = [{"symbol": g, "name": g} for g in GENES]
    for id, (equation, lower, upper, default, gpr, kind) in REACTIONS.items():
        rows["reactions"].append(
            {"id": id, "name": f"{id} of the toy", "equation": equation, "lower": lower, "upper": upper,
             "default": default, "gpr": gpr, "kind": kind, "source": "S"}
        )  # fmt: skip
    rows["catalysts"] = [{"id": k, "gpr": g, "reactions": r} for k, (g, r) in CATALYSTS.items()]
    rows["biomass"] = [
        {"reaction": "BIOMASS", "metabolite": m, "coefficient": c, "unit": "mmol/gDW"}
        for m, c in BIOMASS.items()
    ]
    rows["sources"] = [{"id": "S", "citation": "made up", "provenance": "chosen"}]
    rows["parameters"] = [
        {"id": k, "value": v, "unit": "1", "source": "chosen"} for k, v in PARAMETERS.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.yaml").write_text(MODEL, encoding="utf-8")
    for name, (schema, _) in TABLES.items():
        lines = ["\t".join(schema)]
        lines += ["\t".join(str(row.get(column, "")) for column in schema) for row in rows[name]]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_conditions(folder: Path) -> Path:
    """Write the toy's medium, cell and conditions into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("broth", MEDIUM), ("toycell", CELL), ("plenty", PLENTY), ("scarce", SCARCE)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
