"""YAML text to plain data with the line of every field, and nothing that YAML can do beyond that.

The parser's events are read directly, so no constructor ever runs: aliases, anchors, tags and directives
are refused as problems, keys written twice name both lines, and scalars follow the YAML 1.2 core rules
(``no`` and ``off`` stay text, ``1e-3`` is a number).

Codes: FM301 folder, FM302 missing, FM303 too large, FM304 not UTF-8, FM305 empty, FM306 syntax,
FM307 alias or anchor, FM308 tag or directive, FM309 key twice, FM310 not a mapping, FM311 too deep,
FM312 key that is not text, FM313 not readable.
"""

from __future__ import annotations

import errno
import math
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from fluxmodel.errors import ConditionError, Problem, Where
from fluxmodel.units import too_large

MAX_BYTES = 1_000_000  # chosen: the largest medium or cell is below 100 kB
MAX_DEPTH = 20  # chosen: a condition needs 5

Path_ = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its data, and the line of every path in it."""

    data: Mapping[str, Any]
    lines: Mapping[Path_, int]
    file: str
    line: int

    def where(self, *path: str | int) -> Where:
        """The place of a path, or of the nearest enclosing one that has a line."""
        for n in range(len(path), -1, -1):
            if path[:n] in self.lines:
                return Where(self.file, self.lines[path[:n]], dotted(path) or None)
        return Where(self.file, self.line, dotted(path) or None)


def dotted(path: Path_) -> str:
    """A path as people write it: ``changes[0].dose``."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def scalar(text: str) -> Any:
    """The value of an unquoted YAML scalar: None, a bool, a number, or the text itself.

    Examples
    --------
    >>> [scalar(t) for t in ("1e-3", "12", "off", "true", "2 uM")]
    [0.001, 12, 'off', True, '2 uM']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) <= 15:  # longer ones do not fit a float exactly anyway
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def is_too_large(text: str, value: Any) -> bool:
    """Whether `value`, read from `text`, is a number with more digits than a float can hold."""
    return isinstance(value, float) and math.isinf(value) and text not in _WORDS


def shown(path: Path) -> str:
    """A path as messages show it: relative where it lies below the working folder, and printable."""
    try:
        text = str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        text = str(path)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_text(path: Path) -> str:
    """The text of a file, refused before parsing if it cannot be what is asked for.

    Raises
    ------
    ConditionError
        If it is missing, a folder, a pipe or a device, a link in a circle, larger than
        ``MAX_BYTES`` or not UTF-8.
    """
    where = Where(shown(path))

    def refuse(code: str, what: str, cure: str) -> ConditionError:
        return ConditionError(Problem(code, what, where, cure))

    try:
        try:
            status = path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                what = f"a link to {path.readlink()}, which is not there"
                raise refuse("FM302", what, "repair the link, or name the file itself") from None
            cure = f"looked for it in {path.parent.absolute()}"
            raise refuse("FM302", "there is no such file", cure) from None
        if stat.S_ISDIR(status.st_mode):
            raise refuse(
                "FM301",
                "this is a folder, not a file",
                "name a YAML file in it, or give the folder with --in",
            )
        if not stat.S_ISREG(status.st_mode):
            kind = next((name for test, name in _SPECIAL if test(status.st_mode)), "something else")
            raise refuse("FM313", f"this is {kind}, not a file", "write the text into a file and name that")
        size = status.st_size
        if size > MAX_BYTES:
            cure = f"at most {MAX_BYTES:,} bytes are read; is this the right file?"
            raise refuse("FM303", f"the file has {size:,} bytes", cure)
        with path.open("rb") as handle:  # the cap holds also if the file grows in between
            return handle.read(MAX_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("FM304", f"not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
    except (OSError, ValueError, RuntimeError) as error:  # no permission; a NUL in the name; a link loop
        if getattr(error, "errno", None) == errno.ELOOP or isinstance(error, RuntimeError):
            what = "a link that leads back to itself"
            raise refuse("FM313", what, "delete the link, or name the file itself") from None
        raise refuse("FM313", f"cannot be read: {error}", "check the name and the permissions") from None


def read_documents(path: Path) -> tuple[Document, ...]:
    """Every document of a YAML file.

    Raises
    ------
    ConditionError
        With every structural problem of the file.
    """
    return parse_documents(read_text(path), shown(path))


def parse_documents(text: str, file: str) -> tuple[Document, ...]:
    """The documents in `text`; `file` is the name shown in problems.

    Examples
    --------
    >>> first, second = parse_documents("id: a\\n---\\nid: b\\n", "two.yaml")
    >>> second.data["id"], second.lines[("id",)]
    ('b', 3)
    """
    builder = _Builder(text, file)
    try:
        documents = builder.documents()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"this is not YAML: {error.problem or error.context}"
        raise ConditionError(
            [
                *builder.problems,
                Problem("FM306", what, Where(file, mark.line + 1 if mark else None), _syntax_cure(what)),
            ]
        ) from None
    except YAMLError as error:  # a character that YAML does not allow
        what = "this is not YAML: " + " ".join(str(error).split())[:200]
        raise ConditionError(Problem("FM306", what, Where(file), "remove the control characters")) from None
    except _TooDeepError as error:
        what = f"nested deeper than {MAX_DEPTH} levels"
        raise ConditionError(
            Problem("FM311", what, Where(file, error.line), "a condition needs about 5")
        ) from None
    if not documents and not builder.problems:
        raise ConditionError(
            Problem("FM305", "the file is empty", Where(file), "start with `schema:` and `id:`")
        )
    if builder.problems:
        raise ConditionError(builder.problems)
    return tuple(documents)


def _syntax_cure(what: str) -> str:
    if "\\t" in what or "tab" in what:
        return "indent with spaces: YAML does not allow tabs"
    if "mapping values are not allowed" in what:
        return "put text that holds ': ' in quotes, and check the indentation"
    return "check indentation, quotes and brackets on this line and the one above"


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _Builder:
    """Plain data out of parser events; problems are collected, and reading goes on."""

    def __init__(self, text: str, file: str) -> None:
        self.events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[Path_, int] = {}

    def documents(self) -> list[Document]:
        found = []
        for event in self.events:
            if type(event).__name__ != "DocumentStartEvent":
                continue
            if event.version or event.tags:
                self.problem("FM308", "a % directive", event, "delete the line")
            self.lines = {}
            first = next(self.events)
            line = first.start_mark.line + 1
            data = self.value(first, ())
            if data is None and not self.lines:  # `---` with nothing behind it
                continue
            if isinstance(data, dict):
                found.append(Document(data, self.lines, self.file, line))
            else:
                cure = "start with `schema:` and `id:`, each on its own line"
                self.problem("FM310", "the document is not a list of `field: value`", first, cure)
        return found

    def problem(self, code: str, what: str, event: Any, cure: str, path: Path_ = ()) -> None:
        where = Where(self.file, event.start_mark.line + 1, dotted(path) or None)
        self.problems.append(Problem(code, what, where, cure))

    def value(self, event: Any, path: Path_) -> Any:
        if len(path) > MAX_DEPTH:
            raise _TooDeepError(event.start_mark.line + 1)
        kind = type(event).__name__
        if kind == "AliasEvent":
            self.problem("FM307", f"an alias, *{event.anchor}", event, "write the value out", path)
            return None
        if event.anchor:
            self.problem("FM307", f"an anchor, &{event.anchor}", event, "delete it", path)
        if event.tag:
            self.problem("FM308", f"a tag, {str(event.tag)[:80]}", event, "delete it", path)
        if path:
            self.lines.setdefault(path, event.start_mark.line + 1)
        if kind == "MappingStartEvent":
            return self.mapping(path)
        if kind == "SequenceStartEvent":
            return self.sequence(path)
        if event.style is not None:
            return event.value
        found = scalar(event.value)
        if is_too_large(event.value, found):
            problem = too_large(event.value)
            self.problem(problem.code, problem.what, event, problem.cure, path)
        return found

    def sequence(self, path: Path_) -> list[Any]:
        items: list[Any] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path_) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            line = event.start_mark.line + 1
            key = event.value if type(event).__name__ == "ScalarEvent" else None
            if key is None or key == "<<":
                what = "a merge key, <<" if key else "a key that is not plain text"
                self.problem("FM312", what, event, "write `name: value`", path)
                if key is None:
                    self.value(event, (*path, "?"))
                self.value(next(self.events), (*path, "?"))
                continue
            if event.anchor or event.tag:
                self.problem("FM308", f"a tag or anchor on the key {key}", event, "delete it", path)
            here = (*path, key)
            if key in items:
                cure = "keep one of the two"
                what = f"{key!r} stands on line {self.lines[here]} already"
                self.problem("FM309", what, event, cure, here)
                self.value(next(self.events), (*here, "?"))
                continue
            self.lines[here] = line
            items[key] = self.value(next(self.events), here)
        return items
