"""The ledger of looks at test rows: every one is a line, so that nobody can look often without showing it."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from fluxmodel import data
from fluxmodel.errors import InputError, Problem, Where

NAME = "evidence_ledger.tsv"
COLUMNS = ("date", "commit", "evidence", "evidence_digest", "model", "model_digest", "members", "split",
           "claims", "right", "right_certain", "wrong_certain", "lower_bound", "best_null")  # fmt: skip


def default_ledger() -> Path | None:
    """The ledger of a checkout; None for an installed package, which has none."""
    folder = data.root() / "benchmarks"
    return folder / NAME if folder.is_dir() else None


def commit_of(folder: Path) -> str:
    """The commit of a checkout, with ``+`` if it has changes; empty where there is none."""
    try:
        head = _git(folder, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10, check=True
    )
    return done.stdout.strip()


def record(ledger: Path, entry: Mapping[str, object]) -> None:
    """Append one line.

    Raises
    ------
    InputError
        FM355 if the file cannot be written, or is something else.
    """
    line = {"date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M"), "commit": commit_of(data.root())}
    try:
        new = not ledger.exists()
        if not new and ledger.read_text(encoding="utf-8").split("\n", 1)[0].split("\t") != list(COLUMNS):
            raise InputError(Problem("FM355", "this is no ledger", Where(str(ledger)), "name another file"))
        with ledger.open("a", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS, delimiter="\t", lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow({**line, **entry})
    except (OSError, UnicodeDecodeError) as error:
        cure = "name a file that can be written with --ledger"
        raise InputError(
            Problem("FM355", f"the ledger cannot be written: {error}", Where(str(ledger)), cure)
        ) from None
