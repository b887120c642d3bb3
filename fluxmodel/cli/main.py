"""The entry point: sound streams, quiet ends.

Nothing but the standard library is imported before the `try`: an interrupt may come at any time.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

BAD_INPUT, INTERRUPTED = 2, 130


class ReaderGone(BaseException):
    """The reader of our pipe has gone, as `head` does: no error of ours, and nothing for others to catch."""


class Pipe:
    """Standard output that says `ReaderGone` when nobody reads any more.

    typer turns a broken pipe into exit code 1 before we could see it, and 1 means that a check failed.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As the stream's own."""
        try:
            return int(self._stream.write(text))
        except BrokenPipeError:
            raise ReaderGone from None

    def flush(self) -> None:
        """As the stream's own."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise ReaderGone from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def main() -> None:
    """Run the command line; the console script's entry point."""
    try:
        _streams()
        from fluxmodel.cli.app import app

        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except ReaderGone:
        _drop_output()
        sys.exit(0)
    except OSError as error:
        print(f"InputError FM706: standard output: {error.strerror or error}", file=sys.stderr)
        _drop_output()
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        _leave_interrupted()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_interrupted()
        raise


def _leave_interrupted() -> None:
    """Leave with 130; Python dies of the signal instead if it came within `exec`, as in dataclasses."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ReaderGone, AttributeError):
            stream.flush()
    os._exit(INTERRUPTED)


def _drop_output() -> None:
    """What is left in the buffer goes nowhere, or the interpreter would complain about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _streams() -> None:
    """Make the standard streams safe to use, whichever of them the caller has closed."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the free number: no file of ours shall become stdout
    if sys.stderr is None:  # print would take stdout instead
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdout is not None:
        sys.stdout = Pipe(sys.stdout)


def __getattr__(name: str) -> Any:
    if name == "app":
        from fluxmodel.cli.app import app

        return app
    raise AttributeError(name)


if __name__ == "__main__":
    main()
