"""Page of one's notices: what is new, where it leads, and by which way one is told beside it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway.board.frame import Page, ask, page, with_query
from gateway.board.submission import order, told, typed
from gateway.bodies import form_of
from gateway.calls import NO_STORE
from locales.labels import FIELDS
from locales.words import NOTICE_CHANNELS, NOTICE_KINDS

router = APIRouter(prefix="/board/notices", route_class=Page)
_HERE: Final = "/board/notices"
_PLACES: Final[Mapping[str, str]] = {
    "case": "/board/cases/",
    "complaint": "/board/complaints/",
    "instruction": "/board/instructions/",
    "draft": "/board/letter-drafts/",
}


@router.get("", name="board.notices")
async def notices(request: Request) -> Response:
    """The inbox."""
    return await _shown(request)


@router.get("/count", name="board.notices-count")
async def count(request: Request) -> Response:
    """How many are new: the badge of the navigation."""
    found = await ask(request, "notices", "inbox", limit=1)
    return HTMLResponse(str(found["unread"]) if found["unread"] else "", headers=NO_STORE)


@router.post("/read", name="board.notices-read")
async def read(request: Request) -> Response:
    """Everything that the page has shown is read."""
    fields = await form_of(request)
    up_to = fields.get("up_to", "")
    data = {"up_to": int(up_to) if up_to.isdecimal() and len(up_to) < 16 else up_to}
    done, wrong = await order(request, "notices", "read-notices", data, fields.get("key", ""))
    return RedirectResponse(_HERE, 303) if done is not None else await _shown(request, 422, told(request, wrong))


@router.post("/wishes", name="board.notices-wishes")
async def wishes(request: Request) -> Response:
    """By which way one is told from now on."""
    fields = await form_of(request)
    data: dict[str, Any] = typed(fields, "email", "webhook_url", "webhook_secret")
    data["kinds"] = [one for one in NOTICE_KINDS if f"kind-{one}" in fields]
    data["channels"] = [one for one in NOTICE_CHANNELS if f"channel-{one}" in fields]
    data["digest"] = "digest" in fields
    done, wrong = await order(request, "notices", "set-notice-wishes", data, fields.get("key", ""))
    if done is not None:
        return RedirectResponse(_HERE, 303)
    return await _shown(request, 422, told(request, wrong, FIELDS))


async def _shown(request: Request, status: int = 200, problems: Sequence[str] = ()) -> Response:
    cursor = request.query_params.get("cursor", "")[:200]
    found = await ask(request, "notices", "inbox", cursor=cursor, limit=50)
    return await page(
        request,
        "notices.html",
        status,
        items=[{**one, "place": _place(one)} for one in found["items"]],
        unread=found["unread"],
        wish=await ask(request, "notices", "wishes"),
        kinds=NOTICE_KINDS,
        channels=NOTICE_CHANNELS,
        following=with_query(_HERE, {}, cursor=found["next"]) if found["next"] else None,
        first=_HERE if cursor else None,
        problems=problems,
    )


def _place(one: Mapping[str, Any]) -> str:
    way = _PLACES.get(one["about_kind"])
    return f"{way}{quote(one['about'], safe='')}" if way else ""
