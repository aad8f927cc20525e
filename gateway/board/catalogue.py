"""Page of the lists of matters: the one in force, what waits from above, and who below has adopted what."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from gateway.board.frame import Page, ask, language_of, page
from gateway.board.submission import Wrong, order
from gateway.bodies import form_of
from gateway.catalogue import who_adopted
from locales.facts import spoken
from services.contracts.divisions import name_of

router = APIRouter(prefix="/board/catalogue", route_class=Page)
_HERE = "/board/catalogue"
Code = Annotated[str, Path(min_length=1, max_length=200)]


@router.get("", name="board.catalogue")
async def catalogue(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The page of the list. `q` is found in code, name, everyday names and department."""
    return await _shown(request, q=q.strip())


@router.get("/matters/{code}", name="board.matter")
async def matter(request: Request, code: Code, number: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """The page of one matter, as it stands or as the list of that number has it."""
    found = await ask(request, "intake", "matter", code=code, number=number)
    return await page(request, "matter.html", told=found, matter=found["matter"])


@router.post("/adopt", name="board.catalogue-adopt")
async def adopt(request: Request) -> Response:
    """What waits is adopted, after a second look. Sent twice, it happens once."""
    fields = await form_of(request)
    if "confirmed" not in fields:
        return await _shown(request, [("confirmed", "Confirm that the list above is to be adopted.", {})])
    data: dict[str, Any] = {"align": "align" in fields}
    if fields.get("number", "").isdecimal() and fields.get("by"):
        data |= {"by": fields["by"], "number": fields["number"]}
    return await _ordered(request, "adopt-catalogue", data, fields.get("key", ""))


@router.post("/publish", name="board.catalogue-publish")
async def publish(request: Request) -> Response:
    """The list in force is published for the authorities below, after a second look."""
    fields = await form_of(request)
    if "confirmed" not in fields:
        return await _shown(request, [("confirmed", "Confirm that the list in force is to be published.", {})])
    given = {name: fields[name].strip() for name in ("adopt_by", "note") if fields.get(name, "").strip()}
    return await _ordered(request, "publish-catalogue", given, fields.get("key", ""))


async def _ordered(request: Request, command: str, data: Mapping[str, Any], key: str) -> Response:
    done, wrong = await order(request, "intake", command, data, key)
    return RedirectResponse(_HERE, 303) if done is not None else await _shown(request, wrong)


async def _shown(request: Request, wrong: Wrong = (), q: str = "") -> Response:
    matters, lists, compared, links = await asyncio.gather(
        ask(request, "intake", "matters", q=q),
        ask(request, "intake", "publications"),
        ask(request, "intake", "differences"),
        ask(request, "ledger", "links"),
    )
    below, changes = None, None
    if lists["publishes"]:
        below, changes = await asyncio.gather(who_adopted(request), ask(request, "intake", "list_changes"))
    told = await asyncio.gather(*(ask(request, "timer", "clocks", about=one["about"]) for one in compared["waiting"]))
    language, names = language_of(request), {one["code"]: one["name"] for one in links["items"]}
    return await page(
        request,
        "catalogue.html",
        422 if wrong else 200,
        matters=matters,
        q=q,
        above=lists["above"],
        published=lists["items"],
        waiting=[one | {"clocks": each["items"]} for one, each in zip(compared["waiting"], told, strict=True)],
        in_force=compared["in_force"],
        # The sentences are msgids of the service, put together where the language is known.
        differences=[
            one | {"sentence": spoken(language, one["template"], **one["params"])} for one in compared["items"]
        ],
        refused=compared["refused"],
        below=below,
        changes=changes,
        name_of=lambda code: names.get(code) or name_of(code),
        problems=[spoken(language, template, **params) for _, template, params in wrong],
    )
