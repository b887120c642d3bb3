"""A toy model that passes every check, and tools to break it one rule at a time.

Glucose to lactate (2 ATP) or to CO2 (32 ATP), glutamine to glutamate to CO2 (22 ATP), a pump that
moves protons to the pmf compartment and an ATP synthase that takes them back.
"""

# ruff: noqa: E501 - a table is read by its columns

from __future__ import annotations

from pathlib import Path

from fluxmodel.frozen import FrozenMap
from fluxmodel.network import Model, Parent, load_model
from fluxmodel.network.gpr import parse_rule
from fluxmodel.network.sbml_values import SbmlGene, SbmlReaction, SbmlSpecies
from fluxmodel.network.schema import TABLES

Rows = list[dict[str, str]]

HEADER = """\
schema: fluxmodel.model/1
id: toy
name: toy model
version: 0.1.0
parent: {id: Human-GEM, version: 1.19, licence: CC-BY-4.0}
licence: CC-BY-4.0
objective: BIOMASS
biomass: BIOMASS
maintenance: ATPM
compartments: {c: cytosol, e: extracellular space, m: mitochondrion, i: intermembrane space}
created: 2025-01-01
tables: 1
"""


def _species(text: str) -> Rows:
    rows = []
    for line in text.strip().splitlines():
        id_, formula, charge, compartments, parent = line.split("|")
        rows.append(
            {
                "id": id_.strip(), "name": f"{id_.strip()} name", "formula": formula.strip(),
                "charge": charge.strip(), "compartments": compartments.strip(),
                "parent": parent.strip(), "source": "hgem", "kegg": f"C{len(rows):05d}",
                "chebi": f"CHEBI:{1000 + len(rows)}", "bigg": id_.strip(),
            }
        )  # fmt: skip
    return rows


def metabolites() -> Rows:
    return _species(
        """
        glc__D | C6H12O6      | 0  | e c   | MAM01965
        lac__L | C3H5O3       | -1 | e c   | MAM02403
        gln__L | C5H10N2O3    | 0  | e c   | MAM01975
        glu__L | C5H8NO4      | -1 | e c   | MAM01974
        nh4    | H4N          | 1  | e c   | MAM02579
        co2    | CO2          | 0  | e c   | MAM01596
        o2     | O2           | 0  | e c   | MAM02630
        h2o    | H2O          | 0  | e c m | MAM02040
        h      | H            | 1  | e c m i | MAM02039
        pi     | HO4P         | -2 | c m   | MAM02751
        adp    | C10H12N5O10P2 | -3 | c m  | MAM01285
        atp    | C10H12N5O13P3 | -4 | c m  | MAM01371
        """
    )


def genes() -> Rows:
    text = "SLC2A1 SLC16A1 SLC1A5 SLC38A2 GLS GLYC RESP GLUOX ATP5 PUMP AAC MT-X AOX"
    return [
        {
            "symbol": s, "name": f"{s} name", "source": "hgem", "hgnc": f"HGNC:{n + 1}",
            "ensembl": "" if s == "AOX" else f"ENSG{n:011d}", "ncbigene": str(n + 1), "uniprot": f"P{n:05d}",
        }
        for n, s in enumerate(text.split())
    ]  # fmt: skip


def _reactions(text: str) -> Rows:
    rows = []
    for line in text.strip().splitlines():
        id_, equation, lower, default, gpr, kind, parent, reason = (c.strip() for c in line.split("|"))
        internal = kind in ("copied", "lump", "addition")
        rows.append(
            {
                "id": id_, "name": f"{id_} name", "equation": equation, "lower": lower, "upper": "1000",
                "default": default, "gpr": gpr, "kind": kind, "parent": parent, "reason": reason,
                "subsystem": "Exchange" if kind == "exchange" else "Core", "source": "hgem",
                "kegg": f"R{len(rows):05d}" if internal else "", "bigg": id_ if internal else "",
            }
        )  # fmt: skip
    return rows


def reactions() -> Rows:
    return _reactions(
        """
        EX_glc__D_e | glc__D_e <=> | -10 | open | | exchange | |
        EX_lac__L_e | lac__L_e --> | 0 | open | | exchange | |
        EX_gln__L_e | gln__L_e <=> | -1 | open | | exchange | |
        EX_glu__L_e | glu__L_e --> | 0 | open | | exchange | |
        EX_nh4_e | nh4_e <=> | -1000 | open | | exchange | |
        EX_co2_e | co2_e --> | 0 | open | | exchange | |
        EX_o2_e | o2_e <=> | -10 | open | | exchange | |
        EX_h2o_e | h2o_e <=> | -1000 | open | | exchange | |
        EX_h_e | h_e <=> | -1000 | open | | exchange | |
        GLCt1 | glc__D_e <=> glc__D_c | -1000 | open | SLC2A1 | copied | MAR00001:1 |
        LACt | lac__L_c + h_c <=> lac__L_e + h_e | -1000 | open | SLC16A1 | copied | MAR00002:-1 |
        GLNt | gln__L_e <=> gln__L_c | -1000 | open | SLC1A5 or SLC38A2 | copied | MAR00003:1 |
        GLUt | glu__L_c --> glu__L_e | 0 | open | | copied | MAR00004:1 | DIR
        NH4t | nh4_e <=> nh4_c | -1000 | open | | copied | MAR00005:1 |
        CO2t | co2_e <=> co2_c | -1000 | open | | copied | MAR00006:1 |
        O2t | o2_e <=> o2_c | -1000 | open | | copied | MAR00007:1 |
        H2Ot | h2o_e <=> h2o_c | -1000 | open | | copied | MAR00008:1 |
        H2Otm | h2o_c <=> h2o_m | -1000 | open | | copied | MAR00009:1 |
        GLYC | glc__D_c + 2 adp_c + 2 pi_c --> 2 lac__L_c + 2 atp_c + 2 h2o_c | 0 | open | GLYC | lump | MAR00010:1 MAR00011:2 | MERGE
        RESP | glc__D_c + 6 o2_c + 128 h_m --> 6 co2_c + 6 h2o_c + 128 h_i | 0 | open | RESP and MT-X and PUMP | addition | | NEW
        GLUOX | 2 glu__L_c + 9 o2_c + 4 h_c + 176 h_m --> 10 co2_c + 2 nh4_c + 6 h2o_c + 176 h_i | 0 | open | GLUOX | addition | | NEW
        ATPS | adp_m + pi_m + 4 h_i --> atp_m + h2o_m + 3 h_m | 0 | open | ATP5 | copied | MAR00012:1 |
        ANT | atp_m + adp_c + pi_c <=> atp_c + adp_m + pi_m | -1000 | open | AAC | copied | MAR00013:1 |
        HLEAK | h_c <=> h_m | -1000 | open | | copied | MAR00014:1 |
        Ht | h_e <=> h_c | -1000 | open | | copied | MAR00015:1 |
        GLS | gln__L_c + h2o_c --> glu__L_c + nh4_c | 0 | open | GLS | copied | MAR00016:1 | COMP
        AOX | 2 lac__L_c + 6 o2_c + 2 h_c --> 6 co2_c + 6 h2o_c | 0 | closed | AOX | addition | | HET CLOSED
        ATPM | atp_c + h2o_c --> adp_c + pi_c + h_c | 0 | open | | demand | | DEF
        BIOMASS | @biomass | 0 | open | | biomass | | DEF
        """
    )  # fmt: skip


def lumps() -> Rows:
    return [
        {"lump": "GLYC", "member": "MAR00010", "coefficient": "1", "name": "upper"},
        {"lump": "GLYC", "member": "MAR00011", "coefficient": "2", "name": "lower"},
    ]


def catalysts() -> Rows:
    return [
        {"id": "ASCT2", "gpr": "SLC1A5", "reactions": "GLNt", "shared": "one carrier", "source": "hgem"},
        {"id": "SNAT2", "gpr": "SLC38A2", "reactions": "GLNt", "shared": "one carrier", "source": "hgem"},
    ]


# 5 mmol glutamine and 1.493... mmol glucose weigh 1 g
_GLC = (1000 - 5 * 146.146) / 180.156


def biomass() -> Rows:
    return [
        {"reaction": "BIOMASS", "metabolite": m, "coefficient": c, "unit": "mmol/gDW", "group": g, "source": "hgem"}
        for m, c, g in [
            ("gln__L_c", "-3", "protein"),
            ("gln__L_c", "-2", "nucleotides"),
            ("glc__D_c", f"-{_GLC:.6f}", "sugar"),
            ("atp_c", "-30", "GAM"),
            ("h2o_c", "-30", "GAM"),
            ("adp_c", "30", "GAM"),
            ("pi_c", "30", "GAM"),
            ("h_c", "30", "GAM"),
        ]
    ]  # fmt: skip


def scope() -> Rows:
    return [
        {"family": "glutamine", "reaction": "GLS", "genes": "GLS", "decision": "in", "source": "hgem"},
        {"family": "glutamine", "reaction": "GLNt", "genes": "SLC1A5 SLC38A2", "decision": "in", "source": "hgem"},
        {"family": "tools", "reaction": "AOX", "genes": "AOX", "decision": "closed", "source": "hgem"},
        {"family": "urea", "reaction": "OTC", "genes": "OTC", "decision": "out", "source": "hgem"},
    ]  # fmt: skip


def reasons() -> Rows:
    return [
        {"code": code, "covers": covers, "needs_source": "yes", "meaning": meaning}
        for code, covers, meaning in [
            ("DIR", "stricter", "direction made stricter"),
            ("COMP", "compartment", "moved"),
            ("GPR", "gpr", "gene rule corrected"),
            ("STO", "stoichiometry", "stoichiometry corrected"),
            ("SPLIT", "gpr duplicate", "split by carrier"),
            ("MERGE", "member", "lump"),
            ("NEW", "addition", "not in the parent"),
            ("HET", "addition", "heterologous"),
            ("CLOSED", "closed", "closed by default"),
            ("PROT", "formula charge", "protonation"),
            ("DEF", "addition", "definition"),
        ]
    ]


def sources() -> Rows:
    return [
        {"id": "hgem", "citation": "Human-GEM 1.19", "provenance": "database"},
        {"id": "memory", "citation": "a review", "provenance": "recalled"},
    ]


def parameters() -> Rows:
    return [
        {"id": "p.one", "value": "1", "unit": "1", "low": "0", "high": "2", "source": "chosen on the toy"},
    ]


def waivers() -> Rows:
    """The toy has no nucleotides, redox carriers or thiols to test."""
    return [
        {"code": "FM443", "subject": name, "reason": "not in the toy", "source": "hgem"}
        for name in ("GTP", "NADH", "NADPH", "UQH2", "acetyl-CoA", "GSH")
    ]


def kinetics() -> Rows:
    return [
        {"catalyst": "ASCT2", "direction": "both", "kcat": "30", "low": "3", "high": "300", "spread": "1.2",
         "source": "memory", "provenance": "recalled"},
        {"catalyst": "GLS", "direction": "both", "kcat": "22", "low": "10", "high": "40", "spread": "0.7",
         "source": "hgem", "provenance": "read"},
    ]  # fmt: skip


def affinities() -> Rows:
    return [
        {"catalyst": "ASCT2", "reaction": "GLNt", "metabolite": "gln__L", "km": "0.09", "low": "0.04",
         "high": "0.1", "source": "memory", "provenance": "recalled"},
    ]  # fmt: skip


def proteins() -> Rows:
    return [
        {"gene": "GLS", "mass": "73", "abundance": "120", "source": "hgem", "provenance": "read"},
        {"gene": "SLC1A5", "mass": "57", "abundance": "", "source": "memory", "provenance": "recalled"},
    ]


def thermo() -> Rows:
    return [
        {"reaction": "GLS", "dg0": "-14", "sd": "2", "ph": "7.2", "source": "memory", "provenance": "recalled"},
        {"reaction": "GLNt", "dg0": "0", "sd": "0.5", "errors": "gln:1:0.5", "ionic_strength": "0.15",
         "source": "hgem", "provenance": "chosen"},
    ]  # fmt: skip


def concentrations() -> Rows:
    return [
        {"metabolite": m, "low": low, "high": high, "source": "memory", "provenance": "recalled"}
        for m, low, high in [
            ("gln__L_e", "0.1", "4"), ("gln__L_c", "0.2", "10"), ("glu__L_c", "1", "50"), ("nh4_c", "0.1", "2"),
        ]
    ]  # fmt: skip


def ratios() -> Rows:
    return [
        {"numerator": "glu__L_c", "denominator": "gln__L_c", "low": "0.5", "high": "20", "source": "memory",
         "provenance": "recalled"},
    ]  # fmt: skip


def inhibitors() -> Rows:
    return [
        {"drug": "CB-839", "aliases": "telaglenastat", "target": "GLS", "role": "main", "mode": "activity",
         "site": "pocket", "potency": "25", "low": "20", "high": "30", "range": "source", "unit": "nM",
         "measure": "IC50", "assay": "biochemical", "hill": "1", "hill_source": "chosen",
         "source": "hgem", "provenance": "read"},
        {"drug": "V-9302", "target": "SLC1A5", "role": "main", "mode": "competitive", "competes_with": "gln__L",
         "source": "hgem", "provenance": "read"},
        {"drug": "V-9302", "target": "other:SLC7A5", "role": "off_target", "mode": "competitive",
         "source": "hgem", "provenance": "read"},
    ]  # fmt: skip


def tables() -> dict[str, Rows]:
    """Fresh rows of every table."""
    return {name: globals()[name]() for name in TABLES}


def write(folder: Path, content: dict[str, Rows] | None = None, header: str = HEADER) -> Path:
    """Write the toy model's files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.yaml").write_text(header, encoding="utf-8", newline="\n")
    for name, rows in (content or tables()).items():
        columns = list(TABLES[name][0])
        lines = ["\t".join(columns)] + ["\t".join(row.get(c, "") for c in columns) for row in rows]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return folder


def edit(content: dict[str, Rows], table: str, key: str, **cells: str) -> dict[str, Rows]:
    """Change cells of the row whose first column is `key`."""
    first = next(iter(TABLES[table][0]))
    (row,) = [r for r in content[table] if r[first] == key]
    row.update(cells)
    return content


def build(folder: Path, content: dict[str, Rows] | None = None) -> Model:
    """Write and load."""
    return load_model(write(folder, content))


def parent(model: Model) -> Parent:
    """The genome-scale model that the toy was cut from, with the deviations that its rows declare."""
    names = {s.parent: s for s in model.species.values()}
    species = {
        p + c: SbmlSpecies(p + c, s.name, c, s.formula, s.charge, FrozenMap())
        for p, s in names.items()
        for c in model.compartments
    }
    species["MAM09999c"] = SbmlSpecies("MAM09999c", "half a sugar", "c", "C3H6O3", 0, FrozenMap())
    ensembl = {
        g.symbol: g.annotation["ensembl"][0] for g in model.genes.values() if "ensembl" in g.annotation
    }

    def theirs(equation: dict[str, float]) -> dict[str, float]:
        found = {}
        for m, c in equation.items():
            row = model.metabolites[m]
            found[row.species.parent + row.compartment] = c
        return found

    def row(id_: str, equation: dict[str, float], lower: float, rule: str = "") -> SbmlReaction:
        coded = parse_rule(rule).renamed(ensembl)
        return SbmlReaction(id_, id_, FrozenMap(equation), lower, 1000.0, coded, FrozenMap())

    rows = {}
    for r in model.reactions.values():
        if r.kind == "copied":
            ((id_, sign),) = r.parent
            turned = {m: sign * c for m, c in theirs(dict(r.stoichiometry)).items()}
            rows[id_] = row(id_, turned, r.lower, str(r.rule))
    rows["MAR00004"] = row("MAR00004", dict(rows["MAR00004"].stoichiometry), -1000.0)  # DIR
    in_m = {m[:-1] + "m": c for m, c in rows["MAR00016"].stoichiometry.items()}
    rows["MAR00016"] = row("MAR00016", in_m, 0.0, "GLS")  # COMP
    rows["MAR00010"] = row("MAR00010", {"MAM01965c": -1.0, "MAM09999c": 2.0}, 0.0, "GLYC")
    half = {"adp_c": -1.0, "pi_c": -1.0, "lac__L_c": 1.0, "atp_c": 1.0, "h2o_c": 1.0}
    rows["MAR00011"] = row("MAR00011", {"MAM09999c": -1.0, **theirs(half)}, 0.0)
    genes = {e: SbmlGene(e, f"old-{s}", FrozenMap()) for s, e in ensembl.items()}
    return Parent("toy", "toy parent", model.compartments, species, rows, genes, FrozenMap())
