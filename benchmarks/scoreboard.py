"""The scoreboard as a page and as a block of the README: ``python -m benchmarks.scoreboard``.

The split ``fit`` is scored and shown claim by claim, so that what fails can be read; of the split ``test``
the ledger shows every look that was taken. ``--write`` puts the page into docs/scoreboard.md and the summary
into README.md; both name the digests that they were made with, and a test compares them with what is there.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import re
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import fluxmodel as fx
from benchmarks.tables import print_head, print_row
from fluxmodel.condition import load_cell
from fluxmodel.evidence import available_evidence, load_evidence
from fluxmodel.evidence.score import Gain, Score
from fluxmodel.questions.validation.scoreboard import Scoreboard

ROOT = Path(__file__).resolve().parents[1]
PAGE, README, LEDGER = (
    ROOT / "docs/scoreboard.md",
    ROOT / "README.md",
    ROOT / "benchmarks/evidence_ledger.tsv",
)
HEAD = """\
Made by `python -m benchmarks.scoreboard --write`; [cli.md](cli.md#validation) says what the words mean.
The gain is that of the first line over each, with a 95 % interval by a bootstrap of papers.
"""
BLOCK = re.compile(r"(?<=<!-- scoreboard -->\n)(.*?)(?=<!-- end -->)", re.S)


def digests() -> str:
    """What the scoreboard depends on, in twelve digits each: model, cell and evidence."""
    model = fx.load_model()
    parts = {model.id: model.digest, "default": load_cell("default").digest}
    parts |= {name: load_evidence(name).digest for name in available_evidence()}
    return ", ".join(f"{name} {d.removeprefix('sha256:')[:12]}" for name, d in parts.items())


def percent(share: float) -> str:
    """A share in percent."""
    return f"{100 * share:.0f} %"


def line(name: str, s: Score, gain: Gain | None) -> None:
    """One prediction among others."""
    low, high = s.interval
    recall = [f"{k}/{n}" for k, n in s.recall.values()]
    more = "" if gain is None else f"{100 * gain.gain:+.0f} ({100 * gain.low:+.0f} to {100 * gain.high:+.0f})"
    print_row(name, f"{s.right}/{s.claims}", f"{percent(s.share)} ({percent(low)} to {percent(high)})",
              f"{s.balanced:.2f}", *recall, f"{s.rows_right}/{s.rows}", more)  # fmt: skip


def summary(board: Scoreboard) -> None:
    """The answer, and what it is compared with."""
    s, (null, share) = board.score, board.best_null
    controls = board.controls
    said = (
        f"Of {s.claims} published claims that may be looked at while the model is built (split `fit`), "
        f"{s.right} come out right at the point ({percent(s.share)}; balanced accuracy {s.balanced:.2f}); "
        f"the best prediction that knows no metabolism ({null}) has {percent(share)}, and of the negative "
        f"controls {controls.right} of {controls.claims} are right."
    )
    if board.members != 0:
        sure, wrong = s.right_certain / s.claims, s.wrong_certain / s.claims
        said += f" {percent(sure)} are right for certain, {percent(wrong)} wrong for certain."
    print(textwrap.fill(said, 120) + "\n")
    print_head(
        "prediction", "right", "share (95 %)", "balanced", "up", "down", "unchanged", "rows", "gain, points"
    )
    gains: Mapping[str, Gain] = board.gains
    line(board.way, s, None)
    for name, own in {**board.baselines, **{f"null: {k}": v for k, v in board.nulls.items()}}.items():
        line(name, own, gains[name.removeprefix("null: ")])


def groups(board: Scoreboard) -> None:
    """Scores by category and by confidence."""
    print_head("claims", "right", "rows")
    found = {**board.by("category"), **{f"confidence {k}": v for k, v in board.by("confidence").items()}}
    found |= {"negative controls": board.controls, "by proxy": board.proxies}
    for name, s in found.items():
        print_row(name, f"{s.right}/{s.claims}", f"{s.rows_right}/{s.rows}")


def claims(board: Scoreboard) -> None:
    """Every claim that is wrong at the point."""
    print_head("claim", "observable", "published", "predicted", "value", "against", "source")
    for c in board.claims:
        if not c.right:
            name = f"{c.row.id}.{c.claim.id}" + (" (proxy)" if c.claim.proxy else "")
            values = ["" if v is None else f"{v:.3g}" for v in (c.value, c.against)]
            said = c.predicted or "error"
            print_row(name, f"`{c.claim.observable}`", c.claim.verdict, said, *values, c.row.source.citation)


def looks() -> None:
    """Every look at the test rows."""
    if not LEDGER.is_file():
        print("Nobody has looked at the test rows yet.")
        return
    with LEDGER.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle, delimiter="\t"))
    shown = ("date", "commit", "model", "split", "claims", "right", "lower_bound", "best_null")
    print_head(*shown)
    for own in lines:
        print_row(*(own[name] for name in shown))


def page(board: Scoreboard) -> str:
    """The whole page."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print("# Scoreboard\n")
        print(f"<!-- {digests()} -->\n")
        print(HEAD)
        summary(board)
        print("\n## By category\n")
        groups(board)
        print("\n## What is wrong\n")
        claims(board)
        print("\n## What cannot be asked\n")
        print_head("row", "why")
        for row in board.rows:
            if row.not_representable is not None:
                print_row(row.id, row.not_representable)
        print("\n## Looks at the test rows\n")
        looks()
    return out.getvalue()


def block(board: Scoreboard) -> str:
    """The block of the README."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print(f"<!-- {digests()} -->\n")
        summary(board)
        print()
    return out.getvalue()


def main() -> None:
    """Score, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page and the block of the README")
    parser.add_argument("--members", type=int, default=0, help="members of each cell; 0 is the point alone")
    asked = parser.parse_args()
    board = fx.validate(None, members=asked.members)
    if not asked.write:
        sys.stdout.write(page(board))
        return
    PAGE.write_text(page(board), encoding="utf-8", newline="\n")
    readme = README.read_text(encoding="utf-8")
    own = block(board)
    README.write_text(BLOCK.sub(lambda _: own, readme), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
