"""Draw the fit/test split of the published phenotypes, once, by paper.

    python tests/evidence/draw_split.py PHENOTYPES.tsv > tests/evidence/split.tsv

Rows that share a paper always land on the same side.  Rows that a stated goal of the
project names by their content, and with them their whole paper, are ``fit`` by decree.
The remaining papers are drawn at random, category by category, so that about TEST_SHARE
of the rows of each category end in ``test``.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

SEED = 20261121
TEST_SHARE = 0.5

# row -> why it is seen while the model is built
DECREE = {
    "warburg_lac_glc_aerobic": "seen in a trial run: lactate with free O2; lactate/glucose is a printed goal",
    "warburg_ldha_single_ko": "LDHA + LDHB at 21 and 1 % O2 is a printed goal",
    "warburg_ldhab_dko_normoxia": "LDHA + LDHB at 21 and 1 % O2 is a printed goal",
    "ldhab_dko_hypoxia_lethal": "LDHA + LDHB at 21 and 1 % O2 is a printed goal",
    "hypoxia_oxphos_majority_atp": "OXPHOS share at 1 % O2 is a printed goal",
    "hypoxia_primary_no_warburg": "lung fibroblasts are a printed goal",
    "hypoxia_lipid_scavenge": "hypoxia with and without serum lipids is a printed goal",
    "hypoxia_reductive_citrate": "seen in a trial run: reductive carboxylation and IDH1 in hypoxia",
    "etc_mutant_reductive": "seen in a trial run: reductive carboxylation with the ETC off",
    "cystine_drives_gls_dep": "GLS inhibition in xCT-high and low-cystine cells is a printed goal",
    "gls_inh_growth_tnbc": "GLS inhibition in the default cell is a printed goal",
    "gls_inh_akg_rescue": "CB-839 with permeable 2-oxoglutarate is a printed goal",
    "pc_required_low_gln": "GLS + PC and the PC-high cell are printed goals",
    "slc1a5_gcn2_double": "compensation of SLC1A5 by SLC38A1/2 was seen in a trial run",
    "slc1a5_basal_breast": "SLC1A5 loss over the glutamine series is a printed goal",
    "phgdh_amp_essential": "seen in a trial run: PHGDH without Ser/Gly",
    "all_asparaginase": "seen in a trial run: ASNS lethal without Asn",
    "gls_essential_gln_free_glul": "seen in a trial run: GLUL needed without Gln",
    "nucleotide_dhodh": "seen in a trial run: uridine needed without the ETC",
    "tnbc_gln_xct_dep": "GLS + xCT is a printed goal",
    "cystine_deprivation_death": "20 uM cystine is a printed goal",
    "asp_limit_hypoxia_slc1a3": "seen in a trial run: aspartate rescues a blocked complex III",
    "mpc_block_gdh_gln": "MPC + GLUD1 is a printed goal",
    "invivo_glc_tca_not_gln": "in vivo is named among the negative controls to add",
}


def papers(row: dict[str, str]) -> set[str]:
    """Names under which a row's papers can coincide with another row's: DOI and each 'Surname year'."""
    names = {row["doi"]} if row["doi"] else set()
    for part in row["source"].split(";"):
        surname = re.match(r"\s*(?:clinical\s*)?([A-Z][\w-]+)", part)
        year = re.findall(r"(?:19|20)\d\d", part)
        if surname and year:
            names |= {f"{surname.group(1)} {y}" for y in year}
    return names or {row["source"].strip()}


def groups(rows: Sequence[dict[str, str]]) -> list[list[int]]:
    """Connected components of rows that share a paper."""
    label = list(range(len(rows)))
    seen: dict[str, int] = {}
    for i, row in enumerate(rows):
        for name in sorted(papers(row)):
            if name in seen:
                old, new = label[i], label[seen[name]]
                label = [new if x == old else x for x in label]
            else:
                seen[name] = i
    out: dict[int, list[int]] = defaultdict(list)
    for i, x in enumerate(label):
        out[x].append(i)
    return list(out.values())


def draw(rows: Sequence[dict[str, str]], seed: int = SEED) -> list[tuple[str, str, str, str, str]]:
    """Return (id, category, paper, split, why) for each row, in the order given."""
    unknown = set(DECREE) - {row["id"] for row in rows}
    if unknown:
        raise SystemExit(f"decree names rows that are not in the table: {sorted(unknown)}")
    rng = random.Random(seed)
    split: dict[int, tuple[str, str]] = {}
    members = groups(rows)
    for group in members:
        decreed = [rows[i]["id"] for i in group if rows[i]["id"] in DECREE]
        if decreed:
            for i in group:
                own = DECREE.get(rows[i]["id"])
                split[i] = ("fit", f"decree: {own}" if own else f"same paper as {decreed[0]}")
    for category in sorted({row["category"] for row in rows}):
        wanted = round(TEST_SHARE * sum(row["category"] == category for row in rows))
        mine = [i for i, row in enumerate(rows) if row["category"] == category]
        have = sum(split.get(i, ("", ""))[0] == "test" for i in mine)
        free = [g for g in members if g[0] not in split and rows[g[0]]["category"] == category]
        rng.shuffle(free)
        for group in free:
            side = "test" if have < wanted else "fit"
            have += len(group) if side == "test" else 0
            for i in group:
                split[i] = (side, f"drawn, seed {seed}")
    paper_of = {i: "; ".join(sorted({n for j in g for n in papers(rows[j])})) for g in members for i in g}
    return [(row["id"], row["category"], paper_of[i], *split[i]) for i, row in enumerate(rows)]


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle, delimiter="\t"))
    print("id\tcategory\tpaper\tsplit\twhy")
    for line in draw(table):
        print("\t".join(line))
