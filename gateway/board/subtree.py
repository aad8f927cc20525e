"""Pages of the authorities below: tiles without a map, one of them, and a case there."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page
from gateway.board.lines import ranked, with_holding_days, with_remaining
from gateway.calls import gateway_of
from gateway.problems import Trouble
from gateway.tree import Branch, find, tree
from locales.entries import told

router = APIRouter(prefix="/board/subtree", route_class=Page)
_MOST_URGENT = 10


async def branches_of(request: Request) -> list[Branch]:
    """This authority and all below it."""
    settings = gateway_of(request).settings
    found = await ask(request, "ledger", "subtree")
    return tree(settings.authority, settings.authority_name, found["items"])


@router.get("/{code}", name="board.subtree")
async def subtree(request: Request, code: Annotated[str, Path(pattern=r"^[0-9]{6}$")]) -> Response:
    """One authority below: its lights, its departments, its most urgent lines, and those below it as tiles."""
    branches = await branches_of(request)
    branch = find(branches, code)
    if branch is None or code == gateway_of(request).settings.authority:
        raise Trouble("not-found", "No authority with this code is below this one.")
    summary, urgent = await asyncio.gather(
        ask(request, "ledger", "summary", authority=code),
        ask(request, "ledger", "lines", authority=code, sort="light", limit=_MOST_URGENT),
    )
    return await page(
        request,
        "subtree.html",
        branch=branch,
        way=way_to(branches, branch),
        summary=summary,
        departments=ranked(summary["by_department"]),
        urgent=await with_remaining(request, urgent["items"]),
    )


def way_to(branches: Sequence[Branch], branch: Branch) -> list[Branch]:
    """The authorities between ours and this one, from above to below."""
    way: list[Branch] = []
    above = find(branches, branch.superior or "")
    while above is not None and above is not branches[0]:
        way.insert(0, above)
        above = find(branches, above.superior or "")
    return way


@router.get("/cases/{case_no}", name="board.subtree-case")
async def case(request: Request, case_no: Annotated[str, Path(min_length=1, max_length=120)]) -> Response:
    """A case of a lower authority, from what has come up about it."""
    record = await ask(request, "ledger", "record", case_no=case_no)
    line = (await with_remaining(request, [record["line"]]))[0]
    return await page(
        request,
        "record.html",
        record=record,
        line=line,
        holders=await with_holding_days(request, record["holders"]),
        entries=[told(entry) for entry in record["entries"]],
    )
