"""Tables at a terminal: in columns where they fit, else a block for each row; nothing in them is ever cut off."""

from collections.abc import Collection, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

#: Wider than any terminal: how wide the table would like to be.
_ANY_WIDTH = 10_000


def show(
    console: Console,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    dim: Collection[int] = (),
) -> None:
    """Print rows under their titles; `numbers`: titles of columns that stand at the right, `dim`: rows that are faint.

    A cell is text and no markup. What is empty is left out of a block.
    """
    table = Table()
    for title in titles:
        table.add_column(Text(title), justify="right" if title in numbers else "left")
    for at, row in enumerate(rows):
        table.add_row(*map(Text, row), style="dim" if at in dim else None)
    wanted = Measurement.get(console, console.options.update(max_width=_ANY_WIDTH), table).maximum
    if wanted <= console.width or not rows:
        console.print(table)
        return
    for row in rows:
        console.print()
        for title, cell in zip(titles, row, strict=True):
            if cell:
                console.print(f"{title}: {cell}", soft_wrap=True, markup=False, highlight=False)
