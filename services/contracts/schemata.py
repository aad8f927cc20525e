"""The contracts written down for others: one JSON Schema per event, one AsyncAPI document for all."""

from typing import Any

from services.contracts.catalogue import all_events
from services.contracts.envelope import CONTENT_TYPE, Event


def schema(kind: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data, with its wire type, reach and aggregate."""
    found = kind.model_json_schema(mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{kind.wire_type()}.json",
        "x-reach": kind.reach.value,
        "x-subject-field": kind.subject_field,
        "x-signal": kind.signal,
    }
    return {**head, **found}


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> schema, for every event."""
    return {f"{kind.wire_type()}.json": schema(kind) for kind in _ours()}


def _ours() -> list[type[Event]]:
    # Tests register toy events of their own; they are nobody's contract.
    return [kind for kind in all_events().values() if kind.__module__.startswith("services.contracts.")]


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document: what an authority says on its bus."""
    messages = {
        kind.wire_type(): {
            "name": kind.wire_type(),
            "contentType": CONTENT_TYPE,
            "summary": (kind.__doc__ or "").strip().split("\n")[0],
            "x-reach": kind.reach.value,
            "payload": {"$ref": f"./schemas/{kind.wire_type()}.json"},
        }
        for kind in _ours()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "qidi",
            "version": "1",
            "description": "Facts that an authority says, as CloudEvents 1.0 in structured JSON.",
        },
        "channels": {
            "events": {
                "address": "qidi.events",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {"say": {"action": "send", "channel": {"$ref": "#/channels/events"}}},
        "components": {"messages": messages},
    }
