"""Print memote's score of a result file by section, and the most that a human model can reach.

Run with the interpreter that has memote: ``memote_score.py RESULT.json.gz [MINIMUM]``; exits 1 below MINIMUM.
"""

import gzip
import json
import sys

from memote import MemoteResult
from memote.suite.reporting import ReportConfiguration, SnapshotReport

# What no human model without sinks can score, by memote 0.17's own tests, and why.
OUT_OF_REACH = {
    "test_gene_product_annotation_overview": (4 / 10, "asap, ecogene: E. coli only; hprd, ncbigi: closed"),
    "test_gene_product_annotation_wrong_ids": (4 / 10, "the same four databases"),
    "test_sink_specific_sbo_presence": (1.0, "the model has no sinks, and memote scores that 0"),
}

with gzip.open(sys.argv[1], "rt") as handle:
    result = MemoteResult(json.load(handle))
minimum = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
config = ReportConfiguration.load()
score = SnapshotReport(result=result, configuration=config).result["score"]

reached = {s["section"]: float(s["score"]) for s in score["sections"]}
total, best, weights = float(score["total_score"]), 0.0, 0.0
print("the reachable maximum, section by section")
rows = []
for name, card in config["cards"]["scored"]["sections"].items():
    points = sum(config["weights"].get(case, 1.0) for case in card["cases"])
    lost = sum(OUT_OF_REACH[case][0] for case in card["cases"] if case in OUT_OF_REACH)
    weight = card.get("weight", 1.0)
    best += weight * (points - lost)
    weights += weight * points
    rows.append((card["title"], reached[name], (points - lost) / points))
for case, (share, why) in OUT_OF_REACH.items():
    print(f"  out of reach: {share:.0%} of {case} ({why})")
print(f"{'section':<28}{'score':>7}{'reachable':>11}")
for title, got, most in rows:
    print(f"{title:<28}{got:>7.3f}{most:>11.3f}")
print(f"{'memote total':<28}{total:>7.3f}{best / weights:>11.3f}")
sys.exit(0 if total >= minimum else f"memote total {total:.3f} is below {minimum}")
