"""Pages of letters and tasks: shown, issued, signed for, answered and closed."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.entries import places_of
from gateway.board.frame import Page, ask, page, with_query
from gateway.board.submission import order, told
from gateway.bodies import form_of
from gateway.permissions import may
from locales.words import DIRECTIONS, INSTRUCTION_KINDS, INSTRUCTION_STATES

router = APIRouter(prefix="/board/instructions", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=120)]
_PAGE = 50
_BOOKS: Mapping[str, Mapping[str, str]] = {
    "direction": DIRECTIONS,
    "kind": INSTRUCTION_KINDS,
    "state": INSTRUCTION_STATES,
}
_FIELDS = ("kind", "to", "department", "title", "text", "about", "reply_working_days")


@router.get("", name="board.instructions")
async def instructions(request: Request) -> Response:
    """The list, sent and received."""
    query = request.query_params
    chosen = {name: query.get(name, "") if query.get(name) in known else "" for name, known in _BOOKS.items()}
    cursor = query.get("cursor", "")[:500]
    found = await ask(request, "reporting", "instructions", **chosen, cursor=cursor, limit=_PAGE)
    return await page(
        request,
        "instructions.html",
        items=found["items"],
        chosen=chosen,
        books=_BOOKS,
        following=with_query("/board/instructions", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/instructions", chosen) if cursor else None,
    )


@router.get("/new", name="board.instruction-new")
async def new(request: Request) -> Response:
    """The form for a new one."""
    return await _form(request, dict.fromkeys(_FIELDS, ""))


@router.post("/new", name="board.instruction-issue")
async def issue(request: Request) -> Response:
    """It goes out under the next number, after a second look. Sent twice, it happens once."""
    fields = await form_of(request)
    given = {name: fields.get(name, "").strip() for name in _FIELDS}
    if "confirmed" not in fields:
        unsure = [("confirmed", "Confirm that it is issued; it cannot be taken back.", dict[str, Any]())]
        return await _form(request, given, 422, told(request, unsure))
    data: dict[str, Any] = {name: given[name] for name in ("kind", "to", "department", "title", "text") if given[name]}
    data["about"] = given["about"].split()
    if given["reply_working_days"]:
        days = given["reply_working_days"]
        data["reply_working_days"] = int(days) if days.isdecimal() and len(days) < 4 else days
    done, wrong = await order(request, "reporting", "issue-instruction", data, fields.get("key", ""))
    if done is None:
        return await _form(request, given, 422, told(request, wrong))
    return _to(str(done["instruction_no"]))


@router.get("/{instruction_no}", name="board.instruction")
async def instruction(request: Request, instruction_no: Number) -> Response:
    """One of them, with its clocks, its steps, and what may be done now."""
    return await _one(request, instruction_no)


@router.post("/{instruction_no}/steps", name="board.instruction-step")
async def step(request: Request, instruction_no: Number) -> Response:
    """Signed for, answered or closed. Sent twice, it happens once."""
    fields = await form_of(request)
    text = fields.get("text", "").strip()
    data = {"instruction_no": instruction_no, "step": fields.get("step", "")} | ({"text": text} if text else {})
    done, wrong = await order(request, "reporting", "take-instruction-step", data, fields.get("key", ""))
    if done is None:
        return await _one(request, instruction_no, 422, told(request, wrong), text)
    return _to(instruction_no)


def _to(instruction_no: str) -> Response:
    return RedirectResponse(f"/board/instructions/{quote(instruction_no, safe='')}", 303)


async def _form(
    request: Request, given: Mapping[str, str], status: int = 200, problems: Sequence[str] = ()
) -> Response:
    below = await ask(request, "reporting", "addressees")
    return await page(
        request,
        "instruction_new.html",
        status,
        given=given,
        kinds=INSTRUCTION_KINDS,
        below=below["items"],
        problems=problems,
    )


async def _one(
    request: Request, instruction_no: str, status: int = 200, problems: Sequence[str] = (), text: str = ""
) -> Response:
    found, clocks = await asyncio.gather(
        ask(request, "reporting", "instruction", instruction_no=instruction_no),
        ask(request, "timer", "clocks", about=instruction_no),
    )
    caller = await caller_of(request)
    places = await places_of(request, found["about"][0]) if found["about"] else {}
    return await page(
        request,
        "instruction.html",
        status,
        one=found,
        steps=found["allowed_steps"] if may("board.instruction-step", caller.role) else [],
        clocks=sorted(clocks["items"], key=lambda clock: clock["stopped_at"] is not None),
        places=places,
        problems=problems,
        text=text,
    )
