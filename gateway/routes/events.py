"""Events: the stream of the ledger, from the last one that a follower has, else from now on."""

from contextlib import ExitStack
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from gateway.auth import caller_of, established
from gateway.bodies import MOST
from gateway.calls import ask_in_words, gateway_of
from gateway.events import Stream, follow, is_kind
from gateway.permissions import may
from gateway.problems import Trouble
from gateway.shapes import hands_out
from services.contracts.actors import Caller

router = APIRouter(prefix="/v1", tags=["events"])


@router.get(
    "/events",
    name="events",
    summary="Follow the ledger as server-sent events; the id of an event is its index in the ledger",
    response_class=Response,
    responses=hands_out({"type": "string"}, "text/event-stream", "a stream that does not end by itself"),
)
async def events(
    request: Request,
    types: Annotated[
        str | None, Query(max_length=500, description="prefixes of types, with commas: qidi.case.,qidi.clock.")
    ] = None,
    after: Annotated[
        int | None, Query(ge=-1, le=MOST, description="as Last-Event-ID, for those that cannot send it")
    ] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    gateway, caller = gateway_of(request), await caller_of(request)
    prefixes = tuple(part.strip() for part in (types or "").split(",") if part.strip())
    if unknown := [one for one in prefixes if not is_kind(one)]:
        raise Trouble(
            "refused", wrong=[("types", "No event begins with {unknown}.", {"unknown": one}) for one in unknown]
        )
    if last_event_id is not None and last_event_id.strip():
        if not last_event_id.strip().lstrip("-").isascii() or not last_event_id.strip().removeprefix("-").isdigit():
            raise Trouble("malformed", "Last-Event-ID must be the index of an entry.")
        after = max(-1, min(int(last_event_id), MOST))
    if after is None:
        after = int((await ask_in_words(request, "ledger", "head"))["size"]) - 1
    counted = ExitStack()
    counted.enter_context(gateway.feed.follower(caller.token_id or caller.account_id))
    return Stream(follow(gateway, lambda: still_following(request), after, prefixes), counted)


async def still_following(request: Request) -> Caller | None:
    """Who follows, as of now; None when the token or the session is none any more, or its role may not follow. Raises
    Unavailable."""
    try:
        found = await established(request, is_active=False)
    except Trouble:
        return None
    return found.caller if may("events", found.caller.role) else None
