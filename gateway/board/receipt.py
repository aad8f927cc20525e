"""Receipt of an application on the board: its project is found, or registered in the same breath."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.auth import caller_of
from gateway.board.cases import to_case
from gateway.board.frame import Page, ask, page
from gateway.board.submission import NOTHING_WRONG, Wrong, order, told, typed
from gateway.bodies import form_of
from gateway.permissions import may
from gateway.problems import Trouble
from locales.labels import FIELDS
from services.contracts.vocabulary import RECEIPT_CHANNELS, Channel

router = APIRouter(prefix="/board/cases", route_class=Page)
_FACTS = ("project_name", "owner_name")
#: What may be said of a new project as well.
_MORE = ("credit_code", "initiated_on", "started_on")
_PROJECT = ("project_code", *_FACTS, *_MORE)
#: What intake says of a receipt whose only trouble is that its project is new.
_NOT_IN_LIBRARY = "There is no project {code} in the library."
_RECEIPT = (
    *("project_code", "matter_code", "handler.name", "handler.department", "received_at", "again_because"),
    *("complete_by", "channel"),
)


@router.get("/new", name="board.case-new")
async def new(request: Request) -> Response:
    """The form. What the address holds is filled in: so the project is looked for while the code is typed."""
    caller = await caller_of(request)
    own = {"handler.name": caller.name, "handler.department": caller.department}
    return await _form(request, own | dict(request.query_params))


@router.post("/new", name="board.case-receive")
async def receive(request: Request) -> Response:
    """The case gets its number, after its project where that is new. Sent twice, both happen once."""
    fields = await form_of(request)
    key = fields.get("key", "")
    project, receipt = typed(fields, *_PROJECT), typed(fields, *_RECEIPT)
    if "confirm" in fields:
        project["confirm"] = [fields["confirm"]]
    wrong: Wrong = NOTHING_WRONG
    if ("project_name" in project or "owner_name" in project) and await _may_register(request):
        if await _project(request, fields) is None:
            # A project stays in the library: what is wrong with the receipt is asked before, and all told at once.
            done, wrong = await order(request, "intake", "receive-case", receipt, f"{key} before its project")
            if done is not None:
                return to_case(str(done["case_no"]))
            if wrong := [one for one in wrong if one[1] != _NOT_IN_LIBRARY]:
                missing: Wrong = [(name, "This field is required.", {}) for name in _FACTS if name not in project]
                wrong = [*missing, *wrong]
        if not wrong:
            _, wrong = await order(request, "intake", "register-project", project, key)
    if not wrong:
        done, wrong = await order(request, "intake", "receive-case", receipt, key)
        if done is not None:
            return to_case(str(done["case_no"]))
    asked = any(field == "again_because" for field, *_ in wrong)
    return await _form(request, fields, 422, told(request, wrong, FIELDS), again=asked)


async def _form(
    request: Request, given: Mapping[str, str], status: int = 200, problems: Sequence[str] = (), *, again: bool = False
) -> Response:
    """`again`: a case for the same project and matter is open, so why there is a second one is asked for."""
    matters, own = await asyncio.gather(
        ask(request, "intake", "matters", applied_for=True), ask(request, "intake", "receivable")
    )
    offered = [one for one in matters["items"] if one["code"] in set(own["codes"])]
    by_department = sorted(offered, key=lambda one: (one["department"], one["code"]))
    return await page(
        request,
        "case_new.html",
        status,
        given=given,
        project=await _project(request, given),
        may_register=await _may_register(request),
        departments=[(name, list(ones)) for name, ones in groupby(by_department, lambda one: one["department"])],
        problems=problems,
        channels=[one for one in RECEIPT_CHANNELS if one is not Channel.PARTNER],
        again=again or bool(given.get("again_because")),
    )


async def _may_register(request: Request) -> bool:
    return may("projects.register", (await caller_of(request)).role)


async def _project(request: Request, fields: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The project of the code that was typed; None while the library has none."""
    code = fields.get("project_code", "").strip()
    try:
        found: Mapping[str, Any] | None = await ask(request, "intake", "project", project_code=code) if code else None
    except Trouble as trouble:
        if trouble.kind != "not-found":
            raise
        return None
    return found
