"""Pages of complaints, and their way down: what was said and what the record says, never who said it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.frame import Page, ask, page, with_query
from gateway.board.submission import Wrong, order, told, typed
from gateway.bodies import form_of
from gateway.permissions import may
from locales.labels import FIELDS
from locales.words import COMPLAINT_STATES, KINDS
from services.contracts.vocabulary import ComplaintStepKind
from services.plumbing.errors import Unavailable

router = APIRouter(prefix="/board/complaints", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=120)]
_PAGE = 50
_SENDING = ("authority", "department", "text", "person_needed_because", "actor.name", "actor.department")


@router.get("", name="board.complaints")
async def complaints(request: Request) -> Response:
    """The list of complaints."""
    query = request.query_params
    chosen = {name: query.get(name, "").strip()[:200] for name in ("state", "kind", "department", "q")}
    for name, known in (("state", COMPLAINT_STATES), ("kind", KINDS)):
        if chosen[name] not in known:
            chosen[name] = ""
    cursor = query.get("cursor", "")[:500]
    found, counts = await asyncio.gather(
        ask(request, "complaints", "complaints", **chosen, cursor=cursor, limit=_PAGE),
        ask(request, "complaints", "counts"),
    )
    return await page(
        request,
        "complaints.html",
        items=found["items"],
        counts=counts,
        chosen=chosen,
        kinds=KINDS,
        states=COMPLAINT_STATES,
        following=with_query("/board/complaints", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/complaints", chosen) if cursor else None,
    )


@router.get("/{complaint_no}", name="board.complaint")
async def complaint(request: Request, complaint_no: Number) -> Response:
    """One complaint with its evidence."""
    return await _one(request, complaint_no)


@router.post("/{complaint_no}/send", name="board.complaint-send")
async def send(request: Request, complaint_no: Number) -> Response:
    """It is handed down to an authority below, which handles it. Sent twice, it happens once."""
    fields = await form_of(request)
    data = {"complaint_no": complaint_no, "step": ComplaintStepKind.DISPATCH.value} | typed(fields, *_SENDING)
    if "authority" not in data:  # to a department of ours it would go by the same step
        wrong: Wrong = [("authority", "Say which authority it is handed down to.", {})]
        return await _one(request, complaint_no, 422, fields, told(request, wrong, FIELDS))
    done, wrong = await order(request, "complaints", "take-complaint-step", data, fields.get("key", ""))
    if done is None:
        return await _one(request, complaint_no, 422, fields, told(request, wrong, FIELDS))
    return RedirectResponse(f"/board/complaints/{quote(complaint_no, safe='')}", 303)


async def _one(
    request: Request,
    complaint_no: str,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    problems: Sequence[str] = (),
) -> Response:
    found, clocks = await asyncio.gather(
        ask(request, "complaints", "complaint", complaint_no=complaint_no),
        ask(request, "timer", "clocks", about=complaint_no),
    )
    caller = await caller_of(request)
    may_send = may("board.complaint-send", caller.role) and ComplaintStepKind.DISPATCH in found["allowed_steps"]
    below = await _joined_below(request) if may_send else ()
    return await page(
        request,
        "complaint.html",
        status,
        complaint=found,
        clocks=clocks["items"],
        below=below,
        given=given or {},
        problems=problems,
        # Whoever may be shown who complained may let another authority know.
        may_name=may("complaints.person", caller.role)
        and bool(found["complainant_name"] or found["complainant_phone"]),
    )


async def _joined_below(request: Request) -> Sequence[Mapping[str, Any]]:
    """The authorities that letters can go to now; none while reporting, which knows them, is away: a complaint can be
    read all the same."""
    try:
        found: Sequence[Mapping[str, Any]] = (await ask(request, "reporting", "addressees"))["items"]
    except Unavailable:
        return ()
    return found
