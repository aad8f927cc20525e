"""Orders: commands as they travel to a service, and how a refusal travels back."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from services.contracts.actors import Caller
from services.contracts.envelope import MOST_BYTES, NotReadable
from services.contracts.validation import TOO_DEEP, TOO_LONG
from services.plumbing.errors import Refused

#: Why a body is no command, and why a command is none of ours.
NO_COMMAND = "This is no command."
WRONG_ID = "This must be 1 to {most} characters."
LONGEST_ID = 64
NOT_TAKEN = "{service} takes no command {command}."


@dataclass(frozen=True)
class Order:
    """A command as it travels: who asks for what, under which id."""

    id: str
    command: str
    data: Any
    caller: Caller

    @classmethod
    def parse(cls, body: bytes) -> "Order":
        """Raises NotReadable."""
        if len(body) > MOST_BYTES:
            raise NotReadable(f"body: {TOO_LONG.format(most=MOST_BYTES)}")
        try:
            raw = json.loads(body)
            order = cls(str(raw["id"]), str(raw["command"]), raw["data"], Caller(**raw.get("caller", {})))
        except RecursionError:
            raise NotReadable(f"body: {TOO_DEEP}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NotReadable(f"body: {NO_COMMAND}") from None
        if not 1 <= len(order.id) <= LONGEST_ID:
            raise NotReadable(f"id: {WRONG_ID.format(most=LONGEST_ID)}")
        return order

    @property
    def fingerprint(self) -> str:
        """Tells the same key with another body from a repeat."""
        canonical = json.dumps([self.command, self.data], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def refusal(refused: Refused) -> dict[str, Any]:
    """How a refusal travels back to the gateway."""
    problems = [{"field": p.field, "template": p.template, "params": p.params} for p in refused.problems]
    return {"status": refused.status, "problems": problems}
