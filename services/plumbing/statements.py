"""Statements that are said for every message: made once, handed to the store's driver without being compiled again.

SQLAlchemy takes ten times as long over a statement with hundreds of values as the store does. These few are written as
both stores understand them, with `?` for a value.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, CursorResult

#: How many keys one statement asks for at most.
_AT_ONCE: Final = 400


class Statement:
    """One statement of our own, without anybody's words in it."""

    def __init__(self, sql: str) -> None:
        """`sql` has `?` for each value, and no other question mark or percent sign."""
        self._words = {"qmark": sql, "pyformat": sql.replace("?", "%s")}

    def once(self, connection: Connection, values: Sequence[Any] = ()) -> CursorResult[Any]:
        """Run it with these values."""
        return connection.exec_driver_sql(self._words[connection.dialect.paramstyle], tuple(values))

    def each(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run it for each of these rows of values; with none nothing happens."""
        if rows:
            connection.exec_driver_sql(self._words[connection.dialect.paramstyle], list(rows))


def inserting(table: str, names: Sequence[str], behind: str = "") -> Statement:
    """An INSERT of a row of these columns; `behind`: what follows it, as for a row that is there already."""
    return Statement(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) {behind}")  # noqa: S608  # our own names only


def found(connection: Connection, query: str, keys: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    """The rows of `query`, which ends in `IN`, for these keys; asked for in portions that every store takes."""
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        yield from _asking(query, len(part), len(part[0])).once(connection, [value for key in part for value in key])


@lru_cache(1024)
def _asking(query: str, keys: int, parts: int) -> Statement:
    one = "?" if parts == 1 else f"({', '.join('?' * parts)})"
    listed = ", ".join([one] * keys)
    return Statement(f"{query} ({listed})" if parts == 1 else f"{query} (VALUES {listed})")
