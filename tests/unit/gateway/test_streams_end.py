"""Event streams end with what opened them: a revoked token, a session that was signed out or ran out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from gateway.tokens import Tokens
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine
from tests.builders import AUTHORITY, a_project
from tests.unit.gateway.running import Authority, Follow

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
COOKIE = f"qidi_session_{AUTHORITY}"
OURS = {"Origin": "http://authority.test"}


async def register(authority: Authority, n: int) -> None:
    async with authority.client(Role.WINDOW) as window:
        assert (await window.post("/v1/projects", json=a_project(n))).status_code == 201


async def test_the_stream_of_a_token_that_is_revoked_here_ends_and_tells_nothing_more(
    authority: Authority, follow: Follow
) -> None:
    token, text = authority.gateway.tokens.issue(Role.SUPERVISOR, "李四", "政务服务局")
    stream = await follow(Role.SUPERVISOR, token=text)
    await register(authority, 1)
    assert (await stream.next())["event"] == "qidi.project.registered.v1"
    authority.gateway.tokens.revoke(token.id)
    for n in range(2, 5):
        await register(authority, n)
    assert await stream.rest() == []
    assert authority.gateway.feed.followers == 0


async def test_the_stream_of_a_token_that_is_revoked_by_another_process_ends_within_two_seconds(
    authority: Authority, follow: Follow
) -> None:
    token, text = authority.gateway.tokens.issue(Role.SUPERVISOR, "李四", "政务服务局")
    stream = await follow(Role.SUPERVISOR, token=text)
    folder = authority.gateway.settings.var
    elsewhere = open_engine(f"sqlite:///{folder}/gateway.sqlite", "gateway")
    assert Tokens(elsewhere, authority.clock).revoke(token.id)
    elsewhere.dispose()
    async with asyncio.timeout(2.5):
        assert await stream.rest() == []


async def test_a_session_that_is_signed_out_takes_its_stream_with_it_at_once(
    authority: Authority, follow: Follow
) -> None:
    number = authority.signed_in(Role.SUPERVISOR)
    stream = await follow(Role.SUPERVISOR, cookie=f"{COOKIE}={number}")
    await register(authority, 1)
    assert (await stream.next())["event"] == "qidi.project.registered.v1"
    async with authority.client(None, Cookie=f"{COOKIE}={number}") as browser:
        assert (await browser.post("/board/session/end", headers=OURS)).status_code == 303
    async with asyncio.timeout(0.9):  # before anybody would have asked again
        assert await stream.rest() == []


async def ended_all(authority: Authority, number: str) -> None:
    async with authority.client(None, Cookie=f"{COOKIE}={number}") as browser:
        assert (await browser.post("/v1/sessions/mine/end", headers=OURS)).status_code == 200


async def idle(authority: Authority, number: str) -> None:
    authority.clock.move(hours=2, minutes=1)


async def long(authority: Authority, number: str) -> None:
    for _ in range(8):
        authority.clock.move(minutes=95)
        async with authority.client(None, Cookie=f"{COOKIE}={number}") as browser:
            await browser.get("/v1/matters")


@pytest.mark.parametrize("end", [ended_all, idle, long])
async def test_however_a_session_ends_its_stream_ends(
    authority: Authority, follow: Follow, end: Callable[[Authority, str], Awaitable[None]]
) -> None:
    number = authority.signed_in(Role.SUPERVISOR)
    stream = await follow(Role.SUPERVISOR, cookie=f"{COOKIE}={number}")
    await end(authority, number)
    await register(authority, 1)
    async with asyncio.timeout(2.5):
        assert await stream.rest() == []


async def test_a_token_that_runs_out_while_one_follows_ends_the_stream(authority: Authority, follow: Follow) -> None:
    _, text = authority.gateway.tokens.issue(Role.OPS, valid_for=timedelta(hours=1))
    stream = await follow(Role.OPS, token=text)
    authority.clock.move(minutes=61)
    await register(authority, 1)
    assert await stream.rest() == []


async def test_while_the_store_cannot_say_whether_a_session_is_good_nothing_is_told(
    authority: Authority, follow: Follow
) -> None:
    stream = await follow(Role.OPS)
    folder = authority.gateway.settings.var
    store = folder / "gateway.sqlite"
    authority.gateway.tokens.engine.dispose()
    hidden = store.rename(folder / "away.sqlite")
    store.mkdir()  # cannot be opened
    authority.gateway.tokens.belief.forget()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(authority.app), base_url="http://a.test") as anybody:
        assert (await anybody.get("/v1/matters", headers={"Authorization": "Bearer x"})).status_code == 401
        away = await anybody.get("/v1/matters", headers={"Authorization": f"Bearer {authority.tokens[Role.OPS]}"})
    assert away.status_code == 503
    authority.gateway.feed.grew()
    store.rmdir()
    hidden.rename(store)
    await register(authority, 1)
    assert (await stream.next())["event"] == "qidi.project.registered.v1"
