"""Decides how letters and tasks are shown on the board, and issued, signed for, answered and closed there."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.frame import Page, ask, language_of, page, with_query
from gateway.board.words import DIRECTIONS, INSTRUCTION_KINDS, INSTRUCTION_STATES
from gateway.bodies import form_of
from gateway.calls import gateway_of
from gateway.permissions import may
from gateway.problems import Trouble, local
from gateway.texts import say

router = APIRouter(prefix="/board/instructions", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=120)]
_NAMESPACE = UUID("6f0d2a52-4b0e-5a8e-9d3c-716964690003")
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
        return await _form(request, given, 422, [_say(request, "Confirm that it is issued; it cannot be taken back.")])
    data: dict[str, Any] = {name: given[name] for name in ("kind", "to", "department", "title", "text") if given[name]}
    data["about"] = given["about"].split()
    if given["reply_working_days"]:
        days = given["reply_working_days"]
        data["reply_working_days"] = int(days) if days.isdecimal() and len(days) < 4 else days
    done, problems = await _order(request, "issue-instruction", data, fields.get("key", ""))
    if problems:
        return await _form(request, given, 422, problems)
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
    _, problems = await _order(request, "take-instruction-step", data, fields.get("key", ""))
    if problems:
        return await _one(request, instruction_no, 422, problems, text)
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
    return await page(
        request,
        "instruction.html",
        status,
        one=found,
        steps=found["allowed_steps"] if may("board.instruction-step", caller.role) else [],
        clocks=sorted(clocks["items"], key=lambda clock: clock["stopped_at"] is not None),
        problems=problems,
        text=text,
    )


async def _order(
    request: Request, command: str, data: Mapping[str, Any], key: str
) -> tuple[Mapping[str, Any], list[str]]:
    """What the service answers, or everything that it finds wrong, in the reader's language. Raises Trouble."""
    caller = await caller_of(request)
    id = str(uuid5(_NAMESPACE, f"{caller.token_id}\n{command}\n{key or uuid4()}"))
    reply = await gateway_of(request).services.command("reporting", command, id, dict(data), caller)
    if reply["status"] == 200:
        return reply["body"], []
    trouble = Trouble.of(reply)
    if not trouble.wrong or trouble.kind == "not-found":
        raise trouble
    return {}, [_say(request, template, **params) for _, template, params in trouble.wrong]


def _say(request: Request, template: str, **params: Any) -> str:
    language = language_of(request)
    return say(language, template, **local(language, params))
