"""Page of imported lines that wait for their department's signature: looked through, corrected, signed for once."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.frame import Page, ask, page
from gateway.board.submission import order, told
from gateway.bodies import form_of
from services.contracts.actors import Caller
from services.contracts.rights import Whose, barred

router = APIRouter(prefix="/board/confirmations", route_class=Page)
_HERE: Final = "/board/confirmations"


@router.get("", name="board.confirmations")
async def confirmations(request: Request) -> Response:
    """What waits in each department, and the lines of one: of the reader's own, or of the one that was chosen."""
    return await _shown(request, request.query_params.get("department", ""))


@router.post("", name="board.confirm")
async def confirm(request: Request) -> Response:
    """The department signs for the lines that its page has shown, and for no other."""
    fields = await form_of(request)
    department = fields.get("department", "")
    if "signed" not in fields:
        wrong: Sequence[tuple[str, str, Any]] = [("signed", "Say that the lines are right before you sign.", {})]
    else:
        data = {"department": department, "case_nos": fields.get("case_nos", "").split()}
        done, wrong = await order(request, "intake", "confirm-lines", data, fields.get("key", ""))
        if done is not None:
            asked = {"department": department, "signed": done["count"]}
            return RedirectResponse(f"{_HERE}?{urlencode(asked)}", 303)
    return await _shown(request, department, 422, told(request, wrong))


async def _shown(request: Request, department: str, status: int = 200, problems: Sequence[str] = ()) -> Response:
    caller = await caller_of(request)
    chosen = (department or caller.department)[:200]
    found = await ask(request, "intake", "confirmations", department=chosen)
    signed = request.query_params.get("signed", "")
    return await page(
        request,
        "confirmations.html",
        status,
        found=found,
        chosen=chosen,
        signs=_may_sign(caller, chosen),
        signed=int(signed) if signed.isascii() and signed.isdigit() else 0,
        problems=problems,
    )


def _may_sign(caller: Caller, department: str) -> bool:
    return barred("confirmations.confirm", caller, Whose(department)) is None
