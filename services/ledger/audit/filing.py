"""Decides whether an entry is filed under what it says, so that nothing can be hidden by changing where it is found."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.ledger.audit.evidence import Row
from services.ledger.audit.verdict import Damage, Damaged

COLUMNS = ("event_id", "source", "subject", "about", "stem", "time", "recorded")
"""What is kept beside an entry's bytes, in this order."""

FiledRow = tuple[Any, ...]
"""A stored entry: index, leaf hash, canonical bytes, then COLUMNS."""


def about_of(subject: str, data: Mapping[str, Any]) -> str:
    """The case or complaint that a clock or a finding is about; otherwise the subject itself."""
    return str(data.get("about", subject))


def labels_of(envelope: Mapping[str, Any]) -> tuple[Any, ...]:
    """What COLUMNS must be for this envelope. Raises KeyError, TypeError or ValueError where it is none."""
    return (
        envelope["id"],
        envelope["source"],
        envelope["subject"],
        about_of(envelope["subject"], envelope["data"]),
        envelope["type"].rsplit(".v", 1)[0],
        datetime.fromisoformat(envelope["time"]).timestamp(),
        datetime.fromisoformat(envelope["recordedtime"]).timestamp(),
    )


def _raw(value: Any) -> bytes:
    # SQLite keeps text where bytes belong if somebody's UPDATE says so; whatever it is, it is compared as bytes.
    return value.encode(errors="surrogateescape") if isinstance(value, str) else bytes(value or b"")


def filed(rows: Iterable[FiledRow], columns: Sequence[str] = COLUMNS, *, withheld: bool = False) -> Iterator[Row]:
    """The rows for `evidence.verify_rows`; raises Damaged at the first one that is filed under something else.

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
