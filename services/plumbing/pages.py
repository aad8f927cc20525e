"""Pages of long lists, from an opaque cursor that stays right while rows are added."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from services.plumbing.errors import Problems

LONGEST = 200
R = TypeVar("R")


@dataclass(frozen=True)
class Page:
    """What was asked for: at most `limit` rows that come after the row with key `after`."""

    after: str | None
    limit: int

    @classmethod
    def asked(cls, problems: Problems, cursor: str | None, limit: Any) -> "Page":
        """Reads what the caller sent; adds problems on `cursor` and `limit` and then stands for the first page."""
        after: str | None = None
        if cursor:
            try:
                after = urlsafe_b64decode(cursor.encode("ascii")).decode()
            except (binascii.Error, UnicodeError):
                problems.add("cursor", "This cursor is not one that was handed out here.")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LONGEST:
            problems.add("limit", "The limit is a whole number from 1 to {most}.", most=LONGEST)
            limit = 1
        return cls(after, limit)

    def cut(self, rows: Sequence[R], key: Callable[[R], str], show: Callable[[R], Any]) -> dict[str, Any]:
        """The answer, made from up to `limit` + 1 rows: the one too many tells that there is a next page."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        following = urlsafe_b64encode(key(shown[-1]).encode()).decode("ascii") if more else None
        return {"items": [show(row) for row in shown], "next": following}
