"""Progress for whoever watches: on a terminal only, on stderr, gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[int, int], None]


@contextmanager
def progress(what: str, quiet: bool = False) -> Iterator[Tell | None]:
    """What to call with the number done and to do; None where nobody watches.

    Parameters
    ----------
    what : str
        What is counted.
    quiet : bool
        Nobody wants to watch.

    Examples
    --------
    >>> with progress("members", quiet=True) as tell:
    ...     tell is None
    True
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, visible=False)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield tell
