"""Services as the gateway sees them: two verbs, an answer or a refusal, and sometimes nobody at home."""

from collections.abc import Mapping
from typing import Any, Protocol

from services.contracts.actors import Caller


class Services(Protocol):
    """Commands change something and carry an id; questions change nothing.

    Both return `{"status": 200, "body": ...}` or `{"status": 4xx, "problems": [{"field", "template", "params"}]}`, and
    raise `services.plumbing.errors.Unavailable` when nobody answers in time.
    """

    async def command(
        self, service: str, command: str, id: str, data: Any, caller: Caller, timeout: float = 10
    ) -> dict[str, Any]: ...

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller, timeout: float = 5
    ) -> dict[str, Any]: ...


class Depths(Protocol):
    """Tells how many messages wait in each queue, dead letters included."""

    async def depths(self) -> Mapping[str, int]: ...
