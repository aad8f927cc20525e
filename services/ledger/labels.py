"""Labels of entries: what stands beside an entry's bytes so that it can be found, read out of the entry itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

COLUMNS = ("event_id", "source", "subject", "about", "stem", "time", "recorded")
"""What is kept beside an entry's bytes, in this order."""

ORIGIN_COLUMNS = ("subject", "about", "stem", "time", "recorded")
"""The same beside an entry of another authority's ledger."""


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
