"""Work on many members in several processes: this one does its share while the others start.

GLPK holds the interpreter, so threads would wait for each other. The other processes are plain children that
read tasks from a pipe: `multiprocessing` would run the caller's script again, and fail in scripts that do not
expect it.
"""

from __future__ import annotations

import contextlib
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from types import TracebackType
from typing import IO, Any, Protocol

from fluxmodel.analysis import children

#: Members in one piece of work: large ones, since each begins anew, and small ones at the end, so that the
#: processes end together. How many members are not worth a second process.
PIECE, SMALL, FEW = 20, 5, 24
Progress = Callable[[int, int], None]
#: The number of a question, and the first member of a piece and the one behind its last.
Piece = tuple[int, tuple[int, int]]
_SIZE = struct.Struct("<Q")


class Question(Sized, Protocol):
    """What members are asked; it goes to other processes, so it is made of plain arrays."""

    def part(self, members: slice) -> Question:
        """The same, asked of some members only."""

    def answer(self) -> Any:
        """What the members say, in order: sized, and with a classmethod `joined` that puts parts together."""


def ask_members(
    asked: Sequence[Question], workers: int | None = None, progress: Progress | None = None
) -> list[Any]:
    """Ask the members of several conditions; the answers do not depend on the number of processes.

    Parameters
    ----------
    asked : sequence of Question
    workers : int, optional
        Processes, this one included; as many as there are cores if left out.
    progress : callable, optional
        Called with the number of members done and to do.
    """
    with Crew(sum(len(a) for a in asked), workers, progress) as crew:
        for a in asked:
            crew.add(a)
        return crew.answers()


def pieces(members: int) -> list[tuple[int, int]]:
    """How members are divided, which does not depend on the number of processes.

    Examples
    --------
    >>> pieces(80)
    [(0, 20), (20, 40), (40, 60), (60, 65), (65, 70), (70, 75), (75, 80)]
    >>> pieces(4), pieces(0)
    ([(0, 4)], [(0, 0)])
    """
    found, start = [], 0
    while start < members:
        size = PIECE if members - start > PIECE else SMALL
        found.append((start, min(start + size, members)))
        start += size
    return found or [(0, 0)]  # one at least, so that no members are an answer as well


class Crew:
    """Processes that ask members while this one prepares more questions; use it as a context manager.

    Parameters
    ----------
    expected : int
        How many members will be asked in all; few are not worth another process.
    workers : int, optional
        Processes, this one included; as many as there are cores if left out.
    progress : callable, optional
        Called with the number of members done and to do.
    """

    def __init__(self, expected: int, workers: int | None = None, progress: Progress | None = None) -> None:
        self.asked: list[Question] = []
        self.expected, self.progress = expected, progress
        self.left: list[Piece] = []
        self.found: dict[Piece, Any] = {}
        self.done = 0
        self.complete = False
        self.changed = threading.Condition()
        n = children.usable_cores() if workers is None else workers
        others = 0 if expected <= FEW else min(n, -(-expected // PIECE)) - 1
        self.children: list[subprocess.Popen[bytes]] = []
        self.helpers = [threading.Thread(target=self._elsewhere, daemon=True) for _ in range(others)]

    def __enter__(self) -> Crew:
        for helper in self.helpers:
            helper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.changed:
            self.complete = True
            if kind is not None:
                self.left.clear()
                for child in self.children:
                    child.kill()
            self.changed.notify_all()

    def add(self, asked: Question) -> None:
        """Ask the members of one condition more; it is begun with at once."""
        with self.changed:
            k = len(self.asked)
            self.asked.append(asked)
            self.left.extend((k, piece) for piece in pieces(len(asked)))
            self.changed.notify_all()

    def answers(self) -> list[Any]:
        """Help until nothing is left; the answers in the order in which they were asked for."""
        with self.changed:
            self.complete = True
            self.changed.notify_all()
        self._here()
        for helper in self.helpers:
            helper.join()
        self._here()  # what a child that failed has left
        parts = [
            [self.found[key] for key in sorted(self.found) if key[0] == k] for k in range(len(self.asked))
        ]
        return [type(own[0]).joined(own) for own in parts]

    def stream(self, questions: Iterable[Question]) -> Iterator[Any]:
        """The answers of questions one by one, in their order; a question is made when it is nearly its turn.

        Whoever stops listening loses only what was not listened to.
        """
        coming, more, k = iter(questions), True, len(self.asked)
        while True:
            while more and len(self.asked) - k <= len(self.helpers) + 1:
                question = next(coming, None)
                if question is None:
                    more = False
                else:
                    self.add(question)
            if k == len(self.asked):
                break
            own = [(k, piece) for piece in pieces(len(self.asked[k]))]
            while not all(piece in self.found for piece in own):
                with self.changed:
                    while not self.left and not all(piece in self.found for piece in own):
                        self.changed.wait()
                    task = self.left.pop(0) if self.left else None
                if task is not None:
                    number, (start, end) = task
                    self._put(task, self.asked[number].part(slice(start, end)).answer())
            parts = [self.found.pop(piece) for piece in own]
            yield type(parts[0]).joined(parts)
            k += 1

    def _take(self) -> Piece | None:
        """A piece of work; waits while more may come, None when none will."""
        with self.changed:
            while not self.left and not self.complete:
                self.changed.wait()
            return self.left.pop(0) if self.left else None

    def _put(self, piece: Piece, answer: Any) -> None:
        with self.changed:
            self.found[piece] = answer
            self.done += len(answer)
            done = self.done
            self.changed.notify_all()
        if self.progress is not None:
            self.progress(done, self.expected)

    def _here(self) -> None:
        """Work in this process until nothing is left."""
        while (piece := self._take()) is not None:
            k, (start, end) = piece
            self._put(piece, self.asked[k].part(slice(start, end)).answer())

    def _elsewhere(self) -> None:
        """Feed one child process until nothing is left; what it cannot do goes back."""
        child = children.take()
        self.children.append(child)
        assert child.stdin is not None
        assert child.stdout is not None
        piece, sent = None, set()
        try:
            receive(child.stdout)  # it is ready
            while (piece := self._take()) is not None:
                k, (start, end) = piece
                question = None if k in sent else self.asked[k]
                sent.add(k)
                send(child.stdin, (k, question, slice(start, end)))
                self._put(piece, receive(child.stdout))
                piece = None
            send(child.stdin, None)
        except (OSError, EOFError, pickle.UnpicklingError):
            if piece is not None:
                with self.changed:
                    self.left.append(piece)
                    self.changed.notify_all()
        finally:
            with contextlib.suppress(OSError):  # what a dead child did not read is still in the buffer
                child.stdin.close()
            child.stdout.close()
            child.wait()


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
    """A child: pieces of questions until there are no more; each question comes with its first piece."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    asked: dict[int, Question] = {}
    try:
        send(sink, "ready")
        while (task := receive(source)) is not None:
            k, question, part = task
            if question is not None:
                asked[k] = question
            send(sink, asked[k].part(part).answer())
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    work()
