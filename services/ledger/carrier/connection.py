"""The connection to the superior, as the carrying process leaves it behind for commands to read."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

FILE = "connection.json"
#: It is written anew so often, and believed so long.
FRESH_SECONDS, STALE_SECONDS = 30.0, 120.0


class Away(StrEnum):
    """Why there is no connection."""

    PASSWORD = "password"  # noqa: S105  # the name of a reason, no secret
    SUSPENDED = "suspended"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"


#: Part of what the broker, or the way to it, says -> what it means. The first that is found counts.
_SIGNS = (
    ("access to vhost", Away.SUSPENDED),
    ("NOT_ALLOWED", Away.SUSPENDED),
    ("ACCESS_REFUSED", Away.PASSWORD),
    ("CERTIFICATE_VERIFY_FAILED", Away.CERTIFICATE),
)


def why_of(error: str) -> Away:
    """What the words of a connection that failed mean."""
    return next((why for sign, why in _SIGNS if sign in error), Away.UNREACHABLE)


@dataclass(frozen=True)
class Connection:
    """How it stands with the superior's broker, since when, and when that was written: seconds since 1970-01-01 UTC."""

    superior: str
    why: Away | None
    since: float
    at: float

    def save(self, folder: Path) -> None:
        """Writes it where `load` finds it; readers see the old or the new one."""
        fresh = folder / f"{FILE}.new"
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(folder / FILE)

    @classmethod
    def load(cls, folder: Path, superior: str, now: float) -> Self | None:
        """What this authority's link has written about this superior of late; None when it writes no more."""
        try:
            found = cls(**json.loads((folder / FILE).read_text()))
        except (OSError, ValueError, TypeError):
            return None
        if found.superior != superior or abs(now - found.at) > STALE_SECONDS:
            return None
        return replace(found, why=None if found.why is None else Away(found.why))
