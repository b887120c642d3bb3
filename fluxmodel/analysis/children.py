"""Child processes that ask members; one may be started before it is known what they will be asked.

Nothing heavy is imported here: a command starts a child first and imports what it needs meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Children that were started early, and that nobody has taken yet; they end when this process does.
_early: list[subprocess.Popen[bytes]] = []


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spawn() -> subprocess.Popen[bytes]:
    """A new child, which reads tasks from its standard input."""
    return subprocess.Popen(
        [sys.executable, "-m", "fluxmodel.analysis.parallel"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


@contextmanager
def early(wanted: bool) -> Iterator[None]:
    """Start one child before the questions are known, if one is wanted and there is a core for it."""
    if wanted and usable_cores() > 1 and not _early:
        _early.append(spawn())
    try:
        yield
    finally:
        _dismiss()


def take() -> subprocess.Popen[bytes]:
    """The child that was started early, or a new one."""
    while _early:
        child = _early.pop()
        if child.poll() is None:
            return child
    return spawn()


def _dismiss() -> None:
    """End the child that was started early and is not needed."""
    while _early:
        child = _early.pop()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
