"""Page of the record: who came in, how and why not, and which complainant was shown to whom."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, page, with_query
from gateway.routes.audit import page_of, wanted
from locales.words import OCCASIONS
from services.contracts.entrances import Occasion

router = APIRouter(prefix="/board/accounts/sign-ins", route_class=Page)
_PAGE = 50


@router.get("", name="board.sign-ins")
async def entries(request: Request) -> Response:
    """The record, newest first."""
    query = request.query_params
    chosen = {
        "occasion": query.get("occasion", "") if query.get("occasion") in OCCASIONS else "",
        "account": query.get("account", "")[:16],
        "since": _day(query.get("since", "")),
        "until": _day(query.get("until", "")),
    }
    cursor = query.get("cursor", "")[:18]
    which = wanted(
        Occasion(chosen["occasion"]) if chosen["occasion"] else None,
        chosen["account"],
        date.fromisoformat(chosen["since"]) if chosen["since"] else None,
        date.fromisoformat(chosen["until"]) if chosen["until"] else None,
        int(cursor) if cursor.isascii() and cursor.isdecimal() else None,
    )
    found = await page_of(request, which, _PAGE)
    here = "/board/accounts/sign-ins"
    return await page(
        request,
        "sign_ins.html",
        items=found["items"],
        chosen=chosen,
        occasions=OCCASIONS,
        workbook=with_query("/v1/audit/workbook.xlsx", chosen),
        file=with_query("/v1/audit/file.csv", chosen),
        following=with_query(here, chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query(here, chosen) if cursor else None,
    )


def _day(text: str) -> str:
    """A day as it was chosen; empty for one that is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
