"""Addresses say what they take: all methods of a path, HEAD and OPTIONS, and no parameter that nobody knows."""

import asyncio

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority, Follow

pytestmark = pytest.mark.anyio


def problems(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text[:300]
    return {one["field"]: one["message"] for one in answer.json()["problems"]}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/projects", "GET, HEAD, OPTIONS, POST"),
        ("/v1/cases", "GET, HEAD, OPTIONS, POST"),
        ("/v1/complaints", "GET, HEAD, OPTIONS, POST"),
        ("/v1/projects/2509-150424-89-01-000001", "GET, HEAD, OPTIONS"),
        ("/v1/cases/150424-2026-000001/steps", "GET, HEAD, OPTIONS, POST"),
        ("/v1/cases/150424-2026-000001/late-entries", "OPTIONS, POST"),
        ("/board/static/board.css", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_wrong_method_is_answered_with_all_that_are_right(
    authority: Authority, path: str, allowed: str
) -> None:
    async with authority.client() as client:
        for method in ("DELETE", "PUT", "PATCH"):
            answer = await client.request(method, path)
            assert answer.status_code == 405, method
            assert answer.headers["allow"] == allowed
        answer = await client.options(path)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allowed, b"")


async def test_every_path_names_every_method_that_it_takes(authority: Authority) -> None:
    taken: dict[str, set[str]] = {}
    for route in iter_route_contexts(authority.app.routes):
        if route.path_format and route.methods:
            taken.setdefault(route.path_format, set()).update(route.methods)
    several = {path: methods for path, methods in taken.items() if len(methods) > 1}
    assert len(several) >= 5
    async with authority.client() as client:
        for path, methods in taken.items():
            answer = await client.request("TRACE", path.replace("{", "").replace("}", ""))
            assert answer.status_code == 405, path
            assert methods <= set(answer.headers["allow"].split(", ")), path


async def test_an_address_that_is_nowhere_has_no_options(authority: Authority) -> None:
    async with authority.client() as client:
        assert (await client.options("/v1/nothing")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/v1/projects", "/healthz", "/readyz", "/board", "/v1/projects/x", "/v1/matters", "/docs"]
)
async def test_head_is_get_without_its_body(authority: Authority, path: str) -> None:
    async with authority.client() as client:
        got, head = await client.get(path), await client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "cache-control", "x-frame-options"):
        assert head.headers.get(name) == got.headers.get(name), name


async def test_head_has_the_rights_of_get_and_of_nothing_else(authority: Authority) -> None:
    async with authority.client(None) as stranger, authority.client(Role.PARTNER) as partner:
        assert (await stranger.head("/v1/projects")).status_code == 401
        assert (await partner.head("/v1/findings")).status_code == 403
        answer = await partner.head("/v1/cases/150424-2026-000001/late-entries")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


async def test_the_head_of_an_event_stream_ends(authority: Authority) -> None:
    async with authority.client() as client, asyncio.timeout(5):
        answer = await client.head("/v1/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert authority.gateway.feed.followers == 0


async def test_a_parameter_that_nobody_knows_is_refused_with_those_that_are_known(authority: Authority) -> None:
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "en"}) as client:
        wrong = problems(await client.get("/v1/lines?departement=x&limit=5&colour=red"))
        none = problems(await client.get("/v1/cases/150424-2026-000001?x=1"))
        posted = problems(await client.post("/v1/projects?dry_run=true", json={}))
        twice = problems(await client.get("/v1/lines?state=open&state=closed"))
    assert set(wrong) == {"departement", "colour"}
    assert "department" in wrong["departement"]
    assert "limit" in wrong["departement"]
    assert none == {"x": "This address takes no parameters."}
    assert set(posted) == {"dry_run"}
    assert twice == {"state": "This parameter is given twice."}


async def test_the_board_passes_over_what_it_does_not_know(authority: Authority) -> None:
    async with authority.client() as client:
        assert (await client.get("/board/lines?utm_source=x")).status_code == 200
        assert (await client.get("/healthz?x=1")).status_code == 200


@pytest.mark.parametrize("types", ["nonsense", "qidi.case.,nonsense", "case.", "qidi.casse.", "qidi.case.received.v1x"])
async def test_types_that_no_event_has_are_refused(authority: Authority, types: str) -> None:
    async with authority.client() as client:
        wrong = problems(await client.get("/v1/events", params={"types": types}))
    assert set(wrong) == {"types"}


@pytest.mark.parametrize("types", ["qidi.", "qidi.case.received.v1", "qidi.case.received", "qidi.subtree.arrived", ""])
async def test_types_that_are_known_are_followed(authority: Authority, follow: Follow, types: str) -> None:
    assert (await follow(Role.OPS, f"types={types}")).status == 200


async def test_parameters_are_named_as_they_are_written_in_every_language(authority: Authority) -> None:
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "zh"}) as client:
        answer = await client.get("/v1/lines", params={"foo": "1"})
    [problem] = answer.json()["problems"]
    assert "`department`、" in problem["message"]
    assert "`handler`、" in problem["message"]
