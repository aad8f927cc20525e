"""Pages of suspected breaches: the sentence, the evidence, and what a person said of it."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.frame import Page, ask, language_of, page, with_query
from gateway.board.submission import order, told
from gateway.bodies import form_of
from gateway.permissions import may
from locales.facts import spoken
from locales.words import FINDING_STATES, RULES
from services.contracts.vocabulary import FindingState

router = APIRouter(prefix="/board/findings", route_class=Page)
Number = Annotated[str, Path(min_length=1, max_length=120)]
_PAGE = 50
#: Beginning of the name of a tick, before the number of its finding.
_TICK: Final = "tick."
_WORDS: Final = {"yes": True, "no": False}
#: Where a person looks into what a finding is about; of another kind, which a newer version may say, there is no page.
PLACES: Final[Mapping[str, str]] = {
    "case": "/board/cases/{about}",
    "complaint": "/board/complaints/{about}",
    "catalogue": "/board/catalogue",
    "authority": "/board/links",
    "import": "/board/confirmations",
    "person": "/board/lines?q={about}",
}


@router.get("", name="board.findings")
async def findings(request: Request) -> Response:
    """The list of findings."""
    return await _list(request)


@router.post("", name="board.findings-settle")
async def settle_many(request: Request) -> Response:
    """Those that were ticked are confirmed or dismissed with one reason: all or none. Sent twice, it happens once."""
    fields = await form_of(request)
    numbers = [name.removeprefix(_TICK) for name in fields if name.startswith(_TICK)]
    data = _judgement(fields) | {"finding_nos": numbers}
    done, wrong = await order(request, "reporting", "settle-findings", data, fields.get("key", ""))
    if done is None:
        return await _list(request, 422, told(request, wrong), frozenset(numbers), fields.get("reason", ""))
    return RedirectResponse(with_query("/board/findings", {"settled": str(len(done["items"]))}), 303)


@router.get("/rules", name="board.finding-rules")
async def rules(request: Request) -> Response:
    """What counts as a suspected breach here, by which law, and what follows."""
    found = await ask(request, "reporting", "finding_rules")
    return await page(request, "finding_rules.html", items=found["items"])


@router.get("/{finding_no}", name="board.finding")
async def finding(request: Request, finding_no: Number) -> Response:
    """One of them, with its evidence, the word of those concerned, and what may be done now."""
    return await _one(request, finding_no)


@router.post("/{finding_no}/statement", name="board.finding-state")
async def state(request: Request, finding_no: Number) -> Response:
    """What the department concerned says. Sent twice, it happens once."""
    fields = await form_of(request)
    data = {"finding_no": finding_no, "statement": fields.get("statement", "").strip()}
    return await _sent(request, "state-on-finding", data, fields)


@router.post("/{finding_no}/settle", name="board.finding-settle")
async def settle(request: Request, finding_no: Number) -> Response:
    """It is confirmed or dismissed. Sent twice, it happens once."""
    fields = await form_of(request)
    return await _sent(request, "settle-finding", _judgement(fields) | {"finding_no": finding_no}, fields)


@router.post("/{finding_no}/review", name="board.finding-review")
async def review(request: Request, finding_no: Number) -> Response:
    """Another body says whether it stands. Sent twice, it happens once."""
    fields = await form_of(request)
    data: dict[str, Any] = {"finding_no": finding_no, "reason": fields.get("reason", "").strip()}
    if fields.get("upheld") in _WORDS:
        data |= {"upheld": _WORDS[fields["upheld"]]}
    return await _sent(request, "review-finding", data, fields)


def _judgement(fields: Mapping[str, str]) -> dict[str, Any]:
    """Confirmed or not, and why; what was not said is left out, so that the service names it."""
    said: dict[str, Any] = {"reason": fields.get("reason", "").strip()}
    return said | ({"confirmed": _WORDS[fields["confirmed"]]} if fields.get("confirmed") in _WORDS else {})


async def _sent(request: Request, command: str, data: Mapping[str, Any], fields: Mapping[str, str]) -> Response:
    done, wrong = await order(request, "reporting", command, data, fields.get("key", ""))
    if done is None:
        return await _one(request, str(data["finding_no"]), 422, told(request, wrong), fields)
    return RedirectResponse(f"/board/findings/{quote(str(data['finding_no']), safe='')}", 303)


async def _list(
    request: Request,
    status: int = 200,
    problems: Sequence[str] = (),
    ticked: Collection[str] = frozenset(),
    reason: str = "",
) -> Response:
    query = request.query_params
    chosen = {name: query.get(name, "").strip()[:200] for name in ("rule", "state", "department")}
    for name, known in (("rule", RULES), ("state", FINDING_STATES)):
        if chosen[name] not in known:
            chosen[name] = ""
    cursor = query.get("cursor", "")[:500]
    found = await ask(request, "reporting", "findings", **chosen, cursor=cursor, limit=_PAGE)
    caller = await caller_of(request)
    return await page(
        request,
        "findings.html",
        status,
        items=[_shown(request, item) for item in found["items"]],
        chosen=chosen,
        rules=RULES,
        states=FINDING_STATES,
        following=with_query("/board/findings", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/findings", chosen) if cursor else None,
        settles=may("board.findings-settle", caller.role),
        settled=query.get("settled", "") if query.get("settled", "").isdecimal() else "",
        problems=problems,
        ticked=ticked,
        reason=reason,
    )


async def _one(
    request: Request,
    finding_no: str,
    status: int = 200,
    problems: Sequence[str] = (),
    given: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    found = await ask(request, "reporting", "finding", finding_no=finding_no)
    caller = await caller_of(request)
    is_open, is_reviewed = found["state"] == FindingState.OPEN, found["reviewed_at"] is not None
    return await page(
        request,
        "finding.html",
        status,
        one=_shown(request, found),
        states=is_open
        and found["stated_at"] is None
        and may("board.finding-state", caller.role)
        and caller.department == found["department"],
        settles=is_open and may("board.finding-settle", caller.role),
        reviews=found["state"] == FindingState.CONFIRMED
        and not is_reviewed
        and may("board.finding-review", caller.role)
        and caller.department != found["department"],
        problems=problems,
        given=given,
    )


def _shown(request: Request, item: Mapping[str, Any]) -> dict[str, Any]:
    """A finding with its sentence, which is a msgid of the service, and the page of what it is about."""
    sentence = spoken(language_of(request), item["template"], **{"about": item["about"], **item["params"]})
    place = PLACES.get(item["about_kind"], "").format(about=quote(item["about"], safe=""))
    return {**item, "sentence": sentence, "place": place}
