"""Page of tokens: the administrator issues them to machines, sees them without their secrets, and revokes them."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.board.frame import Page, page
from gateway.board.submission import told, typed, wrong_of
from gateway.bodies import form_of
from gateway.calls import gateway_of
from gateway.routes.accounts import administration_of
from services.contracts.accounts import NewToken
from services.contracts.validation import read
from services.contracts.vocabulary import Role
from services.plumbing.errors import Refused

router = APIRouter(prefix="/board/accounts/tokens", route_class=Page)
_FIELDS = ("role", "owner", "until_day", "name", "department", "note")
_LABELS = {
    "role": "Role", "owner": "Owner of the token", "until_day": "Last day", "name": "Name", "department": "Department",
    "note": "Note",
}  # fmt: skip


@router.get("", name="board.tokens")
async def tokens(request: Request) -> Response:
    """All tokens, and the form for a new one."""
    return await _all(request)


@router.post("", name="board.token-issue")
async def issue(request: Request) -> Response:
    """A new token; its text stands on the page that follows, this once."""
    fields = await form_of(request)
    given = {name: fields.get(name, "").strip() for name in _FIELDS}
    asked, wrong = read(NewToken, typed(fields, *_FIELDS) | {"read_only": "read_only" in fields})
    if wrong:
        return await _all(request, 422, given, told(request, wrong, _LABELS))
    try:
        _, text = await (await administration_of(request)).issue(asked)
    except Refused as refused:
        return await _all(request, 422, given, told(request, wrong_of(refused), _LABELS))
    return await _all(request, text=text)


@router.post("/revoke", name="board.token-revoke")
async def revoke(request: Request) -> Response:
    """It is none from now on."""
    try:
        await (await administration_of(request)).revoke((await form_of(request)).get("id", "")[:16])
    except Refused as refused:
        return await _all(request, 422, problems=told(request, wrong_of(refused), _LABELS))
    return RedirectResponse("/board/accounts/tokens", 303)


async def _all(
    request: Request,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    problems: Sequence[str] = (),
    text: str = "",
) -> Response:
    gateway = gateway_of(request)
    found, now = await run_in_threadpool(gateway.tokens.list), gateway.clock.now()
    good = [one for one in found if one.is_good(now)]
    return await page(
        request,
        "tokens.html",
        status,
        items=good,
        old=[one for one in found if not one.is_good(now)],
        roles=[role.value for role in Role],
        given=given or {},
        problems=problems,
        text=text,
    )
