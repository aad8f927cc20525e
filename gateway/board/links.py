"""Page of other levels: who has joined, and whether both sides hold the same."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, language_of, page
from gateway.calls import gateway_of
from locales.texts import say
from locales.troubles import said

router = APIRouter(prefix="/board/links", route_class=Page)
#: A link says something at least every half minute (ledger/carrier/upward.py); a longer silence is worth a look.
SILENT_AFTER = timedelta(minutes=5)


@router.get("", name="board.links")
async def links(request: Request) -> Response:
    """Superior, lower authorities, their ledgers, and what went wrong."""
    found, ledgers, troubles = await asyncio.gather(
        ask(request, "ledger", "links"), ask(request, "ledger", "reconciliation"), ask(request, "ledger", "troubles")
    )
    now, t = gateway_of(request).clock.now(), partial(say, language_of(request))
    return await page(
        request,
        "links.html",
        links=[{**one, "silent": is_silent(one["last_contact"], now)} for one in found["items"]],
        ledgers=[{**one, "verdict": verdict(one), "said": said(one["troubles"], t)} for one in ledgers["items"]],
        troubles=troubles["items"],
    )


def is_silent(last_contact: str | None, now: datetime) -> bool:
    """Whether nothing has come from there for a while."""
    return last_contact is None or now - datetime.fromisoformat(last_contact) > SILENT_AFTER


def verdict(one: Mapping[str, Any]) -> str:
    """`differs`: both sides contradict each other, or what was sent is not taken; `interrupted`: so further below;
    `waits`: not everything is across; `agrees`."""
    up, kinds = one["up"], {(trouble["side"], trouble["kind"]) for trouble in one["troubles"]}
    equal = (up["roots_equal"] if up else None, one["lights"]["equal"] if one["lights"] else None)
    if False in equal or any(side != "further-below" and kind != "missing" for side, kind in kinds):
        return "differs"
    if any(side == "further-below" for side, _ in kinds):
        return "interrupted"
    return "waits" if kinds or (up and up["waiting"]) else "agrees"
