"""Page of departments and their people: who is named, who has what in hand, hand-over, and the end of a department."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.frame import Page, ask, page
from gateway.board.submission import order, told, typed
from gateway.bodies import form_of
from gateway.permissions import may
from locales.labels import FIELDS
from services.contracts.rights import scope_of
from services.contracts.scopes import Scope
from services.contracts.vocabulary import DUTIES

router = APIRouter(prefix="/board/departments", route_class=Page)
_HERE: Final = "/board/departments"
_LABELS: Final = {**FIELDS, "department": "Department"}


@router.get("", name="board.departments")
async def departments(request: Request) -> Response:
    """All departments, and the people of one of them: of the head's own, or of the one that was chosen."""
    return await _shown(request, request.query_params.get("department", ""))


@router.post("", name="board.department-set")
async def set_department(request: Request) -> Response:
    """A department is entered, or its names and counter are said anew."""
    fields = await form_of(request)
    data = typed(fields, "department", "opened_on")
    data |= {"short_names": fields.get("short_names", "").split(), "is_front_office": "is_front_office" in fields}
    return await _ordered(request, "set-department", data, fields, data.get("department", ""))


@router.post("/close", name="board.department-close")
async def close(request: Request) -> Response:
    """A department ends in its successor; shown first, then done."""
    fields = await form_of(request)
    data = typed(fields, "department", "successor", "closed_on", "reason")
    return await _ordered(request, "close-department", data, fields, data.get("successor", ""))


@router.post("/officers", name="board.officer-appoint")
async def appoint(request: Request) -> Response:
    """A department names one of its people."""
    fields = await form_of(request)
    data = typed(fields, "department", "officer", "appointed_on")
    data["duties"] = [duty.value for duty in DUTIES if f"duty.{duty}" in fields]
    return await _ordered(request, "appoint-officer", data, fields, data.get("department", ""))


@router.post("/officers/dismiss", name="board.officer-dismiss")
async def dismiss(request: Request) -> Response:
    """A person is none of the department's any more."""
    fields = await form_of(request)
    data = typed(fields, "department", "officer", "dismissed_on", "reason")
    return await _ordered(request, "dismiss-officer", data, fields, data.get("department", ""))


@router.post("/officers/hand-over", name="board.hand-over")
async def hand_over(request: Request) -> Response:
    """All open cases of one person are another's; shown first, then done."""
    fields = await form_of(request)
    data = typed(fields, "department", "officer", "to", "reason", "away_from", "away_until")
    return await _ordered(request, "hand-over", data, fields, data.get("department", ""))


async def _ordered(
    request: Request, command: str, data: dict[str, Any], fields: Mapping[str, str], department: str
) -> Response:
    """What was ordered is done, once however often it is sent; only shown where the form asks for a look before."""
    is_preview = "preview" in fields
    # a look has no key: what is looked at next may be something else
    key = "" if is_preview else fields.get("key", "")
    done, wrong = await order(request, "intake", command, data | ({"dry_run": True} if is_preview else {}), key)
    if done is None:
        problems = told(request, wrong, _LABELS)
        return await _shown(request, fields.get("department", ""), 422, command, fields, problems)
    if is_preview:
        return await _shown(request, fields.get("department", ""), 200, command, fields, preview=done)
    return RedirectResponse(f"{_HERE}?{urlencode({'department': department})}", 303)


async def _shown(
    request: Request,
    department: str,
    status: int = 200,
    tried: str = "",
    given: Mapping[str, str] | None = None,
    problems: Sequence[str] = (),
    preview: Mapping[str, Any] | None = None,
) -> Response:
    caller = await caller_of(request)
    found = await ask(request, "intake", "departments")
    own = " ".join(caller.department.split())
    every = scope_of("officers.hand-over", caller.role) is Scope.EVERY
    chosen = next((one for one in found["items"] if one["name"] == (department if every else own)), None)
    people = await ask(request, "intake", "officers", department=chosen["name"]) if chosen else {"items": []}
    return await page(
        request,
        "departments.html",
        status,
        departments=found["items"],
        chosen=chosen,
        every=every,
        may_set=may("departments.set", caller.role),
        people=people["items"],
        duties=[duty.value for duty in DUTIES],
        tried=tried,
        given=given or {},
        problems=problems,
        preview=preview,
    )
