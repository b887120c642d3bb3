"""Work on many members in several processes: this one does its share while the others start.

GLPK holds the interpreter, so threads would wait for each other. The other processes are plain children that
read tasks from a pipe: `multiprocessing` would run the caller's script again, and fail in scripts that do not
expect it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO, Any

from fluxmodel.analysis.ensemble import Asked, MemberRanges, member_ranges

#: Members in one piece of work, and how many of them are not worth a second process.
PIECE, FEW = 8, 24
Progress = Callable[[int, int], None]
_SIZE = struct.Struct("<Q")


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ask_members(
    asked: Sequence[Asked], workers: int | None = None, progress: Progress | None = None
) -> list[MemberRanges]:
    """Ask the members of several conditions; the answers do not depend on the number of processes.

    Parameters
    ----------
    asked : sequence of Asked
    workers : int, optional
        Processes, this one included; as many as there are cores if left out.
    progress : callable, optional
        Called with the number of members done and to do.
    """
    # one piece at least, so that no members are an answer as well
    pieces = [(k, start) for k, a in enumerate(asked) for start in range(0, max(1, len(a.limits)), PIECE)]
    total = sum(len(a.limits) for a in asked)
    n = usable_cores() if workers is None else workers
    share = _Share(asked, pieces, total, progress)
    others = 0 if total <= FEW else min(n, len(pieces)) - 1
    helpers = [threading.Thread(target=share.elsewhere, daemon=True) for _ in range(others)]
    for helper in helpers:
        helper.start()
    try:
        share.here()
        for helper in helpers:
            helper.join()
        share.here()  # what a child that failed has left
    except BaseException:
        share.stop()
        raise
    return share.answers()


class _Share:
    """Pieces of work, each taken once by whoever comes first."""

    def __init__(
        self, asked: Sequence[Asked], pieces: list[tuple[int, int]], total: int, progress: Progress | None
    ) -> None:
        self.asked, self.pieces, self.total, self.progress = asked, pieces, total, progress
        self.left = list(range(len(pieces)))
        self.found: dict[int, MemberRanges] = {}
        self.lock = threading.Lock()
        self.children: list[subprocess.Popen[bytes]] = []

    def take(self, last: bool) -> int | None:
        with self.lock:
            return self.left.pop(-1 if last else 0) if self.left else None

    def put(self, j: int, answer: MemberRanges) -> None:
        with self.lock:
            self.found[j] = answer
            done = sum(len(x) for x in self.found.values())
        if self.progress is not None:
            self.progress(done, self.total)

    def task(self, j: int) -> tuple[int, slice]:
        k, start = self.pieces[j]
        return k, slice(start, start + PIECE)

    def here(self) -> None:
        """Work in this process until nothing is left."""
        while (j := self.take(last=False)) is not None:
            k, part = self.task(j)
            self.put(j, member_ranges(self.asked[k].part(part)))

    def elsewhere(self) -> None:
        """Feed one child process until nothing is left; what it cannot do goes back."""
        child = subprocess.Popen(
            [sys.executable, "-m", "fluxmodel.analysis.parallel"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.children.append(child)
        assert child.stdin is not None
        assert child.stdout is not None
        j = None
        try:
            send(child.stdin, list(self.asked))
            receive(child.stdout)  # it is ready
            while (j := self.take(last=True)) is not None:
                send(child.stdin, self.task(j))
                self.put(j, receive(child.stdout))
                j = None
            send(child.stdin, None)
        except (OSError, EOFError, pickle.UnpicklingError):
            if j is not None:
                with self.lock:
                    self.left.append(j)
        finally:
            with contextlib.suppress(OSError):  # what a dead child did not read is still in the buffer
                child.stdin.close()
            child.stdout.close()
            child.wait()

    def stop(self) -> None:
        with self.lock:
            self.left.clear()
        for child in self.children:
            child.kill()

    def answers(self) -> list[MemberRanges]:
        return [
            MemberRanges.joined([self.found[j] for j, (i, _) in enumerate(self.pieces) if i == k])
            for k in range(len(self.asked))
        ]


def send(stream: IO[bytes], value: Any) -> None:
    """Write one value to a pipe between our own processes."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_SIZE.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one value; EOFError when the other side is gone."""
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    return pickle.loads(stream.read(_SIZE.unpack(head)[0]))


def work() -> None:
    """A child: the questions first, then pieces of them until there are no more."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        asked: list[Asked] = receive(source)
        send(sink, "ready")
        while (task := receive(source)) is not None:
            k, part = task
            send(sink, member_ranges(asked[k].part(part)))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    work()
