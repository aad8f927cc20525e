"""Decides what the link's process leaves behind about its connection to the superior, for commands to read."""

import json
import os
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

FILE = "connection.json"


class Why(StrEnum):
    """Why there is no connection."""

    PASSWORD = "password"  # noqa: S105  # the name of a reason, no secret
    SUSPENDED = "suspended"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"


#: Part of what the broker, or the way to it, says -> what it means. The first that is found counts.
_SIGNS = (
    ("access to vhost", Why.SUSPENDED),
    ("NOT_ALLOWED", Why.SUSPENDED),
    ("ACCESS_REFUSED", Why.PASSWORD),
    ("certificate", Why.CERTIFICATE),
    ("SSL", Why.CERTIFICATE),
)


def why_of(error: str) -> Why:
    """What the words of a connection that failed mean."""
    return next((why for sign, why in _SIGNS if sign in error), Why.UNREACHABLE)


@dataclass(frozen=True)
class Connection:
    """How it stands with the superior's broker; `since` is seconds since 1970-01-01 UTC."""

    superior: str
    why: Why | None
    since: float
    process: int = 0

    def save(self, folder: Path) -> None:
        """Writes it where `load` finds it; readers see the old or the new one."""
        fresh = folder / f"{FILE}.new"
        fresh.write_text(json.dumps(asdict(replace(self, process=os.getpid()))))
        fresh.replace(folder / FILE)

    @classmethod
    def load(cls, folder: Path, superior: str) -> Self | None:
        """What the process of this authority's link last wrote about this superior; None when none runs."""
        try:
            found = cls(**json.loads((folder / FILE).read_text()))
            os.kill(found.process, 0)
        except (OSError, ValueError, TypeError):
            return None
        if found.superior != superior:
            return None
        return replace(found, why=None if found.why is None else Why(found.why))
