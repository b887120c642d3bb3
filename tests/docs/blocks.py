"""Numbers and lists in the documentation that are made from the model's tables.

A block stands between ``<!-- made: NAME -->`` and ``<!-- end -->``. Run this file to write every block anew;
a test compares them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from fluxmodel.network import Model, load_model

REPO = Path(__file__).parents[2]
FILES = ("README.md", "models/*/SOURCES.md", "docs/*.md")
BLOCK = re.compile(r"(?<=<!-- made: )([a-z ]+)( -->\n)(.*?)(?=<!-- end -->)", re.S)


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A Markdown table; numbers are set to the right."""
    rows = [tuple(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    numeric = [bool(rows) and all(re.fullmatch(r"[\d,.]+", r[k]) for r in rows) for k in range(len(head))]
    lines = [head, tuple("--:" if n else "---" for n in numeric), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def numbers(model: Model) -> str:
    kinds = Counter(r.kind for r in model.reactions.values())
    core = [r for r in model.reactions.values() if r.kind in ("copied", "lump", "addition")]
    carriers = sum("Transport" in r.subsystem for r in core)
    return table(
        ("what", "count"),
        [
            ("metabolic and transport reactions", len(core)),
            ("of these, transport", carriers),
            ("of these, copied from Human-GEM", kinds["copied"]),
            ("of these, lumps of Human-GEM reactions", kinds["lump"]),
            ("of these, additions", kinds["addition"]),
            ("exchange reactions", kinds["exchange"]),
            ("metabolites (species in a compartment)", len(model.metabolites)),
            ("species", len(model.species)),
            ("genes", len(model.genes)),
            ("rows closed by default (heterologous enzymes, probes)", sum(not r.open for r in core)),
        ],
    )


def reasons(model: Model) -> str:
    used = Counter(code for r in model.reactions.values() if r.kind != "exchange" for code in r.reasons)
    used += Counter(code for s in model.species.values() for code in s.reasons)
    rows = sorted(model.reasons.values(), key=lambda reason: (-used[reason.code], reason.code))
    return table(("code", "rows", "what it says"), [(f"`{r.code}`", used[r.code], r.meaning) for r in rows])


def scope(model: Model) -> str:
    families: dict[str, Counter[str]] = {}
    for row in model.scope:
        families.setdefault(row.family, Counter())[row.decision] += 1
    kept = {f: c for f, c in families.items() if c["in"] + c["closed"]}
    return table(
        ("family", "in", "closed by default"), [(f, c["in"], c["closed"]) for f, c in sorted(kept.items())]
    )


def left_out(model: Model) -> str:
    rows = [(r.family, " ".join(r.genes) or "-") for r in model.scope if r.decision == "out"]
    return table(("family", "genes"), sorted(rows))


def provenance(model: Model) -> str:
    meaning = {
        "read": "the statement was read at the address given",
        "recalled": "general knowledge, not read: unverified",
        "database": "an entry of a database",
        "chosen": "a choice of this model, with its reason in the note",
    }
    found = Counter(s.provenance for s in model.sources.values())
    return table(("class", "rows", "meaning"), [(f"`{k}`", found[k], text) for k, text in meaning.items()])


def unverified(model: Model) -> str:
    """Rows of the network that rest on recalled sources alone."""
    recalled = {s.id for s in model.sources.values() if s.provenance == "recalled"}
    only = [r.id for r in model.reactions.values() if r.sources and set(r.sources) <= recalled]
    some = [r.id for r in model.reactions.values() if set(r.sources) & recalled]
    lines = [
        f"{len(recalled)} of {len(model.sources)} sources are recalled. ",
        f"{len(some)} reaction rows cite at least one of them; {len(only)} rest on nothing else",
        f": {', '.join(f'`{r}`' for r in only)}.\n" if only else ".\n",
    ]
    return "".join(lines)


def answer(model: Model) -> str:
    """What the README's main job prints, without most of the table and without the notes."""
    command = ("compare", "normoxia", "hypoxia", "--inhibit", "GLS=90%")
    line = [sys.executable, "-m", "fluxmodel.cli.main", *command]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    lines = done.stdout.splitlines()
    top = next(n for n, line in enumerate(lines) if line.startswith("observable")) + 2
    end = lines.index("", top)
    kept = [line for line in lines[top:end] if line.startswith(ANSWERED)]
    limits = next(n for n, line in enumerate(lines) if line.startswith("What limits growth"))
    after = lines.index("", limits)
    limits_shown = [line if len(line) <= WIDTH else f"{line[:WIDTH]} ..." for line in lines[limits:after]]
    shown = [*lines[:top], *kept, "...", "", *limits_shown, "..."]
    return "```text\n" + "\n".join(shown) + "\n```\n"


def control(model: Model) -> str:
    import fluxmodel as fx

    conditions = ("normoxia", "hypoxia")
    found = {}
    for level in LEVELS:
        for medium, targets in CONTROLLED.items():
            changes = [fx.set_field(f"regulators.ATF4={level}")]
            changes += [fx.set_field(f"medium.{medium}")] if medium else []
            for r in fx.control(model, conditions, targets, changes).rows:
                found[r.target, medium, r.condition.split(" ")[0], level] = r
    states = [(c, level) for c in conditions for level in LEVELS]

    def cell(*key: str) -> str:
        r = found[key]
        low, high = r.less_members.low or 0.0, r.less_members.high or 0.0
        return f"{r.less or 0.0:.2f} ({low:.2f} to {high:.2f}), {r.share or 0.0:.0%}"

    rows = [
        (f"{target}, {medium}" if medium else target, *(cell(target, medium, *state) for state in states))
        for medium, targets in CONTROLLED.items()
        for target in targets
    ]
    return table(("less of", *(f"{c}, ATF4 {level}" for c, level in states)), rows)


#: What the README shows of control: targets by what is changed in the medium, and levels of ATF4.
CONTROLLED = {
    "": ("GLS", "SLC1A5", "SLC7A11", "PC", "GOT1", "LDHA", "NADH2_u10mi", "translation"),
    "cysi__L=0.02 mM": ("SLC7A11", "translation"),
}
LEVELS = ("low", "high")
#: The observables of the main job that the README shows, and where it cuts what limits growth.
ANSWERED = (
    "growth", "uptake(glc__D)", "uptake(gln__L)", "uptake(o2)", "secretion(lac__L) ", "flux(GLUNm)",
    "flux(AKGDm)", "flux(ACITL)",
)  # fmt: skip
WIDTH = 120

MADE: dict[str, Callable[[Model], str]] = {
    "answer": answer,
    "control": control,
    "numbers": numbers,
    "reasons": reasons,
    "scope": scope,
    "left out": left_out,
    "provenance": provenance,
    "unverified": unverified,
}


def documents() -> list[Path]:
    """Every file that may hold blocks."""
    return [path for pattern in FILES for path in sorted(REPO.glob(pattern))]


def rewritten(text: str, model: Model) -> str:
    """The text with every block as the model makes it."""
    return BLOCK.sub(lambda m: f"{m[1]}{m[2]}\n{MADE[m[1]](model)}\n", text)


if __name__ == "__main__":
    the_model = load_model()
    for document in documents():
        before = document.read_text(encoding="utf-8")
        after = rewritten(before, the_model)
        if after != before:
            document.write_text(after, encoding="utf-8", newline="\n")
            print(f"rewrote {document.relative_to(REPO)}")
