"""The filing of entries: each under what it says, so that nothing can be hidden by changing where it is found."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from services.ledger.audit.content import Row
from services.ledger.audit.verdict import Damage, Damaged
from services.ledger.labels import COLUMNS, labels_of

FiledRow = tuple[Any, ...]
"""A stored entry: index, leaf hash, canonical bytes, then COLUMNS."""


def _raw(value: Any) -> bytes:
    # SQLite keeps text where bytes belong if somebody's UPDATE says so; whatever it is, it is compared as bytes.
    return value.encode(errors="surrogateescape") if isinstance(value, str) else bytes(value or b"")


def filed(rows: Iterable[FiledRow], columns: Sequence[str] = COLUMNS, *, withheld: bool = False) -> Iterator[Row]:
    """The rows for `content.verify_rows`; raises Damaged at the first one that is filed under something else.

    `withheld`: a row may be without content, and then without labels. A row is looked at after it was handed on, so
    that a changed content is named before its label.
    """
    for row in rows:
        index, leaf, body = row[0], _raw(row[1]), _raw(row[2])
        absent = withheld and row[2] is None
        yield index, leaf, None if absent else body
        try:
            expected = dict.fromkeys(COLUMNS) if absent else _named(labels_of(json.loads(body)))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # no envelope: the check of the content says so
        for column, found in zip(columns, row[3:], strict=True):
            if found != expected[column]:
                raise Damaged(Damage.MISFILED, index, column=column, found=str(found), expected=str(expected[column]))


def _named(labels: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(COLUMNS, labels, strict=True))
