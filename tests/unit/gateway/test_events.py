"""Events for a follower: nothing is missed, nothing seen twice, and nothing that is not for it."""

import asyncio
import json
from contextlib import ExitStack
from typing import Any

import pytest

from gateway import events
from services.contracts.actors import Caller
from services.contracts.vocabulary import Role
from services.plumbing.errors import Unavailable
from services.plumbing.fakes import InProcess
from tests.builders import WANG, a_project
from tests.unit.gateway.running import Authority, Follow

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def register(authority: Authority, n: int) -> None:
    async with authority.client(Role.WINDOW) as window:
        made = await window.post("/v1/projects", json=a_project(n))
        assert made.status_code == 201, made.text


async def the_size(authority: Authority) -> int:
    async with authority.client() as client:
        return int((await client.get("/v1/head")).json()["size"])


async def test_what_happens_while_one_follows_arrives_at_once(authority: Authority, follow: Follow) -> None:
    stream = await follow(Role.SUPERVISOR)
    assert stream.headers["content-type"].startswith("text/event-stream")
    before = await the_size(authority)
    await register(authority, 1)
    event = await stream.next()
    assert event["event"] == "qidi.project.registered.v1"
    assert int(event["id"]) == before
    assert json.loads(event["data"])["data"]["project_code"] == a_project(1)["project_code"]


async def test_one_that_comes_back_goes_on_after_the_last_one_it_has(authority: Authority, follow: Follow) -> None:
    for n in (1, 2, 3):
        await register(authority, n)
    size = await the_size(authority)
    stream = await follow(Role.SUPERVISOR, last_event_id=str(size - 3))
    seen = [await stream.next(), await stream.next()]
    assert [int(event["id"]) for event in seen] == [size - 2, size - 1]
    await register(authority, 4)
    assert int((await stream.next())["id"]) == size


async def test_from_the_very_first_entry_nothing_is_left_out(authority: Authority, follow: Follow) -> None:
    for n in (1, 2):
        await register(authority, n)
    size = await the_size(authority)
    stream = await follow(Role.OPS, "after=-1")
    assert [int((await stream.next())["id"]) for _ in range(size)] == list(range(size))


async def test_a_follower_gets_only_the_types_it_asks_for(authority: Authority, follow: Follow) -> None:
    stream = await follow(Role.OPS, "after=-1&types=qidi.case.,qidi.clock.")
    await register(authority, 1)
    async with authority.client(Role.WINDOW) as window:
        body = {"project_code": a_project(1)["project_code"], "matter_code": "NM-001", "handler": WANG}
        await window.post("/v1/cases", json=body)
    assert [(await stream.next())["event"] for _ in range(2)] == ["qidi.case.received.v1", "qidi.clock.started.v1"]


async def test_what_stays_with_the_authority_is_not_for_partners(authority: Authority, follow: Follow) -> None:
    await register(authority, 1)
    async with authority.client(Role.WINDOW) as window:
        body = {"project_code": a_project(1)["project_code"], "matter_code": "NM-001", "handler": WANG}
        case_no = (await window.post("/v1/cases", json=body)).json()["case_no"]
        noted = await window.post(f"/v1/cases/{case_no}/steps", json={"step": "note", "note": "内部备注"})
        assert noted.status_code == 200, noted.text
        await window.post(f"/v1/cases/{case_no}/steps", json={"step": "accept"})
    inside = await follow(Role.HANDLER, "after=-1&types=qidi.case.")
    outside = await follow(Role.PARTNER, "after=-1&types=qidi.case.")
    assert [(await inside.next())["event"] for _ in range(3)] == [
        "qidi.case.received.v1", "qidi.case.noted.v1", "qidi.case.accepted.v1",
    ]  # fmt: skip
    assert [(await outside.next())["event"] for _ in range(2)] == ["qidi.case.received.v1", "qidi.case.accepted.v1"]


class Deaf:
    """Services that take commands but answer no questions until told to."""

    def __init__(self, inner: InProcess) -> None:
        self.command, self._inner, self.deaf, self.asked = inner.command, inner, True, asyncio.Event()

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller, timeout: float = 5
    ) -> dict[str, Any]:
        self.asked.set()
        if self.deaf:
            raise Unavailable("nobody answers")
        return await self._inner.ask(service, question, params, caller)


async def test_a_ledger_that_is_away_for_a_while_only_delays(authority: Authority, follow: Follow) -> None:
    deaf = authority.gateway.services = Deaf(authority.services)
    stream = await follow(Role.OPS, "after=-1&types=qidi.project.")
    await deaf.asked.wait()
    await register(authority, 1)
    deaf.deaf = False
    authority.gateway.feed.grew()
    assert (await stream.next())["event"] == "qidi.project.registered.v1"


async def test_streams_end_when_the_gateway_stops(authority: Authority, follow: Follow) -> None:
    await follow(Role.OPS)
    assert authority.gateway.feed.followers == 1
    authority.gateway.feed.close()
    async with asyncio.timeout(5):
        while authority.gateway.feed.followers:
            await asyncio.sleep(0)


@pytest.mark.parametrize("last", ["abc", "1.5", "--1", "٣"])
async def test_a_last_event_id_that_is_no_index_is_refused(authority: Authority, last: str) -> None:
    async with authority.client() as client:
        answer = await client.get("/v1/events", headers=[(b"Last-Event-ID", last.encode())])
    assert answer.status_code == 400


async def test_a_quiet_stream_is_kept_open_by_heartbeats(authority: Authority) -> None:
    size = await the_size(authority)

    async def standing() -> Caller:
        return Caller(role="ops")

    quiet = events.follow(authority.gateway, standing, size - 1, (), heartbeat=0.01)
    assert [await anext(quiet) for _ in range(3)] == [b"retry: 3000\n\n", b": still here\n\n", b": still here\n\n"]
    await quiet.aclose()
    assert authority.gateway.feed.followers == 0


async def test_more_streams_than_the_process_can_carry_are_sent_away_for_now(authority: Authority) -> None:
    with ExitStack() as open_streams:
        for n in range(events.MOST_FOLLOWERS):
            open_streams.enter_context(authority.gateway.feed.follower(f"token {n}"))
        async with authority.client() as client:
            answer = await client.get("/v1/events")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
    assert authority.gateway.feed.followers == 0


async def test_one_token_never_takes_the_streams_of_all_others(authority: Authority, follow: Follow) -> None:
    streams = [await follow(Role.PARTNER) for _ in range(events.MOST_OF_ONE)]
    assert {one.status for one in streams} == {200}
    async with authority.client(Role.PARTNER, **{"Accept-Language": "en"}) as client:
        answer = await client.get("/v1/events")
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert f"{events.MOST_OF_ONE} streams open" in answer.json()["detail"]
    assert (await follow(Role.SUPERVISOR)).status == 200
    authority.gateway.feed.close()
    async with asyncio.timeout(5):
        while authority.gateway.feed.followers:
            await asyncio.sleep(0)


async def test_a_board_is_woken_by_what_comes_from_below_and_is_told_only_from_whom(
    authority: Authority, follow: Follow
) -> None:
    stream = await follow(Role.SUPERVISOR)
    authority.gateway.feed.heard(b'{"subject": "150421"}')
    authority.gateway.feed.heard(b'{"subject": "150421"}')
    assert await stream.next() == {"event": events.ARRIVED, "data": '{"subject": "150421"}'}
    await register(authority, 1)
    assert (await stream.next())["event"] == "qidi.project.registered.v1"  # the two signals were one piece of news


async def test_a_partners_stream_says_nothing_of_what_comes_from_below(authority: Authority, follow: Follow) -> None:
    stream = await follow(Role.PARTNER)
    authority.gateway.feed.heard(b'{"subject": "150421"}')
    await register(authority, 1)
    assert (await stream.next())["event"] == "qidi.project.registered.v1"
