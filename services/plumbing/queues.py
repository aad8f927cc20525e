"""One queue as data: its name, where it is bound, its arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Where looking must never lose anything. RabbitMQ 4 takes a queue that says nothing for one of twenty deliveries, and
#: 3.10 takes -1 for none at all (ARCHITECTURE section 6); this number holds on both.
NEVER: Final = 2_147_483_647
#: Arguments of a queue in which messages lie until somebody has taken them in, however often they are looked at.
KEPT: Final[Mapping[str, Any]] = {"x-queue-type": "quorum", "x-delivery-limit": NEVER}


@dataclass(frozen=True)
class QueueRow:
    """One queue: its name, where it is bound, and its arguments."""

    name: str
    exchange: str
    keys: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    service: str = ""
    #: Whoever sends into it says everything again until it is answered.
    is_repeated: bool = False
