"""Repeats: a client may send everything again without fear: one key, one effect, one answer."""

import asyncio
from typing import Any

import pytest

from services.contracts.actors import Caller
from services.contracts.vocabulary import Role
from tests.builders import a_project, a_project_code
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
KEY = {"Idempotency-Key": "7d1f-a-key"}


async def test_the_same_key_and_body_have_one_effect_and_the_same_answer(authority: Authority) -> None:
    case = {
        "matter_code": "NM-001",
        "project_code": a_project_code(),
        "handler": {"name": "王芳", "department": "发展改革委"},
    }
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
        answers = [await window.post("/v1/cases", json=case, headers=KEY) for _ in range(3)]
        there = (await window.get("/v1/cases")).json()["items"]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert len({one.text for one in answers}) == 1
    assert len(there) == 1


async def test_without_a_key_each_request_is_its_own(authority: Authority) -> None:
    case = {
        "matter_code": "NM-001",
        "project_code": a_project_code(),
        "handler": {"name": "王芳", "department": "发展改革委"},
        "again_because": "分期建设，另行申请",
    }
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
        numbers = {(await window.post("/v1/cases", json=case)).json()["case_no"] for _ in range(2)}
    assert len(numbers) == 2


async def test_the_same_key_with_another_body_is_a_problem_of_its_own_kind(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window:
        first = await window.post("/v1/projects", json=a_project(1), headers=KEY)
        other = await window.post("/v1/projects", json=a_project(2), headers=KEY)
        there = (await window.get("/v1/projects")).json()["items"]
    assert first.status_code == 201
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/key-reused"
    assert len(there) == 1


async def test_a_refused_request_with_a_key_is_refused_again_in_the_same_words(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window:
        answers = [await window.post("/v1/projects", json={"project_code": "x"}, headers=KEY) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 422
    assert answers[0].json()["problems"] == answers[1].json()["problems"]


async def test_two_tokens_may_use_the_same_key(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window, authority.client(Role.SUPERVISOR) as supervisor:
        answers = [
            await window.post("/v1/projects", json=a_project(1), headers=KEY),
            await supervisor.post("/v1/projects", json=a_project(2), headers=KEY),
        ]
    assert [one.status_code for one in answers] == [201, 201]


class Slow:
    """Services that hold every command until they are told to go on."""

    def __init__(self, inner: Any) -> None:
        self._inner, self.begun, self.go = inner, asyncio.Event(), asyncio.Event()

    async def command(
        self, service: str, command: str, id: str, data: Any, caller: Caller, timeout: float = 10
    ) -> dict[str, Any]:
        self.begun.set()
        await self.go.wait()
        reply: dict[str, Any] = await self._inner.command(service, command, id, data, caller)
        return reply

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller, timeout: float = 5
    ) -> dict[str, Any]:
        reply: dict[str, Any] = await self._inner.ask(service, question, params, caller)
        return reply


async def test_a_repeat_while_the_first_one_runs_is_told_to_wait(authority: Authority) -> None:
    slow = authority.gateway.services = Slow(authority.services)
    async with authority.client(Role.WINDOW) as window:
        first = asyncio.create_task(window.post("/v1/projects", json=a_project(), headers=KEY))
        await slow.begun.wait()
        early = await window.post("/v1/projects", json=a_project(), headers=KEY)
        slow.go.set()
        done = await first
        late = await window.post("/v1/projects", json=a_project(), headers=KEY)
    assert early.status_code == 409
    assert early.json()["type"] == "/problems/still-running"
    assert early.headers["retry-after"] == "1"
    assert done.status_code == late.status_code == 201
    assert done.text == late.text


@pytest.mark.parametrize("key", ["", "two words", "x" * 129, "schlüssel".encode("latin-1").decode("latin-1")])
@pytest.mark.parametrize("path", ["/v1/projects", "/v1/deadlines"])
async def test_a_key_that_is_none_is_refused_before_anything_happens(authority: Authority, key: str, path: str) -> None:
    async with authority.client(Role.WINDOW) as window:
        answer = await window.post(path, json=a_project(), headers=[(b"Idempotency-Key", key.encode("latin-1"))])
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/bad-key"
