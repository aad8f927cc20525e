"""Pages of suspected breaches: the sentence, the evidence, and what a person said of it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, language_of, page, with_query
from locales.facts import spoken
from locales.words import FINDING_STATES, RULES

router = APIRouter(prefix="/board/findings", route_class=Page)
_PAGE = 50
#: Where a person looks into what a finding is about; of another kind, which a newer version may say, there is no page.
PLACES: Final[Mapping[str, str]] = {
    "case": "/board/cases/{about}",
    "complaint": "/board/complaints/{about}",
    "catalogue": "/board/catalogue",
    "authority": "/board/links",
    "import": "/board/confirmations",
}


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
        items=[_shown(request, item) for item in found["items"]],
        chosen=chosen,
        rules=RULES,
        states=FINDING_STATES,
        following=with_query("/board/findings", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/findings", chosen) if cursor else None,
    )


def _shown(request: Request, item: Mapping[str, Any]) -> dict[str, Any]:
    """A finding with its sentence, which is a msgid of the service, and the page of what it is about."""
    sentence = spoken(language_of(request), item["template"], **{"about": item["about"], **item["params"]})
    place = PLACES.get(item["about_kind"], "").format(about=quote(item["about"], safe=""))
    return {**item, "sentence": sentence, "place": place}
