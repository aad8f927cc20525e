"""Options of a message: what may be said of it beside its bytes."""

from typing import Any, TypedDict

import pika


class Options(TypedDict, total=False):
    """What may be said of a message beside its bytes; `mandatory` and `persistent` hold unless they are denied."""

    content_type: str
    message_id: str | None
    headers: dict[str, Any] | None
    reply_to: str | None
    correlation_id: str | None
    mandatory: bool
    persistent: bool
    user_id: str | None


def properties(options: Options) -> pika.BasicProperties:
    """As they stand in the message; bytes are JSON and outlive the broker where nothing else is said."""
    return pika.BasicProperties(
        content_type=options.get("content_type", "application/json"),
        delivery_mode=2 if options.get("persistent", True) else 1,
        message_id=options.get("message_id"),
        headers=options.get("headers"),
        reply_to=options.get("reply_to"),
        correlation_id=options.get("correlation_id"),
        user_id=options.get("user_id"),
    )
