"""Rows of one table while a batch is handled: looked up together, changed in memory, written together at its end.

Facts come in hundreds; a statement for each of them costs ten times what it does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from services.plumbing.statements import inserting

#: A statement asks for at most this many keys at once.
_AT_ONCE = 400


class KeptRows:
    """The rows of one table whose key is a single column."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._db, self._table = connection, table
        (self._key,) = table.primary_key.columns
        self._names = [column.name for column in table.columns]
        #: Key -> row; None for one that is not there.
        self._rows: dict[str, dict[str, Any] | None] = {}
        #: Keys of what has to be written, in the order of the first change.
        self._changed: dict[str, None] = {}

    def look_up(self, keys: Iterable[str]) -> None:
        """Get these rows, those that are not here yet."""
        wanted = sorted(set(keys) - self._rows.keys())
        self._rows |= dict.fromkeys(wanted)
        for start in range(0, len(wanted), _AT_ONCE):
            part = self._key.in_(wanted[start : start + _AT_ONCE])
            for row in self._db.execute(select(self._table).where(part)).mappings():
                self._rows[row[self._key.name]] = dict(row)

    def get(self, key: str) -> Mapping[str, Any] | None:
        """The row as it is by now; None where there is none."""
        self.look_up((key,))
        return self._rows[key]

    def add(self, row: Mapping[str, Any]) -> None:
        """A row that was not there before. Raises ValueError where it was: somebody says something twice."""
        key = row[self._key.name]
        if self.get(key) is not None:
            raise ValueError(f"{self._table.name} has {key} already")
        self.put(row)

    def put(self, row: Mapping[str, Any]) -> None:
        """A row, whatever was there before; columns that are not named are empty."""
        key = row[self._key.name]
        self._rows[key] = dict.fromkeys(self._names) | dict(row)
        self._changed[key] = None

    def change(self, key: str, values: Mapping[str, Any]) -> None:
        """Other values in a row; nothing where there is none."""
        self.look_up((key,))
        if (row := self._rows[key]) is not None:
            row |= values
            self._changed[key] = None

    def write(self) -> None:
        """Write what was changed; what is looked up from now on is looked up anew."""
        key = self._key.name
        others = ", ".join(f"{name} = excluded.{name}" for name in self._names if name != key)
        put = inserting(self._table.name, self._names, f"ON CONFLICT ({key}) DO UPDATE SET {others}")
        rows = [row for one in self._changed if (row := self._rows[one]) is not None]
        put.each(self._db, [tuple(row[name] for name in self._names) for row in rows])
        self._changed.clear()
        self._rows.clear()
