"""Errors on their way out: a message on stderr, an exit code, and no traceback.

Codes: FM706 the operating system refused a file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from fluxmodel.errors import FluxmodelError

DONE, CHECKS_FAILED, BAD_INPUT, NO_OPTIMUM, PARTLY_FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


@contextmanager
def guard(debug: bool = False) -> Iterator[None]:
    """Turn what this package raises on purpose into its message and exit code.

    Parameters
    ----------
    debug : bool
        Let the traceback through.
    """
    try:
        yield
    except FluxmodelError as error:
        if debug:
            raise
        say(str(error), error_kind=type(error).__name__)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        say("interrupted; nothing was written")
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        if debug:
            raise
        place = f"{error.filename}: " if error.filename else ""
        say(f"FM706: {place}{error.strerror or error}\n  look at the place and its permissions", "InputError")
        raise typer.Exit(BAD_INPUT) from None
    except MemoryError:
        say("out of memory")
        raise typer.Exit(BAD_INPUT) from None


def say(text: str, error_kind: str = "") -> None:
    """One message on stderr."""
    # "ConditionError FM031: ..." as the code is part of the message, else "NoOptimum: ..."
    joint = " " if text.startswith("FM") else ": "
    if sys.stderr is None:  # print would take stdout instead
        return
    try:
        print(f"{error_kind}{joint}{text}" if error_kind else text, file=sys.stderr, flush=True)
    except OSError:  # nobody reads: what is left goes nowhere, and the exit code stays ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
