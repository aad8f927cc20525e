"""Entries behind figures: where on a page of the record each entry stands that a letter names."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request

from gateway.board.frame import ask
from gateway.calls import gateway_of
from gateway.problems import Trouble
from services.contracts.vocabulary import CaseNo


async def places_of(request: Request, about: str) -> Mapping[str, tuple[int, str]]:
    """Reference -> (index of the entry, where it is shown), for everything that is recorded here about one case."""
    if CaseNo(about).authority != gateway_of(request).settings.authority:
        return {}
    try:
        found = await ask(request, "ledger", "timeline", case_no=about)
    except Trouble as trouble:
        if trouble.kind != "not-found":
            raise
        return {}
    page = f"/board/cases/{quote(about, safe='')}"
    return {one["reference"]: (one["index"], f"{page}#entry-{one['index']}") for one in found["items"]}
