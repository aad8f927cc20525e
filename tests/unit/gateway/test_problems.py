"""Problems: every error is a document that says enough and shows nothing of the inside."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine
from structlog.testing import capture_logs

from gateway.problems import KINDS
from gateway.tokens import Tokens
from gateway.watch import MOST_BYTES
from services.contracts.actors import Caller
from services.contracts.vocabulary import Role
from tests.builders import a_project
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}


def the_problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["trace"] == answer.headers["x-trace"]
    return problem


async def test_an_unknown_address_is_404_with_or_without_a_token(authority: Authority) -> None:
    async with authority.client(None) as stranger, authority.client() as known:
        for client in (stranger, known):
            the_problem(await client.get("/v1/nothing"), 404, "not-found")
            the_problem(await client.get("/nothing"), 404, "not-found")
            the_problem(await client.get("/board/static/nothing.js"), 404, "not-found")


async def test_an_unknown_number_is_404_and_says_which(authority: Authority) -> None:
    async with authority.client() as client:
        for path in ("/v1/cases/150424-9", "/v1/projects/x", "/v1/complaints/x", "/v1/cases/x/timeline"):
            problem = the_problem(await client.get(path), 404, "not-found")
            assert problem["problems"]


async def test_a_wrong_method_says_which_are_right(authority: Authority) -> None:
    async with authority.client() as client:
        answer = await client.delete("/v1/stats")
    the_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_no_token_is_answered_with_a_challenge(authority: Authority) -> None:
    async with authority.client(None) as stranger:
        answer = await stranger.get("/v1/cases")
    the_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_body_with_a_length_beyond_the_limit_is_not_even_read(authority: Authority) -> None:
    async with authority.client() as client:
        answer = await client.post("/v1/projects", content=b"x" * (MOST_BYTES + 1), headers=JSON)
    the_problem(answer, 413, "too-large")


async def test_a_body_in_pieces_is_cut_off_at_the_limit(authority: Authority) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * MOST_BYTES:
            sent += 65536
            yield b" " * 65536

    async with authority.client() as client:
        answer = await client.post("/v1/projects", content=pieces(), headers=JSON)
    the_problem(answer, 413, "too-large")
    assert sent <= MOST_BYTES + 2 * 65536


async def test_another_media_type_is_415(authority: Authority) -> None:
    async with authority.client() as client:
        for headers in ({"Content-Type": "text/xml"}, {"Content-Type": "application/x-www-form-urlencoded"}, {}):
            the_problem(
                await client.post("/v1/projects", content=b"a=b", headers=headers), 415, "unsupported-media-type"
            )


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'a': 1}",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"a\\u0000": 1}',
        b'{"a": 9007199254740993}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
)
async def test_what_no_store_could_carry_is_malformed(authority: Authority, body: bytes) -> None:
    async with authority.client() as client:
        for path in ("/v1/projects", "/v1/deadlines"):
            the_problem(await client.post(path, content=body, headers=JSON), 400, "malformed")
        told = (await client.post(path, content=body, headers={**JSON, "Accept-Language": "zh"})).json()["detail"]
    foreign = set(re.findall("[A-Za-z]{2,}", told)) - {"JSON", "Unicode", "NUL", "NaN", "Infinity"}
    assert not foreign, told


@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b'"text"', b"{}", b""])
async def test_a_body_that_is_no_object_or_empty_is_told_what_is_missing(authority: Authority, body: bytes) -> None:
    async with authority.client() as client:
        for path in ("/v1/projects", "/v1/deadlines"):
            problem = the_problem(await client.post(path, content=body, headers=JSON), 422, "refused")
            assert problem["problems"], path


async def test_nul_in_an_address_is_malformed(authority: Authority) -> None:
    async with authority.client() as client:
        the_problem(await client.get("/v1/projects/a%00b"), 400, "malformed")
        the_problem(await client.get("/v1/projects?q=a%00b"), 400, "malformed")


async def test_bad_parameters_are_told_with_their_names(authority: Authority) -> None:
    async with authority.client() as client:
        problem = the_problem(await client.get("/v1/lines?limit=0&light=blue&min_age_days=x"), 422, "refused")
        the_problem(await client.get("/v1/projects?cursor=%FF%FF"), 422, "refused")
        the_problem(await client.get("/v1/figures?month=2026-13"), 422, "refused")
    assert {one["field"] for one in problem["problems"]} == {"limit", "light", "min_age_days"}


async def test_a_body_that_contradicts_the_address_is_refused(authority: Authority) -> None:
    async with authority.client() as client:
        answer = await client.post(
            "/v1/projects/one/move", json={"project_code": "two", "library": "reserve", "reason": "x"}
        )
    assert the_problem(answer, 422, "refused")["problems"][0]["field"] == "project_code"


class Broken:
    """Services with a bug inside."""

    async def command(
        self, service: str, command: str, id: str, data: Any, caller: Caller, timeout: float = 10
    ) -> dict[str, Any]:
        raise RuntimeError("secret inside")

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller, timeout: float = 5
    ) -> dict[str, Any]:
        return {
            "status": 500,
            "problems": [{"field": "", "template": "{detail}", "params": {"detail": "secret inside"}}],
        }


async def test_a_bug_shows_its_trace_number_and_nothing_else(authority: Authority) -> None:
    authority.gateway.services = Broken()
    async with authority.client() as client:
        with capture_logs() as logs:
            answers = [await client.post("/v1/projects", json=a_project()), await client.get("/v1/matters")]
    for answer in answers:
        problem = the_problem(answer, 500, "internal")
        assert "secret" not in answer.text
        assert any(line.get("trace") == problem["trace"] for line in logs)
    assert any("secret inside" in str(line.get("error")) for line in logs if line["event"] == "request.failed")


async def test_a_service_that_is_away_is_503_with_a_time_to_come_back(authority: Authority) -> None:
    authority.services.away = {"intake"}
    async with authority.client() as client:
        answers = [
            await client.post("/v1/projects", json=a_project()),
            await client.get("/v1/matters"),
        ]
        ready = await client.get("/readyz")
        alive = await client.get("/healthz")
        scrape = await client.get("/metrics")
    for answer in answers:
        the_problem(answer, 503, "unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    assert ready.status_code == 503
    assert ready.json()["services"]["intake"] is False
    assert ready.json()["services"]["timer"] is True
    assert alive.status_code == 200
    assert 'qidi_up{service="intake"} 0.0' in scrape.text


async def test_a_store_of_tokens_that_is_away_is_503_too(authority: Authority) -> None:
    authority.gateway.tokens = Tokens(create_engine("sqlite:////dev/null/nowhere.sqlite"), authority.clock)
    async with authority.client() as client:
        the_problem(await client.get("/v1/matters"), 503, "unavailable")


async def test_every_type_leads_to_a_page_in_both_languages(authority: Authority) -> None:
    async with authority.client(None) as reader:
        for kind, meaning in KINDS.items():
            page = await reader.get(f"/problems/{kind}", headers={"Accept-Language": "en"})
            assert page.status_code == 200
            assert meaning.title in page.text
            chinese = await reader.get(f"/problems/{kind}")
            assert meaning.title not in chinese.text


async def test_every_answer_carries_the_security_headers(authority: Authority) -> None:
    async with authority.client() as client:
        for path in ("/v1/matters", "/nothing", "/docs", "/healthz"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'self'")
            assert headers["x-content-type-options"] == "nosniff"


async def test_the_log_names_routes_and_never_what_stands_in_an_address_or_a_token(authority: Authority) -> None:
    async with authority.client() as client:
        with capture_logs() as logs:
            await client.get("/v1/projects?q=赵六六")
            await client.get("/v1/complaints/13800000000")
    told = json.dumps(logs, ensure_ascii=False)
    assert "/v1/complaints/{complaint_no}" in told
    assert "赵六六" not in told
    assert "13800000000" not in told
    assert authority.tokens[Role.SUPERVISOR].rsplit("_", 1)[1] not in told


async def test_a_trace_that_the_caller_brings_is_kept(authority: Authority) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with authority.client() as client:
        answer = await client.get("/nothing", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.json()["trace"] == trace
