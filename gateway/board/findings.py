"""Decides how suspected breaches are shown: the sentence, the evidence, and what a person said of it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, language_of, page, with_query
from locales.texts import say
from locales.words import FINDING_STATES, RULES

router = APIRouter(prefix="/board/findings", route_class=Page)
_PAGE = 50


@router.get("", name="board.findings")
async def findings(request: Request) -> Response:
    """The list of findings."""
    query = request.query_params
    chosen = {name: query.get(name, "").strip()[:200] for name in ("rule", "state", "department")}
    for name, known in (("rule", RULES), ("state", FINDING_STATES)):
        if chosen[name] not in known:
            chosen[name] = ""
    cursor = query.get("cursor", "")[:500]
    found = await ask(request, "reporting", "findings", **chosen, cursor=cursor, limit=_PAGE)
    return await page(
        request,
        "findings.html",
        # The sentence is a msgid of the service, put together where the language is known.
        items=[
            item
            | {"sentence": say(language_of(request), item["template"], **{"about": item["about"], **item["params"]})}
            for item in found["items"]
        ],
        chosen=chosen,
        rules=RULES,
        states=FINDING_STATES,
        following=with_query("/board/findings", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/findings", chosen) if cursor else None,
    )
