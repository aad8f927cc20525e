"""A progress bar for commands that go through a whole ledger: on standard error, where somebody sees it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_AT_ONCE: Final = 1000


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[Iterator[Any]], Iterator[Any]]]:
    """A function that wraps what is gone through, `total` items in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=total)

        def shown(items: Iterator[Any]) -> Iterator[Any]:
            for count, item in enumerate(items, start=1):
                if not count % _AT_ONCE:
                    bar.update(task, completed=count)
                yield item

        yield shown
